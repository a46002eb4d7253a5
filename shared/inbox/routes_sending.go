package inbox

// sendingRoutes lists the API of relays of the tenant's own, suppressed addresses, and what became of a mail.
func (h *door) sendingRoutes() map[string]action {
	return map[string]action{}
}
