package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/spam"
	"guichet/shared/store"
)

// BurstEnds is the timer of a case with mails that wait because their sender wrote too fast (D-42): then they go on by themselves.
const BurstEnds guichet.TimerKind = "burst-ends"

func init() { bells[BurstEnds] = (*Desk).endBurst }

// calm reports whether nothing but its number holds a mail back.
func calm(in spam.Input) bool {
	in.Limit, in.Recent = 0, 0
	return spam.Judge(in).Action != spam.Quarantine
}

// awaitCalm has a mail that is held for its number alone go on when the sender's measure is full again: the first ones beyond it after one window, as many again
// after the next. In one case that is when it has been quiet for a window. Of a burst it tells once.
func (d *Desk) awaitCalm(cfg *store.Config, c *guichet.Case, m *guichet.Message, facts *[]guichet.Fact) {
	ch := cfg.Channels[m.Channel]
	if ch == nil {
		ch = &guichet.Channel{}
	}
	windows := 1
	if m.N == 1 {
		windows += max(0, c.Streak-ch.MaxBurst()-1) / ch.MaxBurst()
	}
	_, told := c.Timer(BurstEnds, "")
	at := m.At.Add(time.Duration(windows) * ch.BurstWindow())
	if !c.SetTimer(BurstEnds, "", at) {
		return // it waits for an agent, as what is held for other reasons does
	}
	m.Until = at
	if first := m.N > 1 && !told || m.N == 1 && c.Streak <= ch.MaxBurst()+1; first {
		*facts = append(*facts, d.fact(guichet.BurstBegan, Self, "until", at.UTC().Format(time.RFC3339)))
	}
}

// endBurst lets the messages of a case go on that were held for their number alone, each in a commit of its own: a fact tells of one message.
func (d *Desk) endBurst(ctx context.Context, t guichet.TenantID, id guichet.CaseID, _ guichet.Timer) error {
	for more := true; more; {
		err := again(ctx, func() (err error) {
			more, err = d.freeOne(ctx, t, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// freeOne lets the first message of a case go on that waits for calm alone; the last one takes the timer off. It reports whether there are more.
func (d *Desk) freeOne(ctx context.Context, t guichet.TenantID, id guichet.CaseID) (more bool, err error) {
	c, err := d.Store.LiveCase(ctx, t, id)
	if err != nil {
		return false, err
	}
	if at, ok := c.Timer(BurstEnds, ""); !ok || at.At.After(d.Now()) {
		return false, nil
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return false, err
	}
	held, err := d.burstHeld(ctx, c)
	if err != nil {
		return false, err
	}
	if len(held) < 2 {
		c.StopTimer(BurstEnds, "")
	}
	tx := &store.Tx{}
	var facts []guichet.Fact
	if len(held) > 0 {
		if err := d.letGo(ctx, tx, held[0], Self, &facts); err != nil {
			return false, err
		}
		if c.Status != guichet.Trashed {
			d.unhold(cfg, c, &facts)
		}
	}
	tx.Case(c, facts...)
	return len(held) > 1, d.Store.Commit(ctx, tx)
}

// burstHeld lists the first messages of a case and its parts that wait for calm alone.
func (d *Desk) burstHeld(ctx context.Context, c *guichet.Case) ([]*guichet.Message, error) {
	var out []*guichet.Message
	for _, part := range append([]guichet.CaseID{c.ID}, c.Parts...) {
		for from, more := 1, true; more && len(out) < 2; {
			list, err := d.Store.Messages(ctx, c.Tenant, part, from, 200)
			if err != nil {
				return nil, err
			}
			for _, m := range list {
				if from = m.N + 1; m.Held != "" && !m.Until.IsZero() {
					out = append(out, m)
				}
			}
			more = len(list) > 0 // a page may end early
		}
	}
	return out, nil
}

// letGo takes a message out of quarantine.
func (d *Desk) letGo(ctx context.Context, tx *store.Tx, m *guichet.Message, by string, facts *[]guichet.Fact) error {
	held, err := d.Store.HeldMail(ctx, m.Tenant, m.At, string(m.ID()))
	if err != nil {
		return err
	}
	m.Held, m.Until = "", time.Time{}
	held.Released, held.By = d.Now(), by
	f := d.fact(guichet.InteractionReleased, by)
	f.Message = m.ID()
	*facts = append(*facts, f)
	tx.Message(m)
	tx.Quarantine(held)
	return nil
}

// unhold makes a case whose mail was released wait for an agent, as if it had just come.
func (d *Desk) unhold(cfg *store.Config, c *guichet.Case, facts *[]guichet.Fact) {
	if c.Held {
		d.startClocks(cfg, c, d.Now(), facts)
	}
	c.Held = false
	d.wake(cfg, c, d.Now(), false, facts)
}
