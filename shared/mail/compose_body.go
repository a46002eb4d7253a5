package mail

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// outBody returns a text encoded for the wire and the name of the encoding: 7bit when every line can go as it is, else quoted-printable
// or base64, whichever is shorter. Lines end with CRLF, the last one too. NUL and what is not UTF-8 cannot go out.
func outBody(s string) ([]byte, string) {
	s = outCRLF(s)
	if outPlain(s) {
		return []byte(s), "7bit"
	}
	q := outQP(s)
	if int64(len(q)) <= outBase64Size(int64(len(s))) {
		return q, "quoted-printable"
	}
	return outBase64(s), "base64"
}

// outCRLF makes every line end CRLF.
func outCRLF(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = outEnds.Replace(s)
	if !strings.HasSuffix(s, "\r\n") {
		s += "\r\n"
	}
	return s
}

var outEnds = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "\r", "\r\n", "\x00", "")

// outPlain reports whether a text passes every relay unharmed: ASCII in lines of at most 78 bytes, no space at a line's end (the
// signature line "-- " would lose its own), no "From " at a line's start (mbox changes it), nothing like one of our boundaries.
func outPlain(s string) bool {
	if strings.Contains(s, "=_") {
		return false
	}
	for line := range strings.SplitSeq(s, "\r\n") {
		if len(line) > outLine || !outASCII(line) || strings.HasPrefix(line, "From ") ||
			strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t") || line == "." {
			return false
		}
	}
	return true
}

// outQP encodes by RFC 2045 6.7, lines of at most 76 bytes. "From " and "." at a line's start are encoded too.
func outQP(s string) []byte {
	b := make([]byte, 0, len(s)+len(s)/8)
	col := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			b, col = append(b, "\r\n"...), 0
			i++
			continue
		}
		last := i+1 < len(s) && s[i+1] == '\r'
		plain := c >= '!' && c <= '~' && c != '=' || (c == ' ' || c == '\t') && !last
		if col == 0 && (c == '.' || c == 'F' && strings.HasPrefix(s[i:], "From ")) {
			plain = false
		}
		n := 3
		if plain {
			n = 1
		}
		if col+n > 75 && (!last || col+n > 76) {
			b, col = append(b, "=\r\n"...), 0
		}
		if plain {
			b = append(b, c)
		} else {
			b = append(b, '=', outHex[c>>4], outHex[c&15])
		}
		col += n
	}
	return b
}

// outBase64Size returns how long n bytes are in base64 lines of 76 and CRLF.
func outBase64Size(n int64) int64 {
	e := (n + 2) / 3 * 4
	return e + (e+75)/76*2
}

const outLineBytes = 57 // that make a base64 line of 76

func outBase64(s string) []byte {
	b := make([]byte, 0, outBase64Size(int64(len(s))))
	for s != "" {
		n := min(outLineBytes, len(s))
		b = append(base64.StdEncoding.AppendEncode(b, []byte(s[:n])), "\r\n"...)
		s = s[n:]
	}
	return b
}
