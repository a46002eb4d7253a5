package script

import (
	"fmt"

	"guichet/shared/guichet"
)

// Done is one action and what came of it.
type Done struct {
	Action guichet.Action `json:"action"`
	Kind   string         `json:"kind"`             // "skill", "tag", ...
	From   string         `json:"from,omitempty"`   // what it was
	To     string         `json:"to,omitempty"`     // what it is now; of a reply or a note, its text
	Same   bool           `json:"same,omitempty"`   // nothing changed: it was so already
	Result string         `json:"result,omitempty"` // why it was not done; empty: it was
}

// Taken is one step of a run, as its trace tells it.
type Taken struct {
	Step  string `json:"step"`
	If    string `json:"if,omitempty"`
	Held  bool   `json:"held"`            // true also where there is no condition
	Error string `json:"error,omitempty"` // why the condition has no value
	Did   []Done `json:"did,omitempty"`
	Wait  string `json:"wait,omitempty"`
	Next  string `json:"next,omitempty"` // empty: the end
}

// Outcome is what one run came to.
type Outcome struct {
	Steps  []Taken
	Next   string // where to go on after Wait; empty: the script is at its end
	Wait   string // as in the step
	Failed string // why it came to no end of its own; the case goes to its channel's default skill then
}

// Hand does of an action what is more than a change of the case's own words: messages, status, facts. It may say in Result why it did not.
type Hand func(*Done)

// First is the step at which a script begins, whatever it is called.
const First = "*"

// Run takes steps from at on, until the end or a wait, after taken ones of earlier runs. It changes env.Case, and calls hand for each action. It never fails: what
// goes wrong is in the outcome.
func (p *Program) Run(env *Env, at string, taken int, hand Hand) Outcome {
	var out Outcome
	env.Fields = p.fields
	if at == First {
		at = p.start
	}
	for at != "" {
		s := p.steps[at]
		switch {
		case s == nil:
			out.Failed = fmt.Sprintf("version %d of the script has no step %q", p.script.Version, cut(at, 40))
			return out
		case taken >= maxTaken:
			out.Failed = fmt.Sprintf("more than %d steps", maxTaken)
			return out
		}
		taken++
		t := s.take(env, p.script.Templates, hand)
		out.Steps = append(out.Steps, t)
		if t.Error != "" {
			out.Failed = fmt.Sprintf("step %s: %s", at, t.Error)
			return out
		}
		if at = t.Next; t.Wait != "" && at != "" && !(t.Wait == Open && env.Open) {
			out.Next, out.Wait = at, t.Wait
			return out
		}
	}
	return out
}

// take takes one step.
func (s *step) take(env *Env, texts map[string]guichet.Text, hand Hand) Taken {
	t := Taken{Step: s.ID, If: cut(s.If, 300)}
	t.Held, t.Error = holds(s.cond, env)
	switch {
	case t.Error != "":
		return t
	case !t.Held:
		t.Next = s.Else
		return t
	}
	if t.Did, t.Error = act(s.Do, s.exprs, env, texts, hand); t.Error == "" {
		t.Next, t.Wait = s.Then, s.Wait
	}
	return t
}

// holds asks a condition.
func holds(e Expr, env *Env) (bool, string) {
	if e == nil {
		return true, ""
	}
	v, err := e.Eval(env)
	if err != nil {
		return false, cut(err.Error(), 200)
	}
	b, ok := v.(bool)
	if !ok {
		return false, "its condition is neither true nor false"
	}
	return b, ""
}

// act does the actions in their order. A value that cannot be had ends it.
func act(list []guichet.Action, exprs []Expr, env *Env, texts map[string]guichet.Text, hand Hand) ([]Done, string) {
	var all []Done
	for i, a := range list {
		d := Done{Action: a, Kind: Kind(a)}
		if exprs[i] != nil {
			v, err := exprs[i].Eval(env)
			if err != nil {
				return all, cut(err.Error(), 200)
			}
			d.Action.Value = v
		}
		change(env, &d, texts)
		if hand != nil && !d.Same && d.Result == "" {
			hand(&d)
		}
		all = append(all, brief(d))
	}
	return all, ""
}

// brief is an action as a trace keeps it.
func brief(d Done) Done {
	d.From, d.To, d.Result = cut(d.From, 200), cut(d.To, 200), cut(d.Result, 200)
	d.Action = guichet.Action{}
	return d
}
