package desk

import (
	"context"
	"maps"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// How many agents one explanation speaks of: the first of each role in the order of the skill, and a page of all of the house.
const (
	explainSeats  = 8
	explainAgents = 60
)

// Explained is who would get a case now, and who would not and why.
type Explained struct {
	routing.Choice
	More string // where to go on with the others of the house; empty: all were spoken of
}

// Considered says who may get a case at this moment, and who may not and why: first those who come first, the preferred agent, who rejected it, and a page of all agents of the house, by
// id; with a cursor of More the next page of them; with one agent named, him alone. It changes nothing, and costs the same however many agents there are.
func (d *Desk) Considered(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, cursor string, one guichet.AgentID) (Explained, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return Explained{}, err
	}
	if err := w.needs(guichet.CanViewSkills); err != nil {
		return Explained{}, err
	}
	if one != "" {
		a, err := d.Store.Agent(ctx, t, one)
		if err != nil {
			return Explained{}, err
		}
		return Explained{Choice: d.judge(w, []guichet.Agent{*a}, asked{})}, nil
	}
	page, more, err := d.Store.AgentPage(ctx, t, explainAgents, cursor)
	if err != nil {
		return Explained{}, err
	}
	if cursor != "" {
		return Explained{d.judge(w, page, asked{}), more}, nil
	}
	q, err := d.ask(ctx, w.cfg, w.c, explainSeats)
	if err != nil {
		return Explained{}, err
	}
	rest, err := d.Store.AgentsByID(ctx, t, append(slices.Clone(w.c.Rejected), w.c.Agent, w.c.Last))
	if err != nil {
		return Explained{}, err
	}
	return Explained{d.judge(w, slices.Concat(page, rest), q), more}, nil
}

// judge says of each of these agents, and of those who were asked, what he is to the case. The choice is that of those who were asked.
func (d *Desk) judge(w *worker, list []guichet.Agent, q asked) routing.Choice {
	k, policy := w.cfg.InForce(w.c.Skill)
	byID := map[guichet.AgentID]guichet.Agent{}
	for _, a := range slices.Concat(list, q.agents) {
		byID[a.ID] = a
	}
	var may, barred []guichet.Agent
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		if a := byID[id]; mayAnswer(w.cfg, &a, w.c) {
			may = append(may, a)
		} else {
			barred = append(barred, a)
		}
	}
	k.Criteria = orderOnly(k.Criteria)
	out := routing.Choose(w.c, k, may, d.Now(), routing.Policy(policy), routing.Last(w.c.Rejected...))
	for i, one := range out.Considered {
		if one.Agent == w.c.Agent {
			out.Considered[i].Why += ", has the case"
		}
	}
	for _, a := range barred {
		out.Considered = append(out.Considered, routing.Considered{Agent: a.ID, Why: "may not answer on the channel " + w.channel.Name})
	}
	out.Agent, out.Reason, out.Next, out.Wait, out.For = q.Agent, q.Reason, q.Next, q.Wait, q.For
	return out
}

// orderOnly leaves the waiting for a preferred agent out of criteria: it was asked for already.
func orderOnly(criteria string) string {
	if criteria == routing.Preferred {
		return routing.Proficiency
	}
	return criteria
}

func mayAnswer(cfg *store.Config, a *guichet.Agent, c *guichet.Case) bool {
	return cfg.Role(a).May(guichet.CanReply, c.Channel)
}
