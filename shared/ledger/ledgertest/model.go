package ledgertest

import (
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// model is the contract written as plainly as it can be: a map, and a copy of it for each commit.
type model struct {
	items map[ledger.Key]ledger.Item
	now   func() time.Time
}

func (m *model) live(k ledger.Key) (ledger.Item, bool) {
	it, ok := m.items[k]
	if !ok || !it.Expires.IsZero() && it.Expires.Unix() <= m.now().Unix() {
		return ledger.Item{Key: k}, false
	}
	return it, true
}

// commit returns the position of the first write that fails and the kind, or -1.
func (m *model) commit(writes []ledger.Write) (int, guichet.Kind) {
	after := map[ledger.Key]ledger.Item{}
	for k, it := range m.items {
		after[k] = it
	}
	for i, w := range writes {
		it, there := m.live(ledger.KeyOf(w))
		switch w := w.(type) {
		case ledger.Put:
			if it.Version != w.Item.Version && w.Item.Version == 0 {
				return i, guichet.Exists
			}
			if it.Version != w.Item.Version {
				return i, guichet.Conflict
			}
			n := w.Item
			n.Version, n.Count = it.Version+1, it.Count
			if !n.Expires.IsZero() {
				n.Expires = n.Expires.Truncate(time.Second).UTC()
			}
			after[n.Key] = n
		case ledger.Delete:
			if !there || it.Version != w.Version {
				return i, guichet.Conflict
			}
			delete(after, w.Key)
		case ledger.Check:
			if it.Version != w.Version {
				return i, guichet.Conflict
			}
		case ledger.Add:
			if n := it.Count + w.Delta; n < w.Min || n > w.Max {
				return i, guichet.Exhausted
			}
			it.Count += w.Delta
			after[w.Key] = it
		}
	}
	m.items = after
	return -1, guichet.Other
}

// query gives all items of q, in the order of its sort keys, ties in the order of their keys.
func (m *model) query(q ledger.Query) (items []ledger.Item) {
	for k := range m.items {
		it, ok := m.live(k)
		at := place(q, it)
		if ok && at.P == q.Partition && at.S >= q.From && (q.To == "" || at.S <= q.To) && strings.HasPrefix(at.S, q.Prefix) {
			items = append(items, it)
		}
	}
	slices.SortFunc(items, func(a, b ledger.Item) int {
		n := strings.Compare(place(q, a).S, place(q, b).S)
		if q.Desc {
			n = -n
		}
		return cmpOr(n, strings.Compare(a.P, b.P), strings.Compare(a.S, b.S))
	})
	return items
}

func cmpOr(ns ...int) int {
	for _, n := range ns {
		if n != 0 {
			return n
		}
	}
	return 0
}

func place(q ledger.Query, it ledger.Item) ledger.Key {
	if q.Index == 0 {
		return it.Key
	}
	return it.Index[q.Index-1]
}
