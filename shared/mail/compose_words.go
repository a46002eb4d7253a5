package mail

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

const outHex = "0123456789ABCDEF"

// outClean makes what people wrote fit for one header: valid UTF-8, control characters made spaces, no space at the ends.
func outClean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// outText returns the tokens of an unstructured value. Words that ASCII can say stay readable; runs of others become encoded words
// (RFC 2047). No token is longer than 76 bytes, so no line passes 78.
func outText(name, s string) []string {
	var out []string
	words := outWords(outClean(s))
	for i := 0; i < len(words); {
		if !outMustEncode(words[i]) {
			out = append(out, words[i])
			i++
			continue
		}
		j := i + 1
		for j < len(words) && outMustEncode(words[j]) {
			j++
		}
		first := 75
		if len(out) == 0 {
			first = outLine - len(name) - 2
		}
		out = append(out, outEncoded(strings.Join(words[i:j], "")[1:], first)...)
		i = j
	}
	if out == nil {
		return []string{" "}
	}
	return out
}

// outWords cuts a text into words, each with the spaces before it; the first gets the one that follows the colon.
func outWords(s string) []string {
	var out []string
	s = " " + s
	for s != " " && s != "" {
		i := 0
		for i < len(s) && s[i] == ' ' {
			i++
		}
		for i < len(s) && s[i] != ' ' {
			i++
		}
		out, s = append(out, s[:i]), s[i:]
	}
	return out
}

func outMustEncode(w string) bool {
	return len(w) > 65 || !outASCII(w) || strings.Contains(w, "=?")
}

// outEncoded returns s as encoded words, each with its leading space, the first of at most first bytes, the others of 75. B or Q,
// whichever is shorter. A character is never split (RFC 2047 5).
func outEncoded(s string, first int) []string {
	q := 0
	for i := range len(s) {
		q += outQLen(s[i])
	}
	b := base64.StdEncoding.EncodedLen(len(s))
	var out []string
	for s != "" {
		room := 75 - 12
		if len(out) == 0 && first < 75 {
			room = first - 12
		}
		n := outFit(s, room, q <= b)
		if q <= b {
			out = append(out, " =?UTF-8?Q?"+outQ(s[:n])+"?=")
		} else {
			out = append(out, " =?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		}
		s = s[n:]
	}
	return out
}

// outFit returns how many bytes of s fit into room once encoded: at least one character, whole characters only, up to a space if
// there is one in the second half.
//
// QUIRK: some readers put a space between two encoded words of a name (Python's email until 3.12); after a space nobody sees it (2026-11).
func outFit(s string, room int, q bool) int {
	n, used := 0, 0
	for n < len(s) {
		_, w := utf8.DecodeRuneInString(s[n:])
		for k := range w {
			used += outQLen(s[n+k])
		}
		if n > 0 && (q && used > room || !q && base64.StdEncoding.EncodedLen(n+w) > room) {
			if sp := strings.LastIndexByte(s[:n], ' ') + 1; sp > n/2 {
				n = sp
			}
			break
		}
		n += w
	}
	return n
}

// outQSafe reports whether a byte may stand for itself in an encoded word in a phrase, the strictest place (RFC 2047 5 (3)).
func outQSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!*+-/", c) >= 0
}

func outQLen(c byte) int {
	if outQSafe(c) || c == ' ' {
		return 1
	}
	return 3
}

func outQ(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case outQSafe(c):
			b.WriteByte(c)
		default:
			b.Write([]byte{'=', outHex[c>>4], outHex[c&15]})
		}
	}
	return b.String()
}

// outParam returns the tokens of a parameter of a MIME field, each but the last with its semicolon: quoted when short and ASCII, by
// RFC 2231 (section 4, and 3 for continuations) otherwise.
func outParam(name, v string) []string {
	if outASCII(v) && len(v) <= 55 {
		return []string{" " + name + `="` + outQuoteEsc.Replace(v) + `"`}
	}
	pieces := outPercent(v, 50)
	if len(pieces) == 1 {
		return []string{" " + name + "*=UTF-8''" + pieces[0]}
	}
	out := make([]string, len(pieces))
	for i, p := range pieces {
		lead, end := "", ";"
		if i == 0 {
			lead = "UTF-8''"
		}
		if i == len(pieces)-1 {
			end = ""
		}
		out[i] = " " + name + "*" + strconv.Itoa(i) + "*=" + lead + p + end
	}
	return out
}

var outQuoteEsc = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// outPercent percent-encodes v in pieces of about most bytes, characters whole.
func outPercent(v string, most int) []string {
	var out []string
	var b strings.Builder
	for _, r := range v {
		if b.Len() >= most-11 {
			out = append(out, b.String())
			b.Reset()
		}
		for _, c := range []byte(string(r)) {
			if outQSafe(c) && c != '*' && c != '/' || c == '.' || c == '_' {
				b.WriteByte(c)
			} else {
				b.Write([]byte{'%', outHex[c>>4], outHex[c&15]})
			}
		}
	}
	return append(out, b.String())
}
