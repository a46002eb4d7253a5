package mail

import "strings"

// findStatus returns the first status code of RFC 3463 in s that is no part of an IP address or a version, "" if there is none. Codes of
// success count only if there is nothing else.
func findStatus(s string) string {
	good := ""
	for i := 0; i+4 < len(s); i++ {
		c := s[i]
		if c != '2' && c != '4' && c != '5' || s[i+1] != '.' {
			continue
		}
		if i > 0 && (s[i-1] == '.' || s[i-1] == '-' || s[i-1] == '/' || s[i-1] == '_' || isAlnum(s[i-1])) {
			continue
		}
		n := digits(s[i+2:])
		if n == 0 || n > 3 || i+2+n >= len(s) || s[i+2+n] != '.' {
			continue
		}
		n2 := digits(s[i+3+n:])
		end := i + 3 + n + n2
		if n2 == 0 || n2 > 3 || end < len(s) && (isAlnum(s[end]) || s[end] == '.' && end+1 < len(s) && isAlnum(s[end+1]) || s[end] == '/') {
			continue
		}
		if c == '2' {
			if good == "" {
				good = s[i:end]
			}
			continue
		}
		return s[i:end]
	}
	return good
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// smtpReply returns the first reply code of a failure (RFC 5321 4.2) that stands where replies stand, "" if there is none.
func smtpReply(low string) string {
	for i := 0; i+3 < len(low); i++ {
		if c := low[i]; c != '4' && c != '5' || digits(low[i:]) != 3 || low[i+1] > '7' {
			continue
		}
		after := low[i+3]
		if after != ' ' && after != '-' || i > 0 && strings.IndexByte("\n \t:'\"[(>", low[i-1]) < 0 {
			continue
		}
		if i == 0 || low[i-1] == '\n' || strings.Contains(low[max(0, i-40):i], "said") || strings.Contains(low[max(0, i-60):i], "error") ||
			strings.Contains(low[max(0, i-60):i], "respon") || strings.Contains(low[max(0, i-60):i], "repl") || low[i-1] == ' ' && strings.Contains(low[max(0, i-12):i], ":") {
			return low[i : i+3]
		}
	}
	return ""
}

// statusAround returns what a piece of a notice says happened: its code, what its words mean, or the class of its SMTP reply.
func statusAround(text, low string) string {
	status := findStatus(text)
	if strings.HasPrefix(status, "2") {
		status = ""
	}
	if status != "" && !strings.HasSuffix(status, ".0.0") {
		return status
	}
	if said := statusOfWords(low); said != "" {
		return said
	}
	if status != "" {
		return status
	}
	if code := smtpReply(low); code != "" {
		return code[:1] + ".0.0"
	}
	return ""
}

// statusOfWords gives the code of RFC 3463 for the words of the other side; low is lower case.
func statusOfWords(low string) string {
	for _, w := range statusWords {
		if strings.Contains(low, w.words) {
			return w.status
		}
	}
	return ""
}

// diagnosticLine returns the line of the notice that gives the reason: the one with a code or words, nearest after the address.
func diagnosticLine(n *notice, addr string) string {
	at := 0
	if addr != "" {
		at = max(0, strings.Index(n.low, addr))
		at = strings.LastIndexByte(n.text[:min(at, len(n.text))], '\n') + 1
	}
	for lines := 0; at < len(n.text) && lines < 40; lines++ {
		end := len(n.text)
		if i := strings.IndexByte(n.text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimSpace(n.text[at:end])
		low := strings.ToLower(line)
		if findStatus(line) != "" || statusOfWords(low) != "" || smtpReply(low+" ") != "" {
			return cutString(collapse(line), maxDiagnostic)
		}
		at = end + 1
	}
	return ""
}
