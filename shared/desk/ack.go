package desk

import (
	"context"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
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
	l.person.Acked, l.greeted = d.Now(), true
	l.facts = append(l.facts, d.queueAuto(l.tx, c, ack))
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
	case p.State.Stopped(), d.Now().Before(p.Acked.Add(ackPause)):
		return false
	}
	for _, addr := range []string{p.Addr, l.sender} {
		if l.site.Own(addr) || l.staff[addr] != "" {
			return false
		}
	}
	return true
}

// composeAck makes the acknowledgement and its bytes.
func (d *Desk) composeAck(l *landing, c *guichet.Case, m *guichet.Message) (*guichet.Message, []byte, error) {
	text := strings.NewReplacer("{ticket}", string(c.ID), "{subject}", c.Subject).Replace(l.site.Channel.Ack)
	return d.composeAuto(l.cfg, l.site.Channel, c, l.person.Addr, past{parent: m, head: l.mail}, text)
}
