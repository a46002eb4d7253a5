package mail

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

func TestLintFormat(t *testing.T) {
	own := guichet.NewCaseID(7)
	other := guichet.NewCaseID(99) // a valid number, of no case here: the order number of a shop that counts like us
	subjects := []string{
		"Broken kettle", "Re: Broken kettle " + string(own), "PO " + string(other), "Invoice 123456", "Call 0123456789", "Year 2026", "Re: [#" + string(other) + "] hello",
		string(own) + " first", "AW: " + string(other) + " parcel", "{#" + string(own) + "}", "",
	}
	ours := func(id guichet.CaseID) bool { return id == own }
	for name, c := range map[string]struct {
		f                        guichet.TicketFormat
		ours, foreign, near, say int
	}{
		"at the end, bare": {guichet.TicketFormat{}, 1, 1, 1, 2},
		"before, bare":     {guichet.TicketFormat{Position: "prefix"}, 1, 1, 0, 1},
		"square":           {guichet.TicketFormat{Delimiter: "square"}, 0, 1, 0, 1},
		"curly":            {guichet.TicketFormat{Delimiter: "curly", Position: "prefix"}, 1, 0, 0, 0},
		"hidden":           {guichet.TicketFormat{Hidden: true}, 0, 0, 0, 0},
	} {
		l := LintFormat(c.f, subjects, ours)
		if l.Looked != len(subjects) || l.Ours != c.ours || l.Foreign != c.foreign || l.Near != c.near || len(l.Examples) != c.say {
			t.Errorf("%s: got %+v, want ours %d, foreign %d, near %d, %d examples", name, l, c.ours, c.foreign, c.near, c.say)
		}
	}
	if guichet.ValidCaseID("123456") {
		t.Error("123456 is valid: choose another number for this test")
	}
}

// TestLintAgreesWithTheMatcher: what the lint calls ours or foreign is what the matcher would have found, and nothing else is.
func TestLintAgreesWithTheMatcher(t *testing.T) {
	word := rapid.SampledFrom([]string{"Re:", "kettle", "123456", string(guichet.NewCaseID(1)), "[#" + string(guichet.NewCaseID(2)) + "]", "{#" + string(guichet.NewCaseID(3)) + "}", "[#12 34 56]", "#100012", "AW:"})
	rapid.Check(t, func(t *rapid.T) {
		f := guichet.TicketFormat{
			Position: rapid.SampledFrom([]string{"", "prefix", "suffix"}).Draw(t, "position"), Delimiter: rapid.SampledFrom([]string{"", "none", "square", "curly"}).Draw(t, "delimiter"),
			Hidden: rapid.Bool().Draw(t, "hidden"),
		}
		var subjects []string
		found := 0
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			s := ""
			for range rapid.IntRange(0, 5).Draw(t, "words") {
				s += word.Draw(t, "word") + " "
			}
			subjects = append(subjects, s)
			if len(FindTickets(s, []guichet.TicketFormat{f})) > 0 {
				found++
			}
		}
		l := LintFormat(f, subjects, func(id guichet.CaseID) bool { return id == guichet.NewCaseID(1) })
		if l.Ours+l.Foreign != found || l.Looked != len(subjects) || l.Ours+l.Foreign+l.Near > l.Looked || len(l.Examples) > maxExamples {
			t.Fatal(fmt.Sprintf("%+v of %q: %+v; the matcher found %d", f, subjects, l, found))
		}
	})
}
