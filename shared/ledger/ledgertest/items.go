package ledgertest

import (
	"bytes"
	"fmt"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func putVersions(s *suite) {
	k := key("case", "a")
	s.absent(k)
	s.refused(guichet.Conflict, 0, put(k, 1, "too early"))
	s.commit(put(k, 0, "one"))
	s.refused(guichet.Exists, 0, put(k, 0, "again"))
	s.refused(guichet.Conflict, 0, put(k, 2, "ahead"))
	s.commit(put(k, 1, "two"))
	s.refused(guichet.Conflict, 0, put(k, 1, "late"))
	it := s.get(k)
	s.same("after two puts", []any{it.Version, string(it.Body)}, []any{2, "two"})
}

func deleteVersions(s *suite) {
	k := key("case", "a")
	s.refused(guichet.Conflict, 0, ledger.Delete{Key: k, Version: 1})
	s.refused(guichet.Conflict, 0, ledger.Delete{Key: k})
	s.commit(put(k, 0, "one"))
	s.refused(guichet.Conflict, 0, ledger.Delete{Key: k, Version: 2})
	s.refused(guichet.Conflict, 0, ledger.Delete{Key: k})
	s.commit(ledger.Delete{Key: k, Version: 1})
	s.absent(k)
	s.commit(put(k, 0, "anew"))
	s.same("version after it came back", s.get(k).Version, 1)
	s.commit(ledger.Add{Key: key("case", "n"), Delta: 1, Max: 1})
	s.commit(ledger.Delete{Key: key("case", "n")})
	s.absent(key("case", "n"))
}

func checkVersions(s *suite) {
	a, b := key("case", "a"), key("case", "b")
	s.commit(ledger.Check{Key: a}, put(b, 0, "one"))
	s.refused(guichet.Conflict, 0, ledger.Check{Key: a, Version: 1}, put(b, 1, "two"))
	s.commit(put(a, 0, "here"))
	s.refused(guichet.Conflict, 1, put(b, 1, "two"), ledger.Check{Key: a})
	s.commit(put(b, 1, "two"), ledger.Check{Key: a, Version: 1})
	s.commit(ledger.Check{Key: a, Version: 1})
	s.refused(guichet.Conflict, 0, ledger.Check{Key: a, Version: 2})
	s.same("a is as it was", s.get(a).Version, 1)
	s.same("b was put", string(s.get(b).Body), "two")
}

func allOrNothing(s *suite) {
	a, b, c, d := key("1", "a"), key("2", "b"), key("3", "c"), key("4", "d")
	s.commit(put(a, 0, "a"), put(b, 0, "b"))
	s.refused(guichet.Exists, 1, put(c, 0, "c"), put(b, 0, "again"), ledger.Delete{Key: a, Version: 1})
	s.refused(guichet.Conflict, 2, put(c, 0, "c"), ledger.Delete{Key: a, Version: 1}, put(b, 7, "no"))
	s.refused(guichet.Conflict, 1, put(c, 0, "c"), ledger.Delete{Key: d, Version: 1})
	s.refused(guichet.Exhausted, 2, put(c, 0, "c"), put(a, 1, "no"), ledger.Add{Key: d, Delta: 2, Max: 1})
	s.refused(guichet.Exhausted, 1, put(c, 0, "c"), ledger.Add{Key: d, Delta: 2, Max: 1}, put(a, 9, "both fail, the first is named"))
	s.absent(c, d)
	s.same("a", string(s.get(a).Body), "a")
	s.same("b", s.get(b).Version, 1)
	s.commit(put(c, 0, "c"), put(b, 1, "bb"), ledger.Delete{Key: a, Version: 1}, ledger.Add{Key: d, Delta: 1, Max: 1})
	s.absent(a)
	s.same("b, c, d", []any{s.get(b).Version, string(s.get(c).Body), s.get(d).Count}, []any{2, "c", 1})
}

func fields(s *suite) {
	in := ledger.Item{Key: key("full", "a"), Body: []byte("body"), Announce: true, Count: 99,
		Index:   [3]ledger.Key{{P: "t#open", S: "1"}, {}, {P: "t#due", S: "ü"}},
		Expires: s.clock.Now().Add(time.Hour + 300*time.Millisecond)}
	s.commit(ledger.Put{Item: in})
	want := in
	want.Version, want.Count, want.Expires = 1, 0, in.Expires.Truncate(time.Second)
	s.same("item", s.get(in.Key), want)
	s.same("by index", s.all(ledger.Query{Index: 3, Partition: "t#due"}), []ledger.Item{want})
	s.same("by table", s.all(ledger.Query{Partition: in.P}), []ledger.Item{want})
	s.commit(ledger.Put{Item: ledger.Item{Key: in.Key, Version: 1}})
	s.same("bare item", s.get(in.Key), ledger.Item{Key: in.Key, Version: 2})
}

func bodies(s *suite) {
	var every []byte
	for i := range 256 {
		every = append(every, byte(i))
	}
	for i, b := range [][]byte{nil, {}, {0}, every, bytes.Repeat([]byte{0xff}, 100_000)} {
		k := key("bodies", fmt.Sprint(i))
		s.commit(ledger.Put{Item: ledger.Item{Key: k, Body: b}})
		if got := s.get(k).Body; !bytes.Equal(got, b) {
			s.t.Fatalf("body %d: got %d bytes, want %d", i, len(got), len(b))
		}
	}
}

func keyOrder(s *suite) {
	ordered := []string{"\x00", "\x00\x00", " ", "#", "%", "'", "A", "Z", "_", "a", "a\x00", "a\x00b", "aa", "é", "€", "\uffff", "\U00010000", "😀"}
	for i := range ordered {
		k := ordered[(i*7+3)%len(ordered)]
		s.commit(ledger.Put{Item: ledger.Item{Key: key("order", k), Index: [3]ledger.Key{{P: "t#" + k, S: k}, {P: "t#all", S: k}}}})
	}
	var up, down []string
	for i := range ordered {
		up, down = append(up, ordered[i]), append(down, ordered[len(ordered)-1-i])
	}
	for index, partition := range []string{"t#order", "", "t#all"} {
		if partition == "" {
			continue
		}
		s.same("ascending", sortKeys(s.all(ledger.Query{Index: index, Partition: partition})), fmt.Sprint(up))
		s.same("descending", sortKeys(s.all(ledger.Query{Index: index, Partition: partition, Desc: true, Limit: 1})), fmt.Sprint(down))
	}
	for _, k := range ordered {
		s.same("own partition", sortKeys(s.all(ledger.Query{Index: 1, Partition: "t#" + k})), fmt.Sprint([]string{k}))
		s.same("got by key", s.get(key("order", k)).S, k)
	}
}

func batch(s *suite) {
	var keys, want []ledger.Key
	for i := range 100 {
		k := key(fmt.Sprint("p", i%7), fmt.Sprint((i*37)%100))
		keys = append(keys, k)
		if i%3 != 0 {
			s.commit(put(k, 0, fmt.Sprint(i)))
			want = append(want, k)
		}
	}
	items, err := s.l.BatchGet(s.ctx, keys)
	if err != nil {
		s.t.Fatal(err)
	}
	var got []ledger.Key
	for _, it := range items {
		got = append(got, it.Key)
		if len(it.Body) == 0 || it.Version != 1 {
			s.t.Fatalf("batch gave %+v", it)
		}
	}
	s.same("batch", got, want)
	items, err = s.l.BatchGet(s.ctx, nil)
	s.same("empty batch", []any{len(items), err}, []any{0, nil})
}
