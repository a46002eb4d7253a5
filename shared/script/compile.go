package script

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// Program is a script that was checked and can run. It is never changed: many may run it at once.
type Program struct {
	script guichet.Script
	steps  map[string]*step
	start  string
	fields []guichet.Field
}

type step struct {
	guichet.Step
	cond  Expr // nil: it always holds
	exprs []Expr
}

// Compile checks a script and makes it ready to run. The error is Problems: all that is wrong, each with its step and field.
func Compile(s guichet.Script, w World, lang Language) (*Program, error) {
	c := &checker{world: w, lang: lang, texts: s.Templates}
	if err := guichet.ValidName("id", string(s.ID)); err != nil {
		c.wrong("id", "%s", err.(*guichet.Error).Text) //nolint:errorlint,forcetypeassert // ValidName makes no other
	}
	c.templates()
	p := &Program{script: s, steps: map[string]*step{}, fields: w.Fields}
	if len(s.Steps) == 0 {
		c.wrong("steps", "a script has at least one step")
		return nil, c.found
	}
	p.start = s.Steps[0].ID
	for i := range s.Steps {
		st := s.Steps[i]
		c.at(st.ID, fmt.Sprintf("steps[%d]", i))
		switch {
		case st.ID == "" || len(st.ID) > 40 || strings.ContainsAny(st.ID, "* \t\n"):
			c.wrong("id", "a step has a name of 1 to 40 characters without spaces")
		case p.steps[st.ID] != nil:
			c.wrong("id", "another step is called %q, too", st.ID)
		}
		p.steps[st.ID] = c.step(st)
	}
	c.graph(s.Steps, p.steps)
	if len(c.found) > 0 {
		return nil, c.found
	}
	return p, nil
}

// Uses reports whether a condition or a value of the script speaks of a name.
func (p *Program) Uses(name string) bool {
	for _, s := range p.steps {
		if s.cond != nil && s.cond.Uses(name) || slices.ContainsFunc(s.exprs, func(e Expr) bool { return e != nil && e.Uses(name) }) {
			return true
		}
	}
	return false
}

// checker collects what is wrong.
type checker struct {
	world World
	lang  Language
	texts map[string]guichet.Text
	facts bool

	found   Problems
	id, pre string // step at hand, and its place in the document
}

// maxProblems is how many are told at once.
const maxProblems = 50

func (c *checker) at(id, place string) { c.id, c.pre = id, place+"." }

func (c *checker) wrong(field, format string, args ...any) {
	c.add(Problem{Step: cut(c.id, 40), Field: c.pre + field, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) add(p Problem) {
	if len(c.found) < maxProblems {
		c.found = append(c.found, p)
	}
}

func (c *checker) step(s guichet.Step) *step {
	out := &step{Step: s}
	if s.If != "" {
		out.cond = c.expr("if", s.If, guichet.BoolField)
	} else if s.Else != "" {
		c.wrong("else", "a step without a condition never goes there: give it an if, or take the else away")
	}
	if s.Wait != "" && s.Wait != Open {
		if _, err := Duration(s.Wait); err != nil {
			c.wrong("wait", `%v; or "open": until business hours`, err)
		}
	}
	out.exprs = c.actions(s.Do)
	return out
}

// actions checks a list of actions, and compiles their expressions: one for each action, nil for those without.
func (c *checker) actions(list []guichet.Action) []Expr {
	if len(list) > MaxActions {
		c.wrong("do", "at most %d actions, not %d", MaxActions, len(list))
		return nil
	}
	out := make([]Expr, len(list))
	pre := c.pre
	for i, a := range list {
		c.pre = fmt.Sprintf("%sdo[%d].", pre, i)
		out[i] = c.action(a)
	}
	c.pre = pre
	return out
}

func (c *checker) action(a guichet.Action) Expr {
	kind := Kind(a)
	if kind == "" {
		c.wrong("", "an action is exactly one of skill, priority, tag, untag, field, reply, note, status, popurl")
		return nil
	}
	if kind != "field" && (a.Value != nil || a.Expr != "") {
		c.wrong("value", "only a field has a value")
	}
	switch kind {
	case "skill":
		if c.world.Skills != nil && c.world.Skills[a.Skill] == nil {
			c.wrong("skill", "there is no skill %q", cut(string(a.Skill), 40))
		}
	case "priority":
		if *a.Priority < -400 || *a.Priority > 400 {
			c.wrong("priority", "a priority is -400 to 400, not %d", *a.Priority)
		}
	case "tag", "untag":
		if err := guichet.ValidName(kind, cmp.Or(a.Tag, a.Untag)); err != nil {
			c.wrong(kind, "%s", err.(*guichet.Error).Text) //nolint:errorlint,forcetypeassert // as above
		} else if tag := cmp.Or(a.Tag, a.Untag); len(c.world.Tags) > 0 && c.world.Tags[tag] == nil {
			c.wrong(kind, "there is no tag %q in the list of tags", tag)
		}
	case "reply":
		if _, ok := c.texts[a.Reply]; !ok {
			c.wrong("reply", "there is no template %q; templates holds its texts", cut(a.Reply, 40))
		}
	case "note":
		c.text("note", a.Note)
	case "popurl":
		c.popURL(a.PopURL)
	case "status":
		if !slices.Contains([]guichet.Status{guichet.Open, guichet.Pending, guichet.Escalated, guichet.Resolved, guichet.Closed}, a.Status) {
			c.wrong("status", "status is open, pending, escalated, resolved or closed, not %q", cut(string(a.Status), 40))
		}
	case "field":
		return c.value(a)
	}
	return nil
}

func (c *checker) value(a guichet.Action) Expr {
	f, ok := c.world.field(a.Field)
	switch {
	case !ok:
		c.wrong("field", "there is no custom field %q", cut(a.Field, 40))
	case (a.Value == nil) == (a.Expr == ""):
		c.wrong("value", "a field gets a value or an expr, one of them")
	case a.Expr != "":
		return c.expr("expr", a.Expr, f.Type)
	default:
		if _, err := f.Value(a.Value); err != nil {
			c.wrong("value", "%s", err.(*guichet.Error).Text) //nolint:errorlint,forcetypeassert // as above
		}
	}
	return nil
}

func (c *checker) expr(field, text string, as guichet.FieldType) Expr {
	if len(text) > MaxExpr {
		c.wrong(field, "an expression has at most %d characters", MaxExpr)
		return nil
	}
	e, problems := c.lang.Compile(text, as, c.world.Fields, c.facts)
	for _, p := range problems {
		p.Step, p.Field = cut(c.id, 40), c.pre+field
		c.add(p)
	}
	return e
}

func (c *checker) templates() {
	for name, t := range c.texts {
		if len(t) == 0 {
			c.wrong("templates."+cut(name, 40), "a template has a text for at least one language")
		}
		for lang, text := range t {
			c.text("templates."+cut(name, 40)+"."+cut(lang, 10), text)
		}
	}
	slices.SortFunc(c.found, func(a, b Problem) int { return cmp.Compare(a.Field, b.Field) }) // a map has no order
}

// placeholder is what looks like one in a text.
var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_.]*\}`)

func (c *checker) text(field, text string) {
	if strings.TrimSpace(text) == "" || len(text) > MaxText {
		c.wrong(field, "a text has 1 to %d bytes", MaxText)
	}
	for _, p := range placeholder.FindAllString(text, -1) {
		name := strings.Trim(p, "{}")
		custom, isField := strings.CutPrefix(name, FieldPrefix)
		if _, ok := c.world.field(custom); isField && ok || slices.Contains([]string{"ticket", "subject", "name"}, name) {
			continue
		}
		c.wrong(field, "%s stands for nothing; there are {ticket}, {subject}, {name} and {field.NAME}", cut(p, 40))
	}
}

// Kind names the one thing that an action is; empty if it is none, or more than one.
func Kind(a guichet.Action) string {
	kind, n := "", 0
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"skill", a.Skill != ""}, {"priority", a.Priority != nil}, {"tag", a.Tag != ""}, {"untag", a.Untag != ""}, {"field", a.Field != ""}, {"reply", a.Reply != ""},
		{"note", a.Note != ""}, {"status", a.Status != ""}, {"popurl", a.PopURL != ""},
	} {
		if k.set {
			kind = k.name
			n++
		}
	}
	if n != 1 {
		return ""
	}
	return kind
}
