package desk

import (
	"context"
	"slices"

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
	seen    guichet.Seen
	subject *store.Ref // cases that go by the mail's subject; nil where the channel does not ask
}

// sight is the house as a decision sees it: as it is, or as it was.
type sight interface {
	refs(ctx context.Context, ids []string) (map[string]*store.Ref, error)
	cases(ctx context.Context, ids []guichet.CaseID) (map[guichet.CaseID]*guichet.Case, error) // those that are there, after all merges
	liveCase(ctx context.Context, id guichet.CaseID) (*guichet.Case, error)                    // after all merges
	messages(ctx context.Context, id guichet.CaseID) ([]*guichet.Message, error)               // the first of a case
}

// look loads what a mail's clues lead to.
func (d *Desk) look(ctx context.Context, a arrival, s mail.Site, house sight) (known, error) {
	clues := mail.Clues(a.mail, s, a.bounce.Originals[:min(len(a.bounce.Originals), 8)])
	clues = append(clues, mail.ExternalClues(a.mail, s, a.sender)...)
	ids := []string{a.id}
	for _, c := range clues {
		if c.Ref != "" {
			ids = append(ids, c.Ref)
		}
	}
	refs, err := house.refs(ctx, ids)
	if err != nil {
		return known{}, err
	}
	l := known{refs: refs, twin: refs[a.id].Holds(s.Channel.ID, a.hash)}
	if l.twin != nil && l.twin.Kind == store.RefShred && a.in.Force {
		l.twin = nil
	}
	if l.twin != nil {
		return l, nil
	}
	if e := refs[a.id].In(s.Channel.ID); e != nil && e.Kind != store.RefPhantom && e.Kind != store.RefBulk && e.Kind != store.RefShred {
		l.collide = true
	}
	cases, err := house.cases(ctx, named(clues, refs, s.Channel.ID))
	if err != nil {
		return known{}, err
	}
	for _, c := range clues {
		l.found = append(l.found, resolve(c, refs, cases, s.Channel.ID))
	}
	if s.Channel.Window > 0 || s.Channel.Quotes {
		err = lookBySubject(ctx, a, s, house, &l)
	}
	return l, err
}

// subjectDays is how long a case is found by its subject and quoted words.
const subjectDays = 60

// lookBySubject looks, where the channel wants it, for cases that go by the mail's subject: the sender's own within the channel's window, or one whose words the
// mail quotes. Only a mail that nothing else leads anywhere pays for it.
func lookBySubject(ctx context.Context, a arrival, s mail.Site, house sight, l *known) error {
	ref := mail.SubjectRef(a.mail.Subject)
	if ref == "" || s.Channel.Thread == guichet.IgnoreInReplyTo {
		return nil
	}
	refs, err := house.refs(ctx, []string{ref})
	if err != nil {
		return err
	}
	l.subject = refs[ref]
	if slices.ContainsFunc(l.found, func(f mail.Found) bool { return f.Case != nil && !f.Bulk }) {
		return nil
	}
	quoted := mail.QuotedLines(a.mail)
	by := mail.Attributions(a.mail)
	if len(a.mail.InReplyTo) > 0 || len(a.mail.References) > 0 || len(a.mail.ThreadIndex) > 0 || mail.IsForward(a.mail.Subject) {
		quoted = nil // it answers something else, or is passed on
	}
	var same []mail.Found // weaker than any quotation
	for _, e := range slices.Backward(l.subject.Entries) {
		age := a.in.ReceivedAt.Unix() - e.At
		if e.Channel != s.Channel.ID || age > subjectDays*86400 {
			continue
		}
		c, err := house.liveCase(ctx, e.Case)
		if err != nil {
			return err
		}
		quotes := false
		if s.Channel.Quotes && len(quoted) > 0 {
			if quotes, err = quotesCase(ctx, house, c, quoted, by); err != nil {
				return err
			}
		}
		switch {
		case quotes:
			l.found = append(l.found, mail.Found{Clue: mail.Clue{Kind: mail.ByQuote, Value: ref}, Case: c})
		case s.Channel.Window > 0 && age <= s.Channel.Window:
			same = append(same, mail.Found{Clue: mail.Clue{Kind: mail.BySubject, Value: ref}, Case: c})
		}
	}
	l.found = append(l.found, same...)
	return nil
}

// quotesCase reports whether quoted lines come from one of the newest messages of a case, and the line above them names who wrote it.
func quotesCase(ctx context.Context, house sight, c *guichet.Case, quoted map[string]bool, by string) (bool, error) {
	for _, part := range append([]guichet.CaseID{c.ID}, c.Parts...) {
		list, err := house.messages(ctx, part)
		if err != nil {
			return false, err
		}
		for _, m := range list {
			if mail.Attributed(by, m.From.Name, m.From.Addr) && mail.QuotesFrom(quoted, m.Text) {
				return true, nil
			}
		}
	}
	return false, nil
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
	f.Outside = e.Kind == store.RefOutside
	f.Phantom, f.Bulk, f.Self = e.Kind == store.RefPhantom, e.Kind == store.RefBulk, e.Kind == store.RefSelf
	return f
}
