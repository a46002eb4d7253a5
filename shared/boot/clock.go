package boot

import (
	"context"
	"encoding/json"
	"log/slog"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// Clock returns the handler of the schedule: what the tick says is not read, for it may come twice, late, or beside another; the sweep
// asks the ledger what is due now.
func Clock(d *desk.Desk) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, _ json.RawMessage) error {
		err := d.SweepSLA(ctx)
		if err != nil {
			count(ctx, failures, 1)
			slog.ErrorContext(ctx, "sweep failed", "kind", guichet.KindOf(err).String(), "error", discreet(err))
		}
		return err
	}
}
