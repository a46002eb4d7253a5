package store

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Drop removes a message.
func (tx *Tx) Drop(m *guichet.Message) {
	tx.writes = append(tx.writes, ledger.Delete{Key: messageKey(m.Tenant, m.Case, m.N), Version: m.Version})
}

// DropHeld removes a mail from the quarantine.
func (tx *Tx) DropHeld(q *Held) {
	tx.writes = append(tx.writes, ledger.Delete{Key: quarantineKey(q.Tenant, q.At, q.ID), Version: q.Version})
}

// DropRest removes whatever is kept of a case beside the case itself: its history, drafts, and what else stands with it. It can be called again after each step.
func (s *Store) DropRest(ctx context.Context, t guichet.TenantID, c guichet.CaseID) error {
	for {
		page, err := s.Ledger.Query(ctx, ledger.Query{Partition: casePartition(t, c), Limit: ledger.MaxWrites})
		if err != nil {
			return err
		}
		var writes []ledger.Write
		for _, it := range page.Items {
			if it.S != sortCase {
				writes = append(writes, ledger.Delete{Key: it.Key, Version: it.Version})
			}
		}
		if len(writes) == 0 {
			return nil
		}
		err = s.Ledger.Commit(ctx, writes...)
		if err != nil && !guichet.Is(err, guichet.Conflict) { // somebody does the same
			return err
		}
	}
}

// NoteGone notes that the bytes of a mail are deleted for good, so that who brings its notice again is not told that they are missing.
func (s *Store) NoteGone(ctx context.Context, raw string, at time.Time) error {
	err := s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: goneKey(raw), Body: []byte(at.UTC().Format(time.RFC3339))}})
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

// IsGone reports whether the bytes under a key were deleted for good.
func (s *Store) IsGone(ctx context.Context, raw string) (bool, error) {
	_, err := s.Ledger.Get(ctx, goneKey(raw))
	if guichet.Is(err, guichet.NotFound) {
		return false, nil
	}
	return err == nil, err
}
