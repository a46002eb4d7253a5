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
	if i := strings.LastIndexByte(s, '='); i > 0 && i < strings.IndexByte(s, '@') && addressType(s[:i]) {
		s = s[i+1:]
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(s) > 320 || !strings.Contains(domain, ".") && !strings.EqualFold(domain, "localhost") || strings.Contains(domain, "@") {
		return ""
	}
	return strings.ToLower(s)
}

// addressType says that s ends with the type that some systems write before an address, as X.400 gateways do: "dda:SMTP=bo@x.example".
func addressType(s string) bool {
	s = strings.ToLower(s[strings.LastIndexAny(s, ":;,")+1:])
	return s == "smtp" || s == "rfc822" || s == "rfc-822" || s == "internet"
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
		from, to = withinCJK(s, from, i, to)
		if a := bareAddress(s[from:to]); a != "" && !strings.Contains(s[max(0, from-8):from], "://") {
			return a, s[to:]
		}
		at = to
		if at >= len(s) {
			return "", ""
		}
	}
}

// withinCJK narrows s[from:to], an address with its @ at i, to what stands between marks of East Asian texts, which have no spaces around it.
func withinCJK(s string, from, i, to int) (int, int) {
	const marks = "：，。；、（）【】「」『』《》＜＞〈〉“”"
	if at := strings.LastIndexAny(s[from:i], marks); at >= 0 {
		from += at + len("：")
	}
	if at := strings.IndexAny(s[i:to], marks); at >= 0 {
		to = i + at
	}
	return from, to
}

func addressByte(c byte) bool {
	return isAlnum(c) || c >= 0x80 || strings.IndexByte("!#$%&*+-/=?^_{|}~.", c) >= 0
}
