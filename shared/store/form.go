package store

import (
	"context"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Form returns a website's form. NotFound also for what is no form's id.
func (s *Store) Form(ctx context.Context, id guichet.FormID) (*guichet.Form, error) {
	t := id.Tenant()
	if t == "" {
		return nil, guichet.Errorf(guichet.NotFound, "form")
	}
	it, err := s.Ledger.Get(ctx, formKey(t, id))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "form")
	}
	if err != nil {
		return nil, err
	}
	f := &guichet.Form{Version: it.Version}
	return f, read(it, f)
}

// Forms returns all forms of a tenant, by id.
func (s *Store) Forms(ctx context.Context, t guichet.TenantID) ([]*guichet.Form, error) {
	var out []*guichet.Form
	err := s.all(ctx, ledger.Query{Partition: formPartition(t), Limit: ledger.MaxPage}, func(it ledger.Item) error {
		f := &guichet.Form{Version: it.Version}
		out = append(out, f)
		return read(it, f)
	})
	return out, err
}

// SaveForm creates (Version 0) or replaces a form.
func (s *Store) SaveForm(ctx context.Context, f guichet.Form) error {
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: formKey(f.ID.Tenant(), f.ID), Version: f.Version, Body: body(f)}})
}

// DeleteForm removes a form, which must be at that version.
func (s *Store) DeleteForm(ctx context.Context, f guichet.Form) error {
	return s.Ledger.Commit(ctx, ledger.Delete{Key: formKey(f.ID.Tenant(), f.ID), Version: f.Version})
}

// rateTries bounds how often a count is tried again that others move at the same time.
const rateTries = 12

// rated is how many there were, and the last of them by name.
type rated struct {
	N    int      `json:"n"`
	Last []string `json:"l,omitempty"`
}

// maxRated is how many of the last ones are remembered by name.
const maxRated = 20

// Rate counts one, whose name is given, within the window that now falls into, under a name that says nothing about people; it returns how many there were with this
// one. One of the last that comes again is counted once. What is counted is forgotten after the window. Above most nothing is written any more: who is over it costs a read.
func (s *Store) Rate(ctx context.Context, t guichet.TenantID, what, one string, window time.Duration, most int, now time.Time) (int, error) {
	begin := now.UTC().Truncate(window)
	k := rateKey(t, what, begin)
	for range rateTries {
		it, err := s.Ledger.Get(ctx, k)
		if err != nil && !guichet.Is(err, guichet.NotFound) {
			return 0, err
		}
		var r rated
		if err == nil {
			if err := read(it, &r); err != nil {
				return 0, err
			}
		}
		switch {
		case slices.Contains(r.Last, one):
			return r.N, nil
		case r.N >= most:
			return r.N + 1, nil
		}
		r.N, r.Last = r.N+1, append(r.Last, one)
		r.Last = r.Last[max(0, len(r.Last)-maxRated):]
		err = s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: k, Version: it.Version, Body: body(r), Expires: begin.Add(window)}})
		if err == nil || !guichet.Is(err, guichet.Conflict) && !guichet.Is(err, guichet.Exists) {
			return r.N, err
		}
	}
	return 0, guichet.Errorf(guichet.Temporary, "too many at once")
}
