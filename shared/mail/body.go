package mail

import (
	"bytes"
	"strings"
)

// The transfer encodings that are read (RFC 2045 6, and two from before it).
const (
	codePlain  = ""
	codeBase64 = "base64"
	codeQP     = "quoted-printable"
	codeUU     = "uuencode"
	codeYenc   = "yenc"
)

// transferCode recognises a Content-Transfer-Encoding. known is false for a name that means nothing (D-50): the bytes are taken as they are.
func transferCode(s string) (code string, known bool) {
	s = strings.ToLower(strings.Trim(s, " \t\"';,"))
	if i := strings.IndexAny(s, " ;(\t"); i > 0 {
		s = s[:i]
	}
	switch s {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none":
		return codePlain, true
	case "base64", "base-64", "b", "b64", "base64encoded":
		return codeBase64, true
	case "quoted-printable", "quotedprintable", "quoted_printable", "quoted/printable", "q", "qp":
		return codeQP, true
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		return codeUU, true
	case "x-yenc", "x-yencode", "yenc":
		return codeYenc, true
	}
	switch {
	case strings.Contains(s, "base64"):
		return codeBase64, true
	case strings.Contains(s, "quoted"):
		return codeQP, true
	}
	return codePlain, false
}

// chunk is the number of source bytes that one step of a decoder takes at most, about.
const chunk = 24 << 10

// decoder decodes src step by step: constant memory whatever its length. Bad input never stops it, what can be decoded is.
type decoder struct {
	src  []byte
	code string
	acc  uint32
	n    int  // base64 digits in acc
	in   bool // uuencode and yEnc: past the begin line
}

// step decodes the next piece of src, appended to dst. It always makes progress until src is empty.
func (d *decoder) step(dst []byte) []byte {
	switch d.code {
	case codeBase64:
		return d.base64(dst)
	case codeQP:
		return d.quotedPrintable(dst)
	case codeUU:
		return d.uu(dst)
	case codeYenc:
		return d.yenc(dst)
	}
	n := min(len(d.src), chunk)
	dst, d.src = append(dst, d.src[:n]...), d.src[n:]
	return dst
}

// base64Value maps a byte to its base64 digit; 64 is none, 65 is padding. The URL alphabet is read too.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, 65
	return t
}()

// base64 skips bytes outside the alphabet (RFC 2045 6.8). Padding ends a group; what follows is read on when it looks like base64.
func (d *decoder) base64(dst []byte) []byte {
	src := d.src[:min(len(d.src), chunk)]
	i := 0
	for i < len(src) {
		for d.n == 0 && i+4 <= len(src) {
			a, b, c, e := base64Value[src[i]], base64Value[src[i+1]], base64Value[src[i+2]], base64Value[src[i+3]]
			if a|b|c|e >= 64 {
				break
			}
			dst = append(dst, a<<2|b>>4, b<<4|c>>2, c<<6|e)
			i += 4
		}
		if i == len(src) {
			break
		}
		v := base64Value[src[i]]
		i++
		switch {
		case v < 64:
			d.acc, d.n = d.acc<<6|uint32(v), d.n+1
			if d.n == 4 {
				dst = append(dst, byte(d.acc>>16), byte(d.acc>>8), byte(d.acc))
				d.acc, d.n = 0, 0
			}
		case v == 65 && d.n >= 2:
			dst = d.flush(dst)
			if rest := d.src[i:]; !moreBase64(rest) {
				d.src = nil
				return dst
			}
		case v == 65:
			d.acc, d.n = 0, 0
		}
	}
	if d.src = d.src[i:]; len(d.src) == 0 {
		dst = d.flush(dst)
	}
	return dst
}

// flush writes what an incomplete group holds: 2 digits are one byte, 3 are two.
func (d *decoder) flush(dst []byte) []byte {
	switch d.n {
	case 2:
		dst = append(dst, byte(d.acc>>4))
	case 3:
		dst = append(dst, byte(d.acc>>10), byte(d.acc>>2))
	}
	d.acc, d.n = 0, 0
	return dst
}

// moreBase64 tells if base64 goes on after padding: the next line is long enough and has nothing else in it.
func moreBase64(b []byte) bool {
	b = bytes.TrimLeft(b[:min(len(b), 512)], "= \t\r\n")
	line := bytes.TrimRight(bytes.TrimSpace(b[:lineEnd(b)]), "=")
	if len(line) < 4 {
		return false
	}
	for _, c := range line[:min(len(line), 200)] {
		if base64Value[c] >= 64 {
			return false
		}
	}
	return true
}

// decodeBase64 appends the decoding of the whole of src to dst.
func decodeBase64(dst, src []byte) []byte {
	d := decoder{src: src, code: codeBase64}
	for len(d.src) > 0 {
		dst = d.base64(dst)
	}
	return dst
}

// quotedPrintable decodes RFC 2045 6.7. An "=" that is no escape stays; white space after a soft line break is dropped.
func (d *decoder) quotedPrintable(dst []byte) []byte {
	limit := len(dst) + chunk
	for len(d.src) > 0 && len(dst) < limit {
		i := bytes.IndexByte(d.src, '=')
		if i < 0 {
			i = len(d.src)
		}
		i = min(i, chunk)
		dst, d.src = append(dst, d.src[:i]...), d.src[i:]
		if len(d.src) == 0 || d.src[0] != '=' {
			continue
		}
		if len(d.src) > 2 {
			if hi, lo := unhex(d.src[1]), unhex(d.src[2]); hi >= 0 && lo >= 0 {
				dst, d.src = append(dst, byte(hi<<4|lo)), d.src[3:]
				continue
			}
		}
		n := 1
		for n < len(d.src) && (d.src[n] == ' ' || d.src[n] == '\t') {
			n++
		}
		switch {
		case n == len(d.src):
			d.src = nil
		case d.src[n] == '\n':
			d.src = d.src[n+1:]
		case d.src[n] == '\r' && n+1 < len(d.src) && d.src[n+1] == '\n':
			d.src = d.src[n+2:]
		case d.src[n] == '\r':
			d.src = d.src[n+1:]
		default:
			dst, d.src = append(dst, '='), d.src[1:]
		}
	}
	return dst
}

// decodeAll decodes the whole of src, at most limit bytes of it (about; 0: all). Bytes that need no decoding are not copied.
func decodeAll(src []byte, code string, limit int) []byte {
	if code == codePlain {
		return src
	}
	size := len(src)
	if code == codeBase64 {
		size = size*3/4 + 3
	}
	if limit > 0 {
		size = min(size, limit+chunk)
	}
	d := decoder{src: src, code: code}
	dst := make([]byte, 0, size)
	for len(d.src) > 0 && (limit == 0 || len(dst) < limit) {
		dst = d.step(dst)
	}
	return dst
}

// decodedSize returns how many bytes src is after decoding, without keeping them.
func decodedSize(src []byte, code string) int64 {
	switch code {
	case codePlain:
		return int64(len(src))
	case codeBase64:
		if n, ok := countBase64(src); ok {
			return n
		}
	}
	var total int64
	d := decoder{src: src, code: code}
	buf := make([]byte, 0, min(len(src), 2*chunk)+64)
	for len(d.src) > 0 {
		total += int64(len(d.step(buf[:0])))
	}
	return total
}

// countBase64 counts the digits of well-formed base64; false if it has padding before its end.
func countBase64(src []byte) (int64, bool) {
	src = bytes.TrimRight(src, "= \t\r\n")
	if bytes.IndexByte(src, '=') >= 0 {
		return 0, false
	}
	n := 0
	for _, c := range src {
		if base64Value[c] < 64 {
			n++
		}
	}
	size := int64(n/4) * 3
	if n%4 > 1 {
		size += int64(n%4) - 1
	}
	return size, true
}
