package desk

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/spam"
	"guichet/shared/store"
)

// JudgeSpam judges the suspected message that a fact names: clear it, tag its case, or keep it apart. Nothing is dropped (A058).
func (d *Desk) JudgeSpam(ctx context.Context, f guichet.Fact) error {
	return again(ctx, func() error {
		m, err := d.Store.Message(ctx, f.Tenant, f.Message)
		if err != nil {
			return d.forgotten(ctx, f, err)
		}
		c, err := d.Store.LiveCase(ctx, f.Tenant, m.Case)
		if err != nil || m.Judged {
			return err
		}
		cfg, err := d.Store.Config(ctx, f.Tenant)
		if err != nil {
			return err
		}
		in := spam.Input{Verdicts: m.Verdicts, From: m.From.Addr, Lists: spam.Lists{Allow: cfg.Lists.Allow, Block: cfg.Lists.Block}}
		if in.Standing, err = d.senderStanding(ctx, m); err != nil {
			return err
		}
		if m.Burst {
			in.Limit, in.Recent = 1, 2 // the mail itself says that it was one too many
		}
		j := spam.Judge(in)
		if m.Large != "" {
			j.Action, j.Reasons = spam.Quarantine, append(j.Reasons, m.Large)
		}
		m.Judged = true
		tx := &store.Tx{}
		facts := []guichet.Fact{d.fact(guichet.InteractionJudged, Self, "action", j.Action, "reason", strings.Join(j.Reasons, "; "))}
		switch j.Action {
		case "quarantine":
			if m.Burst && m.Large == "" && calm(in) {
				d.awaitCalm(cfg, c, m, &facts)
			}
			d.hold(tx, c, m, strings.Join(j.Reasons, "; "), &facts)
		case "tag":
			d.tagSpam(cfg, c, &facts)
			fallthrough
		default:
			d.wake(cfg, c, m.At, m.Third, &facts)
			if !m.Third {
				if err := d.contactWrote(ctx, cfg, c); err != nil {
					return err
				}
			}
		}
		for i := range facts {
			facts[i].Message = m.ID()
		}
		tx.Message(m)
		tx.Case(c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// tagSpam puts the channel's spam tag on the case; a channel without one leaves the case untagged (A056).
func (d *Desk) tagSpam(cfg *store.Config, c *guichet.Case, facts *[]guichet.Fact) {
	if ch := cfg.Channels[c.Channel]; ch != nil && ch.SpamTag != "" {
		c.Tag(ch.SpamTag)
		*facts = append(*facts, d.fact(guichet.CaseTagged, Self, "tag", ch.SpamTag))
		if c.In <= 1 && c.Out == 0 {
			d.requeue(cfg, c, ch.SpamTo, Self, facts)
		}
	}
}

// requeue makes a case that no agent has wait for another skill; one that is not there is no reason to lose the case.
func (d *Desk) requeue(cfg *store.Config, c *guichet.Case, to guichet.SkillID, by string, facts *[]guichet.Fact) {
	if to == "" || to == c.Skill || c.Agent != "" || cfg.Skills[to] == nil {
		return
	}
	*facts = append(*facts, d.fact(guichet.CaseTransferred, by, "from", string(c.Skill), "to", string(to)))
	c.For = ""
	if c.Skill = to; c.Waiting() {
		*facts = append(*facts, d.fact(guichet.CaseWaiting, by, "skill", string(to)))
	}
}

// hold keeps a message apart: its text is not shown, and a case that is made of it alone rests.
func (d *Desk) hold(tx *store.Tx, c *guichet.Case, m *guichet.Message, reason string, facts *[]guichet.Fact) {
	m.Held = reason
	tx.Quarantine(&store.Held{
		ID: string(m.ID()), Tenant: m.Tenant, Channel: m.Channel, At: m.At, Reason: reason, From: m.From.Addr, Subject: m.Subject, Raw: m.Raw,
		Envelope: m.Envelope, Verdicts: m.Verdicts,
	})
	f := d.fact(guichet.InteractionQuarantine, Self, "reason", reason)
	if c.In <= 1 && c.Out == 0 {
		f = d.fact(guichet.InteractionQuarantine, Self, "reason", reason, "status", string(guichet.Closed))
		c.Held, c.Status, c.Moved = true, guichet.Closed, d.Now()
		c.First, c.Resolution, c.Next = guichet.Clock{}, guichet.Clock{}, guichet.Clock{}
	}
	*facts = append(*facts, f)
}

// holdInert keeps automatic mail apart that is recorded and judged by nobody: a virus is one also in a report, and what is too large does not come in as an
// answer of a machine either.
func (d *Desk) holdInert(l *landing, c *guichet.Case, m *guichet.Message) {
	if !l.inert() || !l.suspect || l.auto.Kind == mail.Notification && m.N == 1 {
		return
	}
	j := spam.Judge(spam.Input{Verdicts: m.Verdicts, From: m.From.Addr, Lists: spam.Lists{Allow: l.cfg.Lists.Allow, Block: l.cfg.Lists.Block}})
	if m.Large != "" {
		j.Action, j.Reasons = spam.Quarantine, append(j.Reasons, m.Large)
	}
	if j.Action == spam.Quarantine {
		m.Judged = true
		d.hold(l.tx, c, m, strings.Join(j.Reasons, "; "), &l.facts)
	}
}

// Release lets a quarantined message go on: its case waits for an agent as if it had just come.
func (d *Desk) Release(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID) error {
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id.Case())
		if err != nil {
			return err
		}
		if err := w.needs(guichet.CanRelease); err != nil {
			return err
		}
		m, err := d.Store.Message(ctx, t, id)
		if err != nil || m.Held == "" {
			return err
		}
		tx := &store.Tx{}
		var facts []guichet.Fact
		if err := d.letGo(ctx, tx, m, string(who), &facts); err != nil {
			return err
		}
		d.unhold(w.cfg, w.c, &facts)
		tx.Case(w.c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}
