package routing

import (
	"cmp"
	"slices"

	"guichet/shared/guichet"
)

// Order sorts the waiting cases in place as the queue drains: highest priority first, then who waits longest, then the older ticket number. What
// was returned keeps its Waits, and so its place. A case that has no Waits counts from when it was opened.
func Order(cases []*guichet.Case) {
	slices.SortFunc(cases, Sooner)
}

// Sooner compares two waiting cases by the order of the queue; negative if a comes first.
func Sooner(a, b *guichet.Case) int {
	x, y := a.Waits, b.Waits
	if x.IsZero() {
		x = a.Opened
	}
	if y.IsZero() {
		y = b.Opened
	}
	return cmp.Or(
		cmp.Compare(b.Priority, a.Priority),
		x.Compare(y),
		cmp.Compare(len(a.ID), len(b.ID)), // ticket numbers grow in length
		cmp.Compare(a.ID, b.ID),
	)
}
