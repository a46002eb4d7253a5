package memory

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Query reads one page.
func (l *Ledger) Query(_ context.Context, q ledger.Query) (ledger.Page, error) {
	q, err := q.Checked()
	if err != nil {
		return ledger.Page{}, err
	}
	var after *ledger.Item
	if q.Cursor != "" {
		at, err := ledger.PlaceOf(q)
		if err != nil {
			return ledger.Page{}, err
		}
		after = &ledger.Item{Key: at.Key}
		if q.Index > 0 {
			after.Index[q.Index-1] = ledger.Key{P: q.Partition, S: at.Sort}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.Call()
	return l.page(q, l.within(q, after)), nil
}

// within returns the part of the partition that the query asks for, after the item where the last page ended.
func (l *Ledger) within(q ledger.Query, after *ledger.Item) []*ledger.Item {
	s := l.sorted[q.Index][q.Partition]
	if s == nil {
		return nil
	}
	from := q.From + q.Prefix // one of them is empty
	low := sort.Search(len(s.items), func(i int) bool { return place(q.Index, s.items[i]).S >= from })
	high := sort.Search(len(s.items), func(i int) bool {
		k := place(q.Index, s.items[i]).S
		return q.To != "" && k > q.To || k > q.Prefix && !strings.HasPrefix(k, q.Prefix)
	})
	if after != nil {
		at, found := slices.BinarySearchFunc(s.items, after, compare(q.Index))
		switch {
		case q.Desc:
			high = min(high, at)
		case found:
			low = max(low, at+1)
		default:
			low = max(low, at)
		}
	}
	return s.items[low:max(low, high)]
}

// page takes items until the limit or the bytes of a page are reached, and counts what they cost.
func (l *Ledger) page(q ledger.Query, items []*ledger.Item) (p ledger.Page) {
	now, size, keys := l.now(), 0, 0
	for i := range items {
		it := items[i]
		if q.Desc {
			it = items[len(items)-1-i]
		}
		if it.Gone(now) {
			continue
		}
		if n := len(p.Items); n == q.Limit || size >= ledger.MaxPageBytes {
			last := &p.Items[n-1]
			p.Cursor = ledger.Place{Key: last.Key, Sort: place(q.Index, last).S}.Cursor()
			break
		}
		if p.Items == nil {
			p.Items = make([]ledger.Item, 0, min(q.Limit, len(items)))
		}
		p.Items = append(p.Items, *it)
		n := ledger.Size(it)
		size += n
		if q.Index > 0 {
			keys += ledger.EntrySize(it, q.Index-1)
			l.meter.Read(n, false)
		}
	}
	if q.Index == 0 {
		l.meter.Read(size, q.Eventual)
	} else {
		l.meter.Read(keys, true)
	}
	return p
}

// Changes returns up to limit (1..MaxPage) created items after position after, as they were at their creation, in the order of the commits.
func (l *Ledger) Changes(_ context.Context, after int64, limit int) ([]ledger.Change, error) {
	if limit < 1 || limit > ledger.MaxPage {
		return nil, guichet.Errorf(guichet.Invalid, "feed limit %d, must be 1..%d", limit, ledger.MaxPage)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at, _ := slices.BinarySearchFunc(l.feed, after+1, func(c ledger.Change, seq int64) int { return cmp.Compare(c.Seq, seq) })
	return slices.Clone(l.feed[at:min(len(l.feed), at+limit)]), nil
}

// Trim forgets the feed up to and with position upto.
func (l *Ledger) Trim(upto int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, _ := slices.BinarySearchFunc(l.feed, upto+1, func(c ledger.Change, seq int64) int { return cmp.Compare(c.Seq, seq) })
	l.feed = slices.Delete(l.feed, 0, at)
}

// Forget drops an item that nobody will ask for again, without a commit and without cost: only to save memory.
func (l *Ledger) Forget(k ledger.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if it := l.items[k]; it != nil {
		l.remove(it)
	}
}
