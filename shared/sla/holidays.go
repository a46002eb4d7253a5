package sla

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// Bounds of an iCalendar file.
const (
	maxRepeats = 150  // occurrences of a rule without an end: feeds of yearly days begin in 1970
	maxEvent   = 400  // days of one event
	lastYear   = 9999 // what a date has room for (RFC 5545 3.3.4): a rule ends there
)

// Holidays reads an iCalendar file or feed (RFC 5545) and returns the days of its all-day events as Calendar.Closed has them, sorted, each
// once. Cancelled events, exceptions (EXDATE), repetitions that another event moves (RECURRENCE-ID) and events of less than a day are left out; days beside a rule (RDATE) are in. A rule (RRULE) may repeat by year, month,
// week or day; of one that never ends come the first 150. Events that cannot be read are left out and named in an Invalid error,
// beside the days of the others.
func Holidays(ics []byte) ([]string, error) {
	events, err := readEvents(string(ics))
	if err != nil {
		return nil, err
	}
	var days, bad []string
	moved := movedAway(events)
	for _, e := range events {
		if strings.EqualFold(e.get("STATUS").value, "CANCELLED") {
			continue
		}
		got, err := e.days(moved[e.get("UID").value])
		if err != nil {
			bad = append(bad, fmt.Sprintf("line %d: %v", e.line, err))
			continue
		}
		days = append(days, got...)
		if len(days) > maxDays {
			return nil, guichet.Wrongf("ics", "the calendar has more than %d days", maxDays)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if len(bad) > 0 {
		return days, guichet.Wrongf("ics", "%d of %d events cannot be read: %s", len(bad), len(events), strings.Join(bad[:min(len(bad), 5)], "; "))
	}
	return days, nil
}

// movedAway lists, by the event's id, the starts of repetitions in whose place another event stands (RFC 5545 3.8.4.4), also a cancelled one.
func movedAway(events []event) map[string][]time.Time {
	out := map[string][]time.Time{}
	for _, e := range events {
		id := e.get("UID").value
		if at, _, err := readDate(e.get("RECURRENCE-ID").value); err == nil && id != "" {
			out[id] = append(out[id], at)
		}
	}
	return out
}

// days returns the days of an all-day event, with its repetitions but for those that moved away.
func (e *event) days(moved []time.Time) ([]string, error) {
	start, length, err := e.allDay()
	if err != nil || length == 0 {
		return nil, err
	}
	starts := []time.Time{start}
	if rule := e.get("RRULE").value; rule != "" {
		r, err := readRule(rule, start)
		if err != nil {
			return nil, err
		}
		starts = r.starts(start)
	}
	more, skip := e.dates("RDATE"), e.dates("EXDATE")
	if len(starts)+len(more) > maxDays {
		return nil, fmt.Errorf("an event of more than %d days", maxDays)
	}
	starts = append(starts, more...)
	if e.get("RECURRENCE-ID").value == "" {
		skip = append(skip, moved...)
	}
	var days []string
	for _, s := range starts {
		if slices.ContainsFunc(skip, s.Equal) {
			continue
		}
		for i := range length {
			if day := s.AddDate(0, 0, i); day.Year() <= lastYear {
				days = append(days, day.Format(time.DateOnly))
			}
		}
	}
	return days, nil
}

// allDay returns the first day of the event and how many it takes; 0 if it is no all-day event.
func (e *event) allDay() (start time.Time, length int, err error) {
	start, whole, err := readDate(e.get("DTSTART").value)
	if err != nil || !whole {
		return start, 0, err
	}
	length = 1 // RFC 5545 3.6.1: a DATE without an end takes that day
	if end := e.get("DTEND").value; end != "" {
		last, whole, err := readDate(end)
		if err != nil || !whole {
			return start, 0, err
		}
		length = int(last.Sub(start) / (24 * time.Hour))
		if !e.timed() {
			length = max(length, 1) // QUIRK: some feeds end an all-day event on the day it begins (2026-11)
		}
	} else if d := e.get("DURATION").value; d != "" {
		if length, err = readDays(d); err != nil {
			return start, 0, err
		}
	} else if e.timed() {
		return start, 0, nil // a DATE-TIME without an end takes no time
	}
	if length < 0 || length > maxEvent {
		return start, 0, fmt.Errorf("an event of %d days", length)
	}
	return start, length, nil
}

// timed reports whether the event starts at a time, not on a day.
func (e *event) timed() bool { return strings.Contains(e.get("DTSTART").value, "T") }

// dates returns the starts of a list: those that EXDATE takes out, those that RDATE puts in (of a period its start).
func (e *event) dates(name string) (all []time.Time) {
	for _, p := range e.all {
		if p.name != name {
			continue
		}
		for _, v := range strings.Split(p.value, ",") {
			from, _, _ := strings.Cut(v, "/")
			if t, _, err := readDate(strings.TrimSpace(from)); err == nil {
				all = append(all, t)
			}
		}
	}
	return all
}

// readDate reads a DATE, or the day of a DATE-TIME; whole says that a day begins there. QUIRK: Outlook exports all-day events as
// local midnight to local midnight (2026-11).
func readDate(s string) (day time.Time, whole bool, err error) {
	date, clock, timed := strings.Cut(s, "T")
	if day, err = time.Parse("20060102", date); err != nil {
		return day, false, fmt.Errorf("%.30q is not a date", s)
	}
	return day, !timed || clock == "000000", nil
}

// readDays reads a DURATION of whole days or weeks; 0 for anything shorter.
func readDays(s string) (int, error) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(strings.TrimPrefix(s, "+"), "P%d%1s", &n, &unit); err != nil {
		return 0, nil
	}
	switch {
	case n < 0 || n > maxEvent:
		return 0, fmt.Errorf("%.30q is too long", s)
	case unit == "W":
		return 7 * n, nil
	case unit == "D":
		return n, nil
	}
	return 0, nil
}

// property is one content line.
type property struct{ name, value string }

type event struct {
	line int
	all  []property
}

func (e *event) get(name string) property {
	for _, p := range e.all {
		if p.name == name {
			return p
		}
	}
	return property{}
}

// readEvents returns the VEVENTs of a calendar, without what is nested in them (alarms).
func readEvents(ics string) (events []event, err error) {
	var inside []string
	seen := false
	for n, line := range unfold(ics) {
		p := readLine(line)
		switch name := strings.ToUpper(p.value); {
		case p.name == "BEGIN":
			seen = seen || name == "VCALENDAR"
			inside = append(inside, name)
			if name == "VEVENT" {
				events = append(events, event{line: n + 1})
			}
		case p.name == "END":
			if len(inside) > 0 {
				inside = inside[:len(inside)-1]
			}
		case len(inside) > 0 && inside[len(inside)-1] == "VEVENT":
			last := &events[len(events)-1]
			last.all = append(last.all, p)
		}
	}
	if !seen {
		return nil, guichet.Wrongf("ics", "this is not an iCalendar file: it has no BEGIN:VCALENDAR")
	}
	return events, nil
}

// unfold joins continued lines (RFC 5545 3.1). An unfolded line stands at its first line's place, the others are empty, so that
// line numbers stay.
func unfold(ics string) []string {
	lines := strings.Split(strings.TrimPrefix(ics, "\ufeff"), "\n")
	first := 0
	var more strings.Builder
	flush := func() {
		lines[first] += more.String()
		more.Reset()
	}
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		lines[i] = line
		if i > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			more.WriteString(line[1:])
			lines[i] = ""
			continue
		}
		flush()
		first = i
	}
	flush()
	return lines
}

// readLine splits a content line into its name, without parameters, and its value. A colon within quotes belongs to a parameter.
func readLine(line string) property {
	quoted, end := false, len(line)
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			end = min(end, i)
		case c == ':' && !quoted:
			return property{strings.ToUpper(line[:min(end, i)]), strings.TrimSpace(line[i+1:])}
		}
	}
	return property{}
}
