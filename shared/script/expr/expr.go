// Package expr is the language of conditions: CEL, as cel.dev/cel-go has it. It is a package of its own because it weighs about 10 MB in a binary: only the functions
// that run and check scripts link it.
package expr

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

// CEL is the language. The zero CEL is ready; many may use it at once.
type CEL struct {
	mu   sync.Mutex
	envs map[string]*cel.Env // by custom fields
}

// maxCost bounds the work of one expression, in CEL's units: about a step of the interpreter, or ten bytes of a text that is looked at.
const maxCost = 50_000

var celTypes = map[string]*cel.Type{
	"string": cel.StringType, "int": cel.IntType, "number": cel.DoubleType, "bool": cel.BoolType, "list": cel.ListType(cel.StringType), "time": cel.TimestampType,
	"duration": cel.DurationType, "map": cel.MapType(cel.StringType, cel.StringType), "date": cel.StringType,
}

// env returns the environment with the tenant's fields. It is made once for each set of them: that takes a millisecond.
func (c *CEL) env(fields []guichet.Field, facts bool) (*cel.Env, error) {
	key := fmt.Sprint(facts)
	for _, f := range fields {
		key += " " + f.Name + ":" + string(f.Type)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.envs[key]; e != nil {
		return e, nil
	}
	opts := []cel.EnvOption{ext.Strings(), cel.CrossTypeNumericComparisons(true), cel.ParserExpressionSizeLimit(script.MaxExpr), cel.ParserRecursionLimit(50)}
	for _, v := range script.Vars {
		if facts || !v.Fact {
			opts = append(opts, cel.Variable(v.Name, celTypes[v.Type]))
		}
	}
	for _, f := range fields {
		opts = append(opts, cel.Variable(script.FieldPrefix+f.Name, celTypes[string(f.Type)]))
	}
	e, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, err
	}
	if c.envs == nil || len(c.envs) > 100 {
		c.envs = map[string]*cel.Env{}
	}
	c.envs[key] = e
	return e, nil
}

// Compile compiles a text that gives as.
func (c *CEL) Compile(text string, as guichet.FieldType, fields []guichet.Field, facts bool) (script.Expr, []script.Problem) {
	env, err := c.env(fields, facts)
	if err != nil {
		return nil, []script.Problem{{Text: err.Error()}}
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, problems(issues)
	}
	if out := ast.OutputType(); !gives(out, as) {
		return nil, []script.Problem{{Text: fmt.Sprintf("this gives a %s; expected is a %s", out, as), Line: 1, Column: 1}}
	}
	p, err := env.Program(ast, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, []script.Problem{{Text: err.Error(), Line: 1, Column: 1}}
	}
	return &expression{program: p, as: as, uses: names(ast)}, nil
}

// gives reports whether a type can be had as that of a field.
func gives(out *cel.Type, as guichet.FieldType) bool {
	switch as {
	case guichet.BoolField:
		return out.IsExactType(cel.BoolType)
	case guichet.NumberField:
		return out.IsExactType(cel.DoubleType) || out.IsExactType(cel.IntType) || out.IsExactType(cel.UintType)
	case guichet.DateField:
		return out.IsExactType(cel.StringType) || out.IsExactType(cel.TimestampType)
	}
	return out.IsExactType(cel.StringType)
}

func problems(issues *cel.Issues) []script.Problem {
	var out []script.Problem
	for _, e := range issues.Errors() {
		text, _, _ := strings.Cut(e.Message, "\n")
		out = append(out, script.Problem{Text: plain(text), Line: max(e.Location.Line(), 1), Column: max(e.Location.Column(), 0) + 1})
		if len(out) == 5 {
			break
		}
	}
	return out
}

// plain says the checker's most frequent words for people.
func plain(text string) string {
	if rest, ok := strings.CutPrefix(text, "undeclared reference to "); ok {
		name, _, _ := strings.Cut(rest, " ")
		parts := strings.SplitN(strings.Trim(name, "'"), ".", 3) // what follows is a call of something
		return "there is no name '" + strings.Join(parts[:min(len(parts), 2)], ".") + "'; the list of names tells which there are"
	}
	return strings.NewReplacer("found no matching overload for ", "these do not go together: ", "applied to ", "of ").Replace(text)
}

// expression is one compiled text.
type expression struct {
	program cel.Program
	as      guichet.FieldType
	uses    map[string]bool
}

// Uses reports whether the text speaks of a name.
func (e *expression) Uses(name string) bool { return e.uses[name] }

// Eval gives the value. An expression that takes too long, or that has none (an index beyond a list), is an error.
func (e *expression) Eval(env *script.Env) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the condition cannot be evaluated: %v", p)
		}
	}()
	out, _, err := e.program.Eval(activation{env})
	if err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "operation cancelled: "))
	}
	return e.value(out)
}

func (e *expression) value(out ref.Val) (any, error) {
	switch x := out.(type) {
	case types.Bool:
		return bool(x), nil
	case types.Int:
		return float64(x), nil
	case types.Uint:
		return float64(x), nil
	case types.Double:
		return float64(x), nil
	case types.Timestamp:
		return x.Time.UTC().Format(time.DateOnly), nil
	case types.String:
		return string(x), nil
	}
	return nil, fmt.Errorf("it gives a %s, not a %s", cmp.Or(out.Type().TypeName(), "thing"), e.as)
}

// activation shows CEL the names of an Env, one by one as they are asked for.
type activation struct{ env *script.Env }

// ResolveName finds a name.
func (a activation) ResolveName(name string) (any, bool) { return a.env.Value(name) }

// Parent says that there are no other names.
func (a activation) Parent() cel.Activation { return nil }

// names lists what an expression speaks of.
func names(ast *cel.Ast) map[string]bool {
	out := map[string]bool{}
	for _, r := range ast.NativeRep().ReferenceMap() {
		if r.Name != "" {
			out[r.Name] = true
		}
	}
	return out
}
