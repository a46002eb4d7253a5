package desktest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// breachesOf counts the breaches of the house by instant.
func breachesOf(h *House) map[time.Time]int {
	out := map[time.Time]int{}
	for _, f := range h.Feed.Facts() {
		if f.Kind == guichet.SLABreached {
			out[f.At]++
		}
	}
	return out
}

// TestASweepCostsWhatIsDue: a hundred due cases cost as many reads among 20,000 open ones as among 1,000. `go run ./infra/bench sweep` does the same with a million.
func TestASweepCostsWhatIsDue(t *testing.T) {
	reads := map[int]float64{}
	for _, open1 := range []int{1000, 20000} {
		h := New(t, open(t))
		if err := h.Crowd(t.Context(), open1, 100); err != nil {
			t.Fatal(err)
		}
		before := h.Ledger().Usage()
		if err := h.Desk.SweepSLA(t.Context()); err != nil {
			t.Fatal(err)
		}
		reads[open1] = h.Ledger().Usage().Reads - before.Reads
		if n := len(h.Feed.Facts()); n != 100 {
			t.Errorf("%d open: %d facts, want 100", open1, n)
		}
	}
	if reads[20000] > 1.5*reads[1000] || reads[1000] < 100 {
		t.Errorf("reads: %v", reads)
	}
	t.Log("read units:", reads)
}

// poison makes the item of a case unreadable, and gives a way back.
func poison(t *testing.T, h *House, id guichet.CaseID) (mend func()) {
	t.Helper()
	k := ledger.Key{P: string(Tenant) + "#case#" + string(id), S: "c"}
	it, err := h.Ledger().Get(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	was := it.Body
	put := func(body []byte) {
		it, err := h.Ledger().Get(t.Context(), k)
		if err == nil {
			it.Body = body
			err = h.Ledger().Commit(t.Context(), ledger.Put{Item: it})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put([]byte(`{"st":`))
	return func() { put(was) }
}

// TestAPoisonedCaseHoldsUpNoOther: what cannot be read is noted, tried again ever more seldom at a cost that does not grow, reported after ten tries, and has its
// turn once it is mended: at the instant at which it was due.
func TestAPoisonedCaseHoldsUpNoOther(t *testing.T) {
	h := New(t, open(t))
	ctx := t.Context()
	if err := h.Crowd(ctx, 50, 50); err != nil {
		t.Fatal(err)
	}
	sick := guichet.NewCaseID(7)
	c, err := h.Store.Case(ctx, Tenant, sick)
	if err != nil {
		t.Fatal(err)
	}
	due := c.First.Due
	mend := poison(t, h, sick)
	if err := h.Desk.SweepSLA(ctx); err == nil || !strings.Contains(err.Error(), string(sick)) {
		t.Fatalf("the sweep says nothing of case %s: %v", sick, err)
	}
	if n := len(h.Feed.Facts()); n != 49 {
		t.Fatalf("%d cases had their turn, want 49", n)
	}
	said, reported, most := 0, 0, 0.0
	for range 600 {
		h.SetNow(h.Now().Add(time.Minute))
		before := h.Ledger().Usage().Reads
		if err := h.Desk.SweepSLA(ctx); err != nil {
			if said++; guichet.Is(err, guichet.Poison) {
				reported++
			}
		}
		if h.Now().Minute() != 0 { // each hour looks back two days
			most = max(most, h.Ledger().Usage().Reads-before)
		}
	}
	if said < 10 || said > 25 || reported != 1 || most > 30 {
		t.Errorf("in ten hours it was tried %d times and reported %d times, a sweep read %.0f units at most; want 10 to 25 times, once, and 30", said, reported, most)
	}
	if last, _, err := h.Store.Swept(ctx); err != nil || !last.Equal(h.Now()) {
		t.Errorf("swept up to %v, %v", last, err)
	}
	mend()
	h.SetNow(h.Now().Add(time.Hour))
	if err := h.Desk.SweepSLA(ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(h.Feed.Facts()); n != 50 || breachesOf(h)[due] != 1 {
		t.Errorf("%d facts, %d of them at %v; want 50 and 1", n, breachesOf(h)[due], due)
	}
	if list, err := h.Store.MissedTurns(ctx, 10); err != nil || len(list) != 0 {
		t.Errorf("still noted: %v, %v", list, err)
	}
}

// TestALongOutageIsCaughtUp: after a day without a sweep and with more due than one call takes, each call does a part, and in the end everything was told once, at its
// instant; calls beside each other and calls too many change nothing.
func TestALongOutageIsCaughtUp(t *testing.T) {
	h := New(t, open(t))
	ctx := t.Context()
	const n = 5600
	if err := h.Crowd(ctx, n, 0); err != nil {
		t.Fatal(err)
	}
	if err := h.Desk.SweepSLA(ctx); err != nil {
		t.Fatal(err)
	}
	h.SetNow(h.Now().Add(31 * 24 * time.Hour))
	if err := h.Desk.SweepSLA(ctx); err != nil {
		t.Fatal(err)
	}
	if got := len(h.Feed.Facts()); got != 5000 {
		t.Errorf("one call told %d, want its part, 5000", got)
	}
	for range 2 {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := h.Desk.SweepSLA(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if got := len(h.Feed.Facts()); got != n {
		t.Errorf("%d facts, want %d", got, n)
	}
	for at, k := range breachesOf(h) {
		if k != 1 {
			t.Errorf("%d breaches at %v", k, at)
		}
	}
	if got := len(breachesOf(h)); got != n {
		t.Errorf("%d instants, want %d", got, n)
	}
}

// down is a ledger that takes no commit of a case for a while.
type down struct {
	ledger.Ledger
	mu  sync.Mutex
	off bool
	n   int
}

func (d *down) Commit(ctx context.Context, writes ...ledger.Write) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		d.n++
		return guichet.Errorf(guichet.Temporary, "no answer")
	}
	return d.Ledger.Commit(ctx, writes...)
}

// TestTheWorldIsDown: where nothing can be written the sweep gives up after a few tries and stays where it is; when the world is back, nothing is lost.
func TestTheWorldIsDown(t *testing.T) {
	h := New(t, open(t))
	ctx := t.Context()
	if err := h.Crowd(ctx, 500, 500); err != nil {
		t.Fatal(err)
	}
	world := &down{Ledger: h.Feed, off: true}
	d := &desk.Desk{Store: store.New(world, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key}
	if err := d.SweepSLA(ctx); !guichet.Is(err, guichet.Temporary) {
		t.Errorf("%v, want temporary", err)
	}
	if world.n > 100 {
		t.Errorf("%d commits were tried", world.n)
	}
	world.off = false
	for range 3 {
		if err := d.SweepSLA(ctx); err != nil {
			t.Error(err)
		}
	}
	if n := len(h.Feed.Facts()); n != 500 {
		t.Errorf("%d facts, want 500", n)
	}
}
