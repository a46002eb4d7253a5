package desk

import (
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// composeAuto makes a mail that no agent wrote, and its bytes: an acknowledgement, or what a script or a rule says. It answers the parent in p, where there is one.
func (d *Desk) composeAuto(cfg *store.Config, ch *guichet.Channel, c *guichet.Case, to string, p past, text string) (*guichet.Message, []byte, error) {
	now := d.Now()
	if ch.Talks() && p.parent != nil {
		to = p.parent.From.Addr // where he is, whoever the case began with
	}
	r, err := mail.CheckRecipients(mail.Recipients{To: []mail.Address{{Addr: to}}}, cfg.Addresses())
	if err != nil {
		return nil, nil, err
	}
	m := &guichet.Message{
		Tenant: c.Tenant, Case: c.ID, N: c.Messages + 1, Direction: guichet.Outbound, At: now, Channel: ch.ID, Auto: mail.AutoReply,
		From: sender(cfg, ch), To: persons(r.To), Delivery: guichet.Queued,
	}
	m.MailID = mail.NewMessageID(d.Key, m.Tenant, m.ID(), domainOf(ch.Address))
	format := ch.FormatAt(c.Format)
	m.Subject = mail.RenderSubject("Re: "+mail.BaseSubject(p.subject(c, Answer{})), c.ID, format)
	out := mail.Outgoing{
		From: mail.Address{Name: m.From.Name, Addr: ch.Address}, To: r.To, Subject: m.Subject, Date: now, MessageID: m.MailID, Auto: "auto-replied",
		Text: text, Language: ch.Language, Limit: mailLimit(cfg, ch),
	}
	m.Text = cut(out.Text, guichet.MaxInlineText)
	m.Cut = len(m.Text) < len(out.Text)
	if token := mail.TicketToken(c.ID, format); token != "" {
		out.Headers = append(out.Headers, mail.Field{Name: "X-Guichet-Ticket", Value: token})
	}
	if ch.Talks() {
		if p.parent == nil || p.parent.Envelope.Chat == nil {
			return nil, nil, guichet.Wrongf("to", "the contact has not written in this channel yet")
		}
		at := p.parent.Envelope.Chat
		m.Envelope.Chat = &guichet.Chat{Thread: at.Thread, User: at.User}
	} else if err := mailable(r); err != nil {
		return nil, nil, err
	}
	p.thread(&out, m, c)
	raw, err := mail.Compose(out)
	return m, raw, err
}

// queueAuto writes an automatic mail into a transaction, and the fact that it is to be sent. Its bytes are kept already.
func (d *Desk) queueAuto(tx *store.Tx, c *guichet.Case, m *guichet.Message, detail ...string) guichet.Fact {
	c.Messages = m.N
	tx.Message(m)
	tx.Ref(c.Tenant, &store.Ref{ID: m.MailID, Entries: []store.RefEntry{{Kind: store.RefMessage, Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash}}})
	f := d.fact(guichet.ReplyQueued, Self, append([]string{"kind", m.Auto}, detail...)...)
	f.Message = m.ID()
	return f
}
