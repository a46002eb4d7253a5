package inbox

import (
	"guichet/shared/guichet"
)

// merge makes the case a part of another, and answers with that one.
func (h *door) merge(c *call) (any, error) {
	var in struct {
		Into idText `json:"into"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Into == "" {
		return nil, guichet.Wrongf("into", "say what it becomes a part of: into is a case's number")
	}
	return h.moved(c, h.d.Merge(c.Context(), c.t, c.me.ID, c.caseID(), guichet.CaseID(in.Into)))
}

// unmerge makes a part a case of its own again. A case that is no part stays as it is.
func (h *door) unmerge(c *call) (any, error) {
	if _, err := h.see(c); err != nil {
		return nil, err
	}
	return h.moved(c, h.d.Unmerge(c.Context(), c.t, c.me.ID, c.caseID()))
}

// split moves a message to a new case, and answers with that one.
func (h *door) split(c *call) (any, error) {
	if _, _, err := c.messageID().Split(); err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	n, err := h.d.Split(c.Context(), c.t, c.me.ID, c.messageID())
	if err != nil {
		return nil, err
	}
	s, err := h.d.See(c.Context(), c.t, c.me.ID, n)
	if err != nil {
		return nil, err
	}
	return created{h.wireCase(c, s.Case)}, nil
}

// spam and noSpam record what the agent holds the message for; the same again changes nothing.
func (h *door) spam(c *call) (any, error)   { return h.mark(c, true) }
func (h *door) noSpam(c *call) (any, error) { return h.mark(c, false) }

func (h *door) mark(c *call, spam bool) (any, error) {
	if _, _, err := c.messageID().Split(); err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	return nil, h.d.MarkSpam(c.Context(), c.t, c.me.ID, c.messageID(), spam)
}
