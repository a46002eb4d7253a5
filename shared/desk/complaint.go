package desk

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// complained notes what a complaint that came as mail says of the message that it is about. Anybody can write one, so it counts as the channel's own word would only
// where the domain of who complains says so itself and proves it, and the mail did go there (D-45); else it is kept with the case, and that is all.
func (d *Desk) complained(ctx context.Context, l *landing, c *guichet.Case) error {
	if l.auto.Kind != mail.Complaint || l.dec.Case == nil || l.in.Verdicts.DMARC != "PASS" || len(l.mail.From) != 1 {
		return nil
	}
	said := mail.Complaining(l.mail)
	if said.Kind == "not-spam" {
		return nil
	}
	m, err := d.ourMail(ctx, l)
	if err != nil || m == nil {
		return err
	}
	from := domainOf(mail.FoldAddress(l.mail.From[0].Addr))
	var who []string
	m.Outset(mail.FoldAddress)
	for _, addr := range said.Addresses {
		own := domainOf(addr)
		if (from == own || strings.HasSuffix(from, "."+own)) && sentTo(m, addr) {
			who = append(who, addr)
		}
	}
	if len(who) == 0 {
		return nil
	}
	facts, err := d.learn(ctx, l.tx, m, Receipt{
		Tenant: m.Tenant, Message: m.ID(), Delivery: guichet.Complained, Code: "complaint", Stop: guichet.StoppedByComplaint, Reason: said.Kind, At: l.in.ReceivedAt,
		Recipients: who, By: guichet.ByReport,
	})
	if err != nil || len(facts) == 0 {
		return err
	}
	l.tx.Message(m)
	l.facts = append(l.facts, facts...)
	return nil
}

// sentTo reports whether a mail of ours went to a folded address.
func sentTo(m *guichet.Message, addr string) bool {
	for _, list := range [][]guichet.Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			if mail.FoldAddress(p.Addr) == addr {
				return true
			}
		}
	}
	return false
}

// ourMail is the message of ours that a report is about; nil if none that it names is.
func (d *Desk) ourMail(ctx context.Context, l *landing) (*guichet.Message, error) {
	for _, f := range l.known.found {
		var id guichet.MessageID
		if r := l.known.refs[f.Ref]; f.Kind == mail.ByBounce && r != nil {
			for _, e := range r.Entries {
				if e.N > 0 && e.Case != "" {
					id = e.Case.Message(e.N)
				}
			}
		}
		if id == "" {
			continue
		}
		m, err := d.Store.Message(ctx, l.site.Tenant, id)
		if guichet.Is(err, guichet.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m.Direction == guichet.Outbound && !m.SentAt.IsZero() {
			return m, nil
		}
	}
	return nil, nil
}
