//go:build outside

package engines_test

import (
	"slices"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/desktest"
)

// TestASweepOnDynoxide: a hundred due cases cost at most one and a half times as much, in read units and time, among 20,000 open ones as among 1,000. A million is
// for the other engine: `go run ./infra/bench sweep`.
func TestASweepOnDynoxide(t *testing.T) {
	const due, times = 100, 5
	open := opener(engines.Dynoxide(t))
	type cost struct {
		reads float64
		took  time.Duration
	}
	costs := map[int]cost{}
	for _, n := range []int{1000, 20000} {
		h := desktest.New(t, open(t, time.Now))
		began := time.Now()
		if err := h.Crowd(t.Context(), n, 0); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d cases in %v", n, time.Since(began))
		var took []time.Duration
		var reads float64
		for i := range times {
			if err := h.Crowd(t.Context(), due, due); err != nil {
				t.Fatal(err)
			}
			before, began := h.Ledger().Usage().Reads, time.Now()
			if err := h.Desk.SweepSLA(t.Context()); err != nil {
				t.Fatal(err)
			}
			took, reads = append(took, time.Since(began)), h.Ledger().Usage().Reads-before
			if got := len(h.Feed.Facts()); got != due*(i+1) {
				t.Errorf("%d facts, want %d", got, due*(i+1))
			}
		}
		slices.Sort(took)
		costs[n] = cost{reads, took[times/2]}
		t.Logf("%d open, %d due: %.0f read units, %v", n, due, reads, costs[n].took)
	}
	if a, b := costs[1000], costs[20000]; b.reads > 1.5*a.reads || b.took > 3*a.took/2 {
		t.Errorf("among 1,000: %+v, among 20,000: %+v", a, b)
	}
}
