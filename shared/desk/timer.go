package desk

import (
	"context"

	"guichet/shared/guichet"
)

// bell is what a timer starts. It loads the case, takes the timer off and does its work, in one transaction: a timer that rings twice does it once. A timer
// that is not on the case any more is nothing to do.
type bell func(d *Desk, ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error

// bells are all kinds of timers. A kind that is not here was set by a newer version of the house: it stays.
var bells = map[guichet.TimerKind]bell{}

// ring handles the timers of a case whose time has come.
func (d *Desk) ring(ctx context.Context, c *guichet.Case) error {
	for _, timer := range c.Ringing(d.Now()) {
		do := bells[timer.Kind]
		if do == nil {
			continue
		}
		if err := do(d, ctx, c.Tenant, c.ID, timer); err != nil {
			return err
		}
	}
	return nil
}
