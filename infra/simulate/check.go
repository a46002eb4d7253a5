package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/routing"
	"guichet/shared/sla"
)

// Bounds of a scenario: beyond them something is mistyped.
const (
	maxDays   = 3660
	maxAgents = 10000
	maxRate   = 1e6 // cases a day
)

func (s *Scenario) check() error {
	var err error
	if s.zone, err = time.LoadLocation(s.Zone); err != nil {
		return wrong("zone", "%q is no IANA zone, as Europe/Paris", s.Zone)
	}
	if s.begin, err = time.ParseInLocation("2006-01-02", s.Start, s.zone); err != nil {
		return wrong("start", "write a day like 2026-03-02, not %q", s.Start)
	}
	switch {
	case s.Days < 1 || s.Days > maxDays:
		return wrong("days", "1 to %d, not %d", maxDays, s.Days)
	case !(s.Warm >= 0 && s.Warm < float64(s.Days)):
		return wrong("warm_up_days", "less than the %d days, not %v", s.Days, s.Warm)
	case s.Sweep == 0:
		s.Sweep = Span(time.Minute)
	case time.Duration(s.Sweep) < time.Second:
		return wrong("sweep", "1s or more")
	}
	if err := s.SLA.check(s.zone); err != nil {
		return in("sla", err)
	}
	if err := s.checkSkills(); err != nil {
		return err
	}
	for i := range s.Arrivals {
		s.Arrivals[i].id = fmt.Sprintf("s%d", i+1)
		if err := s.Arrivals[i].check(s); err != nil {
			return in(fmt.Sprintf("arrivals[%d]", i+1), err)
		}
	}
	if len(s.Arrivals) == 0 {
		return wrong("arrivals", "nobody writes: a scenario has at least one")
	}
	return s.checkTeams()
}

func (s *Scenario) checkSkills() error {
	seen := map[string]bool{}
	for i, k := range s.Skills {
		field := fmt.Sprintf("skills[%d]", i+1)
		if seen[k.Name] {
			return wrong(field+".name", "%s stands twice", k.Name)
		}
		seen[k.Name] = true
		if strings.Trim(k.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return wrong(field+".name", "%q is also an address: a-z, 0-9 and -", k.Name)
		}
		if err := routing.Validate(k.skill()); err != nil {
			return in(field, err)
		}
		if k.SLA != nil {
			if err := k.SLA.check(s.zone); err != nil {
				return in(field+".sla", err)
			}
		}
	}
	return nil
}

func (s *Scenario) checkTeams() error {
	all, names := 0, map[string]bool{}
	for i := range s.Agents {
		t := &s.Agents[i]
		if err := t.check(s); err != nil {
			return in(fmt.Sprintf("agents[%d]", i+1), err)
		}
		if names[t.Name] {
			return wrong(fmt.Sprintf("agents[%d].name", i+1), "%q stands twice", t.Name)
		}
		names[t.Name] = true
		all += t.Count
	}
	if all > maxAgents {
		return wrong("agents", "%d in all; at most %d", all, maxAgents)
	}
	return nil
}

func (s *Scenario) hasSkill(name string) bool {
	return slices.ContainsFunc(s.Skills, func(k Skill) bool { return k.Name == name })
}

func (l *Level) check(zone *time.Location) error {
	if _, err := sla.Compile(l.level(zone.String()).Calendar); err != nil {
		return err
	}
	return nil
}

func (a *Arrivals) check(s *Scenario) error {
	if !s.hasSkill(a.Skill) {
		return wrong("skill", "there is no skill %q", a.Skill)
	}
	if !(a.PerDay > 0 && a.PerDay <= maxRate) {
		return wrong("per_day", "above 0, at most %v; not %v", float64(maxRate), a.PerDay)
	}
	for _, list := range []struct {
		name    string
		weights *[]float64
		n       int
	}{{"hours", &a.Hours, 24}, {"days", &a.Week, 7}} {
		if len(*list.weights) == 0 {
			*list.weights = slices.Repeat([]float64{1}, list.n)
		}
		if err := checkWeights(*list.weights, list.n); err != nil {
			return in(list.name, err)
		}
	}
	if a.Contacts == 0 {
		a.Contacts = 1000
	}
	if a.Contacts < 0 || a.Contacts > maxRate {
		return wrong("contacts", "1 to %d, not %d", int(maxRate), a.Contacts)
	}
	if a.Handling.Kind == "" {
		return wrong("handling", "say how long a case takes: { kind = \"exponential\", mean = \"5m\" }")
	}
	if err := a.Handling.check(); err != nil {
		return in("handling", err)
	}
	if err := a.Patience.check(); err != nil {
		return in("patience", err)
	}
	return a.checkBursts(s)
}

// checkBursts reads when bursts begin.
func (a *Arrivals) checkBursts(s *Scenario) (err error) {
	for i := range a.Bursts {
		b, field := &a.Bursts[i], fmt.Sprintf("bursts[%d]", i+1)
		if b.from, err = time.ParseInLocation("2006-01-02 15:04", b.At, s.zone); err != nil {
			return wrong(field+".at", "write a time like 2026-03-10 09:00, not %q", b.At)
		}
		switch {
		case b.For <= 0:
			return wrong(field+".for", "say how long: 2h")
		case !(b.Times >= 0 && b.Times <= 1000):
			return wrong(field+".times", "0 to 1000, not %v", b.Times)
		}
		b.until = b.from.Add(time.Duration(b.For))
	}
	return nil
}

func checkWeights(w []float64, n int) error {
	total := 0.0
	for _, x := range w {
		if !(x >= 0 && x <= 1e9) {
			return fmt.Errorf("a weight of %v", x)
		}
		total += x
	}
	if len(w) != n || total == 0 {
		return fmt.Errorf("%d weights that are not all 0, not %d", n, len(w))
	}
	return nil
}

func (t *Team) check(s *Scenario) error {
	if t.AtOnce == 0 {
		t.AtOnce = 1
	}
	if t.Speed == 0 {
		t.Speed = 1
	}
	if t.End == "" {
		t.End = "return"
	}
	switch {
	case t.Name == "" || strings.Trim(t.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return wrong("name", "of a-z, 0-9 and -; not %q", t.Name)
	case t.Count < 0 || t.Count > maxAgents:
		return wrong("count", "0 to %d, not %d", maxAgents, t.Count)
	case t.Limit < 0:
		return wrong("limit", "0 or more, not %d", t.Limit)
	case t.AtOnce < 0:
		return wrong("at_once", "0 or more, not %d", t.AtOnce)
	case t.End != "return" && t.End != "keep":
		return wrong("at_shift_end", "return or keep, not %q", t.End)
	case !(t.Speed > 0.01 && t.Speed < 100):
		return wrong("speed", "between 0.01 and 100, not %v", t.Speed)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Skills)) {
		if p := t.Skills[name]; !s.hasSkill(name) || p < 1 || p > routing.WorstProficiency {
			return wrong("skills", "%s = %d: a skill of the scenario, 1 (best) to %d", name, p, routing.WorstProficiency)
		}
	}
	for i := range t.Shifts {
		if err := t.Shifts[i].check(); err != nil {
			return in(fmt.Sprintf("shifts[%d]", i+1), err)
		}
	}
	return nil
}

func (h *Shift) check() error {
	if len(h.Days) == 0 {
		h.Days = weekdays
	}
	for _, d := range h.Days {
		if !slices.Contains(weekdays, d) {
			return wrong("days", "mon to sun, not %q", d)
		}
	}
	for _, t := range [][2]string{{"from", h.From}, {"to", h.To}} {
		if _, err := clockTime(t[1]); err != nil {
			return in(t[0], err)
		}
	}
	return nil
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekday counts from Monday.
func weekday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }

// clockTime reads "09:30" as the time since midnight; "24:00" is the end of the day.
func clockTime(s string) (time.Duration, error) {
	var h, m int
	if n, err := fmt.Sscanf(s, "%2d:%2d", &h, &m); n != 2 || err != nil || len(s) != 5 || h < 0 || h > 24 || m < 0 || m > 59 || h == 24 && m > 0 {
		return 0, fmt.Errorf("%q is no time of day: write 09:30", s)
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, nil
}
