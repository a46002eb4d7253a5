package inbox

// moreRoutes lists the API of forms, exports, escalation and what else there is.
func (h *door) moreRoutes() map[string]action {
	return map[string]action{}
}
