package store

import (
	"context"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// contactOf decodes a contact item. What was written before there were states is read as the state that it meant.
func contactOf(t guichet.TenantID, it ledger.Item) (*guichet.Contact, error) {
	c := &guichet.Contact{Tenant: t, ID: guichet.ContactID(keyTail(it.P)), Version: it.Version}
	if err := read(it, c); err != nil {
		return nil, err
	}
	if c.Blocked != "" && c.State.By == "" {
		c.State = guichet.AddressState{Status: guichet.AddressBarred, Reason: guichet.StoppedByBounce, Said: c.Blocked, By: guichet.BySES}
		if at := strings.LastIndex(c.Blocked, " on "); at >= 0 {
			c.State.At, _ = time.Parse("2006-01-02", c.Blocked[at+4:])
		}
	}
	c.Blocked = ""
	return c, nil
}

// Suppressed returns a page of the contacts whose address takes no mail, the newest first.
func (s *Store) Suppressed(ctx context.Context, t guichet.TenantID, limit int, cursor string) ([]*guichet.Contact, string, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Index: stoppedIndex, Partition: stoppedPartition(t), Limit: limit, Cursor: cursor, Desc: true})
	if err != nil {
		return nil, "", err
	}
	out := make([]*guichet.Contact, 0, len(page.Items))
	for _, it := range page.Items {
		c, err := contactOf(t, it)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	return out, page.Cursor, nil
}

// ContactFact stores what happened to a contact, where no case tells it.
func (tx *Tx) ContactFact(c *guichet.Contact, f guichet.Fact) {
	v := c.Version + 1
	f.Tenant, f.Version, f.ID = c.Tenant, v, guichet.FactID(f.Kind, v)
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: contactFactKey(c.Tenant, c.ID, v), Body: body([]guichet.Fact{f}), Announce: true}})
}

// relayOf decodes a relay; tenant and channel stand in its key.
func relayOf(it ledger.Item) (*guichet.Relay, error) {
	r := &guichet.Relay{Tenant: guichet.TenantID(strings.TrimSuffix(it.P, "#config")), Channel: guichet.ChannelID(strings.TrimPrefix(it.S, "relay#")), Version: it.Version}
	return r, read(it, r)
}

// Relay returns a channel's relay; NotFound if it has none.
func (s *Store) Relay(ctx context.Context, t guichet.TenantID, ch guichet.ChannelID) (*guichet.Relay, error) {
	it, err := s.Ledger.Get(ctx, relayKey(t, ch))
	if err != nil {
		return nil, err
	}
	return relayOf(it)
}

// SaveRelay creates (Version 0) or replaces a channel's relay, with what happened to it.
func (s *Store) SaveRelay(ctx context.Context, r *guichet.Relay, facts ...guichet.Fact) error {
	defer s.forget(r.Tenant)
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: relayKey(r.Tenant, r.Channel), Version: r.Version, Body: body(r), Index: [3]ledger.Key{relayIndex - 1: relayIndexKey(r.Tenant, r.Channel)}}}}
	return s.Ledger.Commit(ctx, s.relayFacts(writes, r, facts)...)
}

// DropRelay takes a channel's relay away, with its sealed password. What happened to it stays.
func (s *Store) DropRelay(ctx context.Context, r *guichet.Relay, facts ...guichet.Fact) error {
	defer s.forget(r.Tenant)
	return s.Ledger.Commit(ctx, s.relayFacts([]ledger.Write{ledger.Delete{Key: relayKey(r.Tenant, r.Channel), Version: r.Version}}, r, facts)...)
}

// relayFacts adds the facts of one change. A relay that was taken away and set again counts its versions anew: the time of the change keeps the facts apart.
func (s *Store) relayFacts(writes []ledger.Write, r *guichet.Relay, facts []guichet.Fact) []ledger.Write {
	if len(facts) == 0 {
		return writes
	}
	v := facts[0].At.UnixMilli()*1000 + r.Version%1000
	for i := range facts {
		f := &facts[i]
		f.Tenant, f.Version, f.ID = r.Tenant, v, guichet.FactID(f.Kind, v)
	}
	return append(writes, ledger.Put{Item: ledger.Item{Key: relayFactKey(r.Tenant, r.Channel, v), Body: body(facts), Announce: true}})
}

// RelayHistory returns what happened to a channel's relay, oldest first.
func (s *Store) RelayHistory(ctx context.Context, t guichet.TenantID, ch guichet.ChannelID) ([]guichet.Fact, error) {
	var out []guichet.Fact
	err := s.all(ctx, ledger.Query{Partition: relayFactKey(t, ch, 0).P}, func(it ledger.Item) error {
		facts, err := Facts(it)
		out = append(out, facts...)
		return err
	})
	return out, err
}

// Relays hands every relay of the house, of all tenants, to each: for an operator who seals them anew.
func (s *Store) Relays(ctx context.Context, each func(*guichet.Relay) error) error {
	return s.all(ctx, ledger.Query{Index: relayIndex, Partition: relaysPartition}, func(it ledger.Item) error {
		r, err := relayOf(it)
		if err != nil {
			return err
		}
		return each(r)
	})
}
