package mail

import (
	"bytes"
)

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

// mboxLine tells if a line is the separator of an mbox, which some programs leave within the header.
func mboxLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// folded tells if b, which follows a line of white space in a header, goes on with the value: a line or a few that start with white space and
// are not empty, then a field (RFC 5322 4.2: the white space was part of it).
func folded(b []byte) bool {
	for n := 0; n < 20; n++ {
		line := b[:lineEnd(b)]
		if blank(line) {
			return false
		}
		if line[0] != ' ' && line[0] != '\t' {
			return n > 0 && fieldName(line) > 0
		}
		b = b[len(line):]
	}
	return false
}
