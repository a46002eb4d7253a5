package mail

import (
	"strings"

	"guichet/shared/guichet"
)

// maxAddress is what fits a path of SMTP between its brackets, in octets (RFC 5321 4.5.3.1.3).
const maxAddress = 254

// PointOfContact makes our address of a local part and a domain, folded (A043). The local part is a dot-atom (RFC 5322 3.2.3) of at most 64 octets (RFC 5321
// 4.5.3.1.1) without a plus, which parts our tags from it; quoted forms, which many senders refuse, are not given out. Errors: Invalid, field "local_part" or "domain".
func PointOfContact(local, domain string) (string, error) {
	local = strings.ToLower(strings.TrimSpace(local))
	domain, err := OwnDomain(domain)
	switch {
	case err != nil:
		return "", err
	case local == "":
		return "", guichet.Wrongf("local_part", "say what stands before the @, as support")
	case len(local) > 64:
		return "", guichet.Wrongf("local_part", "the part before the @ has at most 64 characters, not %d", len(local))
	case strings.Contains(local, "+"):
		return "", guichet.Wrongf("local_part", "the part before the @ holds no plus: what follows it in mail to us names a case")
	}
	for _, atom := range strings.Split(local, ".") {
		if !outAtom(atom) {
			return "", guichet.Wrongf("local_part", "the part before the @ is of letters a-z, digits and !#$%%&'*/=?^_`{|}~-, with single dots between them, not %.80q", local)
		}
	}
	if n := len(local) + 1 + len(domain); n > maxAddress {
		return "", guichet.Wrongf("local_part", "an address has at most %d characters, not %d", maxAddress, n)
	}
	return local + "@" + domain, nil
}

// OwnDomain folds a domain that gets mail: at least two labels of letters, digits and dashes, in ASCII. Errors: Invalid, field "domain".
func OwnDomain(domain string) (string, error) {
	folded := FoldDomain(strings.TrimSpace(domain))
	out, err := OutAddr("postmaster@" + folded)
	if err != nil || out != "postmaster@"+folded || !strings.Contains(folded, ".") || len(folded) > 253 || strings.HasPrefix(folded, "[") {
		return "", guichet.Wrongf("domain", "%.80q is not a domain that gets mail, as help.example", domain)
	}
	return folded, nil
}
