package desktest

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/ledger"
)

// distant is a ledger whose calls take as long as DynamoDB's, and which counts what is asked for.
type distant struct {
	ledger.Ledger
	far            atomic.Bool // at this moment
	reads, commits atomic.Int64
}

func (l *distant) ask(n *atomic.Int64, takes time.Duration) {
	if l.far.Load() {
		n.Add(1)
		time.Sleep(takes) // of the bubble's clock
	}
}

func (l *distant) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	l.ask(&l.reads, 3*time.Millisecond)
	return l.Ledger.Get(ctx, k)
}

func (l *distant) BatchGet(ctx context.Context, k []ledger.Key) ([]ledger.Item, error) {
	l.ask(&l.reads, 4*time.Millisecond)
	return l.Ledger.BatchGet(ctx, k)
}

func (l *distant) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	l.ask(&l.reads, 4*time.Millisecond)
	return l.Ledger.Query(ctx, q)
}

func (l *distant) Commit(ctx context.Context, writes ...ledger.Write) error {
	l.ask(&l.commits, 8*time.Millisecond)
	return l.Ledger.Commit(ctx, writes...)
}

// TestAPressCostsLittle: 16 who route at once on a ledger as far away as DynamoDB is do not spend their time on beating each other: most commits are the one that a
// case needs. When all began with the same agent it was 5.9 commits and 10.7 reads.
func TestAPressCostsLittle(t *testing.T) {
	for _, c := range []struct {
		name           string
		burst          Burst
		commits, reads float64 // a case, at most
	}{
		{"room for all", Burst{Agents: 500, Cases: 1000, Workers: 16, Limit: 3}, 2.3, 9},
		{"a tenth has to wait", Burst{Agents: 250, Cases: 1500, Workers: 16, Limit: 5}, 2.8, 9},
		{"few agents with much room", Burst{Agents: 20, Cases: 600, Workers: 16, Limit: 40}, 6.5, 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &distant{Ledger: memory.New(LedgerNow)}
				h := New(t, l)
				if err := c.burst.Staff(t.Context(), h); err != nil {
					t.Fatal(err)
				}
				ids, err := c.burst.Fill(t.Context(), h)
				if err != nil {
					t.Fatal(err)
				}
				out, err := c.burst.Run(t.Context(), h, ids, func() time.Time { // at its begin and at its end
					l.far.Store(!l.far.Load())
					return time.Now()
				})
				if err != nil {
					t.Fatal(err)
				}
				n := float64(len(ids))
				commits, reads := float64(l.commits.Load())/n, float64(l.reads.Load())/n
				t.Logf("%+v: %+v, %.2f commits and %.2f reads a case", c.burst, out, commits, reads)
				if commits > c.commits || reads > c.reads {
					t.Errorf("%.2f commits and %.2f reads a case, want at most %.2f and %.2f", commits, reads, c.commits, c.reads)
				}
			})
		})
	}
}
