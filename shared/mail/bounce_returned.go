package mail

import "strings"

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
