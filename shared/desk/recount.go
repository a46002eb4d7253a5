package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Miscount is a contact whose counts were not those of his messages.
type Miscount struct {
	Contact  guichet.ContactID
	Was, Now guichet.Moods
}

// recounts bounds how often a contact is counted again that is rated meanwhile.
const recounts = 20

// Recount counts the moods of all messages of a tenant again and puts right what differs (A027). It may run beside everything else: whoever seems to differ is
// read first and his messages after, and he is put right only if nobody rated one of them since; else he is counted once more. It reads every message.
// Errors: Temporary also where somebody is rated faster than he can be counted.
func (d *Desk) Recount(ctx context.Context, t guichet.TenantID) ([]Miscount, error) {
	counts, err := d.countMoods(ctx, t, nil)
	if err != nil {
		return nil, err
	}
	suspects := map[guichet.ContactID]*guichet.Contact{}
	for id, k := range counts {
		person, err := d.Store.ContactByID(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if person.Moods != k {
			suspects[id] = person
		}
	}
	var out []Miscount
	for round := 0; len(suspects) > 0; round++ {
		if round == recounts {
			return out, guichet.Errorf(guichet.Temporary, "%d contacts are rated faster than they can be counted", len(suspects))
		}
		more, err := d.recountOnce(ctx, t, suspects)
		if out = append(out, more...); err != nil {
			return out, err
		}
	}
	return out, nil
}

// recountOnce counts the suspects again and puts them right; who was changed meanwhile stays among them, as he is now.
func (d *Desk) recountOnce(ctx context.Context, t guichet.TenantID, suspects map[guichet.ContactID]*guichet.Contact) ([]Miscount, error) {
	var out []Miscount
	for id := range suspects { // as they are before their messages are read
		person, err := d.Store.ContactByID(ctx, t, id)
		if err != nil {
			return nil, err
		}
		suspects[id] = person
	}
	counts, err := d.countMoods(ctx, t, func(id guichet.ContactID) bool { return suspects[id] != nil })
	if err != nil {
		return nil, err
	}
	for id, person := range suspects {
		was := person.Moods
		if was == counts[id] {
			delete(suspects, id)
			continue
		}
		person.Moods = counts[id]
		tx := &store.Tx{}
		tx.Contact(person)
		err := d.Store.Commit(ctx, tx)
		if guichet.Is(err, guichet.Conflict) {
			continue
		}
		if err != nil {
			return out, err
		}
		out = append(out, Miscount{id, was, counts[id]})
		delete(suspects, id)
	}
	return out, nil
}

// countMoods counts the moods of all messages of a tenant, by who wrote them; of some people alone, if asked. Who wrote and is not rated is there with zeros.
func (d *Desk) countMoods(ctx context.Context, t guichet.TenantID, of func(guichet.ContactID) bool) (map[guichet.ContactID]guichet.Moods, error) {
	counts := map[guichet.ContactID]guichet.Moods{}
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := d.Store.Recent(ctx, t, ledger.MaxBatch, cursor)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if err := d.countCase(ctx, c, of, counts); err != nil {
				return nil, err
			}
		}
		cursor = next
	}
	return counts, nil
}

func (d *Desk) countCase(ctx context.Context, c *guichet.Case, of func(guichet.ContactID) bool, counts map[guichet.ContactID]guichet.Moods) error {
	for from, more := 1, true; more; {
		list, err := d.Store.Messages(ctx, c.Tenant, c.ID, from, ledger.MaxPage)
		if err != nil {
			return err
		}
		for _, m := range list {
			from = m.N + 1
			if m.Direction != guichet.Inbound || m.From.Addr == "" {
				continue
			}
			id := store.ContactID(wrote(m))
			if of != nil && !of(id) {
				continue
			}
			k := counts[id]
			k.Add(m.Rated(), 1)
			counts[id] = k
		}
		more = len(list) > 0 // a page may end early
	}
	return nil
}
