package script_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/script/expr"
)

var lang expr.CEL

var world = script.World{
	Skills: map[guichet.SkillID]*guichet.Skill{"support": {}, "billing": {}, "vip": {}},
	Fields: []guichet.Field{{Name: "order", Type: guichet.NumberField}, {Name: "tier", Type: guichet.StringField}, {Name: "old", Type: guichet.StringField, Gone: true}},
}

// triage is a script that does a bit of everything.
const triage = `{
  "id": "triage", "name": "Triage",
  "templates": {"thanks": {"en": "We have it: {ticket}, {name}.", "fr": "Bien reçu : {ticket}."}},
  "steps": [
    {"id": "vip", "note": "They pay for it", "if": "contact.domain == 'vip.example'", "do": [{"skill": "vip"}, {"priority": 10}, {"tag": "vip"}], "then": "hours", "else": "money"},
    {"id": "money", "if": "case.subject.contains('invoice')", "do": [{"skill": "billing"}, {"field": "tier", "expr": "contact.domain"}], "then": "hours", "else": "hours"},
    {"id": "hours", "if": "!hours.open", "do": [{"reply": "thanks"}, {"note": "It came at night."}], "wait": "open", "then": "late"},
    {"id": "late", "do": [{"tag": "late"}]}
  ]
}`

func compile(t testing.TB, source string) *script.Program {
	t.Helper()
	s, err := script.Read([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	p, err := script.Compile(s, world, &lang)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newEnv(from, subject string, open bool) *script.Env {
	return &script.Env{
		Channel: guichet.Channel{ID: "support", Skill: "support"}, Contact: guichet.Contact{Addr: from, Name: "Bo"}, Open: open, Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Case: &guichet.Case{ID: "100012", Subject: subject, Status: guichet.New, Skill: "support"},
	}
}

func TestRun(t *testing.T) {
	p := compile(t, triage)
	for name, c := range map[string]struct {
		env   *script.Env
		skill guichet.SkillID
		path  string
		tags  string
		wait  string
	}{
		"an ordinary mail by day":  {newEnv("bo@a.example", "Hello", true), "support", "vip- money- hours-", "", ""},
		"an invoice by day":        {newEnv("bo@a.example", "the invoice", true), "billing", "vip- money+ hours-", "", ""},
		"a friend of the house":    {newEnv("bo@vip.example", "the invoice", true), "vip", "vip+ hours-", "vip", ""},
		"an ordinary one by night": {newEnv("bo@a.example", "Hello", false), "support", "vip- money- hours+", "", "open"},
	} {
		out := p.Run(c.env, script.First, 0, script.Paper(c.env.Case))
		path := ""
		for _, s := range out.Steps {
			path += fmt.Sprintf(" %s%s", s.Step, map[bool]string{true: "+", false: "-"}[s.Held])
		}
		if out.Failed != "" || c.env.Case.Skill != c.skill || strings.TrimSpace(path) != c.path || strings.Join(c.env.Case.Tags, ",") != c.tags || out.Wait != c.wait {
			t.Errorf("%s: %+v, skill %s, tags %v; want %s %s %s %s", name, out, c.env.Case.Skill, c.env.Case.Tags, c.skill, c.path, c.tags, c.wait)
		}
		if c.wait != "" {
			on := p.Run(c.env, out.Next, len(out.Steps), nil)
			if on.Next != "" || !slices.Contains(c.env.Case.Tags, "late") {
				t.Errorf("%s: after the wait: %+v", name, on)
			}
		}
	}
}

func TestTraceTellsWhatWasDone(t *testing.T) {
	e := newEnv("bo@a.example", "the invoice", false)
	var hands []string
	out := compile(t, triage).Run(e, script.First, 0, func(d *script.Done) {
		hands = append(hands, d.Kind+": "+d.To)
		if d.Kind == "reply" {
			d.Result = "a machine gets none"
		}
	})
	want := []string{"skill: billing", "field: tier = a.example", "reply: We have it: 100012, Bo.", "note: It came at night."}
	if !slices.Equal(hands, want) {
		t.Errorf("hands %q, want %q", hands, want)
	}
	b, _ := json.Marshal(out.Steps)
	for _, part := range []string{`"step":"money","if":"case.subject.contains('invoice')","held":true`, `"from":"support","to":"billing"`, `"result":"a machine gets none"`, `"wait":"open"`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("the trace does not say %s:\n%s", part, b)
		}
	}
	if strings.Contains(string(b), `"action":{"`) {
		t.Errorf("the trace repeats the action: %s", b)
	}
}

func TestAFailingConditionIsToldAndEndsTheRun(t *testing.T) {
	p := compile(t, `{"id":"fails","steps":[{"id":"one","do":[{"tag":"first"}],"then":"two"},{"id":"two","if":"case.tags[9] == 'x'","then":"three","else":"three"},{"id":"three","do":[{"skill":"vip"}]}]}`)
	e := newEnv("bo@a.example", "x", true)
	out := p.Run(e, script.First, 0, nil)
	if !strings.Contains(out.Failed, "step two") || e.Case.Skill != "support" || len(out.Steps) != 2 || out.Steps[1].Error == "" {
		t.Errorf("%+v, skill %s", out, e.Case.Skill)
	}
}

func TestARunIsBounded(t *testing.T) {
	p := compile(t, `{"id":"loop","steps":[{"id":"a","wait":"1m","then":"b"},{"id":"b","then":"a"}]}`)
	at, taken := script.First, 0
	for runs := 0; ; runs++ {
		if runs > 2000 {
			t.Fatal("no end")
		}
		out := p.Run(newEnv("bo@a.example", "x", true), at, taken, nil)
		if out.Failed != "" {
			break
		}
		at, taken = out.Next, taken+len(out.Steps)
	}
	if out := p.Run(newEnv("bo@a.example", "x", true), "gone", 0, nil); !strings.Contains(out.Failed, `no step "gone"`) {
		t.Errorf("a step that is not there: %+v", out)
	}
}

func TestChecks(t *testing.T) {
	step := func(rest string) string { return `{"id":"checks","steps":[{"id":"one"` + rest + `}]}` }
	for name, c := range map[string]struct{ source, want string }{
		"no steps":                     {`{"id":"checks","steps":[]}`, "/steps: a script has at least one step"},
		"an id that is no name":        {`{"id":"a b","steps":[{"id":"one"}]}`, "/id: id may hold"},
		"a name of two steps":          {`{"id":"checks","steps":[{"id":"one","then":"one2"},{"id":"one2","wait":"1h","then":"one"},{"id":"one"}]}`, "one/steps[2].id: another step"},
		"a step nobody reaches":        {`{"id":"checks","steps":[{"id":"one"},{"id":"two"}]}`, "two/steps[1].id: no way leads"},
		"a step that is not there":     {step(`,"then":"two"`), `one/steps[0].then: there is no step "two"`},
		"an else without an if":        {`{"id":"checks","steps":[{"id":"one","then":"two","else":"two"},{"id":"two"}]}`, "one/steps[0].else: a step without a condition"},
		"a circle":                     {`{"id":"checks","steps":[{"id":"one","then":"two"},{"id":"two","if":"hours.open","then":"three","else":"three"},{"id":"three","then":"two"}]}`, "two/steps[1].then: the script goes round in a circle without a wait: two → three → two"},
		"a circle past the else":       {`{"id":"checks","steps":[{"id":"one","if":"hours.open","wait":"1h","then":"two","else":"one"},{"id":"two"}]}`, "circle"},
		"a circle in business hours":   {`{"id":"checks","steps":[{"id":"one","wait":"open","then":"two"},{"id":"two","then":"one"}]}`, "circle without a wait"},
		"a circle with a wait":         {`{"id":"checks","steps":[{"id":"one","wait":"1h","then":"two"},{"id":"two","then":"one"}]}`, ""},
		"an unknown skill":             {step(`,"do":[{"skill":"wine"}]`), `one/steps[0].do[0].skill: there is no skill "wine"`},
		"an unknown field":             {step(`,"do":[{"tag":"ok"},{"field":"wine","value":"red"}]`), `one/steps[0].do[1].field: there is no custom field "wine"`},
		"a field that is retired":      {step(`,"do":[{"field":"old","value":"red"}]`), `there is no custom field "old"`},
		"a field of another type":      {step(`,"do":[{"field":"order","value":"red"}]`), `one/steps[0].do[0].value: order is a number`},
		"a field without a value":      {step(`,"do":[{"field":"order"}]`), "a value or an expr"},
		"a field from an expression":   {step(`,"do":[{"field":"order","expr":"contact.cases"}]`), ""},
		"an expression of other type":  {step(`,"do":[{"field":"order","expr":"contact.name"}]`), "one/steps[0].do[0].expr: 1:1 this gives a string"},
		"an unknown template":          {step(`,"do":[{"reply":"hello"}]`), `one/steps[0].do[0].reply: there is no template "hello"`},
		"a page":                       {step(`,"do":[{"popurl":"https://crm.example:8443/a/{ticket}?m={address}&o={field.order}"}]`), ""},
		"a page without TLS":           {step(`,"do":[{"popurl":"http://crm.example/"}]`), "one/steps[0].do[0].popurl: an address begins with https://"},
		"a page as a script":           {step(`,"do":[{"popurl":"javascript:alert(1)"}]`), "one/steps[0].do[0].popurl: an address begins"},
		"a host from the case":         {step(`,"do":[{"popurl":"https://{field.order}.example/"}]`), "the case decides nothing of it"},
		"a host half from the case":    {step(`,"do":[{"popurl":"https://crm.{subject}/"}]`), "the case decides nothing of it"},
		"somebody before the host":     {step(`,"do":[{"popurl":"https://me@crm.example/"}]`), "a host comes after"},
		"a page of a name that is not": {step(`,"do":[{"popurl":"https://crm.example/{nom}"}]`), "{nom} stands for nothing"},
		"a page with a space":          {step(`,"do":[{"popurl":"https://crm.example/a b"}]`), "this is no address"},
		"a page with a half percent":   {step(`,"do":[{"popurl":"https://crm.example/%z"}]`), "this is no address"},
		"a page too long":              {step(`,"do":[{"popurl":"https://crm.example/` + strings.Repeat("a", script.MaxURL) + `"}]`), "at most 600 bytes"},
		"a tag that is no name":        {step(`,"do":[{"tag":"a b"}]`), "one/steps[0].do[0].tag: tag may hold"},
		"a priority beyond all":        {step(`,"do":[{"priority":5000}]`), "priority is -400 to 400"},
		"a status that is none":        {step(`,"do":[{"status":"done"}]`), "status is open"},
		"two actions in one":           {step(`,"do":[{"tag":"ab","skill":"vip"}]`), "exactly one of"},
		"no action":                    {step(`,"do":[{}]`), "exactly one of"},
		"a value for nothing":          {step(`,"do":[{"tag":"ab","value":1}]`), "only a field has a value"},
		"a wait that is none":          {step(`,"wait":"soon"`), "one/steps[0].wait: a time is a number"},
		"a wait of a year":             {step(`,"wait":"365d"`), "at most 60 days"},
		"an unknown name":              {step(`,"if":"colour == 1"`), "one/steps[0].if: 1:1 there is no name 'colour'"},
		"a type error, with its place": {step(`,"if":"hours.open && case.tags == 1"`), "1:25 these do not go together"},
		"an endless expression":        {step(`,"if":"` + strings.Repeat("1+", 600) + `1 == 1"`), "at most 1000 characters"},
		"a text with a wrong name":     {step(`,"do":[{"note":"Dear {nom}"}]`), "one/steps[0].do[0].note: {nom} stands for nothing"},
		"a template without a text":    {`{"id":"checks","templates":{"t":{}},"steps":[{"id":"one"}]}`, "/templates.t: a template has"},
		"no JSON":                      {"{\n\"id\": \"checks\",\n oops}", "/body: 3:2 this is no JSON"},
		"half of it":                   {`{"id":"checks"`, "this is no JSON: it ends too early"},
		"a field that is none of ours": {"{\"id\":\"checks\",\n\"stepps\":[]}", "/stepps: 2:"},
		"a list in place of a text":    {`{"id":[]}`, "/id: "},
		"two documents":                {`{"id":"checks","steps":[{"id":"one"}]} {}`, "behind the end"},
		"too much":                     {`{"id":"` + strings.Repeat("x", script.MaxSource) + `"}`, "at most 65536"},
	} {
		s, err := script.Read([]byte(c.source))
		if err == nil {
			_, err = script.Compile(s, world, &lang)
		}
		if told := tell(err); (c.want == "") != (err == nil) || !strings.Contains(told, c.want) {
			t.Errorf("%s: %v; want %q", name, told, c.want)
		}
	}
}

// tell writes all problems.
func tell(err error) string {
	var p script.Problems
	if !errors.As(err, &p) {
		return fmt.Sprint(err)
	}
	var b strings.Builder
	for _, x := range p {
		place := ""
		if x.Line > 0 {
			place = fmt.Sprintf("%d:%d ", x.Line, x.Column)
		}
		fmt.Fprintf(&b, "%s/%s: %s%s\n", x.Step, x.Field, place, x.Text)
	}
	return b.String()
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct{ source, want string }{
		"on a fact":            {`{"id":"spam","on":["case.tagged"],"if":"fact.detail['tag'] == 'spam'","do":[{"skill":"billing"}]}`, ""},
		"after a time":         {`{"id":"old","after":{"since":"contact","for":"2d"},"do":[{"priority":9}]}`, ""},
		"neither":              {`{"id":"none","do":[{"priority":9}]}`, "/on: a rule waits"},
		"both":                 {`{"id":"both","on":["case.tagged"],"after":{"since":"contact","for":"2d"},"do":[{"priority":9}]}`, "/on: a rule waits"},
		"a fact that is none":  {`{"id":"what","on":["case.eaten"],"do":[{"priority":9}]}`, `/on[0]: "case.eaten" is no fact`},
		"its own trace":        {`{"id":"self","on":["rules.ran"],"do":[{"priority":9}]}`, `/on[0]: "rules.ran" is no fact`},
		"since what":           {`{"id":"when","after":{"since":"lunch","for":"2d"},"do":[{"priority":9}]}`, "/after.since"},
		"how long":             {`{"id":"when","after":{"since":"status","for":"a while"},"do":[{"priority":9}]}`, "/after.for"},
		"nothing to do":        {`{"id":"idle","on":["case.tagged"],"do":[]}`, "/do: a rule does at least one thing"},
		"an unknown skill":     {`{"id":"spam","on":["case.tagged"],"do":[{"skill":"wine"}]}`, "/do[0].skill"},
		"a field of a script":  {`{"id":"spam","on":["case.tagged"],"steps":[],"do":[{"skill":"vip"}]}`, "/steps"},
		"a wrong condition":    {`{"id":"spam","on":["case.tagged"],"if":"fact.what","do":[{"skill":"vip"}]}`, "/if: 1:"},
		"all of it":            {`{"id":"all-in","name":"All","order":3,"enabled":true,"stop":true,"on":["visitor.acted"],"templates":{"t":{"":"Hi"}},"do":[{"reply":"t"},{"status":"closed"}]}`, ""},
		"a template not there": {`{"id":"all-in","on":["visitor.acted"],"do":[{"reply":"t"}]}`, "/do[0].reply"},
	} {
		r, err := script.ReadRule([]byte(c.source))
		if err == nil {
			_, err = script.CompileRule(r, world, &lang)
		}
		if told := tell(err); (c.want == "") != (err == nil) || !strings.Contains(told, c.want) {
			t.Errorf("%s: %v; want %q", name, told, c.want)
		}
	}
}

func TestAskingARule(t *testing.T) {
	r, _ := script.ReadRule([]byte(`{"id":"spam","on":["case.tagged"],"if":"fact.detail['tag'] == 'spam'","do":[{"skill":"billing"}]}`))
	p, err := script.CompileRule(r, world, &lang)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(tag, not string) (script.Asked, guichet.SkillID) {
		e := newEnv("bo@a.example", "x", true)
		e.Fact = guichet.Fact{Kind: guichet.CaseTagged, Detail: map[string]string{"tag": tag}}
		return p.Ask(e, func() string { return not }, nil), e.Case.Skill
	}
	if a, skill := ask("spam", ""); !a.Matched || skill != "billing" || len(a.Did) != 1 || a.Did[0].From != "support" {
		t.Errorf("spam: %+v, %s", a, skill)
	}
	if a, skill := ask("vip", ""); a.Matched || skill != "support" || a.Why != "" {
		t.Errorf("another tag: %+v, %s", a, skill)
	}
	if a, skill := ask("spam", "the budget is spent"); !a.Matched || skill != "support" || a.Why != "the budget is spent" {
		t.Errorf("no budget: %+v, %s", a, skill)
	}
	e := newEnv("bo@a.example", "x", true) // a fact without details
	if a := p.Ask(e, func() string { return "" }, nil); a.Matched || a.Why == "" {
		t.Errorf("a condition without a value: %+v", a)
	}
}

// TestGraphOracle: a graph is refused for a circle exactly if some walk without a wait comes back to where it was, and for a step exactly if no walk comes to it.
func TestGraphOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "steps")
		s := guichet.Script{ID: "graph"}
		name := func(i int) string {
			if i == n {
				return ""
			}
			return fmt.Sprint("s", i)
		}
		for i := range n {
			st := guichet.Step{ID: name(i), Then: name(rapid.IntRange(0, n).Draw(t, "then"))}
			if rapid.Bool().Draw(t, "if") {
				st.If, st.Else = "hours.open", name(rapid.IntRange(0, n).Draw(t, "else"))
			}
			if rapid.IntRange(0, 3).Draw(t, "wait") == 0 {
				st.Wait = "1h"
			}
			s.Steps = append(s.Steps, st)
		}
		reached, circle := oracle(s.Steps)
		_, err := script.Compile(s, world, &lang)
		told := tell(err)
		if got := strings.Contains(told, "circle"); got != circle {
			t.Fatalf("circle %v, want %v: %s\n%+v", got, circle, told, s.Steps)
		}
		for i := range n {
			if got := !strings.Contains(told, fmt.Sprintf("steps[%d].id: no way", i)); got != reached[i] {
				t.Fatalf("step %d reached %v, want %v: %s\n%+v", i, got, reached[i], told, s.Steps)
			}
		}
	})
}

// oracle multiplies the matrix of edges with itself until nothing new comes.
func oracle(steps []guichet.Step) (reached []bool, circle bool) {
	n := len(steps)
	index := map[string]int{}
	for i, s := range steps {
		index[s.ID] = i
	}
	all, quick := make([][]bool, n), make([][]bool, n)
	for i, s := range steps {
		all[i], quick[i] = make([]bool, n), make([]bool, n)
		for _, to := range []string{s.Then, s.Else} {
			if to == "" {
				continue
			}
			all[i][index[to]] = true
			if s.Wait == "" || to == s.Else {
				quick[i][index[to]] = true
			}
		}
	}
	for _, m := range [][][]bool{all, quick} {
		for k := range n {
			for i := range n {
				for j := range n {
					m[i][j] = m[i][j] || m[i][k] && m[k][j]
				}
			}
		}
	}
	reached = slices.Clone(all[0])
	reached[0] = true
	for i := range n {
		circle = circle || quick[i][i]
	}
	return reached, circle
}

// FuzzRead: whatever the bytes are, they give a script that runs and ends, or problems that say where.
func FuzzRead(f *testing.F) {
	f.Add([]byte(triage))
	f.Add([]byte(`{"id":"aa","steps":[{"id":"a","wait":"1m","then":"b"},{"id":"b","then":"a"}]}`))
	f.Add([]byte(`{"id":"spam","on":["case.tagged"],"if":"fact.detail['tag'] == 'spam'","do":[{"skill":"billing"}]}`))
	f.Fuzz(func(t *testing.T, source []byte) {
		s, err := script.Read(source)
		if err == nil {
			p, cerr := script.Compile(s, world, &lang)
			if err = cerr; err == nil {
				e := newEnv("bo@a.example", "Hello", false)
				for at, taken := script.First, 0; at != ""; {
					out := p.Run(e, at, taken, script.Paper(e.Case))
					at, taken = out.Next, taken+len(out.Steps)
					if taken > 1100 {
						t.Fatal("no end")
					}
				}
			}
		}
		var problems script.Problems
		if err != nil && (!errors.As(err, &problems) || len(problems) == 0 || len(problems) > 50) {
			t.Fatalf("%v", err)
		}
		if r, err := script.ReadRule(source); err == nil {
			if p, err := script.CompileRule(r, world, &lang); err == nil {
				p.Ask(newEnv("bo@a.example", "Hello", true), func() string { return "" }, nil)
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	p := compile(b, triage)
	for b.Loop() {
		e := newEnv("bo@a.example", "the invoice", true)
		p.Run(e, script.First, 0, script.Paper(e.Case))
	}
}
