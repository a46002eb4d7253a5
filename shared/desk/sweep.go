package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// How a sweep is bounded.
const (
	sweepBack  = time.Hour      // how far behind its last look it looks again each time: an index entry may show late
	sweepDeep  = 48 * time.Hour // the same once an hour, and at the first sweep of all
	sweepHours = 800            // hours of the index that one sweep reads at most
	sweepTurns = 5000           // cases that one sweep brings to their turn at most; the next one goes on
	sweepFails = 20             // failed turns after which the world is at fault, not a case: the sweep stops where it is
	sweepHands = 8              // cases at a time, where there are many
	missedMost = 1000           // notes of missed turns that one sweep looks at
	missedPark = 10             // tries after which a missed turn is reported for a person to look at
)

// SweepSLA brings to their turn the cases of which something is due by now: clocks that warn or were missed, timers, those that wait too long for an agent. Its cost is
// what is due. A tick that comes twice, late or after an outage ends in the same facts, each at the instant at which it was due; after a long outage each call does
// a bounded part of what is left and the next one goes on. A case whose turn fails holds up no other: it is noted, tried again at growing intervals, and after ten
// tries the error is of kind Poison. Errors do not mean that nothing was done.
func (d *Desk) SweepSLA(ctx context.Context) error {
	s := &sweep{Desk: d, now: d.Now(), missed: map[string]store.Missed{}}
	last, version, err := d.Store.Swept(ctx)
	if err != nil {
		return err
	}
	if err := s.again(ctx); err != nil {
		return err
	}
	reached := s.hours(ctx, last)
	if reached.After(last) && ctx.Err() == nil {
		err := d.Store.SetSwept(ctx, reached, version)
		if !guichet.Is(err, guichet.Conflict) && !guichet.Is(err, guichet.Exists) { // else another sweep was faster: its note stands
			s.note(err)
		}
	}
	s.note(d.moveOpen(ctx))
	s.note(d.readFeeds(ctx))
	s.note(d.seatAgents(ctx))
	return errors.Join(s.errs...)
}

// sweep is one call of SweepSLA.
type sweep struct {
	*Desk
	now    time.Time
	missed map[string]store.Missed // by tenant and case

	mu    sync.Mutex
	turns int
	fails int
	errs  []error
}

func (s *sweep) note(err error) {
	if err != nil {
		s.errs = append(s.errs, err)
	}
}

// hours sweeps the index from the last look on, and returns up to where it came.
func (s *sweep) hours(ctx context.Context, last time.Time) time.Time {
	since := last.Add(-sweepBack)
	switch {
	case last.IsZero():
		since = s.now.Add(-sweepDeep)
	case !last.Truncate(time.Hour).Equal(s.now.Truncate(time.Hour)):
		since = last.Add(-sweepDeep)
	}
	hour := since.UTC().Truncate(time.Hour)
	for n := 0; n < sweepHours && !hour.After(s.now); n++ {
		err := s.Store.Due(ctx, hour, s.now, func(turns []store.Turn) error { return s.page(ctx, turns) })
		if err != nil && !errors.Is(err, errEnough) {
			s.note(err)
		}
		if err != nil {
			return hour
		}
		hour = hour.Add(time.Hour)
	}
	if hour.After(s.now) {
		return s.now
	}
	return hour
}

// errEnough ends a sweep that has done its part.
var errEnough = errors.New("enough for one sweep")

// page brings a page of cases to their turn: many of them by several hands.
func (s *sweep) page(ctx context.Context, turns []store.Turn) error {
	hands := sweepHands
	if len(turns) < 2*sweepHands {
		hands = 1
	}
	work := make(chan store.Turn)
	var wg sync.WaitGroup
	for range hands {
		wg.Go(func() {
			for t := range work {
				s.one(ctx, t)
			}
		})
	}
	for _, t := range turns {
		if s.over(ctx) != nil {
			break
		}
		work <- t
	}
	close(work)
	wg.Wait()
	return s.over(ctx)
}

// over says why the sweep does not go on; nil if it does.
func (s *sweep) over(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return guichet.Errorf(guichet.Temporary, "sweep: %w", ctx.Err())
	case s.fails >= sweepFails, s.turns >= sweepTurns:
		return errEnough
	}
	return nil
}

// one brings one case to its turn, unless it failed before and waits for its next try.
func (s *sweep) one(ctx context.Context, t store.Turn) {
	s.mu.Lock()
	_, waits := s.missed[missedName(t)]
	if !waits {
		s.turns++
	}
	s.mu.Unlock()
	if waits {
		return
	}
	err := t.Err
	if err == nil {
		err = s.turn(ctx, t.Case)
	}
	if err != nil {
		s.miss(ctx, t, err)
	}
}

// turn does all that is due of a case.
func (d *Desk) turn(ctx context.Context, c *guichet.Case) error {
	if err := d.tick(ctx, c); err != nil {
		return err
	}
	if err := d.ring(ctx, c); err != nil {
		return err
	}
	if c.Waiting() && !c.Wake.IsZero() && !c.Wake.After(d.Now()) {
		_, err := d.routeCase(ctx, c.Tenant, c.ID)
		return err
	}
	return nil
}

// tick tells what the clocks of a case have to tell by now.
func (d *Desk) tick(ctx context.Context, c *guichet.Case) error {
	cfg, err := d.Store.Config(ctx, c.Tenant)
	if err != nil {
		return err
	}
	fresh := c // as the index gave it, read just now; if somebody moved it since, it is read again
	return again(ctx, func() error {
		if fresh == nil {
			if fresh, err = d.Store.Case(ctx, c.Tenant, c.ID); err != nil {
				return err
			}
		}
		moved := *fresh
		fresh = nil
		var facts []guichet.Fact
		w := d.watch(cfg, &moved)
		w.Pass(d.Now())
		if d.tell(w, &facts); len(facts) == 0 {
			return nil
		}
		tx := &store.Tx{}
		tx.Case(&moved, facts...)
		return d.Store.Commit(ctx, tx)
	})
}
