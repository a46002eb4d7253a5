package desk

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

// tryRule asks a rule about everything that it would have been asked about, with the case as it was then, and compares with what the rule of that id said.
func (p *pastCase) tryRule() ([]TryCase, error) {
	c := p.born()
	said := p.said()
	var out []TryCase
	var due time.Time
	ask := func(f guichet.Fact, at time.Time) error {
		got, err := p.asks(clone(c), f, at)
		if err != nil {
			return err
		}
		p.judged = true
		from, to := said[f.ID], outcome(got)
		if from == "" {
			from = "not asked"
		}
		if from != to && !(from == "not asked" && to == "not matched") {
			out = append(out, TryCase{What: "rule", From: from, To: to, Fact: f.ID, Asked: &got})
		}
		return nil
	}
	for i, f := range p.facts {
		if !due.IsZero() && f.At.After(due) {
			if err := ask(p.dueFact(due), due); err != nil {
				return nil, err
			}
			due = time.Time{}
		}
		p.tell(c, f)
		if p.head.After != nil {
			due = p.dueAfter(f, due)
			continue
		}
		if last := i+1 == len(p.facts) || p.facts[i+1].Version > f.Version; last {
			for _, g := range p.facts[p.commitOf(i) : i+1] {
				if slices.Contains(p.head.On, g.Kind) && !slices.Contains(g.Chain(), string(p.head.ID)) {
					if err := ask(g, g.At); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	if !due.IsZero() && !due.After(p.d.Now()) {
		return out, ask(p.dueFact(due), due)
	}
	return out, nil
}

// commitOf is the place of the first fact of the commit to which the i-th belongs.
func (p *pastCase) commitOf(i int) int {
	for i > 0 && p.facts[i-1].Version == p.facts[i].Version {
		i--
	}
	return i
}

// dueAfter says when the rule would be asked, after a fact.
func (p *pastCase) dueAfter(f guichet.Fact, due time.Time) time.Time {
	switch wait, err := script.Duration(p.head.After.For); {
	case err == nil && p.head.After.Begins(f.Kind):
		return f.At.Add(wait)
	case p.head.After.Ends(f.Kind):
		return time.Time{}
	}
	return due
}

// dueFact stands for the timer that would have rung; the one that did, if the rule had its time then, too.
func (p *pastCase) dueFact(due time.Time) guichet.Fact {
	for _, f := range p.facts {
		if f.Kind == guichet.RuleDue && f.Detail["rule"] == string(p.head.ID) && f.Detail["due"] == due.UTC().Format(time.RFC3339Nano) {
			return f
		}
	}
	return guichet.Fact{Kind: guichet.RuleDue, Tenant: p.t, Case: p.c.ID, At: due}
}

func (p *pastCase) asks(c *guichet.Case, f guichet.Fact, at time.Time) (script.Asked, error) {
	if after := p.head.After; after != nil && after.Since != "status" && !c.Status.Live() {
		return script.Asked{Rule: p.head.ID, Name: p.head.Name, Why: "the case is " + string(c.Status)}, nil
	}
	env, err := p.env(c, f.Message, at, p.rule.Uses)
	if err != nil {
		return script.Asked{}, err
	}
	env.Fact = f
	return p.rule.Ask(env, func() string { return "" }, script.Paper(c)), nil
}

// said lists what the rule of that id said, by the fact that woke it.
func (p *pastCase) said() map[string]string {
	out := map[string]string{}
	for _, f := range p.facts {
		if f.Kind != guichet.RulesRan {
			continue
		}
		var list []script.Asked
		if json.Unmarshal([]byte(f.Detail["trace"]), &list) != nil {
			continue
		}
		for _, a := range list {
			if a.Rule == p.head.ID {
				out[f.Detail["fact"]] = outcome(a)
			}
		}
	}
	return out
}

// outcome says in a few words what a rule did. What was so already counts as done: it is what the rule wants.
func outcome(a script.Asked) string {
	if !a.Matched || a.Why != "" {
		return "not matched"
	}
	var did []string
	for _, d := range a.Did {
		switch d.Kind {
		case "reply", "note":
			did = append(did, d.Kind)
		case "untag":
			did = append(did, "untag "+d.From)
		default:
			did = append(did, d.Kind+" "+d.To)
		}
	}
	return strings.Join(did, ", ")
}
