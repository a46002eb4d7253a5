package desktest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// counting counts the queries of a ledger, and has something happen before the n-th one.
type counting struct {
	ledger.Ledger
	n, at int
	do    func()
}

func (c *counting) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	if c.n++; c.n == c.at && c.do != nil {
		c.do()
	}
	return c.Ledger.Query(ctx, q)
}

// sweeper is a second process that sweeps the same house.
func sweeper(h *House, l ledger.Ledger) *desk.Desk {
	return &desk.Desk{Store: store.New(l, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key}
}

// arrives brings a mail to the house, which asked for an answer at once: received so long ago.
func arrives(t *testing.T, h *House, name string, ago time.Duration) guichet.CaseID {
	t.Helper()
	in, err := h.Put(t.Context(), fmt.Appendf(nil, "From: Bo <%s@customer.example>\r\nTo: support@demo.example\r\nSubject: Kettle %s\r\nMessage-ID: <%s@customer.example>\r\n\r\nText.\r\n", name, name, name))
	if err != nil {
		t.Fatal(err)
	}
	in.Recipients, in.From, in.ReceivedAt = []string{"support@demo.example"}, name+"@customer.example", h.Now().Add(-ago)
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 1 {
		t.Fatal(out, err)
	}
	return out[0].Message.Case()
}

// TestAMailDuringASweep: whichever query of a sweep a mail comes before, late or not, its clock is missed once, at its instant, and its warning told once.
func TestAMailDuringASweep(t *testing.T) {
	for at := 1; ; at++ {
		h := New(t, open(t))
		tenant, err := h.Store.FreshConfig(t.Context(), Tenant)
		if err != nil {
			t.Fatal(err)
		}
		owner := tenant.Tenant
		owner.SLA = guichet.SLA{First: 600, Warn: []int{50}, Calendar: guichet.Calendar{AlwaysOn: true}}
		if err := h.Store.SaveTenant(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
		h.Desk.Store = store.New(h.Feed, h.Blobs, h.Now)
		h.SetNow(h.Now().Add(59*time.Minute + 30*time.Second))
		began := h.Now()
		old := arrives(t, h, "old", 8*time.Minute)
		h.SetNow(h.Now().Add(3 * time.Minute)) // over the hour
		var late, fresh guichet.CaseID
		world := &counting{Ledger: h.Feed, at: at, do: func() {
			late, fresh = arrives(t, h, "late", 12*time.Minute), arrives(t, h, "fresh", 0)
		}}
		d := sweeper(h, world)
		if err := d.SweepSLA(t.Context()); err != nil {
			t.Fatal(err)
		}
		if late == "" { // the sweep has fewer queries
			if at < 8 {
				t.Fatalf("a sweep of %d queries", at-1)
			}
			t.Logf("at each of %d queries", at-1)
			return
		}
		seen := h.Now()
		for range 4 {
			h.SetNow(h.Now().Add(30 * time.Minute))
			for range 2 {
				if err := d.SweepSLA(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for id, opened := range map[guichet.CaseID]time.Time{old: began.Add(-8 * time.Minute), late: seen.Add(-12 * time.Minute), fresh: seen} {
			facts, err := h.Store.History(t.Context(), Tenant, id, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range facts {
				if f.Kind == guichet.SLAWarned || f.Kind == guichet.SLABreached {
					got = append(got, fmt.Sprint(f.Kind, " ", f.At.Sub(opened)))
				}
			}
			if s := strings.Join(got, ", "); s != "sla.warned 5m0s, sla.breached 10m0s" {
				t.Errorf("before query %d, case %s: %s", at, id, s)
			}
		}
	}
}

// TestTheFirstSweepOfAFreshHouse: from when its first tenant was set up it is known up to when the index was swept, so the first sweep reads no months of empty hours, whether it
// comes at once, days or weeks later.
func TestTheFirstSweepOfAFreshHouse(t *testing.T) {
	for after, most := range map[time.Duration]int{0: 20, time.Minute: 20, 5 * time.Hour: 300, 3 * 24 * time.Hour: 600} {
		h := New(t, open(t))
		id := arrives(t, h, "first", 0)
		h.SetNow(h.Now().Add(after))
		world := &counting{Ledger: h.Feed}
		if err := sweeper(h, world).SweepSLA(t.Context()); err != nil {
			t.Fatal(err)
		}
		if world.n > most {
			t.Errorf("%v after the set-up the first sweep made %d queries, want at most %d", after, world.n, most)
		}
		c, err := h.Store.Case(t.Context(), Tenant, id)
		if err != nil || c.First.Breached.IsZero() == (after >= 5*time.Hour) {
			t.Errorf("%v after: %+v, %v", after, c.First, err)
		}
	}
}

// TestSweepsAndMailsAtOnce: mails, answers and four sweeps beside each other, while the time goes on; each clock is missed or met once, at its instant.
func TestSweepsAndMailsAtOnce(t *testing.T) {
	h := New(t, open(t))
	stop := make(chan struct{})
	var sweeps, works sync.WaitGroup
	for range 4 {
		d := sweeper(h, h.Feed)
		sweeps.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := d.SweepSLA(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 24 {
		works.Go(func() { arrives(t, h, fmt.Sprint("m", i), time.Duration(i)*11*time.Minute) })
		h.SetNow(h.Now().Add(20 * time.Minute))
	}
	works.Wait()
	h.SetNow(h.Now().Add(72 * time.Hour))
	if err := h.Desk.SweepSLA(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(stop)
	sweeps.Wait()
	for range 3 {
		if err := h.Desk.SweepSLA(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	told := map[string]int{}
	for _, f := range h.Feed.Facts() {
		if f.Kind == guichet.SLABreached {
			told[string(f.Case)+" "+f.Detail["clock"]]++
			c, err := h.Store.Case(t.Context(), Tenant, f.Case)
			if err != nil || !c.First.Breached.Equal(c.First.Due) || !f.At.Equal(map[string]time.Time{"first": c.First.Due, "resolution": c.Resolution.Due}[f.Detail["clock"]]) {
				t.Errorf("case %s: %v at %v, %+v, %v", f.Case, f.Detail, f.At, c, err)
			}
		}
	}
	for k, n := range told {
		if n != 1 {
			t.Errorf("%s was told %d times", k, n)
		}
	}
	if len(told) < 24 {
		t.Errorf("%d clocks were missed, want at least the 24 first answers", len(told))
	}
}
