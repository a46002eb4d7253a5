package channel

import (
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// envelope is whom a mail comes from and goes to, as commands and calls take it: ASCII, domains in punycode, nothing that could put in a
// word of its own.
type envelope struct {
	from string
	to   []recipient
}

type recipient struct{ addr, wire string }

// envelopeOf reads the envelope of m. The sender may be empty (RFC 5321 4.5.5). Errors: Permanent.
func envelopeOf(m Outgoing) (e envelope, err error) {
	if m.From != "" {
		if e.from, err = mail.OutAddr(m.From); err != nil {
			return e, fail(guichet.Permanent, err, "the sender of the mail is no address")
		}
	}
	for _, a := range m.To {
		wire, err := mail.OutAddr(a)
		if err != nil {
			return e, fail(guichet.Permanent, err, "a recipient of the mail is no address")
		}
		e.to = append(e.to, recipient{addr: a, wire: wire})
	}
	if len(e.to) == 0 {
		return e, fail(guichet.Permanent, nil, "the mail has no recipient")
	}
	return e, nil
}

// wires returns the recipients as they go out.
func (e envelope) wires() []string {
	out := make([]string, len(e.to))
	for i, r := range e.to {
		out[i] = r.wire
	}
	return out
}
