package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

// way is where a case went when it began to wait for an agent.
type way struct {
	skill, priority, tags, end string
}

// tryRoute compares where the case went when it first began to wait with where it would have gone.
func (p *pastCase) tryRoute() ([]TryCase, error) {
	c, at, message, then, ok := p.fork()
	if !ok || len(p.Script) > 0 && p.Channel == "" && p.was.Channels[p.c.Channel] != nil && p.was.Channels[p.c.Channel].Script != p.id {
		return nil, nil
	}
	p.judged = true
	now, steps, err := p.routeAnew(c, message, at)
	if err != nil {
		return nil, err
	}
	var out []TryCase
	for _, x := range []struct{ what, from, to string }{
		{"skill", then.skill, now.skill}, {"priority", then.priority, now.priority}, {"tags", then.tags, now.tags}, {"end", then.end, now.end},
	} {
		if x.from != x.to {
			out = append(out, TryCase{What: x.what, From: x.from, To: x.to, Steps: steps})
		}
	}
	return out, nil
}

// fork finds the moment at which it was decided where the case goes first: the case as it was then, and what was decided. False for a case that never waited.
func (p *pastCase) fork() (c *guichet.Case, at time.Time, message guichet.MessageID, then way, ok bool) {
	live := p.born()
	var before *guichet.Case
	for i, f := range p.facts {
		starts := f.Kind == guichet.ScriptDue && f.Detail["run"] == "1"
		if before == nil && (starts || f.Kind == guichet.CaseWaiting) {
			before, at, message = clone(live), f.At, f.Message
			before.Skill = p.skillBefore(i)
		}
		p.tell(live, f)
		if before == nil {
			continue
		}
		switch {
		case f.Kind == guichet.CaseWaiting:
			// What the same commit did belongs to the decision.
			for _, g := range p.facts[i+1:] {
				if g.Version == f.Version {
					p.tell(live, g)
				}
			}
			return before, at, message, wayOf(live, "waits"), true
		case f.Kind == guichet.ScriptRan && f.Detail["end"] == "closed":
			return before, at, message, wayOf(live, string(live.Status)), true
		case f.Kind == guichet.ScriptRan && f.Detail["end"] == "overtaken":
			return nil, at, message, then, false // people decided
		}
	}
	return nil, at, message, then, false
}

// skillBefore is the skill with which the case would have waited without a script: the default one, or that of the spam tag.
func (p *pastCase) skillBefore(i int) guichet.SkillID {
	ch := p.cfg.Channels[p.c.Channel]
	if ch == nil {
		return p.c.Skill
	}
	for _, f := range p.facts[:i] {
		if f.Kind == guichet.CaseTransferred && f.Detail["script"] == "" && guichet.SkillID(f.Detail["to"]) == ch.SpamTo {
			return ch.SpamTo
		}
	}
	return ch.Skill
}

// routeAnew runs the script that the channel would have, with its waits in a time of its own: as if nothing else had happened to the case meanwhile.
func (p *pastCase) routeAnew(c *guichet.Case, message guichet.MessageID, at time.Time) (way, []script.Taken, error) {
	prog, err := p.program(c.Channel)
	if err != nil {
		return way{}, nil, err
	}
	var steps []script.Taken
	end := "waits"
	if prog != nil {
		out := script.Outcome{Next: script.First}
		for now := at; out.Next != ""; {
			env, err := p.env(c, message, now, prog.Uses)
			if err != nil {
				return way{}, nil, err
			}
			out = prog.Run(env, out.Next, len(steps), script.Paper(c))
			steps = append(steps, out.Steps...)
			ch := p.cfg.Channels[c.Channel]
			until, failed := p.d.waitUntil(p.cfg, ch, out, now)
			if now = until; failed != "" {
				c.Skill = ch.Skill
				break
			}
			if !c.Status.Live() {
				break
			}
		}
	}
	if !c.Status.Live() {
		end = string(c.Status)
	}
	if to := p.Skills[c.Skill]; to != "" {
		c.Skill = to
	}
	return wayOf(c, end), steps, nil
}

// program is the script that a channel would have; nil: the built-in one.
func (p *pastCase) program(id guichet.ChannelID) (*script.Program, error) {
	ch := p.cfg.Channels[id]
	if ch == nil || ch.Script == "" {
		return nil, nil
	}
	if ch.Script == p.id {
		return p.prog, nil
	}
	head := p.cfg.ScriptOf(ch)
	if head == nil {
		return nil, nil
	}
	prog, err := p.d.program(p.ctx, p.t, p.cfg, head.ID, head.Active)
	if guichet.Is(err, guichet.Invalid) || guichet.Is(err, guichet.NotFound) {
		return nil, nil // it cannot be run: the default skill
	}
	return prog, err
}

func wayOf(c *guichet.Case, end string) way {
	tags := slices.Clone(c.Tags)
	slices.Sort(tags)
	return way{skill: string(c.Skill), priority: strconv.Itoa(c.Priority), tags: strings.Join(tags, " "), end: end}
}

// clone copies a case far enough that what is done to the copy leaves it alone.
func clone(c *guichet.Case) *guichet.Case {
	out := *c
	out.Tags = slices.Clone(c.Tags)
	return &out
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func decimal(s string) float64 {
	n, _ := strconv.ParseFloat(s, 64)
	return n
}
