package sqlite

// Expired rows are invisible at once; sweep removes them, some with each group that writes, so that no moment is long.
const (
	sweepEvery = 60 // seconds between two looks when nothing was found
	sweepStep  = 50 // rows at a time
)

// sweep removes up to sweepStep expired rows, in the transaction of a group.
func (d *DB) sweep(t *tx) {
	if t.writes == 0 || t.now < d.sweepAt {
		return
	}
	n, err := t.number("SELECT count(*) FROM (SELECT 1 FROM items WHERE x > 0 AND x <= ? LIMIT ?)", t.now, int64(sweepStep))
	if err != nil {
		t.fault = err
		return
	}
	if n < sweepStep {
		d.sweepAt = t.now + sweepEvery
	}
	if n > 0 {
		t.writes += int(n)
		t.must("DELETE FROM items WHERE id IN (SELECT id FROM items WHERE x > 0 AND x <= ? LIMIT ?)", t.now, int64(sweepStep))
	}
}
