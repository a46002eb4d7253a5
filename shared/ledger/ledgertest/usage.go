package ledgertest

import (
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// usage compares what single steps consume with the figures of the DynamoDB developer guide.
func usage(s *suite) {
	big := fill(key("p", "big"), 5000)
	indexed := put(key("p", "indexed"), 0, "x")
	indexed.Item.Index[0] = ledger.Key{P: "t#x", S: "1"}
	moved := put(key("p", "indexed"), 1, "x")
	moved.Item.Index[0] = ledger.Key{P: "t#x", S: "2"}
	same := moved
	same.Item.Version = 2
	commit := func(w ...ledger.Write) func() { return func() { s.commit(w...) } }
	for _, c := range []struct {
		what          string
		do            func()
		reads, writes float64
	}{
		{"small put", commit(put(key("p", "small"), 0, "x")), 0, 1},
		{"put of 5,000 bytes", commit(big), 0, 5},
		{"replaced by a small one: the larger counts", commit(put(key("p", "big"), 1, "x")), 0, 5},
		{"two puts at once cost double", commit(put(key("p", "a"), 0, "x"), put(key("p", "b"), 0, "x")), 0, 4},
		{"put with an index entry", commit(indexed), 0, 2},
		{"entry moved", commit(moved), 0, 3},
		{"entry kept", commit(same), 0, 1},
		{"delete with its entry", commit(ledger.Delete{Key: same.Item.Key, Version: 3}), 0, 2},
		{"add", commit(ledger.Add{Key: key("p", "n"), Delta: 1, Max: 9}), 0, 1},
		{"next", func() { _, _ = s.l.Next(s.ctx, key("p", "n"), 1) }, 0, 1},
		{"get", func() { s.get(key("p", "a")) }, 1, 0},
		{"get of nothing", func() { s.absent(key("p", "none")) }, 1, 0},
		{"batch", func() { _, _ = s.l.BatchGet(s.ctx, []ledger.Key{key("p", "a"), key("p", "b"), key("p", "none")}) }, 3, 0},
		{"query", func() { s.all(ledger.Query{Partition: "t#p"}) }, 1, 0},
		{"eventual query", func() { s.all(ledger.Query{Partition: "t#p", Eventual: true}) }, 0.5, 0},
		{"index query of nothing", func() { s.all(ledger.Query{Index: 1, Partition: "t#x"}) }, 0.5, 0},
	} {
		before := s.l.Usage()
		c.do()
		after := s.l.Usage()
		if r, w := after.Reads-before.Reads, after.Writes-before.Writes; r != c.reads || w != c.writes || after.Calls <= before.Calls {
			s.t.Errorf("%s: %v reads, %v writes, %d calls; want %v, %v", c.what, r, w, after.Calls-before.Calls, c.reads, c.writes)
		}
	}
	before := s.l.Usage()
	s.refused(guichet.Exists, 0, put(key("p", "a"), 0, "x"))
	s.same("a failed condition is charged", s.l.Usage().Writes-before.Writes, 1)
}
