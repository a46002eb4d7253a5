package desk

import (
	"context"
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// scriptGuard is how long a script that is due may take to be run. Then its case goes to the default skill: no case is ever stuck in a script.
const scriptGuard = 10 * time.Minute

func init() { bells[guichet.ScriptTimer] = (*Desk).ringScript }

// queue makes a case wait for an agent: at once with the skill that it has, or when the script of its channel has said with which (A008, A095). A channel without a script
// pays nothing: no call, no write more.
func (d *Desk) queue(cfg *store.Config, c *guichet.Case, at time.Time, facts *[]guichet.Fact) {
	if c.Script.Runs() {
		return
	}
	if head := cfg.ScriptOf(cfg.Channels[c.Channel]); head != nil && c.SetTimer(guichet.ScriptTimer, "", d.Now().Add(scriptGuard)) {
		s := &guichet.Scripted{ID: head.ID, Version: head.Active, Run: 1, Step: script.First, Since: at}
		if c.Script != nil {
			s.Run = c.Script.Run + 1
		}
		c.Script = s
		*facts = append(*facts, d.due(s))
		return
	}
	c.Waits = at
	*facts = append(*facts, d.fact(guichet.CaseWaiting, Self, "skill", string(c.Skill)))
}

// due is the fact that the next step of a script is to be run.
func (d *Desk) due(s *guichet.Scripted) guichet.Fact {
	f := d.fact(guichet.ScriptDue, Self, "script", string(s.ID), "version", strconv.Itoa(s.Version), "run", strconv.Itoa(s.Run), "step", s.Step)
	f.Message = s.Message
	return f
}

// Workflow runs the script or asks the rules that a fact speaks of (A092, A094). A fact that comes again, late or beside another does nothing twice.
func (d *Desk) Workflow(ctx context.Context, f guichet.Fact) error {
	switch f.Kind {
	case guichet.ScriptDue:
		return d.runScript(ctx, f)
	case guichet.RuleDue:
		return d.ringRule(ctx, f)
	}
	return d.askRules(ctx, f)
}

// runScript runs the script of a case from the step that is due, to its end or its next wait: one transaction.
func (d *Desk) runScript(ctx context.Context, f guichet.Fact) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, f.Tenant, f.Case)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if s := c.Script; !s.Runs() || s.Waits || strconv.Itoa(s.Run) != f.Detail["run"] || c.Merged != "" {
			return nil // it was run already, or is none of this case's any more
		}
		cfg, err := d.Store.Config(ctx, f.Tenant)
		if err != nil {
			return err
		}
		a, err := d.actorAt(ctx, cfg, c, f.Message)
		if err != nil {
			return err
		}
		return a.runScript()
	})
}

// runScript runs steps, and stores what came of them.
func (a *actor) runScript() error {
	s := *a.c.Script // what was read stays as it was
	a.c.Script = &s
	a.detail = []string{"script", string(s.ID) + "@" + strconv.Itoa(s.Version)}
	if a.m != nil {
		s.Message = a.m.ID()
	}
	out := script.Outcome{}
	why := a.overtaken()
	if why == "" {
		p, err := a.d.program(a.ctx, a.c.Tenant, a.cfg, s.ID, s.Version)
		switch {
		case guichet.Is(err, guichet.Invalid), guichet.Is(err, guichet.NotFound):
			out.Failed = err.Error()
		case err != nil:
			return err
		default:
			if err := a.before(p.Uses); err != nil {
				return err
			}
			out = p.Run(a.env, s.Step, s.Taken, a.hand)
		}
	}
	s.Taken += len(out.Steps)
	a.conclude(&s, out, why)
	return a.commit()
}

// overtaken says why the script has nothing to decide any more; empty: it has.
func (a *actor) overtaken() string {
	switch {
	case a.c.Agent != "":
		return "an agent has the case: " + string(a.c.Agent)
	case !a.c.Status.Live():
		return "the case is " + string(a.c.Status)
	case !a.c.Waits.IsZero():
		return "the case waits for an agent already"
	}
	return ""
}

// conclude says how the run ended, and what becomes of the case.
func (a *actor) conclude(s *guichet.Scripted, out script.Outcome, overtaken string) {
	c, d := a.c, a.d
	detail := []string{"script", string(s.ID), "version", strconv.Itoa(s.Version), "run", strconv.Itoa(s.Run)}
	until, failed := d.waitUntil(a.cfg, a.ch, out, d.Now())
	end := "routed"
	switch {
	case overtaken != "":
		end = "overtaken"
		detail = append(detail, "reason", overtaken)
	case failed != "":
		end = "failed"
		detail = append(detail, "reason", failed)
		a.toDefault()
	case !c.Status.Live():
		end = "closed"
	case out.Next != "":
		end = "waits"
		detail = append(detail, "until", until.UTC().Format(time.RFC3339))
	}
	c.StopTimer(guichet.ScriptTimer, "")
	s.Step, s.Waits = "", false
	if end == "waits" && c.SetTimer(guichet.ScriptTimer, "", until) {
		s.Step, s.Waits, s.Run = out.Next, true, s.Run+1
	}
	ran := d.fact(guichet.ScriptRan, Self, append(detail, "end", end, "skill", string(c.Skill), "priority", strconv.Itoa(c.Priority), "trace", asTrace(append([]script.Taken{}, out.Steps...)))...)
	if a.m != nil {
		ran.Message = a.m.ID()
	}
	a.facts = append(a.facts, ran)
	if overtaken == "" && c.Status.Live() && s.Step == "" && c.Waits.IsZero() {
		c.Waits = s.Since
		a.say(d.fact(guichet.CaseWaiting, Self, "skill", string(c.Skill)))
	}
}

// toDefault gives a case whose script failed to the default skill of its channel.
func (a *actor) toDefault() {
	if to := a.ch.Skill; to != "" && a.c.Skill != to {
		a.say(a.d.fact(guichet.CaseTransferred, Self, "from", string(a.c.Skill), "to", string(to)))
		a.c.Skill = to
	}
}

// waitUntil says when a run that ended now goes on, or why it cannot.
func (d *Desk) waitUntil(cfg *store.Config, ch *guichet.Channel, out script.Outcome, now time.Time) (until time.Time, failed string) {
	switch {
	case out.Failed != "" || out.Next == "":
		return until, out.Failed
	case out.Wait == script.Open:
		// The moment at which a second of business time is over, less that second.
		until = d.level(cfg.Level(ch)).Due(now, time.Second)
		if until.IsZero() {
			return until, "the calendar of the channel has no business hours to wait for"
		}
		return until.Add(-time.Second), ""
	}
	wait, err := script.Duration(out.Wait)
	if err != nil {
		return until, err.Error()
	}
	return now.Add(wait), ""
}

// ringScript goes on with a script whose wait is over. One that was due and was not run in time is given up: its case waits for an agent with the default skill.
func (d *Desk) ringScript(ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, id)
		if err != nil {
			return err
		}
		now, ok := c.Timer(guichet.ScriptTimer, "")
		if !ok || !now.At.Equal(timer.At) || c.Merged != "" {
			return nil
		}
		c.StopTimer(guichet.ScriptTimer, "")
		if !c.Script.Runs() {
			tx := &store.Tx{}
			tx.Case(c)
			return d.Store.Commit(ctx, tx)
		}
		s := *c.Script
		c.Script = &s
		if s.Waits {
			s.Waits = false
			c.SetTimer(guichet.ScriptTimer, "", d.Now().Add(scriptGuard))
			tx := &store.Tx{}
			tx.Case(c, d.due(&s))
			return d.Store.Commit(ctx, tx)
		}
		return d.giveUpScript(ctx, c, &s)
	})
}

// giveUpScript ends a script that nobody ran.
func (d *Desk) giveUpScript(ctx context.Context, c *guichet.Case, s *guichet.Scripted) error {
	cfg, err := d.Store.Config(ctx, c.Tenant)
	if err != nil {
		return err
	}
	a, err := d.actorAt(ctx, cfg, c, s.Message)
	if err != nil {
		return err
	}
	a.detail = []string{"script", string(s.ID) + "@" + strconv.Itoa(s.Version)}
	a.conclude(s, script.Outcome{Failed: "it was not run within " + scriptGuard.String()}, a.overtaken())
	return a.commit()
}
