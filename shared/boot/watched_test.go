package boot

import (
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// TestWatchedFactsGoToTheWorkflow: a fact goes there if a rule waits for it, and to all who wait for its kind; one that nobody waits for costs no message.
func TestWatchedFactsGoToTheWorkflow(t *testing.T) {
	fact := func(k guichet.FactKind, watched bool) guichet.Fact {
		return guichet.Fact{ID: string(k) + "@1", Kind: k, Tenant: "demo", Case: "100014", Watched: watched}
	}
	for name, c := range map[string]struct {
		fact guichet.Fact
		want []string
	}{
		"a tag":                         {fact(guichet.CaseTagged, false), nil},
		"a tag that a rule waits for":   {fact(guichet.CaseTagged, true), []string{plan.Workflow}},
		"a case that waits":             {fact(guichet.CaseWaiting, false), []string{"routing"}},
		"one that a rule waits for too": {fact(guichet.CaseWaiting, true), []string{"routing", plan.Workflow}},
		"a script that is due":          {fact(guichet.ScriptDue, false), []string{plan.Workflow}},
		"a rule that is due, watched":   {fact(guichet.RuleDue, true), []string{plan.Workflow}},
	} {
		got := Messages([]guichet.Fact{c.fact})
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		dedup := map[string]bool{}
		for i, m := range got {
			dedup[m.Dedup] = true
			if m.Function != c.want[i] {
				t.Errorf("%s: goes to %s, want %s", name, m.Function, c.want[i])
			}
		}
		if len(dedup) != len(got) {
			t.Errorf("%s: two functions, one deduplication id", name)
		}
	}
}
