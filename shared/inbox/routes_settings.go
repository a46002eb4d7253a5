package inbox

// settingsRoutes lists the API of what a tenant sets: channels, domains, tags, lists, roles.
func (h *door) settingsRoutes() map[string]action {
	return map[string]action{}
}
