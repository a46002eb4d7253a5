package desktest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/pace"
	"guichet/shared/store"
)

// account is SES as far as its limits go: it refuses what comes too fast, and takes a while for each mail.
type account struct {
	mu      sync.Mutex
	refuse  int // so many times, it says that this was too fast
	quota   pace.Quota
	asked   int
	sent    []time.Time
	refused []time.Time
}

func (a *account) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refuse > 0 {
		a.refuse--
		a.refused = append(a.refused, time.Now())
		return channel.Sent{}, &guichet.Error{Kind: guichet.Temporary, Text: "too fast", Cause: channel.Throttled}
	}
	for range m.To {
		a.sent = append(a.sent, time.Now())
	}
	return channel.Sent{ID: "x", MailID: "x@eu-west-1.amazonses.com"}, nil
}

func (a *account) ask(context.Context) (pace.Quota, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	if a.quota.Rate == 0 {
		return a.quota, errors.New("SES is away")
	}
	return a.quota, nil
}

func wait(ctx context.Context, at time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(at)):
		return nil
	}
}

// paced is a worker of the account, on a store that it shares with others.
func paced(a *account, s *store.Store) *desk.Paced {
	return &desk.Paced{Sender: a, Store: s, Now: time.Now, Wait: wait, Ask: a.ask}
}

// inTime runs f in a bubble of virtual time, with a ledger. The engine's own goroutines would never let the bubble end, so it is opened outside.
func inTime(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlite.Open(t.TempDir()+"/ledger.db", time.Now, sqlite.Unsynced())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		f(t, store.New(db, nil, time.Now))
	})
}

func mailTo(n int) channel.Outgoing {
	var m channel.Outgoing
	for i := range n {
		m.To = append(m.To, fmt.Sprintf("c%d@customer.example", i))
	}
	return m
}

// most is how many were sent within any one second.
func most(at []time.Time) int {
	top := 0
	for i := range at {
		n := 0
		for _, b := range at[i:] {
			if b.Sub(at[i]) < time.Second {
				n++
			}
		}
		top = max(top, n)
	}
	return top
}

func TestSlower(t *testing.T) {
	inTime(t, func(t *testing.T, s *store.Store) {
		a := &account{quota: pace.Quota{Rate: 14, Max24: 50000}, refuse: 4}
		p := paced(a, s)
		if _, err := p.Send(t.Context(), mailTo(1)); err != nil || len(a.sent) != 1 || len(a.refused) != 4 {
			t.Fatalf("%v, %d sent, %d refused; want it sent at the fifth try", err, len(a.sent), len(a.refused))
		}
		for i := range 3 {
			if d := a.refused[i+1].Sub(a.refused[i]); d < time.Second<<i {
				t.Errorf("tried again after %v", d)
			}
		}
		a.refuse = 99
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if _, err := p.Send(ctx, mailTo(1)); !errors.Is(err, channel.Throttled) || !guichet.Is(err, guichet.Temporary) || ctx.Err() != nil {
			t.Errorf("with the function's time at its end: %v, %v; want Temporary, in time", err, ctx.Err())
		}
	})
}

func TestQuota(t *testing.T) {
	inTime(t, func(t *testing.T, s *store.Store) {
		a := &account{quota: pace.Quota{Rate: 200, Max24: 100, Sent24: 90}}
		one, two := paced(a, s), paced(a, s)
		for range 10 {
			if _, err := one.Send(t.Context(), mailTo(1)); err != nil {
				t.Fatal(err)
			}
		}
		_, err := one.Send(t.Context(), mailTo(1))
		if !errors.Is(err, channel.QuotaUsed) || len(a.sent) != 10 || !strings.Contains(channel.Said(err), "100 recipients within 24 hours") {
			t.Errorf("the eleventh: %v, %d sent; want it refused before the call, with the number", err, len(a.sent))
		}
		if _, err := two.Send(t.Context(), mailTo(1)); err != nil || a.asked != 1 {
			t.Errorf("another worker, which knows no better: %v, asked %d times", err, a.asked)
		}
		a.quota.Sent24 = 101
		time.Sleep(time.Minute)
		if _, err := two.Send(t.Context(), mailTo(1)); !errors.Is(err, channel.QuotaUsed) || a.asked != 2 {
			t.Errorf("a minute later: %v, asked %d times", err, a.asked)
		}
		a.quota.Sent24 = 50
		if _, err := two.Send(t.Context(), mailTo(1)); !errors.Is(err, channel.QuotaUsed) || a.asked != 2 {
			t.Errorf("at once again: %v, asked %d times; want the account left in peace", err, a.asked)
		}
		time.Sleep(10 * time.Second)
		if _, err := two.Send(t.Context(), mailTo(1)); err != nil || a.asked != 3 {
			t.Errorf("when there is room again: %v, asked %d times", err, a.asked)
		}
		none := &account{}
		if _, err := paced(none, s).Send(t.Context(), mailTo(1)); err != nil {
			t.Errorf("an account that does not say, while what it said is fresh: %v", err)
		}
	})
}

func TestNoQuotaKnown(t *testing.T) {
	inTime(t, func(t *testing.T, s *store.Store) {
		if _, err := paced(&account{}, s).Send(t.Context(), mailTo(1)); !guichet.Is(err, guichet.Temporary) {
			t.Errorf("got %v", err)
		}
	})
}

// TestManyRecipients: SES counts recipients, and so do we.
func TestManyRecipients(t *testing.T) {
	inTime(t, func(t *testing.T, s *store.Store) {
		a := &account{quota: pace.Quota{Rate: 14, Max24: -1}}
		p, began := paced(a, s), time.Now()
		for range 3 {
			if _, err := p.Send(t.Context(), mailTo(50)); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(began); d < 9*time.Second || d > 14*time.Second {
			t.Errorf("150 recipients in %v; want about 150/14 seconds", d)
		}
	})
}

// TestWorkersShareTheRate: several workers that know of each other by the ledger alone.
func TestWorkersShareTheRate(t *testing.T) {
	inTime(t, func(t *testing.T, s *store.Store) {
		a := &account{quota: pace.Quota{Rate: 14, Max24: -1}}
		var wg sync.WaitGroup
		began := time.Now()
		for range 6 {
			wg.Go(func() {
				p := paced(a, s)
				for time.Since(began) < 10*time.Second {
					if _, err := p.Send(t.Context(), mailTo(1)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		used := float64(len(a.sent)) / a.sent[len(a.sent)-1].Sub(a.sent[0]).Seconds() / 14
		if n := most(a.sent); n > 14 || used < 0.95 {
			t.Errorf("%d within a second, %.0f %% of the rate; want at most 14 and at least 95 %%", n, used*100)
		}
	})
}
