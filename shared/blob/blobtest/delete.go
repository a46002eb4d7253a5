package blobtest

import (
	"strings"
	"sync"

	"guichet/shared/guichet"
)

// deletes: what was deleted is gone for every call, its neighbours stay, a second deletion is no failure, and the key can be used anew.
func deletes(s *suite) {
	for _, k := range []string{"demo/d", "demo/d/below", "demo/d1", "demo/dd"} {
		s.put(k, k)
	}
	for range 2 {
		if err := s.b.Delete(s.ctx, "demo/d"); err != nil {
			s.t.Fatalf("delete: %v", err)
		}
	}
	if err := s.b.Delete(s.ctx, "demo/never/was"); err != nil {
		s.t.Fatalf("delete of nothing: %v", err)
	}
	s.kind("delete of a bad key", s.b.Delete(s.ctx, "demo//d"), guichet.Invalid)
	_, _, err := s.b.Get(s.ctx, "demo/d")
	s.kind("get of what was deleted", err, guichet.NotFound)
	_, err = s.b.Range(s.ctx, "demo/d", 0, 1)
	s.kind("range of what was deleted", err, guichet.NotFound)
	s.same("list", s.list("demo/", "", 10), []string{"demo/d/below", "demo/d1", "demo/dd"})
	s.put("demo/d", "anew")
	s.same("body", []string{string(s.body("demo/d"))}, []string{"anew"})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := s.b.Delete(s.ctx, "demo/d"); err != nil {
				s.t.Errorf("deletes at once: %v", err)
			}
		})
	}
	all.Wait()
	if err := s.b.Put(s.ctx, "demo/d", strings.NewReader("again"), 5); err != nil {
		s.t.Fatalf("put after deletes: %v", err)
	}
}
