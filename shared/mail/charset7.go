package mail

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// decodeUTF7 reads UTF-7 (RFC 2152). A shift sequence that is none stays as it came.
func decodeUTF7(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			out = append(out, b[i])
			continue
		}
		j := i + 1
		for j < len(b) && base64Value[b[j]] < 64 && b[j] != '-' && b[j] != '_' {
			j++
		}
		switch {
		case j == i+1 && j < len(b) && b[j] == '-':
			out = append(out, '+')
		case j == i+1:
			out = append(out, '+')
			continue
		default:
			out = appendUTF16(out, b[i+1:j])
		}
		if j < len(b) && b[j] == '-' {
			j++
		}
		i = j - 1
	}
	return string(out)
}

// appendUTF16 appends the UTF-16BE text that base64 without padding holds.
func appendUTF16(out, b64 []byte) []byte {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(b64))+3)
	n, _ := base64.RawStdEncoding.Decode(raw, b64)
	for i := 0; i+1 < n; i += 2 {
		r := rune(raw[i])<<8 | rune(raw[i+1])
		if utf16.IsSurrogate(r) && i+3 < n {
			if pair := utf16.DecodeRune(r, rune(raw[i+2])<<8|rune(raw[i+3])); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// decodeShifted reads ISO-2022-KR (RFC 1557) and ISO-2022-CN (RFC 1922): between SO and SI each byte lacks the high bit that it has in e.
func decodeShifted(b []byte, e encoding.Encoding) string {
	out := make([]byte, 0, len(b))
	shifted := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1b && i+3 < len(b) && b[i+1] == '$' && (b[i+2] == ')' || b[i+2] == '*'):
			i += 3
		case c == 0x0e:
			shifted = true
		case c == 0x0f:
			shifted = false
		case c == '\n':
			shifted = false
			out = append(out, c)
		case shifted && c > ' ' && c < 0x7f:
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	text, err := e.NewDecoder().Bytes(out)
	if err != nil {
		return string(b)
	}
	return string(text)
}

// decodeISO2022JP reads ISO-2022-JP (RFC 1468). 8-bit bytes, which it does not allow, are read as Shift_JIS or EUC-JP.
func decodeISO2022JP(b []byte) string {
	if !isASCII(b) {
		if e := guessMultibyte(b); e != nil {
			if out, err := e.NewDecoder().Bytes(b); err == nil {
				return string(out)
			}
		}
	}
	if foreign2022(b) {
		return decodeISO2022JP2(b)
	}
	return plain2022JP(b)
}

func plain2022JP(b []byte) string {
	out, err := japanese.ISO2022JP.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(out)
}

// foreign2022 says that b has the escapes to Chinese, Korean, Latin or Greek that RFC 1554 adds.
func foreign2022(b []byte) bool {
	for _, esc := range []string{"\x1b$A", "\x1b$(C", "\x1b.A", "\x1b.F"} {
		if bytes.Contains(b, []byte(esc)) {
			return true
		}
	}
	return false
}

// decodeISO2022JP2 reads ISO-2022-JP-2 (RFC 1554): the pieces in GB 2312 and KS C 5601, and single letters of ISO-8859-1 and -7 behind ESC N.
func decodeISO2022JP2(b []byte) string {
	var out []byte
	upper := charmap.ISO8859_1
	for i := 0; i < len(b); {
		n := 1
		for i+n < len(b) && b[i+n] != 0x1b {
			n++
		}
		piece := b[i : i+n]
		i += n
		switch rest := bytes.TrimPrefix(piece, []byte("\x1b")); {
		case len(rest) == len(piece):
			out = append(out, piece...)
		case bytes.HasPrefix(rest, []byte("$A")):
			out = append(out, decodeRaised(rest[2:], simplifiedchinese.GBK)...)
		case bytes.HasPrefix(rest, []byte("$(C")):
			out = append(out, decodeRaised(rest[3:], korean.EUCKR)...)
		case bytes.HasPrefix(rest, []byte(".A")), bytes.HasPrefix(rest, []byte(".F")):
			if upper = charmap.ISO8859_1; rest[1] == 'F' {
				upper = charmap.ISO8859_7
			}
			out = append(out, rest[2:]...)
		case len(rest) > 1 && rest[0] == 'N':
			out = append(utf8.AppendRune(out, upper.DecodeByte(rest[1]|0x80)), rest[2:]...)
		default:
			out = append(out, plain2022JP(piece)...)
		}
	}
	return string(out)
}

// decodeRaised reads b in e, with the high bit that its 7-bit form leaves out. A line end ends the piece.
func decodeRaised(b []byte, e encoding.Encoding) string {
	end := bytes.IndexAny(b, "\r\n")
	if end < 0 {
		end = len(b)
	}
	raised := make([]byte, 0, len(b))
	for _, c := range b[:end] {
		if c > ' ' {
			c |= 0x80
		}
		raised = append(raised, c)
	}
	out, err := e.NewDecoder().Bytes(raised)
	if err != nil {
		return string(b)
	}
	return string(out) + string(b[end:])
}

// guessMultibyte returns a charset for text that is in none of the western ones: their accented letters stand alone between ASCII letters, here
// high bytes stand in rows. nil if the text looks western.
func guessMultibyte(b []byte) encoding.Encoding {
	rows, high, lower, upper := 0, 0, 0, 0
	for i := 0; i < len(b); i++ {
		n := 0
		for i+n < len(b) && b[i+n] >= 0x80 {
			switch c := b[i+n]; {
			case c >= 0xe0:
				upper++
			case c >= 0xc0:
				lower++
			}
			n++
		}
		if high += n; n >= 3 {
			rows += n
		}
		i += n
	}
	if rows < 4 || rows*2 < high {
		return nil
	}
	switch letters := upper + lower; {
	case letters*10 < high*9: // a third of the bytes of East Asian text is below the letters of Cyrillic
	case upper > lower: // small letters of windows-1251
		return charmap.Windows1251
	default:
		return charmap.KOI8R
	}
	for _, e := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP, simplifiedchinese.GB18030, traditionalchinese.Big5} {
		if plausible(b, e) {
			return e
		}
	}
	return nil
}

// plausible tells if b decodes in e without a fault, into letters that are common in it.
func plausible(b []byte, e encoding.Encoding) bool {
	sample := b[:min(len(b), 4096)]
	out, err := e.NewDecoder().Bytes(sample)
	if err != nil {
		return false
	}
	bad, kana, han, other := 0, 0, 0, 0
	for _, r := range string(out) {
		switch {
		case r < 0x80 || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff60:
		case r == utf8.RuneError:
			bad++
		case r >= 0x3040 && r < 0x3100:
			kana++
		case r >= 0x4e00 && r < 0xa000:
			han++
		default:
			other++
		}
	}
	if bad > len(sample)/200 || other > (kana+han)/4 {
		return false
	}
	if e == japanese.ShiftJIS || e == japanese.EUCJP {
		return kana > 0 && kana*3 >= han
	}
	return han > 1
}

// viscii holds the letters of VISCII (RFC 1456): bytes 0x80 to 0xff, and the six control bytes it takes.
var viscii = []rune("ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ")

func decodeVISCII(b []byte) string {
	low := map[byte]rune{0x02: 'Ẳ', 0x05: 'Ẵ', 0x06: 'Ẫ', 0x14: 'Ỷ', 0x19: 'Ỹ', 0x1e: 'Ỵ'}
	out := make([]byte, 0, len(b)*2)
	for _, c := range b {
		switch r, special := low[c]; {
		case special:
			out = utf8.AppendRune(out, r)
		case c >= 0x80:
			out = utf8.AppendRune(out, viscii[c-0x80])
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
