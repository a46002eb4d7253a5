package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/mail"
)

// SaveAgent creates (Version 0) or replaces an agent, and says so in facts when something that routing looks at has changed. How many cases he
// holds and when he got the last one stay as they are stored. His mail address is claimed: Invalid if it is another agent's.
func (s *Store) SaveAgent(ctx context.Context, t guichet.TenantID, a guichet.Agent, facts ...guichet.Fact) error {
	var err error
	for range placeTries {
		if err = s.saveAgent(ctx, t, a, facts); err == nil {
			return nil
		}
		if k, ok := failed(err); !ok || k != seatingKey(t) {
			return err
		} // else agents began to be listed anew at this moment
	}
	return err
}

func (s *Store) saveAgent(ctx context.Context, t guichet.TenantID, a guichet.Agent, facts []guichet.Fact) error {
	was, err := s.agentAsStored(ctx, t, &a)
	if err != nil {
		return err
	}
	moved := was == nil || !maps.Equal(was.Skills, a.Skills)
	cfg, err := s.configOf(ctx, t, was)
	if err == nil && moved { // who changes his skills must stand in all lists that there are at this moment
		cfg, err = s.FreshConfig(ctx, t)
	}
	if guichet.Is(err, guichet.NotFound) {
		cfg, err = &Config{Tenant: guichet.Tenant{ID: t}}, nil
	}
	if err != nil {
		return err
	}
	writes, err := s.claimMailbox(ctx, cfg, was, &a)
	if err != nil {
		return err
	}
	if len(writes) > 0 {
		defer s.forget(t)
	}
	cards, err := s.cardWrites(ctx, t, was, &a)
	if err != nil {
		return err
	}
	writes = append(writes, cards...)
	if moved {
		writes = append(writes, ledger.Check{Key: seatingKey(t), Version: cfg.Seating.Version})
	}
	if len(facts) > 0 {
		for i := range facts {
			facts[i].ID, facts[i].Version = guichet.FactID(facts[i].Kind, a.Version+1), a.Version+1
		}
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: agentFactKey(t, a.ID, a.Version+1), Body: body(facts), Announce: true}})
	}
	return s.Ledger.Commit(ctx, append(writes, agentWrites(cfg, was, &a, true)...)...)
}

// agentAsStored returns the agent as he is stored, and gives a what the store alone changes; nil for a new one.
func (s *Store) agentAsStored(ctx context.Context, t guichet.TenantID, a *guichet.Agent) (*guichet.Agent, error) {
	if a.Version == 0 {
		a.Load, a.Seats = 0, nil
		return nil, nil
	}
	was, err := s.Agent(ctx, t, a.ID)
	if err != nil {
		return nil, err
	}
	if was.Version != a.Version {
		return nil, guichet.Errorf(guichet.Conflict, "agent %s is not as he was read", a.ID)
	}
	a.Load, a.Idle, a.Seats, a.Gen = was.Load, was.Idle, slices.Clone(was.Seats), was.Gen
	return was, nil
}

// claimMailbox gives the agent's mail address to him, takes his old one away, and notes its domain: mail from elsewhere is not looked up.
func (s *Store) claimMailbox(ctx context.Context, cfg *Config, was, a *guichet.Agent) ([]ledger.Write, error) {
	old, now := "", foldMailbox(a.Email)
	if was != nil {
		old = foldMailbox(was.Email)
	}
	if old == now {
		return nil, nil
	}
	t := cfg.Tenant.ID
	var writes []ledger.Write
	if old != "" {
		if v, err := s.version(ctx, mailboxKey(t, old)); err != nil {
			return nil, err
		} else if v > 0 {
			writes = append(writes, ledger.Delete{Key: mailboxKey(t, old), Version: v})
		}
	}
	if now == "" {
		return writes, nil
	}
	it, err := s.Ledger.Get(ctx, mailboxKey(t, now))
	switch {
	case err == nil:
		return nil, guichet.Wrongf("email", "the address is already that of agent %s", it.Body)
	case !guichet.Is(err, guichet.NotFound):
		return nil, err
	}
	writes = append(writes, ledger.Put{Item: ledger.Item{Key: mailboxKey(t, now), Body: []byte(a.ID)}})
	host, err := s.noteHost(ctx, t, now[strings.LastIndexByte(now, '@')+1:])
	return append(writes, host...), err
}

// foldMailbox writes an agent's mail address as arriving mail shows it.
func foldMailbox(addr string) string { return mail.FoldAddress(addr) }

// noteHost notes the domain of an agent's mail address.
func (s *Store) noteHost(ctx context.Context, t guichet.TenantID, host string) ([]ledger.Write, error) {
	k := configKey(t, "mailhosts")
	it, err := s.Ledger.Get(ctx, k)
	if err != nil && !guichet.Is(err, guichet.NotFound) {
		return nil, err
	}
	known := strings.Fields(string(it.Body))
	if slices.Contains(known, host) {
		return nil, nil
	}
	return []ledger.Write{ledger.Put{Item: ledger.Item{Key: k, Version: it.Version, Body: []byte(strings.Join(append(known, host), " "))}}}, nil
}

// AgentsAt returns which of these folded mail addresses are agents', by address. It reads only for addresses at domains where agents have some.
func (s *Store) AgentsAt(ctx context.Context, cfg *Config, addrs ...string) (map[string]guichet.AgentID, error) {
	var keys []ledger.Key
	by := map[ledger.Key]string{}
	for _, addr := range addrs {
		k := mailboxKey(cfg.Tenant.ID, addr)
		if addr != "" && by[k] == "" && cfg.mailHosts[addr[strings.LastIndexByte(addr, '@')+1:]] {
			keys, by[k] = append(keys, k), addr
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	items, err := s.Ledger.BatchGet(ctx, keys[:min(len(keys), ledger.MaxBatch)])
	out := make(map[string]guichet.AgentID, len(items))
	for _, it := range items {
		out[by[it.Key]] = guichet.AgentID(it.Body)
	}
	return out, err
}
