package inbox

import (
	"errors"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// maxKey bounds an Idempotency-Key.
const maxKey = 200

// outbound answers a case: the channel's outbound call with the case's number as the thread. The same Idempotency-Key (or x-trace-id, which clients
// of the API send) gives the same message, however often it comes.
func (h *door) outbound(c *call) (any, error) {
	var in outboundIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id := guichet.CaseID(in.Thread.External)
	if id == "" {
		id = guichet.CaseID(in.Thread.ID)
	}
	if id == "" {
		return nil, guichet.Wrongf("thread.idOnExternalPlatform", "say what is answered: thread.idOnExternalPlatform is the case's number")
	}
	s, err := h.d.See(c.Context(), c.t, c.me.ID, id)
	if err != nil {
		return nil, err
	}
	if string(s.Channel.ID) != c.PathValue("ch") {
		return nil, guichet.Errorf(guichet.NotFound, "case in this channel")
	}
	ans, err := c.answer(in)
	if err != nil {
		return nil, err
	}
	m, err := h.d.Reply(c.Context(), c.t, c.me.ID, s.Case.ID, ans)
	if err != nil {
		return nil, ofRecipients(err)
	}
	if s, err = h.d.See(c.Context(), c.t, c.me.ID, id); err != nil {
		return nil, err
	}
	return created{outboundDTO{h.wireCase(c, s.Case), wireMessage(m, map[guichet.AgentID]string{c.me.ID: c.me.Name})}}, nil
}

// answer reads what is to be sent. The primary recipients are To, the private ones Bcc, the others Cc.
func (c *call) answer(in outboundIn) (desk.Answer, error) {
	out := desk.Answer{Text: in.Content.Payload.Text, HTML: in.Content.Payload.HTML, All: in.All, Quote: in.Quote, Key: c.Header.Get("Idempotency-Key")}
	if out.Text == "" {
		out.Text = in.Content.Text
	}
	if out.Key == "" {
		out.Key = c.Header.Get("X-Trace-Id")
	}
	switch {
	case len(out.Key) > maxKey:
		return out, guichet.Wrongf("Idempotency-Key", "Idempotency-Key is longer than %d bytes", maxKey)
	case in.Content.Type != "" && in.Content.Type != "TEXT":
		return out, guichet.Wrongf("messageContent.type", "this channel sends messageContent of type TEXT, not %.30q", in.Content.Type)
	}
	var err error
	if out.Files, err = attached(in.Files); err != nil {
		return out, err
	}
	for _, r := range in.Recipients {
		p := guichet.Person{Name: r.Name, Addr: strings.TrimSpace(r.External)}
		switch {
		case r.IsPrivate:
			out.Bcc = append(out.Bcc, p)
		case r.IsPrimary:
			out.To = append(out.To, p)
		default:
			out.Cc = append(out.Cc, p)
		}
	}
	if id := in.ReplyTo.ID + in.ReplyTo.External; id != "" {
		m := guichet.MessageID(in.ReplyTo.ID)
		if m == "" {
			m = guichet.MessageID(in.ReplyTo.External)
		}
		if m.Case() == "" {
			return out, guichet.Wrongf("replyToMessage", "replyToMessage.id is a message of the case, as 100012-3")
		}
		out.Answers = m
	}
	return out, nil
}

// ofRecipients names the wire's field where the flow speaks of to, cc or bcc.
func ofRecipients(err error) error {
	var e *guichet.Error
	if !errors.As(err, &e) || e.Kind != guichet.Invalid {
		return err
	}
	switch name, _, _ := strings.Cut(e.Field, "["); name {
	case "to", "cc", "bcc":
		return guichet.Wrongf("recipients", "%s", e.Text)
	}
	return err
}
