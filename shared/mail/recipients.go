package mail

import (
	"strconv"
	"strings"

	"guichet/shared/guichet"
)

// Answered is what a reply must know of the message that it answers, and all it may know (D-36).
type Answered struct {
	From    []Address
	Sender  []Address // stands in for From when there is none; the caller may put the envelope sender here
	ReplyTo []Address
	To, Cc  []Address
}

// Answer returns the part of a mail that a reply to it looks at.
func (m *Mail) Answer() Answered {
	return Answered{From: m.From, Sender: m.Sender, ReplyTo: m.ReplyTo, To: m.To, Cc: m.Cc}
}

// Recipients of a mail to be written. No address stands in it twice.
type Recipients struct{ To, Cc, Bcc []Address }

// Empty reports whether there is nobody to write to.
func (r Recipients) Empty() bool { return len(r.To)+len(r.Cc)+len(r.Bcc) == 0 }

// All returns everybody, To first.
func (r Recipients) All() []Address {
	return append(append(append([]Address(nil), r.To...), r.Cc...), r.Bcc...)
}

// MaxRecipients of one mail, To, Cc and Bcc together: what SES takes.
const MaxRecipients = 50

// ReplyTo returns who gets an answer to m; own are our addresses (points of contact, with or without +tag).
//
//   - Nobody who is not in m gets it, and none of our addresses.
//   - The author is who Reply-To names, else From, else Sender (RFC 5322 3.6.3). A Reply-To that names only us is passed over.
//   - With all, everybody else in To and Cc of m is in Cc; without, nobody is.
//   - Where we are in neither To nor Cc we were in Bcc: the author alone gets it, whatever all says, so that nobody learns of us.
//   - A mail of our own is answered to whom it went: its To, and with all its Cc.
//
// It is empty when there is nobody but us: the caller says so to the agent.
func ReplyTo(m Answered, own []string, all bool) Recipients {
	us := composeOwn(own)
	author := us.others(m.ReplyTo)
	for _, list := range [][]Address{m.From, m.Sender} {
		if len(author) == 0 {
			author = us.others(list)
		}
	}
	ours := len(author) == 0 && (us.in(m.From) || us.in(m.Sender))
	if ours {
		author = us.others(m.To)
	}
	r := Recipients{To: author}
	if all && (ours || us.in(m.To) || us.in(m.Cc) || us.in(m.From)) {
		r.Cc = us.others(append(append([]Address(nil), m.To...), m.Cc...))
	}
	r = r.once()
	if len(r.To) == 0 && ours {
		r = Recipients{To: us.others(m.Cc)}.once()
	}
	return r
}

// CheckRecipients returns r with every address once (To before Cc before Bcc), fit for headers and envelope. Errors: Invalid naming the
// list and place for what is no address and for our own addresses, which would only make a loop; Invalid "to" for nobody or more than 50.
func CheckRecipients(r Recipients, own []string) (Recipients, error) {
	us := composeOwn(own)
	for _, l := range []struct {
		field string
		list  []Address
	}{{"to", r.To}, {"cc", r.Cc}, {"bcc", r.Bcc}} {
		for i, a := range l.list {
			field := l.field + "[" + strconv.Itoa(i) + "]"
			if _, err := OutAddr(a.Addr); err != nil {
				return Recipients{}, guichet.Wrongf(field, "%s: %s", field, outReason(err))
			}
			if us.has(a.Addr) {
				return Recipients{}, guichet.Wrongf(field, "%s is one of our own addresses", field)
			}
		}
	}
	r = r.once()
	if n := len(r.All()); n == 0 || n > MaxRecipients {
		return Recipients{}, guichet.Wrongf("to", "a mail has 1 to %d recipients, not %d", MaxRecipients, n)
	}
	return r, nil
}

// CheckForward is CheckRecipients for a mail that is passed on (A034): those who take part in the case, the contacts, are refused too. A
// forward takes the case's mail outside; to them one replies.
func CheckForward(r Recipients, contacts, own []string) (Recipients, error) {
	them := composeOwn(contacts)
	for _, a := range r.All() {
		if them.has(a.Addr) {
			return Recipients{}, guichet.Wrongf("to", "a forward goes outside: the contact of the case gets a reply")
		}
	}
	return CheckRecipients(r, own)
}

// once returns r with every address in the first place only where it stands.
func (r Recipients) once() Recipients {
	seen := map[string]bool{}
	pick := func(list []Address) (out []Address) {
		for _, a := range list {
			if k := composeKey(a.Addr); !seen[k] {
				seen[k] = true
				out = append(out, a)
			}
		}
		return out
	}
	return Recipients{To: pick(r.To), Cc: pick(r.Cc), Bcc: pick(r.Bcc)}
}

// composeSet is a set of addresses by composeKey.
type composeSet map[string]bool

func composeOwn(own []string) composeSet {
	s := composeSet{}
	for _, a := range own {
		s[composeKey(a)] = true
	}
	return s
}

// has reports whether addr, or addr without its +tag, is in the set.
func (s composeSet) has(addr string) bool {
	k := composeKey(addr)
	if s[k] {
		return true
	}
	local, domain, _ := strings.Cut(k, "@")
	base, _, tagged := strings.Cut(local, "+")
	return tagged && s[base+"@"+domain]
}

func (s composeSet) in(list []Address) bool {
	for _, a := range list {
		if a.Addr != "" && s.has(a.Addr) {
			return true
		}
	}
	return false
}

// others returns the addresses that are readable and not in the set.
func (s composeSet) others(list []Address) (out []Address) {
	for _, a := range list {
		if a.Addr != "" && !s.has(a.Addr) {
			out = append(out, Address{Name: a.Name, Addr: a.Addr})
		}
	}
	return out
}

// composeKey makes two spellings of an address equal: case, and a domain in Unicode or punycode. Local parts are compared without
// case: no mail host in use tells Bo from bo.
func composeKey(addr string) string {
	if wire, err := OutAddr(addr); err == nil {
		addr = wire
	}
	return strings.ToLower(addr)
}
