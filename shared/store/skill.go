package store

import (
	"context"

	"guichet/shared/guichet"
)

// SaveSkill stores a skill, whatever was there. If its agents are to be served in another order from now on, all of them are seated anew; should that be
// cut off, saving the skill again goes on with it.
func (s *Store) SaveSkill(ctx context.Context, t guichet.TenantID, k guichet.Skill) error {
	var old guichet.Skill
	it, err := s.Ledger.Get(ctx, configKey(t, "skill#"+string(k.ID)))
	switch {
	case err == nil:
		err = read(it, &old)
	case guichet.Is(err, guichet.NotFound):
		err = nil // whoever has it was seated by proficiency
	}
	if err != nil {
		return err
	}
	k.Seated = old.Seated
	if k.Seated == "" {
		k.Seated = orderOf(&old)
	}
	if err := s.saveConfig(ctx, t, "skill#"+string(k.ID), it.Version, k); err != nil || k.Seated == orderOf(&k) {
		return err
	}
	if err := s.Reseat(ctx, t, func(a *guichet.Agent) bool { _, has := a.Skills[k.ID]; return has }); err != nil {
		return err
	}
	k.Seated = orderOf(&k)
	return s.saveConfig(ctx, t, "skill#"+string(k.ID), it.Version+1, k)
}

// SaveRouting changes how a tenant routes. Where that changes who may get a case, or in which order, all agents are seated anew.
func (s *Store) SaveRouting(ctx context.Context, t guichet.TenantID, r guichet.Routing) error {
	cfg, err := s.FreshConfig(ctx, t)
	if err != nil {
		return err
	}
	old := cfg.Tenant.Routing
	tenant := cfg.Tenant
	if tenant.Routing = r; old == r {
		return nil
	}
	if err := s.saveConfig(ctx, t, "tenant", tenant.Version, tenant); err != nil {
		return err
	}
	if old.VoiceBlocks == r.VoiceBlocks && old.Static == r.Static {
		return nil
	}
	return s.Reseat(ctx, t, func(*guichet.Agent) bool { return true })
}

// Reseat writes the seats of agents anew, by the configuration as it is now. A tenant that is not there has none.
func (s *Store) Reseat(ctx context.Context, t guichet.TenantID, whom func(*guichet.Agent) bool) error {
	cfg, err := s.FreshConfig(ctx, t)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := s.Agents(ctx, t)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		for whom(a) {
			was := *a
			if err = s.Ledger.Commit(ctx, agentWrites(cfg, &was, a, true)...); !guichet.Is(err, guichet.Conflict) {
				break
			}
			if a, err = s.Agent(ctx, t, was.ID); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
