package mail

import (
	"strings"
	"unicode/utf8"
)

// commentEnd returns the length of the comment at the start of s; 0 if it does not end.
func commentEnd(s string) int {
	depth := 0
	s = within(s)
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// findSpec finds an address among the words of an item without brackets.
func findSpec(s string) (words, spec string) {
	at := unquotedAt(s)
	if at < 0 {
		return s, ""
	}
	start, end := at, at+1
	if at > 0 && s[at-1] == '"' {
		if start = strings.LastIndexByte(s[:at-1], '"'); start < 0 {
			start = at - 1
		}
	} else {
		for start > 0 && !strings.ContainsRune(" \t(<>[:,;\"'", rune(s[start-1])) {
			start--
		}
	}
	for end < len(s) && !strings.ContainsRune(" \t()<>,;\"'", rune(s[end])) {
		end++
	}
	spec = addrSpec(s[start:end])
	if spec == "" {
		if spec = addrSpec(strings.Join(strings.Fields(dropComments(s)), "")); spec != "" && strings.Count(spec, "@") == 1 && !strings.Contains(s, "(") {
			return "", spec
		}
		return s, ""
	}
	return s[:start] + " " + strings.TrimLeft(s[end:], "]>'\""), spec
}

// unquotedAt returns the last "@" of s outside comments; -1 if none.
func unquotedAt(s string) int {
	at := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			if n := commentEnd(s[i:]); n > 0 {
				i += n - 1
			}
		case '@':
			if at < 0 {
				at = i
			}
		}
	}
	return at
}

// addrSpec reads local@domain: white space, comments, "mailto:", routes and quotes around it are removed, the domain is lower-cased.
// Empty if it is none. A local part alone is none, except for names that mail systems use.
func addrSpec(s string) string {
	s = dropComments(s)
	if strings.Contains(s, "=?") {
		s = DecodeWords(s)
	}
	s = strings.Trim(s, " \t\r\n<>'`,;")
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if len(s) > 5 && strings.EqualFold(s[:5], "smtp:") {
		s = s[5:]
	}
	if strings.HasPrefix(s, "@") {
		if i := strings.IndexByte(s, ':'); i > 0 {
			s = s[i+1:]
		}
	}
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return ""
	}
	local, domain := strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+1:])
	if strings.ContainsAny(domain, " \t") {
		domain = strings.Join(strings.Fields(domain), "")
	}
	domain = strings.ToLower(strings.Trim(domain, ".\"'"))
	if len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"' {
		local = plainLocal(local)
	} else if strings.HasPrefix(local, "\"") && strings.Count(local, "\"") == 1 {
		local = local[1:]
	} else if strings.ContainsAny(local, " \t") {
		local = strings.Join(strings.Fields(local), "")
	}
	if local == "" || domain == "" || len(local)+len(domain) > 500 || !utf8.ValidString(local+domain) || strings.ContainsAny(domain, "<>,;\"()\\") {
		return ""
	}
	return clean(local + "@" + domain)
}

// plainLocal drops the quotes of a local part that needs none (RFC 5321 4.1.2).
func plainLocal(q string) string {
	s := q[1 : len(q)-1]
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || strings.IndexByte("()<>[]:;@\\,\"", c) >= 0 {
			return q
		}
	}
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return q
	}
	return s
}

// displayName makes the words around an address readable; a comment stands in for a missing name (RFC 5322 A.5).
func displayName(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if strings.IndexByte(s, '(') >= 0 && !strings.Contains(s, "\"") {
		if rest := strings.TrimSpace(dropComments(s)); rest != "" {
			s = rest
		} else {
			s = strings.Trim(s, "() \t")
		}
	}
	s = DecodeWords(unquoteAll(s))
	s = collapse(s)
	if len(s) > 1 && (s[0] == '\'' && s[len(s)-1] == '\'' || s[0] == '"' && s[len(s)-1] == '"') {
		s = s[1 : len(s)-1]
	}
	return cutString(strings.TrimSpace(s), 500)
}

// unquoteAll removes the quotes of all quoted strings of s and the backslashes in them.
func unquoteAll(s string) string {
	if strings.IndexByte(s, '"') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
		case c == '\\' && i+1 < len(s):
			i++
			out = append(out, s[i])
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
