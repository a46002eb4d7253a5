package store

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Moving is the work of giving a tenant's open cases the service levels that are set now. It goes through all cases, newest first, a part in each sweep.
type Moving struct {
	Tenant  guichet.TenantID `json:"-"`
	By      guichet.AgentID  `json:"by"`
	Began   time.Time        `json:"began"`
	From    string           `json:"from,omitempty"` // where to go on, see Recent; empty: at the newest case
	Seen    int              `json:"seen"`           // cases looked at
	Open    int              `json:"open"`           // of them open
	Moved   int              `json:"moved"`          // of them moved
	Failed  int              `json:"failed,omitempty"`
	Reason  string           `json:"reason,omitempty"` // of the last failure
	Done    time.Time        `json:"done,omitzero"`
	Version int64            `json:"-"`
}

// Moving returns the tenant's newest work of that kind, done or not; NotFound if there never was one.
func (s *Store) Moving(ctx context.Context, t guichet.TenantID) (Moving, error) {
	it, err := s.Ledger.Get(ctx, configKey(t, movingSort))
	if err != nil {
		return Moving{}, err
	}
	m := Moving{Tenant: t, Version: it.Version}
	return m, read(it, &m)
}

// SaveMoving stores how far the work is, and has sweeps find it while it isn't done.
func (s *Store) SaveMoving(ctx context.Context, m Moving) error {
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: configKey(m.Tenant, movingSort), Version: m.Version, Body: body(m)}}}
	note, err := s.Ledger.Get(ctx, movingKey(m.Tenant))
	switch there := err == nil; {
	case err != nil && !guichet.Is(err, guichet.NotFound):
		return err
	case m.Done.IsZero() && !there:
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: movingKey(m.Tenant)}})
	case !m.Done.IsZero() && there:
		writes = append(writes, ledger.Delete{Key: movingKey(m.Tenant), Version: note.Version})
	}
	return s.Ledger.Commit(ctx, writes...)
}

// ToMove lists tenants whose work of that kind is not done, up to limit.
func (s *Store) ToMove(ctx context.Context, limit int) ([]guichet.TenantID, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: movingPartition, Limit: limit})
	var out []guichet.TenantID
	for _, it := range page.Items {
		out = append(out, guichet.TenantID(it.S))
	}
	return out, err
}
