package inbox

import "guichet/shared/guichet"

type replayDTO struct {
	Same     bool   `json:"same"`
	Differs  string `json:"differs,omitempty"`
	Recorded whyDTO `json:"recorded"`
	Now      whyDTO `json:"now"`
}

// replay decides a mail again in the house as it was, and shows what comes out beside what was recorded. Nothing changes.
func (h *door) replay(c *call) (any, error) {
	m, err := h.find(c)
	if err != nil {
		return nil, err
	}
	if !c.role.May(guichet.CanConfigure, m.Channel) {
		return nil, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanConfigure), Text: "the permission configure is missing: ask your administrator"}
	}
	r, err := h.d.Replay(c.Context(), c.t, m.ID())
	if err != nil {
		return nil, err
	}
	then, now := *m, *m
	then.Why, now.Why = &r.Recorded, &r.Now
	return replayDTO{Same: r.Same, Differs: r.Differs, Recorded: c.why(wireWhy(&then)), Now: c.why(wireWhy(&now))}, nil
}
