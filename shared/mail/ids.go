package mail

import (
	"slices"
	"strings"
	"unicode"
)

var idEntities = strings.NewReplacer("&lt;", "<", "&gt;", ">")

// MaxID is the most bytes of a message id that are kept.
const MaxID = 1000

// ID normalises one message id (RFC 5322 3.6.4): what stands between the first brackets, without white space, whatever surrounds it
// (D-03). Without brackets it is the first word that has an "@", else the first word. Empty if there is none.
func ID(s string) string {
	if ids := collectIDs(s, 1); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// IDs returns the message ids of an In-Reply-To or References in order, each once and normalised as by ID. Words between bracketed ids are
// no ids, nor is what somebody typed when a program asked for one.
//
// QUIRK: git send-email asks "Message-ID to be used as In-Reply-To?", and many a mail says In-Reply-To: <yes> (2009-2026).
func IDs(s string) []string { return slices.DeleteFunc(collectIDs(s, -1), typedID) }

// typedID says that an id is a mere word: without an "@" it must be as long as a program makes them, and have a digit; before an "@"
// stands something, and not the name of a value that a program lacked.
func typedID(id string) bool {
	local, _, ok := strings.Cut(id, "@")
	if !ok {
		return len(id) < 8 || !strings.ContainsAny(id, "0123456789")
	}
	switch strings.ToLower(local) {
	case "", "undefined", "null", "(null)", "nil", "none", "unknown", "nan", "yes", "no", "messageid", "message-id", "msgid", "id":
		return true
	}
	return strings.Contains(local, "{{") || strings.Contains(local, "}}") || strings.Contains(local, "${") // a template that nobody filled
}

func collectIDs(s string, limit int) []string {
	if s == "" {
		return nil
	}
	if strings.Contains(s, "=?") {
		s = DecodeWords(s)
	}
	if strings.Contains(s, "&lt;") {
		s = idEntities.Replace(s)
	}
	if strings.IndexByte(s, '<') >= 0 {
		if ids := bracketedIDs(s, limit); len(ids) > 0 {
			return ids
		}
	}
	return bareIDs(s, limit)
}

// bracketedIDs reads <id> <id>; a bracket that is not closed ends at the next one that opens.
func bracketedIDs(s string, limit int) (out []string) {
	seen := idSet{}
	for s != "" && (limit < 0 || len(out) < limit) {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		s = s[open+1:]
		end := strings.IndexAny(s, "<>")
		body := s
		if end >= 0 {
			body, s = s[:end], s[end:]
		} else {
			s = ""
		}
		out = appendIDs(out, body, &seen)
	}
	return out
}

// appendIDs adds the id that body holds. White space in it is a fold, unless that would join two ids.
func appendIDs(out []string, body string, seen *idSet) []string {
	if strings.ContainsAny(body, " \t\r\n") && strings.Count(body, "@") > 1 {
		for _, w := range strings.Fields(body) {
			if strings.Contains(w, "@") {
				out = seen.add(out, tidyID(w))
			}
		}
		return out
	}
	return seen.add(out, tidyID(strings.Join(strings.Fields(body), "")))
}

// bareIDs reads ids without brackets: the words with an "@", else the first word.
func bareIDs(s string, limit int) (out []string) {
	seen := idSet{}
	s = dropComments(s)
	words := strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' || r == ';' || r == '>' || r == '<' })
	for _, w := range words {
		if strings.Contains(w, "@") {
			if out = seen.add(out, tidyID(w)); limit > 0 && len(out) >= limit {
				return out
			}
		}
	}
	if len(out) == 0 && len(words) == 1 {
		out = seen.add(out, tidyID(words[0]))
	}
	return out
}

// tidyID removes what clings to an id.
func tidyID(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, clean(s))
	for was := ""; was != s; { // what stood around one wrapping may be another's, and a cut lays marks bare
		was = s
		s = trimID(cutString(trimID(s), MaxID))
		for _, p := range []string{"mid:", "MID:", "cid:", "Message-ID:", "message-id:"} {
			s = strings.TrimPrefix(s, p)
		}
	}
	if strings.Trim(s, "@.") == "" {
		return "" // nothing beside the @ names nothing
	}
	return s
}

// trimID removes the marks around an id, but not the bracket that closes a domain literal: a@[192.0.2.1] (RFC 5322 3.4.1).
func trimID(s string) string {
	const marks = "\"'`,;()[]{}<>"
	s = strings.TrimLeft(s, marks)
	out := strings.TrimRight(s, marks)
	if i := strings.LastIndex(out, "@["); i >= 0 && len(out) < len(s) && s[len(out)] == ']' && len(out) > i+2 {
		out += "]"
	}
	return out
}

// dropComments removes (comments), nested ones too.
func dropComments(s string) string {
	if strings.IndexByte(s, '(') < 0 {
		return s
	}
	out, depth := make([]byte, 0, len(s)), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			out = append(out, ' ')
		case depth == 0:
			out = append(out, c)
		}
	}
	if depth > 0 {
		return s
	}
	return string(out)
}

// idSet keeps each id once: a list for few, a map for many.
type idSet struct{ m map[string]bool }

func (x *idSet) add(out []string, id string) []string {
	if id == "" {
		return out
	}
	if len(out) < 16 {
		for _, have := range out {
			if have == id {
				return out
			}
		}
		return append(out, id)
	}
	if x.m == nil {
		x.m = map[string]bool{}
		for _, have := range out {
			x.m[have] = true
		}
	}
	if x.m[id] {
		return out
	}
	x.m[id] = true
	return append(out, id)
}
