package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"

	"pgregory.net/rapid"
)

var runs atomic.Int64

// property does random things to the ledger and to the model, and compares what they say.
func property(s *suite) {
	rapid.Check(s.t, func(t *rapid.T) {
		r := &run{suite: s, t: t, m: model{items: map[ledger.Key]ledger.Item{}, now: s.clock.Now}, name: fmt.Sprintf("r%d#", runs.Add(1))}
		t.Repeat(map[string]func(*rapid.T){
			"commit": r.commit, "get": r.get, "batch": r.batch, "query": r.query, "next": r.next,
			"clock": func(t *rapid.T) { s.clock.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second) },
		})
	})
}

type run struct {
	*suite
	t    *rapid.T
	m    model
	name string // keeps the runs apart
}

func (r *run) key(t *rapid.T) ledger.Key {
	return ledger.Key{P: r.name + rapid.SampledFrom([]string{"p", "q"}).Draw(t, "p"), S: rapid.SampledFrom([]string{"a", "ab", "b", "ü"}).Draw(t, "s")}
}

func (r *run) write(t *rapid.T, k ledger.Key) ledger.Write {
	it, _ := r.m.live(k)
	version := it.Version
	if rapid.IntRange(0, 4).Draw(t, "stale") == 0 {
		version = rapid.Int64Range(0, 3).Draw(t, "version")
	}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return ledger.Delete{Key: k, Version: version}
	case 1:
		return ledger.Check{Key: k, Version: version}
	case 2:
		return ledger.Add{Key: k, Delta: rapid.Int64Range(-3, 3).Draw(t, "delta"), Min: rapid.Int64Range(-4, 0).Draw(t, "min"), Max: rapid.Int64Range(0, 4).Draw(t, "max")}
	}
	p := ledger.Put{Item: ledger.Item{Key: k, Version: version, Body: rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "body")}}
	for i := range p.Item.Index {
		if rapid.Bool().Draw(t, "indexed") {
			p.Item.Index[i] = r.key(t)
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "expires") == 0 {
		p.Item.Expires = r.clock.Now().Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "ttl")) * time.Second)
	}
	return p
}

func (r *run) commit(t *rapid.T) {
	var writes []ledger.Write
	keys := rapid.SliceOfNDistinct(rapid.Custom(r.key), 1, 5, rapid.ID[ledger.Key]).Draw(t, "keys")
	for _, k := range keys {
		writes = append(writes, r.write(t, k))
	}
	i, kind := r.m.commit(writes)
	err := r.l.Commit(r.ctx, writes...)
	var f *ledger.Failure
	switch {
	case i < 0 && err != nil:
		t.Fatalf("commit %+v: %v, the model takes it", writes, err)
	case i >= 0 && (!errors.As(err, &f) || f.Write != i || !guichet.Is(err, kind)):
		t.Fatalf("commit %+v: %v, the model refuses write %d as %v", writes, err, i, kind)
	}
}

func (r *run) get(t *rapid.T) {
	k := r.key(t)
	want, ok := r.m.live(k)
	got, err := r.l.Get(r.ctx, k)
	if ok && (err != nil || show(got) != show(want)) || !ok && !guichet.Is(err, guichet.NotFound) {
		t.Fatalf("get %v: %s, %v, want %s, %v", k, show(got), err, show(want), ok)
	}
}

func (r *run) batch(t *rapid.T) {
	keys := rapid.SliceOfNDistinct(rapid.Custom(r.key), 0, 6, rapid.ID[ledger.Key]).Draw(t, "keys")
	var want []ledger.Item
	for _, k := range keys {
		if it, ok := r.m.live(k); ok {
			want = append(want, it)
		}
	}
	got, err := r.l.BatchGet(r.ctx, keys)
	if err != nil || show(got...) != show(want...) {
		t.Fatalf("batch %v: %s, %v, want %s", keys, show(got...), err, show(want...))
	}
}

func (r *run) query(t *rapid.T) {
	q := ledger.Query{Index: rapid.IntRange(0, 3).Draw(t, "index"), Partition: r.key(t).P, Desc: rapid.Bool().Draw(t, "desc"), Limit: rapid.IntRange(0, 4).Draw(t, "limit")}
	switch rapid.IntRange(0, 2).Draw(t, "range") {
	case 0:
		q.From, q.To = r.key(t).S, r.key(t).S
	case 1:
		q.Prefix = r.key(t).S
	}
	got, err := pages(r.ctx, r.l, q)
	if err != nil {
		t.Fatalf("query %+v: %v", q, err)
	}
	slices.SortStableFunc(got, func(a, b ledger.Item) int { // ties stand in any order
		if place(q, a).S != place(q, b).S {
			return 0
		}
		return cmpOr(strings.Compare(a.P, b.P), strings.Compare(a.S, b.S))
	})
	if want := r.m.query(q); show(got...) != show(want...) {
		t.Fatalf("query %+v: %s, want %s", q, show(got...), show(want...))
	}
}

func (r *run) next(t *rapid.T) {
	k, delta := r.key(t), rapid.Int64Range(0, 3).Draw(t, "delta")
	it, _ := r.m.live(k)
	it.Count += delta
	r.m.items[k] = it
	if n, err := r.l.Next(r.ctx, k, delta); err != nil || n != it.Count {
		t.Fatalf("next: %d, %v, want %d", n, err, it.Count)
	}
}

// show writes items so that equal ones look equal: no bytes and nil are the same.
func show(items ...ledger.Item) string {
	var b strings.Builder
	for _, it := range items {
		fmt.Fprintf(&b, "%q %q v%d n%d x%d %v %q %q; ", it.P, it.S, it.Version, it.Count, it.Expires.Unix(), it.Announce, it.Index, it.Body)
	}
	return b.String()
}
