package mail

import (
	"encoding/base64"
	"strings"
	"testing"
)

// A mailing list that knows no MIME puts its footer behind the encoded text (D-50).
func TestD50FooterBehindBase64(t *testing.T) {
	for name, c := range map[string]struct{ text, footer string }{
		"drawn, no padding before it": {"Grüße aus Köln €", "\n_______________________________________________\ndev mailing list\ndev@lists.example\n"},
		"words":                       {"Grüße aus Köln €", "\nTo leave the list write to dev-leave@lists.example\n"},
		"padding before it":           {"Grüße aus Köln", "\n_______________________________________________\ndev mailing list\n"},
	} {
		m := Parse([]byte("From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte(c.text)) + "\n" + c.footer))
		if !strings.HasPrefix(m.Text, c.text) || strings.Contains(m.Text, "\ufffd") || strings.Contains(m.Text[len(c.text):], "ÿ") {
			t.Errorf("%s: got %q", name, m.Text)
		}
	}
	whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a long text, ", 12)))
	m := Parse([]byte("From: a@b.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + whole[:40] + "\n\n" + whole[40:80] + "\n \n" + whole[80:] + "\n"))
	if m.Text != strings.Repeat("a long text, ", 12) {
		t.Errorf("empty lines within: got %q", m.Text)
	}
}

// White space alone on a line of a folded field is part of it (RFC 5322 4.2), before an empty body it is the end of the header.
func TestHeaderFoldedOverABlankLine(t *testing.T) {
	for raw, want := range map[string][2]string{
		"Subject: one\n \n two\nX-A: 1\n\nbody\n":      {"one two", "body\n"},
		"Subject: one\n \n\t\n two\nX-A: 1\n\nbody\n":  {"one", ""},
		"Subject: one\n \nbody: is here\n\nmore\n":     {"one", "more\n"},
		"Subject: one\n \nThe body.\n":                 {"one", "The body.\n"},
		"Subject: one\n \n an indented body\nmore\n":   {"one", " an indented body\nmore\n"},
		"Subject: one\n\n an indented body\nX: more\n": {"one", " an indented body\nX: more\n"},
	} {
		m := Parse([]byte("From: a@b.example\n" + raw))
		if m.Subject != want[0] || want[1] != "" && m.Text != want[1] {
			t.Errorf("%q: subject %q, text %q; want %q", raw, m.Subject, m.Text, want)
		}
	}
}

// Lines that were broken within words are whole again; every other flowed text stays as it is.
func TestFlowedWithinWords(t *testing.T) {
	for text, want := range map[string]string{
		"one two thr \nee four\n":        "one two three four\n",
		"ご注文ありがと \nうございます。\n\n-- \nBo\n": "ご注文ありがとうございます。\n\n-- \nBo\n",
		"> old te \n> xt\nnew te \nxt\n": "> old text\nnew text\n",
		"> old te \nnew\n":               "> old te\nnew\n",
		"one\n  stuffed\n":               "one\n stuffed\n",
		"ends \n":                        "ends\n",
		"":                               "",
		"a \n \nb \n>> c \n>> d \n> e\nlast line": "a\nb\n>> cd\n> e\nlast line",
	} {
		head := "From: a@b.example\nContent-Type: text/plain; charset=utf-8; format=flowed"
		if got := Parse([]byte(head + "; delsp=yes\n\n" + text)).Text; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got := Parse([]byte(head + "\n\n" + text)).Text; got != text {
			t.Errorf("%q without delsp: got %q", text, got)
		}
	}
}

// A name that ends with a masked quote and ";" is quoted still: the rule for paths of Windows is one of parameters.
func TestD31QuotedNameWithAMaskedQuote(t *testing.T) {
	for s, want := range map[string]string{`"\";" <bo@customer.example>`: `";`, `"a\" ; b" <bo@customer.example>`: `a" ; b`, `"\"" <bo@customer.example>`: `"`} {
		if got := ParseAddresses(s); len(got) != 1 || got[0].Addr != "bo@customer.example" || got[0].Name != want {
			t.Errorf("%s: %+v", s, got)
		}
	}
}
