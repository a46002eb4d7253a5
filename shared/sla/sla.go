// Package sla is floor 1, pure: business calendars, due times and lateness (A123-A130).
//
// A house is open at an instant if a clock on its wall, in the calendar's zone, then shows a time within an interval. All else
// follows from that: the hour that a zone skips in spring holds no business time, the hour that it repeats in autumn is counted
// both times if it is within an interval, a night shift is one hour shorter or longer, and a day that a zone left out (Samoa,
// 2011-12-30) never was.
//
// All results are exact to the nanosecond and in UTC.
package sla

import (
	"cmp"
	"math"
	"slices"
	"time"

	"guichet/shared/guichet"
)

// Start returns the clocks of a case that is opened at. A target of zero gives the zero Clock, which does not run (A129); a target that
// a schedule never reaches gives a clock without due time, which does not run either.
func Start(sla guichet.SLA, s *Schedule, at time.Time) (first, resolution guichet.Clock) {
	return start(sla.First, s, at), start(sla.Resolution, s, at)
}

func start(target int64, s *Schedule, at time.Time) guichet.Clock {
	if target <= 0 {
		return guichet.Clock{}
	}
	if target > math.MaxInt64/int64(time.Second) {
		return guichet.Clock{Target: target}
	}
	return guichet.Clock{Target: target, Due: s.Due(at, time.Duration(target)*time.Second)}
}

// The names of a case's clocks.
const (
	First      = "first"      // first response
	Resolution = "resolution" // resolution
)

// Breach is a target that was missed.
type Breach struct {
	Clock string    // First or Resolution
	At    time.Time // when it was due, not when somebody looked
}

// Breaches returns the running clocks of the case that are due at now or were before, the earliest first. A case that nobody has to work
// on any more (resolved, closed, trashed, merged into another) has none: a late timer does nothing. The two clocks are
// independent of each other (D-77).
func Breaches(c *guichet.Case, now time.Time) []Breach {
	if !c.Status.Live() || c.Merged != "" {
		return nil
	}
	var all []Breach
	if c.First.Runs() && !c.First.Due.After(now) {
		all = append(all, Breach{First, c.First.Due})
	}
	if c.Resolution.Runs() && !c.Resolution.Due.After(now) {
		all = append(all, Breach{Resolution, c.Resolution.Due})
	}
	slices.SortStableFunc(all, func(a, b Breach) int { return a.At.Compare(b.At) })
	return all
}

// Progress returns how much business time of the clock is used and how much is left at now; of a clock that is met, at that moment.
// Until the breach elapsed + remaining = target; from then on remaining is zero and elapsed grows past the target. What is
// left is measured up to the due time that the case was promised, also if the calendar has changed since. The zero Clock gives zeros.
func Progress(clk guichet.Clock, opened, now time.Time, s *Schedule) (elapsed, remaining time.Duration) {
	if clk.Target <= 0 {
		return 0, 0
	}
	if !clk.Met.IsZero() && clk.Met.Before(now) {
		now = clk.Met
	}
	target := time.Duration(min(clk.Target, math.MaxInt64/int64(time.Second))) * time.Second
	switch {
	case clk.Due.IsZero():
		elapsed = min(s.Business(opened, now), target)
		return elapsed, target - elapsed
	case now.Before(clk.Due):
		remaining = min(s.Business(now, clk.Due), target)
		return target - remaining, remaining
	}
	return add(target, s.Business(clk.Due, now)), 0
}

// add adds two positive durations and stays at the longest one.
func add(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Moved is a case's clock whose due time changes with a changed calendar or target.
type Moved struct {
	Case     guichet.CaseID
	Clock    string // First or Resolution
	From, To guichet.Clock
}

// Moves returns which running clocks of the case would be due at another instant, or no more at all, under another service level: a change
// of settings says which open cases it moves, and moves only those. It writes nothing.
func Moves(c *guichet.Case, level guichet.SLA, s *Schedule) []Moved {
	if !c.Status.Live() || c.Merged != "" {
		return nil
	}
	first, resolution := Start(level, s, c.Opened)
	var all []Moved
	for _, m := range []Moved{{c.ID, First, c.First, first}, {c.ID, Resolution, c.Resolution, resolution}} {
		if m.From.Met.IsZero() && m.From.Breached.IsZero() && (m.From.Target != m.To.Target || !m.From.Due.Equal(m.To.Due)) {
			all = append(all, m)
		}
	}
	return all
}

// Earliest orders cases by what is due first; those without a running clock come last, ties by id.
func Earliest(a, b *guichet.Case) int {
	x, y := a.Due(), b.Due()
	switch {
	case x.IsZero() != y.IsZero():
		return cmp.Compare(btoi(x.IsZero()), btoi(y.IsZero()))
	case !x.Equal(y):
		return x.Compare(y)
	}
	return cmp.Compare(a.ID, b.ID)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
