package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// AgentGone is the timer of a case whose agent went offline.
const AgentGone guichet.TimerKind = "agent-gone"

// left follows the tenant's rule for the cases of an agent who is offline: they stay, go back to the queue, or do so if he is not back in time. An offer goes
// back at once, whatever the rule: who is not there cannot accept.
func (d *Desk) left(ctx context.Context, t guichet.TenantID, id guichet.AgentID) error {
	a, err := d.Store.Agent(ctx, t, id)
	if guichet.Is(err, guichet.NotFound) || err == nil && a.Presence != guichet.Offline {
		return nil
	}
	if err != nil {
		return err
	}
	for cursor := ""; ; {
		list, next, err := d.Store.Inbox(ctx, t, id, drainAtOnce, cursor)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := d.leftCase(ctx, t, c.ID, a); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

// leftCase follows the rule for one case of an agent who went offline.
func (d *Desk) leftCase(ctx context.Context, t guichet.TenantID, id guichet.CaseID, a *guichet.Agent) error {
	return again(ctx, func() error {
		cfg, err := d.Store.Config(ctx, t)
		if err != nil {
			return err
		}
		c, err := d.Store.Case(ctx, t, id)
		if err != nil || c.Agent != a.ID || !c.Status.Live() || c.Merged != "" {
			return err
		}
		r, tx := cfg.Tenant.Routing, &store.Tx{}
		var facts []guichet.Fact
		switch at := a.Since.Add(time.Duration(r.LeaveAfter) * time.Second); {
		case c.Offer:
			facts = d.takeBack(tx, c, guichet.CaseOfferExpired, Self)
		case r.Leave == guichet.LeaveNow, r.Leave == guichet.LeaveLater && !at.After(d.Now()):
			facts = d.giveUp(tx, c)
		case r.Leave == guichet.LeaveLater:
			if have, ok := c.Timer(AgentGone, ""); ok && have.At.Equal(at) {
				return nil
			}
			c.SetTimer(AgentGone, "", at)
		default:
			return nil
		}
		tx.Case(c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// giveUp takes a case from an agent who is not there: back to the queue at its age, or, while it waits for its contact, out of every inbox.
func (d *Desk) giveUp(tx *store.Tx, c *guichet.Case) []guichet.Fact {
	if c.Status == guichet.Pending {
		return d.unassign(tx, c, "its agent went offline")
	}
	facts := []guichet.Fact{d.fact(guichet.CaseReturned, Self, "from", string(c.Agent), "reason", "its agent went offline")}
	d.free(tx, c, Self, &facts)
	if c.Waits.IsZero() {
		c.Waits = c.Opened
	}
	c.Moved = d.Now()
	return facts
}

// agentGone is the bell of a case whose agent went offline: if he is not back, the case goes.
func agentGone(d *Desk, ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return d.onBell(ctx, t, id, timer, func(cfg *store.Config, c *guichet.Case, tx *store.Tx) ([]guichet.Fact, error) {
		if c.Agent == "" || !c.Status.Live() || cfg.Tenant.Routing.Leave != guichet.LeaveLater {
			return nil, nil
		}
		a, err := d.Store.Agent(ctx, t, c.Agent)
		if err != nil || a.Presence != guichet.Offline {
			return nil, err
		}
		if at := a.Since.Add(time.Duration(cfg.Tenant.Routing.LeaveAfter) * time.Second); at.After(d.Now()) { // he was back meanwhile
			c.SetTimer(AgentGone, "", at)
			return nil, nil
		}
		return d.giveUp(tx, c), nil
	})
}
