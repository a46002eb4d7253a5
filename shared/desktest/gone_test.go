package desktest

import (
	"slices"
	"testing"

	"guichet/shared/guichet"
)

// gone reports whether a case, or the one that it became part of, was deleted for good: nothing of what it was can be held to anything then (D-07).
func gone(t testing.TB, h *House, id guichet.CaseID) bool {
	t.Helper()
	for range 10 {
		facts, err := h.Store.History(t.Context(), Tenant, id, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(facts, func(f guichet.Fact) bool { return f.Kind == guichet.CaseShredded }) {
			return true
		}
		c, err := h.Store.Case(t.Context(), Tenant, id)
		if guichet.Is(err, guichet.NotFound) || err == nil && c.Merged == "" {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		id = c.Merged
	}
	return false
}
