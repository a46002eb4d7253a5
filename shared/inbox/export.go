package inbox

import (
	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// exportDTO is what the tenant lets out of the house (A033).
type exportDTO struct {
	Enabled bool     `json:"enabled"`
	Words   bool     `json:"words"`
	Version int64    `json:"version"`
	Events  []string `json:"events"` // all that can be told
}

func wireExport(e guichet.Export) exportDTO {
	out := exportDTO{Enabled: e.Enabled, Words: e.Words, Version: e.Version}
	for _, t := range guichet.EventTypes() {
		out.Events = append(out.Events, string(t))
	}
	return out
}

func (h *door) export(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	return wireExport(cfg.Export), nil
}

func (h *door) setExport(c *call) (any, error) {
	var in struct {
		Enabled *bool `json:"enabled"`
		Words   *bool `json:"words"`
		Version int64 `json:"version"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Enabled == nil || in.Words == nil {
		return nil, guichet.Wrongf("enabled", "say both enabled and words: true or false")
	}
	e, err := h.d.SetExport(c.Context(), c.t, c.me.ID, guichet.Export{Enabled: *in.Enabled, Words: *in.Words, Version: in.Version})
	if err != nil {
		return nil, err
	}
	return wireExport(e), nil
}
