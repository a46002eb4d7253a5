package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Config is everything that a tenant has set, as of one moment. It is shared: readers change nothing in it.
type Config struct {
	Tenant   guichet.Tenant
	Channels map[guichet.ChannelID]*guichet.Channel
	Skills   map[guichet.SkillID]*guichet.Skill
	Roles    map[guichet.RoleID]*guichet.Role
	Tags     map[string]*guichet.Tag
	Domains  map[string]*guichet.Domain // those that were added by the settings; more stand in Tenant.Domains
	Lists    Lists
	Export   guichet.Export
	Hours    map[guichet.CalendarID]*guichet.Hours // calendars, also deleted ones
	Relays   map[guichet.ChannelID]*guichet.Relay  // of the channels that have one of their own

	Boxes   map[guichet.ChannelID]*guichet.Box // integration boxes of messaging channels
	Seating Seating                            // in which lists agents stand

	Automation // scripts, rules, custom fields

	Campaigns map[guichet.CampaignID]*guichet.Campaign
	Queues    map[guichet.QueueID]*guichet.Queue // routing queues of the old kind

	byAddress map[string]*guichet.Channel
	mailHosts map[string]bool // the domains of the agents' own mail addresses
	until     time.Time
}

// Lists are the tenant's allow and block lists: folded addresses and domains.
type Lists struct {
	Allow   []string `json:"allow,omitempty"`
	Block   []string `json:"block,omitempty"`
	Version int64    `json:"-"`
}

// configFor is how long a function trusts what it read of the configuration.
const configFor = 20 * time.Second

// Config returns the tenant's configuration, at most configFor old. A tenant that is not there is NotFound.
func (s *Store) Config(ctx context.Context, t guichet.TenantID) (*Config, error) {
	s.mu.Lock()
	c := s.configs[t]
	s.mu.Unlock()
	if c != nil && s.now().Before(c.until) {
		return c, nil
	}
	return s.FreshConfig(ctx, t)
}

// FreshConfig returns the configuration as it is now, for what must not act on an old one.
func (s *Store) FreshConfig(ctx context.Context, t guichet.TenantID) (*Config, error) {
	c := &Config{
		Hours: map[guichet.CalendarID]*guichet.Hours{}, Channels: map[guichet.ChannelID]*guichet.Channel{}, Skills: map[guichet.SkillID]*guichet.Skill{},
		Tags: map[string]*guichet.Tag{}, Domains: map[string]*guichet.Domain{}, Relays: map[guichet.ChannelID]*guichet.Relay{},
		Boxes: map[guichet.ChannelID]*guichet.Box{},
		Roles: map[guichet.RoleID]*guichet.Role{}, byAddress: map[string]*guichet.Channel{}, mailHosts: map[string]bool{},
		Campaigns: map[guichet.CampaignID]*guichet.Campaign{}, Queues: map[guichet.QueueID]*guichet.Queue{}, until: s.now().Add(configFor),
	}
	err := s.all(ctx, ledger.Query{Partition: configPartition(t), Limit: ledger.MaxPage}, func(it ledger.Item) error { return c.add(t, it) })
	if err != nil {
		return nil, err
	}
	if c.Tenant.ID == "" {
		return nil, guichet.Errorf(guichet.NotFound, "tenant %s", t)
	}
	for _, id := range slices.Sorted(maps.Keys(c.Channels)) {
		if ch := c.Channels[id]; !ch.Deleted {
			c.byAddress[ch.Address] = ch
		}
	}
	s.mu.Lock()
	s.configs[t] = c
	s.mu.Unlock()
	return c, nil
}

func (c *Config) add(t guichet.TenantID, it ledger.Item) error {
	kind, _, _ := strings.Cut(it.S, "#")
	switch kind {
	case "tenant":
		c.Tenant.Version = it.Version
		return read(it, &c.Tenant)
	case "channel":
		ch := &guichet.Channel{Tenant: t, Version: it.Version}
		if err := read(it, ch); err != nil {
			return err
		}
		c.Channels[ch.ID] = ch
	case "skill":
		sk := &guichet.Skill{Version: it.Version}
		if err := read(it, sk); err != nil {
			return err
		}
		c.Skills[sk.ID] = sk
	case "role":
		r := &guichet.Role{Version: it.Version}
		if err := read(it, r); err != nil {
			return err
		}
		c.Roles[r.ID] = r
	case "campaign":
		g := &guichet.Campaign{Version: it.Version}
		if err := read(it, g); err != nil {
			return err
		}
		c.Campaigns[g.ID] = g
	case "queue":
		q := &guichet.Queue{Version: it.Version}
		if err := read(it, q); err != nil {
			return err
		}
		c.Queues[q.ID] = q
	case "mailhosts":
		for host := range strings.FieldsSeq(string(it.Body)) {
			c.mailHosts[host] = true
		}
	case "calendar":
		h := &guichet.Hours{Version: it.Version}
		if err := read(it, h); err != nil {
			return err
		}
		c.Hours[h.ID] = h
	case "relay":
		r, err := relayOf(it)
		c.Relays[r.Channel] = r
		return err
	case "box":
		b, err := boxOf(it)
		c.Boxes[b.Channel] = b
		return err
	case "tag":
		g := &guichet.Tag{Version: it.Version}
		if err := read(it, g); err != nil {
			return err
		}
		c.Tags[g.ID] = g
	case "domain":
		d := &guichet.Domain{Version: it.Version}
		if err := read(it, d); err != nil {
			return err
		}
		c.Domains[d.Name] = d
	case "script", "rule", "fields":
		return c.addAutomation(kind, it)
	case "export":
		c.Export.Version = it.Version
		return read(it, &c.Export)
	case seatingSort:
		c.Seating.Version = it.Version
		return read(it, &c.Seating)
	case "lists":
		c.Lists.Version = it.Version
		return read(it, &c.Lists)
	}
	return nil
}

// ChannelAt returns the channel whose point of contact is the folded address, without its plus tag; nil if there is none.
func (c *Config) ChannelAt(addr string) *guichet.Channel { return c.byAddress[addr] }

// Owns reports whether a folded address is one of the tenant's points of contact.
func (c *Config) Owns(addr string) bool { return c.byAddress[addr] != nil }

// Role returns the agent's role; one without rights if it is not there.
func (c *Config) Role(a *guichet.Agent) *guichet.Role {
	if r := c.Roles[a.Role]; r != nil {
		return r
	}
	return &guichet.Role{}
}

type ownership struct {
	tenant guichet.TenantID
	until  time.Time
}

// TenantOf returns the tenant that owns a folded domain. NotFound if nobody does.
func (s *Store) TenantOf(ctx context.Context, domain string) (guichet.TenantID, error) {
	s.mu.Lock()
	o, ok := s.domains[domain]
	s.mu.Unlock()
	if ok && s.now().Before(o.until) {
		return o.tenant, nil
	}
	it, err := s.Ledger.Get(ctx, domainKey(domain))
	if err != nil {
		return "", err
	}
	o = ownership{tenant: guichet.TenantID(it.Body), until: s.now().Add(configFor)}
	s.mu.Lock()
	s.domains[domain] = o
	s.mu.Unlock()
	return o.tenant, nil
}

// forget drops what is cached of a tenant, after a change of our own.
func (s *Store) forget(t guichet.TenantID) {
	s.mu.Lock()
	delete(s.configs, t)
	s.mu.Unlock()
}

// SaveTenant creates or replaces a tenant and claims its domains, each of which one tenant alone may own.
func (s *Store) SaveTenant(ctx context.Context, t guichet.Tenant) error {
	defer s.forget(t.ID)
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: configKey(t.ID, "tenant"), Version: t.Version, Body: body(t)}}}
	for _, d := range t.Domains {
		it, err := s.Ledger.Get(ctx, domainKey(d))
		switch {
		case guichet.Is(err, guichet.NotFound):
			writes = append(writes, ledger.Put{Item: ledger.Item{Key: domainKey(d), Body: []byte(t.ID)}})
		case err != nil:
			return err
		case guichet.TenantID(it.Body) != t.ID:
			return guichet.Errorf(guichet.Conflict, "domain %s belongs to another tenant", d)
		}
	}
	if err := s.Ledger.Commit(ctx, writes...); err != nil || t.Version > 0 {
		return err
	}
	return s.beginSweeps(ctx)
}

// SaveRole creates (Version 0) or replaces a role.
func (s *Store) SaveRole(ctx context.Context, t guichet.TenantID, r guichet.Role) error {
	return s.saveConfig(ctx, t, "role#"+string(r.ID), r.Version, r)
}

// SaveLists replaces the allow and block lists.
func (s *Store) SaveLists(ctx context.Context, t guichet.TenantID, l Lists) error {
	return s.saveConfig(ctx, t, "lists", l.Version, l)
}

func (s *Store) version(ctx context.Context, k ledger.Key) (int64, error) {
	it, err := s.Ledger.Get(ctx, k)
	if guichet.Is(err, guichet.NotFound) {
		return 0, nil
	}
	return it.Version, err
}

func (s *Store) saveConfig(ctx context.Context, t guichet.TenantID, sort string, version int64, v any) error {
	defer s.forget(t)
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: configKey(t, sort), Version: version, Body: body(v)}})
}

// Addresses lists the tenant's points of contact, folded, in order.
func (c *Config) Addresses() []string { return slices.Sorted(maps.Keys(c.byAddress)) }
