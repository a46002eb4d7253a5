package sqlite

import (
	"database/sql/driver"
	"time"

	"guichet/shared/ledger"
)

// The columns of items and feed after their first one, in the order of the schema.
const columns = "p, s, v, n, x, a, p1, s1, p2, s2, p3, s3, b"

const width = 13

// itemOf reads a row of columns.
func itemOf(row []driver.Value) ledger.Item {
	it := ledger.Item{Key: ledger.Key{P: text(row[0]), S: text(row[1])}}
	it.Version, it.Count, it.Expires, it.Announce = number(row[2]), number(row[3]), moment(number(row[4])), number(row[5]) != 0
	for i := range it.Index {
		it.Index[i] = ledger.Key{P: text(row[6+2*i]), S: text(row[7+2*i])}
	}
	it.Body, _ = row[12].([]byte)
	return it
}

// valuesOf writes an item as columns.
func valuesOf(it *ledger.Item, first driver.Value) []driver.Value {
	v := make([]driver.Value, 0, width+1)
	v = append(v, first, it.P, it.S, it.Version, it.Count, seconds(it.Expires), flag(it.Announce))
	for _, k := range it.Index {
		v = append(v, key(k.P), key(k.S))
	}
	return append(v, body(it.Body))
}

func text(v driver.Value) string { s, _ := v.(string); return s }

func number(v driver.Value) int64 { n, _ := v.(int64); return n }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// key is NULL for the part of a zero Key: it keeps the index sparse.
func key(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

// body is NULL when empty: one form on disk for nil and for no bytes.
func body(b []byte) driver.Value {
	if len(b) == 0 {
		return nil
	}
	return b
}

// seconds is 0 for never.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func moment(sec int64) time.Time {
	if sec == 0 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}
