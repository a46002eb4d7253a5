package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Receipt is what a channel says of a mail that it took, some time later: SES's sending events.
type Receipt struct {
	Tenant     guichet.TenantID
	Message    guichet.MessageID
	MailID     string // under which the channel sent it; empty when not said
	Delivery   guichet.Delivery
	At         time.Time
	Recipients []string // whom it speaks of
	Code       string   // see guichet.Word
	Reason     string
	Stop       string // why the address takes no mail from now on: guichet.StoppedBy...; empty: it goes on taking it
	By         string // who says so; empty: guichet.BySES
	Opened     bool   // somebody opened it; Delivery is empty then
}

// Receipt notes what became of an answer, for each recipient that it speaks of. Events come late, twice and in any order: a weaker word never replaces a
// stronger one. An address that takes no mail from now on is stopped in the same transaction (D-43). A message that is not there is NotFound.
func (d *Desk) Receipt(ctx context.Context, r Receipt) error {
	if r.Opened {
		return d.opened(ctx, r)
	}
	return again(ctx, func() error {
		m, err := d.Store.Message(ctx, r.Tenant, r.Message)
		if err != nil {
			return d.forgotten(ctx, guichet.Fact{Tenant: r.Tenant, Case: r.Message.Case()}, err)
		}
		if m.Direction != guichet.Outbound {
			return guichet.Errorf(guichet.Poison, "a receipt for message %s, which never went out", r.Message)
		}
		if m.SentAt.IsZero() && r.MailID != "" {
			if err := d.sent(ctx, m, channel.Sent{MailID: r.MailID}, nil); err != nil {
				return err
			}
		}
		m, c, err := d.ofMessage(ctx, m)
		if err != nil {
			return err
		}
		tx := &store.Tx{}
		if r.MailID != m.SentID { // it went out twice, since the first time was not recorded: an answer may name either
			if err := d.indexSent(ctx, tx, m, channel.Sent{MailID: r.MailID}); err != nil {
				return err
			}
		}
		facts, err := d.learn(ctx, tx, m, r)
		if err != nil {
			return err
		}
		if len(facts) > 0 {
			tx.Message(m)
			tx.Case(c, facts...)
		}
		return d.Store.Commit(ctx, tx)
	})
}

// learn brings a message past a receipt, and returns what is new in it: nothing, of a word that is weaker than what is known, or the same again.
func (d *Desk) learn(ctx context.Context, tx *store.Tx, m *guichet.Message, r Receipt) ([]guichet.Fact, error) {
	var facts []guichet.Fact
	changed := m.Hear(places(m, r.Recipients), guichet.Word{State: r.Delivery, Code: r.Code, Reason: cut(r.Reason, 300), At: r.At})
	if len(changed) > 0 {
		f := d.fact(guichet.ReplyDelivery, Self, "delivery", string(r.Delivery), "reason", cut(r.Reason, 300))
		if len(m.Fates) > 1 {
			f.Detail["to"] = strings.Join(changed, ", ")
		}
		f.Message, f.Agent, f.At = m.ID(), m.By, r.At
		facts = append(facts, f)
	}
	if r.Stop == "" {
		return facts, nil
	}
	stopped, err := d.stops(ctx, tx, m, r.Recipients, guichet.AddressState{Reason: r.Stop, Said: r.Reason, By: cmp.Or(r.By, guichet.BySES), At: r.At})
	return append(facts, stopped...), err
}

// places finds the recipients that a receipt speaks of. An address that the mail was not sent to is what the only recipient's became on its way.
func places(m *guichet.Message, addrs []string) []int {
	m.Outset(mail.FoldAddress)
	if len(m.Fates) == 1 && len(addrs) > 0 {
		return []int{0}
	}
	var out []int
	for _, a := range addrs {
		if i := m.Place(a, mail.FoldAddress); i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

// opened notes that somebody opened a mail, where its channel wants to know: the first time, and beside what became of the mail.
func (d *Desk) opened(ctx context.Context, r Receipt) error {
	cfg, err := d.Store.Config(ctx, r.Tenant)
	if err != nil {
		return err
	}
	return again(ctx, func() error {
		m, err := d.Store.Message(ctx, r.Tenant, r.Message)
		if err != nil {
			return err
		}
		if ch := cfg.Channels[m.Channel]; m.Direction != guichet.Outbound || ch == nil || !ch.Opens && !ch.Talks() || !m.Opened.IsZero() {
			return nil
		}
		m, c, err := d.ofMessage(ctx, m)
		if err != nil {
			return err
		}
		m.Opened = r.At
		f := d.fact(guichet.ReplyDelivery, Self, "delivery", "opened")
		f.Message, f.Agent, f.At = m.ID(), m.By, r.At
		tx := &store.Tx{}
		tx.Message(m)
		tx.Case(c, f)
		return d.Store.Commit(ctx, tx)
	})
}
