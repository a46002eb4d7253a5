package mail

import (
	"testing"
	"unicode/utf8"
)

// FuzzCharset: whatever bytes are called whatever charset, text comes of them, valid and bounded; plain ASCII in a charset that is a guess stays as it is.
func FuzzCharset(f *testing.F) {
	for _, c := range []struct{ name, body string }{
		{"utf_16_le", "A\x00\xfc\x00"}, {"iso-2022-jp-2", "\x1b$A<RNE\x1b(B \x1b$(CGQ19\x1b(B \x1b.A\x1bN|"}, {"ibm273", "\xc7\x99\xd0"}, {"iso_ir_126:1987", "\xc1"}, {"utf-7", "Gr+APwA3w-e +"},
		{"iso-2022-kr", "\x1b$)C\x0eGQ19\x0f"}, {"1250", "\x9c"}, {"x-mac-ce", "\x80"}, {"viscii", "\x02\xaa"}, {"", "\xff\xfeA"}, {"utf-8", "\xc3"}, {"hz", "~{<:Ky2;~}"}, {"\"", "\x1b$B"},
	} {
		f.Add(c.name, []byte(c.body))
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		s, known := decodeText(b, name)
		if s = clean(s); !utf8.ValidString(s) || len(s) > 8*len(b)+16 {
			t.Fatalf("%q in %q: %d bytes of %d", name, b, len(s), len(b))
		}
		if !known && isASCII(b) && !has2022(b) && clean(string(b)) != s {
			t.Fatalf("%q in %q, which nobody knows, gave %q", b, name, s)
		}
	})
}
