package ledger

import (
	"strconv"
	"sync/atomic"
)

// Spare is kept free in each item: Size may be MaxItem-Spare at most. A counter of 19 digits fits in, and what DynamoDB
// charges a lone update for its statement before it looks at the item (3 bytes, and 19 for each attribute set; seen
// 2026-10 in eu-west-2 by the authors of dynoxide).
const Spare = 512

// Size returns the bytes of an item as DynamoDB counts them: the names and values of its attributes, a number about half a
// byte per digit. Source: DynamoDB developer guide, "Item sizes and formats".
func Size(it *Item) int {
	n := 1 + len(it.P) + 1 + len(it.S) + 1 + numberSize(it.Version) + 1 + len(it.Body)
	if it.Count != 0 {
		n += 1 + numberSize(it.Count)
	}
	if !it.Expires.IsZero() {
		n += 1 + numberSize(it.Expires.Unix())
	}
	if it.Announce {
		n += 2
	}
	for _, x := range it.Index {
		if x != (Key{}) {
			n += 4 + len(x.P) + len(x.S)
		}
	}
	return n
}

func numberSize(v int64) int { return (len(strconv.FormatInt(v, 10))+1)/2 + 1 }

// EntrySize returns the bytes of the entry of it in index i (0..2): that index' keys and the table's. 0 when it has none.
func EntrySize(it *Item, i int) int {
	x := it.Index[i]
	if x == (Key{}) {
		return 0
	}
	return 6 + len(x.P) + len(x.S) + len(it.P) + len(it.S)
}

// Meter counts Usage. The zero Meter is ready; safe for concurrent use.
type Meter struct{ reads, writes, calls atomic.Int64 } // reads and writes in tenths of a unit

// Usage returns what was counted.
func (m *Meter) Usage() Usage {
	return Usage{Reads: float64(m.reads.Load()) / 10, Writes: float64(m.writes.Load()) / 10, Calls: m.calls.Load()}
}

// Call counts one request.
func (m *Meter) Call() { m.calls.Add(1) }

// Took counts units that the engine told.
func (m *Meter) Took(reads, writes float64) {
	m.reads.Add(int64(reads*10 + 0.5))
	m.writes.Add(int64(writes*10 + 0.5))
}

// Read counts one read of n bytes: 1 for each 4 KB begun, half of that when eventual, the same as one of 4 KB for nothing.
func (m *Meter) Read(n int, eventual bool) {
	tenths := int64(10 * max(1, (n+4095)/4096))
	if eventual {
		tenths /= 2
	}
	m.reads.Add(tenths)
}

// Write counts one write of an item: 1 for each KB begun of the larger of before and after (nil: absent), twice that within
// a transaction, and 1 per KB for each index entry written or removed (a moved one is both).
func (m *Meter) Write(before, after *Item, transaction bool) {
	n := 0
	for _, it := range []*Item{before, after} {
		if it != nil {
			n = max(n, Size(it))
		}
	}
	units := max(1, (n+1023)/1024)
	if transaction {
		units *= 2
	}
	for i := range 3 {
		units += entryUnits(before, after, i)
	}
	m.writes.Add(int64(10 * units))
}

func entryUnits(before, after *Item, i int) (units int) {
	var b, a Key
	if before != nil {
		b = before.Index[i]
	}
	if after != nil {
		a = after.Index[i]
	}
	if a == b {
		return 0
	}
	if b != (Key{}) {
		units += (EntrySize(before, i) + 1023) / 1024
	}
	if a != (Key{}) {
		units += (EntrySize(after, i) + 1023) / 1024
	}
	return units
}
