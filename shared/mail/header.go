package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// span is where a field lies in a header block: [ns,ne) its name, [vs,ve) its value, still folded.
type span struct{ ns, ne, vs, ve int }

// headerScan is what scanHeader found in front of a body.
type headerScan struct {
	fields []span
	body   int  // where the body begins
	bad    int  // lines that are no field and no continuation: skipped (D-69)
	cut    bool // the block is longer than MaxHeaderBlock; what is beyond was not read (D-55)
}

// ParseHeader reads a header block (RFC 5322 2.2) as tolerantly as Parse does: a bad line costs that line alone. The values are
// unfolded and made valid UTF-8, nothing is decoded. It stops at the empty line; what follows is ignored.
func ParseHeader(raw []byte) []Field {
	raw = raw[preamble(raw):]
	h := scanHeader(raw, nil)
	return fieldsOf(raw, h.fields, nil)
}

// scanHeader finds the fields at the start of b, appended to spans, and where the body begins. A line that is no field is skipped when
// a field follows it before the empty line; otherwise the body begins with it: the empty line is missing.
func scanHeader(b []byte, spans []span) headerScan {
	h := headerScan{fields: spans}
	block := b
	if len(block) > MaxHeaderBlock {
		block = block[:MaxHeaderBlock]
	}
	l := lines{b: block}
	badAt, badLines := -1, 0
	for l.pos < len(block) {
		start, end, after := l.next()
		switch line := block[start:end]; {
		case len(line) == 0:
			h.body = after
			return h.endAt(badAt, badLines)
		case line[0] == ' ' || line[0] == '\t':
			if blank(line) && fieldName(block[after:]) == 0 && !folded(block[after:]) {
				h.body = after
				return h.endAt(badAt, badLines)
			}
			if n := len(h.fields); badAt < 0 && n > len(spans) {
				h.fields[n-1].ve = end
			}
		default:
			if n := fieldName(line); n > 0 {
				h.bad += badLines
				badAt, badLines = -1, 0
				colon := start + n + bytes.IndexByte(line[n:], ':')
				h.fields = append(h.fields, span{start, start + n, colon + 1, end})
			} else if !mboxLine(line) {
				if badAt < 0 {
					badAt = start
				}
				badLines++
			}
		}
	}
	h.body = len(block)
	if len(block) < len(b) {
		h.cut, h.body = true, len(block)+bodyAfter(b[len(block):])
		return h
	}
	return h.endAt(badAt, badLines)
}

// endAt settles where the body begins when the last lines of the block were bad.
func (h headerScan) endAt(badAt, badLines int) headerScan {
	if badAt >= 0 {
		h.body = badAt
	}
	return h
}

// bodyAfter returns what follows the first empty line of b; len(b) if there is none.
func bodyAfter(b []byte) int {
	lf, crlf := bytes.Index(b, []byte("\n\n")), bytes.Index(b, []byte("\n\r\n"))
	switch {
	case lf >= 0 && (crlf < 0 || lf < crlf):
		return lf + 2
	case crlf >= 0:
		return crlf + 3
	}
	return len(b)
}

// fieldsOf makes the fields of a block readable, appended to out. Raw 8-bit text is taken as UTF-8 where it is, else as the charset that
// the mail declares for its body, else guessed.
func fieldsOf(b []byte, spans []span, out []Field) []Field {
	if len(spans) == 0 {
		return out
	}
	if cap(out)-len(out) < len(spans) {
		out = append(make([]Field, 0, len(out)+len(spans)), out...)
	}
	first, last := spans[0].ns, spans[len(spans)-1].ve
	block := string(b[first:last])
	declared := ""
	if !utf8.ValidString(block) {
		declared = declaredCharset(b, spans)
	}
	for _, s := range spans {
		v := block[s.vs-first : s.ve-first]
		out = append(out, Field{block[s.ns-first : s.ne-first], unfold(v, declared)})
	}
	return out
}

// declaredCharset returns the charset parameter of the block's Content-Type; empty if it has none.
func declaredCharset(b []byte, spans []span) string {
	for _, s := range spans {
		if strings.EqualFold(string(b[s.ns:s.ne]), "Content-Type") {
			_, ps := parseParams(unfold(string(b[s.vs:s.ve]), ""))
			return ps.get("charset")
		}
	}
	return ""
}

// unfold joins the lines of a value (RFC 5322 2.2.3), drops NUL, trims, and makes it valid UTF-8.
func unfold(v, declared string) string {
	if !utf8.ValidString(v) {
		if i := strings.Index(v, "=?"); i >= 0 {
			if w, _, ok := nextWord(v, i); ok {
				declared = w.charset // raw bytes beside or within an encoded word are of its kind
			}
		}
		v = guessHeader([]byte(v), declared)
	}
	v = strings.TrimSpace(v)
	if strings.IndexByte(v, '\n') < 0 && strings.IndexByte(v, '\r') < 0 && strings.IndexByte(v, 0) < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		switch c := v[i]; c {
		case 0, '\n':
		case '\r':
			if i+1 < len(v) && v[i+1] != '\n' && v[i+1] != '\r' && v[i+1] != ' ' && v[i+1] != '\t' {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
	}
	return strings.TrimSpace(string(out))
}

// getField returns the value of the first field of that name, in any case; empty if there is none.
func getField(fs []Field, name string) string {
	for i := range fs {
		if len(fs[i].Name) == len(name) && strings.EqualFold(fs[i].Name, name) {
			return fs[i].Value
		}
	}
	return ""
}

// fieldValues returns the values of all fields of that name, in order.
func fieldValues(fs []Field, name string) []string {
	var out []string
	for i := range fs {
		if len(fs[i].Name) == len(name) && strings.EqualFold(fs[i].Name, name) {
			out = append(out, fs[i].Value)
		}
	}
	return out
}
