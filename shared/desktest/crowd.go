package desktest

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Crowd gives the house n open cases with a clock each, of which due ended within the last minute, in no order; the others end within the next thirty days. They are
// numbered on from those that there are.
func (h *House) Crowd(ctx context.Context, n, due int) error {
	last, err := h.Ledger().Next(ctx, ledger.Key{P: string(Tenant) + "#count", S: "case"}, int64(n))
	if err != nil {
		return err
	}
	now := h.Now()
	for at := 0; at < n; {
		tx := &store.Tx{}
		for range min(ledger.MaxWrites, n-at) {
			ends := now.Add(time.Minute + time.Duration(at)*(30*24*time.Hour/time.Duration(n)))
			if k := (at*2654435761 + 17) % n; k < due {
				ends = now.Add(-time.Duration(k) * time.Minute / time.Duration(due))
			}
			tx.Case(crowded(guichet.NewCaseID(last-int64(n)+int64(at)+1), now, ends))
			at++
		}
		if err := h.Store.Commit(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func crowded(id guichet.CaseID, now, due time.Time) *guichet.Case {
	opened := now.Add(-4 * time.Hour)
	return &guichet.Case{
		Tenant: Tenant, ID: id, Channel: "support", Contact: guichet.ContactID(id), Subject: "Where is my order?", Status: guichet.Open, Skill: "support", People: []string{"bo@customer.example"},
		Opened: opened, Moved: opened, Messages: 1, In: 1, First: guichet.Clock{Target: 4 * 3600, Due: due},
	}
}

// Ledger is the house's, with what is announced.
func (h *House) Ledger() ledger.Ledger { return h.Feed }
