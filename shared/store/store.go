// Package store is what is kept: every noun of the house on the ledger and the blobs, and every key string. It decides
// nothing: the flows of desk load, rules decide, and a Tx commits.
package store

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Store keeps the nouns. Make one with New; it is safe for concurrent use.
type Store struct {
	Ledger ledger.Ledger
	Blobs  blob.Blobs
	now    func() time.Time

	mu      sync.Mutex
	configs map[guichet.TenantID]*Config
	domains map[string]ownership
}

// New returns a store on two engines. Now is the clock of the configuration cache.
func New(l ledger.Ledger, b blob.Blobs, now func() time.Time) *Store {
	return &Store{Ledger: l, Blobs: b, now: now, configs: map[guichet.TenantID]*Config{}, domains: map[string]ownership{}}
}

// read decodes the body of an item; one that does not decode is a defect and says so.
func read(it ledger.Item, into any) error {
	if err := json.Unmarshal(it.Body, into); err != nil {
		return guichet.Errorf(guichet.Other, "read item %s: %w", it.S, err)
	}
	return nil
}

// body encodes what an item keeps. The nouns are plain data: encoding them cannot fail.
func body(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("store: a noun does not encode: " + err.Error())
	}
	return b
}

// all reads every item of a partition whose sort key begins with prefix, page by page.
func (s *Store) all(ctx context.Context, q ledger.Query, each func(ledger.Item) error) error {
	for {
		page, err := s.Ledger.Query(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			if err := each(it); err != nil {
				return err
			}
		}
		if page.Cursor == "" {
			return nil
		}
		q.Cursor = page.Cursor
	}
}
