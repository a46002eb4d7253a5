// Package ledgertest is the one suite of the ledger: what it asks is the contract, and every engine passes it.
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// An Open makes an empty ledger whose clock is now; the test closes it by t.Cleanup.
type Open func(t testing.TB, now func() time.Time) ledger.Ledger

// A Skip leaves one check out for an engine that is known to be wrong there; Why says how that is known.
type Skip struct{ Check, Why string }

// Feed is what an engine with a change feed has beside the contract. Engines that give their feed elsewhere are wrapped.
type Feed interface {
	Changes(ctx context.Context, after int64, limit int) ([]ledger.Change, error)
}

var checks = []struct {
	name string
	run  func(s *suite)
}{
	{"put creates, replaces at the version, and refuses else", putVersions},
	{"delete takes the version or nothing", deleteVersions},
	{"check holds a commit to what was read", checkVersions},
	{"a commit is all or nothing, and says which write failed", allOrNothing},
	{"every field comes back", fields},
	{"bodies are any bytes", bodies},
	{"keys are any UTF-8, in the order of their bytes", keyOrder},
	{"batch gives what is there, in the order asked", batch},
	{"refused: keys and versions", refusedKeys},
	{"refused: sizes", refusedSizes},
	{"refused: commits", refusedCommits},
	{"refused: queries and cursors", refusedQueries},
	{"a page ends at its bytes", pageBytes},
	{"query of the table: bounds, prefix, order, pages", queryTable},
	{"query of an index: sparse, moving, pages", queryIndex},
	{"an entry that moves is found in one place", indexMoves},
	{"add keeps within its bounds", addBounds},
	{"add and put leave each other alone", addAndPut},
	{"add at the ends of the numbers", addExtremes},
	{"next counts up", nextCounts},
	{"16 writers lose no update", noLostUpdate},
	{"16 writers never pass a bound", boundHolds},
	{"16 writers of commits never pass a bound", boundHoldsInCommits},
	{"16 callers get distinct numbers", nextDistinct},
	{"16 writers create once", createOnce},
	{"expired is gone at once, everywhere", expiryReads},
	{"expired counts as absent for every write", expiryWrites},
	{"the feed has what was created, in order", feed},
	{"the feed tells what was, not what became of it", feedKeeps},
	{"usage grows by the rules", usage},
	{"random commits do what the model does", property},
}

// Run runs the whole suite on what open makes.
func Run(t *testing.T, open Open, skips ...Skip) {
	why := map[string]string{}
	for _, s := range skips {
		why[s.Check] = s.Why
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if w, ok := why[c.name]; ok {
				t.Skip(w)
			}
			clock := &Clock{at: time.Date(2036, 3, 3, 9, 0, 0, 0, time.UTC)}
			c.run(&suite{t: t, l: open(t, clock.Now), clock: clock, ctx: t.Context()})
		})
	}
}

// Clock stands still until it is moved. It stands far in the future, so that an engine's own expiry finds nothing.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now gives the standing time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type suite struct {
	t     *testing.T
	l     ledger.Ledger
	clock *Clock
	ctx   context.Context
}

func key(p, s string) ledger.Key { return ledger.Key{P: "t#" + p, S: s} }

func put(k ledger.Key, version int64, body string) ledger.Put {
	return ledger.Put{Item: ledger.Item{Key: k, Version: version, Body: []byte(body)}}
}

// commit must go through.
func (s *suite) commit(writes ...ledger.Write) {
	s.t.Helper()
	if err := s.l.Commit(s.ctx, writes...); err != nil {
		s.t.Fatalf("commit: %v", err)
	}
}

// refused must fail with the kind, and name write i; i < 0: as a whole, before any condition.
func (s *suite) refused(kind guichet.Kind, i int, writes ...ledger.Write) {
	s.t.Helper()
	err := s.l.Commit(s.ctx, writes...)
	if !guichet.Is(err, kind) {
		s.t.Fatalf("commit: got %v, want %v", err, kind)
	}
	var f *ledger.Failure
	switch named := errors.As(err, &f); {
	case named != (i >= 0):
		s.t.Fatalf("commit: %v names a write: %v, want %v", err, named, i >= 0)
	case named && (f.Write != i || f.Key != ledger.KeyOf(writes[i]) || f.Why == ""):
		s.t.Fatalf("commit: failure %+v, want write %d", *f, i)
	}
}

func (s *suite) get(k ledger.Key) ledger.Item {
	s.t.Helper()
	it, err := s.l.Get(s.ctx, k)
	if err != nil {
		s.t.Fatalf("get %v: %v", k, err)
	}
	return it
}

func (s *suite) absent(keys ...ledger.Key) {
	s.t.Helper()
	for _, k := range keys {
		if it, err := s.l.Get(s.ctx, k); !guichet.Is(err, guichet.NotFound) {
			s.t.Fatalf("get %v: %+v, %v, want not found", k, it, err)
		}
	}
}

// all reads every page of q and checks that none is over the limit.
func (s *suite) all(q ledger.Query) []ledger.Item {
	s.t.Helper()
	items, err := pages(s.ctx, s.l, q)
	if err != nil {
		s.t.Fatalf("query %+v: %v", q, err)
	}
	return items
}

func pages(ctx context.Context, l ledger.Ledger, q ledger.Query) (items []ledger.Item, err error) {
	for range 10000 {
		p, err := l.Query(ctx, q)
		if err != nil {
			return nil, err
		}
		if q.Limit > 0 && len(p.Items) > q.Limit {
			return nil, fmt.Errorf("page of %d items, limit %d", len(p.Items), q.Limit)
		}
		items = append(items, p.Items...)
		if p.Cursor == "" {
			return items, nil
		}
		if p.Cursor == q.Cursor {
			return nil, errors.New("the cursor does not move")
		}
		q.Cursor = p.Cursor
	}
	return nil, errors.New("pages without end")
}

func sortKeys(items []ledger.Item) string {
	var keys []string
	for _, it := range items {
		keys = append(keys, it.S)
	}
	return fmt.Sprint(keys)
}

func (s *suite) same(what string, got, want any) {
	s.t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		s.t.Fatalf("%s: got %s, want %s", what, g, w)
	}
}
