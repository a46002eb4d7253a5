package desk

import (
	"context"
	"errors"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

func missedName(t store.Turn) string { return string(t.Tenant) + "#" + string(t.ID) }

// again brings to their turn, once more, the cases that failed before and whose time has come. What is left waits, and the index is not asked about it.
func (s *sweep) again(ctx context.Context) error {
	list, err := s.Store.MissedTurns(ctx, missedMost)
	if err != nil {
		return err
	}
	for _, m := range list {
		s.missed[string(m.Tenant)+"#"+string(m.Case)] = m
	}
	for _, m := range list {
		if m.Next.After(s.now) {
			continue
		}
		t := store.Turn{Tenant: m.Tenant, ID: m.Case}
		c, err := s.Store.Case(ctx, m.Tenant, m.Case)
		if err == nil {
			err = s.turn(ctx, c)
		}
		if err != nil && !guichet.Is(err, guichet.NotFound) {
			if s.miss(ctx, t, err); s.over(ctx) != nil {
				return errors.Join(s.errs...)
			}
			continue
		}
		if err := s.Store.DropMissed(ctx, m); err != nil && !guichet.Is(err, guichet.Conflict) {
			return err
		}
		delete(s.missed, missedName(t))
	}
	return nil
}

// miss notes a case whose turn failed, so that the sweep can go on without it. If that cannot be noted either, the sweep stops where it is.
func (s *sweep) miss(ctx context.Context, t store.Turn, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails++
	m, known := s.missed[missedName(t)]
	if !known {
		m = store.Missed{Tenant: t.Tenant, Case: t.ID, Since: s.now}
	}
	m.Tries++
	m.Next, m.Reason = s.now.Add(backoff(m.Tries)), cut(cause.Error(), 300)
	err := s.Store.SaveMissed(ctx, m)
	switch {
	case guichet.Is(err, guichet.Conflict), guichet.Is(err, guichet.Exists): // another sweep noted it
	case err != nil:
		s.fails = sweepFails
		s.errs = append(s.errs, err)
	}
	m.Version++
	s.missed[missedName(t)] = m
	kind := guichet.KindOf(cause)
	if m.Tries == missedPark {
		kind = guichet.Poison
	}
	s.errs = append(s.errs, guichet.Errorf(kind, "the turn of case %s of %s failed %d times, since %s: %w", t.ID, t.Tenant, m.Tries, m.Since.Format(time.RFC3339), cause))
}

// backoff is how long a missed turn waits: not at all after the first failure, then a minute, two, four, up to an hour.
func backoff(tries int) time.Duration {
	if tries < 2 {
		return 0
	}
	return min(time.Hour, time.Minute<<min(tries-2, 10))
}
