package ledgertest

import (
	"math"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func addBounds(s *suite) {
	k := key("agent", "room")
	add := func(delta, min, max int64) ledger.Add { return ledger.Add{Key: k, Delta: delta, Min: min, Max: max} }
	s.refused(guichet.Exhausted, 0, add(1, 0, 0))
	s.refused(guichet.Exhausted, 0, add(-1, 0, 9))
	s.refused(guichet.Exhausted, 0, add(1, 2, 9))
	s.absent(k)
	s.commit(add(1, 0, 3))
	s.commit(add(2, 0, 3))
	s.refused(guichet.Exhausted, 0, add(1, 0, 3))
	s.refused(guichet.Exhausted, 0, add(0, 0, 2))
	s.commit(add(0, 0, 3))
	s.commit(add(-3, 0, 3))
	s.refused(guichet.Exhausted, 0, add(-1, 0, 3))
	s.commit(add(-5, -5, 3))
	it := s.get(k)
	s.same("count, version", []int64{it.Count, it.Version}, []int64{-5, 0})
}

func addAndPut(s *suite) {
	k := key("agent", "ana")
	s.commit(ledger.Add{Key: k, Delta: 2, Max: 5})
	s.commit(ledger.Check{Key: k}) // a counter alone is not yet the item
	s.refused(guichet.Conflict, 0, put(k, 1, "no"))
	p := put(k, 0, "ana")
	p.Item.Count = 77
	s.commit(p)
	s.refused(guichet.Exists, 0, put(k, 0, "ana"))
	s.commit(ledger.Add{Key: k, Delta: 1, Max: 5})
	it := s.get(k)
	s.same("after put and add", []any{it.Version, it.Count, string(it.Body)}, []any{1, 3, "ana"})
	p = put(k, 1, "ana again")
	p.Item.Index[0] = ledger.Key{P: "t#agents", S: "ana"}
	s.commit(p)
	s.commit(ledger.Add{Key: k, Delta: 1, Max: 5})
	it = s.get(k)
	s.same("after both again", []any{it.Version, it.Count, string(it.Body), it.Index[0].S}, []any{2, 4, "ana again", "ana"})
	s.commit(ledger.Delete{Key: k, Version: 2})
	s.commit(ledger.Add{Key: k, Delta: 1, Max: 1})
	s.same("a counter begins anew after delete", s.get(k), ledger.Item{Key: k, Count: 1})
}

func addExtremes(s *suite) {
	k := key("n", "n")
	const low, high = math.MinInt64, math.MaxInt64
	s.commit(ledger.Add{Key: k, Delta: high, Min: low, Max: high})
	s.same("count", s.get(k).Count, int64(high))
	s.refused(guichet.Exhausted, 0, ledger.Add{Key: k, Delta: 1, Min: low, Max: high})
	s.commit(ledger.Add{Key: k, Delta: low, Min: low, Max: high})
	s.same("count", s.get(k).Count, int64(-1))
	s.commit(ledger.Add{Key: k, Delta: low + 1, Min: low, Max: high})
	s.refused(guichet.Exhausted, 0, ledger.Add{Key: k, Delta: -1, Min: low, Max: high})
	s.commit(ledger.Add{Key: k, Delta: 0, Min: low, Max: low})
	s.same("count", s.get(k).Count, int64(low))
}

func nextCounts(s *suite) {
	k := key("numbers", "case")
	for i, want := range []int64{1, 2, 12, 12} {
		n, err := s.l.Next(s.ctx, k, []int64{1, 1, 10, 0}[i])
		if err != nil || n != want {
			s.t.Fatalf("next: %d, %v, want %d", n, err, want)
		}
	}
	s.commit(put(k, 0, "with a body"))
	n, err := s.l.Next(s.ctx, k, 1)
	s.same("beside a body", []any{n, err}, []any{13, nil})
	it := s.get(k)
	s.same("item", []any{it.Count, it.Version, string(it.Body)}, []any{13, 1, "with a body"})
}
