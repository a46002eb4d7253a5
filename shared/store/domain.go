package store

import (
	"context"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// ClaimDomain makes a domain a tenant's, in one write with the tenant at the version that the caller read. No part of a domain that belongs to somebody else is to be
// had. Errors: Permanent with code "domain_taken"; Conflict, Exists: somebody was faster.
func (s *Store) ClaimDomain(ctx context.Context, t guichet.Tenant, d guichet.Domain) error {
	defer s.forget(t.ID)
	keys := []ledger.Key{domainKey(d.Name)}
	for rest := d.Name; ; {
		_, parent, ok := strings.Cut(rest, ".")
		if !ok || !strings.Contains(parent, ".") {
			break
		}
		keys, rest = append(keys, domainKey(parent)), parent
	}
	stand, err := s.standing(ctx, keys)
	if err != nil {
		return err
	}
	t.Domains = append(slices.Clone(t.Domains), d.Name)
	writes := []ledger.Write{
		ledger.Put{Item: ledger.Item{Key: configKey(t.ID, "tenant"), Version: t.Version, Body: body(t)}},
		ledger.Put{Item: ledger.Item{Key: configKey(t.ID, "domain#"+d.Name), Version: d.Version, Body: body(d)}},
	}
	for _, k := range keys {
		it := stand[k]
		switch {
		case it.Version > 0 && guichet.TenantID(it.Body) != t.ID:
			return guichet.Codef(guichet.Permanent, "domain_taken", "domain", "%s is, or is below, a domain that somebody else uses here", d.Name)
		case it.Version == 0 && k == keys[0]:
			writes = append(writes, ledger.Put{Item: ledger.Item{Key: k, Body: []byte(t.ID)}})
		default:
			writes = append(writes, ledger.Check{Key: k, Version: it.Version})
		}
	}
	return s.Ledger.Commit(ctx, writes...)
}

// SaveDomain changes what is set of a domain.
func (s *Store) SaveDomain(ctx context.Context, t guichet.TenantID, d guichet.Domain) error {
	return s.saveConfig(ctx, t, "domain#"+d.Name, d.Version, d)
}

// ReleaseDomain gives a domain up, in one write with the tenant at the version that the caller read. Permanent with code "in_use" while a channel has its point of
// contact there, also one that is made at this moment.
func (s *Store) ReleaseDomain(ctx context.Context, t guichet.Tenant, name string, version int64) error {
	defer s.forget(t.ID)
	users, check, err := s.unused(ctx, t.ID, "domain", name)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return InUse("domain", name, users)
	}
	owner, err := s.Ledger.Get(ctx, domainKey(name))
	if err != nil && !guichet.Is(err, guichet.NotFound) {
		return err
	}
	t.Domains = slices.DeleteFunc(slices.Clone(t.Domains), func(d string) bool { return d == name })
	writes := []ledger.Write{check, ledger.Put{Item: ledger.Item{Key: configKey(t.ID, "tenant"), Version: t.Version, Body: body(t)}}}
	if owner.Version > 0 && guichet.TenantID(owner.Body) == t.ID {
		writes = append(writes, ledger.Delete{Key: owner.Key, Version: owner.Version})
	}
	if version > 0 {
		writes = append(writes, ledger.Delete{Key: configKey(t.ID, "domain#"+name), Version: version})
	}
	s.mu.Lock()
	delete(s.domains, name)
	s.mu.Unlock()
	return s.Ledger.Commit(ctx, writes...)
}
