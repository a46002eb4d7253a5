package store

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// SaveSkill stores a skill, whatever was there.
func (s *Store) SaveSkill(ctx context.Context, t guichet.TenantID, k guichet.Skill) error {
	v, err := s.version(ctx, skillKey(t, k.ID))
	if err != nil {
		return err
	}
	k.Version = v
	return s.PutSkill(ctx, t, k)
}

// PutSkill creates (Version 0) or replaces a skill. If its agents are to be served in another order from now on, all of them are seated anew; should that be
// cut off, saving the skill again goes on with it.
func (s *Store) PutSkill(ctx context.Context, t guichet.TenantID, k guichet.Skill) error {
	var old guichet.Skill
	if k.Version > 0 {
		it, err := s.Ledger.Get(ctx, skillKey(t, k.ID))
		if err == nil {
			err = read(it, &old)
		}
		if err != nil {
			return err
		}
	}
	if k.Seated = old.Seated; k.Seated == "" {
		k.Seated = orderOf(&old)
	}
	sort := skillKey(t, k.ID).S
	if err := s.saveConfig(ctx, t, sort, k.Version, k); err != nil || k.Seated == orderOf(&k) {
		return err
	}
	if err := s.Reseat(ctx, t, func(a *guichet.Agent) bool { _, has := a.Skills[k.ID]; return has }); err != nil {
		return err
	}
	k.Seated = orderOf(&k)
	return s.saveConfig(ctx, t, sort, k.Version+1, k)
}

// SaveCampaign creates (Version 0) or replaces a campaign.
func (s *Store) SaveCampaign(ctx context.Context, t guichet.TenantID, c guichet.Campaign) error {
	return s.saveConfig(ctx, t, "campaign#"+string(c.ID), c.Version, c)
}

// DeleteCampaign removes a campaign as it was read.
func (s *Store) DeleteCampaign(ctx context.Context, t guichet.TenantID, c guichet.Campaign) error {
	defer s.forget(t)
	return s.Ledger.Commit(ctx, ledger.Delete{Key: configKey(t, "campaign#"+string(c.ID)), Version: c.Version})
}

// SaveQueue creates (Version 0: for what is taken over from elsewhere) or replaces a routing queue.
func (s *Store) SaveQueue(ctx context.Context, t guichet.TenantID, q guichet.Queue) error {
	return s.saveConfig(ctx, t, "queue#"+string(q.ID), q.Version, q)
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
