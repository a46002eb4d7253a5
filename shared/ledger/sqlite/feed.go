package sqlite

import (
	"context"
	"database/sql/driver"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

const insertFeed = "INSERT INTO feed(seq, " + columns + ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

// announce puts a created item on the feed.
func (t *tx) announce(it *ledger.Item) {
	if t.seq == 0 {
		t.seq, t.fault = t.number("SELECT max(coalesce((SELECT max(seq) FROM feed), 0), (SELECT seq FROM trimmed))")
	}
	t.seq++
	t.announced = true
	t.bytes += len(it.Body)
	t.must(insertFeed, valuesOf(it, t.seq)...)
}

// Changes returns up to limit (1..MaxPage) created items after position after, as they were at their creation, in the order
// of their commits. It begins at 0. Fewer than limit: there is no more for now; wait for Changed.
func (d *DB) Changes(ctx context.Context, after int64, limit int) ([]ledger.Change, error) {
	if limit < 1 || limit > ledger.MaxPage {
		return nil, guichet.Errorf(guichet.Invalid, "feed limit %d, must be 1..%d", limit, ledger.MaxPage)
	}
	var changes []ledger.Change
	err := d.reader(ctx, func(c *conn) error {
		return broken("read the feed", c.each("SELECT "+columns+", seq FROM feed WHERE seq > ? ORDER BY seq LIMIT ?", width+1,
			func(row []driver.Value) bool {
				it := itemOf(row)
				changes = append(changes, ledger.Change{Seq: number(row[13]), Item: it})
				return true
			}, after, int64(limit)))
	})
	return changes, err
}

// Changed gives a signal after commits that announced something: one for many, to one receiver. Read Changes until it is
// empty, then wait.
func (d *DB) Changed() <-chan struct{} { return d.changed }

// trimStep bounds what one transaction removes, so that no Commit waits long for it.
const trimStep = 500

// Trim removes the feed up to and with position upto. What was not announced again later is gone: call it when the reader
// has done its work.
func (d *DB) Trim(ctx context.Context, upto int64) error {
	for {
		more := false
		err := d.do(ctx, func(t *tx) error {
			first, err := t.number("SELECT min(seq) FROM feed")
			if err != nil || first == 0 || first > upto {
				t.fault = err
				return nil
			}
			last := min(upto, first+trimStep-1)
			more = last < upto
			t.writes += 20
			t.must("UPDATE trimmed SET seq = max(seq, (SELECT max(seq) FROM feed WHERE seq <= ?))", last)
			t.must("DELETE FROM feed WHERE seq <= ?", last)
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}
