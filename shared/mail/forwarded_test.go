package mail

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestForwardedFrom: D-35, header blocks as programs write them; a From line that stands alone in prose is none.
func TestForwardedFrom(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"gmail":            {"@fwd\n\n---------- Forwarded message ---------\nFrom: Bo <bo@customer.example>\nDate: Mon\nSubject: x\n\nhi", "bo@customer.example"},
		"outlook, german":  {"@fwd\n\nVon: Bo <bo@customer.example>\nGesendet: Montag\nAn: ana\n", "bo@customer.example"},
		"outlook, bold":    {"@fwd\n\n*De :* Bo <bo@customer.example>\n*Envoyé :* lundi\n", "bo@customer.example"},
		"quoted":           {"@fwd\n\n> From: bo@customer.example\n> Date: Monday\n", "bo@customer.example"},
		"full-width colon": {"@fwd\n\n发件人：bo@customer.example\n主题：x\n", "bo@customer.example"},
		"prose":            {"@fwd\n\nFrom: here it is far to bo@customer.example\n\nand on", ""},
		"two writers":      {"@fwd\n\nFrom: a@b.example, c@d.example\nDate: x\n", ""},
		"nobody":           {"@fwd\n", ""},
		"empty":            {"", ""},
	} {
		got, ok := ForwardedFrom(&Mail{Text: c.text})
		if got.Addr != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q %v, want %q", name, got.Addr, ok, c.want)
		}
	}
	for text, want := range map[string]bool{"@fwd": true, " \n@FWD \nx": true, "please @fwd": false, "@fwd this": false, "": false} {
		if got := IsForwardCommand(&Mail{Text: text}); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// FuzzForwarded: whatever is passed on, the writer found is an address of the mail's own, storable, and nothing panics.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"@fwd\n\nFrom: a@b.example\nDate: x\n", "@fwd\nFrom:\n", "> > *De :* x\n*A :* y", "\x00\xff: :\n::", strings.Repeat("From: a@b\n", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := Parse([]byte("Subject: x\r\n\r\n" + s))
		IsForwardCommand(m)
		if a, ok := ForwardedFrom(m); ok && (a.Addr == "" || !utf8.ValidString(a.Addr) || strings.Contains(a.Addr, "\x00")) {
			t.Errorf("%q gave %q", s, a.Addr)
		}
	})
}
