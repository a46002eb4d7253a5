package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// lookAgain is how long a case waits at most before an agent is looked for again, should no fact wake it.
const lookAgain = 5 * time.Minute

// Route finds an agent for what a fact speaks of: the case that waits, or the cases that wait for an agent who has room.
func (d *Desk) Route(ctx context.Context, f guichet.Fact) error {
	switch f.Kind {
	case guichet.AgentFreed, guichet.AgentPresence:
		return d.drain(ctx, f.Tenant, f.Agent)
	}
	_, err := d.routeCase(ctx, f.Tenant, f.Case)
	return err
}

// routeCase gives a waiting case to an agent; false if nobody may have it now, or it does not wait any more.
func (d *Desk) routeCase(ctx context.Context, t guichet.TenantID, id guichet.CaseID) (bool, error) {
	given := false
	err := again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, id)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil || !c.Waiting() {
			return err
		}
		cfg, err := d.Store.Config(ctx, t)
		if err != nil {
			return err
		}
		agents, err := d.able(ctx, cfg, c)
		if err != nil {
			return err
		}
		choice := routing.Choose(c, skillOf(cfg, c.Skill), agents, d.Now())
		given, err = d.give(ctx, c, choice, agents)
		return err
	})
	return given, err
}

// able lists the agents whose role may answer on the case's channel (A010).
func (d *Desk) able(ctx context.Context, cfg *store.Config, c *guichet.Case) ([]guichet.Agent, error) {
	all, err := d.Store.Agents(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, a := range all {
		if cfg.Role(&a).May(guichet.CanReply, c.Channel) {
			out = append(out, a)
		}
	}
	return out, nil
}

func skillOf(cfg *store.Config, id guichet.SkillID) guichet.Skill {
	if k := cfg.Skills[id]; k != nil {
		return *k
	}
	return guichet.Skill{ID: id}
}

// give commits the choice; if the chosen one's last place went to another case meanwhile, the next one in order gets it.
func (d *Desk) give(ctx context.Context, c *guichet.Case, choice routing.Choice, agents []guichet.Agent) (bool, error) {
	if choice.Agent == "" {
		return false, d.waitOn(ctx, c, choice)
	}
	for _, id := range append([]guichet.AgentID{choice.Agent}, choice.Next...) {
		moved := *c
		err := d.Store.Commit(ctx, d.assign(&moved, id, limitOf(agents, id), Self, choice.Reason))
		if guichet.Is(err, guichet.Exhausted) {
			continue
		}
		return err == nil, err
	}
	return false, d.waitOn(ctx, c, choice)
}

// assign is the transaction that gives a case to an agent: his place and the case together, so that he never holds more than his limit.
func (d *Desk) assign(c *guichet.Case, id guichet.AgentID, limit int64, by, reason string) *store.Tx {
	now := d.Now()
	f := d.fact(guichet.CaseAssigned, by, "reason", reason, "from", string(c.Agent))
	f.Agent = id
	tx := &store.Tx{}
	if c.Agent != "" {
		tx.Room(c.Tenant, c.Agent, -1, store.AnyRoom)
	}
	tx.Room(c.Tenant, id, +1, limit)
	c.Agent, c.Last, c.Moved, c.Wake = id, id, now, time.Time{}
	if c.Status == guichet.New {
		c.Status = guichet.Open
	}
	tx.Case(c, f)
	return tx
}

// waitOn notes when to look for an agent again: a fact that frees one wakes the case at once, this is for the fact that got lost on its way.
func (d *Desk) waitOn(ctx context.Context, c *guichet.Case, choice routing.Choice) error {
	at := d.Now().Add(lookAgain)
	if !choice.Wait.IsZero() && choice.Wait.Before(at) {
		at = choice.Wait
	}
	if c.Wake.After(d.Now()) && !c.Wake.After(at) {
		return nil
	}
	c.Wake = at
	tx := &store.Tx{}
	tx.Case(c)
	return d.Store.Commit(ctx, tx)
}

func limitOf(agents []guichet.Agent, id guichet.AgentID) int64 {
	for _, a := range agents {
		if a.ID == id {
			return a.Limit
		}
	}
	return 0
}

// drainAtOnce is how many waiting cases of a skill are looked at each time an agent has room.
const drainAtOnce = 20

// drain serves the queues of an agent's skills, first come first served, while he has room.
func (d *Desk) drain(ctx context.Context, t guichet.TenantID, id guichet.AgentID) error {
	for {
		a, err := d.roomy(ctx, t, id)
		if err != nil || a == nil {
			return err
		}
		waiting, err := d.heads(ctx, t, a)
		if err != nil {
			return err
		}
		given := 0
		for _, c := range waiting {
			ok, err := d.routeCase(ctx, t, c.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if given++; int64(given) >= a.Limit-a.Load {
				break // he may be full now; or cases went to somebody better, and he is looked at again
			}
		}
		if given == 0 {
			return nil
		}
	}
}

// roomy returns an agent who is available and has room; nil if he is not, or has none.
func (d *Desk) roomy(ctx context.Context, t guichet.TenantID, id guichet.AgentID) (*guichet.Agent, error) {
	a, err := d.Store.Agent(ctx, t, id)
	if guichet.Is(err, guichet.NotFound) {
		return nil, nil
	}
	if err != nil || a.Presence != guichet.Available || a.Load >= a.Limit {
		return nil, err
	}
	return a, nil
}

// heads returns the first cases of the queues of the agent's skills, in the order in which they are served.
func (d *Desk) heads(ctx context.Context, t guichet.TenantID, a *guichet.Agent) ([]*guichet.Case, error) {
	var all []*guichet.Case
	for k := range a.Skills {
		list, _, err := d.Store.Queue(ctx, t, k, drainAtOnce, "")
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	routing.Order(all)
	return all[:min(len(all), drainAtOnce)], nil
}
