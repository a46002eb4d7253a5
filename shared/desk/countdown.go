package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// The two countdowns of a skill, for agents of the Agent app: until the agent answers (A119), until the contact does (A120). A case has each at most once.
const (
	AgentAnswers  guichet.TimerKind = "agent-response"
	ContactWrites guichet.TimerKind = "customer-response"
)

func init() {
	bells[OfferEnds] = offerEnds
	bells[AgentAnswers] = agentLate
	bells[ContactWrites] = contactLate
	bells[AgentGone] = agentGone
}

// stopCountdowns takes off what runs for the agent who has the case.
func (d *Desk) stopCountdowns(c *guichet.Case) {
	c.StopTimer(OfferEnds, string(c.Agent))
	for _, k := range []guichet.TimerKind{AgentAnswers, ContactWrites, AgentGone} {
		c.StopTimer(k, "")
	}
}

// countForAgent starts the countdown of an agent who has the case, unless it runs.
func (d *Desk) countForAgent(cfg *store.Config, c *guichet.Case, a *guichet.Agent) {
	seconds := skillOf(cfg, c.Skill).AgentAnswers
	if _, runs := c.Timer(AgentAnswers, ""); runs || seconds <= 0 || a.App != guichet.AgentApp {
		return
	}
	c.SetTimer(AgentAnswers, "", d.Now().Add(time.Duration(seconds)*time.Second))
}

// agentWrote stops the agent's countdown and starts the contact's.
func (d *Desk) agentWrote(cfg *store.Config, c *guichet.Case, a *guichet.Agent) {
	c.StopTimer(AgentAnswers, "")
	seconds := skillOf(cfg, c.Skill).ContactWrites
	if seconds <= 0 || a.App != guichet.AgentApp || c.Agent != a.ID {
		return
	}
	c.SetTimer(ContactWrites, "", d.Now().Add(time.Duration(seconds)*time.Second))
}

// contactWrote stops the contact's countdown, and starts that of the agent who has the case.
func (d *Desk) contactWrote(ctx context.Context, cfg *store.Config, c *guichet.Case) error {
	c.StopTimer(ContactWrites, "")
	if c.Agent == "" || c.Offer || skillOf(cfg, c.Skill).AgentAnswers <= 0 {
		return nil
	}
	a, err := d.Store.Agent(ctx, c.Tenant, c.Agent)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err == nil {
		d.countForAgent(cfg, c, a)
	}
	return err
}

// agentLate tells that an agent did not answer in time. He keeps the case.
func agentLate(d *Desk, ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return d.onBell(ctx, t, id, timer, func(_ *store.Config, c *guichet.Case, _ *store.Tx) ([]guichet.Fact, error) {
		if c.Agent == "" || !c.Status.Live() {
			return nil, nil
		}
		f := d.fact(guichet.CaseAgentLate, Self, "due", timer.At.UTC().Format(time.RFC3339))
		f.Agent, f.At = c.Agent, timer.At
		return []guichet.Fact{f}, nil
	})
}

// contactLate takes a case from its agent because the contact does not write any more: it waits for the contact, in nobody's inbox (A120).
func contactLate(d *Desk, ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return d.onBell(ctx, t, id, timer, func(cfg *store.Config, c *guichet.Case, tx *store.Tx) ([]guichet.Fact, error) {
		if c.Agent == "" || !c.Status.Live() {
			return nil, nil
		}
		facts := d.unassign(tx, c, "the contact did not answer in time")
		d.followClocks(cfg, c, d.Now(), &facts)
		return facts, nil
	})
}

// unassign frees the agent of a case that waits for its contact: pending, and in no queue until the contact writes.
func (d *Desk) unassign(tx *store.Tx, c *guichet.Case, reason string) []guichet.Fact {
	f := d.fact(guichet.CaseUnassigned, Self, "reason", reason)
	f.Agent = c.Agent
	facts := []guichet.Fact{f}
	if c.Status != guichet.Pending {
		facts = append(facts, d.fact(guichet.CaseStatusChanged, Self, "from", string(c.Status), "to", string(guichet.Pending)))
		c.Status = guichet.Pending
	}
	d.free(tx, c, Self, &facts)
	c.Waits, c.Wake, c.Moved = time.Time{}, time.Time{}, d.Now()
	return facts
}
