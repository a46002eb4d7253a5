package mail

import (
	"html"
	"strings"
	"unicode"
)

// HTMLDocument returns s as a whole document in UTF-8. What is one already (it has an html tag at its start) stays as it is. lang may be
// empty; rtl lays the page out from right to left.
func HTMLDocument(s, lang string, rtl bool) string {
	if start := strings.ToLower(s[:min(len(s), 1000)]); strings.Contains(start, "<html") {
		return s
	}
	attr := ""
	if lang != "" {
		attr = ` lang="` + html.EscapeString(lang) + `"`
	}
	if rtl {
		attr += ` dir="rtl"`
	}
	return "<!DOCTYPE html>\n<html" + attr + "><head><meta charset=\"utf-8\"></head><body>\n" + s + "\n</body></html>\n"
}

// HTMLPart returns the HTML part of a mail as its reader decodes it, to the byte: what Compose writes of HTML, and what a preview shows.
func HTMLPart(s, lang string, rtl bool) string { return outCRLF(HTMLDocument(s, lang, rtl)) }

// TextToHTML returns a text as a fragment of HTML: paragraphs at empty lines, line breaks kept, quoted lines in blockquotes, addresses of
// the web made links, all else escaped. A paragraph whose first letter is of a right-to-left script says so itself: Outlook knows no
// dir="auto".
func TextToHTML(text string) string {
	lines := strings.Split(strings.ReplaceAll(outCRLF(text), "\r\n", "\n"), "\n")
	var b strings.Builder
	composeBlocks(&b, lines, 0)
	return b.String()
}

const composeDepth = 20 // quotes nested deeper are shown flat

func composeBlocks(b *strings.Builder, lines []string, depth int) {
	for i := 0; i < len(lines); {
		j := i + 1
		quoted := strings.HasPrefix(lines[i], ">") && depth < composeDepth
		for j < len(lines) && (strings.HasPrefix(lines[j], ">") && depth < composeDepth) == quoted && (quoted || strings.TrimSpace(lines[j]) != "") {
			j++
		}
		switch {
		case quoted:
			inner := make([]string, j-i)
			for k, l := range lines[i:j] {
				inner[k] = strings.TrimPrefix(l[1:], " ")
			}
			b.WriteString("<blockquote>\n")
			composeBlocks(b, inner, depth+1)
			b.WriteString("</blockquote>\n")
		case strings.TrimSpace(lines[i]) == "":
			j = i + 1
		default:
			composeParagraph(b, lines[i:j])
		}
		i = j
	}
}

func composeParagraph(b *strings.Builder, lines []string) {
	b.WriteString("<p")
	if composeRTL(strings.Join(lines, " ")) {
		b.WriteString(` dir="rtl"`)
	}
	b.WriteString(">")
	for i, l := range lines {
		if i > 0 {
			b.WriteString("<br>\n")
		}
		composeLine(b, l)
	}
	b.WriteString("</p>\n")
}

// composeLine writes one line, escaped, its links made.
func composeLine(b *strings.Builder, s string) {
	low := strings.ToLower(s)
	if len(low) != len(s) { // some characters change their length: then only what is in lower case is found
		low = s
	}
	from := 0
	for {
		at, end := composeLink(s, low, from)
		if end == 0 {
			b.WriteString(composeEscape(s[from:]))
			return
		}
		b.WriteString(composeEscape(s[from:at]))
		u := html.EscapeString(s[at:end])
		b.WriteString(`<a href="` + u + `">` + u + `</a>`)
		from = end
	}
}

// composeEscape escapes a text and keeps its runs of spaces, which HTML would fold.
func composeEscape(s string) string {
	s = html.EscapeString(strings.ReplaceAll(s, "\t", "    "))
	return strings.ReplaceAll(s, "  ", "&nbsp; ")
}

const composeLinkMost = 2048 // bytes; what is longer is no link that anybody wrote

// composeLink returns where the first web address in s from from on begins and ends; end is 0 if there is none. low is s in lower case.
// Punctuation that ends the sentence is not part of it, nor a closing bracket that was not opened within.
func composeLink(s, low string, from int) (at, end int) {
	for {
		i := strings.Index(low[from:], "http")
		if i < 0 {
			return 0, 0
		}
		i += from
		head := i + 4
		if strings.HasPrefix(low[head:], "s") {
			head++
		}
		from = i + 4
		if !strings.HasPrefix(low[head:], "://") {
			continue
		}
		head += 3
		end := head
		for end < len(s) && s[end] > ' ' && strings.IndexByte("\"<>`{}|\\^", s[end]) < 0 {
			end++
		}
		if end-i > composeLinkMost {
			from = end
			continue
		}
		if end = i + composeTrim(s[i:end]); end > head {
			return i, end
		}
	}
}

// composeTrim returns how much of a web address is left without the punctuation at its end.
func composeTrim(u string) int {
	open := strings.Count(u, "(") - strings.Count(u, ")")
	for u != "" {
		c := u[len(u)-1]
		if strings.IndexByte(".,;:!?'*_", c) < 0 && (c != ')' || open >= 0) {
			break
		}
		if c == ')' {
			open++
		}
		u = u[:len(u)-1]
	}
	return len(u)
}

// composeRTL reports whether the first letter of s is of a script that runs from right to left.
func composeRTL(s string) bool {
	rtl, _ := firstLetter(s)
	return rtl
}

// firstLetter reports whether s has a letter, and whether its first one is of a script that runs from right to left.
func firstLetter(s string) (rtl, letter bool) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko), true
		}
	}
	return false, false
}
