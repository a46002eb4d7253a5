package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// present is the house as it is now. It notes what it showed, for the record of the decision.
type present struct {
	store  *store.Store
	tenant guichet.TenantID
	seen   guichet.Seen
	found  map[guichet.CaseID]*guichet.Case // a case is read once for each decision
}

func (d *Desk) present(t guichet.TenantID) *present {
	return &present{store: d.Store, tenant: t, seen: guichet.Seen{}, found: map[guichet.CaseID]*guichet.Case{}}
}

func (p *present) refs(ctx context.Context, ids []string) (map[string]*store.Ref, error) {
	refs, err := p.store.Refs(ctx, p.tenant, ids)
	for id, r := range refs {
		if r.Version > 0 {
			p.seen[seenRef(id)] = r.Version
		}
	}
	return refs, err
}

func (p *present) cases(ctx context.Context, ids []guichet.CaseID) (map[guichet.CaseID]*guichet.Case, error) {
	found, err := p.store.Cases(ctx, p.tenant, ids, p.note)
	for id, c := range found {
		p.found[id] = c
	}
	return found, err
}

func (p *present) liveCase(ctx context.Context, id guichet.CaseID) (*guichet.Case, error) {
	if c := p.found[id]; c != nil {
		return c, nil
	}
	c, err := p.store.Follow(ctx, p.tenant, id, p.note)
	if err == nil {
		p.found[id] = c
	}
	return c, err
}

func (p *present) note(c *guichet.Case) { p.seen[string(c.ID)] = c.Version }

func (p *present) messages(ctx context.Context, id guichet.CaseID) ([]*guichet.Message, error) {
	list, err := p.store.Messages(ctx, p.tenant, id, 1, recentMessages)
	p.seen[seenMessages(id)] = int64(len(list))
	return list, err
}

// seenRef is the key in guichet.Seen of an entry of the reference index.
func seenRef(id string) string {
	h := sha256.Sum256([]byte(id))
	return "#" + hex.EncodeToString(h[:3])
}

// seenMessages is the key in guichet.Seen of how many messages of a case were compared.
func seenMessages(id guichet.CaseID) string { return "m" + string(id) }
