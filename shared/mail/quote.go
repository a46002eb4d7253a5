package mail

import "strings"

// Kinds of a Segment.
const (
	Own       = "own"       // what the person wrote
	Quoted    = "quoted"    // an older message: "> " lines, attribution lines, header blocks and what follows them
	Signature = "signature" // from "-- " on, "Sent from my iPhone", list footers
)

// Folded is a plain text body told apart for display. It changes nothing of what is stored: the whole text is one click away.
// Visible is made of the shown segments, in order, trimmed; it is never empty unless the text is blank.
type Folded struct {
	Visible  string
	Segments []Segment // cover the text without gap or overlap
}

// Segment is text[Start:End]. Shown says that it belongs to Visible: own text always, a quotation only where the answer needs it.
type Segment struct {
	Kind       string
	Start, End int
	Shown      bool
}

// lineKind is what one line looks like by itself.
type lineKind uint8

const (
	lineText lineKind = iota
	lineBlank
	lineQuote       // "> ..."
	lineAttribution // "On ... wrote:", above "> " lines
	lineOpener      // what follows it is quoted without "> ", to the end
	lineMobile      // "Sent from my iPhone"
	lineRule        // "-----", "____": only drawing characters
)

type foldLine struct {
	start, end int    // bytes of the text, with the line break
	text       string // trimmed, without the quote prefix
	kind       lineKind
	as         string // Own, Quoted or Signature
	hidden     bool
}

// folder holds the lines of one text while Fold decides about them.
type folder struct {
	text     string
	lines    []foldLine
	splits   int             // see maxSplits
	tries    int             // attribution candidates looked at: bounded, see maxTries
	prefixes map[string]bool // marks that stand for ">" in this text
}

// Fold splits text into what the person wrote, quoted text and signature, by the habits of mail clients in some thirty
// languages. An interleaved answer keeps the quotations that it answers; if nothing would be left to see, everything is shown
// (D-66). Linear in the length of text.
func Fold(text string) Folded {
	f := folder{text: text, lines: foldSplit(text)}
	f.mark()
	f.cut()
	f.signatures()
	f.quotes()
	f.closing()
	f.trim()
	if !f.anyOwn(0, len(f.lines)) {
		for i := range f.lines {
			f.lines[i].as, f.lines[i].hidden = Own, false
		}
	}
	return f.result(text)
}

// mark gives every line its kind.
func (f *folder) mark() {
	for i := 0; i < len(f.lines); i++ {
		l := &f.lines[i]
		n := 0
		if l.kind == lineQuote && (i == 0 || f.lines[i-1].kind != lineQuote) {
			if f.groupWise(i) {
				f.open(i, i+1)
			} else if f.quotedHeader(i, &n) {
				f.open(i, i+n)
				i += n - 1
			}
			continue
		}
		if l.kind != lineText {
			continue
		}
		switch {
		case f.armour(i, &n):
			i += n - 1
		case f.headerBlock(i, &n):
			f.open(i, i+n)
			i += n - 1
		case f.separator(i):
			f.open(i, i+1)
		case mobileSignature(l.text):
			l.kind = lineMobile
		case isRule(l.text):
			l.kind = lineRule
		default:
			if start, end, ok := f.attribution(i); ok {
				i = end
				f.open(start, i+1)
			}
		}
	}
}

// open marks the lines [from, to) as what introduces a quotation. Where "> " lines follow, the quotation ends with them.
func (f *folder) open(from, to int) {
	kind := lineOpener
	next := f.next(to)
	f.ownPrefix(next)
	if next < len(f.lines) && f.lines[next].kind == lineQuote {
		kind = lineAttribution
	}
	for i := from; i < to; i++ {
		f.lines[i].kind = kind
	}
}

// cut hides all from the first opener on, if somebody wrote something above it.
func (f *folder) cut() {
	for i := range f.lines {
		if f.lines[i].kind != lineOpener || !f.anyOwn(0, i) {
			continue
		}
		f.hide(i, len(f.lines), Quoted)
		return
	}
}

// quotes hides the quotations that the answer does not need: those below it, and one above it when the answer is in one piece.
func (f *folder) quotes() {
	first, last := -1, -1
	for i := range f.lines {
		if f.own(i) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return
	}
	f.hide(last+1, len(f.lines), Quoted)
	from, to := f.closingBelow(first, last)
	f.hide(from, to, Quoted)
	inline := false
	for i := first; i < last; i++ {
		inline = inline || f.lines[i].kind == lineQuote && !f.lines[i].hidden
	}
	attributed := false
	for i := 0; i < first; i++ {
		attributed = attributed || f.lines[i].kind == lineAttribution
	}
	if attributed && !inline {
		f.hide(0, first, Quoted)
	}
	for i := range f.lines[:last] {
		l := &f.lines[i]
		switch {
		case l.kind == lineAttribution:
			l.as, l.hidden = Quoted, true
		case l.kind == lineQuote && !l.hidden:
			l.as = Quoted
		}
	}
}

// trim hides blank lines and rules at the end of what is shown.
func (f *folder) trim() {
	for i := len(f.lines) - 1; i >= 0; i-- {
		l := &f.lines[i]
		if l.hidden {
			continue
		}
		if l.kind != lineBlank && l.kind != lineRule {
			return
		}
		l.hidden = true
		if i+1 < len(f.lines) {
			l.as = f.lines[i+1].as
		}
		if l.kind == lineRule && l.as == Own {
			l.as = Signature
		}
	}
}

// hide folds the lines [from, to) away; a line that is folded already keeps its kind.
func (f *folder) hide(from, to int, as string) {
	for i := from; i < to; i++ {
		if l := &f.lines[i]; !l.hidden {
			l.as, l.hidden = as, true
		}
	}
}

// own says that line i is text of the writer that is still to be seen.
func (f *folder) own(i int) bool { return f.lines[i].kind == lineText && !f.lines[i].hidden }

func (f *folder) anyOwn(from, to int) bool {
	for i := from; i < to; i++ {
		if f.own(i) {
			return true
		}
	}
	return false
}

// next returns the first line from i on that is not blank, or len(f.lines).
func (f *folder) next(i int) int {
	for i < len(f.lines) && f.lines[i].kind == lineBlank {
		i++
	}
	return i
}

// result joins lines of a kind into segments and the shown ones into Visible.
func (f *folder) result(text string) Folded {
	var out Folded
	var b strings.Builder
	for _, l := range f.lines {
		if n := len(out.Segments); n > 0 && out.Segments[n-1].Kind == l.as && out.Segments[n-1].Shown == !l.hidden {
			out.Segments[n-1].End = l.end
		} else {
			out.Segments = append(out.Segments, Segment{l.as, l.start, l.end, !l.hidden})
		}
	}
	for _, s := range out.Segments {
		if s.Shown {
			b.WriteString(text[s.Start:s.End])
		}
	}
	out.Visible = trimBlankLines(b.String())
	return out
}
