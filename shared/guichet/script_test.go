package guichet

import (
	"slices"
	"testing"
	"time"
)

func TestCustomFields(t *testing.T) {
	for name, c := range map[string]struct {
		typ  FieldType
		in   any
		want any // nil: refused
	}{
		"a text":                       {StringField, "gold", "gold"},
		"a text that is too long":      {StringField, string(make([]byte, 201)), nil},
		"a number for a text":          {StringField, 3.0, nil},
		"a number":                     {NumberField, 3.5, 3.5},
		"a whole number":               {NumberField, int64(3), 3.0},
		"a number that is none":        {NumberField, "3", nil},
		"yes":                          {BoolField, true, true},
		"yes as a word":                {BoolField, "true", nil},
		"a day":                        {DateField, "2026-03-02", "2026-03-02"},
		"a day that is not":            {DateField, "2026-02-30", nil},
		"a list, which no field holds": {StringField, []any{"x"}, nil},
	} {
		got, err := Field{Name: "f", Type: c.typ}.Value(c.in)
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, c.want)
		}
	}
	for _, f := range []Field{{Name: "", Type: StringField}, {Name: "1st", Type: StringField}, {Name: "Tier", Type: StringField}, {Name: "a-b", Type: StringField}, {Name: "ok", Type: "list"}} {
		if ValidField(f) == nil {
			t.Errorf("%+v was taken", f)
		}
	}
	if err := ValidField(Field{Name: "tier_2", Type: DateField}); err != nil {
		t.Error(err)
	}
}

// TestBudgets: what rules and automatic mails may do, and that a copy of a case shares none of it.
func TestBudgets(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := &Case{}
	for range maxRuled {
		if !c.Spend(now) {
			t.Fatal("the budget is smaller than it says")
		}
	}
	was := *c
	if c.Spend(now.Add(59 * time.Minute)) {
		t.Error("more than an hour's budget")
	}
	if !c.Spend(now.Add(time.Hour)) || was.Rules.Did != maxRuled || c.Rules.Did != 1 {
		t.Errorf("the next hour: %+v, the copy %+v", c.Rules, was.Rules)
	}
	for range maxAutoMails {
		if !c.SpendMail() {
			t.Fatal("fewer mails than it says")
		}
	}
	if c.SpendMail() || !c.Spend(now.Add(5*time.Hour)) || c.SpendMail() {
		t.Error("the mails of a case are counted for good")
	}
	p := &Contact{}
	for range maxTold {
		if !p.MayTell(now) {
			t.Fatal("fewer mails than it says")
		}
		p.Tell(now)
	}
	if p.MayTell(now.Add(59*time.Minute)) || !p.MayTell(now.Add(time.Hour)) {
		t.Error("three an hour")
	}
	p.Tell(now.Add(time.Hour))
	if p.Told != 1 {
		t.Errorf("a new hour counts %d", p.Told)
	}
}

func TestWhatARuleWaitsFor(t *testing.T) {
	contact := Rule{After: &After{Since: "contact", For: "2d"}}
	for _, k := range contact.Watches() {
		if contact.After.Begins(k) == contact.After.Ends(k) {
			t.Errorf("%s neither begins nor ends the time, or does both", k)
		}
	}
	if !slices.Contains(contact.Watches(), ReplySent) || contact.After.Ends(InteractionReceived) {
		t.Errorf("since the contact wrote: %v", contact.Watches())
	}
	on := Rule{On: []FactKind{CaseTagged}}
	if !slices.Equal(on.Watches(), []FactKind{CaseTagged}) || on.After.Begins(CaseTagged) {
		t.Error("a rule on a fact waits for that fact alone")
	}
	var none *Scripted
	if none.Runs() || (&Scripted{}).Runs() || !(&Scripted{Step: "a"}).Runs() {
		t.Error("a script runs while it has a step ahead")
	}
	f := Fact{Detail: map[string]string{"tag": "x"}}
	kept := f
	f.Link([]string{"a", "b"})
	if !slices.Equal(f.Chain(), []string{"a", "b"}) || len(kept.Chain()) != 0 {
		t.Errorf("chain %v, the copy %v", f.Chain(), kept.Chain())
	}
	if got := (Text{"fr": "Oui", "": "Ja"}).In("fr") + (Text{"fr": "Oui", "": "Ja"}).In("de") + (Text{"fr": "Oui"}).In("en"); got != "OuiJaOui" {
		t.Error(got)
	}
}
