package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// Route finds an agent for what a fact speaks of: the case that waits, or the cases that wait for an agent who has room. The cases of one who went
// offline go where the tenant's rule says.
func (d *Desk) Route(ctx context.Context, f guichet.Fact) error {
	switch f.Kind {
	case guichet.AgentPresence:
		if err := d.left(ctx, f.Tenant, f.Agent); err != nil {
			return err
		}
		fallthrough
	case guichet.AgentFreed:
		return d.drain(ctx, f.Tenant, f.Agent)
	}
	return d.serve(ctx, f.Tenant, f.Case)
}

// jumps is how often older cases are served before one that has just come to wait.
const jumps = 3

// serve routes a case that waits, and before it those that wait longer for the same skill: an agent who got free a moment ago is theirs (D-81).
func (d *Desk) serve(ctx context.Context, t guichet.TenantID, id guichet.CaseID) error {
	for range jumps {
		c, err := d.Store.Case(ctx, t, id)
		if guichet.Is(err, guichet.NotFound) || err == nil && !c.Waiting() {
			return nil
		}
		if err != nil {
			return err
		}
		first, err := d.before(ctx, c)
		if err != nil {
			return err
		}
		if first == "" {
			break
		}
		given, err := d.routeCase(ctx, t, first)
		if err != nil {
			return err
		}
		if !given {
			break
		}
	}
	_, err := d.routeCase(ctx, t, id)
	return err
}

// routeCase gives a waiting case to an agent; false if nobody may have it now, or it does not wait any more.
func (d *Desk) routeCase(ctx context.Context, t guichet.TenantID, id guichet.CaseID) (bool, error) {
	given, try := false, 0
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
		given, err = d.give(ctx, cfg, c, try)
		if errors.Is(err, errCrowded) {
			try++
		}
		return err
	})
	return given, err
}

// How many agents of each role are looked at: few, and more where others give cases to the same ones at this moment.
const (
	atOnce  = 4
	crowded = 32
)

// errCrowded is why a case could not be given: all who were asked got something else, or went, at this moment.
var errCrowded = errors.New("the agents moved")

// asked is a choice, with the agents whom it was made among.
type asked struct {
	routing.Choice
	agents []guichet.Agent
	skill  guichet.Skill
}

// ask chooses an agent for a case among the first n of each role that may answer on its channel (A010).
func (d *Desk) ask(ctx context.Context, cfg *store.Config, c *guichet.Case, n int) (asked, error) {
	k, policy := cfg.InForce(c.Skill)
	out := asked{skill: k}
	for _, r := range slices.Sorted(maps.Keys(cfg.Roles)) {
		if !cfg.Roles[r].May(guichet.CanReply, c.Channel) {
			continue
		}
		more, err := d.Store.Seated(ctx, cfg, c.Skill, r, n+len(c.Rejected))
		if err != nil {
			return out, err
		}
		out.agents = append(out.agents, more...)
	}
	opts := []routing.Option{routing.Policy(policy), routing.Last(c.Rejected...)}
	if out.skill.Criteria == routing.Preferred {
		id, err := d.preferred(ctx, c, out.skill)
		if err != nil {
			return out, err
		}
		opts = append(opts, routing.ContactAgent(id))
		if err := d.include(ctx, cfg, c, &out, id); err != nil {
			return out, err
		}
	}
	out.Choice = routing.Choose(c, out.skill, out.agents, d.Now(), opts...)
	return out, nil
}

// preferred returns who had the case or the contact last, as the skill prefers; empty for nobody.
func (d *Desk) preferred(ctx context.Context, c *guichet.Case, k guichet.Skill) (guichet.AgentID, error) {
	if k.PreferBy != routing.ByContact || c.Contact == "" {
		return c.Last, nil
	}
	person, err := d.Store.ContactByID(ctx, c.Tenant, c.Contact)
	if err != nil {
		return "", err
	}
	return person.Agent, nil
}

// include adds the preferred agent to those who are asked, if he may answer on the case's channel.
func (d *Desk) include(ctx context.Context, cfg *store.Config, c *guichet.Case, to *asked, id guichet.AgentID) error {
	if id == "" || slices.ContainsFunc(to.agents, func(a guichet.Agent) bool { return a.ID == id }) {
		return nil
	}
	a, err := d.Store.Agent(ctx, c.Tenant, id)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err == nil && cfg.Role(a).May(guichet.CanReply, c.Channel) {
		to.agents = append(to.agents, *a)
	}
	return err
}

func skillOf(cfg *store.Config, id guichet.SkillID) guichet.Skill {
	if k := cfg.Skills[id]; k != nil {
		return *k
	}
	return guichet.Skill{ID: id}
}

// give commits a choice. If the chosen one got another case meanwhile, or went, all are read again, and more of them: those who stand equal are then asked in an order
// that differs from case to case, so that many who route at once do not all want the same one. Each time more of the order are asked before they are read again:
// where few have room there is nobody else to ask.
func (d *Desk) give(ctx context.Context, cfg *store.Config, c *guichet.Case, try int) (bool, error) {
	n, pressed := atOnce, try > 0 || d.press.on(d.Now())
	if pressed {
		n = crowded
	}
	q, err := d.ask(ctx, cfg, c, n)
	if err != nil {
		return false, err
	}
	if q.Agent == "" {
		return false, d.waitOn(ctx, c, q.Choice)
	}
	order := append([]guichet.AgentID{q.Agent}, q.Next...)
	if pressed {
		spread(c, q, order)
	}
	if until := c.Moved.Add(lookAgain); slices.Contains(c.Rejected, order[0]) && d.Now().Before(until) {
		return false, d.waitOn(ctx, c, routing.Choice{Wait: until}) // all who could have it rejected it just now
	}
	order = order[:min(len(order), 1<<min(try, 5))] // more each time: what was read grows old while it is tried
	moved := err
	for _, id := range order {
		next := *c
		tx, err := d.offerOrAssign(ctx, cfg, &next, q, id)
		if err == nil {
			err = d.Store.Commit(ctx, tx)
		}
		if guichet.Is(err, guichet.Exhausted) || store.AgentMoved(err, c.Tenant, id) {
			d.press.felt(d.Now())
			moved = guichet.Errorf(guichet.Conflict, "route case %s: %w", c.ID, errCrowded)
			continue
		}
		return err == nil, err
	}
	return false, moved
}

func agentIn(agents []guichet.Agent, id guichet.AgentID) *guichet.Agent {
	i := slices.IndexFunc(agents, func(a guichet.Agent) bool { return a.ID == id })
	return &agents[i]
}

// offerOrAssign is the transaction that gives a case to one of those who were asked: for him to accept, where the skill wants that.
func (d *Desk) offerOrAssign(ctx context.Context, cfg *store.Config, c *guichet.Case, q asked, id guichet.AgentID) (*store.Tx, error) {
	a := *agentIn(q.agents, id)
	if q.skill.Accept && a.App != guichet.ClassicApp {
		return d.offer(c, a, q), nil
	}
	tx := &store.Tx{}
	facts := d.assign(tx, cfg, c, a, Self, q.Reason, considered(q.Choice))
	if err := d.remember(ctx, tx, cfg, c, a.ID); err != nil {
		return nil, err
	}
	tx.Case(c, facts...)
	return tx, nil
}

// considered writes who was considered, and why not, for the history: the few that were looked at.
func considered(h routing.Choice) string {
	var parts []string
	for _, one := range h.Considered {
		parts = append(parts, string(one.Agent)+": "+one.Why)
	}
	return cut(strings.Join(parts, "; "), 400)
}

// assign gives a case to an agent: his place and the case together, so that he never holds more than his limit.
func (d *Desk) assign(tx *store.Tx, cfg *store.Config, c *guichet.Case, a guichet.Agent, by, reason, considered string) []guichet.Fact {
	f := d.fact(guichet.CaseAssigned, by, "reason", reason, "from", string(c.Agent), "considered", considered)
	f.Agent = a.ID
	d.hand(tx, c, a)
	d.begins(cfg, c, &a)
	return append([]guichet.Fact{f}, d.popsUp(c, &a)...)
}

// hand moves a case to an agent, from whoever has it.
func (d *Desk) hand(tx *store.Tx, c *guichet.Case, a guichet.Agent) {
	if c.Agent != "" {
		tx.Leave(c.Tenant, c.Agent)
	}
	d.stopCountdowns(c)
	tx.Take(c.Tenant, a, d.Now())
	c.Agent, c.Moved, c.Wake, c.For = a.ID, d.Now(), time.Time{}, ""
}

// begins notes that an agent works on the case from now on.
func (d *Desk) begins(cfg *store.Config, c *guichet.Case, a *guichet.Agent) {
	c.Last, c.Rejected, c.Offer = a.ID, nil, false
	if c.Status == guichet.New {
		c.Status = guichet.Open
	}
	d.countForAgent(cfg, c, a)
}

// remember notes in the contact who has his case, where the skill prefers by contact: whoever receives it becomes the preferred agent (A109).
func (d *Desk) remember(ctx context.Context, tx *store.Tx, cfg *store.Config, c *guichet.Case, id guichet.AgentID) error {
	if k := skillOf(cfg, c.Skill); k.Criteria != routing.Preferred || k.PreferBy != routing.ByContact || c.Contact == "" {
		return nil
	}
	person, err := d.Store.ContactByID(ctx, c.Tenant, c.Contact)
	if err != nil || person.Version == 0 || person.Agent == id {
		return err
	}
	person.Agent = id
	tx.Contact(person)
	return nil
}

// lookAgain is how soon a case that waits is looked at again, should no fact wake it; mostWait is how rarely.
const (
	lookAgain = 5 * time.Minute
	mostWait  = 6 * time.Hour
)

// waitOn notes when to look for an agent again: a fact that frees one wakes the case at once, this is for the fact that got lost on its way. The longer a
// case waits, the more rarely it is looked at. One that waits for its preferred agent is looked at when that is over, and stands apart in the queue until then.
func (d *Desk) waitOn(ctx context.Context, c *guichet.Case, choice routing.Choice) error {
	now := d.Now()
	at, whom := now.Add(min(max(now.Sub(c.Waits), lookAgain), mostWait)), guichet.AgentID("")
	if !choice.Wait.IsZero() {
		at = choice.Wait
	}
	if !choice.Wait.IsZero() && choice.For != "" {
		whom = choice.For
	}
	if c.For == whom && c.Wake.After(now) && !c.Wake.After(at) {
		return nil
	}
	c.Wake, c.For = at, whom
	tx := &store.Tx{}
	tx.Case(c)
	return d.Store.Commit(ctx, tx)
}
