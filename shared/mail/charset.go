package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsetAliases are names found in mail that neither the WHATWG nor the IANA index has, or has otherwise than mail means it.
var charsetAliases = map[string]encoding.Encoding{
	"gb2312": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GB18030, "gb18030": simplifiedchinese.GB18030,
	"gb2312-80": simplifiedchinese.GB18030, "cp936": simplifiedchinese.GB18030, "ms936": simplifiedchinese.GB18030,
	"euc-cn": simplifiedchinese.GB18030, "x-euc-cn": simplifiedchinese.GB18030, "cn-gb": simplifiedchinese.GB18030,
	"hz-gb-2312": simplifiedchinese.HZGB2312, "hz": simplifiedchinese.HZGB2312,
	"cp950": traditionalchinese.Big5, "big5-hkscs": traditionalchinese.Big5, "x-x-big5": traditionalchinese.Big5, "cn-big5": traditionalchinese.Big5,
	"cp949": korean.EUCKR, "ms949": korean.EUCKR, "uhc": korean.EUCKR, "x-windows-949": korean.EUCKR, "ksc5601": korean.EUCKR,
	"ks_c_5601": korean.EUCKR, "ks_c_5601-1987": korean.EUCKR, "ksc_5601": korean.EUCKR, "euckr": korean.EUCKR,
	"cp932": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "windows-31j": japanese.ShiftJIS, "sjis": japanese.ShiftJIS, "shift-jis": japanese.ShiftJIS,
	"eucjp": japanese.EUCJP, "x-euc": japanese.EUCJP,
	"iso-2022-jp-1": japanese.ISO2022JP, "iso-2022-jp-2": japanese.ISO2022JP, "iso-2022-jp-3": japanese.ISO2022JP,
	"iso-2022-jp-ms": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP, "cp50221": japanese.ISO2022JP,
	"utf-16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"ucs-2": unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "unicode": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"iso-10646-ucs-2": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf-16le":        unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf-32": utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "ucs-4": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
	"utf-32le": utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "utf-32be": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
	"latin": charmap.Windows1252, "latin-1": charmap.Windows1252, "latin-9": charmap.ISO8859_15, "latin9": charmap.ISO8859_15,
	"iso-8859": charmap.Windows1252, "8859-1": charmap.Windows1252, "8859_1": charmap.Windows1252, "iso8859": charmap.Windows1252,
	"ansi": charmap.Windows1252, "us-ascii": charmap.Windows1252, "ascii": charmap.Windows1252, "iso-8859-1-windows-3.1-latin-1": charmap.Windows1252,
	"iso-8859-8-i": charmap.ISO8859_8, "iso-8859-8-e": charmap.ISO8859_8, "logical": charmap.ISO8859_8,
	"iso-8859-6-i": charmap.ISO8859_6, "iso-8859-6-e": charmap.ISO8859_6, "iso-8859-11": charmap.Windows874, "tis620": charmap.Windows874,
	"cp874": charmap.Windows874, "ms874": charmap.Windows874,
	"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "cp852": charmap.CodePage852, "cp855": charmap.CodePage855,
	"cp858": charmap.CodePage858, "cp860": charmap.CodePage860, "cp862": charmap.CodePage862, "cp863": charmap.CodePage863,
	"cp865": charmap.CodePage865, "dos-862": charmap.CodePage862,
	"mac": charmap.Macintosh, "macroman": charmap.Macintosh, "mac-roman": charmap.Macintosh, "apple-roman": charmap.Macintosh,
	"mac-cyrillic": charmap.MacintoshCyrillic, "maccyrillic": charmap.MacintoshCyrillic, "koi8": charmap.KOI8R, "koi8-ru": charmap.KOI8U, "koi": charmap.KOI8R,
}

// charsetName brings the name of a charset into the form that the tables have: lower case, without quotes and prefixes.
func charsetName(name string) string {
	name = strings.ToLower(strings.Trim(name, " \t\"'<>;,"))
	name = strings.TrimPrefix(name, "charset=")
	name = strings.Trim(name, " \t\"'")
	for _, p := range []string{"cp-", "cp_", "windows_", "windows", "win-", "win", "x-cp", "x-windows-", "ibm-", "microsoft-cp"} {
		if n := strings.TrimPrefix(name, p); n != name && n != "" && strings.Trim(strings.TrimPrefix(n, "-"), "0123456789") == "" {
			name = "cp" + strings.TrimPrefix(n, "-")
			break
		}
	}
	if n := strings.TrimPrefix(name, "cp125"); len(n) == 1 && n != name {
		return "windows-125" + n
	}
	if name == "cp65001" || name == "utf8" || strings.HasPrefix(name, "utf-8") || name == "utf_8" || name == "x-utf-8" || name == "cesu-8" {
		return "utf-8"
	}
	for _, p := range []string{"iso8859-", "iso_8859-", "iso-8859_", "iso_8859_", "iso8859_", "iso 8859-", "iso-8859 ", "x-iso-8859-", "8859-", "iso-8859"} {
		if n := strings.TrimPrefix(name, p); n != name && n != "" && n[0] >= '0' && n[0] <= '9' {
			if i := strings.IndexByte(n, ':'); i > 0 {
				n = n[:i]
			}
			return "iso-8859-" + n
		}
	}
	return name
}

// findCharset returns the encoding of a charset name in the form of charsetName; nil if it is unknown.
func findCharset(name string) encoding.Encoding {
	if e := charsetAliases[name]; e != nil {
		return e
	}
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e
	}
	return nil
}

// decodeCharset makes b, text in the named charset, valid UTF-8. An unknown or wrong name is replaced by a guess.
func decodeCharset(b []byte, name string) string {
	s, _ := decodeText(b, name)
	return s
}

// decodeText is decodeCharset that also tells if the name was known (empty counts as known).
func decodeText(b []byte, name string) (s string, known bool) {
	name = charsetName(name)
	switch name {
	case "", "utf-8", "us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "binary", "x-unknown", "unknown-8bit", "unknown", "default", "default_charset", "none", "x-user-defined", "en_us", "us":
		return guessText(b, name == "utf-8"), name != "x-unknown" && name != "unknown"
	case "utf-7", "unicode-1-1-utf-7", "csunicode11utf7", "utf7", "x-unicode-2-0-utf-7":
		return decodeUTF7(b), true
	case "iso-2022-kr", "csiso2022kr":
		return decodeShifted(b, korean.EUCKR), true
	case "iso-2022-cn", "iso-2022-cn-ext":
		return decodeShifted(b, simplifiedchinese.GBK), true
	case "viscii", "csviscii":
		return decodeVISCII(b), true
	}
	e := findCharset(name)
	if e == nil {
		if s, ok := decodeMisspelt(b, name); ok {
			return s, true
		}
		return guessText(b, false), false
	}
	if cm, ok := e.(*charmap.Charmap); ok {
		return decodeSingle(b, cm), true
	}
	if e == japanese.ISO2022JP {
		return decodeISO2022JP(b), true
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return guessText(b, false), true
	}
	return string(out), true
}

// decodeSingle reads a single-byte charset. Text that is plain ASCII is returned as it is.
func decodeSingle(b []byte, cm *charmap.Charmap) string {
	if isASCII(b) && cm.DecodeByte('A') == 'A' {
		return string(b)
	}
	out, ascii := make([]byte, 0, len(b)+len(b)/4), cm.DecodeByte('A') == 'A'
	for _, c := range b {
		if c < 0x80 && c >= ' ' && ascii {
			out = append(out, c)
			continue
		}
		out = utf8.AppendRune(out, cm.DecodeByte(c))
	}
	return string(out)
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// guessHeader reads raw 8-bit bytes of a header: UTF-8 if it is, else the declared charset of the body, else a guess.
func guessHeader(b []byte, declared string) string {
	if utf8.Valid(b) {
		return string(b)
	}
	switch name := charsetName(declared); name {
	case "", "utf-8", "us-ascii", "ascii":
	default:
		if s, known := decodeText(b, name); known {
			return clean(s)
		}
	}
	return clean(guessText(b, false))
}

// guessText reads text of undeclared, unknown or wrong charset: by its mark, as UTF-8 where it is, as ISO 2022 where its escapes are,
// as a charset of East Asia or Cyrillic where high bytes stand in rows and fit one, else as windows-1252. Text that was declared as UTF-8 stays
// that, with its bad bytes marked, when most of its sequences are good.
func guessText(b []byte, declaredUTF8 bool) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		if out, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	if !declaredUTF8 && has2022(b) {
		return decodeISO2022JP(b)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	good, bad := sequences(b)
	if good > bad || declaredUTF8 && good > 0 && good >= bad {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if e := guessMultibyte(b); e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	return decodeSingle(b, charmap.Windows1252)
}

// has2022 tells if b holds escapes of ISO-2022-JP and is 7-bit otherwise.
func has2022(b []byte) bool {
	i := bytes.IndexByte(b, 0x1b)
	return i >= 0 && i+2 < len(b) && (b[i+1] == '$' && (b[i+2] == 'B' || b[i+2] == '@')) && isASCII(b)
}

// sequences counts the well-formed multibyte sequences of UTF-8 in b, and the bytes that belong to none.
func sequences(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good, bad
}
