package desk

import (
	"context"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// OfferEnds is the timer of an offer; its key is the agent.
const OfferEnds guichet.TimerKind = "offer"

// maxRejected bounds Case.Rejected.
const maxRejected = 8

// offer gives a case to an agent for him to accept: his place is taken, and the case is his alone until he says no or the offer ends (A117).
func (d *Desk) offer(c *guichet.Case, a guichet.Agent, q asked) *store.Tx {
	seconds := q.skill.AcceptIn
	if seconds <= 0 {
		seconds = guichet.OfferSeconds
	}
	until := d.Now().Add(time.Duration(seconds) * time.Second)
	tx := &store.Tx{}
	d.hand(tx, c, a)
	c.Offer = true
	c.SetTimer(OfferEnds, string(a.ID), until)
	f := d.fact(guichet.CaseOffered, Self, "reason", q.Reason, "considered", considered(q.Choice), "until", until.UTC().Format(time.RFC3339))
	f.Agent = a.ID
	tx.Case(c, f)
	return tx
}

// Accept takes an offer: from now on the agent has the case. It is done once; again, it changes nothing. Errors: Conflict if the offer is over.
func (d *Desk) Accept(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) error {
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if w.c.Agent == who && !w.c.Offer {
			return nil, nil
		}
		if w.c.Agent != who {
			return nil, offerOver()
		}
		return d.accepted(ctx, tx, w)
	}, guichet.CanReply)
}

// accepted makes an offered case its agent's.
func (d *Desk) accepted(ctx context.Context, tx *store.Tx, w *worker) ([]guichet.Fact, error) {
	w.c.StopTimer(OfferEnds, string(w.c.Agent))
	w.c.Moved = d.Now()
	d.begins(w.cfg, w.c, w.agent)
	if err := d.remember(ctx, tx, w.cfg, w.c, w.agent.ID); err != nil {
		return nil, err
	}
	f := d.fact(guichet.CaseAccepted, string(w.agent.ID))
	f.Agent = w.agent.ID
	return append([]guichet.Fact{f}, d.popsUp(w.c, w.agent)...), nil
}

// offerOver is final: trying again does not help who comes too late.
func offerOver() error {
	return guichet.Errorf(guichet.Permanent, "the offer is over: the case is not offered to you any more")
}

// Reject says no to an offer: the case goes back to the queue at its age, and to others before it comes to this agent again. Errors: Permanent if the offer is
// over.
func (d *Desk) Reject(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) error {
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if w.c.Agent != who || !w.c.Offer {
			if slices.Contains(w.c.Rejected, who) {
				return nil, nil
			}
			return nil, offerOver()
		}
		return d.takeBack(tx, w.c, guichet.CaseRejected, string(who)), nil
	}, guichet.CanReply)
}

// takeBack ends an offer: the place is free, and the case waits again at its age.
func (d *Desk) takeBack(tx *store.Tx, c *guichet.Case, why guichet.FactKind, by string) []guichet.Fact {
	whose := c.Agent
	over := d.fact(why, by)
	over.Agent = whose
	facts := []guichet.Fact{over, d.fact(guichet.CaseReturned, by, "from", string(whose))}
	d.free(tx, c, by, &facts)
	c.Rejected = append(slices.DeleteFunc(c.Rejected, func(a guichet.AgentID) bool { return a == whose }), whose)
	c.Rejected = c.Rejected[max(0, len(c.Rejected)-maxRejected):]
	c.Moved = d.Now()
	if c.Waits.IsZero() {
		c.Waits = c.Opened
	}
	return facts
}

// offerEnds is the bell of an offer that nobody answered.
func offerEnds(d *Desk, ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return d.onBell(ctx, t, id, timer, func(cfg *store.Config, c *guichet.Case, tx *store.Tx) ([]guichet.Fact, error) {
		if !c.Offer || string(c.Agent) != timer.Key || !c.Status.Live() {
			return nil, nil
		}
		return d.takeBack(tx, c, guichet.CaseOfferExpired, Self), nil
	})
}

// onBell does what a timer is for, in the transaction that takes it off; nothing if it is not on the case any more.
func (d *Desk) onBell(ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer,
	do func(cfg *store.Config, c *guichet.Case, tx *store.Tx) ([]guichet.Fact, error),
) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, id)
		if err != nil {
			return err
		}
		now, ok := c.Timer(timer.Kind, timer.Key)
		if !ok || now.At.After(d.Now()) || c.Merged != "" {
			return nil
		}
		cfg, err := d.Store.Config(ctx, t)
		if err != nil {
			return err
		}
		tx := &store.Tx{}
		c.StopTimer(timer.Kind, timer.Key)
		facts, err := do(cfg, c, tx)
		if err != nil {
			return err
		}
		tx.Case(c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}
