package mail

import (
	"strings"

	"golang.org/x/net/idna"
)

// FoldAddress returns an address as the house compares it: lower case, the domain in ASCII, no trailing dot, no brackets
// (D-29). A string without @ is only lower-cased.
func FoldAddress(addr string) string {
	addr = strings.ToLower(strings.Trim(strings.TrimSpace(addr), "<>"))
	i := strings.LastIndexByte(addr, '@')
	if i < 0 {
		return addr
	}
	return addr[:i] + "@" + FoldDomain(addr[i+1:])
}

// FoldDomain returns a domain in lower case and ASCII, without trailing dot; one that IDNA refuses stays as it is.
func FoldDomain(domain string) string {
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	for i := range len(domain) {
		if domain[i] >= 0x80 {
			if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
				return ascii
			}
			break
		}
	}
	return domain
}

// SplitPlus splits a folded address at the first plus of its local part: the address without the tag, and the tag.
func SplitPlus(addr string) (base, tag string) {
	local, domain, ok := strings.Cut(addr, "@")
	if !ok {
		return addr, ""
	}
	local, tag, ok = strings.Cut(local, "+")
	if !ok || local == "" {
		return addr, ""
	}
	return local + "@" + domain, tag
}
