package inbox

// brandRoutes lists the API of templates and signatures, drafts, and what a mail looks like.
func (h *door) brandRoutes() map[string]action {
	return map[string]action{}
}
