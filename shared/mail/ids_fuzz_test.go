package mail

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzIDs: whatever stands in a Message-ID or References, ids are storable, bounded, without brackets, and in brackets again they are the same.
func FuzzIDs(f *testing.F) {
	for _, s := range []string{"<a@b.example>", "<a@b> <c@d>\r\n\t<e@f>", "a@b", "<a@b", "(x) <a b@c>", "<@>", "<<a@b>>", "<a@[192.0.2.1]>", "[<a@[b]]>]", "\x00<\xff@b>", strings.Repeat("<a@b>", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seen := map[string]bool{}
		for _, id := range IDs(s) {
			switch {
			case id == "" || len(id) > MaxID || !utf8.ValidString(id) || strings.ContainsAny(id, "<>\x00 \r\n\t"):
				t.Errorf("%q gave the id %q", s, id)
			case seen[id]:
				t.Errorf("%q gave %q twice", s, id)
			}
			seen[id] = true
		}
		if id := ID(s); id != "" && ID("<"+id+">") != id {
			t.Errorf("%q: normalised %q, then %q", s, id, ID("<"+id+">"))
		}
	})
}
