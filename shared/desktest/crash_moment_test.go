package desktest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/infra/simulate/memory"
)

// moment is a story before one of its steps: the house, what was told and what failed by then, and how many calls were made.
type moment struct {
	tr     *troubled
	ledger *memory.Ledger
	calls  int
}

// freeze keeps a story as it is now.
func freeze(tr *troubled, l *memory.Ledger, calls int) moment {
	m := moment{ledger: l.Clone(), calls: calls}
	m.tr = tr.copy(tr.h.Clone(m.ledger), &Faults{})
	return m
}

// thaw gives a story that goes on from there, with faults.
func (m moment) thaw(pick func(int, call) (Fault, bool)) (*troubled, *memory.Ledger) {
	l := m.ledger.Clone()
	return m.tr.copy(m.tr.h.Clone(l), &Faults{Pick: pick}), l
}

func (tr *troubled) copy(h *House, f *Faults) *troubled {
	s := *tr.story
	s.h, s.files, s.last = h, maps.Clone(s.files), slices.Clone(s.last)
	return &troubled{story: &s, faults: f, told: tr.told, failed: slices.Clone(tr.failed)}
}

// is reports whether a story stands exactly where another stood: what follows is the same then.
func (m moment) is(tr *troubled, l *memory.Ledger) bool {
	return m.tr.told == tr.told && slices.Equal(m.tr.failed, tr.failed) && m.ledger.Same(l) && m.tr.h.SameAs(tr.h)
}

// film is a story without trouble, with the moment before each of its steps.
type film struct {
	steps   []step
	moments []moment
	end     run
}

// shoot plays a story in memory without trouble. Each step is done by a process that remembers nothing, as each that is tried again is.
func shoot(t testing.TB, ar *txtar.Archive) (*film, error) {
	l := memory.New(LedgerNow)
	tr := newTroubled(t, New(t, l), ar, nil)
	f := &film{steps: steps(string(ar.Comment))}
	for _, s := range f.steps {
		f.moments = append(f.moments, freeze(tr, l, len(tr.faults.calls)))
		tr.start()
		if err := tr.step(t.Context(), s); err != nil {
			return nil, err
		}
	}
	var err error
	f.end, err = tr.ended(t.Context())
	return f, err
}

// ended describes a story that was played.
func (tr *troubled) ended(ctx context.Context) (run, error) {
	r := run{failed: strings.Join(tr.failed, "\n"), calls: tr.faults.calls, hits: tr.faults.hits}
	for _, m := range tr.h.World.Sent {
		r.sent = append(r.sent, m.MailID)
	}
	var err error
	r.shape, err = tr.h.Shape(ctx, Whole)
	return r, err
}

// with plays the story with one fault: from the step in which it comes to the step after which all is as it would have been without, or to the end.
func (f *film) with(ctx context.Context, p point) (run, error) {
	at := len(f.moments) - 1
	for f.moments[at].calls > p.at {
		at--
	}
	from := f.moments[at].calls
	tr, l := f.moments[at].thaw(func(n int, _ call) (Fault, bool) { return p.fault, n+from == p.at })
	for ; at < len(f.steps); at++ {
		tr.start()
		if err := tr.step(ctx, f.steps[at]); err != nil {
			return run{}, err
		}
		if at+1 < len(f.moments) && tr.faults.hits > 0 && f.moments[at+1].is(tr, l) {
			same := f.end
			same.hits = tr.faults.hits
			return same, nil
		}
	}
	return tr.ended(ctx)
}
