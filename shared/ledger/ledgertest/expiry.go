package ledgertest

import (
	"fmt"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func (s *suite) brief(k ledger.Key, version int64) ledger.Put {
	p := put(k, version, "brief")
	p.Item.Expires = s.clock.Now().Add(time.Minute)
	p.Item.Index[0] = ledger.Key{P: "t#brief", S: k.S}
	return p
}

func expiryReads(s *suite) {
	for i := range 6 {
		k := key("p", fmt.Sprint(i))
		if i%2 == 0 {
			s.commit(s.brief(k, 0))
			continue
		}
		s.commit(put(k, 0, "stays"))
	}
	s.clock.Add(59 * time.Second)
	s.same("before", sortKeys(s.all(ledger.Query{Partition: "t#p"})), "[0 1 2 3 4 5]")
	s.same("index before", sortKeys(s.all(ledger.Query{Index: 1, Partition: "t#brief"})), "[0 2 4]")
	s.clock.Add(time.Second)
	s.absent(key("p", "0"), key("p", "2"))
	s.same("after", sortKeys(s.all(ledger.Query{Partition: "t#p"})), "[1 3 5]")
	s.same("after, one by one", sortKeys(s.all(ledger.Query{Partition: "t#p", Limit: 1, Desc: true})), "[5 3 1]")
	first, err := s.l.Query(s.ctx, ledger.Query{Partition: "t#p", Limit: 1})
	s.same("the expired take no room", []any{sortKeys(first.Items), err}, []any{"[1]", nil})
	s.same("index after", len(s.all(ledger.Query{Index: 1, Partition: "t#brief"})), 0)
	items, err := s.l.BatchGet(s.ctx, []ledger.Key{key("p", "0"), key("p", "1"), key("p", "2")})
	s.same("batch after", []any{sortKeys(items), err}, []any{"[1]", nil})
}

func expiryWrites(s *suite) {
	names := []string{"put", "late put", "delete", "check", "check version", "add", "next", "renewed"}
	for _, n := range names {
		s.commit(s.brief(key("p", n), 0))
		s.commit(ledger.Add{Key: key("p", n), Delta: 5, Max: 5})
	}
	s.commit(s.brief(key("p", "in a commit"), 0))
	s.clock.Add(30 * time.Second)
	s.commit(s.brief(key("p", "renewed"), 1))
	s.clock.Add(30 * time.Second) // to the very second of the expiry
	s.refused(guichet.Conflict, 0, put(key("p", "late put"), 1, ""))
	s.refused(guichet.Conflict, 0, ledger.Delete{Key: key("p", "delete"), Version: 1})
	s.refused(guichet.Conflict, 0, ledger.Check{Key: key("p", "check version"), Version: 1})
	s.commit(ledger.Check{Key: key("p", "check")})
	s.commit(put(key("p", "put"), 0, "anew"))
	s.same("put anew", s.get(key("p", "put")), ledger.Item{Key: key("p", "put"), Version: 1, Body: []byte("anew")})
	s.commit(ledger.Add{Key: key("p", "add"), Delta: 1, Max: 1})
	s.same("counter anew", s.get(key("p", "add")), ledger.Item{Key: key("p", "add"), Count: 1})
	n, err := s.l.Next(s.ctx, key("p", "next"), 2)
	s.same("next anew", []any{n, err}, []any{2, nil})
	it := s.get(key("p", "renewed"))
	s.same("renewed", []int64{it.Version, it.Count}, []int64{2, 5})
	s.commit(put(key("q", "x"), 0, ""), s.brief(key("p", "in a commit"), 0), ledger.Check{Key: key("p", "check")})
	s.same("in a commit", s.get(key("p", "in a commit")).Version, 1)
	s.same("index", sortKeys(s.all(ledger.Query{Index: 1, Partition: "t#brief"})), "[in a commit renewed]")
}
