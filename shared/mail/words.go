package mail

import (
	"strings"
	"unicode/utf8"
)

// maxWord is the longest text of an encoded word that is read. RFC 2047 allows 75 bytes, some programs know no bound.
const maxWord = 16 << 10

// word is one encoded word of RFC 2047, found in a header value.
type word struct {
	charset string
	base64  bool
	text    string
	end     int // just after the word
}

// DecodeWords decodes the encoded words of a header value (RFC 2047) as they are found in the world: adjacent, glued to text, split within
// a multibyte character or a base64 group, with spaces inside, within quotes, in an unknown charset. What cannot be read is
// left as it came. The result is valid UTF-8 without NUL.
func DecodeWords(s string) string {
	at := strings.Index(s, "=?")
	if at < 0 {
		return clean(s)
	}
	var out strings.Builder
	out.Grow(len(s))
	for s != "" {
		w, start, ok := nextWord(s, at)
		if !ok {
			break
		}
		out.WriteString(s[:start])
		s = decodeRun(&out, s, w)
		if at = strings.Index(s, "=?"); at < 0 {
			break
		}
	}
	out.WriteString(s)
	return clean(out.String())
}

// nextWord finds the first encoded word of s at or after at.
func nextWord(s string, at int) (w word, start int, ok bool) {
	for at < len(s) {
		i := strings.Index(s[at:], "=?")
		if i < 0 {
			return word{}, 0, false
		}
		at += i
		if w, ok := readWord(s[at:]); ok {
			w.end += at
			return w, at, true
		}
		at += 2
	}
	return word{}, 0, false
}

// readWord reads the encoded word at the start of s: =?charset*language?Q?text?=. A word at the very end may lack its "?=".
func readWord(s string) (word, bool) {
	rest := s[2:]
	q := strings.IndexByte(rest, '?')
	if q <= 0 || q > 60 || strings.ContainsAny(rest[:q], " \t=\"<>") || len(rest) < q+3 || rest[q+2] != '?' {
		return word{}, false
	}
	w := word{charset: rest[:q]}
	switch rest[q+1] {
	case 'b', 'B':
		w.base64 = true
	case 'q', 'Q':
	default:
		return word{}, false
	}
	if star := strings.IndexByte(w.charset, '*'); star >= 0 {
		w.charset = w.charset[:star]
	}
	text := rest[q+3:]
	end := strings.Index(text[:min(len(text), maxWord)], "?=")
	if end < 0 && len(text) > maxWord {
		return word{}, false
	}
	if end < 0 {
		text = strings.TrimSuffix(text, "?")
		w.text, w.end = text, len(s)
		return w, text != "" && !strings.ContainsAny(text, " \t<")
	}
	if i := strings.Index(text[:end], "=?"); i >= 0 && strings.IndexByte(text[i+2:], '?') >= 0 && w.base64 {
		return word{}, false // the next word begins before this one ends
	}
	w.text, w.end = text[:end], 2+q+3+end+2
	return w, true
}

// decodeRun decodes word w of s and the words of the same charset that follow it with only white space between, as one text: a
// character may be split between them. It returns what follows.
func decodeRun(out *strings.Builder, s string, w word) string {
	if !w.base64 && !isASCIIString(w.text) && charsetName(w.charset) != "utf-8" {
		w.mixed(out)
		return s[w.end:]
	}
	var buf [256]byte
	raw := w.decode(buf[:0], "")
	carry := w.carry("")
	charset := w.charset
	for {
		s = s[w.end:]
		next := strings.TrimLeft(s, " \t\r\n")
		if !strings.HasPrefix(next, "=?") {
			break
		}
		n, ok := readWord(next)
		if !ok {
			break
		}
		s = next
		if !strings.EqualFold(n.charset, charset) {
			out.WriteString(decodeCharset(raw, charset))
			raw, charset, carry = raw[:0], n.charset, ""
		}
		raw = n.decode(raw, carry)
		carry = n.carry(carry)
		w = n
	}
	out.WriteString(decodeCharset(raw, charset))
	return s
}

// mixed writes a Q word that holds raw 8-bit characters: they were made UTF-8 when the header was read, its escapes were not.
func (w word) mixed(out *strings.Builder) {
	for s := w.text; s != ""; {
		n := 0
		for n < len(s) && s[n] < utf8.RuneSelf {
			n++
		}
		var buf [128]byte
		out.WriteString(decodeCharset(decodeQ(buf[:0], s[:n]), w.charset))
		m := n
		for m < len(s) && s[m] >= utf8.RuneSelf {
			m++
		}
		out.WriteString(s[n:m])
		s = s[m:]
	}
}

func isASCIIString(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// carry returns the tail of a base64 word that is no whole group: the next word continues it.
func (w word) carry(before string) string {
	if !w.base64 {
		return ""
	}
	text := before + w.text
	if n := len(text) % 4; n > 0 && !strings.HasSuffix(text, "=") && len(text) < 100 {
		return text[len(text)-n:]
	}
	return ""
}

// decode appends the bytes of a word to dst. With a carry (the incomplete base64 group of the word before, whose bytes are in
// dst already) the group is read again as a whole.
func (w word) decode(dst []byte, carry string) []byte {
	if !w.base64 {
		return decodeQ(dst, w.text)
	}
	if carry != "" && !strings.HasSuffix(w.text, "==") {
		dst = dst[:max(0, len(dst)-len(carry)*6/8)]
		return decodeBase64(dst, []byte(carry+w.text))
	}
	return decodeBase64(dst, []byte(w.text))
}

// decodeQ appends the Q decoding of s (RFC 2047 4.2) to dst; what is no escape stays.
func decodeQ(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			dst = append(dst, ' ')
		case c == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			dst = append(dst, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// unhex returns the value of a hexadecimal digit, or -1.
func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// clean returns s as valid UTF-8 without NUL.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return s
}

// collapse trims s and makes one space of each run of white space and control characters.
func collapse(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
}

// cutString returns at most n bytes of s, not cut within a character.
func cutString(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
