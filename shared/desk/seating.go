package desk

import (
	"context"
	"errors"
	"maps"
	"slices"

	"guichet/shared/guichet"
)

// How much of the work of listing agents anew one sweep does.
const (
	seatingTenants = 20
	seatingAgents  = 2000
	heldCases      = 500
)

// seatAgents goes on with what changed settings of routing left to do: agents to be listed anew, cases that waited for preferred agents by other settings.
func (d *Desk) seatAgents(ctx context.Context) error {
	tenants, err := d.Store.ToSeat(ctx, seatingTenants)
	if err != nil || len(tenants) == 0 {
		return err
	}
	var all error
	for _, t := range tenants {
		err := errors.Join(d.Store.Seat(ctx, t, seatingAgents/len(tenants)), d.serveHeld(ctx, t))
		if guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists) {
			err = nil // another sweep was faster, or somebody changed the settings again
		}
		all = errors.Join(all, err)
	}
	return all
}

// serveHeld routes anew the cases that wait for a preferred agent by settings that are not so any more: nobody else is asked for them until their time is over, and
// that may be weeks.
func (d *Desk) serveHeld(ctx context.Context, t guichet.TenantID) error {
	cfg, err := d.Store.FreshConfig(ctx, t)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	se := cfg.Seating
	for _, k := range slices.Sorted(maps.Keys(se.Held)) {
		cursor := se.Held[k]
		for seen := 0; seen < heldCases && se.Want[k] == ""; { // else its criteria are not in force yet
			list, next, err := d.Store.Held(ctx, t, k, drainAtOnce, cursor)
			if err != nil {
				return err
			}
			for _, c := range list {
				if _, err := d.routeCase(ctx, t, c.ID); err != nil {
					return err
				}
			}
			seen += len(list)
			if cursor = next; cursor == "" {
				break
			}
		}
		if se.Want[k] != "" {
			continue
		}
		if err := d.Store.SaveHeld(ctx, t, &se, k, cursor); err != nil {
			return err
		}
	}
	return nil
}
