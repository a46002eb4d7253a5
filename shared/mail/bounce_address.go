package mail

import "strings"

// bareAddress returns the address in s, lower case, without brackets and what surrounds it; empty if s holds none.
func bareAddress(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 {
		if j := strings.IndexByte(s[i:], '>'); j > 0 {
			s = s[i+1 : i+j]
		}
	}
	s = strings.TrimPrefix(strings.Trim(s, "<>\"'`,;:()[]. \t"), "mailto:")
	if i := strings.IndexAny(s, " \t\r\n"); i >= 0 {
		s = s[:i]
	}
	s = strings.Trim(s, "<>\"'`,;:()[].")
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(s) > 320 || !strings.Contains(domain, ".") && !strings.EqualFold(domain, "localhost") || strings.Contains(domain, "@") {
		return ""
	}
	return strings.ToLower(s)
}

// noticeAddresses returns the addresses that a notice complains about, in order: those that it names, without the sender's and the system's own.
func noticeAddresses(m *Mail, n *notice) []string {
	skip := map[string]bool{}
	for _, list := range [][]Address{m.To, m.Cc, m.From, m.Sender, m.ReplyTo} {
		for _, a := range list {
			skip[strings.ToLower(a.Addr)] = true
		}
	}
	if named := namedAddresses(n.text); len(named) > 0 {
		return named
	}
	return addressesIn(n.text, skip)
}

// namedAddresses collects the addresses with which a line starts, in brackets: that is how qmail, postfix, sendmail and others name a recipient.
// It may well be the one who sent.
func namedAddresses(text string) []string {
	var out []string
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "<") || len(out) >= maxFailed {
			continue
		}
		end := strings.IndexByte(line, '>')
		if end < 0 {
			continue
		}
		if a := bareAddress(line[:end+1]); a != "" && !seen[a] && !strings.Contains(line[end:], "... sender") {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// localNames reads recipients that a system names without their domain, on lines of their own below "the following recipients ...:". They are
// in the domain of the system.
func localNames(m *Mail, n *notice) []string {
	var out []string
	if len(m.From) == 0 {
		return nil
	}
	_, domain, _ := strings.Cut(m.From[0].Addr, "@")
	below := false
	for line := range strings.Lines(n.text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasSuffix(line, ":"):
			low := strings.ToLower(line)
			below = strings.Contains(low, "recipient") || strings.Contains(low, "address")
		case below && domain != "" && len(line) <= 64 && fieldLike(line) && !strings.ContainsAny(line, "@<>:()") && len(out) < maxFailed:
			out = append(out, strings.ToLower(line)+"@"+domain)
		default:
			below = false
		}
	}
	return out
}

// addressesIn collects the addresses of a text, each once; those in a line that tells of the sender do not count.
func addressesIn(text string, skip map[string]bool) []string {
	var out, addressed []string // addressed: in "To:" lines, which count only if there is nothing else
	above := ""
	for text != "" && len(out)+len(addressed) < maxFailed {
		line := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if !senderLine(strings.ToLower(line)) && !senderLine(above) {
			for rest := line; ; {
				var a string
				if a, rest = nextAddress(rest); a == "" {
					break
				}
				local, _, _ := strings.Cut(a, "@")
				if skip[a] || robotLocal(local) || len(out)+len(addressed) >= maxFailed {
					continue
				}
				skip[a] = true
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "to:") {
					addressed = append(addressed, a)
				} else {
					out = append(out, a)
				}
			}
		}
		above = ""
		if low := strings.ToLower(strings.TrimSpace(line)); strings.HasSuffix(low, "sent by") || strings.HasSuffix(low, "from:") {
			above = low
		}
	}
	if len(out) == 0 {
		return addressed
	}
	return out
}

// senderLine says that a line of a notice is about the sender or about help.
func senderLine(low string) bool {
	low = strings.TrimLeft(low, " \t>")
	for _, p := range []string{"from:", "sender:", "mail from", "return-path:", "sent by", "reply-to:", "for further assistance", "please contact", "contact ", "message-id", "x-postfix-sender", "subject:", "originator"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return strings.HasSuffix(low, "sent by") || strings.Contains(low, "mail from:") || strings.Contains(low, "send mail to")
}

// nextAddress returns the first address in s and what follows it.
func nextAddress(s string) (addr, rest string) {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '@')
		if i < 0 {
			return "", ""
		}
		i += at
		from, to := i, i+1
		for from > 0 && addressByte(s[from-1]) {
			from--
		}
		for to < len(s) && (addressByte(s[to]) || s[to] == '[' || s[to] == ']') {
			to++
		}
		if a := bareAddress(s[from:to]); a != "" && !strings.Contains(s[max(0, from-8):from], "://") {
			return a, s[to:]
		}
		at = to
		if at >= len(s) {
			return "", ""
		}
	}
}

func addressByte(c byte) bool {
	return isAlnum(c) || c >= 0x80 || strings.IndexByte("!#$%&*+-/=?^_{|}~.", c) >= 0
}

// returnedTo returns to whom the message that came back was addressed.
func returnedTo(m *Mail, n *notice) []string {
	var out []string
	for _, f := range n.returnedFields(m) {
		if !strings.EqualFold(f.Name, "To") {
			continue
		}
		for _, a := range ParseAddresses(f.Value) {
			if a.Addr != "" && len(out) < maxFailed {
				out = append(out, strings.ToLower(a.Addr))
			}
		}
	}
	return out
}

// returnedFields returns the header of the message that came back: of the report, of a part, or in the text.
func (n *notice) returnedFields(m *Mail) []Field {
	if m.Report != nil && len(m.Report.Original) > 0 {
		return m.Report.Original
	}
	for i := range m.Parts {
		p := &m.Parts[i]
		switch {
		case p.Type == "message/rfc822" || p.Type == "text/rfc822-headers" || p.Type == "message/global" || p.Type == "message/global-headers":
		case strings.HasPrefix(p.Type, "text/plain"):
		default:
			continue
		}
		b := make([]byte, maxNotice)
		r := p.Open()
		have := 0
		for have < len(b) {
			k, err := r.Read(b[have:])
			have += k
			if err != nil {
				break
			}
		}
		if fields := ParseHeader(b[:have]); getField(fields, "Message-ID") != "" || getField(fields, "From") != "" {
			return fields
		}
	}
	return textFields(n.returned)
}

// textFields reads the header lines at the start of a text, after the line that announces them.
func textFields(s string) []Field {
	for lines := 0; lines < 12 && s != ""; lines++ {
		line := s
		next := ""
		if i := strings.IndexByte(s, '\n'); i >= 0 {
			line, next = s[:i], s[i+1:]
		}
		if name, _, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && len(name) < 40 && fieldLike(name) && headerStart("Date:", next) {
			break
		}
		s = next
	}
	return ParseHeader([]byte(s))
}

// originalID returns the Message-ID of the message that came back.
func (n *notice) originalID(m *Mail) string {
	if id := ID(getField(n.returnedFields(m), "Message-ID")); id != "" {
		return id
	}
	if m.Report != nil {
		for _, g := range m.Report.Groups {
			for _, name := range []string{"Original-Message-ID", "X-Original-Message-ID"} {
				if id := ID(getField(g, name)); id != "" {
					return id
				}
			}
		}
	}
	for _, text := range []string{n.returned, n.text} {
		if i := strings.Index(strings.ToLower(text), "message-id:"); i >= 0 && len(strings.ToLower(text)) == len(text) {
			line, _, _ := strings.Cut(text[i+len("message-id:"):], "\n")
			if strings.Contains(line, "@") {
				return ID(line)
			}
		}
	}
	return ""
}

// statusGroups returns the fields of a delivery status: of the report, or where a broken mail holds them.
func statusGroups(m *Mail, n *notice) [][]Field {
	if m.Report != nil && len(m.Report.Groups) > 0 {
		return m.Report.Groups
	}
	if !n.robot && !n.null && !reportType(m) {
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
