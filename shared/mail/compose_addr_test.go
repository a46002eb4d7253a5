package mail

import (
	netmail "net/mail"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

func TestOutAddr(t *testing.T) {
	for in, want := range map[string]string{
		"bo@customer.example":                  "bo@customer.example",
		"Bo.B+x@Customer.Example":              "Bo.B+x@Customer.Example",
		"zoe@bücher.example":                   "zoe@xn--bcher-kva.example",
		"a..b@carrier.example":                 `"a..b"@carrier.example`,
		"a.@carrier.example":                   `"a."@carrier.example`,
		`"o x"@customer.example`:               `"o x"@customer.example`,
		`"plain"@customer.example`:             "plain@customer.example",
		`a"b@customer.example`:                 `"a\"b"@customer.example`,
		"a@b@customer.example":                 `"a@b"@customer.example`,
		"bo@[192.0.2.1]":                       "bo@[192.0.2.1]",
		"bo@[IPv6:2001:db8::1]":                "bo@[IPv6:2001:db8::1]",
		"bo@under_score.example":               "bo@under_score.example",
		"":                                     "",
		"bo":                                   "",
		"@x.example":                           "",
		"bo@":                                  "",
		"bo@x..example":                        "",
		"bo@x.example.":                        "",
		"bö@x.example":                         "",
		"bo@x.example>":                        "",
		"bo\r\n@x.example":                     "",
		"bo@x.example\r\nRCPT TO:<a@b":         "",
		strings.Repeat("a", 65) + "@x.example": "",
		"bo@" + strings.Repeat("a", 64) + ".example":  "",
		"bo@" + strings.Repeat("a.", 130) + "example": "",
		"bo@[<script>]": "",
	} {
		got, err := OutAddr(in)
		if got != want || (err != nil) != (want == "") || err != nil && !guichet.Is(err, guichet.Invalid) {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
	}
}

// Whatever is called an address: what comes out can stand in a header and in a command, and Go's own reader agrees on what it is.
func FuzzOutAddr(f *testing.F) {
	for _, s := range []string{"bo@customer.example", `"a\"b\\"@x.example`, "zoe@bücher.example", "a@b@c", "\"\"@x", "a\\@b.c", `"a"b"@x.example`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := OutAddr(s)
		if err != nil {
			return
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			t.Fatalf("%q became %q", s, got)
		}
		if again, err := OutAddr(got); err != nil || again != got {
			t.Fatalf("%q became %q, and that %q, %v", s, got, again, err)
		}
		if strings.Contains(got, "@[") {
			return // net/mail knows no address literals of IPv6
		}
		if a, err := netmail.ParseAddress("<" + got + ">"); err != nil {
			t.Fatalf("%q became %q: %v", s, got, err)
		} else if at := strings.LastIndexByte(got, '@'); !strings.HasSuffix(a.Address, got[at:]) {
			t.Fatalf("%q became %q, which is read as %q", s, got, a.Address)
		}
	})
}
