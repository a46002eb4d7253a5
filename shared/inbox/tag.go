package inbox

import (
	"maps"
	"slices"

	"guichet/shared/guichet"
)

// tagRoutes lists the API of tags that settings may name.
func (h *door) tagRoutes() map[string]action {
	return map[string]action{
		"POST /dfo/3.0/tags":         h.createTag,
		"PUT /dfo/3.0/tags/{tag}":    h.changeTag,
		"DELETE /dfo/3.0/tags/{tag}": h.deleteTag,
	}
}

// tagIn is a tag as clients send it: by id, or by title alone.
type tagIn struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Color   string `json:"color"`
	Version int64  `json:"version"`
}

type tagDetail struct {
	tagDTO
	Version int64 `json:"version"`
}

func wireSavedTag(g *guichet.Tag) tagDetail {
	return tagDetail{tagDTO{g.ID, orElse(g.Title, g.ID), orElse(g.Color, "#5b6470")}, g.Version}
}

// tags lists those that were made, those that channels name, and the house's own.
func (h *door) tags(c *call) (any, error) {
	all := map[string]any{"automatic": wireTag("automatic")}
	for _, ch := range c.cfg.Channels {
		if ch.SpamTag != "" && !ch.Deleted {
			all[ch.SpamTag] = wireTag(ch.SpamTag)
		}
	}
	for id, g := range c.cfg.Tags {
		all[id] = wireSavedTag(g)
	}
	out := []any{}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[id])
	}
	return c.list(out)
}

func (h *door) createTag(c *call) (any, error) {
	var in tagIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.ID == "" {
		in.ID = in.Title
	}
	g, err := h.d.SaveTag(c.Context(), c.t, c.me.ID, guichet.Tag{ID: in.ID, Title: in.Title, Color: in.Color}, in.Version)
	if err != nil {
		return nil, err
	}
	return created{wireSavedTag(g)}, nil
}

func (h *door) changeTag(c *call) (any, error) {
	var in tagIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	version, err := c.version(in.Version)
	if err != nil {
		return nil, err
	}
	cfg, err := h.d.Store.FreshConfig(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	id := c.PathValue("tag")
	old := cfg.Tags[id]
	if old == nil {
		return nil, guichet.Errorf(guichet.NotFound, "tag")
	}
	g, err := h.d.SaveTag(c.Context(), c.t, c.me.ID, guichet.Tag{ID: id, Title: in.Title, Color: in.Color}, version)
	if guichet.Is(err, guichet.Conflict) {
		return nil, &meanwhile{err, wireSavedTag(old)}
	}
	if err != nil {
		return nil, err
	}
	return wireSavedTag(g), nil
}

func (h *door) deleteTag(c *call) (any, error) {
	return nil, h.d.DeleteTag(c.Context(), c.t, c.me.ID, c.PathValue("tag"))
}
