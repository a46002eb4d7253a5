package sqlite

import (
	"database/sql/driver"
	"math"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// planned is one write whose condition holds: the row before and after. A nil before is a row that is not there; a nil after
// one that goes.
type planned struct {
	id            int64 // of the row before
	before, after *ledger.Item
	expired       bool // before is there but counts as absent
	check         bool // nothing is to be written
	created       bool // the item comes into being
}

// commit looks at every condition, then writes. It fails with the error of the first condition that does not hold, having
// written nothing.
func (d *DB) commit(t *tx, writes []ledger.Write) error {
	plans := make([]planned, len(writes))
	for i, w := range writes {
		p, err := t.plan(i, w)
		if err != nil {
			d.refused(writes)
			return err
		}
		plans[i] = p
	}
	for i := range plans {
		d.carry(t, plans[i], len(writes) > 1)
	}
	return nil
}

// refused counts a Commit whose condition failed: DynamoDB charges the writes that it did not do.
func (d *DB) refused(writes []ledger.Write) {
	for _, w := range writes {
		it := &ledger.Item{Key: ledger.KeyOf(w)}
		if p, ok := w.(ledger.Put); ok {
			it.Body = p.Item.Body
		}
		d.meter.Write(it, it, len(writes) > 1)
	}
}

// plan reads the row that w is about and looks at its condition.
func (t *tx) plan(i int, w ledger.Write) (planned, error) {
	p := planned{}
	if err := t.load(&p, ledger.KeyOf(w)); err != nil {
		return p, err
	}
	have, version := p.live(), int64(0)
	if have != nil {
		version = have.Version
	}
	switch w := w.(type) {
	case ledger.Put:
		return p.put(i, w, version)
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
		return p.add(i, w)
	}
	return p, nil
}

// live is the row before, if it counts.
func (p *planned) live() *ledger.Item {
	if p.expired {
		return nil
	}
	return p.before
}

func (p planned) put(i int, w ledger.Put, version int64) (planned, error) {
	if version != w.Item.Version {
		if w.Item.Version == 0 {
			return p, ledger.Fail(guichet.Exists, i, w, "the item exists")
		}
		return p, ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
	}
	after := w.Item
	after.Version, after.Count = version+1, 0
	if have := p.live(); have != nil {
		after.Count = have.Count
	}
	p.after, p.created = &after, version == 0
	return p, nil
}

func (p planned) add(i int, w ledger.Add) (planned, error) {
	after := ledger.Item{Key: w.Key}
	if have := p.live(); have != nil {
		after = *have
	}
	n, ok := sum(after.Count, w.Delta)
	if !ok || n < w.Min || n > w.Max {
		return p, ledger.Fail(guichet.Exhausted, i, w, "the counter is at its bound")
	}
	after.Count = n
	p.after = &after
	return p, nil
}

// sum adds, and says whether the result fits.
func sum(a, b int64) (int64, bool) {
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return 0, false
	}
	return a + b, true
}

// zeros stands in for the bodies of rows of which only the size matters. It is never written and takes no memory.
var zeros [ledger.MaxItem]byte

const selectRow = "SELECT p, s, v, n, x, a, p1, s1, p2, s2, p3, s3, length(b), id FROM items WHERE p = ? AND s = ?"

// load reads the row of k without its body.
func (t *tx) load(p *planned, k ledger.Key) error {
	err := t.each(selectRow, width+1, func(row []driver.Value) bool {
		size := number(row[12])
		row[12] = zeros[:size]
		it := itemOf(row)
		p.id, p.before = number(row[13]), &it
		p.expired = !it.Expires.IsZero() && it.Expires.Unix() <= t.now
		return true
	}, k.P, k.S)
	if err != nil {
		t.fault = err
	}
	return err
}

// carry writes one planned change and counts it.
func (d *DB) carry(t *tx, p planned, transaction bool) {
	d.meter.Write(p.before, p.after, transaction)
	if p.check || t.fault != nil {
		return
	}
	t.writes++
	switch {
	case p.after == nil:
		t.must("DELETE FROM items WHERE id = ?", p.id)
	case p.before == nil || p.expired:
		t.insert(p)
	case p.after.Version == p.before.Version:
		t.must("UPDATE items SET n = ? WHERE id = ?", p.after.Count, p.id)
	default:
		t.update(p)
	}
	if p.created && p.after.Announce {
		t.announce(p.after)
	}
}

const insertRow = "INSERT INTO items(id, " + columns + ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

// insert makes a row, in the place of an expired one if there is one.
func (t *tx) insert(p planned) {
	if p.expired {
		t.must("DELETE FROM items WHERE id = ?", p.id)
	}
	t.bytes += len(p.after.Body)
	t.must(insertRow, valuesOf(p.after, nil)...)
}

const (
	updateBody = "UPDATE items SET v = ?, a = ?, b = ? WHERE id = ?"
	updateRow  = "UPDATE items SET v = ?, a = ?, b = ?, x = ?, p1 = ?, s1 = ?, p2 = ?, s2 = ?, p3 = ?, s3 = ? WHERE id = ?"
)

// update replaces a row. One whose index entries stay as they are leaves the indexes alone.
func (t *tx) update(p planned) {
	t.bytes += len(p.after.Body)
	a := p.after
	values := []driver.Value{a.Version, flag(a.Announce), body(a.Body)}
	if a.Index == p.before.Index && seconds(a.Expires) == seconds(p.before.Expires) {
		t.must(updateBody, append(values, p.id)...)
		return
	}
	values = append(values, seconds(a.Expires))
	for _, k := range a.Index {
		values = append(values, key(k.P), key(k.S))
	}
	t.must(updateRow, append(values, p.id)...)
}
