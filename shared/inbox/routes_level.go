package inbox

// levelRoutes lists the API of service levels and calendars.
func (h *door) levelRoutes() map[string]action {
	return map[string]action{}
}
