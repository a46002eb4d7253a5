package mail

import "strings"

// notice is a mail read as the notice of a mail system: what the system wrote, and what it gave back.
type notice struct {
	text     string // the words of the system, within maxNotice
	low      string // text in lower case
	returned string // what follows: header and text of the message that came back, if it is in the text
	robot    bool   // the sender is a mail system, by its name
	office   bool   // ... by a name that people write under as well
	null     bool   // the null sender
	noReply  bool
	nameless bool   // no sender at all, and the text holds a delivery status: the header was lost
	subject  string // lower case
}

// noticeFrom looks at the sender of m. It is nil if neither sender nor header could be those of a notice: then the text need not be read.
func noticeFrom(m *Mail, envelopeFrom string) *notice {
	n := &notice{subject: strings.ToLower(m.Subject)}
	n.null, n.robot = envelopeRobot(m, envelopeFrom)
	for _, list := range [][]Address{m.From, m.Sender} {
		for _, a := range list {
			robot, office := robotAddress(a), officeAddress(a)
			n.robot, n.office = n.robot || robot && !office, n.office || office
			n.noReply = n.noReply || noReplyAddress(a.Addr)
		}
	}
	n.office = n.office && !n.robot
	n.robot = n.robot || n.office
	n.null = n.null || strings.HasSuffix(strings.TrimSpace(m.Get("From")), "<>") // QUIRK: some gateways put the null sender there
	n.nameless = len(m.From) == 0 && m.Get("From") == "" && strings.Contains(strings.ToLower(m.Text[:min(len(m.Text), maxNotice)]), "reporting-mta:")
	if n.null || n.robot || n.noReply || n.nameless || m.Report != nil || reportType(m) || listOffice(m) || m.Get("X-Failed-Recipients") != "" {
		return n
	}
	return nil
}

// read parts the text of m into the words of the system and the message that came back.
func (n *notice) read(m *Mail) {
	n.text, n.returned = splitReturned(cutString(m.Text, maxNotice))
	n.low = strings.ToLower(n.text)
	if len(n.low) != len(n.text) { // a rare letter that changes its size: positions would not agree
		n.low = n.text
	}
}

// envelopeRobot says whether the SMTP sender is null, or a mail system.
func envelopeRobot(m *Mail, envelopeFrom string) (null, robot bool) {
	from := strings.TrimSpace(envelopeFrom)
	if from == "" {
		for _, v := range m.Values("Return-Path") {
			v = strings.TrimSpace(v)
			null = null || v == "<>"
			from = v
		}
	}
	local, _, _ := strings.Cut(strings.Trim(from, "<>"), "@")
	return null || from == "<>", robotLocal(local)
}

// robotAddress says that an address is that of a mail system.
func robotAddress(a Address) bool {
	local, _, _ := strings.Cut(a.Addr, "@")
	if a.Addr == "" {
		local = firstWord(strings.Trim(a.Raw, "<> "))
	}
	return robotLocal(local) || robotLocal(strings.ReplaceAll(strings.ToLower(a.Name), " ", "")) || robotLocal(lettersOf(a.Name))
}

func robotLocal(local string) bool {
	switch lettersOf(local) {
	case "mailerdaemon", "postmaster", "maildaemon", "mailsystem", "maildeliverysystem", "maildeliverysubsystem", "doublebounce",
		"mailerdeamon", "poostmaster", "mailadmin", "smtpdaemon", "mailgateway", "maildeliversystem", "ndradministrator", "mailrouter",
		"systemadministrator", "mailerror", "bouncedaemon", "mdaemon", "ndr", "smtpmailservice", "mailservice", "smtpgateway", "smtpgateways", "antivirusforsmtpgateways", "jetmailsystem", "esmtpmailservice", "symantecantivirusforsmtpgateways":
		return true
	}
	return false
}

// lettersOf returns the ASCII letters of s in lower case.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, cutString(s, 100))
}

// noReplyAddress: noreply@, no-reply@, do_not_reply@ and the like.
func noReplyAddress(addr string) bool {
	local, _, _ := strings.Cut(addr, "@")
	l := lettersOf(local)
	return strings.HasPrefix(l, "noreply") || strings.HasPrefix(l, "donotreply") || strings.HasSuffix(l, "noreply") ||
		strings.HasPrefix(l, "dontreply") || strings.HasPrefix(l, "noresponder") || strings.HasPrefix(l, "nepasrepondre")
}

// fromNotice judges a mail without report fields. It takes a notice by a sign that only mail systems give, or by its words together with
// its sender; a person who quotes a notice is still a person (D-40).
func (b *Bounce) fromNotice(m *Mail, n *notice) bool {
	failed := failedRecipients(m)
	system := n.robot || n.null
	phrase, delayed := failurePhrase(n.low[:min(len(n.low), maxNotice/3)])
	subject := failureSubject(n.subject)
	status := findStatus(n.text)
	code := status != "" || smtpReply(n.low) != ""
	gaveBack := n.returned != "" || hasReturned(m)
	switch {
	case len(failed) > 0:
		b.why("X-Failed-Recipients")
	case m.Report != nil || reportType(m):
		b.why("multipart/report")
	case n.robot && (!n.office || n.null || n.formal(subject, gaveBack)) && (phrase != "" || subject || code || gaveBack):
		b.why("sent by a mail system")
	case n.null && phrase != "" && (subject || code || gaveBack):
		b.why("null sender")
	case n.noReply && phrase != "" && gaveBack:
		b.why("automatic sender")
	case listOffice(m) && strings.Contains(n.low, "not a member of this") && !strings.HasPrefix(n.subject, "re:"):
		b.why("refused by a mailing list")
	default:
		return false
	}
	if phrase != "" {
		b.why("text: " + phrase)
	}
	if subject {
		b.why("subject")
	}
	if !system && !gaveBack && len(failed) == 0 && phrase == "" && status == "" && len(b.Reasons) == 0 {
		return false
	}
	b.noticeRecipients(m, n, failed, delayed)
	return true
}

func (b *Bounce) why(reason string) { b.Reasons = append(b.Reasons, reason) }

// noticeRecipients finds whom the notice is about and what happened.
func (b *Bounce) noticeRecipients(m *Mail, n *notice, failed []string, delayed bool) {
	if len(failed) == 0 {
		failed = noticeAddresses(m, n)
	}
	if len(failed) == 0 {
		failed = localNames(m, n)
	}
	if len(failed) == 0 {
		failed = returnedTo(m, n)
	}
	whole := statusAround(n.text, n.low)
	for _, a := range failed {
		status := whole
		at := strings.Index(n.low, a)
		for at >= 0 {
			near := n.text[at:min(len(n.text), at+400)]
			if s := statusAround(near, strings.ToLower(near)); s != "" {
				status = s
				break
			}
			next := strings.Index(n.low[at+1:], a)
			if next < 0 {
				break
			}
			at += 1 + next
		}
		b.add(FailedDelivery{Address: a, Action: noticeAction(status, delayed), Status: status, Diagnostic: diagnosticLine(n, a)})
	}
	if len(failed) == 0 && whole != "" {
		b.Status, b.Hard = whole, hardStatus(whole)
	}
	if len(failed) == 0 {
		b.Diagnostic = diagnosticLine(n, "")
	}
}

func noticeAction(status string, delayed bool) string {
	if delayed && !strings.HasPrefix(status, "5") {
		return "delayed"
	}
	return "failed"
}

// failedRecipients reads X-Failed-Recipients (exim, Gmail).
func failedRecipients(m *Mail) []string {
	var out []string
	for _, v := range m.Values("X-Failed-Recipients") {
		for _, f := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == ';' }) {
			if a := bareAddress(f); a != "" && len(out) < maxFailed {
				out = append(out, a)
			}
		}
	}
	return out
}

// reportType says that the header promises a report of delivery, even if the mail does not hold it.
func reportType(m *Mail) bool {
	ct := strings.ToLower(m.Get("Content-Type"))
	return strings.HasPrefix(strings.TrimSpace(ct), "multipart/report") && strings.Contains(ct, "delivery-status")
}

// hasReturned says that a whole message or its header came with the mail.
func hasReturned(m *Mail) bool {
	for i := range m.Parts {
		if t := m.Parts[i].Type; t == "message/rfc822" || t == "text/rfc822-headers" || t == "message/global" {
			return true
		}
	}
	return m.Report != nil && len(m.Report.Original) > 0
}

// listOffice says that the mail comes from the office of a mailing list, not through the list.
func listOffice(m *Mail) bool {
	for _, a := range m.From {
		local, _, _ := strings.Cut(strings.ToLower(a.Addr), "@")
		for _, office := range []string{"-admin", "-owner", "-request", "-bounces", "owner-"} {
			if strings.HasSuffix(local, office) || strings.HasPrefix(local, office) {
				return true
			}
		}
	}
	return false
}
