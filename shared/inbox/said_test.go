package inbox_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

// TestEveryReasonIsSaidInEveryLanguage: each reason that the rules of spam, threads and routing can give stands among the phrases. They are read in the rules themselves.
func TestEveryReasonIsSaidInEveryLanguage(t *testing.T) {
	b, err := os.ReadFile("page/said-fr.json")
	must(t, err)
	for _, r := range []struct{ file, from, to, literal string }{
		{"../spam/spam.go", "j.say(", "// say adds", `j\.say\(\w+, (?:fmt\.Sprintf\()?("(?:[^"\\]|\\.)+")`},
		{"../mail/thread.go", "var reasons", "// newReason", `:\s+("(?:[^"\\]|\\.)+"),`},
		{"../mail/thread.go", "func newReason", "// together", `return ("(?:[^"\\]|\\.)+")`},
		{"../mail/thread.go", "e.Note = refuse", "soleQuoted", `e\.Note = ("(?:[^"\\]|\\.)+")`},
		{"../routing/routing.go", "hindrance says", "candidate) ", `return ("(?:does|is|may) (?:[^"\\]|\\.)+")`},
		{"../routing/routing.go", "", "", `("(?:[^"\\]|\\.){9,}(?:\.|\(|, holds )")`},
		{"../routing/preferred.go", "func (q *question) prefer", "// patience", `(", who had "|"Nobody had "|"rejected it. "|"this case"|"this contact")`},
	} {
		src, err := os.ReadFile(r.file)
		must(t, err)
		text := string(src)
		if r.from != "" {
			_, text, _ = strings.Cut(text, r.from)
			text, _, _ = strings.Cut(r.from+text, r.to)
		}
		found := regexp.MustCompile(r.literal).FindAllStringSubmatch(text, -1)
		if len(found) == 0 {
			t.Errorf("%s: no reasons are found between %q and %q", r.file, r.from, r.to)
		}
		for _, m := range found {
			for part := range strings.SplitSeq(strings.Trim(m[1], `"`), "%d") {
				if part != "" && !strings.Contains(string(b), strings.TrimSpace(part)) {
					t.Errorf("%s says %q, and page/said-fr.json has no phrase for it", r.file, part)
				}
			}
		}
	}
}

// TestWhatTheHouseSaidIsReadInTheReadersLanguage: the quarantine, the message, its why and the routing, in French; in English as it was kept, its reasons as sentences.
func TestWhatTheHouseSaidIsReadInTheReadersLanguage(t *testing.T) {
	h := newHouse(t)
	held := h.deliver("support@acme.example", firstMail, guichet.Verdicts{Spam: "FAIL", Virus: "FAIL"})
	plain := h.mail("support@acme.example", strings.Replace(firstMail, "first@", "other@", 1))
	for _, r := range []struct{ path, en, fr string }{
		{"/guichet/quarantine", "The mail contains a virus. Looks like spam.", "Le courriel contient un virus. Semble indésirable."},
		{"/dfo/3.0/contacts/" + string(held.Case()) + "/messages", "The mail contains a virus. Looks like spam.", "Le courriel contient un virus. Semble indésirable."},
		{"/dfo/3.0/messages/" + string(held), `"quarantine":"The mail contains a virus. Looks`, `"quarantine":"Le courriel contient un virus. Semble`},
		{"/dfo/3.0/messages/" + string(held) + "/why", "The mail contains a virus. Looks like spam.", "Le courriel contient un virus. Semble indésirable."},
		{"/dfo/3.0/contacts/" + string(held.Case()) + "/history?withContext=1", `"reason":"The mail contains a virus. Looks`, `"reason":"Le courriel contient un virus. Semble`},
		{"/dfo/3.0/messages/" + string(plain) + "/why", "it names no earlier message", "il ne nomme aucun message antérieur"},
		{"/guichet/messages/" + string(plain) + "/replay", "it names no earlier message", "il ne nomme aucun message antérieur"},
		{"/guichet/contacts/" + string(plain.Case()) + "/routing", "Nobody who has the skill is available with room", "Personne qui a la compétence n’est disponible"},
		{"/guichet/contacts/" + string(plain.Case()) + "/routing", `"why":"is offline"`, `"why":"est hors ligne"`},
	} {
		for lang, want := range map[string]string{"en": r.en, "fr": r.fr, "de": r.en} {
			if got := h.as("acme/ana", "GET", r.path, "", "Accept-Language", lang); got.status != 200 || !strings.Contains(got.body, want) {
				t.Errorf("%s in %s: %d, no %q in %s", r.path, lang, got.status, want, got.body)
			}
		}
	}
}
