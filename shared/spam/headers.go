package spam

import (
	"strings"

	"guichet/shared/guichet"
)

// FromHeaders reads verdicts that a receiving server wrote into a mail: X-SES-Spam-Verdict, X-SES-Virus-Verdict, the fields of other
// filters (SpamAssassin, rspamd, Exchange, ClamAV), and dmarc of the topmost Authentication-Results (RFC 8601). get returns the topmost field of a name, or "".
//
// The desk never calls it: anybody can write these fields, so that only the verdicts of SES's notification count (D-15). It is for mail
// that comes without a notification because somebody collected it: the corpora of infra/evaluate.
func FromHeaders(get func(string) string) guichet.Verdicts {
	v := guichet.Verdicts{Spam: word(get("X-SES-Spam-Verdict")), Virus: word(get("X-SES-Virus-Verdict"))}
	for _, name := range []string{"X-Spam-Flag", "X-Spam-Status", "X-Spam", "X-Barracuda-Spam-Flag", "X-Barracuda-Spam-Status", "X-DSPAM-Result", "X-Bogosity", "X-MailScanner-SpamCheck"} {
		switch flag(get(name)) {
		case "YES", "TRUE", "SPAM":
			v.Spam = Fail
		case "NO", "FALSE":
			if v.Spam == "" {
				v.Spam = Pass
			}
		}
	}
	if rule := strings.Fields(get("X-Proofpoint-Spam-Details")); microsoft(get) || rspamd(get) || len(rule) > 0 && rule[0] == "rule=spam" {
		v.Spam = Fail
	}
	for _, name := range []string{"X-Virus-Status", "X-Virus", "X-Amavis-Alert"} {
		if s := strings.TrimSuffix(flag(get(name)), ":"); v.Virus == "" && (s == "INFECTED" || s == "YES") {
			v.Virus = Fail
		}
	}
	v.DMARC, v.Policy = dmarc(get("Authentication-Results"))
	return v
}

// microsoft reports whether Exchange took the mail for spam: its verdict SPM, or a spam confidence level of 5 to 9.
func microsoft(get func(string) string) bool {
	for f := range strings.SplitSeq(get("X-Forefront-Antispam-Report"), ";") {
		if strings.EqualFold(strings.TrimSpace(f), "SFV:SPM") {
			return true
		}
	}
	level := strings.TrimSpace(get("X-MS-Exchange-Organization-SCL"))
	return len(level) == 1 && level >= "5" && level <= "9"
}

// rspamd reports whether rspamd took the mail for spam: its result, or the action that it asked for.
func rspamd(get func(string) string) bool {
	if _, result, ok := strings.Cut(get("X-Spamd-Result"), ":"); ok && flag(result) == "TRUE" {
		return true
	}
	for _, name := range []string{"X-Rspamd-Action", "X-Spam-Action"} {
		switch strings.ToLower(strings.TrimSpace(get(name))) {
		case "reject", "add header", "rewrite subject", "quarantine":
			return true
		}
	}
	return false
}

// word returns a verdict if the field holds one of SES's words.
func word(s string) guichet.Verdict {
	switch v := guichet.Verdict(flag(s)); v {
	case Pass, Fail, Gray, Broken, Disabled:
		return v
	}
	return ""
}

// flag returns the first word of a field in capitals: "YES" of "Yes, score=9.1".
func flag(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t\r\n,;"); i >= 0 {
		s = s[:i]
	}
	return strings.ToUpper(s)
}

// dmarc returns the result of the method dmarc (RFC 7489 11.2) and, if that failed, the policy that the sender's domain published.
func dmarc(field string) (result guichet.Verdict, policy string) {
	for _, part := range parts(field) {
		name, value, ok := strings.Cut(part.text, "=")
		name, _, _ = strings.Cut(name, "/") // the version of the method
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "dmarc") {
			continue
		}
		switch flag(value) {
		case "PASS":
			return Pass, ""
		case "FAIL":
			return Fail, published(part.comment + " " + part.text)
		case "TEMPERROR", "PERMERROR":
			return Broken, ""
		}
		return Gray, ""
	}
	return "", ""
}

// published finds the policy in the words beside a result. QUIRK: no RFC has a place for it; Google writes "(p=REJECT sp=REJECT
// dis=NONE)", Exchange "action=quarantine", OpenDMARC "(p=none dis=none)" (2026-11).
func published(s string) string {
	for _, f := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" \t\r\n,;()", r) }) {
		key, value, _ := strings.Cut(f, "=")
		switch value {
		case "none", "quarantine", "reject":
			if key == "p" || key == "policy" || key == "action" || key == "policy.p" {
				return value
			}
		}
	}
	return ""
}

// part is what stands between two semicolons: without its comments and quoted strings, and the comments alone.
type part struct{ text, comment string }

// parts splits a field at the semicolons that stand neither in a comment nor in a quoted string (RFC 8601 2.2).
func parts(field string) []part {
	var all []part
	var text, comment strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(field); i++ {
		switch c := field[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
			comment.WriteByte(' ')
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
			comment.WriteByte(c)
		case c == ';':
			all = append(all, part{text.String(), comment.String()})
			text.Reset()
			comment.Reset()
		default:
			text.WriteByte(c)
		}
	}
	return append(all, part{text.String(), comment.String()})
}
