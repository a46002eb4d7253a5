package sla

import (
	"time"

	"guichet/shared/guichet"
)

// Take gives the case the promises that were made to one which becomes part of it at. Of two clocks of one kind the one that ends sooner stays. Where the case has
// answered and the part has not, the contact waits on here, as for a next response: the wait goes over as it is, missed or not, so that it is told once. It returns the
// clocks in whose place others stand now, by name, for GiveBack. A part at rest has nobody who waits.
func (w *Watch) Take(part *guichet.Case, at time.Time) map[string]guichet.Clock {
	kept := map[string]guichet.Clock{}
	if w.Case.Merged != "" || !part.Status.Live() || !w.Case.Status.Live() {
		return kept
	}
	p := *part
	p.Merged, p.Status = "", w.Case.Status
	(&Watch{Case: &p, Level: w.Level}).Status(at) // it stands still where the whole does
	for i, from := range p.Clocks() {
		if i == 0 && !w.Case.First.Open() && !w.Case.Answered.IsZero() {
			i = 1
		}
		k := w.Case.Clocks()[i]
		if !from.Open() || k.Open() && !sooner(*from, *k) {
			continue
		}
		was := *k
		if _, twice := kept[Names[i]]; !twice {
			kept[Names[i]] = was
		}
		*k = *from
		k.Began = from.Since(part.Opened)
		told := w.tell(guichet.SLAMoved, i, at)
		told.Was, told.Target = was.Due, k.Target
	}
	return kept
}

// sooner reports whether a ends before b, both of them open: what was missed before all, then by what is left.
func sooner(a, b guichet.Clock) bool {
	switch missed := !a.Breached.IsZero(); {
	case missed != !b.Breached.IsZero():
		return missed
	case !missed && !a.Paused.IsZero() && !b.Paused.IsZero():
		return a.Left < b.Left
	}
	return a.Due.Before(b.Due)
}

// GiveBack undoes Take, at: where a clock of the part still waits, the one that stood there before stands again. What was met meanwhile stays.
func (w *Watch) GiveBack(part *guichet.Case, kept map[string]guichet.Clock, at time.Time) {
	for i, k := range w.Case.Clocks() {
		own, ok := kept[Names[i]]
		if !ok || !k.Open() || !isOf(part, *k) {
			continue
		}
		was := k.Due
		*k = own
		if w.Case.Merged == "" {
			told := w.tell(guichet.SLAMoved, i, at)
			told.Was, told.Target = was, k.Target
		}
	}
}

// isOf reports whether a clock began as one of the part's.
func isOf(part *guichet.Case, k guichet.Clock) bool {
	for _, own := range part.Clocks() {
		if own.Target > 0 && own.Since(part.Opened).Equal(k.Began) {
			return true
		}
	}
	return false
}

// Drop takes a clock away for which nobody waits any more.
func (w *Watch) Drop(clock string, at time.Time) {
	for i, k := range w.Case.Clocks() {
		if Names[i] == clock && k.Open() {
			was := k.Due
			*k = guichet.Clock{}
			w.tell(guichet.SLAMoved, i, at).Was = was
		}
	}
}
