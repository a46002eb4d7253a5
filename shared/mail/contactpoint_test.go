package mail

import (
	"errors"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

func TestPointOfContact(t *testing.T) {
	for name, c := range map[string]struct{ local, domain, want, field string }{
		"as written":                  {"support", "help.example", "support@help.example", ""},
		"capitals and spaces":         {" Support ", "Help.Example.", "support@help.example", ""},
		"dots":                        {"a.b-c_d", "help.example", "a.b-c_d@help.example", ""},
		"a domain not in ASCII":       {"info", "bücher.example", "info@xn--bcher-kva.example", ""},
		"64 octets":                   {strings.Repeat("a", 64), "help.example", strings.Repeat("a", 64) + "@help.example", ""},
		"65 octets":                   {strings.Repeat("a", 65), "help.example", "", "local_part"},
		"nothing":                     {"", "help.example", "", "local_part"},
		"two dots":                    {"a..b", "help.example", "", "local_part"},
		"a dot at the end":            {"a.", "help.example", "", "local_part"},
		"a plus":                      {"a+b", "help.example", "", "local_part"},
		"a space":                     {"a b", "help.example", "", "local_part"},
		"quotes":                      {`"a b"`, "help.example", "", "local_part"},
		"not ASCII":                   {"é", "help.example", "", "local_part"},
		"a line break":                {"a\nb", "help.example", "", "local_part"},
		"an address":                  {"a@b", "help.example", "", "local_part"},
		"one label":                   {"a", "localhost", "", "domain"},
		"no domain":                   {"a", "", "", "domain"},
		"an address as domain":        {"a", "b@c.example", "", "domain"},
		"a number in brackets":        {"a", "[192.0.2.1]", "", "domain"},
		"a space in the domain":       {"a", "help. example", "", "domain"},
		"an empty label":              {"a", "help..example", "", "domain"},
		"longer than a path together": {strings.Repeat("a", 60), strings.Repeat(strings.Repeat("d", 60)+".", 3) + "example.example", "", "local_part"},
	} {
		got, err := PointOfContact(c.local, c.domain)
		var e *guichet.Error
		errors.As(err, &e)
		if got != c.want || (c.field == "") != (err == nil) || e != nil && e.Field != c.field {
			t.Errorf("%s: got %q, %v; want %q, field %q", name, got, err, c.want, c.field)
		}
	}
}

// FuzzPointOfContact: whatever is typed, an address that is made of it is folded, has no tag, and can be written; made again it is the same.
func FuzzPointOfContact(f *testing.F) {
	for _, s := range [][2]string{{"support", "help.example"}, {"A.b", "Bücher.example"}, {"a+b", "x"}, {"\x00", "[::1]"}, {strings.Repeat("a", 65), "ex.ample"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, local, domain string) {
		got, err := PointOfContact(local, domain)
		if err != nil {
			if !guichet.Is(err, guichet.Invalid) || got != "" {
				t.Fatalf("%q: %v", got, err)
			}
			return
		}
		at := strings.LastIndexByte(got, '@')
		again, err := PointOfContact(got[:at], got[at+1:])
		out, oerr := OutAddr(got)
		if base, tag := SplitPlus(got); err != nil || again != got || oerr != nil || out != got || FoldAddress(got) != got || base != got || tag != "" {
			t.Fatalf("%q: again %q, %v; written %q, %v; tag %q", got, again, err, out, oerr, tag)
		}
	})
}
