//go:build outside

package engines_test

import (
	"flag"
	"slices"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/desktest"
)

var crowd = flag.Int("crowd", 20_000, "open cases of TestASweepOnDynoxide, beside 1,000")

// TestASweepOnDynoxide: a hundred due cases cost at most 1.5 times as many read units, by the engine's own answers, and 1.5 times the time among 20,000 open ones (-crowd
// 100000: that many) as among 1,000. A million are for the other engine: `go run ./infra/bench sweep`.
func TestASweepOnDynoxide(t *testing.T) {
	const due, times = 100, 9
	open := silent(engines.Dynoxide(t))
	type cost struct {
		reads float64
		took  time.Duration // of the quickest sweep: the others had to wait for something else
	}
	costs := map[int]cost{}
	for _, n := range []int{1000, *crowd} {
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
		costs[n] = cost{reads, took[0]}
		t.Logf("%d open, %d due: %.0f read units, %v, median %v", n, due, reads, took[0], took[times/2])
	}
	if a, b := costs[1000], costs[*crowd]; b.reads > 1.5*a.reads || float64(b.took) > 1.5*float64(a.took) {
		t.Errorf("among 1,000: %+v, among %d: %+v", a, *crowd, b)
	}
}
