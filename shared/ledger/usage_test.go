package ledger_test

import (
	"strings"
	"testing"
	"time"

	"guichet/shared/ledger"
)

func TestSizeCountsAsDynamoDBDoes(t *testing.T) {
	k := ledger.Key{P: "pp", S: "ssss"} // 1+2 + 1+4, and the version: name 1, one digit 2
	for name, c := range map[string]struct {
		item ledger.Item
		want int
	}{
		"keys and an empty body":  {ledger.Item{Key: k}, 12},
		"a body":                  {ledger.Item{Key: k, Body: make([]byte, 1000)}, 1012},
		"a version of 7 digits":   {ledger.Item{Key: k, Version: 1234567}, 15},
		"a counter":               {ledger.Item{Key: k, Count: 42}, 15},
		"an expiry of 10 digits":  {ledger.Item{Key: k, Expires: time.Unix(2e9, 0)}, 19},
		"announced":               {ledger.Item{Key: k, Announce: true}, 14},
		"in the index of the due": {ledger.Item{Key: k, Index: [3]ledger.Key{1: {P: "due", S: "12"}}}, 21},
	} {
		if got := ledger.Size(&c.item); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

func TestMeterRoundsUp(t *testing.T) {
	item := func(n int) *ledger.Item {
		it := &ledger.Item{Key: ledger.Key{P: "p", S: "s"}}
		it.Body = []byte(strings.Repeat("x", n-ledger.Size(it)))
		return it
	}
	moved := item(100)
	moved.Index[2] = ledger.Key{P: strings.Repeat("p", 1500), S: "s"} // an entry of 2 units, an item of 2
	var m ledger.Meter
	for _, c := range []struct {
		what          string
		do            func()
		reads, writes float64
	}{
		{"4096 bytes", func() { m.Read(4096, false) }, 1, 0},
		{"4097 bytes", func() { m.Read(4097, false) }, 2, 0},
		{"4097 bytes, eventually", func() { m.Read(4097, true) }, 1, 0},
		{"1024 bytes", func() { m.Write(nil, item(1024), false) }, 0, 1},
		{"1025 bytes", func() { m.Write(nil, item(1025), false) }, 0, 2},
		{"removed", func() { m.Write(item(3000), nil, true) }, 0, 6},
		{"a large entry appears", func() { m.Write(item(100), moved, false) }, 0, 4},
		{"a large entry stays", func() { m.Write(moved, moved, false) }, 0, 2},
		{"nothing was there", func() { m.Write(nil, nil, true) }, 0, 2},
	} {
		before := m.Usage()
		c.do()
		if after := m.Usage(); after.Reads-before.Reads != c.reads || after.Writes-before.Writes != c.writes {
			t.Errorf("%s: %+v after %+v, want %v and %v more", c.what, after, before, c.reads, c.writes)
		}
	}
}
