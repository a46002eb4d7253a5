// Package script is floor 1, pure: digital scripts and workflow rules (A092, A094). It reads them, checks them, runs them step by step on a case and tells in a trace
// what held and what was done. It knows no language of its own for conditions: package expr has one, which only the functions that run scripts link.
package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// Bounds. What is over them is refused when it is saved; a run that takes more steps ends with that reason.
const (
	MaxSource  = 64 << 10 // bytes of a script or a rule
	MaxSteps   = 100
	MaxActions = 10 // of one step
	MaxExpr    = 1000
	MaxText    = 5000 // of a template or a note
	maxTaken   = 1000 // steps of one case, over all its waits
	maxWait    = 60 * 24 * time.Hour
)

// Language compiles expressions. Line and column of a problem count from 1 within the text.
type Language interface {
	// Compile makes an expression of a text that gives the type: "bool", "string", "number". Facts: it may speak of the fact that woke it.
	Compile(text string, as guichet.FieldType, fields []guichet.Field, facts bool) (Expr, []Problem)
}

// Expr is a compiled expression.
type Expr interface {
	// Eval gives its value: bool, string or float64. It is bounded in time, and fails rather than to run on.
	Eval(env *Env) (any, error)
	// Uses reports whether it speaks of a name of the vocabulary.
	Uses(name string) bool
}

// Problem is one thing that is wrong with a script or a rule.
type Problem struct {
	Step   string `json:"step,omitempty"` // empty: of the whole
	Field  string `json:"field"`          // "steps[2].if", as in the document
	Text   string `json:"text"`
	Line   int    `json:"line,omitempty"`   // in the expression, or in the document where that is not JSON; 0: not known
	Column int    `json:"column,omitempty"` // from 1
}

// Problems is the error of a script that cannot be saved. It is never empty.
type Problems []Problem

// Error says the first of them.
func (p Problems) Error() string {
	s := p[0].Field + ": " + p[0].Text
	if p[0].Step != "" {
		s = "step " + p[0].Step + ", " + s
	}
	if n := len(p); n > 1 {
		s += " (and " + strconv.Itoa(n-1) + " more)"
	}
	return s
}

// World is what a script may name.
type World struct {
	Skills map[guichet.SkillID]*guichet.Skill // nil: any; whether it is there is found out when it is needed
	Tags   map[string]*guichet.Tag            // empty: any; the tenant keeps no list of them
	Fields []guichet.Field
}

func (w World) field(name string) (guichet.Field, bool) {
	for _, f := range w.Fields {
		if f.Name == name && !f.Gone {
			return f, true
		}
	}
	return guichet.Field{}, false
}

// Duration reads a time as people write it: "90m", "2h", "3d"; a day is 24 hours. At least a minute, at most 60 days.
func Duration(s string) (time.Duration, error) {
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if s != "" {
		n, err := strconv.Atoi(s[:len(s)-1])
		if u := unit[s[len(s)-1]]; err == nil && u > 0 && n > 0 && n <= int(maxWait/u) {
			return time.Duration(n) * u, nil
		}
	}
	return 0, fmt.Errorf(`a time is a number and m, h or d, as "90m", "2h" or "3d", and at most 60 days; not %q`, cut(s, 40))
}

// Open is the wait until business hours.
const Open = "open"

// fill puts what is known of a case in place of what a text names.
func fill(text string, env *Env) string {
	c := env.Case
	pairs := []string{"{ticket}", string(c.ID), "{subject}", c.Subject, "{name}", env.Contact.Name}
	for name, v := range c.Fields {
		pairs = append(pairs, "{field."+name+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// cut shortens a text for a trace, at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
