package mail

import "strings"

// statusGroups returns the fields of a delivery status: of the report, or where a broken mail holds them.
func statusGroups(m *Mail, n *notice) [][]Field {
	if m.Report != nil && len(m.Report.Groups) > 0 {
		return m.Report.Groups
	}
	if !n.robot && !n.null && !n.nameless && !reportType(m) {
		return nil
	}
	for i := range m.Parts {
		if t := m.Parts[i].Type; t == "message/delivery-status" || t == "message/global-delivery-status" {
			if g := textGroups(string(m.Parts[i].Bytes())); g != nil {
				return g
			}
		}
	}
	return textGroups(m.Text[:min(len(m.Text), maxNotice)])
}

// textGroups reads groups of fields out of a text that has a Final-Recipient line.
func textGroups(s string) [][]Field {
	low := strings.ToLower(s)
	if !strings.Contains(low, "-recipient:") || !strings.Contains(low, "action:") {
		return nil
	}
	var out [][]Field
	for _, block := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if strings.Contains(strings.ToLower(block), "-recipient:") && len(out) < maxFailed {
			out = append(out, ParseHeader([]byte(strings.TrimLeft(block, "\n")+"\n\n")))
		}
	}
	return out
}

// fromReport reads the fields of a delivery status (RFC 3464). It is false for a report of success.
func (b *Bounce) fromReport(groups [][]Field) bool {
	shared, good := "", 0
	for _, g := range groups {
		to := reportAddress(g)
		action := strings.ToLower(firstWord(getField(g, "Action")))
		if to == "" {
			if action != "" {
				shared = action // QUIRK: some put Action among the fields of the message
			}
			if action == "" && getField(g, "Status") == "" {
				continue
			}
		}
		status, diagnostic := reportStatus(g)
		if action == "" {
			action = shared
		}
		switch {
		case action == "":
			action = actionOf(status)
		case strings.HasPrefix(action, "fail"): // "failure", as NTMail writes
			action = "failed"
		}
		if action != "failed" && action != "delayed" && !strings.HasPrefix(status, "5") && !strings.HasPrefix(status, "4") {
			good++
			continue
		}
		if action != "delayed" {
			action = "failed"
		}
		b.add(FailedDelivery{Address: to, Asked: askedAddress(g, to), Action: action, Status: status, Diagnostic: diagnostic})
	}
	b.Reasons = append(b.Reasons, "multipart/report: delivery-status")
	return len(b.Recipients) > 0 || good == 0
}

// nameless fills in whom a report is about that names nobody, from the words above it or the message that came back.
func (b *Bounce) nameless(m *Mail, n *notice) {
	if len(b.Recipients) > 1 || len(b.Recipients) == 1 && b.Recipients[0].Address != "" {
		return
	}
	r := FailedDelivery{Action: "failed"}
	if len(b.Recipients) == 1 {
		r = b.Recipients[0]
	}
	to := noticeAddresses(m, n)
	if len(to) == 0 {
		to = returnedTo(m, n)
	}
	if len(to) == 0 {
		return
	}
	b.Recipients = nil
	for _, a := range to {
		r.Address = a
		b.add(r)
	}
}

// reportAddress returns who a group of a report is about. QUIRK: Original-Recipient is the address that was written to, but is often
// garbled; Final-Recipient is always there.
func reportAddress(g []Field) string {
	for _, name := range []string{"Final-Recipient", "Original-Recipient", "X-Actual-Recipient"} {
		v := getField(g, name)
		if i := strings.IndexByte(v, ';'); i >= 0 {
			v = v[i+1:]
		}
		if a := bareAddress(v); a != "" {
			return a
		}
	}
	return ""
}

// askedAddress returns the Original-Recipient of a group, if it is an address and another than to.
func askedAddress(g []Field, to string) string {
	_, v, _ := strings.Cut(getField(g, "Original-Recipient"), ";")
	if a := bareAddress(v); a != to {
		return a
	}
	return ""
}

// reportStatus returns the status and the words of a group. A code in the words of the other side says more than "5.0.0".
func reportStatus(g []Field) (status, diagnostic string) {
	diagnostic = cutString(collapse(getField(g, "Diagnostic-Code")), maxDiagnostic)
	status = findStatus(getField(g, "Status"))
	if said := findStatus(diagnostic); said != "" && (status == "" || strings.HasSuffix(status, ".0.0")) {
		status = said
	}
	if status == "" || strings.HasSuffix(status, ".0.0") {
		if said := statusOfWords(strings.ToLower(diagnostic)); said != "" && (status == "" || said[0] == status[0]) {
			status = said
		}
	}
	return status, diagnostic
}

func actionOf(status string) string {
	switch {
	case strings.HasPrefix(status, "4"):
		return "delayed"
	case strings.HasPrefix(status, "2"):
		return "delivered"
	}
	return "failed"
}
