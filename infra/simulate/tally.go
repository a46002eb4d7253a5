package main

import (
	"time"

	"guichet/shared/ledger"
)

// tally is what was seen of a play. Figures leave out the warm-up; the course over time shows it.
type tally struct {
	s       *Scenario
	from    time.Time // end of the warm-up
	end     time.Time
	skillAt map[string]int // by name, in the order of the scenario
	lives   []*life        // in the order of arrival
	agents  []*agent
	usage   ledger.Usage

	now           time.Time
	queue, most   []int // by skill: waiting now, and at most
	area          []float64
	begun, places int
	hours         []hour
	breaches      [][]int // by day, by skill
}

// hour is the course of one hour: times times nanoseconds.
type hour struct {
	queue         []float64 // by skill
	begun, places float64
}

func newTally(s *Scenario, end time.Time) *tally {
	n := len(s.Skills)
	t := &tally{s: s, end: end, now: s.begin, skillAt: map[string]int{}, queue: make([]int, n), most: make([]int, n), area: make([]float64, n)}
	t.from = s.begin.Add(time.Duration(s.Warm * 24 * float64(time.Hour)))
	for i, k := range s.Skills {
		t.skillAt[k.Name] = i
	}
	for range int(end.Sub(s.begin)/time.Hour) + 1 {
		t.hours = append(t.hours, hour{queue: make([]float64, n)})
	}
	for range s.Days {
		t.breaches = append(t.breaches, make([]int, n))
	}
	return t
}

// waiting counts cases that begin or end to wait for a skill.
func (t *tally) waiting(skill, by int) { t.queue[skill] += by }

// until moves the time, hour by hour; what stands now stood since the last move.
func (t *tally) until(at time.Time) {
	if at.Before(t.now) {
		return
	}
	if at.After(t.now) && !t.now.Before(t.from) {
		for k, n := range t.queue {
			t.most[k] = max(t.most[k], n)
		}
	}
	for t.now.Before(at) {
		i := int(t.now.Sub(t.s.begin) / time.Hour)
		next := t.s.begin.Add(time.Duration(i+1) * time.Hour)
		if next.After(at) {
			next = at
		}
		t.step(&t.hours[i], float64(next.Sub(t.now)), float64(next.Sub(later(t.now, t.from))))
		t.now = next
	}
}

func (t *tally) step(h *hour, dt, counted float64) {
	for k, n := range t.queue {
		h.queue[k] += float64(n) * dt
		t.area[k] += float64(n) * max(0, counted)
	}
	h.begun += float64(t.begun) * dt
	h.places += float64(t.places) * dt
}

// mark counts what an agent did up to now.
func (t *tally) mark(a *agent, now time.Time) {
	if dt := now.Sub(later(a.marked, t.from)); dt > 0 {
		a.busy += time.Duration(a.begun) * dt
		a.there += time.Duration(a.places()) * dt
	}
	a.marked = now
}

// breach counts a breach on the day at which it was due.
func (t *tally) breach(at time.Time, skill int) {
	day := int(at.Sub(t.s.begin) / (24 * time.Hour))
	t.breaches[max(0, min(day, len(t.breaches)-1))][skill]++
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
