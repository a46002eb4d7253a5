package store

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Draft returns one draft of a case; NotFound.
func (s *Store) Draft(ctx context.Context, t guichet.TenantID, c guichet.CaseID, id guichet.DraftID) (*guichet.Draft, error) {
	if id == "" || len(id) > 60 || strings.Contains(string(id), "#") {
		return nil, guichet.Errorf(guichet.NotFound, "draft")
	}
	it, err := s.Ledger.Get(ctx, draftKey(t, c, id))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "draft")
	}
	if err != nil {
		return nil, err
	}
	return draftOf(it)
}

// Drafts returns the drafts of a case, oldest first.
func (s *Store) Drafts(ctx context.Context, t guichet.TenantID, c guichet.CaseID) ([]*guichet.Draft, error) {
	var out []*guichet.Draft
	err := s.all(ctx, ledger.Query{Partition: casePartition(t, c), Prefix: draftSort, Limit: 100}, func(it ledger.Item) error {
		d, err := draftOf(it)
		out = append(out, d)
		return err
	})
	return out, err
}

func draftOf(it ledger.Item) (*guichet.Draft, error) {
	t, rest, _ := strings.Cut(it.P, "#")
	d := &guichet.Draft{Tenant: guichet.TenantID(t), Case: guichet.CaseID(keyTail(rest)), ID: guichet.DraftID(strings.TrimPrefix(it.S, draftSort)), Version: it.Version}
	return d, read(it, d)
}

// Draft stores a draft: a new one (Version 0), or a changed one.
func (tx *Tx) Draft(d *guichet.Draft) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: draftKey(d.Tenant, d.Case, d.ID), Version: d.Version, Body: body(d)}})
}

// Writing returns what an agent is writing in a case, as his page kept it last, and its version; nil and 0 for nothing.
func (s *Store) Writing(ctx context.Context, t guichet.TenantID, c guichet.CaseID, who guichet.AgentID) (*guichet.Draft, error) {
	w := &guichet.Draft{Tenant: t, Case: c, By: who}
	it, err := s.Ledger.Get(ctx, writingKey(t, c, who))
	if guichet.Is(err, guichet.NotFound) {
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	w.Version = it.Version
	return w, read(it, w)
}

// SetWriting keeps what an agent is writing: the last word counts. Nothing written takes it away.
func (s *Store) SetWriting(ctx context.Context, w *guichet.Draft) error {
	k := writingKey(w.Tenant, w.Case, w.By)
	empty := w.Letter.Text == "" && w.Letter.HTML == "" && w.Letter.Source == ""
	switch {
	case empty && w.Version == 0:
		return nil
	case empty:
		return s.Ledger.Commit(ctx, ledger.Delete{Key: k, Version: w.Version})
	}
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: k, Version: w.Version, Body: body(w)}})
}
