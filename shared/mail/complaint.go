package mail

import "strings"

// Complained is what a feedback report (RFC 5965) says: which message it is about, and who complains. It is a claim, as a bounce is: anybody can write one.
type Complained struct {
	Originals []string // ids that may name the message, nearest first
	Addresses []string // folded; who complains, as far as the report says: providers often leave it out
	Kind      string   // RFC 5965 7.3: "abuse", "fraud", "not-spam"; empty when not said
}

// Complaining reads a mail that Automatic takes for a complaint.
func Complaining(m *Mail) Complained {
	n := &notice{}
	n.read(m)
	var b Bounce
	b.original(m, n)
	out := Complained{Originals: b.Originals}
	add := func(text string) {
		for _, a := range ParseAddresses(text) {
			if f := FoldAddress(a.Addr); a.Addr != "" && len(out.Addresses) < maxFailed {
				out.Addresses = append(out.Addresses, f)
			}
		}
	}
	if m.Report != nil {
		for _, g := range m.Report.Groups {
			if out.Kind == "" {
				out.Kind = strings.ToLower(strings.TrimSpace(getField(g, "Feedback-Type")))
			}
			for _, v := range append(fieldValues(g, "Original-Rcpt-To"), fieldValues(g, "Removal-Recipient")...) { // QUIRK: AOL's older reports
				add(v)
			}
		}
	}
	add(m.Get("X-HmXmrOriginalRecipient"))
	if len(out.Addresses) == 0 {
		for _, a := range returnedTo(m, n) {
			add(a)
		}
	}
	return out
}
