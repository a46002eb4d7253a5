package memory

import (
	"bytes"
	"maps"
	"slices"

	"guichet/shared/ledger"
)

// Clone returns a ledger that holds the same now, and goes its own way from then on. Items are never changed in place, so it costs the keys alone.
func (l *Ledger) Clone() *Ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := New(l.now)
	c.items = maps.Clone(l.items)
	for i := range l.sorted {
		for p, s := range l.sorted[i] {
			c.sorted[i][p] = &shelf{slices.Clone(s.items)}
		}
	}
	c.feed, c.seq = slices.Clone(l.feed), l.seq
	return c
}

// Same reports whether two ledgers hold the same items, to the version, and the counts and entries of each.
func (l *Ledger) Same(o *Ledger) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.EqualFunc(l.items, o.items, func(a, b *ledger.Item) bool {
		return a == b || a.Version == b.Version && a.Count == b.Count && a.Index == b.Index && a.Expires.Equal(b.Expires) && bytes.Equal(a.Body, b.Body)
	})
}
