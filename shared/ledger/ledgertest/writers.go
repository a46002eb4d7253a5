package ledgertest

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

const writers = 16

// together runs f once per writer at the same time and waits for all.
func together(f func(w int)) {
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
}

// insist tries a commit again for as long as the engine says that this helps.
func (s *suite) insist(writes ...ledger.Write) error {
	for range 200 {
		if err := s.l.Commit(s.ctx, writes...); !guichet.Is(err, guichet.Temporary) {
			return err
		}
	}
	return fmt.Errorf("temporary for 200 tries")
}

func noLostUpdate(s *suite) {
	k := key("case", "a")
	s.commit(put(k, 0, "0"))
	const each = 10
	together(func(w int) {
		for done := 0; done < each; {
			it, err := s.l.Get(s.ctx, k)
			if err != nil {
				s.t.Errorf("get: %v", err)
				return
			}
			n, _ := strconv.Atoi(string(it.Body))
			switch err := s.insist(put(k, it.Version, strconv.Itoa(n+1))); {
			case err == nil:
				done++
			case !guichet.Is(err, guichet.Conflict):
				s.t.Errorf("put: %v", err)
				return
			}
		}
	})
	it := s.get(k)
	s.same("sum, version", []any{string(it.Body), it.Version}, []any{strconv.Itoa(writers * each), writers*each + 1})
}

func boundHolds(s *suite) {
	k := key("agent", "room")
	var took, refused atomic.Int64
	together(func(int) {
		for range 10 {
			switch err := s.insist(ledger.Add{Key: k, Delta: 1, Max: 50}); {
			case err == nil:
				took.Add(1)
			case guichet.Is(err, guichet.Exhausted):
				refused.Add(1)
			default:
				s.t.Errorf("add: %v", err)
			}
		}
	})
	s.same("took, refused, count", []int64{took.Load(), refused.Load(), s.get(k).Count}, []int64{50, 10*writers - 50, 50})
}

func boundHoldsInCommits(s *suite) {
	k := key("agent", "room")
	var took atomic.Int64
	together(func(w int) {
		for i := range 5 {
			name := fmt.Sprintf("%d-%d", w, i)
			err := s.insist(put(key("case"+name, "case"), 0, name), ledger.Add{Key: k, Delta: 1, Max: 30}, put(key("fact"+name, "f"), 0, name))
			_, lost := s.l.Get(s.ctx, key("fact"+name, "f"))
			switch {
			case err == nil && lost == nil:
				took.Add(1)
			case !guichet.Is(err, guichet.Exhausted) || !guichet.Is(lost, guichet.NotFound):
				s.t.Errorf("commit: %v; its last write reads %v", err, lost)
			}
		}
	})
	s.same("took, count", []int64{took.Load(), s.get(k).Count}, []int64{30, 30})
}

func nextDistinct(s *suite) {
	k := key("numbers", "case")
	var mu sync.Mutex
	seen := map[int64]bool{}
	together(func(int) {
		last := int64(0)
		for range 20 {
			n, err := s.l.Next(s.ctx, k, 1)
			mu.Lock()
			if err != nil || n <= last || seen[n] {
				s.t.Errorf("next: %d after %d, seen %v, %v", n, last, seen[n], err)
			}
			seen[n], last = true, n
			mu.Unlock()
		}
	})
	s.same("numbers", []any{len(seen), seen[1], seen[20*writers]}, []any{20 * writers, true, true})
}

func createOnce(s *suite) {
	for round := range 5 {
		var won, exists atomic.Int64
		together(func(w int) {
			other := key(fmt.Sprint("own", round, w), "x")
			switch err := s.insist(put(other, 0, ""), put(key("message", fmt.Sprint(round)), 0, fmt.Sprint(w))); {
			case err == nil:
				won.Add(1)
			case guichet.Is(err, guichet.Exists):
				exists.Add(1)
				s.gone(other)
			default:
				s.t.Errorf("create: %v", err)
			}
		})
		s.same("won, exists", []int64{won.Load(), exists.Load()}, []int64{1, writers - 1})
	}
}

// gone is absent for use beside the test's own goroutine.
func (s *suite) gone(k ledger.Key) {
	if _, err := s.l.Get(s.ctx, k); !guichet.Is(err, guichet.NotFound) {
		s.t.Errorf("get %v: %v, want not found", k, err)
	}
}
