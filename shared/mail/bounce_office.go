package mail

import "strings"

// officeAddress says that an address is one under which a mail system writes, and the people who run it as well: RFC 5321 4.5.1 asks them to read it.
func officeAddress(a Address) bool {
	local, _, _ := strings.Cut(a.Addr, "@")
	switch lettersOf(local) {
	case "postmaster", "mailadmin", "systemadministrator":
		name := strings.ReplaceAll(strings.ToLower(a.Name), " ", "")
		return lettersOf(name) == lettersOf(local) || !robotLocal(name)
	}
	return false
}

// formal says that a mail of the office of a mail system has the form of a notice, so that its words are not those of the people there: its
// subject, what it gives back, or the transcript of a session.
func (n *notice) formal(subject, gaveBack bool) bool {
	return subject && !answers(n.subject) || gaveBack || strings.Contains(n.low, "rcpt to:")
}

// answers says that a subject is that of an answer or a forwarded mail.
func answers(low string) bool {
	for _, p := range []string{"re:", "aw:", "sv:", "antw:", "odp:", "rv:", "fwd:", "fw:", "wg:", "tr:"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return false
}
