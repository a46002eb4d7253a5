package mail

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wordForms are RFC 2047 texts as they were found.
var wordForms = []struct{ name, in, want string }{
	{"Q", "=?iso-8859-1?Q?Fr=F6sche_und_mehr?=", "Frösche und mehr"},
	{"B", "=?UTF-8?B?RnLDtnNjaGU=?=", "Frösche"},
	{"text around", "Re: =?utf-8?q?Fr=C3=B6sche?= und [x]", "Re: Frösche und [x]"},
	{"adjacent", "=?utf-8?Q?Fr?= =?utf-8?Q?=C3=B6sche?=", "Frösche"},
	{"adjacent, folded", "=?utf-8?Q?Fr?=\r\n =?utf-8?Q?=C3=B6sche?=", "Frösche"},
	{"mixed Q and B", "=?utf-8?Q?Fr?= =?utf-8?B?w7ZzY2hl?=", "Frösche"},
	{"mixed charsets", "=?iso-8859-1?Q?=F6?= =?utf-8?Q?=C3=B6?=", "öö"},
	{"split within a character, Q", "=?utf-8?Q?Fr=C3?= =?utf-8?Q?=B6sche?=", "Frösche"},
	{"split within a character, B", "=?utf-8?B?RnLD?= =?utf-8?B?tnNjaGU=?=", "Frösche"},
	{"split within a base64 group", "=?utf-8?B?RnLDt?= =?utf-8?B?nNjaGU=?=", "Frösche"},
	{"language", "=?utf-8*de?Q?Fr=C3=B6sche?=", "Frösche"},
	{"spaces inside", "=?utf-8?Q?Fr=C3=B6sche und mehr?=", "Frösche und mehr"},
	{"glued", "a=?utf-8?Q?=C3=B6?=b", "aöb"},
	{"glued words", "=?utf-8?Q?=C3=B6?==?utf-8?Q?=C3=B6?=", "öö"},
	{"bad padding", "=?utf-8?B?RnLDtnNjaGU?=", "Frösche"},
	{"white space in base64", "=?utf-8?B?RnLD tnNj aGU=?=", "Frösche"},
	{"lower-case hex", "=?utf-8?q?fr=c3=b6sche?=", "frösche"},
	{"bad escape", "=?utf-8?q?100=_=zz?=", "100= =zz"},
	{"no end", "=?utf-8?B?RnLDtnNjaGU=", "Frösche"},
	{"no word", "1 =? 2 ?= 3", "1 =? 2 ?= 3"},
	{"unknown encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
	{"unknown charset", "=?x-odd?Q?Gr=FC=DFe?=", "Grüße"},
	{"windows-1258", "=?windows-1258?Q?Vi=EAt?=", "Viêt"},
	{"ISO-2022-JP", "=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語"},
	{"gb2312", "=?gb2312?B?1tDOxA==?=", "中文"},
	{"UTF-7", "=?utf-7?Q?Fr+APY-sche?=", "Frösche"},
	{"wrong charset: it is UTF-8", "=?us-ascii?Q?Fr=C3=B6sche?=", "Frösche"},
	{"wrong charset: it is latin1", "=?utf-8?Q?Fr=F6sche?=", "Frösche"},
	{"NUL", "=?utf-8?Q?a=00b?=", "ab"},
	{"question mark within", "=?utf-8?Q?who?_me?=", "who? me"},
	{"empty", "=?utf-8?Q??=", ""},
	{"cyrillic", "=?koi8-r?B?8NLJ18XU?=", "Привет"},
}

func TestD48EncodedWords(t *testing.T) {
	for _, c := range wordForms {
		if got := DecodeWords(c.in); got != c.want {
			t.Errorf("%s: %q gave %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestD48RawBytesWithinAWord(t *testing.T) {
	m := Parse([]byte("Subject: =?iso-8859-1?Q?Fr\xf6sche_=FC?=\n\nx"))
	if m.Subject != "Frösche ü" {
		t.Errorf("got %q", m.Subject)
	}
}

func TestD48AnySplitReadsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aäßλж漢🙂 _=?")), 1, 30, -1).Draw(t, "text")
		var words []string
		for b := []byte(text); len(b) > 0; {
			n := rapid.IntRange(1, len(b)).Draw(t, "n")
			var q strings.Builder
			for _, c := range b[:n] {
				q.WriteString("=" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
			}
			words = append(words, "=?utf-8?Q?"+q.String()+"?=")
			b = b[n:]
		}
		if got := DecodeWords(strings.Join(words, "\r\n ")); got != text {
			t.Fatalf("%q gave %q, want %q", words, got, text)
		}
	})
}

func TestD03OddMessageIDs(t *testing.T) {
	for _, c := range []struct{ name, in string }{
		{"as it should be", "<a.1@host.example>"},
		{"no brackets", "a.1@host.example"},
		{"spaces around", "  <a.1@host.example>  "},
		{"spaces within", "< a.1@host.example >"},
		{"folded within", "<a.1@\r\n host.example>"},
		{"double brackets", "<<a.1@host.example>>"},
		{"in quotes", `"<a.1@host.example>"`},
		{"comment before", "(gateway) <a.1@host.example>"},
		{"comment behind", "<a.1@host.example> (added by postmaster@x.example)"},
		{"junk behind", "<a.1@host.example>; x"},
		{"not closed", "<a.1@host.example"},
		{"as HTML", "&lt;a.1@host.example&gt;"},
		{"as a URL", "mid:a.1@host.example"},
		{"encoded word", "=?us-ascii?Q?=3Ca=2E1=40host=2Eexample=3E?="},
		{"comma behind", "a.1@host.example,"},
	} {
		if got := ID(c.in); got != "a.1@host.example" {
			t.Errorf("%s: %q gave %q", c.name, c.in, got)
		}
	}
	m := Parse([]byte("Message-ID: <1@x>\nMessage-ID: <2@x>\n\nx"))
	if m.MessageID != "1@x" {
		t.Errorf("of two fields the first counts: got %q", m.MessageID)
	}
	for _, in := range []string{"", " ", "<>", "< >", "()"} {
		if got := ID(in); got != "" {
			t.Errorf("%q gave %q", in, got)
		}
	}
	if got := ID("[<1@x]>"); got != "1@x" {
		t.Errorf("a bracket that closes nothing: got %q", got)
	}
	if got := ID("<no-at-sign>"); got != "no-at-sign" {
		t.Errorf("got %q", got)
	}
}

func TestIDsOfReferences(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"list", "<1@x> <2@x>\r\n\t<3@x>", []string{"1@x", "2@x", "3@x"}},
		{"no space", "<1@x><2@x>", []string{"1@x", "2@x"}},
		{"commas", "<1@x>,<2@x>", []string{"1@x", "2@x"}},
		{"twice", "<1@x> <2@x> <1@x>", []string{"1@x", "2@x"}},
		{"words between", `Your message of "Mon, 2 Mar" <1@x> from ana@example.com`, []string{"1@x"}},
		{"no brackets", "1@x 2@x", []string{"1@x", "2@x"}},
		{"cut off", "<1@x> <2@x", []string{"1@x", "2@x"}},
		{"bracket lost", "<1@x <2@x>", []string{"1@x", "2@x"}},
		{"two within brackets", "<1@x 2@x>", []string{"1@x", "2@x"}},
		{"typed when asked for an id", "<yes>", nil},
		{"typed, and a true one", "<yes> <1@x>", []string{"1@x"}},
		{"a value that was missing", "<undefined@shop.example> <null@shop.example> <@shop.example>", nil},
		{"a template that nobody filled", "<{{message_id}}@shop.example>", nil},
		{"a program that makes ids without an @", "<20160614102505.9OFQ19L1C>", []string{"20160614102505.9OFQ19L1C"}},
		{"percent signs", "<a%b@x> <a{b@x>", []string{"a%b@x", "a{b@x"}},
		{"numbers for a host", "1@[192.0.2.1], 2@[192.0.2.2]", []string{"1@[192.0.2.1]", "2@[192.0.2.2]"}},
		{"numbers for a host, in brackets", "[<1@[192.0.2.1]>]", []string{"1@[192.0.2.1]"}},
	} {
		if got := IDs(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q gave %q, want %q", c.name, c.in, got, c.want)
		}
	}
}
