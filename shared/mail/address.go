package mail

import (
	"strings"
	"unicode"
)

var noBrackets = strings.NewReplacer("<", " ", ">", " ")

// ParseAddresses reads an address list (RFC 5322 3.4) as it is found in the world: groups, comments, encoded words, unquoted commas,
// ";" between addresses, missing brackets, words around. One bad entry costs itself: it stays as Raw (D-31).
func ParseAddresses(s string) []Address { return addressList(s, false) }

// addressList is ParseAddresses. With one, each entry names one address, as From does: what stands behind it without a comma is not another.
func addressList(s string, one bool) []Address {
	var out []Address
	t := addressLexer{s: s, tail: groupTail(s)}
	pending := "" // words before a comma that may be the first half of a name: Doe, John <john@x>
	for {
		item, sep := t.next()
		if len(out) > MaxAddresses {
			break
		}
		if sep == ':' {
			out, pending = flushPending(out, pending, t.group), ""
			t.group = cutString(collapse(DecodeWords(unquoteAll(item.text))), 200)
			continue
		}
		a, ok := t.address(item)
		switch {
		case ok && pending != "" && item.open >= 0 && item.words != "" && item.open > 0:
			a.Name = joinName(pending, a.Name)
			out, pending = append(out, a), ""
		default:
			out = flushPending(out, pending, t.group)
			pending = ""
			switch {
			case ok:
				out = t.append(out, item, a, one)
			case a.Raw == "":
			case sep == ',' && !item.quoted && item.open < 0:
				pending = item.text
			default:
				out = append(out, a)
			}
		}
		switch sep {
		case 0:
			return flushPending(out, pending, t.group)
		case ';':
			out = flushPending(out, pending, t.group)
			pending, t.group = "", ""
		}
	}
	return out
}

// append adds an address. An item with several brackets is several addresses, whose commas were forgotten.
func (t *addressLexer) append(out []Address, it addressItem, a Address, one bool) []Address {
	if len(it.more) < 2 {
		return append(out, a)
	}
	from, n := it.start, len(out)
	for _, m := range it.more {
		words, spec := t.s[from:m.open], t.s[m.open:m.end]
		from = m.end
		b, ok := t.address(addressItem{text: words + spec, words: words, open: len(words)})
		if !ok || len(out) > MaxAddresses {
			continue
		}
		if out = append(out, b); one {
			break
		}
	}
	if len(out) == n {
		return append(out, a)
	}
	return out
}

// flushPending adds words that turned out to be no half of a name.
func flushPending(out []Address, pending, group string) []Address {
	if pending = strings.TrimSpace(pending); pending == "" {
		return out
	}
	return append(out, Address{Raw: cutString(clean(DecodeWords(pending)), 500), Group: group})
}

func joinName(a, b string) string {
	return cutString(collapse(DecodeWords(unquoteAll(a))+", "+b), 500)
}

// addressItem is the text of a list between two separators.
type addressItem struct {
	text   string
	words  string  // what stands before the bracket
	open   int     // where the last "<" of it is, or -1
	quoted bool    // it has a quoted string
	start  int     // where it begins in the list
	more   []angle // its brackets, when it has more than one pair
	last   angle
}

// angle is a pair of brackets: from the "<" to just after the ">".
type angle struct{ open, end int }

// addressLexer cuts a list into items.
type addressLexer struct {
	s     string
	at    int
	group string
	tail  int // no group begins after
}

// next returns the next item and the separator after it: ',', ';', ':' (a group begins) or 0 at the end.
func (t *addressLexer) next() (addressItem, byte) {
	it := addressItem{open: -1, start: t.at}
	start := t.at
	end := func(sep byte) (addressItem, byte) {
		it.text = strings.TrimSpace(t.s[start:t.at])
		if it.open >= 0 {
			it.words = strings.TrimSpace(t.s[start:it.open])
			it.open -= start + len(t.s[start:t.at]) - len(strings.TrimLeftFunc(t.s[start:t.at], unicode.IsSpace))
		}
		if t.at < len(t.s) {
			t.at++
		}
		return it, sep
	}
	inAngle := false
	for ; t.at < len(t.s); t.at++ {
		switch c := t.s[t.at]; c {
		case '"':
			if n := quotedEnd(within(t.s[t.at+1:])); n >= 0 {
				it.quoted = true
				t.at += 1 + n
			}
		case '(':
			if n := commentEnd(t.s[t.at:]); n > 0 {
				t.at += n - 1
			}
		case '=':
			if strings.HasPrefix(t.s[t.at:], "=?") && !inAngle {
				if w, ok := readWord(t.s[t.at:]); ok {
					t.at += w.end - 1
				}
			}
		case '<':
			inAngle, it.open = true, t.at
		case '>':
			if inAngle {
				if it.last.end > 0 {
					if it.more == nil {
						it.more = append(it.more, it.last)
					}
					it.more = append(it.more, angle{it.open, t.at + 1})
				}
				it.last = angle{it.open, t.at + 1}
			}
			inAngle = false
		case ',':
			if inAngle && routeComma(within(t.s[it.open:]), t.at-it.open) {
				continue
			}
			return end(',')
		case ';':
			return end(';')
		case ':':
			if !inAngle && t.group == "" && t.at-start < maxQuoted && t.at < t.tail && groupName(t.s[start:t.at]) {
				return end(':')
			}
		}
	}
	return end(0)
}

// routeComma tells if a comma stands within a route: <@a,@b:c@d> (RFC 5322 4.4).
func routeComma(s string, at int) bool {
	return at < len(s) && s[1] == '@' && strings.IndexByte(s[at:], ':') > 0 && strings.IndexByte(s[at:], '>') > 0
}

// groupName tells if the words before a colon can be the name of a group.
func groupName(s string) bool {
	s = strings.TrimSpace(s)
	return !strings.Contains(s, "@") && !strings.EqualFold(s, "mailto") && !strings.EqualFold(s, "smtp")
}

// maxQuoted is how far the end of a quoted string, a comment or a route is looked for.
const maxQuoted = 1000

func within(s string) string { return s[:min(len(s), maxQuoted)] }

// groupTail returns where a group can still begin: before the last ";" or "@", or at the very end.
func groupTail(s string) int {
	return max(strings.LastIndexByte(s, ';'), strings.LastIndexByte(s, '@'), len(strings.TrimRight(s, " \t\r\n")))
}

// address reads one item. ok is false when no address is in it: Raw then holds the item, or nothing if it is empty.
func (t *addressLexer) address(it addressItem) (a Address, ok bool) {
	if it.text == "" {
		return a, false
	}
	a.Group = t.group
	words, spec := it.words, ""
	if it.open >= 0 {
		spec = it.text[it.open+1:]
		if i := strings.IndexByte(spec, '>'); i >= 0 {
			words += " " + spec[i+1:]
			spec = spec[:i]
		}
		spec = addrSpec(spec)
	}
	if spec == "" {
		words, spec = findSpec(it.text)
	} else if !it.quoted {
		words = noBrackets.Replace(words)
	}
	a.Name = displayName(words)
	if spec == "" {
		return Address{Raw: cutString(clean(DecodeWords(it.text)), 500), Group: t.group}, false
	}
	a.Addr = spec
	return a, true
}
