package mail

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// param is one parameter of a Content-Type or Content-Disposition.
type param struct{ key, value string }

type params []param

// get returns the value of a parameter; empty if there is none.
func (ps params) get(key string) string {
	for _, p := range ps {
		if p.key == key {
			return p.value
		}
	}
	return ""
}

// segment is one piece of a parameter that RFC 2231 continues over several: name*0*=.
type segment struct {
	key      string
	n        int
	extended bool
	text     string
}

// parseParams reads "value; key=value; ..." (RFC 2045 5.1) with the continuations and charsets of RFC 2231, and what the world makes of
// both: unquoted spaces, missing quotes, encoded words, lost pieces. Keys are lower case, the value is as it came.
func parseParams(s string) (value string, ps params) {
	value, rest := cutParam(s)
	var segs []segment
	for rest != "" {
		var item string
		item, rest = cutParam(rest)
		key, v, ok := strings.Cut(item, "=")
		key = strings.ToLower(strings.Trim(key, " \t\"'"))
		if !ok || key == "" {
			continue
		}
		v = unquoteParam(v, strings.Contains(key, "name"))
		if star := strings.IndexByte(key, '*'); star > 0 {
			segs = append(segs, newSegment(key[:star], key[star+1:], v))
			continue
		}
		ps = append(ps, param{key, v})
	}
	if len(segs) > 0 {
		ps = append(joinSegments(segs), ps...)
	}
	return strings.TrimSpace(value), ps
}

// cutParam splits s at the first ";" that is not within quotes. A quote that is never closed does not quote.
func cutParam(s string) (item, rest string) {
	quotes := true
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ';':
			return s[:i], s[i+1:]
		case '"':
			if !quotes {
				continue
			}
			end := paramQuote(s[i+1:])
			if quotes = end >= 0; quotes {
				i += 1 + end
			}
		}
	}
	return s, ""
}

// quotedEnd returns where the quoted string that s is in ends (RFC 5322 3.2.4); -1 if it does not.
func quotedEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// closingQuote returns where the quoted string that s is in ends; -1 if it does not. A backslash hides the quote after it, except in
// a path of Windows: a quote before ";" or the end closes.
func closingQuote(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && s[i+1] == '"' {
				if tail := strings.TrimLeft(s[i+2:], " \t"); tail == "" || tail[0] == ';' {
					return i + 1
				}
			}
			i++
		case '"':
			return i
		}
	}
	return -1
}

// paramQuote is closingQuote for a parameter: quotes may stand within it unmasked when the last one ends it, as in "the "big" one.pdf".
func paramQuote(s string) int {
	first := closingQuote(s)
	for at := first; at >= 0; {
		rest := strings.TrimLeft(s[at+1:], " \t")
		if rest == "" || rest[0] == ';' {
			return at
		}
		n := closingQuote(s[at+1:])
		if n < 0 || at > maxQuoted || strings.ContainsAny(s[at+1:at+1+n], "=;") {
			break
		}
		at += 1 + n
	}
	return first
}

// unquoteParam removes the quotes of a parameter value, and the backslashes before quotes and backslashes only. A comment behind it goes
// too, but not from a name.
func unquoteParam(v string, name bool) string {
	v = strings.TrimSpace(v)
	if len(v) == 0 || v[0] != '"' {
		if i := strings.Index(v, " ("); i > 0 && strings.HasSuffix(v, ")") && !name {
			v = v[:i] // a comment
		}
		return strings.TrimSuffix(v, "\"")
	}
	v = v[1:]
	if end := paramQuote(v); end >= 0 {
		v = v[:end]
	}
	if strings.IndexByte(v, '\\') < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if v[i] == '\\' && i+1 < len(v) && (v[i+1] == '"' || v[i+1] == '\\') {
			i++
		}
		out = append(out, v[i])
	}
	return string(out)
}

// newSegment reads what stands after the star: "", "0", "0*" or "*".
func newSegment(key, star, v string) segment {
	s := segment{key: strings.TrimSpace(key), text: v}
	s.extended = star == "" || strings.HasSuffix(star, "*")
	if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(star, "*"))); err == nil && n >= 0 {
		s.n = n
	}
	return s
}

// joinSegments puts the pieces of each parameter together, by number, and decodes them by the charset that the first names.
func joinSegments(segs []segment) params {
	slices.SortStableFunc(segs, func(a, b segment) int {
		if a.key != b.key {
			return strings.Compare(a.key, b.key)
		}
		return cmp.Compare(a.n, b.n)
	})
	var out params
	for i := 0; i < len(segs); {
		j, charset, any := i, "", false
		var raw []byte
		for ; j < len(segs) && segs[j].key == segs[i].key; j++ {
			text := segs[j].text
			if segs[j].extended {
				if j == i {
					charset, text = cutCharset(text)
				}
				raw, any = append(raw, unpercent(text)...), true
				continue
			}
			raw = append(raw, text...)
		}
		v := string(raw)
		if any {
			v = clean(decodeCharset(raw, charset))
		}
		out = append(out, param{segs[i].key, v})
		i = j
	}
	return out
}

// cutCharset splits charset'language'text. Text without the two quotes has no charset.
func cutCharset(s string) (charset, text string) {
	a := strings.IndexByte(s, '\'')
	if a < 0 || a > 40 {
		return "", s
	}
	b := strings.IndexByte(s[a+1:], '\'')
	if b < 0 {
		return "", s
	}
	return s[:a], s[a+1+b+1:]
}

// unpercent decodes %XX; what is no escape stays.
func unpercent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}
