package store

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// boxOf decodes a box; tenant and channel stand in its key.
func boxOf(it ledger.Item) (*guichet.Box, error) {
	b := &guichet.Box{Tenant: guichet.TenantID(strings.TrimSuffix(it.P, "#config")), Channel: guichet.ChannelID(strings.TrimPrefix(it.S, "box#")), Version: it.Version}
	return b, read(it, b)
}

// Box returns the integration box of a messaging channel as it is now; NotFound if it has none.
func (s *Store) Box(ctx context.Context, t guichet.TenantID, ch guichet.ChannelID) (*guichet.Box, error) {
	if guichet.ValidTenant(string(t)) != nil || !plainID(string(ch)) {
		return nil, guichet.Errorf(guichet.NotFound, "box")
	}
	it, err := s.Ledger.Get(ctx, boxKey(t, ch))
	if err != nil {
		return nil, err
	}
	return boxOf(it)
}

// SaveBox creates (Version 0) or replaces a box.
func (s *Store) SaveBox(ctx context.Context, b *guichet.Box) error {
	defer s.forget(b.Tenant)
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: boxKey(b.Tenant, b.Channel), Version: b.Version, Body: body(b), Index: [3]ledger.Key{relayIndex - 1: boxIndexKey(b.Tenant, b.Channel)}}})
}

// Boxes hands every box of the house, of all tenants, to each: for an operator who seals their secrets anew.
func (s *Store) Boxes(ctx context.Context, each func(*guichet.Box) error) error {
	return s.all(ctx, ledger.Query{Index: relayIndex, Partition: boxesPartition}, func(it ledger.Item) error {
		b, err := boxOf(it)
		if err != nil {
			return err
		}
		return each(b)
	})
}
