package mail

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// mobileSignature says that a line is what a phone or a mail program adds by itself: "Sent from my iPhone", in many languages. A sentence
// that begins so is an answer (D-66).
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
			if sentBy(s[min(len(p.text), len(s)):], p.mine, strings.Contains(p.text, "outlook")) {
				return true
			}
		}
	}
	for _, suffix := range sentSuffixes {
		if rest, ok := strings.CutSuffix(low, suffix); ok {
			device, strange, _ := deviceWords(s[:min(len(rest), len(s))])
			return device && strange <= 2
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

// sentBy judges what follows "sent from": up to a comma or the like it must name a device or a program and say nothing more; after "my", a
// name with a capital or a digit will do. "Sent from my desk, is much easier" and "Sent from my iPhone but it bounced" are answers. named: the
// program stood in the prefix.
func sentBy(rest string, mine, named bool) bool {
	if i := strings.IndexAny(rest, ",;:!?(<"); i >= 0 {
		rest = rest[:i]
	}
	for _, stop := range []string{". ", " - ", " – ", " — "} {
		rest, _, _ = strings.Cut(rest, stop)
	}
	device, strange, words := deviceWords(rest)
	switch {
	case words > 12:
		return false
	case named:
		return words <= 8
	case device:
		return strange <= 1
	}
	first := strings.Fields(rest)
	name := strings.Join(first[:min(len(first), 2)], " ")
	return mine && words <= 6 && strange <= 1 && strings.IndexFunc(name, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) >= 0
}

// deviceWords looks whether s names a device or a mail program, and counts its words and those that are strange beside such a name: small
// words that no brand and no client prints there.
func deviceWords(s string) (device bool, strange, words int) {
	for _, w := range strings.FieldsFunc(s, notWord) {
		words++
		low := strings.Trim(strings.ToLower(w), ".-")
		switch {
		case devices()[low] || deviceCore(low):
			device = true
		case deviceFillers()[low], strings.IndexFunc(w, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) >= 0:
		default:
			strange++
		}
	}
	return device, strange, words
}

// deviceCore finds the name of a device within a word: of languages that add endings, or write without spaces.
func deviceCore(low string) bool {
	for _, core := range []string{"iphone", "ipad", "android", "blackberry", "outlook", "smartphone"} {
		if strings.Contains(low, core) {
			return true
		}
	}
	return false
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' }

// deviceFillers are words that clients print around the name.
var deviceFillers = sync.OnceValue(func() map[string]bool {
	return wordSet("my|a|an|the|for|on|via|with|by|using|from|and|app|email|e-mail|secure|free|new|powered|pc|plus|pro|mini|edge|note|powerful|network|wireless|beta|client|magnificent",
		"meinem|meiner|meinen|mein|von|vom|mit|der|dem|auf|für|über|aus|diese|nachricht|wurde|gesendet|app|gerät|mon|ma|pour|depuis|de|mi|mis|desde|para|con|do|da|meu|minha|no|em|dal|mio|mia|per|con|su|mijn|voor|met|een|mein|mojego|dla|z|på|för|med|från|min|mit|fra|til|til|mého|mojho|pro|svého|моего|с|из|для|на|μου|το|από|meu|pe|al|az|el|của|tôi|saya|dari|minu|telefonimdan|我的|自|从|從|의|내|나의")
})
