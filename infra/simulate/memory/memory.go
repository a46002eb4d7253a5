// Package memory is a ledger held in memory: maps and sorted keys. It passes the suite of the ledger but keeps nothing when the process ends, which is
// all that a simulated house needs, and costs a twentieth of one on disk.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Ledger is a ledger.Ledger. Make one with New. Bodies that it hands out are its own: read them, do not write into them.
type Ledger struct {
	mu    sync.Mutex
	now   func() time.Time
	items map[ledger.Key]*ledger.Item
	// sorted holds the items by partition, in the order of their sort keys: [0] the table, [1..3] the named indexes.
	sorted [4]map[string]*shelf
	meter  ledger.Meter
	feed   []ledger.Change
	seq    int64
}

// shelf is one partition in order.
type shelf struct{ items []*ledger.Item }

// New returns an empty ledger; now says what has expired.
func New(now func() time.Time) *Ledger {
	l := &Ledger{now: now, items: map[ledger.Key]*ledger.Item{}}
	for i := range l.sorted {
		l.sorted[i] = map[string]*shelf{}
	}
	return l
}

// Usage returns what was consumed, by DynamoDB's rules.
func (l *Ledger) Usage() ledger.Usage { return l.meter.Usage() }

// place is the key of an item in index i; 0 is the table.
func place(i int, it *ledger.Item) ledger.Key {
	if i == 0 {
		return it.Key
	}
	return it.Index[i-1]
}

// compare orders items of one partition of index i: by the sort key there, then by their own key.
func compare(i int) func(a, b *ledger.Item) int {
	if i == 0 {
		return func(a, b *ledger.Item) int { return cmp.Compare(a.S, b.S) }
	}
	return func(a, b *ledger.Item) int {
		return cmp.Or(cmp.Compare(a.Index[i-1].S, b.Index[i-1].S), cmp.Compare(a.P, b.P), cmp.Compare(a.S, b.S))
	}
}

// add puts an item on its shelves.
func (l *Ledger) add(it *ledger.Item) {
	l.items[it.Key] = it
	for i := range l.sorted {
		l.shelve(i, it)
	}
}

func (l *Ledger) shelve(i int, it *ledger.Item) {
	k := place(i, it)
	if k == (ledger.Key{}) {
		return
	}
	s := l.sorted[i][k.P]
	if s == nil {
		s = &shelf{}
		l.sorted[i][k.P] = s
	}
	at, _ := slices.BinarySearchFunc(s.items, it, compare(i))
	s.items = slices.Insert(s.items, at, it)
}

// remove takes an item off its shelves.
func (l *Ledger) remove(it *ledger.Item) {
	delete(l.items, it.Key)
	for i := range l.sorted {
		l.unshelve(i, it)
	}
}

func (l *Ledger) unshelve(i int, it *ledger.Item) {
	k := place(i, it)
	if k == (ledger.Key{}) {
		return
	}
	s := l.sorted[i][k.P]
	at, _ := slices.BinarySearchFunc(s.items, it, compare(i))
	s.items = slices.Delete(s.items, at, at+1)
	if len(s.items) == 0 {
		delete(l.sorted[i], k.P)
	}
}

// replace puts after in the place of before, which has the same key. Shelves where it does not move take it as it stands.
func (l *Ledger) replace(before, after *ledger.Item) {
	l.items[after.Key] = after
	for i := range l.sorted {
		b, a := place(i, before), place(i, after)
		switch {
		case a != b:
			l.unshelve(i, before)
			l.shelve(i, after)
		case a != (ledger.Key{}):
			s := l.sorted[i][a.P]
			at, _ := slices.BinarySearchFunc(s.items, before, compare(i))
			s.items[at] = after
		}
	}
}

// live returns the item of k, if it is there and counts.
func (l *Ledger) live(k ledger.Key) *ledger.Item {
	it := l.items[k]
	if it == nil || it.Gone(l.now()) {
		return nil
	}
	return it
}

// read returns a live item and counts the read.
func (l *Ledger) read(k ledger.Key) *ledger.Item {
	it, size := l.items[k], 0
	if it != nil {
		size = ledger.Size(it)
	}
	l.meter.Read(size, false)
	return l.live(k)
}

// Get reads one item.
func (l *Ledger) Get(_ context.Context, k ledger.Key) (ledger.Item, error) {
	if err := ledger.CheckKey(k); err != nil {
		return ledger.Item{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.Call()
	it := l.read(k)
	if it == nil {
		return ledger.Item{}, guichet.Errorf(guichet.NotFound, "ledger item")
	}
	return *it, nil
}

// BatchGet reads the items of keys, in their order.
func (l *Ledger) BatchGet(_ context.Context, keys []ledger.Key) ([]ledger.Item, error) {
	if err := ledger.CheckBatch(keys); err != nil || len(keys) == 0 {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.Call()
	var out []ledger.Item
	for _, k := range keys {
		if it := l.read(k); it != nil {
			out = append(out, *it)
		}
	}
	return out, nil
}

// owned is the item as the ledger keeps it: bytes that nobody else holds, the expiry in whole seconds.
func owned(it ledger.Item) *ledger.Item {
	it.Body = bytes.Clone(it.Body)
	if len(it.Body) == 0 {
		it.Body = nil
	}
	if !it.Expires.IsZero() {
		it.Expires = time.Unix(it.Expires.Unix(), 0).UTC()
	}
	return &it
}
