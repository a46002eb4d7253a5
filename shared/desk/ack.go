package desk

import (
	"context"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// acknowledge puts the channel's acknowledgement of a new case behind the mail that opened it (D-37, D-38): an automatic answer that no agent wrote, so that no
// clock stops, nobody has answered, and the case waits as before.
//
// It is queued in the commit that stores the mail, and not by a function that waits for case.opened: it is there exactly if the case is, a mail that comes
// again finds itself stored before it gets here, and a channel without one pays nothing, while a function that waits would be woken for every case. The price
// is that the function which takes mail in may write composed mails, and that a store of bytes that is down keeps mail waiting in its queue for such channels.
// A suspected mail (a forged one is) gets none, also if it is found clean later: who is answered by a machine must be beyond doubt.
func (d *Desk) acknowledge(ctx context.Context, l *landing, c *guichet.Case, m *guichet.Message) error {
	if !d.owed(l) {
		return nil
	}
	ack, raw, err := d.composeAck(l, c, m)
	if err != nil {
		return nil // what this mail is like forbids an answer: it is a case all the same
	}
	if err := d.keep(ctx, ack, raw); err != nil {
		return err
	}
	c.Messages = ack.N
	l.person.Acked, l.greeted = d.Now(), true
	l.tx.Message(ack)
	l.tx.Ref(c.Tenant, &store.Ref{ID: ack.MailID, Entries: []store.RefEntry{{Kind: store.RefMessage, Channel: ack.Channel, Case: ack.Case, N: ack.N, Hash: ack.Hash}}})
	f := d.fact(guichet.ReplyQueued, Self, "kind", ack.Auto)
	f.Message = ack.ID()
	l.facts = append(l.facts, f)
	return nil
}

// ackPause is the time in which a person gets one acknowledgement, however many cases he opens, in whatever channel: the last resort against two machines that
// answer each other. It stands in the contact, which is read for a new case anyway; two cases at once are beaten by each other there.
const ackPause = time.Hour

// owed reports whether the mail gets an acknowledgement.
func (d *Desk) owed(l *landing) bool {
	ch, p := l.site.Channel, l.person
	switch {
	case strings.TrimSpace(ch.Ack) == "" || !ch.Outbound, p == nil || p.Addr == "":
		return false
	case l.suspect, l.auto.Kind != mail.Human, !l.auto.MayAnswer:
		return false
	case p.Blocked != "", d.Now().Before(p.Acked.Add(ackPause)):
		return false
	}
	for _, addr := range []string{p.Addr, l.sender} {
		if l.site.Own(addr) || l.cfg.AgentAt(addr) != "" {
			return false
		}
	}
	return true
}

// composeAck makes the acknowledgement and its bytes.
func (d *Desk) composeAck(l *landing, c *guichet.Case, m *guichet.Message) (*guichet.Message, []byte, error) {
	ch, now := l.site.Channel, d.Now()
	r, err := mail.CheckRecipients(mail.Recipients{To: []mail.Address{{Addr: l.person.Addr}}}, l.cfg.Addresses())
	if err != nil {
		return nil, nil, err
	}
	ack := &guichet.Message{
		Tenant: c.Tenant, Case: c.ID, N: c.Messages + 1, Direction: guichet.Outbound, At: now, Channel: ch.ID, Auto: mail.AutoReply,
		From: guichet.Person{Name: ch.Display, Addr: ch.Address}, To: persons(r.To), Delivery: guichet.Queued,
	}
	ack.MailID = mail.NewMessageID(d.Key, ack.Tenant, ack.ID(), domainOf(ch.Address))
	format := ch.FormatAt(c.Format)
	ack.Subject = mail.RenderSubject("Re: "+mail.BaseSubject(m.Subject), c.ID, format)
	out := mail.Outgoing{
		From: mail.Address{Name: ch.Display, Addr: ch.Address}, To: r.To, Subject: ack.Subject, Date: now, MessageID: ack.MailID, Auto: "auto-replied",
		Text: strings.NewReplacer("{ticket}", string(c.ID), "{subject}", c.Subject).Replace(ch.Ack), Language: ch.Language, Limit: mail.SESLimit,
	}
	ack.Text = cut(out.Text, guichet.MaxInlineText)
	ack.Cut = len(ack.Text) < len(out.Text)
	if token := mail.TicketToken(c.ID, format); token != "" {
		out.Headers = append(out.Headers, mail.Field{Name: "X-Guichet-Ticket", Value: token})
	}
	past{parent: m, head: l.mail}.thread(&out, ack)
	raw, err := mail.Compose(out)
	return ack, raw, err
}
