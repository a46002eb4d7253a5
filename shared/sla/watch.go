package sla

import (
	"slices"
	"time"

	"guichet/shared/guichet"
)

// Moment is something that happened to a clock, at the instant at which it did: not when somebody looked.
type Moment struct {
	Kind    guichet.FactKind // sla.started, sla.paused, sla.resumed, sla.warned, sla.breached, sla.met, sla.moved
	Clock   string           // First, Next or Resolution
	At      time.Time
	Was     time.Time     // sla.moved: when it was due before
	Due     time.Time     // when it is due now; of one that stands still, zero
	Left    time.Duration // sla.paused, sla.resumed: business time until it is due
	Target  int64         // sla.started, sla.moved: seconds
	Percent int           // sla.warned
	Late    bool          // sla.met
}

// Watch follows the clocks of one case. Its methods change the case and note in Told what happened, each moment once: the same call again tells nothing. A case that is
// part of another, or at rest, has no clock that runs: a late timer does nothing.
type Watch struct {
	Case  *guichet.Case
	Level Level
	Told  []Moment
}

func (w *Watch) tell(kind guichet.FactKind, clock int, at time.Time) *Moment {
	k := w.Case.Clocks()[clock]
	m := Moment{Kind: kind, Clock: Names[clock], At: at, Due: k.Due}
	if !k.Paused.IsZero() {
		m.Due = time.Time{}
	}
	w.Told = append(w.Told, m)
	return &w.Told[len(w.Told)-1]
}

// Open starts the clocks of a case whose contact has begun to wait at.
func (w *Watch) Open(at time.Time) {
	w.Case.Rank = w.Case.Priority
	w.start(0, at)
	w.start(2, at)
}

// start begins one clock, whatever it was before.
func (w *Watch) start(clock int, at time.Time) {
	k := w.Case.Clocks()[clock]
	*k = w.Level.begin(Names[clock], w.Case.Rank, at, w.Case.Opened)
	if !k.Due.IsZero() {
		w.tell(guichet.SLAStarted, clock, at).Target = k.Target
	}
}

// Pass tells what has come by now: warnings, and clocks that were missed. The clocks are independent of each other (D-77).
func (w *Watch) Pass(now time.Time) {
	if w.Case.Merged != "" || !w.Case.Status.Live() {
		return
	}
	from := len(w.Told)
	for i, k := range w.Case.Clocks() {
		w.passWarnings(i, k, now)
		if k.Runs() && !k.Due.After(now) {
			k.Breached, k.Warn = k.Due, time.Time{}
			w.tell(guichet.SLABreached, i, k.Due)
		}
	}
	slices.SortStableFunc(w.Told[from:], func(a, b Moment) int { return a.At.Compare(b.At) })
}

func (w *Watch) passWarnings(i int, k *guichet.Clock, now time.Time) {
	for k.Runs() && !k.Warn.IsZero() && !k.Warn.After(now) {
		at := k.Warn
		next := slices.IndexFunc(w.Level.Warn, func(p int) bool { return p > k.Warned })
		if next < 0 { // the settings know no such warning any more
			k.Warn = time.Time{}
			return
		}
		k.Warned = w.Level.Warn[next]
		w.tell(guichet.SLAWarned, i, at).Percent = k.Warned
		used, _ := Progress(*k, w.Case.Opened, at, w.Level.Schedule)
		w.Level.warnFrom(k, at, used)
	}
}

// Status lets the clocks stand still or go on, as the case's status of since at asks for. What was due by then is told first.
func (w *Watch) Status(at time.Time) {
	c := w.Case
	if c.Merged != "" {
		return
	}
	stand := w.Level.Stands(c.Status)
	for i, k := range c.Clocks() {
		switch {
		case stand && k.Runs():
			w.due(i, k, at)
			w.pause(i, k, at)
		case !stand && k.Open() && !k.Paused.IsZero():
			w.resume(i, k, at)
		}
	}
}

// due tells what one clock had to tell by at.
func (w *Watch) due(i int, k *guichet.Clock, at time.Time) {
	w.passWarnings(i, k, at)
	if k.Runs() && !k.Due.After(at) {
		k.Breached, k.Warn = k.Due, time.Time{}
		w.tell(guichet.SLABreached, i, k.Due)
	}
}

func (w *Watch) pause(i int, k *guichet.Clock, at time.Time) {
	if !k.Runs() {
		return
	}
	at = later(at, k.Since(w.Case.Opened))
	k.Left = int64(min(w.Level.Business(at, k.Due), goal(*k)))
	k.Paused, k.Warn, k.Pauses = at, time.Time{}, k.Pauses+1
	w.tell(guichet.SLAPaused, i, at).Left = time.Duration(k.Left)
}

func (w *Watch) resume(i int, k *guichet.Clock, at time.Time) {
	at = later(at, k.Paused)
	left := time.Duration(k.Left)
	k.Due, k.Paused, k.Left = w.Level.Due(at, left), time.Time{}, 0
	w.Level.warnFrom(k, at, goal(*k)-left)
	w.tell(guichet.SLAResumed, i, at).Left = left
}

// Wrote starts the next-response clock: the contact wrote at, an answer had left before, and he waits. A clock that waits already goes on.
func (w *Watch) Wrote(at time.Time) {
	if w.Case.Answered.IsZero() || w.Case.Next.Open() {
		return
	}
	w.Case.Rank = w.Case.Priority
	w.start(1, at)
}

// Answer stops the clocks that wait for an answer: an agent's left at.
func (w *Watch) Answer(at time.Time) {
	if w.Case.Answered.Before(at) {
		w.Case.Answered = at
	}
	w.stop(0, at)
	w.stop(1, at)
}

// Solve stops the resolution clock.
func (w *Watch) Solve(at time.Time) { w.stop(2, at) }

// Reopen starts the resolution clock again, if it had been met.
func (w *Watch) Reopen(at time.Time) {
	if !w.Case.Resolution.Met.IsZero() {
		w.start(2, at)
	}
}

func (w *Watch) stop(i int, at time.Time) {
	k := w.Case.Clocks()[i]
	if !k.Open() {
		return
	}
	w.due(i, k, at.Add(-1)) // at the very instant is in time
	late := !k.Breached.IsZero()
	*k = k.Stop(at)
	w.tell(guichet.SLAMet, i, at).Late = late
}

// Sync brings the clocks to the case as it is: its priority, its status, both of since at, and what has come by now.
func (w *Watch) Sync(at, now time.Time) {
	if w.Case.Rank != w.Case.Priority {
		w.Pass(at)
		w.Move(at)
	}
	w.Status(at)
	w.Pass(now)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
