package mail

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"guichet/shared/guichet"
)

// OutAddr returns addr as it stands in headers and envelopes: ASCII only, the domain in punycode, the local part quoted where it must be.
// Errors: Invalid, field "address", for what is no address, for a local part that is not ASCII (SES and many relays have no SMTPUTF8).
//
// QUIRK: Japanese mobile carriers gave out addresses such as a..b@carrier.example and a.@carrier.example: quoted, they arrive (2026-11).
func OutAddr(addr string) (string, error) {
	at := strings.LastIndexByte(addr, '@')
	if at < 1 || at == len(addr)-1 || len(addr) > 320 {
		return "", guichet.Wrongf("address", "an address has the form local@domain")
	}
	local, err := outLocal(addr[:at])
	if err != nil {
		return "", err
	}
	domain, err := outDomain(addr[at+1:])
	if err != nil {
		return "", err
	}
	return local + "@" + domain, nil
}

func outLocal(s string) (string, error) {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = outUnquote(s[1 : len(s)-1])
	}
	if !outASCII(s) || strings.Contains(s, "\t") || len(s) > 64 || s == "" {
		return "", guichet.Wrongf("address", "the part before the @ is 1 to 64 printable ASCII characters")
	}
	for _, atom := range strings.Split(s, ".") {
		if !outAtom(atom) {
			return `"` + outQuoteEsc.Replace(s) + `"`, nil
		}
	}
	return s, nil
}

// outUnquote takes the backslashes out of a quoted string.
func outUnquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// outAtom reports whether s is an atom of RFC 5322 3.2.3.
func outAtom(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>[]:;@\,."`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func outDomain(s string) (string, error) {
	if !outASCII(s) {
		a, err := idna.Lookup.ToASCII(s)
		if err != nil {
			return "", guichet.Wrongf("address", "the part after the @ is no domain")
		}
		s = a
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && len(s) > 2 && strings.Trim(s[1:len(s)-1], "0123456789abcdefABCDEFIPv.:") == "" {
		return s, nil // RFC 5321 4.1.3: an address literal
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || len(s) > 253 || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", guichet.Wrongf("address", "the part after the @ is no domain")
		}
	}
	return s, nil
}

// outAddresses returns the tokens of an address list. Errors name the list and the place in it: "cc[2]".
func outAddresses(name, field string, list []Address) ([]string, error) {
	var out []string
	for i, a := range list {
		spec, err := OutAddr(a.Addr)
		if err != nil {
			if field != "from" {
				field += "[" + strconv.Itoa(i) + "]"
			}
			return nil, guichet.Wrongf(field, "%s: %s", field, outReason(err))
		}
		first := 75
		if len(out) == 0 {
			first = outLine - len(name) - 2
		}
		phrase := outPhrase(a.Name, first)
		if phrase != nil || spec[0] == '"' { // QUIRK: mailparser (npm, 3.7) reads "o x"@example only within brackets (2026-11)
			spec = "<" + spec + ">"
		}
		if i < len(list)-1 {
			spec += ","
		}
		out = append(append(out, phrase...), " "+spec)
	}
	return out, nil
}

// outReason returns the text of an error without its kind.
func outReason(err error) string {
	var e *guichet.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return err.Error()
}

// outPhrase returns the tokens of a display name: atoms as they are, other ASCII quoted, the rest in encoded words; nil if it is empty.
//
// QUIRK: quick readers find an address in "bo@x.example" <bo@y.example> that is only a name; in an encoded word they find none (2026-11).
func outPhrase(name string, first int) []string {
	name = outClean(name)
	if name == "" {
		return nil
	}
	if !outASCII(name) || len(name) > 60 || strings.Contains(name, "=?") || strings.ContainsAny(name, "<>@") {
		return outEncoded(name, first)
	}
	for _, w := range strings.Split(name, " ") {
		if !outAtom(w) {
			return []string{` "` + outQuoteEsc.Replace(name) + `"`}
		}
	}
	return []string{" " + name}
}
