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
	verb := regexp.MustCompile(`%[dsqv]`)
	const warning = `p\.warn\(("(?:[^"\\]|\\.)+")`
	for _, r := range []struct{ file, from, to, literal string }{
		{"../mail/tree.go", "", "", warning}, {"../mail/boundary.go", "", "", warning}, {"../mail/parse.go", "", "", warning}, {"../mail/tnef.go", "", "", warning}, {"../mail/smime.go", "", "", warning},
		{"../mail/entity.go", "", "", warning}, {"../mail/bodytext.go", "", "", warning},
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
			for _, part := range verb.Split(strings.Trim(m[1], `"`), -1) {
				if strings.Trim(part, ": ") != "" && part != "tnef: " && !strings.Contains(string(b), strings.TrimSpace(part)) {
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

// TestASignatureThatNobodyCheckedIsSaid: what is signed or encrypted is shown as what it is, and the parser's warnings in the reader's language.
func TestASignatureThatNobodyCheckedIsSaid(t *testing.T) {
	h := newHouse(t)
	for _, r := range []struct{ situation, mail, code string }{
		{"signed in the text", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n", "signature_unchecked"},
		{"encrypted", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", "encrypted"},
		{"neither", "hello\n", ""},
	} {
		id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\nSubject: x\nMessage-ID: <"+strings.ReplaceAll(r.situation, " ", "")+"@x>\n\n"+r.mail)
		got := h.as("acme/ana", "GET", "/dfo/3.0/contacts/"+string(id.Case())+"/messages", "").body
		for _, code := range []string{"signature_unchecked", "encrypted"} {
			if strings.Contains(got, `"`+code+": ") != (code == r.code) {
				t.Errorf("%s: %s in %s", r.situation, code, got)
			}
		}
	}
	id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n")
	if got := h.as("acme/ana", "GET", "/dfo/3.0/contacts/"+string(id.Case())+"/messages", "", "Accept-Language", "fr").body; !strings.Contains(got, "la dernière limite des parties manque") {
		t.Errorf("a warning in French: %s", got)
	}
}
