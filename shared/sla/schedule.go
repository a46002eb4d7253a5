package sla

import (
	"math"
	"sort"
	"time"
)

// horizon is the end of year 9999 in Unix seconds: what is not due by then is never due (RFC 3339 has no later year).
const horizon = 253402300800

// wall is what a clock on the wall shows: a day number, the second of that day and the nanoseconds beside it.
type wall struct{ day, sec, ns int64 }

// amount is open time: seconds, and 0..999,999,999 nanoseconds beside them.
type amount struct{ sec, ns int64 }

func (a amount) less(b amount) bool { return a.sec < b.sec || a.sec == b.sec && a.ns < b.ns }

func (a amount) plus(b amount) amount { return amount{a.sec + b.sec, a.ns + b.ns}.carry() }

func (a amount) minus(b amount) amount { return amount{a.sec - b.sec, a.ns - b.ns}.carry() }

func (a amount) carry() amount {
	return amount{a.sec + floorDiv(a.ns, 1e9), floorMod(a.ns, 1e9)}
}

// duration gives the longest Duration (292 years) for anything longer.
func (a amount) duration() time.Duration {
	if a.sec >= math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(a.sec*1e9 + a.ns)
}

// stretch is a time during which the zone's offset stays the same, in Unix seconds, until excluded.
type stretch struct{ until, offset int64 }

// stretchAt returns the stretch that holds the Unix second at. It ends at the horizon at the latest.
func (s *Schedule) stretchAt(at int64) stretch {
	if at >= tableFrom && at < tableUntil && len(s.table) > 0 {
		return s.table.at(at)
	}
	return ask(s.zone, at)
}

// ask works out the stretch of a zone that holds the Unix second at.
func ask(zone *time.Location, at int64) stretch {
	t := time.Unix(at, 0).In(zone)
	_, offset := t.Zone()
	until := int64(horizon)
	if _, end := t.ZoneBounds(); !end.IsZero() {
		until = min(until, end.Unix())
	}
	// QUIRK: Go's rule for years past the zone's table takes every year for 365 days long (time.tzset, Go 1.26): on 31 December of a
	// leap year the bounds end before the instant asked for. The rest of that day has one offset.
	if until <= at {
		until = (floorDiv(at, daySeconds) + 1) * daySeconds
	}
	return stretch{until, int64(offset)}
}

// wall returns what the clock shows during the stretch at a Unix time.
func (z stretch) wall(sec, ns int64) wall {
	sec += z.offset
	return wall{floorDiv(sec, daySeconds), floorMod(sec, daySeconds), ns}
}

// Open reports whether the house is open at.
func (s *Schedule) Open(at time.Time) bool {
	if s == nil || s.always {
		return s != nil
	}
	w := s.stretchAt(at.Unix()).wall(at.Unix(), 0)
	for _, p := range s.hours(w.day).spans {
		if p.from <= w.sec && w.sec < p.to {
			return true
		}
	}
	return false
}

// Business returns the open time from..to; zero if to is not after from.
func (s *Schedule) Business(from, to time.Time) time.Duration {
	if s == nil || !to.After(from) {
		return 0
	}
	if s.always {
		return to.Round(0).Sub(from.Round(0))
	}
	var sum amount
	at, end := amount{from.Unix(), int64(from.Nanosecond())}, amount{to.Unix(), int64(to.Nanosecond())}
	for at.less(end) && at.sec < horizon {
		z := s.stretchAt(at.sec)
		stop := amount{z.until, 0}
		if end.less(stop) {
			stop = end
		}
		sum = sum.plus(s.before(z.wall(stop.sec, stop.ns)).minus(s.before(z.wall(at.sec, at.ns))))
		at = stop
	}
	return sum.duration()
}

// Due returns the earliest instant by which goal of open time has passed since from; from itself if goal is not positive. A target
// that is not reached by the end of year 9999, as by a house that never opens, gives the zero Time.
func (s *Schedule) Due(from time.Time, goal time.Duration) time.Time {
	from = from.Round(0).UTC()
	switch {
	case goal <= 0:
		return from
	case s == nil:
		return time.Time{}
	case s.always:
		return within(from.Add(goal))
	}
	at := amount{from.Unix(), int64(from.Nanosecond())}
	left := amount{0, int64(goal)}.carry()
	for at.sec < horizon {
		z := s.stretchAt(at.sec)
		begin, end := z.wall(at.sec, at.ns), z.wall(z.until, 0)
		if s.over(begin.day) {
			break
		}
		open := s.before(begin)
		target, whole := open.plus(left), s.before(end)
		if !whole.less(target) {
			w := s.reach(target, begin.day, end.day)
			return within(time.Unix(w.day*daySeconds+w.sec-z.offset, w.ns).UTC())
		}
		left = target.minus(whole)
		at = amount{z.until, 0}
	}
	return time.Time{}
}

// within returns t, or the zero Time if that is past the horizon.
func within(t time.Time) time.Time {
	if t.Unix() >= horizon {
		return time.Time{}
	}
	return t
}

// over reports whether the house does not open on this day or on any later one.
func (s *Schedule) over(day int64) bool {
	return s.ahead[7] == 0 && (len(s.odd) == 0 || s.odd[len(s.odd)-1].day < day)
}

// reach returns when the open time, counted as sum does, comes up to target, which it does within the days first..last.
func (s *Schedule) reach(target amount, first, last int64) wall {
	need := target.sec
	if target.ns > 0 {
		need++
	}
	n := sort.Search(int(last-first), func(i int) bool { return s.sum(first+int64(i)+1) >= need })
	day := first + int64(n)
	left := target.minus(amount{s.sum(day), 0})
	for _, p := range s.hours(day).spans {
		if length := (amount{p.to - p.from, 0}); length.less(left) {
			left = left.minus(length)
			continue
		}
		return wall{day, p.from + left.sec, left.ns}
	}
	return wall{day + 1, 0, 0} // not reached: the day's spans add up to its sum
}

// before returns the open time on the wall clock up to w, counted as sum does.
func (s *Schedule) before(w wall) amount {
	a := amount{s.sum(w.day), 0}
	for _, p := range s.hours(w.day).spans {
		switch {
		case w.sec >= p.to:
			a.sec += p.to - p.from
		case w.sec >= p.from:
			return amount{a.sec + w.sec - p.from, w.ns}
		default:
			return a
		}
	}
	return a
}

// sum returns the open seconds of all days up to day, which is excluded, counted from some fixed day: only differences mean something.
func (s *Schedule) sum(day int64) int64 {
	plain := floorDiv(day, 7)*s.ahead[7] + s.ahead[floorMod(day, 7)]
	return plain + s.added(day)
}

// added returns what the exceptions before day add to the plain weeks.
func (s *Schedule) added(day int64) int64 {
	if i := s.find(day); i < len(s.odd) {
		return s.odd[i].before
	}
	return s.extra
}

// hours returns the open spans of a day.
func (s *Schedule) hours(day int64) hours {
	if i := s.find(day); i < len(s.odd) && s.odd[i].day == day {
		return s.odd[i].hours
	}
	return s.week[floorMod(day, 7)]
}

// find returns the place of the first exception that is not before day.
func (s *Schedule) find(day int64) int {
	low, high := 0, len(s.odd)
	for low < high {
		if mid := (low + high) / 2; s.odd[mid].day < day {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// floorDiv divides and rounds down, also below zero. b is positive.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// floorMod returns a - b*floorDiv(a, b): 0..b-1.
func floorMod(a, b int64) int64 {
	m := a % b
	if m < 0 {
		m += b
	}
	return m
}
