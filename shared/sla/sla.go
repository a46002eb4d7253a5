// Package sla is floor 1, pure: business calendars, due times and the clocks of cases (A123-A130).
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

// The names of a case's clocks.
const (
	First      = "first"      // first response
	Next       = "next"       // next response, once the contact wrote again
	Resolution = "resolution" // resolution
)

// Names lists the clocks in the order of guichet.Case.Clocks.
var Names = [3]string{First, Next, Resolution}

// Level is a service level made ready to be asked: the settings and their calendar, compiled. The zero Level has no targets.
type Level struct {
	guichet.SLA
	*Schedule
}

// Ready compiles a service level. Errors are Invalid and name the field, see Check and Compile.
func Ready(level guichet.SLA) (Level, error) {
	s, err := Compile(level.Calendar)
	if err != nil {
		return Level{}, err
	}
	l := Level{level, s}
	return l, l.check()
}

const day = 24 * 60 * 60

// Goal returns the target of a clock for cases of a priority, in seconds; zero if there is none.
func (l Level) Goal(clock string, priority int) int64 {
	t := pick(clock, l.First, l.SLA.Next, l.Resolution)
	if u := l.urgency(priority); u != nil {
		if own := pick(clock, u.First, u.Next, u.Resolution); own > 0 {
			t = own
		}
	}
	if t <= 0 {
		return 0
	}
	if !l.WorkingDays || t < day {
		return t
	}
	days, length := t/day, l.Workday()
	if length == 0 || days > math.MaxInt64/int64(time.Second)/day {
		return 0
	}
	return days*length + t%day
}

// urgency returns the row for a priority: of those that hold, the one that is farthest from the ordinary; nil if none does.
func (l Level) urgency(priority int) *guichet.Urgency {
	var best *guichet.Urgency
	for i := range l.Urgent {
		u := &l.Urgent[i]
		if u.Holds(priority) && (best == nil || abs(u.From) > abs(best.From)) {
			best = u
		}
	}
	return best
}

func pick(clock string, first, next, resolution int64) int64 {
	switch clock {
	case First:
		return first
	case Next:
		return next
	}
	return resolution
}

func abs(n int) int { return max(n, -n) }

// Stands reports whether the clocks of a case in that status stand still: by the settings, or because nobody has to work on it.
func (l Level) Stands(s guichet.Status) bool { return !s.Live() || slices.Contains(l.Pause, s) }

// begin returns a clock that begins at. A target of zero gives the zero Clock, which does not run (A129); a target that the calendar never reaches gives a
// clock without due time, which does not run either.
func (l Level) begin(clock string, priority int, at, opened time.Time) guichet.Clock {
	k := guichet.Clock{Target: l.Goal(clock, priority)}
	if k.Target == 0 {
		return guichet.Clock{}
	}
	if !at.Equal(opened) {
		k.Began = at
	}
	if k.Target <= longest {
		k.Due = l.Due(at, goal(k))
	}
	l.warnFrom(&k, at, 0)
	return k
}

// longest is the longest target that a Duration holds, in seconds: 292 years.
const longest = math.MaxInt64 / int64(time.Second)

// goal is the clock's target; of one that no Duration holds, the longest.
func goal(k guichet.Clock) time.Duration {
	return time.Duration(min(k.Target, longest)) * time.Second
}

// warnFrom sets when the clock warns next, at an instant at which it has used so much of its target.
func (l Level) warnFrom(k *guichet.Clock, at time.Time, used time.Duration) {
	k.Warn = time.Time{}
	if k.Due.IsZero() {
		return
	}
	for _, percent := range l.Warn {
		if percent <= k.Warned {
			continue
		}
		if w := l.Due(at, share(goal(*k), percent)-used); w.Before(k.Due) {
			k.Warn = w
		}
		return
	}
}

// share is so many per cent of a target, which is whole seconds: exact.
func share(d time.Duration, percent int) time.Duration { return d / 100 * time.Duration(percent) }

// Progress returns how much business time of the clock is used and how much is left at now; of a clock that is met, at that moment.
// Until the breach elapsed + remaining = target; from then on remaining is zero and elapsed grows past the target. What is
// left is measured up to the due time that the case was promised, also if the calendar has changed since; of a clock that stands still, it is
// what was left when it stopped. The zero Clock gives zeros.
func Progress(clk guichet.Clock, opened, now time.Time, s *Schedule) (elapsed, remaining time.Duration) {
	if clk.Target <= 0 {
		return 0, 0
	}
	if !clk.Met.IsZero() && clk.Met.Before(now) {
		now = clk.Met
	}
	target := goal(clk)
	switch {
	case !clk.Paused.IsZero():
		remaining = time.Duration(clk.Left)
		return target - remaining, remaining
	case clk.Due.IsZero():
		elapsed = min(s.Business(clk.Since(opened), now), target)
		return elapsed, target - elapsed
	case now.Before(clk.Due):
		remaining = min(s.Business(now, clk.Due), target)
		return target - remaining, remaining
	}
	return add(target, s.Business(clk.Due, now)), 0
}

// Wall returns how long the clock has been going by the clock on the wall, standing still included: until now, or until it was met.
func Wall(clk guichet.Clock, opened, now time.Time) time.Duration {
	if clk.Target <= 0 {
		return 0
	}
	if !clk.Met.IsZero() && clk.Met.Before(now) {
		now = clk.Met
	}
	return max(0, now.Sub(clk.Since(opened)))
}

// add adds two positive durations and stays at the longest one.
func add(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Earliest orders cases by what is due first; those without a running clock come last, ties by id.
func Earliest(a, b *guichet.Case) int {
	x, y := a.NextDue(), b.NextDue()
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
