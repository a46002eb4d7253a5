package mail

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

var ticketFormats = map[string]guichet.TicketFormat{
	"default": {}, "before": {Position: "prefix"}, "square": {Delimiter: "square"}, "square before": {Delimiter: "square", Position: "prefix"},
	"curly": {Delimiter: "curly"}, "curly before": {Delimiter: "curly", Position: "prefix"}, "hidden": {Hidden: true},
}

// TestRenderSubject: A059-A062, the default is at the end without delimiter.
func TestRenderSubject(t *testing.T) {
	id := guichet.NewCaseID(1)
	for name, want := range map[string]string{
		"default": "Re: Order late 100014", "before": "100014 Re: Order late", "square": "Re: Order late [#100014]", "square before": "[#100014] Re: Order late",
		"curly": "Re: Order late {#100014}", "curly before": "{#100014} Re: Order late", "hidden": "Re: Order late",
	} {
		if got := RenderSubject("Re: Order late", id, ticketFormats[name]); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := RenderSubject("", id, guichet.TicketFormat{}); got != "100014" {
		t.Errorf("no subject: got %q", got)
	}
}

// TestFindTickets: T4, T5, D-14, D-22: only at its place, only with the right check digit, in every format that the channel ever had.
func TestFindTickets(t *testing.T) {
	for _, c := range []struct {
		name, subject string
		formats       []string
		want          string
	}{
		{"default, at the end", "Re: Order late 100014", []string{"default"}, "100014"},
		{"default, not at the end", "Re: 100014 order late", []string{"default"}, ""},
		{"default, wrong check digit", "Re: Order late 100015", []string{"default"}, ""},
		{"a year", "Budget 2026", []string{"default"}, ""},
		{"a telephone number", "Call me 0612345678", []string{"default"}, ""},
		{"a purchase order", "PO 123456", []string{"default"}, ""},
		{"before, after reply marks", "AW: Re: [EXTERNAL] 100014 Order late", []string{"before"}, "100014"},
		{"before, but at the end", "Order late 100014", []string{"before"}, ""},
		{"square, anywhere", "WG: late [#100014] order", []string{"square"}, "100014"},
		{"square, folded within", "Re: late [#100 014]", []string{"square"}, "100014"},
		{"square, but the format is bare", "Re: late [#100014]", []string{"default"}, ""},
		{"curly", "{#100014} Re: late", []string{"curly"}, "100014"},
		{"an old format still counts", "Re: late [#100014]", []string{"square", "default"}, "100014"},
		{"hidden finds nothing", "Re: late 100014", []string{"hidden"}, ""},
		{"two numbers, one of another house", "Re: [#777777] late [#100014]", []string{"square"}, "100014"},
		{"a number too long", "late [#1000140000000000000000000]", []string{"square"}, ""},
		{"nothing", "", []string{"default"}, ""},
	} {
		var formats []guichet.TicketFormat
		for _, f := range c.formats {
			formats = append(formats, ticketFormats[f])
		}
		got := ""
		for _, x := range FindTickets(c.subject, formats) {
			got = strings.TrimSpace(got + " " + string(x.ID))
		}
		if got != c.want {
			t.Errorf("%s: %q gave %q, want %q", c.name, c.subject, got, c.want)
		}
	}
}

// TestTicketRoundTrip: what we render we find, in every format, after every reply mark, and rendering twice changes nothing.
func TestTicketRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := ticketFormats[rapid.SampledFrom([]string{"default", "before", "square", "square before", "curly", "curly before"}).Draw(t, "format")]
		id := guichet.NewCaseID(rapid.Int64Range(1, 1<<40).Draw(t, "number"))
		mark := rapid.SampledFrom([]string{"", "Re: ", "AW: ", "RE: FW: ", "回复: ", "[EXTERNAL] Re: "}).Draw(t, "mark")
		base := rapid.StringMatching(`[a-zA-Zäöü ?!]{0,30}`).Draw(t, "subject")
		subject := RenderSubject(base, id, f)
		if again := RenderSubject(subject, id, f); again != subject {
			t.Fatalf("rendered twice: %q, then %q", subject, again)
		}
		found := FindTickets(mark+subject, []guichet.TicketFormat{f})
		if len(found) == 0 || found[0].ID != id {
			t.Fatalf("%q: found %v, want %s", mark+subject, found, id)
		}
	})
}

// TestDamm: every single wrong digit and every swap of neighbours is noticed.
func TestDamm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := []byte(guichet.NewCaseID(rapid.Int64Range(1, 1<<40).Draw(t, "number")))
		i := rapid.IntRange(1, len(id)-1).Draw(t, "place")
		wrong := append([]byte(nil), id...)
		if rapid.Bool().Draw(t, "swap") {
			wrong[i-1], wrong[i] = wrong[i], wrong[i-1]
		} else {
			wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		}
		if string(wrong) != string(id) && guichet.ValidCaseID(string(wrong)) {
			t.Fatalf("%s passes for %s", wrong, id)
		}
	})
}

// TestTokens: D-16, D-30: ours are known again in any case of letters; another tenant's, another house's, a tampered one and others' are not; no number shows.
func TestTokens(t *testing.T) {
	key, other := []byte("one key"), []byte("another key")
	id := guichet.NewCaseID(7).Message(3)
	mailID := NewMessageID(key, "demo", id, "demo.example")
	if strings.Contains(mailID, string(id.Case())) {
		t.Errorf("%s shows the number %s (A062)", mailID, id.Case())
	}
	for name, c := range map[string]struct {
		key    []byte
		tenant guichet.TenantID
		id     string
		ok     bool
	}{
		"ours":            {key, "demo", mailID, true},
		"in capitals":     {key, "demo", strings.ToUpper(mailID), true},
		"other domain":    {key, "demo", strings.Split(mailID, "@")[0] + "@rewritten.example", true},
		"another tenant":  {key, "acme", mailID, false},
		"another house":   {other, "demo", mailID, false},
		"one letter off":  {key, "demo", "b" + mailID[1:], false},
		"cut short":       {key, "demo", mailID[5:], false},
		"somebody else's": {key, "demo", "CAJ0x@mail.example", false},
		"empty":           {key, "demo", "", false},
		"no key":          {nil, "demo", NewMessageID(nil, "demo", id, "demo.example"), false},
	} {
		got, ok := OwnMessageID(c.key, c.tenant, c.id)
		if ok != c.ok || ok && got != id {
			t.Errorf("%s: got %v %v, want %v", name, got, ok, c.ok)
		}
	}
	plus := PlusAddress(key, "demo", id.Case(), "support@demo.example")
	base, tag := SplitPlus(FoldAddress(strings.ToUpper(plus)))
	if got, ok := OwnPlus(key, "demo", tag); !ok || got != id.Case() || base != "support@demo.example" {
		t.Errorf("%s: got %s %v at %s", plus, got, ok, base)
	}
	for _, bad := range []string{"", "sales", tag[:len(tag)-1], tag + "a", strings.Replace(tag, string(id.Case()), string(guichet.NewCaseID(8)), 1)} {
		if got, ok := OwnPlus(key, "demo", bad); ok {
			t.Errorf("tag %q passes for %s", bad, got)
		}
	}
}

// TestSESIDs: D-10, every form in which the id of SES comes back.
func TestSESIDs(t *testing.T) {
	bare := "0102018d9a0b1c2d-11112222-3333-4444-5555-666677778888-000000"
	for id, want := range map[string]bool{
		bare + "@eu-west-1.amazonses.com": true, bare + "@email.amazonses.com": true, bare + "@EMAIL.AmazonSES.com": true, bare: true,
		bare + "@evil.example": false, bare + "@x.y.amazonses.com": false, "@email.amazonses.com": false, "short@amazonses.com": false, "": false,
	} {
		got, ok := SESID(id)
		if ok != want || ok && got != bare {
			t.Errorf("%q: got %q %v, want %v", id, got, ok, want)
		}
	}
}

func FuzzTickets(f *testing.F) {
	for _, s := range []string{"Re: late 100014", "[#100014] x", "{#100014}", "[#[#100014]]", "Re[2]: Fwd: 100014", "\x00\xff[#", "回复：100014 x"} {
		f.Add(s)
	}
	all := []guichet.TicketFormat{{}, {Position: "prefix"}, {Delimiter: "square"}, {Delimiter: "curly"}}
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range FindTickets(s, all) {
			if !guichet.ValidCaseID(string(x.ID)) {
				t.Errorf("%q gave %q, which is no number of ours", s, x.ID)
			}
		}
		if utf8.ValidString(s) && !utf8.ValidString(BaseSubject(s)) {
			t.Errorf("%q: base %q", s, BaseSubject(s))
		}
		IsReplySubject(s)
		IsForward(s)
		once := RenderSubject(s, "100014", guichet.TicketFormat{})
		if twice := RenderSubject(once, "100014", guichet.TicketFormat{}); twice != once {
			t.Errorf("%q: rendered %q, then %q", s, once, twice)
		}
	})
}

func FuzzTokens(f *testing.F) {
	key := []byte("k")
	f.Add(NewMessageID(key, "demo", "100014-1", "demo.example"))
	f.Add("100014-aaaaaaaaaaaaaaaa")
	f.Add("x@y.amazonses.com")
	real := NewMessageID(key, "demo", "100014-1", "demo.example")
	f.Fuzz(func(t *testing.T, s string) {
		if id, ok := OwnMessageID(key, "demo", s); ok && !strings.EqualFold(strings.Split(s, "@")[0], strings.Split(real, "@")[0]) {
			t.Errorf("%q passes for %s", s, id)
		}
		if c, ok := OwnPlus(key, "demo", s); ok && PlusAddress(key, "demo", c, "a@b") != "a+"+strings.ToLower(s)+"@b" {
			t.Errorf("%q passes for %s", s, c)
		}
		SESID(s)
		SplitPlus(FoldAddress(s))
	})
}
