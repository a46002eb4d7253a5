package desk

import (
	"context"
	"maps"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// drainAtOnce is how many waiting cases of a skill are looked at at a time, and drainMost how many at most, to find some that an agent may answer.
const (
	drainAtOnce = 20
	drainMost   = 200
)

// drain serves the queues of an agent's skills, by priority and then the oldest first, while he has room.
func (d *Desk) drain(ctx context.Context, t guichet.TenantID, id guichet.AgentID) error {
	for {
		cfg, err := d.Store.Config(ctx, t)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		a, err := d.roomy(ctx, cfg, id)
		if err != nil || a == nil {
			return err
		}
		waiting, err := d.heads(ctx, cfg, a)
		if err != nil {
			return err
		}
		given := int64(0)
		for _, c := range waiting {
			ok, err := d.routeCase(ctx, t, c.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if given++; given >= a.Limit-a.Load {
				break // he may be full now; or cases went to somebody better, and he is looked at again
			}
		}
		if given == 0 {
			return nil
		}
	}
}

// roomy returns an agent who may get a case; nil if he may not.
func (d *Desk) roomy(ctx context.Context, cfg *store.Config, id guichet.AgentID) (*guichet.Agent, error) {
	a, err := d.Store.Agent(ctx, cfg.Tenant.ID, id)
	if guichet.Is(err, guichet.NotFound) || err == nil && !routing.Ready(a, cfg.Tenant.Routing) {
		return nil, nil
	}
	return a, err
}

// heads returns the first cases of the queues of the agent's skills that he may answer, and those that wait for him alone, in the order in which they
// are served: as many as he has room for, and a few more.
func (d *Desk) heads(ctx context.Context, cfg *store.Config, a *guichet.Agent) ([]*guichet.Case, error) {
	n := int(min(a.Limit-a.Load+atOnce, drainAtOnce))
	may := func(c *guichet.Case) bool { return cfg.Role(a).May(guichet.CanReply, c.Channel) }
	var all []*guichet.Case
	for _, k := range slices.Sorted(maps.Keys(a.Skills)) {
		if skillOf(cfg, k).Criteria == routing.Preferred {
			his, err := d.Store.HeldFor(ctx, cfg.Tenant.ID, k, a.ID, n)
			if err != nil {
				return nil, err
			}
			all = append(all, his...)
		}
		found, cursor := 0, ""
		for seen := 0; found < n && seen < drainMost; {
			list, next, err := d.Store.Heads(ctx, cfg.Tenant.ID, k, n, cursor)
			if err != nil {
				return nil, err
			}
			for _, c := range list {
				if may(c) {
					all, found = append(all, c), found+1
				}
			}
			seen += max(len(list), 1)
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	routing.Order(all)
	return all[:min(len(all), n)], nil
}
