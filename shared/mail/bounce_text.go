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
	if strings.Contains(low, "not receive") { // "The following did NOT receive a copy of your message:"
		return false
	}
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
