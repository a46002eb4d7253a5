package mail

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// rtfPrefix fills the dictionary of compressed RTF before the first byte (MS-OXRTFCP 2.1.2.1).
const rtfPrefix = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier" +
	"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

// inflateRTF decompresses RTF (MS-OXRTFCP 3.1.3), at most MaxText bytes. nil if it is none.
func inflateRTF(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	size := min(int(binary.LittleEndian.Uint32(b[4:])), MaxText)
	kind := string(b[8:12])
	b = b[16:]
	if kind == "MELA" {
		return b[:min(len(b), size)]
	}
	if kind != "LZFu" || size < 0 {
		return nil
	}
	var dict [4096]byte
	w := copy(dict[:], rtfPrefix)
	out := make([]byte, 0, min(size, 16*len(b)))
	put := func(c byte) {
		out = append(out, c)
		dict[w] = c
		w = (w + 1) & 4095
	}
	for len(b) > 0 && len(out) < size {
		control := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0; bit++ {
			if control&(1<<bit) == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			ref := int(b[0])<<8 | int(b[1])
			b = b[2:]
			at, n := ref>>4, ref&15+2
			if at == w {
				return out
			}
			for range n {
				put(dict[at])
				at = (at + 1) & 4095
			}
		}
	}
	return out
}

// rtfReader writes the text of RTF, or the HTML that is wrapped in it.
type rtfReader struct {
	out      []byte
	pending  []byte // bytes of \'xx, in the code page of the document
	codepage string
	html     bool
	state    rtfState
	stack    []rtfState
	skip     int // characters that stand for a \u before
}

type rtfState struct {
	hide    bool // a destination that is no text
	tag     bool // within \*\htmltag
	htmlrtf bool // RTF that HTML readers pass over
	uc      int
}

// hiddenGroups are destinations whose text is not shown.
var hiddenGroups = map[string]bool{"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "header": true, "footer": true, "generator": true, "themedata": true, "datastore": true, "listtable": true, "listoverridetable": true, "rsidtbl": true, "xmlnstbl": true, "latentstyles": true, "fldinst": true}

// readRTF returns the text of an RTF document; fromHTML tells that it is HTML (MS-OXRTFEX).
func readRTF(b []byte) (text string, fromHTML bool) {
	r := rtfReader{codepage: "windows-1252", html: strings.Contains(string(b[:min(len(b), 600)]), "\\fromhtml")}
	r.state.uc = 1
	for len(b) > 0 && len(r.out) < MaxText {
		switch c := b[0]; c {
		case '{':
			r.flush()
			if len(r.stack) < 1000 {
				r.stack = append(r.stack, r.state)
			}
			b = b[1:]
		case '}':
			r.flush()
			if n := len(r.stack); n > 0 {
				r.state, r.stack = r.stack[n-1], r.stack[:n-1]
			}
			b = b[1:]
		case '\\':
			b = r.control(b[1:])
		case '\r', '\n':
			b = b[1:]
		default:
			n := 1
			for n < len(b) && b[n] != '{' && b[n] != '}' && b[n] != '\\' && b[n] != '\r' && b[n] != '\n' {
				n++
			}
			r.text(b[:n])
			b = b[n:]
		}
	}
	r.flush()
	return clean(string(r.out)), r.html
}

func (r *rtfReader) hidden() bool { return r.state.hide || r.html && r.state.htmlrtf }

// text writes plain bytes, less those that only stand for a \u before.
func (r *rtfReader) text(b []byte) {
	n := min(r.skip, len(b))
	r.skip -= n
	if b = b[n:]; len(b) == 0 || r.hidden() {
		return
	}
	r.pending = append(r.pending, b...)
}

// flush decodes the bytes that wait.
func (r *rtfReader) flush() {
	if len(r.pending) > 0 {
		r.out = append(r.out, decodeCharset(r.pending, r.codepage)...)
		r.pending = r.pending[:0]
	}
}

// control reads what follows a backslash.
func (r *rtfReader) control(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	switch c := b[0]; {
	case c == '\'' && len(b) >= 3 && unhex(b[1]) >= 0 && unhex(b[2]) >= 0:
		r.text([]byte{byte(unhex(b[1])<<4 | unhex(b[2]))})
		return b[3:]
	case c == '*':
		if !isHTMLTag(b[1:]) {
			r.state.hide = true
		}
		return b[1:]
	case c == '~':
		r.text([]byte(" "))
		return b[1:]
	case c|0x20 < 'a' || c|0x20 > 'z':
		if c == '{' || c == '}' || c == '\\' {
			r.text(b[:1])
		}
		return b[1:]
	}
	n := 0
	for n < len(b) && n < 32 && b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' {
		n++
	}
	word, rest := string(b[:n]), b[n:]
	num, digits := rtfNumber(rest)
	if rest = rest[digits:]; len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	r.word(word, num, digits > 0)
	return rest
}

func isHTMLTag(b []byte) bool {
	return strings.HasPrefix(string(b[:min(len(b), 12)]), "\\htmltag")
}

// rtfNumber reads the number behind a control word.
func rtfNumber(b []byte) (n, digits int) {
	sign := 1
	if len(b) > 1 && b[0] == '-' {
		sign, digits = -1, 1
	}
	for digits < len(b) && digits < 9 && b[digits] >= '0' && b[digits] <= '9' {
		n = n*10 + int(b[digits]-'0')
		digits++
	}
	return sign * n, digits
}

// word obeys a control word.
func (r *rtfReader) word(w string, n int, has bool) {
	switch w {
	case "htmltag":
		r.flush()
		r.state.tag, r.state.hide = true, false
	case "htmlrtf":
		r.flush()
		r.state.htmlrtf = !has || n != 0
	case "ansicpg":
		r.codepage = codepageName(n)
	case "uc":
		r.state.uc = max(0, min(n, 8))
	case "u":
		r.flush()
		if n < 0 {
			n += 65536
		}
		if !r.hidden() {
			r.out = utf8.AppendRune(r.out, rune(n))
		}
		r.skip = r.state.uc
	case "par", "line", "row", "sect", "page":
		r.mark("\n")
	case "tab", "cell":
		r.mark("\t")
	case "lquote", "rquote":
		r.mark("'")
	case "ldblquote", "rdblquote":
		r.mark("\"")
	case "bullet":
		r.mark("* ")
	case "endash", "emdash":
		r.mark("-")
	default:
		if hiddenGroups[w] {
			r.state.hide = true
		}
	}
}

// mark writes a sign that a control word stands for.
func (r *rtfReader) mark(s string) {
	r.flush()
	if r.skip = 0; !r.hidden() {
		r.out = append(r.out, s...)
	}
}
