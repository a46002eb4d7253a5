package desktest

import (
	"context"
	"math/rand/v2"
	"sync"

	"guichet/shared/ledger"
)

// Turns is a ledger for flows that run beside each other: before each call a flow waits for its turn, and one flow at a time has it. Which one is drawn
// from a seed, so that a run can be had again.
type Turns struct {
	ledger.Ledger
	ask  chan chan struct{} // a flow wants its turn
	over chan struct{}      // a flow is at its end
}

// Beside runs flows beside each other, one call into the ledger at a time, in an order drawn from r. Each gets the context that marks it as one of them.
func (t *Turns) Beside(ctx context.Context, r *rand.Rand, flows ...func(context.Context)) {
	t.ask, t.over = make(chan chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	for _, f := range flows {
		wg.Go(func() {
			defer func() { t.over <- struct{}{} }()
			f(context.WithValue(ctx, inTurn{}, true))
		})
	}
	var waiting []chan struct{}
	for running := len(flows); running > 0; {
		for len(waiting) < running {
			select {
			case w := <-t.ask:
				waiting = append(waiting, w)
			case <-t.over:
				running--
			}
		}
		if running == 0 {
			break
		}
		i := r.IntN(len(waiting))
		next := waiting[i]
		waiting = append(waiting[:i], waiting[i+1:]...)
		close(next)
	}
	wg.Wait()
}

type inTurn struct{}

// turn waits until the call may be made. A call made outside of Beside does not wait.
func (t *Turns) turn(ctx context.Context) {
	if ctx.Value(inTurn{}) == nil {
		return
	}
	mine := make(chan struct{})
	t.ask <- mine
	<-mine
}

// Get waits for its turn, and reads.
func (t *Turns) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	t.turn(ctx)
	return t.Ledger.Get(ctx, k)
}

// BatchGet waits for its turn, and reads.
func (t *Turns) BatchGet(ctx context.Context, keys []ledger.Key) ([]ledger.Item, error) {
	t.turn(ctx)
	return t.Ledger.BatchGet(ctx, keys)
}

// Query waits for its turn, and reads.
func (t *Turns) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	t.turn(ctx)
	return t.Ledger.Query(ctx, q)
}

// Commit waits for its turn, and writes.
func (t *Turns) Commit(ctx context.Context, writes ...ledger.Write) error {
	t.turn(ctx)
	return t.Ledger.Commit(ctx, writes...)
}

// Next waits for its turn, and counts.
func (t *Turns) Next(ctx context.Context, k ledger.Key, delta int64) (int64, error) {
	t.turn(ctx)
	return t.Ledger.Next(ctx, k, delta)
}
