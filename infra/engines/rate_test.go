//go:build outside

package engines_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/ledger"
)

// TestWhatDynoxideHolds logs how many calls of each kind the engine answers in a second, from one client and from sixteen, while its table grows: what a load on it can
// show. It asserts nothing: an engine's speed is not ours.
func TestWhatDynoxideHolds(t *testing.T) {
	l := silent(engines.Dynoxide(t))(t, time.Now)
	body := make([]byte, 700)
	var made atomic.Int64
	item := func() ledger.Put {
		n := made.Add(1)
		it := ledger.Item{Key: ledger.Key{P: fmt.Sprintf("t#case#%d", n), S: "c"}, Body: body, Announce: n%2 == 0}
		it.Index[0], it.Index[1] = ledger.Key{P: "t#open", S: fmt.Sprint(n)}, ledger.Key{P: fmt.Sprintf("t#of#%d", n%97), S: fmt.Sprint(n)}
		return ledger.Put{Item: it}
	}
	calls := []struct {
		name string
		do   func(ctx context.Context, i int) error
	}{
		{"get", func(ctx context.Context, i int) error {
			_, err := l.Get(ctx, ledger.Key{P: fmt.Sprintf("t#case#%d", i%50+1), S: "c"})
			return err
		}},
		{"query of 4", func(ctx context.Context, _ int) error {
			_, err := l.Query(ctx, ledger.Query{Index: 1, Partition: "t#open", Limit: 4})
			return err
		}},
		{"commit of 1", func(ctx context.Context, _ int) error { return l.Commit(ctx, item()) }},
		{"commit of 4", func(ctx context.Context, _ int) error { return l.Commit(ctx, item(), item(), item(), item()) }},
	}
	for _, size := range []int64{100, 2000, 10_000} {
		for made.Load() < size {
			var writes []ledger.Write
			for range 50 {
				writes = append(writes, item())
			}
			if err := l.Commit(t.Context(), writes...); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range calls {
			for _, clients := range []int{1, 16} {
				t.Logf("%6d items, %2d clients: %6.0f/s %s", made.Load(), clients, rate(t, clients, c.do), c.name)
			}
		}
	}
}

// rate is how many calls are done in a second, over half a second.
func rate(t *testing.T, clients int, do func(context.Context, int) error) float64 {
	var n atomic.Int64
	began := time.Now()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for time.Since(began) < 500*time.Millisecond {
				if err := do(t.Context(), int(n.Add(1))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(began).Seconds()
}
