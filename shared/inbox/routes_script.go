package inbox

// scriptRoutes lists the API of digital scripts, workflow rules and dry runs.
func (h *door) scriptRoutes() map[string]action {
	return map[string]action{}
}
