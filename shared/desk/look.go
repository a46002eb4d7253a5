package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// known is what the ledger knows about a mail: two reads, however long the case and however large the tenant.
type known struct {
	twin    *store.RefEntry // this very mail, if it is stored already
	refs    map[string]*store.Ref
	found   []mail.Found
	collide bool // another mail claimed the same Message-ID
}

// look loads what a mail's clues lead to.
func (d *Desk) look(ctx context.Context, a arrival, s mail.Site) (known, error) {
	clues := mail.Clues(a.mail, s, a.bounce.Originals[:min(len(a.bounce.Originals), 8)])
	ids := []string{a.id}
	for _, c := range clues {
		if c.Ref != "" {
			ids = append(ids, c.Ref)
		}
	}
	refs, err := d.Store.Refs(ctx, s.Tenant, ids)
	if err != nil {
		return known{}, err
	}
	l := known{refs: refs, twin: refs[a.id].Holds(s.Channel.ID, a.hash)}
	if l.twin != nil {
		return l, nil
	}
	if e := refs[a.id].In(s.Channel.ID); e != nil && e.Kind != store.RefPhantom {
		l.collide = true
	}
	cases, err := d.Store.Cases(ctx, s.Tenant, named(clues, refs, s.Channel.ID))
	if err != nil {
		return known{}, err
	}
	for _, c := range clues {
		l.found = append(l.found, resolve(c, refs, cases, s.Channel.ID))
	}
	return l, nil
}

// named lists the cases that clues name, directly or through the index.
func named(clues []mail.Clue, refs map[string]*store.Ref, ch guichet.ChannelID) []guichet.CaseID {
	var ids []guichet.CaseID
	for _, c := range clues {
		if c.Case != "" {
			ids = append(ids, c.Case)
		} else if e := entry(refs[c.Ref], ch); e != nil {
			ids = append(ids, e.Case)
		}
	}
	return ids
}

// entry prefers what an id means in this channel, then anything that it means.
func entry(r *store.Ref, ch guichet.ChannelID) *store.RefEntry {
	if r == nil || len(r.Entries) == 0 {
		return nil
	}
	if e := r.In(ch); e != nil {
		return e
	}
	return &r.Entries[0]
}

// resolve says where one clue leads.
func resolve(c mail.Clue, refs map[string]*store.Ref, cases map[guichet.CaseID]*guichet.Case, ch guichet.ChannelID) mail.Found {
	f := mail.Found{Clue: c}
	if c.Case != "" {
		f.Case = cases[c.Case]
		return f
	}
	e := entry(refs[c.Ref], ch)
	if e == nil || c.Kind == mail.ByPhantom && e.Kind != store.RefPhantom {
		return f
	}
	f.Case = cases[e.Case]
	f.Phantom, f.Bulk, f.Self = e.Kind == store.RefPhantom, e.Kind == store.RefBulk, e.Kind == store.RefSelf
	return f
}
