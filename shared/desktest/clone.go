package desktest

import (
	"bytes"
	"maps"
	"reflect"
	"slices"

	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Clone returns a house that is as this one is now, on a copy of its ledger, and goes its own way from then on. Its desk is this house's until it gets one of its own.
func (h *House) Clone(l ledger.Ledger) *House {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := &House{now: h.now, mails: h.mails, done: h.done, Queued: h.Queued, Desk: h.Desk, Blobs: h.Blobs.(*Blobs).clone(), World: h.World.clone(), Feed: h.Feed.clone(l)}
	c.Store = store.New(c.Feed, c.Blobs, c.Now)
	return c
}

// SameAs reports whether two houses are the same to the byte, the ledgers below them apart: the time, the bytes kept, what went out, what is to be done.
func (h *House) SameAs(o *House) bool {
	return h.now.Equal(o.now) && h.mails == o.mails && h.done == o.done && h.Blobs.(*Blobs).same(o.Blobs.(*Blobs)) && reflect.DeepEqual(h.World.all(), o.World.all()) &&
		reflect.DeepEqual(h.Feed.facts, o.Feed.facts) && reflect.DeepEqual(h.Feed.waiting, o.Feed.waiting)
}

func (r *Recorder) clone(l ledger.Ledger) *Recorder {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &Recorder{Ledger: l, facts: slices.Clone(r.facts), waiting: slices.Clone(r.waiting)}
}

func (b *Blobs) clone() *Blobs {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &Blobs{m: maps.Clone(b.m)}
}

func (b *Blobs) same(o *Blobs) bool { return maps.EqualFunc(b.m, o.m, bytes.Equal) }

// clone copies what the world remembers: each field that has a name outside, lists and maps as they stand.
func (w *World) clone() *World {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &World{}
	from, to := reflect.ValueOf(w).Elem(), reflect.ValueOf(c).Elem()
	for i := range from.NumField() {
		if !from.Type().Field(i).IsExported() {
			continue
		}
		f := from.Field(i)
		switch {
		case f.Kind() == reflect.Slice && !f.IsNil():
			f = reflect.AppendSlice(reflect.MakeSlice(f.Type(), 0, f.Len()), f)
		case f.Kind() == reflect.Map && !f.IsNil():
			m := reflect.MakeMap(f.Type())
			for _, k := range f.MapKeys() {
				m.SetMapIndex(k, f.MapIndex(k))
			}
			f = m
		}
		to.Field(i).Set(f)
	}
	return c
}

// all returns the fields of the world that have a name outside.
func (w *World) all() []any {
	var out []any
	v := reflect.ValueOf(w).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			out = append(out, v.Field(i).Interface())
		}
	}
	return out
}
