package mail

import (
	"fmt"
	"strings"
	"testing"
)

func TestExternals(t *testing.T) {
	for subject, want := range map[string]string{
		"[#4711028] Broken kettle":                 "4711028",
		"Re: [Ticket#4711028] x":                   "4711028",
		"AW: [Ticket: 4711028] x [Case #90011]":    "4711028 90011",
		"(Anfrage 4711028) x":                      "4711028",
		"{Ref #4711028}":                           "4711028",
		"INC0012345 - x, RITM0099999.":             "INC0012345 RITM0099999",
		"(DESK-471) x [OPS2-9]":                    "OPS2-9? DESK-471?",
		"[COVID-19] measures":                      "COVID-19?", // counts only under the same subject
		"Order 4711028":                            "",          // T4: bare
		"[4711028] x":                              "",
		"(#4711028) a pull request":                "",
		"[#4711] too short":                        "",
		"[#471102812345678901234] too long":        "",
		"[#47110A8] x":                             "",
		"[list] x [PATCH 3/7] [v1.2]":              "",
		"[CVE-2024-1234]":                          "",
		"INC001 INCA012345 inc0012345":             "",
		"[Room 471102] x":                          "",
		"[#4711028":                                "",
		"[#1000001][#1000002][#1000003][#1000004]": "1000001 1000002 1000003",
	} {
		var got []string
		for _, x := range Externals(subject) {
			n := x.Number
			if x.Weak {
				n += "?"
			}
			got = append(got, n)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

func TestNumbersOfPublicProvidersMeanNothing(t *testing.T) {
	for sender, ref := range map[string]bool{
		"bo@firm.example": true, "bo@gmail.com": false, "bo@yahoo.co.uk": false, "bo@hotmail.fr": false, "bo@gmail.com.evil.example": true, "bo@web.de": false, "bo@web.design": true,
		"bo@outlook.office.example": false, "bo": false, "": false, "bo@": false,
	} {
		if got := ExternalRef(sender, "4711028") != ""; got != ref {
			t.Errorf("%s: %t, want %t", sender, got, ref)
		}
	}
}

// FuzzExternals: a number has a bound, stands in the subject, and is the same when it is read out of brackets of its own.
func FuzzExternals(f *testing.F) {
	for _, s := range []string{"[#4711028] x", "Re: [Ticket: 4711028] (DESK-471) INC0012345", "[[#12345]", "{ref#12345} [ SR 99999 ]", "[zgłoszenie 12345]", "((((", "[#\x00]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, subject string) {
		list := Externals(subject)
		if len(list) > maxExternal {
			t.Fatalf("%d numbers", len(list))
		}
		for _, x := range list {
			if len(x.Number) > 20 || len(x.Number) < 3 || !strings.Contains(subject, x.Number) {
				t.Fatalf("%q of %q", x.Number, subject)
			}
			again := Externals(fmt.Sprintf("[#%s]", x.Number))
			if strings.Trim(x.Number, "0123456789") == "" && (len(again) != 1 || again[0].Number != x.Number) {
				t.Fatalf("%q reads back as %v", x.Number, again)
			}
		}
	})
}
