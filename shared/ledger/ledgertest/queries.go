package ledgertest

import (
	"fmt"
	"slices"
	"strings"

	"guichet/shared/ledger"
)

func queryTable(s *suite) {
	var sorted []string
	for i := range 23 {
		k := fmt.Sprintf("%c#%02d", 'a'+i%3, i)
		sorted = append(sorted, k)
		s.commit(put(key("q", k), 0, k), put(key("q2", k), 0, "of a neighbour"))
	}
	slices.Sort(sorted)
	for _, c := range []struct{ from, to, prefix string }{
		{}, {from: "b#04"}, {to: "b#04"}, {from: "a#18", to: "b#16"}, {from: "a#1", to: "b#1"}, {prefix: "b#"}, {prefix: "c#1"},
		{prefix: "a#18"}, {from: "x"}, {to: "A"}, {prefix: "d"}, {from: "b#04", to: "b#04"}, {from: "c", to: "b"},
	} {
		var want []string
		for _, k := range sorted {
			if k >= c.from && (c.to == "" || k <= c.to) && strings.HasPrefix(k, c.prefix) {
				want = append(want, k)
			}
		}
		for _, limit := range []int{0, 1, 2, 5, 23, 1000} {
			q := ledger.Query{Partition: "t#q", From: c.from, To: c.to, Prefix: c.prefix, Limit: limit}
			s.same(fmt.Sprintf("%+v", q), sortKeys(s.all(q)), fmt.Sprint(want))
			q.Desc, q.Eventual = true, true
			back := slices.Clone(want)
			slices.Reverse(back)
			s.same(fmt.Sprintf("%+v", q), sortKeys(s.all(q)), fmt.Sprint(back))
		}
	}
}

func queryIndex(s *suite) {
	want := map[int][]string{}
	for i := range 20 {
		it := ledger.Item{Key: key(fmt.Sprint("case", i), "case"), Body: []byte(fmt.Sprint(i))}
		for x := range it.Index {
			if i%(x+2) == 0 {
				sort := fmt.Sprintf("%02d", i/3) // the same for several
				it.Index[x] = ledger.Key{P: fmt.Sprint("t#x", x), S: sort}
				want[x+1] = append(want[x+1], sort)
			}
		}
		s.commit(ledger.Put{Item: it})
	}
	for index := 1; index <= 3; index++ {
		partition := fmt.Sprint("t#x", index-1)
		for _, limit := range []int{0, 1, 3, 7} {
			for _, desc := range []bool{false, true} {
				items := s.all(ledger.Query{Index: index, Partition: partition, Limit: limit, Desc: desc})
				s.indexOrder(items, index, want[index], desc)
			}
		}
		s.same("from the table's partition", len(s.all(ledger.Query{Index: index, Partition: "t#case0"})), 0)
	}
	s.same("bounds", len(s.all(ledger.Query{Index: 1, Partition: "t#x0", From: "02", To: "04", Limit: 2})), 5)
	s.same("prefix", len(s.all(ledger.Query{Index: 1, Partition: "t#x0", Prefix: "0", Limit: 3})), 10)
}

// indexOrder looks that the items are those wanted, each once, in the order of the index; ties may stand in any order.
func (s *suite) indexOrder(items []ledger.Item, index int, want []string, desc bool) {
	s.t.Helper()
	var got []string
	once := map[ledger.Key]bool{}
	for _, it := range items {
		got = append(got, it.Index[index-1].S)
		if once[it.Key] || len(it.Body) == 0 {
			s.t.Fatalf("item %v twice or without its body", it.Key)
		}
		once[it.Key] = true
	}
	want = slices.Sorted(slices.Values(want))
	if desc {
		slices.Reverse(want)
	}
	s.same(fmt.Sprintf("index %d desc %v", index, desc), got, want)
}

func indexMoves(s *suite) {
	it := ledger.Item{Key: key("case", "a"), Body: []byte("x")}
	seen := func(want ...int) {
		s.t.Helper()
		var got []int
		for i, p := range []string{"t#new", "t#open", "t#closed"} {
			for range s.all(ledger.Query{Index: 1, Partition: p}) {
				got = append(got, i)
			}
		}
		s.same("found in", got, want)
	}
	move := func(x ledger.Key) {
		s.t.Helper()
		it.Index[0] = x
		s.commit(ledger.Put{Item: it})
		it.Version++
	}
	move(ledger.Key{P: "t#new", S: "1"})
	seen(0)
	move(ledger.Key{P: "t#open", S: "1"})
	seen(1)
	move(ledger.Key{P: "t#open", S: "2"})
	seen(1)
	s.same("by its new place", len(s.all(ledger.Query{Index: 1, Partition: "t#open", From: "2"})), 1)
	s.same("not by its old place", len(s.all(ledger.Query{Index: 1, Partition: "t#open", To: "1"})), 0)
	move(ledger.Key{})
	seen()
	move(ledger.Key{P: "t#closed", S: "1"})
	seen(2)
	s.commit(ledger.Delete{Key: it.Key, Version: it.Version})
	seen()
}
