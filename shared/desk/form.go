package desk

import (
	"context"

	"guichet/shared/guichet"
)

// SaveForm creates a form (its Version is 0, its ID new and unguessable) or changes one. Errors: Denied without the right to configure its channel; Invalid naming
// the field; NotFound; Conflict when somebody changed it since.
func (d *Desk) SaveForm(ctx context.Context, t guichet.TenantID, who guichet.AgentID, f guichet.Form) (guichet.Form, error) {
	if f.ID.Tenant() != t {
		return f, guichet.Errorf(guichet.NotFound, "form")
	}
	if err := guichet.ValidForm(&f); err != nil {
		return f, err
	}
	cfg, err := d.Configures(ctx, t, who, f.Channel)
	if err != nil {
		return f, err
	}
	if ch := cfg.Channels[f.Channel]; ch == nil || ch.Deleted {
		return f, guichet.Wrongf("channelId", "there is no channel %q", f.Channel)
	}
	if f.Version > 0 {
		was, err := d.ownForm(ctx, t, who, f.ID)
		if err != nil {
			return f, err
		}
		if err := stale(f.Version, was.Version); err != nil {
			return f, err
		}
	}
	if err := d.Store.SaveForm(ctx, f); err != nil {
		return f, err
	}
	f.Version++
	return f, nil
}

// DeleteForm removes a form: what is sent to it from then on is refused. One that is not there is removed already.
func (d *Desk) DeleteForm(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.FormID) error {
	return again(ctx, func() error {
		f, err := d.ownForm(ctx, t, who, id)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return d.Store.DeleteForm(ctx, *f)
	})
}

// Forms lists the forms of the channels that an agent may configure.
func (d *Desk) Forms(ctx context.Context, t guichet.TenantID, who guichet.AgentID) ([]*guichet.Form, error) {
	a, err := d.Store.Agent(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return nil, err
	}
	all, err := d.Store.Forms(ctx, t)
	var out []*guichet.Form
	for _, f := range all {
		if cfg.Role(a).May(guichet.CanConfigure, f.Channel) {
			out = append(out, f)
		}
	}
	return out, err
}

// ownForm loads a form of the tenant for an agent who may configure its channel.
func (d *Desk) ownForm(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.FormID) (*guichet.Form, error) {
	if id.Tenant() != t {
		return nil, guichet.Errorf(guichet.NotFound, "form")
	}
	f, err := d.Store.Form(ctx, id)
	if err != nil {
		return nil, err
	}
	_, err = d.Configures(ctx, t, who, f.Channel)
	return f, err
}
