package script

import (
	"fmt"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// RuleProgram is a rule that was checked and can be asked. Many may ask it at once.
type RuleProgram struct {
	rule   guichet.Rule
	cond   Expr
	exprs  []Expr
	fields []guichet.Field
}

// CompileRule checks a rule and makes it ready. The error is Problems.
func CompileRule(r guichet.Rule, w World, lang Language) (*RuleProgram, error) {
	c := &checker{world: w, lang: lang, texts: r.Texts, facts: true}
	if err := guichet.ValidName("id", string(r.ID)); err != nil {
		c.wrong("id", "%s", err.(*guichet.Error).Text) //nolint:errorlint,forcetypeassert // ValidName makes no other
	}
	c.templates()
	c.wakes(r)
	p := &RuleProgram{rule: r, fields: w.Fields}
	if r.If != "" {
		p.cond = c.expr("if", r.If, guichet.BoolField)
	}
	if len(r.Do) == 0 {
		c.wrong("do", "a rule does at least one thing")
	}
	p.exprs = c.actions(r.Do)
	if len(c.found) > 0 {
		return nil, c.found
	}
	return p, nil
}

// wakes checks what wakes the rule.
func (c *checker) wakes(r guichet.Rule) {
	if (len(r.On) == 0) == (r.After == nil) {
		c.wrong("on", "a rule waits for facts (on) or for a time (after): one of them")
	}
	for i, k := range r.On {
		if !slices.Contains(guichet.Watchable, k) {
			var all []string
			for _, w := range guichet.Watchable {
				all = append(all, string(w))
			}
			c.wrong(fmt.Sprintf("on[%d]", i), "%q is no fact that a rule can wait for; there are %s", cut(string(k), 40), strings.Join(all, ", "))
		}
	}
	if r.After == nil {
		return
	}
	if !r.After.Valid() {
		c.wrong("after.since", "since is opened, status, contact, answer or waiting, not %q", cut(r.After.Since, 40))
	}
	if _, err := Duration(r.After.For); err != nil {
		c.wrong("after.for", "%v", err)
	}
}

// Uses reports whether the rule speaks of a name.
func (p *RuleProgram) Uses(name string) bool {
	return p.cond != nil && p.cond.Uses(name) || slices.ContainsFunc(p.exprs, func(e Expr) bool { return e != nil && e.Uses(name) })
}

// Asked is what came of asking one rule: it stands in the history whether it matched or not (D-82).
type Asked struct {
	Rule    guichet.RuleID `json:"rule"`
	Name    string         `json:"name,omitempty"`
	Version int            `json:"version"`
	If      string         `json:"if,omitempty"`
	Matched bool           `json:"matched"`
	Why     string         `json:"why,omitempty"` // why it was not asked, or has no answer
	Did     []Done         `json:"did,omitempty"`
}

// Ask asks the rule and does what it says if it holds. It changes env.Case, and calls hand for each action. May says why the rule may do nothing now; empty: it may.
func (p *RuleProgram) Ask(env *Env, may func() string, hand Hand) Asked {
	env.Fields = p.fields
	a := Asked{Rule: p.rule.ID, Name: p.rule.Name, Version: p.rule.Version, If: cut(p.rule.If, 300)}
	if a.Matched, a.Why = holds(p.cond, env); !a.Matched {
		return a
	}
	if a.Why = may(); a.Why == "" {
		a.Did, a.Why = act(p.rule.Do, p.exprs, env, p.rule.Texts, hand)
	}
	return a
}
