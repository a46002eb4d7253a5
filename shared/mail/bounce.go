package mail

import "strings"

// Bounce is what a mail says about the fate of a message that was sent. By RFC 3464 where it holds such a report, else by the
// notices of mail systems in their own words. It is a claim: anybody can write one, so it must never suppress an address (D-45).
type Bounce struct {
	Is         bool             // the message was not delivered, or not yet
	Delayed    bool             // not yet: the other side still tries
	Recipients []FailedDelivery // whom it concerns; empty if the notice does not say
	Status     string           // RFC 3463 code of the first recipient: "5.1.1"; empty if unknown
	Hard       bool             // the address of the first recipient is bad for good
	Diagnostic string           // the words of the other side, at most 1000 bytes
	Original   string           // id of the message that bounced, as it stood in it; empty if the notice does not hold it
	Originals  []string         // all ids that may name it, nearest first: Original, then In-Reply-To and References of the notice
	Reasons    []string         // why it was taken for a bounce
}

// FailedDelivery is one recipient of a Bounce.
type FailedDelivery struct {
	Address    string // lower case
	Asked      string // the address that was written to, where the report says that it is another (RFC 3464 2.3.1); lower case
	Action     string // RFC 3464 2.3.3: "failed", "delayed"; a notice without report has what its status says
	Status     string // RFC 3463; from the words of the notice if it holds no code
	Diagnostic string
	Hard       bool
}

const (
	maxNotice     = 24 << 10 // bytes of a notice that are read
	maxDiagnostic = 1000
	maxFailed     = 100 // recipients
)

// Bounced says whether m reports that a message was not delivered. envelopeFrom is the SMTP sender: "<>" is the null sender,
// empty means unknown (Return-Path is asked then).
func Bounced(m *Mail, envelopeFrom string) Bounce {
	if m.Report != nil && m.Report.Type != "delivery-status" && m.Report.Type != "" {
		return refusal(m) // a complaint or a receipt, most times
	}
	n := noticeFrom(m, envelopeFrom)
	if n == nil {
		return Bounce{}
	}
	n.read(m)
	b := Bounce{}
	if groups := statusGroups(m, n); groups != nil {
		if !b.fromReport(groups) {
			return Bounce{}
		}
		b.nameless(m, n)
	} else if !b.fromNotice(m, n) {
		return Bounce{}
	} else if inner := wrappedBounce(m, n); inner != nil {
		inner.Reasons = append(b.Reasons, "around a bounce")
		return *inner
	}
	if challengeText(m) && !b.addressBad() {
		return Bounce{}
	}
	b.Is = true
	b.original(m, n)
	b.Delayed = len(b.Recipients) > 0
	for _, r := range b.Recipients {
		b.Delayed = b.Delayed && r.Action == "delayed"
	}
	if len(b.Recipients) > 0 {
		b.Status, b.Hard, b.Diagnostic = b.Recipients[0].Status, b.Recipients[0].Hard, b.Recipients[0].Diagnostic
	}
	return b
}

// wrappedBounce reads a bounce that a gateway wrapped into a notice of its own, which names nobody. nil if there is none.
func wrappedBounce(m *Mail, n *notice) *Bounce {
	if len(addressesIn(n.text, map[string]bool{})) > 0 {
		return nil
	}
	for i := range m.Parts {
		if p := &m.Parts[i]; p.Type == "message/rfc822" && p.Size < 4*maxNotice {
			inner := Parse(p.Bytes())
			if inner.Report == nil && !reportType(inner) {
				return nil
			}
			b := Bounced(inner, "")
			if !b.Is || len(b.Recipients) == 0 {
				return nil
			}
			return &b
		}
	}
	return nil
}

// addressBad says that a recipient is refused for good.
func (b *Bounce) addressBad() bool {
	for _, r := range b.Recipients {
		if strings.HasPrefix(r.Status, "5") {
			return true
		}
	}
	return false
}

// add takes a recipient in, once.
func (b *Bounce) add(r FailedDelivery) {
	if len(b.Recipients) >= maxFailed {
		return
	}
	r.Hard = hardFailure(r.Status, r.Diagnostic)
	for i, have := range b.Recipients {
		if have.Address == r.Address {
			if have.Status == "" {
				b.Recipients[i] = r
			}
			return
		}
	}
	b.Recipients = append(b.Recipients, r)
}

// hardFailure says that an address is bad for good, by the words of the other side where the code is vague or they say otherwise.
func hardFailure(status, diagnostic string) bool {
	switch said := statusOfWords(strings.ToLower(diagnostic)); {
	case status == "5.1.7" || status == "5.1.8": // it is our address that they refuse
		return false
	case said == "" || said == "5.7.1" && !strings.HasPrefix(status, "5.7"):
		return hardStatus(status)
	case said == "5.1.1" || said == "5.1.2":
		return !strings.HasPrefix(status, "4.2") && !strings.HasPrefix(status, "4.4") && !strings.HasPrefix(status, "4.7")
	default:
		return hardStatus(said)
	}
}

// hardStatus says that a code means that the address itself is bad for good (RFC 3463 3.2 to 3.5).
func hardStatus(status string) bool {
	switch status {
	case "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1", "5.4.4":
		return true
	}
	return false
}

// original finds which message bounced: its id in the header that came back, in the text, or in the threading fields of the notice.
func (b *Bounce) original(m *Mail, n *notice) {
	b.Original = n.originalID(m)
	seen := map[string]bool{"": true}
	for _, id := range append(append([]string{b.Original}, m.InReplyTo...), reversed(m.References)...) {
		if !seen[id] && id != m.MessageID {
			seen[id] = true
			b.Originals = append(b.Originals, id)
		}
	}
}

func reversed(ids []string) []string {
	out := make([]string, 0, len(ids))
	for i := len(ids) - 1; i >= 0; i-- {
		out = append(out, ids[i])
	}
	return out
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}
