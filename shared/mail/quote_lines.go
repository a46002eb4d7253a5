package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxFoldLines = 20000 // lines that are told apart; what follows goes with the last one

// foldSplit cuts text into lines (LF, CRLF or CR) and tells blank, quoted and other lines apart.
func foldSplit(text string) []foldLine {
	lines := make([]foldLine, 0, min(strings.Count(text, "\n")+1, maxFoldLines))
	for at := 0; at < len(text); {
		end, next := len(text), len(text)
		if i := strings.IndexAny(text[at:], "\r\n"); i >= 0 {
			end, next = at+i, at+i+1
			if text[end] == '\r' && next < len(text) && text[next] == '\n' {
				next++
			}
		}
		l := foldLine{start: at, end: next, as: Own}
		l.text, l.kind = quotePrefix(text[at:end])
		if len(lines) == maxFoldLines-1 {
			l.end, next = len(text), len(text)
		}
		lines = append(lines, l)
		at = next
	}
	joinWrapped(lines, text)
	return lines
}

// quotePrefix takes "> ", ">> > ", "JD> " off a line and says whether there was one.
func quotePrefix(line string) (string, lineKind) {
	s := foldTrim(line)
	if s == "" {
		return "", lineBlank
	}
	n := 0
	for n < len(s) && n < 4 && 'A' <= s[n] && s[n] <= 'Z' {
		n++
	}
	if n >= len(s) || s[n] != '>' || n > 0 && n+1 < len(s) && s[n+1] != ' ' && s[n+1] != '>' {
		return s, lineText
	}
	for n < len(s) && (s[n] == '>' || s[n] == ' ') {
		n++
	}
	return foldTrim(s[n:]), lineQuote
}

// foldTrim takes white space off both ends, with the invisible characters that clients strew: no-break and zero-width
// spaces, direction marks.
func foldTrim(s string) string { return strings.TrimFunc(s, invisible) }

func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == 0 || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e ||
		r >= 0x2060 && r <= 0x2069 || r == 0xfeff || r == 0x00ad
}

// joinWrapped repairs what a transport broke when it wrapped lines: the ">" of an address on its own line is no quotation, and
// the rest of a long quoted line is quoted still.
func joinWrapped(lines []foldLine, text string) {
	proven := false
	for i := 1; i < len(lines); i++ {
		l, up := &lines[i], &lines[i-1]
		raw := text[l.start:l.end]
		switch {
		case l.kind == lineQuote && up.kind == lineText && raw[0] == '>' && strings.HasSuffix(l.text, ":") && len(l.text) < 40 &&
			strings.LastIndexByte(up.text, '<') > strings.LastIndexByte(up.text, '>'):
			l.kind, l.text = lineText, foldTrim(raw)
		case l.kind == lineText && up.kind == lineQuote && i+1 < len(lines) && lines[i+1].kind == lineQuote && restOfLine(up.text, l.text, proven):
			l.kind, proven = lineQuote, true
		case l.kind == lineText && up.kind == lineQuote && i+1 < len(lines) && lines[i+1].kind == lineQuote && linkBetween(up.text, l.text):
			l.kind = lineQuote
		}
	}
}

// restOfLine says that line looks like the end of the quoted line up, which was too long: up fills the width and stops within a
// sentence, line goes on in lower case. Once that was seen, a line after the end of a sentence counts too.
func restOfLine(up, line string, proven bool) bool {
	r, _ := utf8.DecodeRuneInString(line)
	if len(up) < 60 || !unicode.IsLower(r) {
		return false
	}
	switch up[len(up)-1] {
	case '?', '!', ':':
		return false
	case '.', ';':
		return proven
	}
	return true
}

// isRule says that a line is drawn, not written: "--", "_____", "* * *", "—".
func isRule(s string) bool {
	n := 0
	for _, r := range s {
		switch r {
		case '-', '_', '=', '~', '*', '#', '+', '‐', '‑', '‒', '―', '─', '━', '＿', '－':
			n++
		case '—', '–', 'ᐧ':
			n += 2
		case ' ':
		default:
			return false
		}
	}
	return n >= 2
}

// trimBlankLines takes blank lines off both ends and white space off the very end; the indentation of the first line stays.
func trimBlankLines(s string) string {
	s = strings.TrimRightFunc(s, invisible)
	for {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 || foldTrim(s[:i]) != "" {
			return s
		}
		s = s[i+1:]
	}
}

// countWords counts the words of s, up to a few more than max.
func countWords(s string, max int) int {
	n, in := 0, false
	for _, r := range s {
		space := unicode.IsSpace(r)
		if !space && !in {
			if n++; n > max {
				return n
			}
		}
		in = !space
	}
	return n
}

// ownPrefix looks whether the line below an attribution starts with a mark of its own instead of ">", such as "| " or "Ann> " (Usenet, Emacs), and
// takes all lines below that start so for quoted.
func (f *folder) ownPrefix(i int) {
	if i >= len(f.lines) || f.lines[i].kind != lineText || len(f.prefixes) >= 8 {
		return
	}
	p := quoteMarkOf(f.lines[i].text)
	if p == "" || f.prefixes[p] {
		return
	}
	if kind, _ := headerLabel(f.lines[i].text); kind != 0 {
		return
	}
	if f.prefixes == nil {
		f.prefixes = map[string]bool{}
	}
	f.prefixes[p] = true
	for k := i; k < len(f.lines); k++ {
		if l := &f.lines[k]; l.kind == lineText && strings.HasPrefix(l.text, p) {
			l.kind, l.text = lineQuote, foldTrim(l.text[len(p):])
		}
	}
}

// quoteMarkOf returns "|", ":" or "Ann>" from the start of a line, empty if there is none.
func quoteMarkOf(s string) string {
	if len(s) > 1 && (s[0] == '|' || s[0] == ':') && s[1] == ' ' {
		return s[:1]
	}
	i := strings.IndexByte(s, '>')
	if i <= 0 || i > 24 || i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '>' {
		return ""
	}
	for _, r := range s[:i] {
		if !unicode.IsLetter(r) {
			return ""
		}
	}
	return s[:i+1]
}
