package store

import (
	"context"
	"maps"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
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

// seatAtOnce is how many agents are listed anew in the call that changes a setting: a change takes effect at once in a house that has no more.
const seatAtOnce = 300

// PutSkill creates (Version 0) or replaces a skill. If its agents are to be served in another order from now on, they are listed anew: see Seating.
func (s *Store) PutSkill(ctx context.Context, t guichet.TenantID, k guichet.Skill) error {
	return s.saveAndSeat(ctx, t, skillKey(t, k.ID), k.Version, k, func(c *Config) {
		old := c.Skills[k.ID]
		c.Skills[k.ID] = &k
		if old != nil && old.Criteria == routing.Preferred && otherwisePreferred(old, &k) {
			c.Seating.Held = maps.Clone(c.Seating.Held)
			if c.Seating.Held == nil {
				c.Seating.Held = map[guichet.SkillID]string{}
			}
			c.Seating.Held[k.ID] = ""
		}
	})
}

// otherwisePreferred reports whether cases that wait for a preferred agent may have to wait otherwise now.
func otherwisePreferred(a, b *guichet.Skill) bool {
	return a.Criteria != b.Criteria || a.PreferBy != b.PreferBy || a.Fallback != b.Fallback || a.Timeout != b.Timeout
}

// saveAndSeat stores a setting, and plans in the same transaction what has to be done because of it. The first part of that is done at once; sweeps do the rest.
func (s *Store) saveAndSeat(ctx context.Context, t guichet.TenantID, key ledger.Key, version int64, v any, change func(*Config)) error {
	put := ledger.Put{Item: ledger.Item{Key: key, Version: version, Body: body(v)}}
	defer s.forget(t)
	for range placeTries {
		cfg, err := s.FreshConfig(ctx, t)
		if guichet.Is(err, guichet.NotFound) {
			return s.Ledger.Commit(ctx, put)
		}
		if err != nil {
			return err
		}
		next := *cfg
		next.Skills = maps.Clone(cfg.Skills)
		change(&next)
		writes := []ledger.Write{put}
		se, planned := next.plan(s.now())
		if planned = planned || !maps.Equal(se.Held, cfg.Seating.Held); planned {
			more, err := s.seatingWrites(ctx, t, se)
			if err != nil {
				return err
			}
			writes = append(writes, more...)
		}
		err = s.Ledger.Commit(ctx, writes...)
		if k, ok := failed(err); ok && k != key && (guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists)) {
			continue // the work went on meanwhile
		}
		if err != nil || !planned {
			return err
		}
		_ = s.Seat(ctx, t, seatAtOnce) // the setting is stored: what could not be done now, a sweep does
		return nil
	}
	return guichet.Errorf(guichet.Conflict, "the agents of %s are being listed anew all the time", t)
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

// SaveRouting changes how a tenant routes. Where that changes who may get a case, or in which order, agents are listed anew: see Seating.
func (s *Store) SaveRouting(ctx context.Context, t guichet.TenantID, r guichet.Routing) error {
	cfg, err := s.FreshConfig(ctx, t)
	if err != nil {
		return err
	}
	tenant := cfg.Tenant
	if tenant.Routing == r {
		return nil
	}
	tenant.Routing = r
	return s.saveAndSeat(ctx, t, configKey(t, "tenant"), tenant.Version, tenant, func(c *Config) { c.Tenant.Routing = r })
}
