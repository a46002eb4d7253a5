package desk

import (
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// fromOutside reports whether a third party wrote the mail: it answers what was sent outside, or comes from an address that only such mail went to (A034). Who
// takes part in the case is none, whatever he answers.
func (l *landing) fromOutside(c *guichet.Case) bool {
	if slices.Contains(c.People, l.sender) || l.auto.Kind == mail.BounceMail {
		return false
	}
	return l.dec.Outside || c.Stranger(l.sender)
}

// told is what the facts say of a third party's mail.
func (l *landing) told() string {
	if l.third {
		return "yes"
	}
	return ""
}

// meet adds the sender to the people of the case, or to those whom it was sent to: no answer to the contact goes to a third party (D-36).
func (l *landing) meet(c *guichet.Case) {
	if l.third {
		c.SentOutside(l.sender)
		return
	}
	c.Join(l.sender)
}

// sameMail returns where this very mail is in the case already: it came to another of the addresses that the case was answered from. nil if it is not there.
func sameMail(r *store.Ref, hash string, c *guichet.Case) *store.RefEntry {
	if r == nil || c == nil {
		return nil
	}
	i := slices.IndexFunc(r.Entries, func(e store.RefEntry) bool {
		return e.Hash == hash && e.Kind != store.RefPhantom && (e.Case == c.ID || slices.Contains(c.Parts, e.Case))
	})
	if i < 0 {
		return nil
	}
	return &r.Entries[i]
}
