package mail

import "strings"

// Kinds of mail, by who or what wrote it.
const (
	Human        = "human"
	AutoReply    = "auto-reply"    // a program answered
	OutOfOffice  = "out-of-office" // a program answered: the person is away
	BounceMail   = "bounce"        // a message was not delivered
	Complaint    = "complaint"     // a feedback report: "this is spam" (RFC 5965)
	Receipt      = "receipt"       // delivered, or read (RFC 8098)
	Challenge    = "challenge"     // "confirm that you are a person and I deliver your mail"
	Notification = "notification"  // a program wrote by itself
	Bulk         = "list"          // a newsletter or circular
)

// Auto says what wrote a mail and what may be done with it, with the evidence.
type Auto struct {
	Kind      string
	Reasons   []string // "Auto-Submitted: auto-replied", "null sender", ...
	MayAnswer bool     // a program may answer it (RFC 3834 2): an acknowledgement, an auto-reply
	Bounce    Bounce   // what Bounced says of it
}

// Inert says that the mail is recorded but moves nothing: no acknowledgement, no reopening, no clock (D-40, D-41). A mail that a person wrote
// moves its case even if a list brought it.
func (a Auto) Inert() bool { return a.Kind != Human && a.Kind != Bulk }

// Automatic judges who wrote m. envelopeFrom is the SMTP sender: "<>" is the null sender, empty means unknown (Return-Path is asked then).
// Words of the text only support what a header says, and so do subjects, but for those that programs put before the subject of a message.
func Automatic(m *Mail, envelopeFrom string) Auto {
	a := Auto{Kind: Human, MayAnswer: true, Bounce: Bounced(m, envelopeFrom)}
	a.judge(m, envelopeFrom)
	a.quiet(m, envelopeFrom)
	if a.Kind != Human {
		a.MayAnswer = false
	}
	return a
}

// judge finds the kind: the surest signs first.
func (a *Auto) judge(m *Mail, envelopeFrom string) {
	null, _ := envelopeRobot(m, envelopeFrom)
	away, replySubject := autoSubject(m.Subject)
	submitted := autoSubmitted(m)
	vacation, replied := autoHeaders(m)
	switch {
	case complaint(m):
		a.is(Complaint, "feedback report")
	case a.Bounce.Is:
		a.is(BounceMail, a.Bounce.Reasons...)
	case m.Report != nil && m.Report.Type != "":
		a.is(Receipt, "multipart/report: "+m.Report.Type)
	case (null || submitted != "" || fromNoReply(m) || !isReplyTo(m)) && challengeText(m):
		a.is(Challenge, "text: asks the sender to confirm")
	case reportType(m):
		a.is(Receipt, "multipart/report")
	case vacation != "":
		a.is(OutOfOffice, vacation)
	case replied != "" || submitted == "auto-replied":
		a.is(AutoReply, replied)
	case submitted != "":
		a.is(Notification)
	case null:
		a.is(AutoReply)
	case precedence(m) == "auto_reply" || precedence(m) == "junk":
		a.is(AutoReply)
	case repliesByProgram(m):
		a.is(AutoReply)
	case replySubject && (m.Get("X-Auto-Response-Suppress") != "" || precedence(m) == "bulk" || fromNoReply(m) || awayText(m.Text)):
		a.is(AutoReply)
	case robotFrom(m):
		a.is(Notification, "sent by a mail system")
	case bulk(m):
		a.is(Bulk)
	}
	if a.Kind == AutoReply && (away || awayText(m.Text)) {
		a.Kind = OutOfOffice
	}
	if submitted != "" {
		a.why("Auto-Submitted: " + submitted)
	}
	if null {
		a.why("null sender")
	}
	if replySubject {
		a.why("subject")
	}
}

// quiet looks for what forbids an automatic answer, whoever wrote.
func (a *Auto) quiet(m *Mail, envelopeFrom string) {
	if v := m.Get("X-Auto-Response-Suppress"); suppressed(v) {
		a.hush("X-Auto-Response-Suppress: " + cutString(collapse(v), 60))
	}
	if automaticSubject(m.Subject) {
		a.hush("subject")
	}
	if saysAutomated(m.Text) {
		a.hush("text: says that it is automatic")
	}
	switch p := precedence(m); p {
	case "bulk", "list", "junk", "auto_reply":
		a.hush("Precedence: " + p)
	}
	for _, name := range []string{"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List", "X-Loop", "X-Mailing-List", "X-BeenThere", "Feedback-ID"} {
		if m.Get(name) != "" {
			a.hush(name)
		}
	}
	if fromNoReply(m) || bounceBox(m) {
		a.hush("sender takes no answers")
	}
	local, _, _ := strings.Cut(strings.ToLower(strings.Trim(envelopeFrom, "<> ")), "@")
	if strings.HasPrefix(local, "owner-") || strings.HasSuffix(local, "-owner") || strings.HasSuffix(local, "-request") || robotLocal(local) {
		a.hush("envelope sender " + cutString(local, 60))
	}
}

func (a *Auto) is(kind string, reasons ...string) {
	a.Kind = kind
	for _, r := range reasons {
		a.why(r)
	}
}

func (a *Auto) hush(reason string) { a.MayAnswer = false; a.why(reason) }

// why adds a reason, once.
func (a *Auto) why(reason string) {
	if reason == "" {
		return
	}
	for _, r := range a.Reasons {
		if r == reason {
			return
		}
	}
	a.Reasons = append(a.Reasons, reason)
}

// autoSubmitted returns the value of Auto-Submitted (RFC 3834 5) without comments and parameters, empty if absent or "no": "no" is said of
// mail that a person wrote (D-39).
func autoSubmitted(m *Mail) string {
	for _, v := range m.Values("Auto-Submitted") {
		v = strings.ToLower(v)
		if i := strings.IndexAny(v, ";( \t"); i > 0 {
			v = v[:i]
		}
		if v = strings.TrimSpace(v); v != "" && v != "no" {
			return cutString(v, 60)
		}
	}
	return ""
}

// precedence returns the Precedence field, as people wrote it before RFC 3834, with "-" and " " as "_".
func precedence(m *Mail) string {
	p := strings.ToLower(strings.TrimSpace(m.Get("Precedence")))
	for _, name := range []string{"X-Precedence", "Preference"} { // the last is a slip of some answering machines (2024)
		if p == "" {
			p = strings.ToLower(strings.TrimSpace(m.Get(name)))
		}
	}
	return cutString(strings.ReplaceAll(strings.ReplaceAll(p, "-", "_"), " ", "_"), 40)
}
