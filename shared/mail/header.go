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

// preamble returns the length of what may stand in front of a header and is none: a byte order mark, empty lines, and the "From " line
// of an mbox, also quoted.
func preamble(b []byte) int {
	n := 0
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		n = 3
	}
	for n < len(b) {
		rest := b[n:]
		switch {
		case rest[0] == '\r' || rest[0] == '\n':
			n++
		case mboxLine(rest) && fieldName(rest) == 0:
			n += lineEnd(rest)
		case blankStart(rest) > 0:
			n += blankStart(rest)
		default:
			return n
		}
	}
	return n
}

// blankStart returns the length of the white space of a first line that holds nothing else.
func blankStart(b []byte) int {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if i == len(b) || b[i] != '\r' && b[i] != '\n' {
		return 0
	}
	return i
}

// lineEnd returns the length of the first line of b with its end: LF, CR LF, CR CR LF or a bare CR. It looks no further than that line.
func lineEnd(b []byte) int {
	for window := 128; ; window *= 4 {
		seg := b[:min(window, len(b))]
		lf := bytes.IndexByte(seg, '\n')
		if lf >= 0 {
			seg = seg[:lf]
		}
		switch cr := bytes.IndexByte(seg, '\r'); {
		case cr >= 0:
			return cr + crEnd(b[cr:])
		case lf >= 0:
			return lf + 1
		case len(seg) == len(b):
			return len(b)
		}
	}
}

// crEnd returns the length of the line end at the start of b, which begins with a CR.
func crEnd(b []byte) int {
	n := 1
	for n < len(b) && n < 3 && b[n] == '\r' {
		n++
	}
	if n < len(b) && b[n] == '\n' {
		return n + 1
	}
	return 1
}

// lines walks a header block. A bare CR ends a line only where a field, a continuation or a line end follows it: elsewhere it is a
// stray byte of a value.
type lines struct {
	b   []byte
	pos int
	lf  int // the next LF at or after pos, or len(b)
	cr  int // the next CR at or after pos, or len(b)
}

func indexFrom(b []byte, c byte, from int) int {
	if i := bytes.IndexByte(b[from:], c); i >= 0 {
		return from + i
	}
	return len(b)
}

// next returns the bounds of the next line without its end, and where the one after begins.
func (l *lines) next() (start, end, after int) {
	start = l.pos
	if l.lf < start || start == 0 {
		l.lf = indexFrom(l.b, '\n', start)
	}
	if l.cr < start || start == 0 {
		l.cr = indexFrom(l.b, '\r', start)
	}
	for l.cr < l.lf {
		i := l.cr
		for i < l.lf && l.b[i] == '\r' {
			i++
		}
		if i == l.lf {
			break
		}
		if l.cr == start {
			l.pos = start + 1
			return start, start, l.pos
		}
		if i > l.cr+1 { // an empty line of bare CRs
			i = l.cr + 1
		}
		if breaksAt(l.b[i:]) {
			l.pos = i
			return start, l.cr, i
		}
		l.cr = indexFrom(l.b, '\r', i)
	}
	end, after = l.lf, min(l.lf+1, len(l.b))
	for end > start && l.b[end-1] == '\r' {
		end--
	}
	l.pos = after
	return start, end, after
}

// breaksAt tells if a line begins at b, after a bare CR.
func breaksAt(b []byte) bool {
	return len(b) == 0 || b[0] == '\r' || b[0] == ' ' || b[0] == '\t' || fieldName(b) > 0
}

// fieldName returns the length of the field name at the start of b, with a colon somewhere after it (white space between is allowed,
// RFC 5322 4.5); 0 if there is none.
func fieldName(b []byte) int {
	i := 0
	for i < len(b) && b[i] > ' ' && b[i] < 0x7f && b[i] != ':' {
		i++
	}
	j := i
	for j < len(b) && (b[j] == ' ' || b[j] == '\t') {
		j++
	}
	if i == 0 || j == len(b) || b[j] != ':' {
		return 0
	}
	return i
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
			if blank(line) && fieldName(block[after:]) == 0 {
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

// mboxLine tells if a line is the separator of an mbox, which some programs leave within the header.
func mboxLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

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
