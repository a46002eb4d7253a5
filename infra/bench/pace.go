package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/pace"
	"guichet/shared/store"
)

// benchPace simulates workers that send as fast as an account may, in virtual time, and prints how much of the rate they used and how much was used in the fullest
// second: what package pace and the desk promise, as `make bench` measures it.
func benchPace() error {
	w := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "recipients a second\tworkers\tsent\tin the fullest second\tof the rate used\twrite units a mail\twait for a turn, p50, p99")
	for _, rate := range []float64{14, 200, 1000} {
		r, err := simulatePace(rate, 40*time.Second)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%.0f\t%d\t%d\t%d\t%.1f %%\t%.2f\t%.0f ms, %.0f ms\n", rate, r.workers, r.sent, r.fullest, 100*r.used, r.units, ms(r.wait[len(r.wait)/2]), ms(r.wait[len(r.wait)*99/100]))
		if float64(r.fullest) > rate || r.used < 0.95 {
			return fmt.Errorf("at %.0f a second: %d in one second, %.1f %% used; promised are %.0f at most, 95 %% at least", rate, r.fullest, 100*r.used, rate)
		}
	}
	return w.Flush()
}

// paced is what a simulation of workers gave.
type paced struct {
	workers, sent, fullest int
	used, units            float64
	wait                   []time.Duration
}

// simulatePace runs as many workers as infra/cdk lets the queue wake, each with a mail to send whenever it is free. A call of SES takes 40 to 160 ms, one in a
// hundred 400; what a worker does beside it 10 to 40 ms; a timer wakes up to 15 ms late.
func simulatePace(rate float64, length time.Duration) (paced, error) {
	workers := max(50, int(pace.Rate(rate).Lanes()*5/4))
	began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := &virtual{now: began, running: workers}
	l := memory.New(c.Now)
	s := store.New(l, nil, c.Now)
	a := &slowAccount{clock: c}
	errs := make([]error, workers)
	waits := make([][]time.Duration, workers)
	var wg sync.WaitGroup
	for i := range workers {
		rnd := rand.New(rand.NewPCG(uint64(i), uint64(rate)))
		p := &desk.Paced{Sender: &slowCall{a, rnd}, Store: s, Now: c.Now,
			Wait: func(_ context.Context, at time.Time) error {
				c.until(at.Add(time.Duration(rnd.IntN(15)) * time.Millisecond))
				return nil
			},
			Ask: func(context.Context) (pace.Quota, error) { return pace.Quota{Rate: pace.Rate(rate), Max24: -1}, nil },
		}
		wg.Go(func() {
			defer c.done()
			for errs[i] == nil && c.Now().Sub(began) < length {
				c.until(c.Now().Add(time.Duration(10+rnd.IntN(30)) * time.Millisecond))
				at := c.Now()
				_, errs[i] = p.Send(context.Background(), channel.Outgoing{To: []string{"bo@customer.example"}})
				waits[i] = append(waits[i], c.Now().Sub(at))
			}
		})
	}
	wg.Wait()
	out := paced{workers: workers, sent: len(a.sent), fullest: fullest(a.sent), units: l.Usage().Writes / float64(len(a.sent)), wait: slices.Concat(waits...)}
	slices.Sort(out.wait)
	from, to := began.Add(length/4), began.Add(length*3/4) // while all are at work
	n := 0
	for _, at := range a.sent {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	out.used = float64(n) / to.Sub(from).Seconds() / rate
	return out, cmp.Or(errs...)
}

// fullest is how many mails left within any one second.
func fullest(sent []time.Time) int {
	slices.SortFunc(sent, time.Time.Compare)
	top, first := 0, 0
	for i, at := range sent {
		for at.Sub(sent[first]) >= time.Second {
			first++
		}
		top = max(top, i-first+1)
	}
	return top
}

// slowAccount notes when each mail came.
type slowAccount struct {
	clock *virtual
	mu    sync.Mutex
	sent  []time.Time
}

type slowCall struct {
	*slowAccount
	rnd *rand.Rand
}

// Send takes a while.
func (s *slowCall) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	now := s.clock.Now()
	s.mu.Lock()
	s.sent = append(s.sent, now)
	s.mu.Unlock()
	takes := time.Duration(40+s.rnd.IntN(120)) * time.Millisecond
	if s.rnd.IntN(100) == 0 {
		takes = 400 * time.Millisecond
	}
	s.clock.until(now.Add(takes))
	return channel.Sent{}, nil
}

// virtual is a clock that goes on when everybody waits for it.
type virtual struct {
	mu      sync.Mutex
	now     time.Time
	running int
	asleep  []*sleeper
}

type sleeper struct {
	at   time.Time
	wake chan struct{}
}

// Now is the time that it is.
func (v *virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// until waits for a time.
func (v *virtual) until(at time.Time) {
	v.mu.Lock()
	if !at.After(v.now) {
		v.mu.Unlock()
		return
	}
	s := &sleeper{at, make(chan struct{})}
	v.asleep = append(v.asleep, s)
	v.rest()
	v.mu.Unlock()
	<-s.wake
}

// done says that a worker will not wait any more.
func (v *virtual) done() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rest()
}

// rest takes one off those who run; when none is left, time goes on to when the first one wakes.
func (v *virtual) rest() {
	if v.running--; v.running > 0 || len(v.asleep) == 0 {
		return
	}
	v.now = slices.MinFunc(v.asleep, func(a, b *sleeper) int { return a.at.Compare(b.at) }).at
	v.asleep = slices.DeleteFunc(v.asleep, func(s *sleeper) bool {
		if s.at.After(v.now) {
			return false
		}
		v.running++
		close(s.wake)
		return true
	})
}
