//go:build outside

package engines_test

import (
	"slices"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/desktest"
)

// TestASweepOnDynoxide: a hundred due cases cost as many read units among 5,000 open ones as among 1,000, by the engine's own answers. Time is logged alone: this engine's
// commits slow down as its tables grow, whatever is written. A million cases, and time, are for the other engine: `go run ./infra/bench sweep`.
func TestASweepOnDynoxide(t *testing.T) {
	const due, times = 100, 5
	open := opener(engines.Dynoxide(t))
	type cost struct {
		reads float64
		took  time.Duration // median of the sweeps
		plain time.Duration // of as many commits of one case
	}
	costs := map[int]cost{}
	for _, n := range []int{1000, 5000} {
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
		began = time.Now()
		for range due {
			if err := h.Crowd(t.Context(), 1, 0); err != nil {
				t.Fatal(err)
			}
		}
		costs[n] = cost{reads, took[times/2], time.Since(began)}
		t.Logf("%d open, %d due: %.0f read units, %v; %d plain commits: %v", n, due, reads, costs[n].took, due, costs[n].plain)
	}
	if a, b := costs[1000], costs[5000]; b.reads > 1.5*a.reads {
		t.Errorf("among 1,000: %+v, among 5,000: %+v", a, b)
	}
}
