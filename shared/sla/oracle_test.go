package sla

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

// oracle walks the calendar minute by minute, reading its texts anew: what a person with a wall clock and the printed
// calendar would do. Its calendars and zones change on whole minutes of UTC only.
type oracle struct {
	c    guichet.Calendar
	zone *time.Location
	days map[string]string // date -> one character a minute: '1' is open
}

func newOracle(c guichet.Calendar) *oracle {
	zone, err := printed(c.Zone)
	if err != nil {
		panic(err)
	}
	return &oracle{c, zone, map[string]string{}}
}

// printed reads a zone from the same release of the database as the calculator, by the standard library alone.
func printed(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	files, err := zip.NewReader(bytes.NewReader(zoneFile), int64(len(zoneFile)))
	if err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}

// begins returns the texts of the intervals that begin on the day of the calendar that t, in UTC, names.
func (o *oracle) begins(t time.Time) []string {
	date := t.Format(time.DateOnly)
	if own, ok := o.c.Special[date]; ok {
		return own
	}
	if slices.Contains(o.c.Closed, date) {
		return nil
	}
	if slices.Contains(o.c.Holidays, date) {
		return nil
	}
	return o.c.Week[strings.ToLower(t.Format("Mon"))]
}

func (o *oracle) day(date string) string {
	if m, ok := o.days[date]; ok {
		return m
	}
	t, _ := time.Parse(time.DateOnly, date)
	minutes := []byte(strings.Repeat("0", 48*60))
	paint := func(texts []string, shift int) {
		for _, text := range texts {
			var h1, m1, h2, m2 int
			fmt.Sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2)
			from, to := h1*60+m1, h2*60+m2
			if to <= from {
				to += 24 * 60
			}
			for m := from; m < to; m++ {
				if at := m + shift; at >= 0 {
					minutes[at] = '1'
				}
			}
		}
	}
	paint(o.begins(t.AddDate(0, 0, -1)), -24*60)
	paint(o.begins(t), 0)
	o.days[date] = string(minutes[:24*60])
	return o.days[date]
}

// open reports whether the whole minute that begins at t is open.
func (o *oracle) open(t time.Time) bool {
	l := t.In(o.zone)
	return o.day(l.Format(time.DateOnly))[l.Hour()*60+l.Minute()] == '1'
}

// due walks from minute to minute until goal is used up; false if that takes longer than limit.
func (o *oracle) due(from time.Time, goal, limit time.Duration) (time.Time, bool) {
	at := from
	for at.Sub(from) <= limit {
		next := at.Truncate(time.Minute).Add(time.Minute)
		if o.open(at) {
			if step := next.Sub(at); goal <= step {
				return at.Add(goal), true
			} else {
				goal -= step
			}
		}
		at = next
	}
	return time.Time{}, false
}

func (o *oracle) business(from, to time.Time) (sum time.Duration) {
	for at := from; at.Before(to); {
		next := at.Truncate(time.Minute).Add(time.Minute)
		if next.After(to) {
			next = to
		}
		if o.open(at) {
			sum += next.Sub(at)
		}
		at = next
	}
	return sum
}

// zones with their instants of change near which cases are drawn: both hemispheres, half an hour, two hours, at midnight, twice a year around Ramadan, summer time as
// the standard and winter time an hour below it, offsets of 45 minutes, a lost day, a day that was twice, offsets that were moved for good, none.
var zones = []struct {
	name    string
	changes []string
}{
	{"Europe/Paris", []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2040-10-28T01:00:00Z"}},
	{"America/New_York", []string{"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2044-12-31T00:00:00Z"}},
	{"Australia/Lord_Howe", []string{"2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"}},
	{"America/Santiago", []string{"2026-04-05T03:00:00Z", "2026-09-06T04:00:00Z"}},
	{"Africa/Cairo", []string{"2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z"}},
	{"America/Sao_Paulo", []string{"2017-10-15T03:00:00Z", "2018-02-18T02:00:00Z"}},
	{"Africa/Casablanca", []string{"2026-02-15T02:00:00Z", "2026-03-22T02:00:00Z"}},
	{"Europe/Dublin", []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "1971-10-31T02:00:00Z"}},
	{"Asia/Beirut", []string{"2026-03-28T22:00:00Z", "2026-10-24T21:00:00Z", "2023-03-29T22:00:00Z"}},
	{"Asia/Gaza", []string{"2024-02-10T00:00:00Z", "2026-03-28T00:00:00Z"}},
	{"America/Havana", []string{"2026-03-08T05:00:00Z", "2026-11-01T05:00:00Z"}},
	{"America/St_Johns", []string{"2010-03-14T03:31:00Z", "2010-11-07T02:31:00Z"}},
	{"Pacific/Chatham", []string{"2026-04-04T14:00:00Z", "2026-09-26T14:00:00Z"}},
	{"Antarctica/Troll", []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"}},
	{"Asia/Pyongyang", []string{"2015-08-14T15:00:00Z", "2018-05-04T15:00:00Z"}},
	{"America/Caracas", []string{"2007-12-09T07:00:00Z", "2016-05-01T07:00:00Z"}},
	{"Pacific/Kwajalein", []string{"1993-08-21T12:00:00Z"}},
	{"America/Juneau", []string{"1983-10-30T09:00:00Z"}},
	{"Asia/Kathmandu", []string{"2026-06-01T00:00:00Z"}},
	{"Pacific/Apia", []string{"2011-12-30T10:00:00Z", "2012-03-31T14:00:00Z"}},
	{"UTC", []string{"1969-12-31T23:00:00Z", "2028-02-29T00:00:00Z"}},
}

func drawSpans(t *rapid.T, name string) []string {
	clock := rapid.Custom(func(t *rapid.T) int {
		if rapid.Bool().Draw(t, "round") {
			return 30 * rapid.IntRange(0, 47).Draw(t, "half hour")
		}
		return rapid.IntRange(0, 24*60-1).Draw(t, "minute")
	})
	var spans []string
	for range rapid.IntRange(0, 3).Draw(t, name) {
		from := clock.Draw(t, "from")
		to := (from + 1 + clock.Draw(t, "length")%(24*60-1)) % (24 * 60)
		text := fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60)
		if to == 0 {
			text = fmt.Sprintf("%02d:%02d-24:00", from/60, from%60)
		}
		spans = append(spans, text)
	}
	return spans
}

// drawCase draws a calendar and a moment near a change of its zone.
func drawCase(t *rapid.T) (guichet.Calendar, time.Time) {
	zone := rapid.SampledFrom(zones).Draw(t, "zone")
	change, err := time.Parse(time.RFC3339, rapid.SampledFrom(zone.changes).Draw(t, "change"))
	if err != nil {
		t.Fatal(err)
	}
	c := guichet.Calendar{Zone: zone.name, Week: map[string][]string{}, Special: map[string][]string{}}
	for _, day := range weekdays {
		c.Week[day] = drawSpans(t, day)
	}
	date := func(n int) string { return change.AddDate(0, 0, n).Format(time.DateOnly) }
	for range rapid.IntRange(0, 3).Draw(t, "closed") {
		c.Closed = append(c.Closed, date(rapid.IntRange(-4, 8).Draw(t, "closed day")))
		c.Holidays = append(c.Holidays, date(rapid.IntRange(-4, 8).Draw(t, "holiday")))
	}
	for range rapid.IntRange(0, 3).Draw(t, "special") {
		c.Special[date(rapid.IntRange(-4, 8).Draw(t, "special day"))] = drawSpans(t, "special hours")
	}
	if rapid.IntRange(0, 9).Draw(t, "long closure") == 0 {
		for i := range rapid.IntRange(200, 420).Draw(t, "closed for") {
			c.Closed = append(c.Closed, date(i+1))
		}
	}
	from := change.Add(-time.Duration(rapid.Int64Range(0, int64(80*time.Hour)).Draw(t, "before")))
	switch rapid.IntRange(0, 2).Draw(t, "exact") {
	case 0:
		from = from.Truncate(time.Minute)
	case 1: // within the second in which intervals begin and end
		from = from.Truncate(30 * time.Minute).Add(time.Duration(rapid.Int64Range(1, 1e9-1).Draw(t, "just after")))
	}
	return c, from
}

func drawGoal(t *rapid.T) time.Duration {
	switch rapid.IntRange(0, 3).Draw(t, "kind of goal") {
	case 0:
		return time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "nanoseconds"))
	case 1:
		return time.Minute * time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes"))
	case 2:
		return time.Hour * time.Duration(rapid.IntRange(1, 80).Draw(t, "hours"))
	}
	return time.Duration(rapid.Int64Range(1, int64(100*time.Hour)).Draw(t, "goal"))
}

// TestAgainstTheOracle holds Due, Business, Open and Progress to the walk. More than the usual hundred calendars:
// go test ./shared/sla -run Oracle -rapid.checks=10000
func TestAgainstTheOracle(t *testing.T) {
	const limit = 900 * 24 * time.Hour
	rapid.Check(t, func(t *rapid.T) {
		c, from := drawCase(t)
		goal := drawGoal(t)
		s, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		o := newOracle(c)
		got := s.Due(from, goal)
		want, found := o.due(from, goal, limit)
		if found != (!got.IsZero() && got.Sub(from) <= limit) || found && !got.Equal(want) {
			t.Fatalf("due of %v after %v: got %v, want %v (found: %v)", goal, from, got, want, found)
		}
		to := from.Add(time.Duration(rapid.Int64Range(0, int64(240*time.Hour)).Draw(t, "window")))
		if got, want := s.Business(from, to), o.business(from, to); got != want {
			t.Fatalf("business time %v .. %v: got %v, want %v", from, to, got, want)
		}
		if got, want := s.Open(to), o.open(to); got != want {
			t.Fatalf("open at %v: got %v, want %v", to, got, want)
		}
		if found {
			checkProgress(t, s, from, got, goal, to)
		}
	})
}

// checkProgress holds elapsed + remaining = target until the breach, and elapsed to the business time.
func checkProgress(t *rapid.T, s *Schedule, opened, due time.Time, goal time.Duration, now time.Time) {
	target := goal.Truncate(time.Second)
	if target == 0 {
		return
	}
	clk := guichet.Clock{Target: int64(target / time.Second), Due: s.Due(opened, target)}
	elapsed, remaining := Progress(clk, opened, now, s)
	if now.Before(clk.Due) && elapsed+remaining != target {
		t.Fatalf("elapsed %v + remaining %v is not the target %v", elapsed, remaining, target)
	}
	if want := s.Business(opened, now); elapsed != want || remaining < 0 {
		t.Fatalf("elapsed: got %v, want %v; remaining %v", elapsed, want, remaining)
	}
}

// TestLaws are what holds for any calendar, without an oracle.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from := drawCase(t)
		s, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		a, b := drawGoal(t), drawGoal(t)
		half := s.Due(from, a)
		if half.IsZero() {
			return
		}
		if whole := s.Due(from, a+b); !s.Due(half, b).Equal(whole) {
			t.Fatalf("%v and then %v: %v, both at once: %v", a, b, s.Due(half, b), whole)
		}
		if s.Business(from, half) != a || s.Business(from, half.Add(-1)) >= a {
			t.Fatalf("%v is not the earliest instant for %v", half, a)
		}
	})
}
