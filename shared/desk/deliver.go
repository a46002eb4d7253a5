package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Deliver sends the answer that a reply.queued fact names. A fact that comes again finds the message sent and does nothing. Temporary errors are the
// queue's to try again: the message stays queued and the agent sees that it waits. Permanent ones end in reply.failed.
func (d *Desk) Deliver(ctx context.Context, f guichet.Fact) error {
	m, err := d.Store.Message(ctx, f.Tenant, f.Message)
	if err != nil {
		return err
	}
	if m.Delivery != guichet.Queued || m.Direction != guichet.Outbound {
		return nil
	}
	cfg, err := d.Store.FreshConfig(ctx, f.Tenant)
	if err != nil {
		return err
	}
	ch := cfg.Channels[m.Channel]
	if ch == nil || ch.Deleted {
		return d.failed(ctx, m, "its channel is gone")
	}
	blocked, err := d.blocked(ctx, m)
	if err != nil {
		return err
	}
	if blocked != "" {
		return d.failed(ctx, m, blocked)
	}
	raw, err := d.rawMail(ctx, m.Raw)
	if err != nil {
		return err
	}
	sent, err := d.Send(ch).Send(ctx, channel.Outgoing{
		Tenant: m.Tenant, Case: m.Case, Message: m.ID(), MailID: m.MailID, From: ch.Address, To: envelopeTo(m), Raw: raw, ForceTLS: ch.ForceTLS,
	})
	if errors.Is(err, channel.TLSRequired) {
		if err := d.suppress(ctx, Receipt{Tenant: m.Tenant, Delivery: "no secure connection", At: d.Now(), Recipients: envelopeTo(m), Hard: true}); err != nil {
			return err
		}
	}
	switch guichet.KindOf(err) {
	case guichet.Permanent, guichet.TooLarge, guichet.Invalid:
		return d.failed(ctx, m, cut(err.Error(), 300))
	}
	if channel.InDoubt(err) {
		d.doubt(ctx, m)
	}
	if err != nil {
		return err
	}
	return d.sent(ctx, m, sent)
}

// doubt tells the agent that the mail may have left: the connection was lost after the last byte. The queue tries again; a sending event of SES that
// comes before settles it. See decisions/exactly-once-mail.md. What fails here only delays the notice.
func (d *Desk) doubt(ctx context.Context, m *guichet.Message) {
	_ = again(ctx, func() error {
		m, err := d.Store.Message(ctx, m.Tenant, m.ID())
		if err != nil || m.Delivery != guichet.Queued || m.Reason != "" {
			return err
		}
		m.Reason = "the other side did not say whether it took the mail; it is sent again, and may come twice"
		tx := &store.Tx{}
		tx.Message(m)
		return d.Store.Commit(ctx, tx)
	})
}

func envelopeTo(m *guichet.Message) []string {
	var to []string
	for _, list := range [][]guichet.Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			to = append(to, p.Addr)
		}
	}
	return to
}

// blocked says why one of the recipients gets no mail; empty if all do.
func (d *Desk) blocked(ctx context.Context, m *guichet.Message) (string, error) {
	for _, addr := range envelopeTo(m) {
		c, err := d.Store.Contact(ctx, m.Tenant, mail.FoldAddress(addr))
		if err != nil {
			return "", err
		}
		if c.Blocked != "" {
			return "an address takes no mail: " + c.Blocked, nil
		}
	}
	return "", nil
}

// sent notes that a channel took a message, and stops the clocks that wait for it: at sent, not at written.
func (d *Desk) sent(ctx context.Context, m *guichet.Message, s channel.Sent) error {
	at := d.Now()
	return again(ctx, func() error {
		m, c, err := d.ofMessage(ctx, m)
		if err != nil || !m.SentAt.IsZero() {
			return err
		}
		cfg, err := d.Store.Config(ctx, m.Tenant)
		if err != nil {
			return err
		}
		tx := &store.Tx{}
		if guichet.Accepted.Above(m.Delivery) {
			m.Delivery = guichet.Accepted
		}
		m.SentAt, m.SentID, m.Reason = at, s.MailID, refused(s.Failed)
		if m.SentID == "" {
			m.Delivery = guichet.Sent
		}
		if err := d.indexSent(ctx, tx, m, s); err != nil {
			return err
		}
		f := d.fact(guichet.ReplySent, writer(m), "channel", string(m.Channel))
		f.Message, f.Agent = m.ID(), m.By
		facts := []guichet.Fact{f}
		d.answered(cfg, c, m, at, &facts)
		tx.Message(m)
		tx.Case(c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// refused says which recipients did not get a mail that others got; empty if all did.
func refused(failed []channel.Failed) string {
	var parts []string
	for _, f := range failed {
		parts = append(parts, f.Addr+" does not take it: "+f.Reason)
	}
	return cut(strings.Join(parts, "; "), 300)
}

// indexSent makes the id that the channel gave lead to the message (D-10).
func (d *Desk) indexSent(ctx context.Context, tx *store.Tx, m *guichet.Message, s channel.Sent) error {
	if s.MailID == "" {
		return nil
	}
	id := s.MailID
	if bare, ok := mail.SESID(id); ok {
		id = mail.SESRef(bare)
	}
	refs, err := d.Store.Refs(ctx, m.Tenant, []string{id})
	if err != nil {
		return err
	}
	r := refs[id]
	if e := r.In(m.Channel); e != nil && e.Case == m.Case && e.N == m.N {
		return nil
	}
	r.Claim(store.RefEntry{Kind: store.RefMessage, Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash})
	tx.Ref(m.Tenant, r)
	return nil
}

// answered stops the clocks that wait for an answer, for one that an agent wrote.
func (d *Desk) answered(cfg *store.Config, c *guichet.Case, m *guichet.Message, at time.Time, facts *[]guichet.Fact) {
	if m.By == "" {
		return
	}
	w := d.watch(cfg, c)
	w.Answer(at)
	from := len(*facts)
	d.tell(w, facts)
	for i := from; i < len(*facts); i++ {
		if f := &(*facts)[i]; f.Kind == guichet.SLAMet {
			f.Agent = m.By
		}
	}
}

// failed notes that a message never left, with the reason for the agent.
func (d *Desk) failed(ctx context.Context, m *guichet.Message, reason string) error {
	return again(ctx, func() error {
		m, c, err := d.ofMessage(ctx, m)
		if err != nil || m.Delivery != guichet.Queued {
			return err
		}
		m.Delivery, m.Reason = guichet.Failed, reason
		c.StopTimer(ContactWrites, "") // the contact got nothing to answer
		f := d.fact(guichet.ReplyFailed, Self, "reason", reason)
		f.Message, f.Agent = m.ID(), m.By
		tx := &store.Tx{}
		tx.Message(m)
		tx.Case(c, f)
		return d.Store.Commit(ctx, tx)
	})
}

// ofMessage loads a message again, and the case that it belongs to after all merges.
func (d *Desk) ofMessage(ctx context.Context, m *guichet.Message) (*guichet.Message, *guichet.Case, error) {
	fresh, err := d.Store.Message(ctx, m.Tenant, m.ID())
	if err != nil {
		return nil, nil, err
	}
	c, err := d.Store.LiveCase(ctx, m.Tenant, m.Case)
	return fresh, c, err
}

// GiveUp ends an answer that could not be sent for as long as its queue tries: the agent sees that it failed, and why, and can send it again.
func (d *Desk) GiveUp(ctx context.Context, f guichet.Fact, cause error) error {
	m, err := d.Store.Message(ctx, f.Tenant, f.Message)
	if err != nil {
		return err
	}
	return d.failed(ctx, m, cut("given up after many tries: "+cause.Error(), 300))
}

// writer says who wrote a message that went out: an agent, or nobody.
func writer(m *guichet.Message) string {
	if m.By == "" {
		return Self
	}
	return string(m.By)
}
