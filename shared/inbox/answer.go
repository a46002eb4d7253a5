package inbox

import (
	"errors"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// maxKey bounds an Idempotency-Key.
const maxKey = 200

// outbound answers a case, or begins one: the channel's outbound call with the case's number as the thread, or without a thread. The same Idempotency-Key (or
// x-trace-id, which clients of the API send) gives the same message, however often it comes.
func (h *door) outbound(c *call) (any, error) {
	var in outboundIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id := in.caseID()
	ans, err := h.answer(c, in, id)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return h.begin(c, in, ans)
	}
	s, err := h.d.See(c.Context(), c.t, c.me.ID, id)
	if err != nil {
		return nil, err
	}
	if ch := c.PathValue("ch"); string(s.Channel.ID) != ch {
		if string(in.Origin) != string(s.Channel.ID) {
			return nil, guichet.Errorf(guichet.NotFound, "case in this channel")
		}
		ans.From = guichet.ChannelID(ch)
	}
	return h.reply(c, s.Case.ID, ans)
}

func (in *outboundIn) caseID() guichet.CaseID {
	if in.Thread.External != "" {
		return guichet.CaseID(in.Thread.External)
	}
	return guichet.CaseID(in.Thread.ID)
}

// reply sends an answer and shows it, with its case.
func (h *door) reply(c *call, id guichet.CaseID, ans desk.Answer) (any, error) {
	m, err := h.d.Reply(c.Context(), c.t, c.me.ID, id, ans)
	if err != nil {
		return nil, ofRecipients(err)
	}
	return h.left(c, m)
}

// begin begins a conversation (D-25, A046).
func (h *door) begin(c *call, in outboundIn, ans desk.Answer) (any, error) {
	if in.Title == "" && len(in.Recipients) == 0 {
		return nil, guichet.Wrongf("thread.idOnExternalPlatform", "say what is answered: thread.idOnExternalPlatform is the case's number; or begin a conversation, with title and recipients")
	}
	ans.Subject = in.Title
	m, err := h.d.Start(c.Context(), c.t, c.me.ID, guichet.ChannelID(c.PathValue("ch")), ans)
	if err != nil {
		return nil, ofRecipients(err)
	}
	return h.left(c, m)
}

// left shows an answer that was accepted, with its case.
func (h *door) left(c *call, m *guichet.Message) (any, error) {
	s, err := h.d.See(c.Context(), c.t, c.me.ID, m.Case)
	if err != nil {
		return nil, err
	}
	return created{outboundDTO{h.wireCase(c, s.Case), wireMessage(m, map[guichet.AgentID]string{c.me.ID: c.me.Name})}}, nil
}

// key is what a client calls this request, so that the same one sent again is done once; empty if it says nothing. X-Trace-Id stands in for it, as in clients of the
// Digital Engagement API.
func (c *call) key() (string, error) {
	key := c.Header.Get("Idempotency-Key")
	if key == "" {
		key = c.Header.Get("X-Trace-Id")
	}
	if len(key) > maxKey {
		return "", guichet.Wrongf("Idempotency-Key", "Idempotency-Key is longer than %d bytes", maxKey)
	}
	return key, nil
}

// answer reads what is to be sent. The primary recipients are To, the private ones Bcc, the others Cc.
func (h *door) answer(c *call, in outboundIn, id guichet.CaseID) (desk.Answer, error) {
	key, err := c.key()
	if err != nil {
		return desk.Answer{}, err
	}
	out := desk.Answer{Bare: in.Bare, All: in.All, Quote: in.Quote, Key: key, Draft: guichet.DraftID(in.Draft), Forward: guichet.MessageID(in.Forward.Message.ID)}
	if out.Text, out.HTML, _, err = in.Content.words(); err != nil {
		return out, err
	}
	if out.Leaves, err = at("scheduledAt", in.Leaves); err != nil {
		return out, err
	}
	if out.Files, err = h.attached(c, id, in.Files); err != nil {
		return out, err
	}
	out.To, out.Cc, out.Bcc = in.people()
	if out.Forward != "" && out.Forward.Case() == "" {
		return out, guichet.Wrongf("forward", "forward.message.id is a message of the case, as 100012-3")
	}
	out.Answers, err = in.answers()
	return out, err
}

// people sorts the recipients.
func (in *outboundIn) people() (to, cc, bcc []guichet.Person) {
	for _, r := range in.Recipients {
		p := guichet.Person{Name: r.Name, Addr: strings.TrimSpace(r.External)}
		switch {
		case r.IsPrivate:
			bcc = append(bcc, p)
		case r.IsPrimary:
			to = append(to, p)
		default:
			cc = append(cc, p)
		}
	}
	return to, cc, bcc
}

// answers reads which message is answered; empty: the contact's newest.
func (in *outboundIn) answers() (guichet.MessageID, error) {
	if in.ReplyTo.ID+in.ReplyTo.External == "" {
		return "", nil
	}
	m := guichet.MessageID(in.ReplyTo.ID)
	if m == "" {
		m = guichet.MessageID(in.ReplyTo.External)
	}
	if m.Case() == "" {
		return "", guichet.Wrongf("replyToMessage", "replyToMessage.id is a message of the case, as 100012-3")
	}
	return m, nil
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
