package desk

import (
	"context"
	"maps"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// byAgent returns the agent who wrote a mail from a mailbox of his own (D-27); empty unless his domain vouches for it (DMARC): anybody can write an
// agent's name above a mail.
func (l *landing) byAgent() guichet.AgentID {
	if l.in.Verdicts.DMARC != "PASS" || l.auto.Kind != mail.Human { // DKIM alone may be any domain's signature
		return ""
	}
	return l.staff[l.sender]
}

// knowing returns the arrival with the agents whose addresses it carries as its writer's, and the site that knows them. Mail from where no agent has
// a mailbox costs no read.
func (d *Desk) knowing(ctx context.Context, a arrival, s mail.Site, cfg *store.Config) (arrival, mail.Site, error) {
	addrs := []string{a.sender, mail.FoldAddress(a.in.From)}
	for _, list := range [][]mail.Address{a.mail.From, a.mail.ReplyTo, mail.ParseAddresses(a.mail.Get("X-Original-From"))} {
		for _, p := range list[:min(len(list), 10)] {
			addrs = append(addrs, mail.FoldAddress(p.Addr))
		}
	}
	var err error
	if a.staff, err = d.Store.AgentsAt(ctx, cfg, addrs...); err != nil {
		return a, s, err
	}
	if p, ok := mail.ForwardedFrom(a.mail); ok && a.staff[a.sender] != "" { // he may pass on the mail of a colleague
		more, err := d.Store.AgentsAt(ctx, cfg, mail.FoldAddress(p.Addr))
		if err != nil {
			return a, s, err
		}
		maps.Copy(a.staff, more)
	}
	s.Staff = func(addr string) bool { return a.staff[addr] != "" }
	return a, s, nil
}

// agentMail records an agent's answer from a mailbox of his own as what it is: an answer that has left. It stops the first-response clock as any
// answer does.
func (d *Desk) agentMail(l *landing, c *guichet.Case, who guichet.AgentID) (*store.Tx, *guichet.Message, error) {
	m := d.message(l, c)
	c.In, c.Out, c.Last = c.In-1, c.Out+1, who
	m.Direction, m.By, m.Delivery, m.SentAt = guichet.Outbound, who, guichet.Sent, l.in.ReceivedAt
	f := d.fact(guichet.ReplySent, string(who), "channel", string(m.Channel), "by", "a mailbox of the agent's own")
	f.Agent = who
	l.facts = append(l.facts, f)
	d.answered(l.cfg, c, m, l.in.ReceivedAt, &l.facts)
	d.index(l, c, m)
	for i := range l.facts {
		l.facts[i].Message = m.ID()
	}
	l.tx.Message(m)
	l.tx.Case(c, l.facts...)
	return l.tx, m, nil
}
