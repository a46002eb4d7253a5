package desk

import (
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
	return l.cfg.AgentAt(l.sender)
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
	d.answered(c, m, l.in.ReceivedAt, &l.facts)
	d.index(l, c, m)
	for i := range l.facts {
		l.facts[i].Message = m.ID()
	}
	l.tx.Message(m)
	l.tx.Case(c, l.facts...)
	return l.tx, m, nil
}
