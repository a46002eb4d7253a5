package desk

import (
	"context"
	"errors"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// Whole stands for all channels, those of today and tomorrow, where a right or a setting is meant for the whole tenant.
const Whole guichet.ChannelID = "*"

// Configures loads the tenant's settings as they are now, for an agent who may change those of a channel; of the whole tenant: Whole. Denied without the right.
func (d *Desk) Configures(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID) (*store.Config, error) {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return nil, err
	}
	if !cfg.Role(a).May(guichet.CanConfigure, ch) {
		where := "on channel " + string(ch)
		if ch == Whole {
			where = "for all channels"
		}
		return nil, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanConfigure), Text: "the permission " + string(guichet.CanConfigure) + " " + where + " is missing"}
	}
	return cfg, nil
}

// stale refuses a change that was made on another version than the one that stands. Asked 0: whatever stands is changed.
func stale(asked, stands int64) error {
	if asked != 0 && asked != stands {
		return &behind{guichet.Errorf(guichet.Conflict, "somebody changed this since you read it: load it again (it is version %d now, you changed version %d)", stands, asked)}
	}
	return nil
}

// behind is a conflict that trying again does not help: whoever asked is to look first.
type behind struct{ error }

// Unwrap gives the conflict.
func (b *behind) Unwrap() error { return b.error }

// tryAgain makes a change of settings until nobody is in its way. One that was asked for on a version that does not stand any more, as stale says, ends at once.
func (d *Desk) tryAgain(ctx context.Context, _ int64, change func() error) error {
	var late *behind
	err := again(ctx, func() error {
		err := change()
		if errors.As(err, &late) {
			return nil
		}
		return err
	})
	if late != nil {
		return late
	}
	return err
}
