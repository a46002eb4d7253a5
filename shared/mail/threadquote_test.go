package mail

import (
	"slices"
	"testing"

	"guichet/shared/guichet"
)

// What stands in brackets above a quotation is a person's address, unless the line says that it is a message: taken for ids, the addresses
// of all who were ever quoted made one conversation of all their cases.
func TestAttributedIDs(t *testing.T) {
	for line, want := range map[string][]string{
		"On Tue, Mar 5, 2024 at 10:15 AM Jane Doe <jane@example.com> wrote:": nil,
		"Am 05.03.2024 um 10:15 schrieb Jane Doe <jane@example.com>:":        nil,
		"Jane Doe <jane@example.com> writes:":                                nil,
		"<jane@example.com> wrote:":                                          nil,
		"In article <9k3@news.example>, Jane Doe <jane@example.com> wrote:":  {"9k3@news.example"},
		"Jane Doe <jane@example.com> writes in article <9k3@news.example>:":  {"9k3@news.example"},
		"In <9k3@news.example> jane@example.com (Jane) writes:":              {"9k3@news.example"},
		"In message <9k3@news.example>, Jane wrote:":                         {"9k3@news.example"},
		"Jane wrote in message news:<9k3@news.example>...":                   {"9k3@news.example"},
		"Jane schrieb im Artikel <9k3@news.example>:":                        {"9k3@news.example"},
	} {
		if got := AttributedIDs(&Mail{Text: line + "\n> Is it red?\n"}); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// Words that stand in several cases are a circular or a set phrase.
func TestQuotedWordsOfSeveralCases(t *testing.T) {
	hers := &guichet.Case{ID: "1", Channel: "c", People: []string{"ana@d.example"}}
	his := &guichet.Case{ID: "2", Channel: "c", People: []string{"bo@d.example"}}
	same := &guichet.Case{ID: "3", Channel: "c", People: []string{"ana@d.example"}}
	site := Site{Channel: &guichet.Channel{ID: "c", Anyone: true, Quotes: true}}
	for name, c := range map[string]struct {
		from  string
		cases []*guichet.Case
		want  guichet.CaseID
	}{
		"one case, anybody":               {"eva@d.example", []*guichet.Case{hers}, "1"},
		"two, she takes part in one":      {"ana@d.example", []*guichet.Case{his, hers}, ""},
		"two, the sender in neither":      {"eva@d.example", []*guichet.Case{his, hers}, ""},
		"two, she takes part in both":     {"ana@d.example", []*guichet.Case{hers, same}, ""},
		"the same case by two of its ids": {"eva@d.example", []*guichet.Case{hers, hers}, "1"},
	} {
		var found []Found
		for _, k := range c.cases {
			found = append(found, Found{Clue: Clue{Kind: ByQuote, Value: "subject:sale"}, Case: k})
		}
		got := guichet.CaseID("")
		d := Decide(site, Sender{Addr: c.from}, found)
		if d.Case != nil {
			got = d.Case.ID
		}
		if got != c.want {
			t.Errorf("%s: joined %q, want %q: %+v", name, got, c.want, d.Why)
		}
	}
}

// A program that sets no quotation marks quotes below the header of the message.
func TestQuotedLinesWithoutMarks(t *testing.T) {
	m := &Mail{Text: "Yes, please.\n\nFrom: Jane Doe <jane@example.com>\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: Bo <bo@example.com>\nSubject: Order\n\nShall we send you the red one instead of it?\n"}
	lines := QuotedLines(m)
	if !lines["Shall we send you the red one instead of it?"] || lines["Yes, please."] {
		t.Errorf("quoted lines: %v", lines)
	}
	if by := Attributions(m); !Attributed(by, "Jane Doe", "") || Attributed(by, "Bo Li", "bo@example.com") {
		t.Errorf("attributed to %q", by)
	}
	plain := &Mail{Text: "Shall we send you the red one instead of it?\nFrom: here\n"}
	if got := QuotedLines(plain); len(got) != 0 {
		t.Errorf("a mail that quotes nothing: %v", got)
	}
}
