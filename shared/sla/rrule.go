package sla

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is the part of RRULE (RFC 5545 3.3.10) that holidays use.
type rule struct {
	freq            string // YEARLY, MONTHLY, WEEKLY, DAILY
	interval, count int
	until           time.Time
	months, dates   []int // BYMONTH, BYMONTHDAY (negative from the end)
	weekdays        []nth // BYDAY
}

// nth is a weekday, the n-th of its month (negative from the end); 0: every one.
type nth struct {
	n   int
	day time.Weekday
}

var ruleDays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

func readRule(text string, start time.Time) (r rule, err error) {
	r = rule{interval: 1, count: maxRepeats}
	for _, part := range strings.Split(strings.ToUpper(text), ";") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "FREQ":
			r.freq = value
		case "INTERVAL":
			r.interval, err = readInt(value, 1, 1000)
		case "COUNT":
			r.count, err = readInt(value, 1, 1<<30)
		case "UNTIL":
			r.until, _, err = readDate(value)
		case "BYMONTH":
			r.months, err = readInts(value, 1, 12)
		case "BYMONTHDAY":
			r.dates, err = readInts(value, -31, 31)
		case "BYDAY":
			r.weekdays, err = readNths(value)
		case "WKST", "":
		default:
			err = fmt.Errorf("a rule by %.20s is not supported", key)
		}
		if err != nil {
			return r, err
		}
	}
	r.count = min(r.count, maxRepeats)
	return r, r.settle(start)
}

// settle fills what the rule leaves to the start of its event.
func (r *rule) settle(start time.Time) error {
	switch r.freq {
	case "YEARLY":
		if len(r.weekdays) > 0 && len(r.months) == 0 {
			return fmt.Errorf("a yearly rule by weekday needs its month")
		}
		if len(r.months) == 0 {
			r.months = []int{int(start.Month())}
		}
	case "MONTHLY":
	case "WEEKLY":
		if len(r.weekdays) == 0 {
			r.weekdays = []nth{{0, start.Weekday()}}
		}
		return nil
	case "DAILY":
		return nil
	default:
		return fmt.Errorf("a rule of frequency %.20q is not supported", r.freq)
	}
	if len(r.dates)+len(r.weekdays) == 0 {
		r.dates = []int{start.Day()}
	}
	return nil
}

// starts returns the days of the rule from start on, start first (RFC 5545 3.8.5.3: it always counts).
func (r *rule) starts(start time.Time) []time.Time {
	days := []time.Time{start}
	end := start.AddDate(2*maxRepeats, 0, 0)
	for day := start.AddDate(0, 0, 1); len(days) < r.count && day.Before(end); day = day.AddDate(0, 0, 1) {
		if !r.until.IsZero() && day.After(r.until) {
			break
		}
		if r.due(start, day) && r.fits(day) {
			days = append(days, day)
		}
	}
	return days
}

// due reports whether the day lies in a period that the interval does not leave out.
func (r *rule) due(start, day time.Time) bool {
	periods := 0
	switch r.freq {
	case "YEARLY":
		periods = day.Year() - start.Year()
	case "MONTHLY":
		periods = 12*(day.Year()-start.Year()) + int(day.Month()) - int(start.Month())
	case "WEEKLY":
		monday := start.AddDate(0, 0, -(int(start.Weekday())+6)%7)
		periods = int(day.Sub(monday) / (7 * 24 * time.Hour))
	case "DAILY":
		periods = int(day.Sub(start) / (24 * time.Hour))
	}
	return periods%r.interval == 0
}

func (r *rule) fits(day time.Time) bool {
	last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if len(r.months) > 0 && !slices.Contains(r.months, int(day.Month())) {
		return false
	}
	if len(r.dates) > 0 && !slices.Contains(r.dates, day.Day()) && !slices.Contains(r.dates, day.Day()-last-1) {
		return false
	}
	return len(r.weekdays) == 0 || slices.ContainsFunc(r.weekdays, func(w nth) bool {
		return w.day == day.Weekday() && (w.n == 0 || w.n == (day.Day()+6)/7 || w.n == -((last-day.Day())/7+1))
	})
}

func readNths(s string) (all []nth, err error) {
	for _, part := range strings.Split(s, ",") {
		if len(part) < 2 {
			return nil, fmt.Errorf("%.20q is not a weekday", part)
		}
		w := nth{day: time.Weekday(slices.Index(ruleDays, part[len(part)-2:]))}
		if n := part[:len(part)-2]; n != "" {
			if w.n, err = readInt(n, -5, 5); err != nil {
				return nil, err
			}
		}
		if w.day < 0 {
			return nil, fmt.Errorf("%.20q is not a weekday", part)
		}
		all = append(all, w)
	}
	return all, nil
}

func readInts(s string, low, high int) (all []int, err error) {
	for _, part := range strings.Split(s, ",") {
		n, err := readInt(part, low, high)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func readInt(s string, low, high int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%.20q is not a number from %d to %d", s, low, high)
	}
	return n, nil
}
