package mail

import "strings"

// refusal reads the receipt by which a filter of the recipient says that it refused a message (RFC 5429 2.2.1): disposition "deleted", done
// without a person, and words that say so. The receipt of a person who deleted a message unread has the same disposition and not the words.
func refusal(m *Mail) Bounce {
	b := Bounce{}
	if m.Report.Type != "disposition-notification" {
		return b
	}
	for _, g := range m.Report.Groups {
		how := strings.ToLower(getField(g, "Disposition"))
		if !strings.Contains(how, "automatic-action") || !strings.Contains(how, "deleted") || !refusedText(m) {
			continue
		}
		if to := reportAddress(g); to != "" {
			b.add(FailedDelivery{Address: to, Action: "failed", Status: "5.7.1"})
		}
	}
	if len(b.Recipients) == 0 {
		return Bounce{}
	}
	b.Is, b.Status = true, b.Recipients[0].Status
	b.why("multipart/report: disposition-notification, refused")
	n := &notice{}
	n.read(m)
	b.original(m, n)
	return b
}

// refusedText says that a text tells of a refusal.
func refusedText(m *Mail) bool {
	low := strings.ToLower(cutString(m.Text, 2000))
	for _, p := range []string{"automatically rejected", "was refused", "was rejected", "has been rejected", "has been refused"} {
		if strings.Contains(low, p) {
			return true
		}
	}
	return false
}
