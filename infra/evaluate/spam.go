package main

import (
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/spam"
)

func init() { tasks["spam"] = spamTask }

// spamTask predicts whether a mail is tagged or kept back. The house hears the verdicts from the receiving server and never reads them in the
// mail (D-15); a corpus holds nothing but the mail, so here its header stands for what the server said.
func spamTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	m := mail.Parse(raw)
	in := spam.Input{Verdicts: headerVerdicts(m)}
	if len(m.From) > 0 {
		in.From = m.From[0].Addr
	}
	j := spam.Judge(in)
	return map[string]any{"spam": j.Action != spam.Clear, "action": j.Action, "why": j.Reasons}, nil
}

// headerVerdicts reads the verdicts that a receiving server wrote into the header: SES's own, those of common filters, and the results of
// authentication (RFC 8601). The first field of a name is the one nearest to us.
func headerVerdicts(m *mail.Mail) guichet.Verdicts {
	v := guichet.Verdicts{
		Spam:  guichet.Verdict(strings.ToUpper(firstToken(m.Get("X-SES-Spam-Verdict")))),
		Virus: guichet.Verdict(strings.ToUpper(firstToken(m.Get("X-SES-Virus-Verdict")))),
	}
	if v.Spam == "" {
		v.Spam = filterVerdict(m)
	}
	if s := strings.ToLower(m.Get("X-Virus-Status")); v.Virus == "" && (strings.HasPrefix(s, "infected") || strings.HasPrefix(s, "yes")) {
		v.Virus = spam.Fail
	}
	results := strings.ToLower(m.Get("Authentication-Results"))
	v.SPF, v.DKIM, v.DMARC = authResult(results, "spf="), authResult(results, "dkim="), authResult(results, "dmarc=")
	if v.DMARC == spam.Fail {
		v.Policy = dmarcPolicy(results)
	}
	return v
}

// filterVerdict reads what SpamAssassin, rspamd, Exchange and their like say.
func filterVerdict(m *mail.Mail) guichet.Verdict {
	for _, name := range []string{"X-Spam-Flag", "X-Spam-Status", "X-Spam"} {
		switch strings.ToLower(strings.TrimRight(firstToken(m.Get(name)), ",;")) {
		case "yes", "true", "spam":
			return spam.Fail
		case "no", "false":
			return spam.Pass
		}
	}
	if strings.Contains(m.Get("X-Forefront-Antispam-Report"), "SFV:SPM") {
		return spam.Fail
	}
	switch strings.TrimSpace(m.Get("X-MS-Exchange-Organization-SCL")) {
	case "5", "6", "7", "8", "9":
		return spam.Fail
	}
	return ""
}

// authResult returns the result of one method in lower-case Authentication-Results, in SES's words.
func authResult(results, method string) guichet.Verdict {
	_, rest, ok := strings.Cut(results, method)
	if !ok {
		return ""
	}
	switch firstToken(strings.NewReplacer(";", " ", "(", " ").Replace(rest)) {
	case "pass":
		return spam.Pass
	case "fail", "permerror":
		return spam.Fail
	}
	return spam.Gray
}

func dmarcPolicy(results string) string {
	for _, p := range []string{"reject", "quarantine"} {
		if strings.Contains(results, "p="+p) || strings.Contains(results, "action="+p) {
			return p
		}
	}
	return "none"
}

func firstToken(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}
