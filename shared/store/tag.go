package store

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// SaveTag creates (Version 0) or replaces a tag.
func (s *Store) SaveTag(ctx context.Context, t guichet.TenantID, g guichet.Tag) error {
	return s.saveConfig(ctx, t, "tag#"+g.ID, g.Version, g)
}

// DeleteTag removes a tag at its version. Permanent with code "in_use" while a channel names it, also one that begins to at this moment; Conflict when it changed.
func (s *Store) DeleteTag(ctx context.Context, t guichet.TenantID, g guichet.Tag) error {
	return s.deleteConfig(ctx, t, "tag", g.ID, g.Version)
}

// deleteConfig removes a setting that nobody uses.
func (s *Store) deleteConfig(ctx context.Context, t guichet.TenantID, kind, id string, version int64, more ...ledger.Write) error {
	defer s.forget(t)
	users, check, err := s.unused(ctx, t, kind, id)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return InUse(kind, id, users)
	}
	return s.Ledger.Commit(ctx, append([]ledger.Write{ledger.Delete{Key: configKey(t, kind+"#"+id), Version: version}, check}, more...)...)
}

// InUse says why a setting can't be deleted.
func InUse(kind, id string, users []string) error {
	return guichet.Codef(guichet.Permanent, "in_use", "id", "%s %s is in use by %v: take it from there first", kind, id, users)
}

// DeleteRole removes a role at its version. An agent who has it then has no rights.
func (s *Store) DeleteRole(ctx context.Context, t guichet.TenantID, r guichet.Role) error {
	defer s.forget(t)
	return s.Ledger.Commit(ctx, ledger.Delete{Key: configKey(t, "role#"+string(r.ID)), Version: r.Version})
}
