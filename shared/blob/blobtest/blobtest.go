// Package blobtest is the one suite of the blobs: what it asks is the contract, and every engine passes it.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"

	"pgregory.net/rapid"
)

// An Open makes an empty store; the test closes it by t.Cleanup.
type Open func(t testing.TB) blob.Blobs

type suite struct {
	t   *testing.T
	b   blob.Blobs
	ctx context.Context
}

// Run runs the whole suite on what open makes.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		run  func(s *suite)
	}{
		{"what was put comes back", putGet}, {"a key keeps its first bytes", putOnce}, {"a failed put leaves nothing", putFails},
		{"ranges", ranges}, {"keys", keys}, {"lists", lists}, {"a key may begin with another", nested}, {"random keys list like a sorted slice", randomLists},
		{"what was deleted is gone", deletes}, {"16 callers put one key once", racingPuts}, {"links", links},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(&suite{t: t, b: open(t), ctx: t.Context()}) })
	}
}

func (s *suite) put(key string, body string) {
	s.t.Helper()
	if err := s.b.Put(s.ctx, key, strings.NewReader(body), int64(len(body))); err != nil {
		s.t.Fatalf("put %q: %v", key, err)
	}
}

func (s *suite) kind(what string, err error, want guichet.Kind) {
	s.t.Helper()
	if !guichet.Is(err, want) {
		s.t.Fatalf("%s: got %v, want %v", what, err, want)
	}
}

func (s *suite) body(key string) []byte {
	s.t.Helper()
	r, info, err := s.b.Get(s.ctx, key)
	if err != nil {
		s.t.Fatalf("get %q: %v", key, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || info.Key != key || info.Size != int64(len(b)) || info.Modified.IsZero() {
		s.t.Fatalf("get %q: %d bytes, %+v, %v", key, len(b), info, err)
	}
	return b
}

func (s *suite) list(prefix, after string, limit int) (keys []string) {
	s.t.Helper()
	infos, err := s.b.List(s.ctx, prefix, after, limit)
	if err != nil {
		s.t.Fatalf("list %q after %q: %v", prefix, after, err)
	}
	for _, i := range infos {
		keys = append(keys, i.Key)
		if i.Modified.IsZero() {
			s.t.Fatalf("list: %+v", i)
		}
	}
	return keys
}

func (s *suite) same(what string, got, want []string) {
	s.t.Helper()
	if !slices.Equal(got, want) {
		s.t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

func putGet(s *suite) {
	rnd := rand.NewChaCha8([32]byte{1})
	for i, n := range []int{0, 1, 4096, 75_000, 3 << 20} {
		b := make([]byte, n)
		rnd.Read(b)
		key := fmt.Sprintf("demo/raw/%d", i)
		if err := s.b.Put(s.ctx, key, iotest.OneByteReader(iotest.DataErrReader(bytes.NewReader(b[:min(n, 5000)]))), int64(min(n, 5000))); err != nil {
			s.t.Fatal(err)
		}
		if err := s.b.Put(s.ctx, key+"whole", bytes.NewReader(b), int64(n)); err != nil {
			s.t.Fatal(err)
		}
		if !bytes.Equal(s.body(key), b[:min(n, 5000)]) || !bytes.Equal(s.body(key+"whole"), b) {
			s.t.Fatalf("%d bytes came back changed", n)
		}
	}
	_, _, err := s.b.Get(s.ctx, "demo/raw/none")
	s.kind("get of nothing", err, guichet.NotFound)
	_, err = s.b.Range(s.ctx, "demo/raw/none", 0, 1)
	s.kind("range of nothing", err, guichet.NotFound)
}

func putOnce(s *suite) {
	s.put("demo/a", "first")
	s.kind("put again", s.b.Put(s.ctx, "demo/a", strings.NewReader("other"), 5), guichet.Exists)
	s.kind("put the same again", s.b.Put(s.ctx, "demo/a", strings.NewReader("first"), 5), guichet.Exists)
	s.same("body", []string{string(s.body("demo/a"))}, []string{"first"})
}

func putFails(s *suite) {
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the sender went away")))
	if err := s.b.Put(s.ctx, "demo/broken", broken, 8); err == nil {
		s.t.Fatal("a broken reader was stored")
	}
	s.kind("too few", s.b.Put(s.ctx, "demo/few", strings.NewReader("1234"), 5), guichet.Invalid)
	s.kind("too many", s.b.Put(s.ctx, "demo/many", strings.NewReader("123456"), 5), guichet.Invalid)
	s.kind("size below zero", s.b.Put(s.ctx, "demo/below", strings.NewReader(""), -1), guichet.Invalid)
	done, cancel := context.WithCancel(s.ctx)
	cancel()
	s.kind("cancelled", s.b.Put(done, "demo/cancelled", strings.NewReader("12"), 2), guichet.Temporary)
	s.same("left behind", s.list("", "", 10), nil)
	s.put("demo/few", "12345")
}

func ranges(s *suite) {
	s.put("demo/r", "0123456789")
	s.put("demo/empty", "")
	for _, c := range []struct {
		key    string
		off, n int64
		want   string
	}{{"demo/r", 0, -1, "0123456789"}, {"demo/r", 3, 4, "3456"}, {"demo/r", 8, 100, "89"}, {"demo/r", 9, 1, "9"}, {"demo/r", 0, 0, ""},
		{"demo/r", 5, 0, ""}, {"demo/r", 10, -1, ""}, {"demo/r", 10, 5, ""}, {"demo/empty", 0, -1, ""}, {"demo/r", 4, 1<<63 - 1, "456789"}} {
		r, err := s.b.Range(s.ctx, c.key, c.off, c.n)
		if err != nil {
			s.t.Fatalf("range %d+%d: %v", c.off, c.n, err)
		}
		b, err := io.ReadAll(r)
		r.Close()
		if string(b) != c.want || err != nil {
			s.t.Fatalf("range %d+%d: %q, %v, want %q", c.off, c.n, b, err, c.want)
		}
	}
	for _, off := range []int64{-1, 11, 1 << 40} {
		_, err := s.b.Range(s.ctx, "demo/r", off, 1)
		s.kind(fmt.Sprint("range from ", off), err, guichet.Invalid)
	}
}

func keys(s *suite) {
	for _, k := range []string{"", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "./a", "\xff", strings.Repeat("k", blob.MaxKey+1)} {
		s.kind(fmt.Sprintf("put %.20q", k), s.b.Put(s.ctx, k, strings.NewReader(""), 0), guichet.Invalid)
		_, _, err := s.b.Get(s.ctx, k)
		s.kind(fmt.Sprintf("get %.20q", k), err, guichet.Invalid)
		_, err = s.b.Range(s.ctx, k, 0, 1)
		s.kind(fmt.Sprintf("range %.20q", k), err, guichet.Invalid)
	}
	good := []string{"...", "a b", "a%2Fb", "a+b=c", "é/ü/😀", "<m1@host.example>", "A/a", strings.Repeat("k", blob.MaxKey), strings.Repeat("é", 450),
		strings.Repeat("long/", 179) + "ends", ".hidden", "a\\b", "a:b", "%", "a?b#c&d"}
	for _, k := range good {
		s.put(k, k)
	}
	for _, k := range good {
		s.same("body", []string{string(s.body(k))}, []string{k})
	}
	slices.Sort(good)
	s.same("list", s.list("", "", 1000), good)
}

func lists(s *suite) {
	var all []string
	for i := range 30 {
		k := fmt.Sprintf("demo/2026-03-%02d/%026d", i%3+1, i*i)
		all = append(all, k)
		s.put(k, k[:i])
	}
	s.put("other/x", "x")
	slices.Sort(all)
	var paged []string
	for after := ""; ; {
		page := s.list("demo/", after, 7)
		paged = append(paged, page...)
		if len(page) < 7 {
			break
		}
		after = page[6]
	}
	s.same("pages", paged, all)
	s.same("part of a part", s.list("demo/2026-03-02/00", "", 1000), all[10:20])
	s.same("after", s.list("demo/", all[20], 3), all[21:24])
	s.same("after a key that is not there", s.list("", "demo/2026-03-02", 1), all[10:11])
	s.same("nothing", s.list("demo/2027", "", 10), nil)
	s.same("after the end", s.list("demo/", "demo0", 10), nil)
	s.same("the neighbour", s.list("", "demo0", 10), []string{"other/x"})
	infos, err := s.b.List(s.ctx, all[5], "", 10)
	if err != nil || len(infos) != 1 || infos[0].Size != int64(len(s.body(all[5]))) {
		s.t.Fatalf("list of one: %+v, %v", infos, err)
	}
	for _, limit := range []int{0, -1, 1001} {
		_, err := s.b.List(s.ctx, "", "", limit)
		s.kind("limit", err, guichet.Invalid)
	}
	_, err = s.b.List(s.ctx, "\xff", "", 1)
	s.kind("prefix", err, guichet.Invalid)
}

func nested(s *suite) {
	want := []string{"a", "a-", "a-/b", "a/b", "a/b/c", "a/b0", "a0", "abcdefgh", "abcdefgh-x", "abcdefgh/x", "abcdefgh0"}
	for i := range want {
		s.put(want[(i*7+2)%len(want)], "x")
	}
	s.same("list", s.list("", "", 100), want)
	for i := range want {
		s.same("one by one", s.list("", want[i], 1), want[i+1:min(i+2, len(want))])
		s.same("body", []string{string(s.body(want[i]))}, []string{"x"})
	}
}

var runs atomic.Int64

func randomLists(s *suite) {
	part := rapid.StringOfN(rapid.SampledFrom([]rune("ab-./0é")), 1, 12, -1)
	rapid.Check(s.t, func(t *rapid.T) {
		root := fmt.Sprintf("r%d/", runs.Add(1))
		var all []string
		for _, k := range rapid.SliceOfNDistinct(part, 0, 12, rapid.ID[string]).Draw(t, "keys") {
			if blob.CheckKey(root+k) == nil {
				all = append(all, root+k)
				if err := s.b.Put(s.ctx, root+k, strings.NewReader(k), int64(len(k))); err != nil {
					t.Fatalf("put %q: %v", root+k, err)
				}
			}
		}
		slices.Sort(all)
		prefix, after, limit := root+rapid.SampledFrom([]string{"", "a", "a/", "0-"}).Draw(t, "prefix"), root+part.Draw(t, "after"), rapid.IntRange(1, 5).Draw(t, "limit")
		var want, got []string
		for _, k := range all {
			if strings.HasPrefix(k, prefix) && k > after && len(want) < limit {
				want = append(want, k)
			}
		}
		infos, err := s.b.List(s.ctx, prefix, after, limit)
		for _, i := range infos {
			got = append(got, i.Key)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("list %q after %q limit %d: %q, %v, want %q", prefix, after, limit, got, err, want)
		}
	})
}

func racingPuts(s *suite) {
	for round := range 5 {
		key := fmt.Sprintf("race/%d/x", round)
		var won atomic.Int64
		var winner atomic.Value
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				body := strings.Repeat(fmt.Sprintf("%02d", w), 5000)
				switch err := s.b.Put(s.ctx, key, strings.NewReader(body), int64(len(body))); {
				case err == nil:
					won.Add(1)
					winner.Store(body)
				case !guichet.Is(err, guichet.Exists):
					s.t.Errorf("put: %v", err)
				}
				if r, _, err := s.b.Get(s.ctx, key); err != nil {
					s.t.Errorf("get after put: %v", err)
				} else {
					r.Close()
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || string(s.body(key)) != winner.Load() {
			s.t.Fatalf("%d puts won, or the bytes are not the winner's", won.Load())
		}
	}
}

func links(s *suite) {
	s.put("demo/l", "x")
	if _, err := s.b.Link(s.ctx, "demo/l", time.Minute); err != nil {
		s.t.Fatal(err)
	}
	_, err := s.b.Link(s.ctx, "", time.Minute)
	s.kind("link of no key", err, guichet.Invalid)
}
