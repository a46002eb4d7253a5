package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

func init() { bells[guichet.RuleTimer] = (*Desk).ringRuleTimer }

// askRules asks the rules that wait for a fact, in their order, each once: what they say is done, and told whether they matched or not, in one transaction (D-82).
func (d *Desk) askRules(ctx context.Context, f guichet.Fact) error {
	return d.onceFor(ctx, f, func(a *actor) error {
		var asked []script.Asked
		for _, r := range a.cfg.Working() {
			switch {
			case r.After != nil:
				a.setRuleTimer(r, f)
			case slices.Contains(r.On, f.Kind):
				got, err := a.ask(r, f)
				if err != nil {
					return err
				}
				asked = append(asked, got)
				if got.Matched && got.Why == "" && r.Stop {
					a.tell(f, asked)
					return nil
				}
			}
		}
		a.tell(f, asked)
		return nil
	})
}

// onceFor runs what a fact wakes on its case, once: the note that it did stands in the same transaction.
func (d *Desk) onceFor(ctx context.Context, f guichet.Fact, run func(*actor) error) error {
	return again(ctx, func() error {
		done, err := d.Store.WasAsked(ctx, f)
		if err != nil || done {
			return err
		}
		c, err := d.Store.LiveCase(ctx, f.Tenant, f.Case)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		cfg, err := d.Store.Config(ctx, f.Tenant)
		if err != nil {
			return err
		}
		a, err := d.actorAt(ctx, cfg, c, f.Message)
		if err != nil {
			return err
		}
		a.env.Fact = f
		a.tx.Asked(f)
		if err := run(a); err != nil {
			return err
		}
		return a.commit()
	})
}

// tell adds the trace of the rules that were asked.
func (a *actor) tell(f guichet.Fact, asked []script.Asked) {
	if len(asked) == 0 {
		return
	}
	ran := a.d.fact(guichet.RulesRan, Self, "fact", f.ID, "trace", asTrace(asked))
	ran.Link(f.Chain())
	a.facts = append(a.facts, ran)
}

// ask asks one rule, and does what it says.
func (a *actor) ask(r *store.RuleHead, f guichet.Fact) (script.Asked, error) {
	got := script.Asked{Rule: r.ID, Name: r.Name, Version: r.Active}
	if slices.Contains(f.Chain(), string(r.ID)) {
		got.Why = "what it would react to is its own doing"
		return got, nil
	}
	p, err := a.d.ruleProgram(a.ctx, a.c.Tenant, a.cfg, r.ID, r.Active)
	if guichet.Is(err, guichet.Invalid) || guichet.Is(err, guichet.NotFound) {
		got.Why = err.Error()
		return got, nil
	}
	if err != nil {
		return got, err
	}
	if err := a.before(p.Uses); err != nil {
		return got, err
	}
	a.detail = []string{"rule", fmt.Sprintf("%s@%d", r.ID, r.Active)}
	a.chain = append(slices.Clone(f.Chain()), string(r.ID))
	got = p.Ask(a.env, a.budget, a.hand)
	return got, a.err
}

// budget says why rules may do nothing to the case now; empty: they may.
func (a *actor) budget() string {
	if a.c.Spend(a.d.Now()) {
		return ""
	}
	return "rules did so much to this case within the hour that they may be waking each other"
}

// setRuleTimer sets or stops the timer of a rule that waits for a time.
func (a *actor) setRuleTimer(r *store.RuleHead, f guichet.Fact) {
	switch {
	case r.After.Begins(f.Kind):
		wait, err := script.Duration(r.After.For)
		if err != nil || a.c.SetTimer(guichet.RuleTimer, string(r.ID), f.At.Add(wait)) {
			return
		}
		a.tell(f, []script.Asked{{Rule: r.ID, Name: r.Name, Version: r.Active, Why: "the case has as many timers as it can have"}})
	case r.After.Ends(f.Kind):
		a.c.StopTimer(guichet.RuleTimer, string(r.ID))
	}
}

// ringRuleTimer says that the time of a rule is over: it is asked by the function that knows its language.
func (d *Desk) ringRuleTimer(ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, id)
		if err != nil {
			return err
		}
		now, ok := c.Timer(guichet.RuleTimer, timer.Key)
		if !ok || !now.At.Equal(timer.At) || c.Merged != "" {
			return nil
		}
		c.StopTimer(guichet.RuleTimer, timer.Key)
		tx := &store.Tx{}
		tx.Case(c, d.fact(guichet.RuleDue, Self, "rule", timer.Key, "due", timer.At.UTC().Format(time.RFC3339Nano)))
		return d.Store.Commit(ctx, tx)
	})
}

// ringRule asks the rule whose time is over, unless that time has ended otherwise since.
func (d *Desk) ringRule(ctx context.Context, f guichet.Fact) error {
	return d.onceFor(ctx, f, func(a *actor) error {
		r := a.cfg.Rules[guichet.RuleID(f.Detail["rule"])]
		if r == nil || !r.Works() || r.After == nil {
			return nil
		}
		got := script.Asked{Rule: r.ID, Name: r.Name, Version: r.Active}
		why, err := a.ended(r.After, f)
		if err != nil {
			return err
		}
		if got.Why = why; why == "" {
			if got, err = a.ask(r, f); err != nil {
				return err
			}
		}
		a.tell(f, []script.Asked{got})
		return nil
	})
}

// lateFacts is how many of a case's newest commits are looked at for one that ends the time of a rule.
const lateFacts = 50

// ended says why the time of a rule is not over any more: what ends it, or begins it anew, may have happened just before the timer rang. Only a rule on the status is
// for cases at rest.
func (a *actor) ended(after *guichet.After, f guichet.Fact) (string, error) {
	due, err := time.Parse(time.RFC3339Nano, f.Detail["due"])
	wait, werr := script.Duration(after.For)
	if err != nil || werr != nil {
		return "it is not known any more when its time began", nil
	}
	switch {
	case after.Since != "status" && !a.c.Status.Live():
		return "the case is " + string(a.c.Status), nil
	case after.Since == "waiting" && !a.c.Waiting():
		return "the case does not wait any more", nil
	}
	list, err := a.d.Store.History(a.ctx, a.c.Tenant, a.c.ID, max(0, a.c.Version-lateFacts), lateFacts+1)
	if err != nil {
		return "", err
	}
	for _, o := range list {
		if (after.Begins(o.Kind) || after.Ends(o.Kind)) && o.At.After(due.Add(-wait)) {
			return "since then: " + string(o.Kind), nil
		}
	}
	return "", nil
}
