package ledgertest

import (
	"fmt"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func refusedKeys(s *suite) {
	long, longer := strings.Repeat("p", ledger.MaxPartition), strings.Repeat("s", ledger.MaxSort)
	for name, c := range map[string]struct {
		key  ledger.Key
		kind guichet.Kind
	}{
		"no key": {ledger.Key{}, guichet.Invalid}, "no partition": {ledger.Key{S: "s"}, guichet.Invalid},
		"no sort key": {ledger.Key{P: "p"}, guichet.Invalid}, "not UTF-8": {ledger.Key{P: "p", S: "\xff"}, guichet.Invalid},
		"half a character": {ledger.Key{P: "\xc3", S: "s"}, guichet.Invalid},
		"long partition":   {ledger.Key{P: long + "p", S: "s"}, guichet.TooLarge},
		"long sort key":    {ledger.Key{P: "p", S: longer + "s"}, guichet.TooLarge},
	} {
		s.t.Log(name)
		_, err := s.l.Get(s.ctx, c.key)
		s.kind("get", err, c.kind)
		_, err = s.l.BatchGet(s.ctx, []ledger.Key{key("a", "a"), c.key})
		s.kind("batch", err, c.kind)
		_, err = s.l.Next(s.ctx, c.key, 1)
		s.kind("next", err, c.kind)
		s.refused(c.kind, -1, put(c.key, 0, ""))
		s.refused(c.kind, -1, ledger.Delete{Key: c.key, Version: 1})
		s.refused(c.kind, -1, put(key("a", "a"), 0, ""), ledger.Check{Key: c.key})
		s.refused(c.kind, -1, ledger.Add{Key: c.key, Delta: 1, Max: 1})
		if c.key != (ledger.Key{}) {
			s.refused(c.kind, -1, ledger.Put{Item: ledger.Item{Key: key("a", "a"), Index: [3]ledger.Key{1: c.key}}})
		}
	}
	s.absent(key("a", "a"))
	biggest := ledger.Key{P: long, S: longer}
	s.commit(ledger.Put{Item: ledger.Item{Key: biggest, Index: [3]ledger.Key{biggest, biggest, biggest}}})
	s.same("the longest keys", []any{s.get(biggest).Version, len(s.all(ledger.Query{Index: 2, Partition: long, Limit: 1}))}, []any{1, 1})
	s.refused(guichet.Invalid, -1, put(key("a", "a"), -1, ""))
	s.refused(guichet.Invalid, -1, put(key("a", "a"), 1<<63-1, ""))
	s.refused(guichet.Invalid, -1, ledger.Delete{Key: biggest, Version: -1})
	s.refused(guichet.Invalid, -1, ledger.Put{Item: ledger.Item{Key: key("a", "a"), Expires: time.Unix(0, 0)}})
}

func (s *suite) kind(what string, err error, want guichet.Kind) {
	s.t.Helper()
	if !guichet.Is(err, want) {
		s.t.Fatalf("%s: got %v, want %v", what, err, want)
	}
}

// fill is an item of exactly n bytes as ledger.Size counts.
func fill(k ledger.Key, n int) ledger.Put {
	it := ledger.Item{Key: k}
	it.Body = make([]byte, n-ledger.Size(&it))
	for i := range it.Body {
		it.Body[i] = byte(i * 31)
	}
	return ledger.Put{Item: it}
}

func refusedSizes(s *suite) {
	const most = ledger.MaxItem - ledger.Spare
	s.refused(guichet.TooLarge, -1, fill(key("big", "a"), most+1))
	s.commit(fill(key("big", "a"), most))
	s.commit(ledger.Add{Key: key("big", "a"), Delta: 1 << 62, Max: 1 << 62})
	s.same("the largest item", len(s.get(key("big", "a")).Body) > most-100, true)
	var ten []ledger.Write
	for i := range 10 {
		ten = append(ten, fill(key("big", fmt.Sprint("ten", i)), 400_000))
	}
	s.commit(ten...)
	for i := range ten {
		ten[i] = fill(key("big", fmt.Sprint("more", i)), 400_000)
	}
	s.refused(guichet.TooLarge, -1, append(ten, fill(key("big", "eleventh"), 250_000))...)
	s.absent(key("big", "more0"), key("big", "eleventh"))
}

func refusedCommits(s *suite) {
	s.refused(guichet.Invalid, -1)
	s.refused(guichet.Invalid, -1, nil)
	a := key("a", "a")
	s.refused(guichet.Invalid, -1, put(a, 0, ""), put(key("a", "b"), 0, ""), ledger.Check{Key: a})
	s.refused(guichet.Invalid, -1, ledger.Add{Key: a, Min: 1, Max: 0})
	var many []ledger.Write
	for i := range ledger.MaxWrites + 1 {
		many = append(many, put(key("many", fmt.Sprint(i)), 0, "x"))
	}
	s.refused(guichet.TooLarge, -1, many...)
	s.commit(many[:ledger.MaxWrites]...)
	s.same("all of them", len(s.all(ledger.Query{Partition: "t#many", Limit: 1000})), ledger.MaxWrites)
	s.absent(a, key("a", "b"), key("many", fmt.Sprint(ledger.MaxWrites)))
	var keys []ledger.Key
	for i := range ledger.MaxBatch + 1 {
		keys = append(keys, key("many", fmt.Sprint(i)))
	}
	_, err := s.l.BatchGet(s.ctx, keys)
	s.kind("batch of 101", err, guichet.TooLarge)
	_, err = s.l.BatchGet(s.ctx, []ledger.Key{a, a})
	s.kind("batch with a key twice", err, guichet.Invalid)
	_, err = s.l.Next(s.ctx, a, -1)
	s.kind("next below zero", err, guichet.Invalid)
}

func refusedQueries(s *suite) {
	for i := range 5 {
		s.commit(put(key("q", fmt.Sprint(i)), 0, ""), put(key("other", fmt.Sprint(i)), 0, ""))
	}
	other, err := s.l.Query(s.ctx, ledger.Query{Partition: "t#other", Limit: 2})
	if err != nil || other.Cursor == "" {
		s.t.Fatalf("query of other: %v, cursor %q", err, other.Cursor)
	}
	for name, q := range map[string]ledger.Query{
		"no partition": {}, "partition not UTF-8": {Partition: "\xff"}, "index 4": {Partition: "t#q", Index: 4},
		"index -1": {Partition: "t#q", Index: -1}, "limit below zero": {Partition: "t#q", Limit: -1},
		"limit too high":    {Partition: "t#q", Limit: ledger.MaxPage + 1},
		"prefix and bounds": {Partition: "t#q", Prefix: "1", From: "1"}, "bound not UTF-8": {Partition: "t#q", From: "\xff"},
		"eventual index": {Partition: "t#q", Index: 1, Eventual: true}, "cursor of letters": {Partition: "t#q", Cursor: "abc"},
		"cursor not in the alphabet":    {Partition: "t#q", Cursor: "§"},
		"cursor of another partition":   {Partition: "t#q", Cursor: other.Cursor},
		"cursor cut short":              {Partition: "t#other", Cursor: other.Cursor[:len(other.Cursor)-2]},
		"cursor outside of the bounds":  {Partition: "t#other", From: "3", Cursor: other.Cursor},
		"cursor outside of the prefix":  {Partition: "t#other", Prefix: "4", Cursor: other.Cursor},
		"cursor above the upper bounds": {Partition: "t#other", To: "0", Cursor: other.Cursor},
	} {
		if _, err := s.l.Query(s.ctx, q); !guichet.Is(err, guichet.Invalid) {
			s.t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func pageBytes(s *suite) {
	for i := range 8 {
		s.commit(fill(key("wide", fmt.Sprint(i)), 300_000))
	}
	p, err := s.l.Query(s.ctx, ledger.Query{Partition: "t#wide"})
	if err != nil || len(p.Items) == 0 || len(p.Items) > 4 || p.Cursor == "" {
		s.t.Fatalf("page of %d items, cursor %q, %v: want at most about 1 MB and a cursor", len(p.Items), p.Cursor, err)
	}
	s.same("all pages", sortKeys(s.all(ledger.Query{Partition: "t#wide"})), "[0 1 2 3 4 5 6 7]")
	s.same("all pages backwards", sortKeys(s.all(ledger.Query{Partition: "t#wide", Desc: true})), "[7 6 5 4 3 2 1 0]")
}
