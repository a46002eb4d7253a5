package sqlite

import (
	"context"
	"database/sql/driver"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

const selectItem = "SELECT " + columns + " FROM items WHERE p = ? AND s = ?"

// item reads one live item; false when it is absent or expired.
func (d *DB) item(c *conn, k ledger.Key) (it ledger.Item, ok bool, err error) {
	err = c.each(selectItem, width, func(row []driver.Value) bool {
		it, ok = itemOf(row), true
		return true
	}, k.P, k.S)
	if ok {
		d.meter.Read(ledger.Size(&it), false)
		ok = !it.Gone(d.now())
	} else {
		d.meter.Read(0, false)
	}
	return it, ok, broken("read", err)
}

// Get reads one item.
func (d *DB) Get(ctx context.Context, k ledger.Key) (it ledger.Item, err error) {
	if err := ledger.CheckKey(k); err != nil {
		return it, err
	}
	d.meter.Call()
	err = d.reader(ctx, func(c *conn) error {
		found, ok, err := d.item(c, k)
		if err == nil && !ok {
			return guichet.Errorf(guichet.NotFound, "ledger item")
		}
		it = found
		return err
	})
	if err != nil {
		return ledger.Item{}, err
	}
	return it, nil
}

// BatchGet reads the items of keys, in their order.
func (d *DB) BatchGet(ctx context.Context, keys []ledger.Key) (items []ledger.Item, err error) {
	if err := ledger.CheckBatch(keys); err != nil || len(keys) == 0 {
		return nil, err
	}
	d.meter.Call()
	err = d.reader(ctx, func(c *conn) error {
		for _, k := range keys {
			it, ok, err := d.item(c, k)
			if err != nil {
				return err
			}
			if ok {
				items = append(items, it)
			}
		}
		return nil
	})
	return items, err
}

// Query reads one page.
func (d *DB) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	q, err := q.Checked()
	if err != nil {
		return ledger.Page{}, err
	}
	text, values, err := d.selection(q)
	if err != nil {
		return ledger.Page{}, err
	}
	d.meter.Call()
	var p pager
	err = d.reader(ctx, func(c *conn) error {
		return broken("query", c.each(text, width, func(row []driver.Value) bool { return p.take(q, itemOf(row)) }, values...))
	})
	if err != nil {
		return ledger.Page{}, err
	}
	p.count(&d.meter, q)
	return p.page, nil
}

// pager collects a page and sees where it ends.
type pager struct {
	page       ledger.Page
	size, keys int
}

// take adds an item, or puts the cursor when the page is full.
func (p *pager) take(q ledger.Query, it ledger.Item) bool {
	if n := len(p.page.Items); n == q.Limit || p.size >= ledger.MaxPageBytes {
		last := &p.page.Items[n-1]
		p.page.Cursor = ledger.Place{Key: last.Key, Sort: sortOf(q, last)}.Cursor()
		return false
	}
	p.page.Items = append(p.page.Items, it)
	p.size += ledger.Size(&it)
	if q.Index > 0 {
		p.keys += ledger.EntrySize(&it, q.Index-1)
	}
	return true
}

// count adds what DynamoDB would have charged: the page, or for an index its keys, eventually, and each item, strongly.
func (p *pager) count(m *ledger.Meter, q ledger.Query) {
	if q.Index == 0 {
		m.Read(p.size, q.Eventual)
		return
	}
	m.Read(p.keys, true)
	for i := range p.page.Items {
		m.Read(ledger.Size(&p.page.Items[i]), false)
	}
}

func sortOf(q ledger.Query, it *ledger.Item) string {
	if q.Index == 0 {
		return it.S
	}
	return it.Index[q.Index-1].S
}

// last is above every text in SQLite's order.
var last = []byte{0}

// selection writes the query in SQL. The text depends on the form of the query alone, so it is prepared once. The cursor takes
// the place of the bound that it narrows: SQLite seeks by one bound of a kind only, and must not walk over earlier pages.
func (d *DB) selection(q ledger.Query) (string, []driver.Value, error) {
	p, s, order := "p", "s", ""
	if q.Index > 0 {
		n := string(rune('0' + q.Index))
		p, s = "p"+n, "s"+n
	}
	if q.Desc {
		order = " DESC"
	}
	text := "SELECT " + columns + " FROM items WHERE " + p + " = ? AND (x = 0 OR x > ?)"
	values := []driver.Value{q.Partition, d.now().Unix()}
	low, high := bounds(q)
	cursor, at, err := resume(q, s)
	if err != nil {
		return "", nil, err
	}
	if cursor == "" || q.Desc {
		text, values = text+" AND "+s+" >= ?", append(values, low)
	}
	if cursor == "" || !q.Desc {
		text, values = text+" AND "+s+" <= ?", append(values, high)
	}
	text, values = text+cursor+" ORDER BY "+s+order, append(values, at...)
	if q.Index > 0 {
		text += ", p" + order + ", s" + order
	}
	return text + " LIMIT ?", append(values, int64(q.Limit+1)), nil
}

// bounds gives the inclusive bounds of the sort key.
func bounds(q ledger.Query) (low, high driver.Value) {
	if q.Prefix != "" {
		return q.Prefix, q.Prefix + "\xff" // no UTF-8 has this byte
	}
	if q.To == "" {
		return q.From, last
	}
	return q.From, q.To
}

// resume gives the condition by which a query goes on after its cursor; nothing without one. A cursor outside of the query's
// bounds is Invalid.
func resume(q ledger.Query, s string) (string, []driver.Value, error) {
	if q.Cursor == "" {
		return "", nil, nil
	}
	place, err := ledger.PlaceOf(q)
	if err != nil {
		return "", nil, err
	}
	compare := " > "
	if q.Desc {
		compare = " < "
	}
	if q.Index == 0 {
		return " AND s" + compare + "?", []driver.Value{place.Sort}, nil
	}
	return " AND (" + s + ", p, s)" + compare + "(?, ?, ?)", []driver.Value{place.Sort, place.P, place.S}, nil
}
