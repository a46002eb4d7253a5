package expr

import (
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

var fields = []guichet.Field{{Name: "order", Type: guichet.NumberField}, {Name: "since", Type: guichet.DateField}, {Name: "vip", Type: guichet.BoolField}, {Name: "tier", Type: guichet.StringField}}

func env() *script.Env {
	paris, _ := time.LoadLocation("Europe/Paris")
	return &script.Env{
		Channel: guichet.Channel{ID: "support", Kind: "email", Language: "fr"}, Contact: guichet.Contact{Addr: "bo@customer.example", Name: "Bo"}, Before: 3,
		Case:    &guichet.Case{ID: "100012", Subject: "Refund please", Status: guichet.New, Tags: []string{"vip"}, Opened: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), Fields: map[string]any{"order": 12.0}},
		Message: guichet.Message{Text: "I want my money back", Files: []guichet.File{{Name: "bill.pdf"}}, Verdicts: guichet.Verdicts{DKIM: "PASS"}},
		Fact:    guichet.Fact{Kind: guichet.CaseTagged, Detail: map[string]string{"tag": "vip"}},
		Open:    true, Zone: paris, Now: time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC), Fields: fields,
	}
}

func TestConditions(t *testing.T) {
	var lang CEL
	for text, want := range map[string]any{
		`"vip" in case.tags`: true,
		`case.subject.lowerAscii().contains("refund") && contact.cases > 2`: true,
		`contact.domain.endsWith("customer.example")`:                       true,
		`channel.id == "billing"`:                                           false,
		`case.language == "fr"`:                                             true,
		`hours.open && time.hour == 0 && time.minute == 30`:                 true, // half past midnight in Paris
		`time.weekday == "tue" && time.date == "2026-03-03"`:                true,
		`case.age > duration("15h") && case.age < duration("16h")`:          true,
		`now > timestamp("2026-03-01T00:00:00Z")`:                           true,
		`field.order > 3`: true, // a number beside an int
		`field.order == 12.0 && !field.vip && field.since == ""`:    true, // what has no value has the zero of its type
		`"order" in case.fields && !("vip" in case.fields)`:         true,
		`message.files.exists(f, f.endsWith(".pdf"))`:               true,
		`message.dkim == "PASS" && message.auto == ""`:              true,
		`fact.kind == "case.tagged" && fact.detail["tag"] == "vip"`: true,
		`message.text.matches("(?i)MONEY\\s+back")`:                 true,
	} {
		e, problems := lang.Compile(text, guichet.BoolField, fields, true)
		if problems != nil {
			t.Errorf("%s: %v", text, problems)
			continue
		}
		if got, err := e.Eval(env()); err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
}

// TestEveryNameCompiles: each name of the vocabulary has the type that it says, and a value of that type.
func TestEveryNameCompiles(t *testing.T) {
	var lang CEL
	same := map[string]string{"int": "%s == 1", "list": `"x" in %s`, "map": `"x" in %s`, "time": "%s == now", "duration": `%s == duration("1h")`, "bool": "%s == true", "string": `%s == ""`}
	for _, v := range script.Vars {
		e, problems := lang.Compile(strings.ReplaceAll(same[v.Type], "%s", v.Name), guichet.BoolField, fields, true)
		if problems != nil {
			t.Errorf("%s: %v", v.Name, problems)
			continue
		}
		if _, err := e.Eval(env()); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if !e.Uses(v.Name) {
			t.Errorf("%s: not said to be used", v.Name)
		}
	}
	if e, _ := lang.Compile("case.priority > 1", guichet.BoolField, nil, false); e.Uses(script.Before) {
		t.Error("a condition that does not speak of contact.cases pays for it")
	}
}

func TestWhatIsRefused(t *testing.T) {
	var lang CEL
	for name, c := range map[string]struct {
		text         string
		as           guichet.FieldType
		facts        bool
		line, column int
		says         string
	}{
		"an unknown name":           {`case.colour == "red"`, guichet.BoolField, false, 1, 1, "there is no name 'case'"},
		"an unknown field":          {"true &&\nfield.size > 3.0", guichet.BoolField, false, 2, 6, "there is no name 'field.size'"},
		"types that do not match":   {`case.tags == 3`, guichet.BoolField, false, 1, 11, "do not go together"},
		"half an expression":        {`case.priority >`, guichet.BoolField, false, 1, 16, "Syntax error"},
		"no answer":                 {`case.priority`, guichet.BoolField, false, 1, 1, "expected is a bool"},
		"a fact in a script":        {`fact.by == "ana"`, guichet.BoolField, false, 1, 1, "there is no name 'fact'"},
		"a text for a number":       {`case.subject`, guichet.NumberField, false, 1, 1, "expected is a number"},
		"a number for a text":       {`case.priority`, guichet.StringField, false, 1, 1, "expected is a string"},
		"brackets without an end":   {strings.Repeat("(", 400), guichet.BoolField, false, 1, 1, ""},
		"what is much too deep":     {strings.Repeat("[", 300) + strings.Repeat("]", 300) + " == []", guichet.BoolField, false, 1, 1, ""},
		"a macro that is not there": {`case.tags.each(t, true)`, guichet.BoolField, false, 1, 15, "there is no name 'each'"},
	} {
		_, problems := lang.Compile(c.text, c.as, fields, c.facts)
		if problems == nil {
			t.Errorf("%s: it was taken", name)
			continue
		}
		p := problems[0]
		if c.says != "" && (p.Line != c.line || p.Column != c.column || !strings.Contains(p.Text, c.says)) {
			t.Errorf("%s: %+v, want %d:%d %s", name, p, c.line, c.column, c.says)
		}
	}
}

// TestWhatTakesTooLong: the work of one expression is bounded.
func TestWhatTakesTooLong(t *testing.T) {
	var lang CEL
	text := `case.tags.all(a, case.tags.all(b, case.tags.all(c, case.tags.all(d, a + b + c + d != ""))))`
	e, problems := lang.Compile(text, guichet.BoolField, nil, false)
	if problems != nil {
		t.Fatal(problems)
	}
	in := env()
	in.Case.Tags = strings.Split(strings.Repeat("tag ", 49)+"tag", " ")
	start := time.Now()
	if v, err := e.Eval(in); err == nil || !strings.Contains(err.Error(), "cost") {
		t.Errorf("got %v, %v; want an end by its cost", v, err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v to end", took)
	}
	if e, _ = lang.Compile(`case.tags[7] == "x"`, guichet.BoolField, nil, false); e == nil {
		t.Fatal("no expression")
	}
	if v, err := e.Eval(env()); err == nil {
		t.Errorf("an index beyond the list gives %v", v)
	}
}

func TestValues(t *testing.T) {
	var lang CEL
	for _, c := range []struct {
		text string
		as   guichet.FieldType
		want any
	}{
		{`contact.domain`, guichet.StringField, "customer.example"},
		{`contact.cases + 1`, guichet.NumberField, 4.0},
		{`field.order * 2.0`, guichet.NumberField, 24.0},
		{`now`, guichet.DateField, "2026-03-02"},
		{`time.date`, guichet.DateField, "2026-03-03"},
		{`"vip" in case.tags`, guichet.BoolField, true},
	} {
		e, problems := lang.Compile(c.text, c.as, fields, false)
		if problems != nil {
			t.Errorf("%s: %v", c.text, problems)
			continue
		}
		if got, err := e.Eval(env()); err != nil || got != c.want {
			t.Errorf("%s: got %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{`"vip" in case.tags`, `field.order > 3`, `case.tags.all(a, a != "")`, `message.text.matches("(a+)+$")`, `timestamp("x") < now`, `1/0 == 1`, `"a".replace("", "b", -1) == ""`} {
		f.Add(s)
	}
	var lang CEL
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > script.MaxExpr {
			return
		}
		e, problems := lang.Compile(text, guichet.BoolField, fields, true)
		if (e == nil) == (problems == nil) {
			t.Fatalf("%q: neither an expression nor a problem", text)
		}
		for _, p := range problems {
			if p.Text == "" || p.Line < 0 || p.Column < 0 {
				t.Fatalf("%q: %+v", text, p)
			}
		}
		if e == nil {
			return
		}
		start := time.Now()
		if v, err := e.Eval(env()); err == nil {
			if _, ok := v.(bool); !ok {
				t.Fatalf("%q gives %v", text, v)
			}
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Fatalf("%q took %v", text, took)
		}
	})
}
