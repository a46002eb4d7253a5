package ledgertest

import (
	"fmt"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func (s *suite) feed() Feed {
	f, ok := s.l.(Feed)
	if !ok {
		s.t.Skip("this engine gives its feed elsewhere")
	}
	return f
}

func announced(k ledger.Key, body string) ledger.Put {
	p := put(k, 0, body)
	p.Item.Announce = true
	return p
}

// changes reads the feed from the start until it has want changes, in steps of limit.
func (s *suite) changes(limit, want int) (all []ledger.Change) {
	s.t.Helper()
	after := int64(0)
	for {
		some, err := s.feed().Changes(s.ctx, after, limit)
		if err != nil || len(some) > limit {
			s.t.Fatalf("changes: %d of at most %d, %v", len(some), limit, err)
		}
		for _, c := range some {
			if c.Seq <= after {
				s.t.Fatalf("position %d after %d", c.Seq, after)
			}
			after = c.Seq
		}
		all = append(all, some...)
		if len(some) == 0 && len(all) >= want {
			return all
		}
		if len(some) == 0 && s.t.Context().Err() != nil {
			s.t.Fatalf("%d changes, want %d", len(all), want)
		}
	}
}

func feed(s *suite) {
	s.feed()
	together(func(w int) {
		for i := range 10 {
			k := key(fmt.Sprint("case", w), fmt.Sprint("fact", i))
			if err := s.insist(announced(k, k.S), put(key("quiet", fmt.Sprint(w, i)), 0, "")); err != nil {
				s.t.Errorf("commit: %v", err)
			}
		}
	})
	s.refused(guichet.Exists, 0, announced(key("case0", "fact0"), "again"))
	p := announced(key("case0", "fact1"), "changed")
	p.Item.Version = 1
	s.commit(p) // a replacement is no creation
	next := map[string]int{}
	for _, c := range s.changes(7, 10*writers) {
		want := fmt.Sprint("fact", next[c.Item.P])
		if c.Item.S != want || string(c.Item.Body) != want || c.Item.Version != 1 || !c.Item.Announce {
			s.t.Fatalf("change %+v, want %s", c.Item, want)
		}
		next[c.Item.P]++
	}
	s.same("cases", len(next), writers)
	for p, n := range next {
		s.same("facts of "+p, n, 10)
	}
}

func feedKeeps(s *suite) {
	s.feed()
	k := key("case", "fact")
	p := announced(k, "as it was")
	p.Item.Expires, p.Item.Index[1] = s.clock.Now().Add(time.Minute), ledger.Key{P: "t#x", S: "y"}
	s.commit(p)
	want := s.get(k)
	s.commit(ledger.Add{Key: k, Delta: 1, Max: 1})
	s.commit(ledger.Delete{Key: k, Version: 1})
	s.commit(put(k, 0, "came back quietly"))
	s.commit(ledger.Add{Key: key("case", "counted"), Delta: 1, Max: 1})
	s.commit(announced(key("case", "counted"), "after its counter"))
	q := announced(key("case", "renewed"), "first")
	q.Item.Expires = s.clock.Now().Add(time.Minute)
	s.commit(q)
	s.clock.Add(time.Hour)
	s.commit(announced(key("case", "renewed"), "second"))
	var got []string
	for i, c := range s.changes(100, 4) {
		got = append(got, fmt.Sprint(string(c.Item.Body), c.Item.Count))
		if i == 0 {
			s.same("first change", c.Item, want)
		}
	}
	s.same("changes", got, []string{"as it was0", "after its counter1", "first0", "second0"})
}
