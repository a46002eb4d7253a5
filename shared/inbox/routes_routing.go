package inbox

// routingRoutes lists the API of skills, agents, queues, offers.
func (h *door) routingRoutes() map[string]action {
	return map[string]action{}
}
