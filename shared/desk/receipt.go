package desk

import (
	"context"
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
	Reason     string
	Hard       bool // the address takes no mail for good: it is suppressed (D-43)
}

// Receipt notes what became of an answer. Events come late, twice and in any order: a weaker word never replaces a stronger one.
// A message that is not there is NotFound.
func (d *Desk) Receipt(ctx context.Context, r Receipt) error {
	if err := d.suppress(ctx, r); err != nil {
		return err
	}
	return again(ctx, func() error {
		m, err := d.Store.Message(ctx, r.Tenant, r.Message)
		if err != nil {
			return err
		}
		if m.Direction != guichet.Outbound {
			return guichet.Errorf(guichet.Poison, "a receipt for message %s, which never went out", r.Message)
		}
		if m.SentAt.IsZero() && r.MailID != "" {
			if err := d.sent(ctx, m, channel.Sent{MailID: r.MailID}); err != nil {
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
		if !r.Delivery.Above(m.Delivery) {
			return d.Store.Commit(ctx, tx)
		}
		m.Delivery = r.Delivery
		if r.Reason != "" {
			m.Reason = cut(r.Reason, 300)
		}
		f := d.fact(guichet.ReplyDelivery, Self, "delivery", string(r.Delivery), "reason", cut(r.Reason, 300))
		f.Message, f.Agent, f.At = m.ID(), m.By, r.At
		tx.Message(m)
		tx.Case(c, f)
		return d.Store.Commit(ctx, tx)
	})
}

// suppress marks addresses that take no mail for good, for every path.
func (d *Desk) suppress(ctx context.Context, r Receipt) error {
	if !r.Hard {
		return nil
	}
	for _, addr := range r.Recipients {
		err := again(ctx, func() error {
			c, err := d.Store.Contact(ctx, r.Tenant, mail.FoldAddress(addr))
			if err != nil || c.Blocked != "" {
				return err
			}
			if c.Version == 0 {
				c.Addr, c.Since = mail.FoldAddress(addr), r.At
			}
			c.Blocked = string(r.Delivery) + " on " + r.At.UTC().Format("2006-01-02")
			tx := &store.Tx{}
			tx.Contact(c)
			return d.Store.Commit(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
