package desk

import (
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// indexExternal keeps the numbers that the sender's own helpdesk put into the subject: on the case, and in the index for what comes later from that
// organisation (D-22). A number that stands for a case already stays with it; a forged sender gives none, and what is our own number is none.
func (l *landing) indexExternal(c *guichet.Case) {
	if l.in.Verdicts.Forged() || l.in.Form != nil || l.site.Own(l.sender) {
		return
	}
	for _, f := range l.known.found {
		if f.Kind != mail.ByExternal || l.ours(f.Value) {
			continue
		}
		c.KnownAs(cut(f.Value, 40))
		if r := l.known.refs[f.Ref]; r.In(c.Channel) == nil {
			r.Name(store.RefEntry{Kind: store.RefForeign, Channel: c.Channel, Case: c.ID})
			l.tx.Ref(c.Tenant, r)
		}
	}
}

// ours reports whether a number of the subject is that of a case of ours.
func (l *landing) ours(number string) bool {
	return slices.ContainsFunc(l.known.found, func(f mail.Found) bool {
		return f.Kind == mail.ByTicket && f.Case != nil && string(f.Clue.Case) == number
	})
}
