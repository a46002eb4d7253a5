package mail

import "strings"

// splitReturned parts a notice from the message that it gives back, at the line that announces it or where its header begins.
func splitReturned(text string) (notice, returned string) {
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := strings.TrimSpace(text[at:end])
		if at > 0 && (returnedMarker(line) || headerStart(line, text[end:])) {
			return text[:at], text[at:]
		}
		at = end
	}
	return text, ""
}

// returnedMarker: "--- Below this line is a copy of the message.", "Original message follows."
func returnedMarker(line string) bool {
	if len(line) < 12 || len(line) > 120 {
		return false
	}
	low := strings.ToLower(line)
	for _, p := range []string{
		"this is a copy of", "original message follows", "copy of your message", "copy of the message", "returned message", "unsent message",
		"message text follows", "original message header", "original mail info", "message header follows", "original message ---", "original message:",
		"original message --", "content of the message", "beginning of the original message", "your original message", "undelivered message",
		"original-message", "original mail ", "message headers follow", "start of the original", "headers of the original", "копия письма", "исходное сообщение",
	} {
		if strings.Contains(low, p) {
			return true
		}
	}
	return false
}

// headerStart says that a line is the first of a message header: a trace or id field with another field after it.
func headerStart(line, rest string) bool {
	name, _, ok := strings.Cut(line, ":")
	if !ok || len(name) > 20 {
		return false
	}
	switch strings.ToLower(name) {
	case "return-path", "received", "message-id", "dkim-signature", "mime-version", "x-mailer", "from", "date":
	default:
		return false
	}
	for lines := 0; lines < 4 && rest != ""; lines++ {
		next := rest
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			next, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		if next == "" || next[0] == ' ' || next[0] == '\t' {
			continue
		}
		name, value, ok := strings.Cut(next, ":")
		return ok && value != "" && len(name) < 40 && fieldLike(name)
	}
	return false
}

func fieldLike(name string) bool {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return name != ""
}

// failurePhrase looks for the words by which mail systems say that a message was not delivered; delayed: not yet.
func failurePhrase(low string) (phrase string, delayed bool) {
	for _, p := range delayPhrases {
		if strings.Contains(low, p) {
			return p, true
		}
	}
	for _, p := range failurePhrases {
		if strings.Contains(low, p) {
			return p, false
		}
	}
	return "", false
}

func failureSubject(low string) bool {
	if strings.HasPrefix(low, "fwd:") || strings.HasPrefix(low, "fw:") {
		return false
	}
	for _, p := range failureSubjects {
		if strings.Contains(low, p) {
			return true
		}
	}
	return false
}

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
