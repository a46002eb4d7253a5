package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Tx collects what one flow changes; Commit does all of it or nothing. The zero Tx is empty.
type Tx struct {
	writes []ledger.Write
	places []*place
	told   []told // facts among them
}

// Case stores a case, unless somebody moved it since it was loaded (Conflict), with the facts of the move. A fact's id and version come from
// the case's: a move that is tried again writes the same ones.
func (tx *Tx) Case(c *guichet.Case, facts ...guichet.Fact) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: caseKey(c.Tenant, c.ID), Version: c.Version, Body: body(c), Index: caseIndex(c)}})
	if len(facts) == 0 {
		return
	}
	v := c.Version + 1
	seen := map[guichet.FactKind]int{}
	for i := range facts {
		f := &facts[i]
		f.Tenant, f.Case, f.Version, f.ID = c.Tenant, c.ID, v, guichet.FactID(f.Kind, v)
		if seen[f.Kind]++; seen[f.Kind] > 1 { // two clocks that were missed: a queue that holds one by its id must not take the other for it
			f.ID += "." + strconv.Itoa(seen[f.Kind])
		}
	}
	tx.told = append(tx.told, told{len(tx.writes), c.Tenant, facts})
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: factKey(c.Tenant, c.ID, v), Body: body(brief(facts)), Announce: true}})
}

// brief leaves out what the key of their item says: each kilobyte of facts costs.
func brief(facts []guichet.Fact) []guichet.Fact {
	out := slices.Clone(facts)
	for i := range out {
		out[i].Tenant, out[i].Case, out[i].Version = "", "", 0
	}
	return out
}

// Message stores a message: a new one (Version 0), or a changed one.
func (tx *Tx) Message(m *guichet.Message) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: messageKey(m.Tenant, m.Case, m.N), Version: m.Version, Body: body(m)}})
}

// Ref stores what an id stands for.
func (tx *Tx) Ref(t guichet.TenantID, r *Ref) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: refKey(t, r.ID), Version: r.Version, Body: body(r)}})
}

// Contact stores a contact.
func (tx *Tx) Contact(c *guichet.Contact) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: contactKey(c.Tenant, c.ID), Version: c.Version, Body: body(c), Index: contactEntries(c)}})
}

// Quarantine keeps a mail apart until somebody decides.
func (tx *Tx) Quarantine(q *Held) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: quarantineKey(q.Tenant, q.At, q.ID), Version: q.Version, Body: body(q)}})
}

// Lost notes a mail for nobody we know; it goes after a month.
func (tx *Tx) Lost(h *Held) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: lostKey(h.At, h.ID), Body: body(h), Expires: h.At.Add(31 * 24 * time.Hour)}})
}

// Empty reports whether nothing is to be written.
func (tx *Tx) Empty() bool { return len(tx.writes) == 0 && len(tx.places) == 0 }

// Commit writes it all or nothing.
func (s *Store) Commit(ctx context.Context, tx *Tx) error {
	if tx.Empty() {
		return nil
	}
	if err := s.watch(ctx, tx); err != nil {
		return err
	}
	if len(tx.places) > 0 {
		return s.commitPlaces(ctx, tx)
	}
	return s.Ledger.Commit(ctx, tx.writes...)
}

// failed returns the key of the write by which a commit failed.
func failed(err error) (ledger.Key, bool) {
	var f *ledger.Failure
	if errors.As(err, &f) {
		return f.Key, true
	}
	return ledger.Key{}, false
}
