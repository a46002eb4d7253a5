package memory

import (
	"context"
	"math"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// planned is one write whose condition holds: the item that stands there, also an expired one, and the one to come; nil is none.
type planned struct {
	before, after  *ledger.Item
	check, created bool
}

// Commit looks at every condition, then writes all or nothing.
func (l *Ledger) Commit(_ context.Context, writes ...ledger.Write) error {
	if err := ledger.CheckWrites(writes); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.Call()
	plans := make([]planned, len(writes))
	for i, w := range writes {
		p, err := l.plan(i, w)
		if err != nil {
			l.refused(writes)
			return err
		}
		plans[i] = p
	}
	for _, p := range plans {
		l.carry(p, len(writes) > 1)
	}
	return nil
}

// plan looks at the condition of one write.
func (l *Ledger) plan(i int, w ledger.Write) (planned, error) {
	k := ledger.KeyOf(w)
	p, have, version := planned{before: l.items[k]}, l.live(k), int64(0)
	if have != nil {
		version = have.Version
	}
	switch w := w.(type) {
	case ledger.Put:
		if version != w.Item.Version {
			if w.Item.Version == 0 {
				return p, ledger.Fail(guichet.Exists, i, w, "the item exists")
			}
			return p, ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
		}
		p.after, p.created = owned(w.Item), version == 0
		p.after.Version, p.after.Count = version+1, 0
		if have != nil {
			p.after.Count = have.Count
		}
	case ledger.Delete:
		if have == nil || version != w.Version {
			return p, ledger.Fail(guichet.Conflict, i, w, "the item to delete has moved on")
		}
	case ledger.Check:
		p.check, p.after = true, p.before
		if version != w.Version {
			return p, ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
		}
	case ledger.Add:
		n, ok := sum(have, w.Delta)
		if !ok || n < w.Min || n > w.Max {
			return p, ledger.Fail(guichet.Exhausted, i, w, "the counter is at its bound")
		}
		p.after = counted(have, k, n)
	}
	return p, nil
}

// counted is the item with another count; a new one where none stands.
func counted(have *ledger.Item, k ledger.Key, n int64) *ledger.Item {
	after := ledger.Item{Key: k}
	if have != nil {
		after = *have
	}
	after.Count = n
	return &after
}

// sum adds to the count of an item, and says whether the result fits.
func sum(have *ledger.Item, delta int64) (int64, bool) {
	if have == nil {
		return delta, true
	}
	if delta > 0 && have.Count > math.MaxInt64-delta || delta < 0 && have.Count < math.MinInt64-delta {
		return 0, false
	}
	return have.Count + delta, true
}

// carry writes one planned change and counts it.
func (l *Ledger) carry(p planned, transaction bool) {
	l.meter.Write(p.before, p.after, transaction)
	switch {
	case p.check:
		return
	case p.after == nil:
		l.remove(p.before)
	case p.before == nil:
		l.add(p.after)
	default:
		l.replace(p.before, p.after)
	}
	if p.created && p.after.Announce {
		l.seq++
		l.feed = append(l.feed, ledger.Change{Seq: l.seq, Item: *p.after})
	}
}

// refused counts a Commit whose condition failed: DynamoDB charges the writes that it did not do.
func (l *Ledger) refused(writes []ledger.Write) {
	for _, w := range writes {
		it := &ledger.Item{Key: ledger.KeyOf(w)}
		if p, ok := w.(ledger.Put); ok {
			it.Body = p.Item.Body
		}
		l.meter.Write(it, it, len(writes) > 1)
	}
}

// Next adds delta to the Count of k and returns the new value.
func (l *Ledger) Next(_ context.Context, k ledger.Key, delta int64) (int64, error) {
	if err := ledger.CheckNext(k, delta); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.Call()
	p, err := l.plan(0, ledger.Add{Key: k, Delta: delta, Min: math.MinInt64, Max: math.MaxInt64})
	if err != nil {
		return 0, err
	}
	l.carry(p, false)
	return p.after.Count, nil
}
