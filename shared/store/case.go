package store

import (
	"context"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// maxMerges bounds how many redirects are followed; merges point at the last case, so more than a few mean a defect.
const maxMerges = 16

// NextCase takes the tenant's next ticket number: distinct and growing, whoever asks at the same time.
func (s *Store) NextCase(ctx context.Context, t guichet.TenantID) (guichet.CaseID, error) {
	n, err := s.Ledger.Next(ctx, countKey(t), 1)
	if err != nil {
		return "", err
	}
	return guichet.NewCaseID(n), nil
}

// Case returns one case as it is stored, also one that was merged. NotFound for a number that is none, or not this tenant's.
func (s *Store) Case(ctx context.Context, t guichet.TenantID, id guichet.CaseID) (*guichet.Case, error) {
	if !guichet.ValidCaseID(string(id)) {
		return nil, guichet.Errorf(guichet.NotFound, "case")
	}
	it, err := s.Ledger.Get(ctx, caseKey(t, id))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "case")
	}
	if err != nil {
		return nil, err
	}
	return caseOf(it)
}

// LiveCase returns the case that id leads to after all merges (D-19).
func (s *Store) LiveCase(ctx context.Context, t guichet.TenantID, id guichet.CaseID) (*guichet.Case, error) {
	return s.Follow(ctx, t, id, func(*guichet.Case) {})
}

// Follow is LiveCase, and hands each case on the way to seen, the one that it returns last.
func (s *Store) Follow(ctx context.Context, t guichet.TenantID, id guichet.CaseID, seen func(*guichet.Case)) (*guichet.Case, error) {
	for range maxMerges {
		c, err := s.Case(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if seen(c); c.Merged == "" {
			return c, nil
		}
		id = c.Merged
	}
	return nil, guichet.Errorf(guichet.Other, "case %s: merged in a circle", id)
}

// Cases returns the cases of these numbers that are there, by number, each after all merges. Seen gets every case that was read.
func (s *Store) Cases(ctx context.Context, t guichet.TenantID, ids []guichet.CaseID, seen func(*guichet.Case)) (map[guichet.CaseID]*guichet.Case, error) {
	out := make(map[guichet.CaseID]*guichet.Case, len(ids))
	asked := make(map[guichet.CaseID]bool, len(ids))
	var keys []ledger.Key
	for _, id := range ids {
		if guichet.ValidCaseID(string(id)) && !asked[id] {
			asked[id] = true
			keys = append(keys, caseKey(t, id))
		}
	}
	if len(keys) == 0 {
		return out, nil
	}
	items, err := s.Ledger.BatchGet(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		c, err := caseOf(it)
		if err != nil {
			return nil, err
		}
		id := c.ID
		if seen(c); c.Merged != "" {
			if c, err = s.Follow(ctx, t, c.Merged, seen); err != nil {
				return nil, err
			}
		}
		out[id] = c
	}
	return out, nil
}

// caseOf decodes a case item; tenant and number stand in its key.
func caseOf(it ledger.Item) (*guichet.Case, error) {
	t, rest, _ := strings.Cut(it.P, "#")
	c := &guichet.Case{Tenant: guichet.TenantID(t), ID: guichet.CaseID(keyTail(rest)), Version: it.Version}
	return c, read(it, c)
}

// Inbox returns the live cases of an agent, oldest first.
func (s *Store) Inbox(ctx context.Context, t guichet.TenantID, a guichet.AgentID, limit int, cursor string) ([]*guichet.Case, string, error) {
	return s.caseList(ctx, ledger.Query{Index: inboxIndex, Partition: inboxPartition(t, a), Limit: limit, Cursor: cursor})
}

// Queue returns the cases that wait for a skill, first to be served first.
func (s *Store) Queue(ctx context.Context, t guichet.TenantID, k guichet.SkillID, limit int, cursor string) ([]*guichet.Case, string, error) {
	return s.caseList(ctx, ledger.Query{Index: inboxIndex, Partition: queuePartition(t, k), Limit: limit, Cursor: cursor})
}

// Heads returns the cases that wait for any agent of a skill, first to be served first.
func (s *Store) Heads(ctx context.Context, t guichet.TenantID, k guichet.SkillID, limit int, cursor string) ([]*guichet.Case, string, error) {
	return s.caseList(ctx, ledger.Query{Index: inboxIndex, Partition: queuePartition(t, k), To: heldBack, Limit: limit, Cursor: cursor})
}

// HeldFor returns the cases that wait for this agent alone, their preferred one, first to be served first.
func (s *Store) HeldFor(ctx context.Context, t guichet.TenantID, k guichet.SkillID, a guichet.AgentID, limit int) ([]*guichet.Case, error) {
	list, _, err := s.caseList(ctx, ledger.Query{Index: inboxIndex, Partition: queuePartition(t, k), Prefix: heldBack + string(a) + "#", Limit: limit})
	return list, err
}

// Held returns the cases of a skill that wait for preferred agents alone.
func (s *Store) Held(ctx context.Context, t guichet.TenantID, k guichet.SkillID, limit int, cursor string) ([]*guichet.Case, string, error) {
	return s.caseList(ctx, ledger.Query{Index: inboxIndex, Partition: queuePartition(t, k), Prefix: heldBack, Limit: limit, Cursor: cursor})
}

// OfContact returns the cases of a contact, newest first.
func (s *Store) OfContact(ctx context.Context, t guichet.TenantID, id guichet.ContactID, limit int, cursor string) ([]*guichet.Case, string, error) {
	return s.caseList(ctx, ledger.Query{Index: contactIndex, Partition: contactKey(t, id).P, Limit: limit, Cursor: cursor, Desc: true})
}

func (s *Store) caseList(ctx context.Context, q ledger.Query) ([]*guichet.Case, string, error) {
	page, err := s.Ledger.Query(ctx, q)
	if err != nil {
		return nil, "", err
	}
	out := make([]*guichet.Case, 0, len(page.Items))
	for _, it := range page.Items {
		if it.S != sortCase {
			continue
		}
		c, err := caseOf(it)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	return out, page.Cursor, nil
}

// Recent returns up to limit cases with numbers below the cursor (empty: from the newest), newest first. Numbers are handed out one by one, so a
// list of all cases needs no index: the cost is that of the page alone.
func (s *Store) Recent(ctx context.Context, t guichet.TenantID, limit int, cursor string) ([]*guichet.Case, string, error) {
	top, err := strconv.ParseInt(cursor, 10, 64)
	if cursor == "" {
		it, gerr := s.Ledger.Get(ctx, countKey(t))
		if guichet.Is(gerr, guichet.NotFound) {
			return nil, "", nil
		}
		top, err = it.Count, gerr
	}
	if err != nil {
		return nil, "", guichet.Wrongf("scrollToken", "scrollToken is not one of ours")
	}
	limit = min(max(limit, 1), ledger.MaxBatch)
	var keys []ledger.Key
	for ; top > 0 && len(keys) < limit; top-- {
		keys = append(keys, caseKey(t, guichet.NewCaseID(top)))
	}
	if len(keys) == 0 {
		return nil, "", nil
	}
	items, err := s.Ledger.BatchGet(ctx, keys)
	if err != nil {
		return nil, "", err
	}
	var out []*guichet.Case
	for _, it := range items {
		c, err := caseOf(it)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	if top == 0 {
		return out, "", nil
	}
	return out, strconv.FormatInt(top, 10), nil
}
