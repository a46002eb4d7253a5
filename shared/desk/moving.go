package desk

import (
	"context"
	"errors"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// How much of that work one sweep does, over all tenants.
const (
	movingTenants = 10
	movingCases   = 2000
)

// ApplyLevels begins to give the open cases of a tenant the service levels and calendars that are set now, in place of those under which they were opened. Sweeps do it,
// a part each; every case that is moved says so by a fact. Begun again, it starts over: a case that was moved already stays. Denied without the right to configure.
func (d *Desk) ApplyLevels(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (store.Moving, error) {
	var m store.Moving
	err := again(ctx, func() error {
		if _, err := d.Configures(ctx, t, who, Whole); err != nil {
			return err
		}
		was, err := d.Store.Moving(ctx, t)
		if err != nil && !guichet.Is(err, guichet.NotFound) {
			return err
		}
		m = store.Moving{Tenant: t, By: who, Began: d.Now(), Version: was.Version}
		return d.Store.SaveMoving(ctx, m)
	})
	return m, err
}

// Applying returns how far that work is; a zero one if it was never begun.
func (d *Desk) Applying(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (store.Moving, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return store.Moving{}, err
	}
	m, err := d.Store.Moving(ctx, t)
	if guichet.Is(err, guichet.NotFound) {
		err = nil
	}
	return m, err
}

// moveOpen does a part of what ApplyLevels began.
func (d *Desk) moveOpen(ctx context.Context) error {
	tenants, err := d.Store.ToMove(ctx, movingTenants)
	if err != nil || len(tenants) == 0 {
		return err
	}
	var all error
	for _, t := range tenants {
		err := d.moveSome(ctx, t, movingCases/len(tenants))
		if guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists) {
			err = nil // another sweep was faster, or somebody began it again
		}
		all = errors.Join(all, err)
	}
	return all
}

// moveSome goes on with one tenant's work: some of its cases. What ends before its note is stored is looked at again, and has moved already.
func (d *Desk) moveSome(ctx context.Context, t guichet.TenantID, most int) error {
	m, err := d.Store.Moving(ctx, t)
	if err != nil || !m.Done.IsZero() {
		return err
	}
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return err
	}
	for n := 0; n < most && m.Done.IsZero(); {
		list, next, err := d.Store.Recent(ctx, t, 100, m.From)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := d.moveCount(ctx, cfg, c, &m); err != nil {
				return err
			}
		}
		n += len(list)
		if m.From = next; next == "" {
			m.Done = d.Now()
		}
	}
	return d.Store.SaveMoving(ctx, m)
}

// moveCount moves a case and counts it. A case that cannot be moved holds up no other; a world that does not answer does.
func (d *Desk) moveCount(ctx context.Context, cfg *store.Config, c *guichet.Case, m *store.Moving) error {
	m.Seen++
	if !c.Status.Live() || c.Merged != "" {
		return nil
	}
	m.Open++
	moved, err := d.moveClocks(ctx, cfg, c)
	switch {
	case guichet.Is(err, guichet.Temporary):
		return err
	case err != nil:
		m.Failed, m.Reason = m.Failed+1, cut("case "+string(c.ID)+": "+err.Error(), 300)
	case moved:
		m.Moved++
	}
	return nil
}

// moveClocks gives one case the service level that is set now; false if nothing changes by that.
func (d *Desk) moveClocks(ctx context.Context, cfg *store.Config, c *guichet.Case) (bool, error) {
	changed := false
	err := again(ctx, func() error {
		fresh, err := d.Store.Case(ctx, c.Tenant, c.ID)
		if err != nil || !fresh.Status.Live() || fresh.Merged != "" {
			return err
		}
		w := d.watch(cfg, fresh)
		w.Pass(d.Now())
		w.Move(d.Now())
		w.Status(d.Now())
		w.Pass(d.Now())
		var facts []guichet.Fact
		d.tell(w, &facts)
		if changed = len(facts) > 0; !changed {
			return nil
		}
		tx := &store.Tx{}
		tx.Case(fresh, facts...)
		return d.Store.Commit(ctx, tx)
	})
	return changed, err
}
