package inbox

import (
	"guichet/shared/guichet"
)

// letterOf reads what a draft keeps.
func (h *door) letterOf(c *call) (l guichet.Letter, submit bool, err error) {
	var in struct {
		letterIn
		Submit bool `json:"submit"`
	}
	if err := c.read(&in); err != nil {
		return l, false, err
	}
	if l.Text, l.HTML, l.Source, err = in.Content.words(); err != nil {
		return l, false, err
	}
	if l.Leaves, err = at("scheduledAt", in.Leaves); err != nil {
		return l, false, err
	}
	if l.Answers, err = in.answers(); err != nil {
		return l, false, err
	}
	l.To, l.Cc, l.Bcc = in.people()
	l.All, l.Quote, l.Bare, l.Forward, l.From = in.All, in.Quote, in.Bare, guichet.MessageID(orElse(in.Message.ID, in.outboundIn.Forward.Message.ID)), guichet.ChannelID(in.Origin)
	files, err := h.attached(c, c.caseID(), in.Files)
	for _, f := range files {
		l.Files = append(l.Files, guichet.LetterFile{Name: f.Name, Type: f.Type, Kept: f.Kept, Blob: f.Stored, CID: f.CID})
	}
	return l, in.Submit, err
}

func (h *door) drafts(c *call) (any, error) {
	list, err := h.d.Drafts(c.Context(), c.t, c.me.ID, c.caseID())
	out := []draftDTO{}
	for _, d := range list {
		out = append(out, wireDraft(d))
	}
	return out, err
}

// saveDraft keeps a draft, a new one or one that is open, and hands it over for approval if the client says so (A021).
func (h *door) saveDraft(c *call) (any, error) {
	l, submit, err := h.letterOf(c)
	if err != nil {
		return nil, err
	}
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	id := guichet.DraftID(c.PathValue("id"))
	if id != "" {
		key = ""
	}
	d, err := h.d.SaveDraft(c.Context(), c.t, c.me.ID, c.caseID(), id, l, submit, key)
	if err != nil {
		return nil, ofRecipients(err)
	}
	if id == "" {
		return created{wireDraft(d)}, nil
	}
	return wireDraft(d), nil
}

func (c *call) draftID() guichet.DraftID { return guichet.DraftID(c.PathValue("id")) }

func (h *door) discardDraft(c *call) (any, error) {
	return nil, h.d.DiscardDraft(c.Context(), c.t, c.me.ID, c.caseID(), c.draftID())
}

func (h *door) submitDraft(c *call) (any, error) {
	return decided(h.d.SubmitDraft(c.Context(), c.t, c.me.ID, c.caseID(), c.draftID()))
}

// decideDraft lets a draft go, or refuses it with a reason that its author reads.
func (h *door) decideDraft(approve bool) action {
	return func(c *call) (any, error) {
		var in struct {
			Reason string `json:"reason"`
		}
		if c.ContentLength != 0 {
			if err := c.read(&in); err != nil {
				return nil, err
			}
		}
		return decided(h.d.DecideDraft(c.Context(), c.t, c.me.ID, c.caseID(), c.draftID(), approve, in.Reason))
	}
}

func decided(d *guichet.Draft, err error) (any, error) {
	if err != nil {
		return nil, ofRecipients(err)
	}
	return wireDraft(d), nil
}

// writing gives what the caller was writing in a case, on whichever machine.
func (h *door) writing(c *call) (any, error) {
	d, err := h.d.Writing(c.Context(), c.t, c.me.ID, c.caseID())
	if err != nil {
		return nil, err
	}
	return wireDraft(d), nil
}

func (h *door) keepWriting(c *call) (any, error) {
	l, _, err := h.letterOf(c)
	if err != nil {
		return nil, err
	}
	l.Files = nil // they are kept by the page: what is uploaded is forgotten soon
	return nil, h.d.KeepWriting(c.Context(), c.t, c.me.ID, c.caseID(), l)
}

// withdraw takes an answer back that has not left.
func (h *door) withdraw(c *call) (any, error) {
	return h.changed(c)(h.d.Withdraw(c.Context(), c.t, c.me.ID, c.messageID()))
}

func (h *door) sendNow(c *call) (any, error) {
	return h.changed(c)(h.d.SendNow(c.Context(), c.t, c.me.ID, c.messageID()))
}

func (h *door) reschedule(c *call) (any, error) {
	var in struct {
		Leaves string `json:"scheduledAt"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	when, err := at("scheduledAt", in.Leaves)
	if err != nil {
		return nil, err
	}
	return h.changed(c)(h.d.Reschedule(c.Context(), c.t, c.me.ID, c.messageID(), when))
}

func (h *door) changed(c *call) func(*guichet.Message, error) (any, error) {
	return func(m *guichet.Message, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		names, err := h.names(c, m.By)
		return wireMessage(m, names), err
	}
}
