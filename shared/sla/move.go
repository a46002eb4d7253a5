package sla

import (
	"time"

	"guichet/shared/guichet"
)

// Moved is a case's clock whose due time changes with a changed calendar, target or priority.
type Moved struct {
	Case     guichet.CaseID
	Clock    string // First, Next or Resolution
	From, To guichet.Clock
}

// Moves returns which clocks of the case would be due at another instant, or no more at all, under another service level applied at: a change of
// settings says which open cases it moves, and moves only those. It writes nothing.
func Moves(c *guichet.Case, level Level, at time.Time) []Moved {
	if !c.Status.Live() || c.Merged != "" {
		return nil
	}
	var all []Moved
	for i, k := range c.Clocks() {
		to := level.moved(i, *k, c, at)
		if k.Target != to.Target || !k.Due.Equal(to.Due) || k.Left != to.Left {
			all = append(all, Moved{c.ID, Names[i], *k, to})
		}
	}
	return all
}

// Move gives the open clocks the targets of the level and of the case's priority, at. What is decided at an instant is not due before it.
func (w *Watch) Move(at time.Time) {
	c := w.Case
	c.Rank = c.Priority
	for _, m := range Moves(c, w.Level, at) {
		for i, name := range Names {
			if name == m.Clock {
				*c.Clocks()[i] = m.To
				told := w.tell(guichet.SLAMoved, i, at)
				told.Was, told.Target = m.From.Due, m.To.Target
			}
		}
	}
}

// moved returns a clock as the level would have it. One that is met, missed or has not begun stays.
func (l Level) moved(i int, k guichet.Clock, c *guichet.Case, at time.Time) guichet.Clock {
	if !k.Met.IsZero() || !k.Breached.IsZero() || k.Target == 0 {
		return k
	}
	target := l.Goal(Names[i], c.Priority)
	if target == 0 {
		return guichet.Clock{}
	}
	to := k
	to.Target = target
	if k.Pauses == 0 { // as if it had been so from the beginning
		to.Due = time.Time{}
		if target <= longest {
			to.Due = l.Due(k.Since(c.Opened), goal(to))
		}
	} else {
		used, _ := Progress(k, c.Opened, at, l.Schedule)
		left := max(0, goal(to)-used)
		if to.Left = int64(left); k.Paused.IsZero() {
			to.Due, to.Left = l.Due(at, left), 0
		}
	}
	if k.Target == to.Target && k.Due.Equal(to.Due) {
		return k
	}
	if !to.Due.IsZero() && k.Paused.IsZero() {
		to.Due = later(to.Due, at)
	}
	used, _ := Progress(to, c.Opened, at, l.Schedule)
	if l.warnFrom(&to, at, used); !to.Paused.IsZero() {
		to.Warn = time.Time{}
	}
	return to
}
