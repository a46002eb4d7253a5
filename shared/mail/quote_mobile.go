package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mobileSignature says that a line is what a phone or a mail program adds by itself: "Sent from my iPhone", in many languages.
func mobileSignature(s string) bool {
	if len(s) > 160 {
		return false
	}
	s = strings.TrimLeft(s, "<>([{*_-–—~ ")
	s = strings.TrimRight(s, ">)]}*_-~. ")
	if len(s) < 8 {
		return false
	}
	low := strings.ToLower(s)
	for _, p := range sentPrefixes {
		if rest, ok := strings.CutPrefix(low, p.text); ok && (rest == "" || wordEdge(p.text, rest)) {
			return sentBy(s[min(len(p.text), len(s)):], rest, p.mine)
		}
	}
	for _, suffix := range sentSuffixes {
		if rest, ok := strings.CutSuffix(low, suffix); ok && countWords(rest, 8) <= 8 && deviceIn(rest) {
			return true
		}
	}
	return false
}

// wordEdge says that prefix ends where a word ends.
func wordEdge(prefix, rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	last, _ := utf8.DecodeLastRuneInString(prefix)
	return last > 0x2e80 || !unicode.IsLetter(r)
}

// sentBy judges what follows "sent from": it must name a device or a program before the sentence goes on; after "my", any name
// with a capital or a digit will do. "Sent from my desk, is much easier" is an answer.
func sentBy(orig, low string, mine bool) bool {
	if i := strings.IndexAny(low, ",;!?"); i >= 0 {
		low, orig = low[:i], orig[:min(i, len(orig))]
	}
	if countWords(low, 12) > 12 {
		return false
	}
	if deviceIn(low) {
		return true
	}
	if !mine || countWords(low, 6) > 6 {
		return false
	}
	words := strings.Fields(orig)
	named := strings.Join(words[:min(len(words), 2)], " ")
	return strings.IndexFunc(named, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) >= 0
}

// deviceIn says that a device or a mail program is named in the first words of lower-case s.
func deviceIn(s string) bool {
	for _, core := range []string{"iphone", "ipad", "android", "blackberry", "outlook"} {
		if strings.Contains(s[:min(len(s), 80)], core) {
			return true
		}
	}
	names := devices()
	for n := 0; n < 7 && s != ""; n++ {
		s = strings.TrimLeftFunc(s, notWord)
		end := strings.IndexFunc(s, notWord)
		if end < 0 {
			end = len(s)
		}
		if names[s[:end]] {
			return true
		}
		s = s[end:]
	}
	return false
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' }
