package mail

import "strings"

// FoldMail folds the text of m. Where the text was made from HTML, what the HTML marks as quoted is taken for "> " lines first; Segments is nil
// then, since the text that was folded is not m.Text.
func FoldMail(m *Mail) Folded {
	if !m.TextMade || m.HTML == "" {
		return Fold(m.Text)
	}
	f := Fold(markedText(m.HTML))
	for _, s := range f.Segments {
		if s.Shown && s.Kind == Own && len(f.Segments) > 1 {
			f.Segments = nil
			return f
		}
	}
	return Fold(m.Text) // nothing is quoted, or all is
}

// markedText makes text of HTML, with "> " before the lines of quotations.
func markedText(src string) string {
	var b strings.Builder
	at := 0
	for _, q := range quotedRanges(src) {
		above := TextFromHTML(src[at:q.from])
		prefix := "> "
		if !q.marked && !strings.HasSuffix(foldTrim(above), ":") {
			prefix = ""
		}
		b.WriteString(above)
		b.WriteString("\n\n")
		for line := range strings.Lines(TextFromHTML(src[q.from:q.to])) {
			b.WriteString(prefix)
			b.WriteString(line)
		}
		b.WriteString("\n\n")
		at = q.to
	}
	b.WriteString(TextFromHTML(src[at:]))
	return b.String()
}

// FoldHTML returns the HTML without the quotations at its end, by the marks of mail clients (Gmail, Outlook, Apple Mail, Thunderbird, Yahoo,
// Proton and others), made of the bytes of src. A quotation with an answer below it stays, so that an interleaved answer keeps what it
// answers. src itself comes back if nothing is marked or nothing would be left to see. Linear in the length of src.
func FoldHTML(src string) string {
	quotes := quotedRanges(src)
	first, end := len(quotes), len(src)
	for ; first > 0; first-- { // from the last one up: text below it means that it is answered
		q := quotes[first-1]
		if !q.marked || !q.toEnd && hasWords(src[q.to:end]) {
			break
		}
		end = q.from
	}
	if first == len(quotes) || !hasWords(src[:end]) {
		return src
	}
	out := src[:end]
	for i, q := range quotes[first:] {
		next := len(src)
		if first+i+1 < len(quotes) {
			next = quotes[first+i+1].from
		}
		out += src[q.to:next]
	}
	return out
}

// htmlRange is a quotation: src[from:to]. marked: a client says so; else it is a blockquote, as people also use them to indent. toEnd: the mark
// says that all below is quoted.
type htmlRange struct {
	from, to      int
	marked, toEnd bool
}

// hasWords says that a piece of HTML has text to see.
func hasWords(src string) bool { return strings.TrimSpace(TextFromHTML(src)) != "" }
