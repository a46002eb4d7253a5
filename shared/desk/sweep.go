package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// sweepBack is how far behind its last look a sweep looks again: an index entry may show late.
const sweepBack = time.Hour

// SweepSLA marks the clocks that ended by now, and looks again for an agent for cases that wait too long. Its cost is what is due. A tick that comes
// twice, late or after an outage ends in the same facts: each breach is marked once, at the instant it was due.
func (d *Desk) SweepSLA(ctx context.Context) error {
	now := d.Now()
	last, version, err := d.Store.Swept(ctx)
	if err != nil {
		return err
	}
	since := last.Add(-sweepBack)
	if last.IsZero() {
		since = now.Add(-31 * 24 * time.Hour)
	}
	err = d.Store.Due(ctx, since, now, func(c *guichet.Case) error {
		if err := d.breach(ctx, c); err != nil {
			return err
		}
		if err := d.ring(ctx, c); err != nil {
			return err
		}
		if c.Waiting() && !c.Wake.IsZero() && !c.Wake.After(now) {
			_, err := d.routeCase(ctx, c.Tenant, c.ID)
			return err
		}
		return nil
	})
	if err != nil || !now.After(last) {
		return err
	}
	err = d.Store.SetSwept(ctx, now, version)
	if guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists) {
		return nil // another sweep was faster: its note stands
	}
	return err
}

// breach marks what one case missed.
func (d *Desk) breach(ctx context.Context, c *guichet.Case) error {
	return again(ctx, func() error {
		fresh, err := d.Store.Case(ctx, c.Tenant, c.ID)
		if err != nil {
			return err
		}
		var facts []guichet.Fact
		if !fresh.Status.Live() || fresh.Merged != "" {
			return nil
		}
		d.markBreaches(fresh, &facts)
		if len(facts) == 0 {
			return nil
		}
		tx := &store.Tx{}
		tx.Case(fresh, facts...)
		return d.Store.Commit(ctx, tx)
	})
}
