package store

import (
	"context"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Agents returns all agents of the tenant with their load, by id.
func (s *Store) Agents(ctx context.Context, t guichet.TenantID) ([]guichet.Agent, error) {
	var out []guichet.Agent
	err := s.all(ctx, ledger.Query{Partition: agentPartition(t), Limit: ledger.MaxPage}, func(it ledger.Item) error {
		a, err := agentOf(it)
		if err == nil {
			out = append(out, *a)
		}
		return err
	})
	return out, err
}

// AgentPage returns a page of the agents, by id.
func (s *Store) AgentPage(ctx context.Context, t guichet.TenantID, limit int, cursor string) ([]guichet.Agent, string, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: agentPartition(t), Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", err
	}
	out := make([]guichet.Agent, 0, len(page.Items))
	for _, it := range page.Items {
		a, err := agentOf(it)
		if err != nil {
			return nil, "", err
		}
		out = append(out, *a)
	}
	return out, page.Cursor, nil
}

// Agent returns one agent with his load.
func (s *Store) Agent(ctx context.Context, t guichet.TenantID, id guichet.AgentID) (*guichet.Agent, error) {
	if id == "" || strings.ContainsAny(string(id), "#") {
		return nil, guichet.Errorf(guichet.NotFound, "agent")
	}
	it, err := s.Ledger.Get(ctx, agentKey(t, id))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "agent")
	}
	if err != nil {
		return nil, err
	}
	return agentOf(it)
}

func agentOf(it ledger.Item) (*guichet.Agent, error) {
	a := &guichet.Agent{Version: it.Version}
	return a, read(it, a)
}

// AgentsByID returns those of these agents that are there, in no order.
func (s *Store) AgentsByID(ctx context.Context, t guichet.TenantID, ids []guichet.AgentID) ([]guichet.Agent, error) {
	var keys []ledger.Key
	for _, id := range ids {
		if k := agentKey(t, id); id != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	var out []guichet.Agent
	for part := range slices.Chunk(keys, ledger.MaxBatch) {
		items, err := s.Ledger.BatchGet(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			a, err := agentOf(it)
			if err != nil {
				return nil, err
			}
			out = append(out, *a)
		}
	}
	return out, nil
}

// Contact returns the contact with that folded address; a new one, Version 0, if there is none yet.
func (s *Store) Contact(ctx context.Context, t guichet.TenantID, addr string) (*guichet.Contact, error) {
	return s.ContactByID(ctx, t, ContactID(addr))
}

// ContactByID returns a contact by its id; one with Version 0 if there is none.
func (s *Store) ContactByID(ctx context.Context, t guichet.TenantID, id guichet.ContactID) (*guichet.Contact, error) {
	it, err := s.Ledger.Get(ctx, contactKey(t, id))
	if guichet.Is(err, guichet.NotFound) {
		return &guichet.Contact{Tenant: t, ID: id}, nil
	}
	if err != nil {
		return nil, err
	}
	return contactOf(t, it)
}
