package store

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Agents returns all agents of the tenant with their load, by id.
func (s *Store) Agents(ctx context.Context, t guichet.TenantID) ([]guichet.Agent, error) {
	var out []guichet.Agent
	err := s.all(ctx, ledger.Query{Partition: agentPartition(t), Limit: ledger.MaxPage}, func(it ledger.Item) error {
		a, err := agentOf(it)
		if err == nil && a.ID != "" {
			out = append(out, *a)
		}
		return err
	})
	return out, err
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
	a := &guichet.Agent{Version: it.Version, Load: it.Count}
	if len(it.Body) == 0 {
		return a, nil
	}
	return a, read(it, a)
}

// SaveAgent creates (Version 0) or replaces an agent, and says so in a fact when something that routing looks at has changed.
func (s *Store) SaveAgent(ctx context.Context, t guichet.TenantID, a guichet.Agent, facts ...guichet.Fact) error {
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: agentKey(t, a.ID), Version: a.Version, Body: body(a)}}}
	if len(facts) > 0 {
		for i := range facts {
			facts[i].ID, facts[i].Version = guichet.FactID(facts[i].Kind, a.Version+1), a.Version+1
		}
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: agentFactKey(t, a.ID, a.Version+1), Body: body(facts), Announce: true}})
	}
	return s.Ledger.Commit(ctx, writes...)
}

// Contact returns the contact with that folded address; a new one, Version 0, if there is none yet.
func (s *Store) Contact(ctx context.Context, t guichet.TenantID, addr string) (*guichet.Contact, error) {
	return s.ContactByID(ctx, t, ContactID(addr))
}

// ContactByID returns a contact by its id; one with Version 0 if there is none.
func (s *Store) ContactByID(ctx context.Context, t guichet.TenantID, id guichet.ContactID) (*guichet.Contact, error) {
	c := &guichet.Contact{Tenant: t, ID: id}
	it, err := s.Ledger.Get(ctx, contactKey(t, id))
	if guichet.Is(err, guichet.NotFound) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	c.Version = it.Version
	return c, read(it, c)
}
