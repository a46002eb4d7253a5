package sla

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
)

const (
	daySeconds = 24 * 60 * 60
	maxDays    = 20000 // closed days, holidays and special days of one calendar
	maxSpans   = 48    // intervals of one day
)

// weekdays in the order of day numbers: day 0 is 1970-01-01, a Thursday.
var weekdays = [7]string{"thu", "fri", "sat", "sun", "mon", "tue", "wed"}

// Always is the calendar that is open 24 hours on 7 days.
func Always() guichet.Calendar { return guichet.Calendar{AlwaysOn: true} }

// span is from..to in seconds of a day, to excluded. Before a day's spans are cut at midnight, to may lie in the next one.
type span struct{ from, to int64 }

// hours are the open spans within one day, sorted, not touching, and their sum in seconds.
type hours struct {
	spans []span
	open  int64
}

// exception is a day that is not like its weekday.
type exception struct {
	day int64
	hours
	before int64 // what all exceptions before this one add to the plain weeks, in seconds
}

// Schedule is a compiled calendar: immutable, safe for concurrent use. A nil Schedule is never open.
type Schedule struct {
	always bool
	zone   *time.Location
	table  stretches // of the zone, for this half of the century
	week   [7]hours
	ahead  [8]int64 // open seconds of a plain week before each day of it; the last is the whole week
	odd    []exception
	extra  int64 // what all exceptions add
	begins int64 // weekdays on which an interval begins
}

// Compile reads a calendar. An unknown zone, day or interval gives an Invalid error that names the field. The zero Calendar
// is never open. A closed day is one on which no interval begins: a night shift of the day before still ends there. A special day
// has its own intervals, also if it is listed as closed; without intervals it is closed.
func Compile(c guichet.Calendar) (*Schedule, error) {
	if c.AlwaysOn {
		return &Schedule{always: true, zone: time.UTC}, nil
	}
	if c.Zone == "" && len(c.Week)+len(c.Closed)+len(c.Holidays)+len(c.Special) == 0 {
		return &Schedule{zone: time.UTC}, nil
	}
	zone, err := loadZone(c.Zone)
	if err != nil {
		return nil, err
	}
	rules, err := readRules(c)
	if err != nil {
		return nil, err
	}
	s := &Schedule{zone: zone, table: tableOf(zone)}
	s.layWeek(rules)
	s.layOdd(rules)
	return s, nil
}

func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, guichet.Wrongf("calendar.zone", "a calendar needs the IANA name of its time zone, as Europe/Paris")
	}
	zone, err := zoneOf(name)
	if err != nil {
		return nil, guichet.Wrongf("calendar.zone", "%.40q is not the name of a time zone, as Europe/Paris", name)
	}
	return zone, nil
}

// Workday returns the length of a working day in seconds: the open time of a plain week over the weekdays on which an interval begins, rounded down. A calendar without
// such a week has none: zero.
func (s *Schedule) Workday() int64 {
	switch {
	case s == nil:
		return 0
	case s.always:
		return daySeconds
	case s.begins == 0:
		return 0
	}
	return s.ahead[7] / s.begins
}

// rules are a calendar's intervals by the day on which they begin.
type rules struct {
	week [7][]span
	days map[int64][]span // closed and special days
}

func readRules(c guichet.Calendar) (r rules, err error) {
	for _, name := range slices.Sorted(maps.Keys(c.Week)) {
		i := slices.Index(weekdays[:], name)
		if i < 0 {
			return r, guichet.Wrongf("calendar.week", "%.20q is not a day: mon, tue, wed, thu, fri, sat or sun", name)
		}
		if r.week[i], err = readSpans("calendar.week."+name, c.Week[name]); err != nil {
			return r, err
		}
	}
	if len(c.Closed)+len(c.Holidays)+len(c.Special) > maxDays {
		return r, guichet.Wrongf("calendar.closed", "a calendar has at most %d closed and special days", maxDays)
	}
	r.days = make(map[int64][]span, len(c.Closed)+len(c.Holidays)+len(c.Special))
	for name, list := range map[string][]string{"closed": c.Closed, "holidays": c.Holidays} {
		for i, date := range list {
			n, err := readDay(fmt.Sprintf("calendar.%s[%d]", name, i), date)
			if err != nil {
				return r, err
			}
			r.days[n] = nil
		}
	}
	for _, date := range slices.Sorted(maps.Keys(c.Special)) {
		n, err := readDay("calendar.special", date)
		if err != nil {
			return r, err
		}
		if r.days[n], err = readSpans("calendar.special."+date, c.Special[date]); err != nil {
			return r, err
		}
	}
	return r, nil
}

// readDay returns the day number of "2026-12-25".
func readDay(field, date string) (int64, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, guichet.Wrongf(field, "%.20q is not a day as 2026-12-25", date)
	}
	return floorDiv(t.Unix(), daySeconds), nil
}

func readSpans(field string, texts []string) ([]span, error) {
	if len(texts) > maxSpans {
		return nil, guichet.Wrongf(field, "a day has at most %d intervals", maxSpans)
	}
	var all []span
	for _, text := range texts {
		from, to, ok := strings.Cut(text, "-")
		a, okA := readClock(strings.TrimSpace(from))
		b, okB := readClock(strings.TrimSpace(to))
		if !ok || !okA || !okB || a == daySeconds {
			return nil, guichet.Wrongf(field, "%.20q is not an interval as 09:00-12:30", text)
		}
		if a == b {
			return nil, guichet.Wrongf(field, "%.20q is empty; a whole day is 00:00-24:00", text)
		}
		if b < a {
			b += daySeconds
		}
		all = append(all, span{a, b})
	}
	return all, nil
}

// readClock reads "09:30", "9:30" or "24:00" as seconds of the day.
func readClock(s string) (int64, bool) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) < 1 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	hour, errH := strconv.ParseUint(h, 10, 8)
	minute, errM := strconv.ParseUint(m, 10, 8)
	at := int64(hour*3600 + minute*60)
	return at, errH == nil && errM == nil && minute < 60 && at <= daySeconds
}

func (s *Schedule) layWeek(r rules) {
	for i := range s.week {
		if len(r.week[i]) > 0 {
			s.begins++
		}
		s.week[i] = cut(r.week[i], r.week[(i+6)%7])
		s.ahead[i+1] = s.ahead[i] + s.week[i].open
	}
}

// layOdd lays out every closed and special day and the day after it, into which a night shift may reach.
func (s *Schedule) layOdd(r rules) {
	begins := func(n int64) []span {
		if own, ok := r.days[n]; ok {
			return own
		}
		return r.week[floorMod(n, 7)]
	}
	odd := make([]int64, 0, 2*len(r.days))
	for n := range r.days {
		odd = append(odd, n, n+1)
	}
	slices.Sort(odd)
	for _, n := range slices.Compact(odd) {
		h := cut(begins(n), begins(n-1))
		s.odd = append(s.odd, exception{n, h, s.extra})
		s.extra += h.open - s.week[floorMod(n, 7)].open
	}
}

// cut returns the hours of a day on which the spans of own begin, after a day on which those of before began.
func cut(own, before []span) hours {
	var all []span
	for _, p := range before {
		if p.to > daySeconds {
			all = append(all, span{0, p.to - daySeconds})
		}
	}
	for _, p := range own {
		all = append(all, span{p.from, min(p.to, daySeconds)})
	}
	slices.SortFunc(all, func(a, b span) int { return int(a.from - b.from) })
	return join(all)
}

// join unites sorted spans that overlap or touch.
func join(sorted []span) (h hours) {
	for _, p := range sorted {
		if n := len(h.spans); n > 0 && p.from <= h.spans[n-1].to {
			h.spans[n-1].to = max(h.spans[n-1].to, p.to)
			continue
		}
		h.spans = append(h.spans, p)
	}
	for _, p := range h.spans {
		h.open += p.to - p.from
	}
	return h
}
