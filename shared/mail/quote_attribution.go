package mail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxAttribution = 500  // bytes of an attribution over all its lines
	maxTries       = 2000 // candidates looked at in one text
	maxSplits      = 8    // lines that are parted in one text
)

// attribution says whether an attribution ("On ... wrote:") ends with line i and at which lines it starts and ends: clients wrap it over
// up to four lines. The longest span that starts like one wins, else the shortest that has all it needs. A line that it shares with the answer
// is parted, and the lines below move on.
func (f *folder) attribution(i int) (start, end int, ok bool) {
	if !attributionEnd(f.lines[i].text) || f.tries > maxTries {
		return 0, 0, false
	}
	f.tries++
	next := f.next(i + 1)
	quoted := next < len(f.lines) && f.lines[next].kind == lineQuote
	found, joined, whole, dated := -1, "", "", false
	for k := i; k >= 0 && k > i-4 && f.lines[k].kind == lineText; k-- {
		up := f.lines[k].text
		if joined = strings.TrimSpace(up + " " + joined); len(joined) > maxAttribution {
			break
		}
		if k < i && (!attributionStart(up) && !openBracket(up) || sentenceEnd(up)) {
			continue
		}
		if isAttribution(joined, quoted) {
			found, whole, dated = k, joined, findDate(joined).year
		}
	}
	if quoted && !dated {
		tail := f.lines[i].text
		for k := i - 1; k >= 0 && k > i-4 && f.lines[k].kind == lineText && len(tail) < maxAttribution; k-- {
			if f.splitSentence(k, " "+tail, true) {
				return k + 1, i + 1, true
			}
			tail = f.lines[k].text + " " + tail
		}
	}
	if found < 0 {
		return 0, 0, false
	}
	if found == i && f.splitSentence(i, "", quoted) {
		return i + 1, i + 1, true
	}
	if found < i && f.splitSentence(found, strings.TrimPrefix(whole, f.lines[found].text), quoted) {
		return found + 1, i + 1, true
	}
	if found > 0 && f.lines[found-1].kind == lineText && openBracket(f.lines[found-1].text) {
		found--
	}
	if l := f.lines[found].text; found > 0 && l[0] == '<' && f.lines[found-1].kind == lineText && nameLike(f.lines[found-1].text) {
		found--
	}
	return found, i, true
}

// openBracket says that a line stops before an address: "Ann Lee <", and the rest is below.
func openBracket(s string) bool {
	return len(s) > 2 && len(s) < 200 && strings.HasSuffix(s, "<") && strings.IndexByte(s, '<') == len(s)-1
}

// splitSentence parts line i in two if the attribution stands behind a sentence of the answer: "Thanks! On ... wrote:". The attribution starts
// with line i+1 then. tail is what it has in the lines below.
func (f *folder) splitSentence(i int, tail string, quoted bool) bool {
	l := f.lines[i]
	if first := strings.TrimLeft(l.text, "-*_( "); attributionLead(first) || first != "" && first[0] >= '0' && first[0] <= '9' {
		return false
	}
	for at := 1; at+1 < len(l.text) && at < 200 && f.splits < maxSplits; at++ {
		if l.text[at] != ' ' {
			continue
		}
		ended := strings.IndexByte(".!?)-", l.text[at-1]) >= 0
		rest := strings.TrimLeft(l.text[at:], " ")
		end := strings.IndexByte(rest, ' ')
		if end <= 0 || len(rest[:end]) < 2 || rest[end-1] == '.' || !leadWords()[strings.ToLower(rest[:end])] || !attributionLead(rest) || !isAttribution(rest+tail, quoted) {
			continue
		}
		if w := findDate(rest); !ended && !(quoted && w.time && w.year && rest[0] >= 'A' && rest[0] <= 'Z' && !strings.ContainsAny(l.text[:at], "@0123456789")) {
			continue
		}
		cut := strings.Index(f.text[l.start:l.end], l.text)
		if cut < 0 {
			return false
		}
		head := strings.TrimRight(l.text[:at], "-")
		if len(head) > at-2 || head == "" {
			head = l.text[:at]
		}
		cut += l.start + len(head)
		own, below := l, l
		own.end, own.text = cut, foldTrim(head)
		below.start, below.text = cut, rest
		f.lines = slices.Insert(f.lines, i+1, below)
		f.lines[i] = own
		f.splits++
		return true
	}
	return false
}

// attributionEnd is the cheap look that every line gets: a colon, a verb or a rule at the end, or a date with a zone in it.
func attributionEnd(s string) bool {
	switch s[len(s)-1] {
	case ':', '-', '*', ']', ')', '_':
		return true
	}
	if s[len(s)-1] == '>' { // QUIRK: Gmail until 2013: "2011/4/7 Ann <ann@example.com>"
		return s[0] >= '0' && s[0] <= '9' && len(s) < 200
	}
	return strings.HasSuffix(s, "：") || strings.HasSuffix(s, " wrote") || quoteISODate(s) && strings.Contains(s, " GMT")
}

// isAttribution judges one candidate: when, who, and a verb, in the order of any language. quoted: "> " lines follow.
func isAttribution(s string, quoted bool) bool {
	when := findDate(s)
	if quoteISODate(s) && when.time && strings.Contains(s[:min(len(s), 32)], " GMT") && countWords(s, 12) <= 12 {
		return true // QUIRK: Gmail in some languages, until 2018: "2016-03-03 17:21 GMT+01:00 Some One <a@b>:"
	}
	s = strings.TrimRightFunc(strings.Trim(s, "-*_ "), invisible)
	if s == "" {
		return false
	}
	body, colon := strings.CutSuffix(s, ":")
	if !colon {
		body, colon = strings.CutSuffix(s, "：")
	}
	body = strings.TrimRightFunc(body, invisible)
	who := hasAddress(body)
	dated := when.year || when.numeric || when.time
	if quoted && !colon && (when.year || when.numeric) && s[0] >= '0' && s[0] <= '9' && addressLast(body) {
		return true
	}
	if colon && (quoted || who) && citing(strings.ToLower(body)) || colon && namedWriter(body) {
		return true
	}
	if !dated && !(quoted && colon) || len(body) < 6 {
		return false
	}
	if colon && who && when.time && (when.year || when.numeric) && attributionStart(body) && addressSaid(body) {
		return true
	}
	if colon && dated && who && addressLast(body) && (attributionStart(body) || quoted) {
		return true // any language, without a verb: "30.09.2017, 18.30, "John" <a@b>:"
	}
	after, verb := findVerb(strings.ToLower(body))
	if !verb {
		return colon && dated && who && attributionLead(body) && strings.HasSuffix(body, " sent")
	}
	if !dated { // "Jane <a@b> wrote:" counts only above a quotation
		return after <= 3 && (who || countWords(body, 7) <= 7)
	}
	if quoted || who {
		return colon && after <= 120 || after <= 3
	}
	return after <= 60 && (colon || when.time) && (when.year || when.numeric) && countWords(body, 18) <= 18
}

// hasAddress says that s has an @ between characters of an address.
func hasAddress(s string) bool {
	for i := 1; i+1 < len(s); i++ {
		if s[i] == '@' && s[i-1] > ' ' && s[i+1] > ' ' && s[i-1] != '>' {
			return true
		}
	}
	return false
}

// addressLast says that s ends with an address in brackets.
func addressLast(s string) bool {
	s = strings.TrimRightFunc(s, invisible)
	if s == "" || strings.IndexByte(">])", s[len(s)-1]) < 0 {
		return false
	}
	i := strings.LastIndexAny(s, "<[(")
	return i >= 0 && strings.IndexByte(s[i:], '@') > 0
}

// findVerb looks for a verb of writing in lower-case s; after is the number of bytes that follow it, without white space and
// closing brackets.
func findVerb(s string) (after int, ok bool) {
	for _, v := range attributionVerbs {
		i := strings.LastIndex(s, v)
		if i < 0 || !wordBounds(s, i, i+len(v)) {
			continue
		}
		rest := len(strings.Trim(s[i+len(v):], " \u00a0)(:-_*"))
		if !ok || rest < after {
			after, ok = rest, true
		}
	}
	return after, ok
}

// wordBounds says that s[from:to] is not part of a longer word, as far as the script separates words.
func wordBounds(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	first, _ := utf8.DecodeRuneInString(s[from:])
	if first > 0x2e80 { // Chinese, Japanese, Korean
		return true
	}
	return !unicode.IsLetter(before) && !unicode.IsLetter(after)
}

// attributionStart says that a line may be the first of an attribution: it starts with a date, a weekday, or the word that
// goes before a date.
func attributionStart(s string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r == '-' || r == '*' || r == '_' || r == '(' || invisible(r) })
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' || r == '，' })
	if end < 0 {
		end = len(s)
	}
	if end == 0 || s[0] >= '0' && s[0] <= '9' {
		return end > 0
	}
	if strings.Contains(s, "<") && hasAddress(s) { // the name comes first
		return true
	}
	return attributionLead(s)
}

// attributionLead says that s starts with a word that goes before a date, and has the date soon.
func attributionLead(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' || r == '，' })
	digit := strings.IndexFunc(s, unicode.IsDigit)
	return digit >= 0 && digit <= 48 && end > 0 && end <= 32 && leadWords()[strings.ToLower(s[:end])] && countWords(s[:digit], 6) <= 6
}

// sentenceEnd says that a sentence ends with the line, so that nothing goes on in the next.
func sentenceEnd(s string) bool {
	return strings.IndexByte("!?;:", s[len(s)-1]) >= 0 || strings.HasSuffix(s, "...")
}

// nameLike says that s may be the name of a person: up to four words, each with a capital.
func nameLike(s string) bool {
	words := 0
	for len(s) > 0 {
		s = strings.TrimLeft(s, " ")
		end := strings.IndexByte(s+" ", ' ')
		r, _ := utf8.DecodeRuneInString(s)
		if words++; words > 4 || end > 40 || !unicode.IsUpper(r) && !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
			return false
		}
		for _, r := range s[:min(end, len(s))] {
			if !unicode.IsLetter(r) && !strings.ContainsRune(".'’-", r) {
				return false
			}
		}
		s = s[min(end, len(s)):]
	}
	return words > 0
}
