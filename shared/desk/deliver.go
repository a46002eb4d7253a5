package desk

import (
	"context"
	"errors"
	"math"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Deliver does what leaves the house: it sends the answer that a reply.queued fact names, tests a relay, takes an address off SES's list. A fact that comes
// again finds it done and does nothing. Temporary errors are the queue's to try again: the message stays queued and the agent sees that it waits. Permanent ones
// end in reply.failed.
func (d *Desk) Deliver(ctx context.Context, f guichet.Fact) error {
	switch f.Kind {
	case guichet.RelayAsked:
		return d.tryRelay(ctx, f)
	case guichet.AddressLifted:
		return d.unlist(ctx, f)
	}
	m, err := d.Store.Message(ctx, f.Tenant, f.Message)
	if err != nil {
		return d.forgotten(ctx, f, err)
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
		return d.failed(ctx, m, "gone", "its channel is gone")
	}
	if err := sends(ch); err != nil && m.By != "" { // it was switched off after the answer was written
		return d.failed(ctx, m, "off", "the outbound flow of its channel was switched off")
	}
	to, stopped, err := d.reach(ctx, m, cfg.Relays[ch.ID])
	if err != nil {
		return err
	}
	if code, reason := nobody(m, stopped); code != "" {
		return d.failed(ctx, m, code, reason)
	}
	sender, relay, force, err := d.wayOut(ctx, cfg, ch)
	if err != nil {
		return d.unsent(ctx, m, err)
	}
	raw, err := d.readMail(ctx, m.Raw, math.MaxInt64)
	if err != nil {
		return err
	}
	sent, err := sender.Send(ctx, channel.Outgoing{Tenant: m.Tenant, Case: m.Case, Message: m.ID(), MailID: m.MailID, From: ch.Address, To: to, Raw: raw,
		ForceTLS: force, Opens: ch.Opens, Account: cfg.Tenant.SESTenant, Chat: chatOf(m, raw)})
	if relay != nil && force && errors.Is(err, channel.TLSRequired) {
		return d.insecure(ctx, m, to, channel.Said(err))
	}
	if err != nil {
		return d.unsent(ctx, m, err)
	}
	if ch.Talks() && sent.ID != "" {
		sent.MailID = mail.ChatMessageID(d.Key, ch, sent.ID)
	}
	return d.sent(ctx, m, sent, stopped)
}

// unsent notes why a mail did not leave: for good, or, where that tells the agent more than that it waits, for now.
func (d *Desk) unsent(ctx context.Context, m *guichet.Message, err error) error {
	switch guichet.KindOf(err) {
	case guichet.Permanent, guichet.TooLarge, guichet.Invalid:
		return d.failed(ctx, m, "refused", cut(channel.Said(err), 300))
	}
	switch {
	case channel.InDoubt(err):
		return d.doubted(ctx, m, err)
	case errors.Is(err, channel.QuotaUsed):
		d.waits(ctx, m, channel.Said(err)+"; it is sent as soon as there is room again")
	}
	return err
}

// maxDoubts is how often a mail is handed over whole without a word in return: each time it may have been taken.
const maxDoubts = 3

// doubted notes that nobody knows whether the mail left. It goes again after a while, and the agent reads why it waits; a sending event of SES that comes before
// settles it. After the third time it fails, with those words: to go on would send a person the same mail all day. See decisions/exactly-once-mail.md.
func (d *Desk) doubted(ctx context.Context, m *guichet.Message, cause error) error {
	err := again(ctx, func() error {
		m, c, err := d.ofMessage(ctx, m)
		if err != nil || m.Delivery != guichet.Queued {
			return err
		}
		m.Doubts++
		m.Reason = "the other side did not say whether it took the mail; it is sent again, and may come twice"
		var facts []guichet.Fact
		if m.Doubts >= maxDoubts {
			facts = append(facts, d.fails(c, m, guichet.InDoubt, "the other side took the whole mail several times and never said so: it may have arrived; ask before you send it again"))
		}
		tx := &store.Tx{}
		tx.Message(m)
		tx.Case(c, facts...) // also without a fact, so that who looks at the case is shown it
		if err = d.Store.Commit(ctx, tx); err == nil && len(facts) > 0 {
			cause = nil
		}
		return err
	})
	if cause == nil || err != nil {
		return err
	}
	return cause
}

// insecure ends a mail that needs a secure connection and found none: nothing of it left, and the addresses take no mail until somebody lifts that, or changes
// the relay (A049).
func (d *Desk) insecure(ctx context.Context, m *guichet.Message, to []string, said string) error {
	state := guichet.AddressState{Reason: guichet.StoppedByTLS, Said: said, By: guichet.ByRelay, At: d.Now()}
	return d.ends(ctx, m, guichet.StoppedByTLS, said, func(tx *store.Tx, m *guichet.Message) ([]guichet.Fact, error) { return d.stops(ctx, tx, m, to, state) })
}

// waits tells the agent why a mail still waits, once for each reason. What fails here only delays the notice.
func (d *Desk) waits(ctx context.Context, m *guichet.Message, reason string) {
	_ = again(ctx, func() error {
		m, c, err := d.ofMessage(ctx, m)
		if err != nil || m.Delivery != guichet.Queued || m.Reason == reason {
			return err
		}
		m.Reason = reason
		tx := &store.Tx{}
		tx.Message(m)
		tx.Case(c) // so that who looks at the case is shown it
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

// sent notes that a channel took a message, and stops the clocks that wait for it: at sent, not at written.
func (d *Desk) sent(ctx context.Context, m *guichet.Message, s channel.Sent, stopped map[string]guichet.AddressState) error {
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
		m.SentAt, m.SentID = at, s.MailID
		begun(m, s, stopped, at)
		if err := d.indexSent(ctx, tx, m, s); err != nil {
			return err
		}
		if err := d.indexBox(ctx, tx, m, c, s); err != nil {
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

// begun notes what became of the mail so far, by recipient: taken, refused by the other side, or not sent to him at all.
func begun(m *guichet.Message, s channel.Sent, stopped map[string]guichet.AddressState, at time.Time) {
	m.Outset(mail.FoldAddress)
	out, refused := guichet.Accepted, map[string]guichet.Word{}
	if s.MailID == "" {
		out = guichet.Sent // who keeps our id tells no more
	}
	for _, f := range s.Failed {
		refused[mail.FoldAddress(f.Addr)] = guichet.Word{State: guichet.Failed, Code: "refused", Reason: cut(f.Reason, 300), At: at}
	}
	for addr, state := range stopped {
		refused[mail.FoldAddress(addr)] = guichet.Word{State: guichet.Failed, Code: "stopped." + state.Reason, Reason: stopWords[state.Reason], At: at}
	}
	for i, f := range m.Fates {
		w, ok := refused[mail.FoldAddress(f.Addr)]
		if !ok {
			w = guichet.Word{State: out, At: at}
		}
		m.Prove(i, w)
	}
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
	r.Claim(store.RefEntry{Kind: refKind(m), Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash})
	tx.Ref(m.Tenant, r)
	return nil
}

// answered stops the clocks that wait for an answer, for one that an agent wrote to the contact: what goes outside is none.
func (d *Desk) answered(cfg *store.Config, c *guichet.Case, m *guichet.Message, at time.Time, facts *[]guichet.Fact) {
	if m.By == "" || m.Outside {
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
func (d *Desk) failed(ctx context.Context, m *guichet.Message, code, reason string) error {
	return d.ends(ctx, m, code, reason, func(*store.Tx, *guichet.Message) ([]guichet.Fact, error) { return nil, nil })
}

// fails marks a message as one that never left, and returns the fact of it.
func (d *Desk) fails(c *guichet.Case, m *guichet.Message, code, reason string) guichet.Fact {
	m.Outset(mail.FoldAddress)
	for i := range m.Fates {
		m.Hear([]int{i}, guichet.Word{State: guichet.Failed, Code: code, Reason: reason, At: d.Now()})
	}
	m.Delivery, m.Reason = guichet.Failed, reason
	c.StopTimer(ContactWrites, "") // the contact got nothing to answer
	f := d.fact(guichet.ReplyFailed, Self, "reason", reason)
	f.Message, f.Agent = m.ID(), m.By
	return f
}

// ends is failed, and does more in the same transaction.
func (d *Desk) ends(ctx context.Context, m *guichet.Message, code, reason string, more func(*store.Tx, *guichet.Message) ([]guichet.Fact, error)) error {
	return again(ctx, func() error {
		m, c, err := d.ofMessage(ctx, m)
		if err != nil || m.Delivery != guichet.Queued {
			return err
		}
		tx := &store.Tx{}
		also, err := more(tx, m)
		if err != nil {
			return err
		}
		f := d.fails(c, m, code, reason)
		tx.Message(m)
		tx.Case(c, append([]guichet.Fact{f}, also...)...)
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
	if f.Kind != guichet.ReplyQueued {
		return nil
	}
	m, err := d.Store.Message(ctx, f.Tenant, f.Message)
	if err != nil {
		return err
	}
	return d.failed(ctx, m, guichet.GivenUp, cut("given up after many tries: "+channel.Said(cause), 300))
}

// writer says who wrote a message that went out: an agent, or nobody.
func writer(m *guichet.Message) string {
	if m.By == "" {
		return Self
	}
	return string(m.By)
}
