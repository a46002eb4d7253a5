package store

import (
	"context"

	"guichet/shared/guichet"
)

// SaveExport replaces what a tenant lets out of the house.
func (s *Store) SaveExport(ctx context.Context, t guichet.TenantID, e guichet.Export) error {
	return s.saveConfig(ctx, t, "export", e.Version, e)
}
