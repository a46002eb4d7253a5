package inbox

import (
	"maps"

	"guichet/shared/desk"
	"guichet/shared/store"
)

// settingsRoutes lists the API of what a tenant sets: channels, domains, tags, lists, roles.
func (h *door) settingsRoutes() map[string]action {
	all := map[string]action{
		"GET /guichet/lists":                   h.lists,
		"PUT /guichet/lists":                   h.setLists,
		"PUT /guichet/lists/{list}/{entry}":    h.setListed(true),
		"DELETE /guichet/lists/{list}/{entry}": h.setListed(false),
	}
	for _, more := range []map[string]action{
		h.channelRoutes(), h.domainRoutes(), h.tagRoutes(), h.roleRoutes(),
	} {
		maps.Copy(all, more)
	}
	return all
}

// lists gives the allow and block lists to who may change them.
func (h *door) lists(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	return wireLists(cfg.Lists), nil
}

func (h *door) setLists(c *call) (any, error) {
	var in listsDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	l, err := h.d.SetLists(c.Context(), c.t, c.me.ID, store.Lists{Allow: in.Allow, Block: in.Block, Version: in.Version})
	if err != nil {
		return nil, err
	}
	return wireLists(l), nil
}

func (h *door) setListed(on bool) action {
	return func(c *call) (any, error) {
		l, err := h.d.SetListed(c.Context(), c.t, c.me.ID, c.PathValue("list"), c.PathValue("entry"), on)
		if err != nil {
			return nil, err
		}
		return wireLists(l), nil
	}
}
