package mail

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Letter is what an agent writes with all that goes around it, before it is a mail. Previews and mails are made of it by the same call.
type Letter struct {
	Text, HTML    string // what he wrote: one or both. HTML is safe already, see LetterHTML
	Signature     string // as text
	SignatureHTML string // as HTML, safe; one of both is enough
	Quote         string // the quoted original as text, with its attribution line
	QuoteHTML     string // and as HTML, safe; empty: made of Quote
	Template      *Template
	Data          TemplateData // Body, Signature and Quote are the letter's
}

// LetterHTML makes the HTML that an agent wrote (or a signature) safe to send: nothing that runs, loads scripts or covers the page; pictures of the web and of
// the mail itself stay; what begins with a letter of a right-to-left script says so.
func LetterHTML(s string) string {
	return markRTL(SafeHTML(s, SafeOptions{RemoteImages: true}))
}

// Parts returns the alternatives of the letter: the text, always, and the HTML where something asks for it: the agent, the template or the signature. Each
// carries the matching part of the signature. Without a template the agent's words stay what they are. rtl says that the HTML runs from right to left.
func (l Letter) Parts() (text, htm string, rtl bool) {
	body := l.Text
	if body == "" {
		body = TextFromHTML(l.HTML)
	}
	text = letterText(body, l.signatureText(), l.Quote)
	if l.HTML == "" && l.Template == nil && l.SignatureHTML == "" {
		return text, "", false
	}
	d := l.Data
	if d.Body = l.HTML; d.Body == "" {
		d.Body = TextToHTML(l.Text)
	}
	if sig := l.signatureHTML(); sig != "" {
		d.Signature = "<div class=\"signature\">" + sig + "</div>\n"
	}
	if d.Quote = l.QuoteHTML; d.Quote == "" && l.Quote != "" {
		d.Quote = TextToHTML(l.Quote)
	}
	rtl = l.Template.RTL() || l.Template == nil && composeRTL(body)
	if l.Template == nil {
		return text, joinHTML(d.Body, d.Signature, d.Quote), rtl
	}
	return text, l.Template.Render(d), rtl
}

// signatureText is the signature for readers of text.
func (l Letter) signatureText() string {
	if l.Signature != "" {
		return strings.Trim(l.Signature, "\n")
	}
	return strings.TrimSpace(TextFromHTML(l.SignatureHTML))
}

// signatureHTML is the signature for readers of HTML.
func (l Letter) signatureHTML() string {
	if l.SignatureHTML != "" {
		return l.SignatureHTML
	}
	if l.Signature == "" {
		return ""
	}
	return TextToHTML(l.Signature)
}

// letterText puts the text together. The signature stands below the line "-- " (RFC 3676 4.3), by which mail programs know it; the quote follows it.
func letterText(body, signature, quote string) string {
	if signature == "" && quote == "" {
		return body
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(body, "\n") + "\n")
	if signature != "" {
		b.WriteString("\n-- \n" + signature + "\n")
	}
	if quote != "" {
		b.WriteString("\n" + quote)
	}
	return b.String()
}

// joinHTML puts pieces of HTML one below the other; one alone stays as it is.
func joinHTML(parts ...string) string {
	var b strings.Builder
	if strings.Join(parts[1:], "") == "" {
		return parts[0]
	}
	for _, p := range parts {
		if p == "" {
			continue
		}
		b.WriteString(p)
		if !strings.HasSuffix(p, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// QuoteHTML returns HTML that is safe already as the quoted original of an answer, below its attribution line; "" for nothing.
func QuoteHTML(safe, attribution string) string {
	if strings.TrimSpace(safe) == "" {
		return ""
	}
	return "<p>" + composeEscape(outClean(attribution)) + "</p>\n<blockquote type=\"cite\">\n" + safe + "\n</blockquote>\n"
}

// rtlBlocks are the elements that get a direction of their own.
var rtlBlocks = map[atom.Atom]bool{atom.P: true, atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Td: true, atom.Th: true, atom.Blockquote: true, atom.Dd: true, atom.Dt: true, atom.Figcaption: true, atom.Caption: true, atom.Div: true, atom.Ul: true, atom.Ol: true}

// markRTL gives each block of safe HTML whose first letter is of a right-to-left script its direction: Outlook knows no dir="auto".
func markRTL(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	var open, marks []int // ends of start tags: of blocks that have said no letter yet, and of those that run from right to left
	for at := 0; ; {
		kind := z.Next()
		raw := string(z.Raw())
		at += len(raw)
		switch kind {
		case html.ErrorToken:
			return putDirs(s, marks)
		case html.StartTagToken:
			if t := z.Token(); rtlBlocks[t.DataAtom] && !hasAttr(t, "dir") {
				open = append(open, at-1)
			}
		case html.TextToken:
			rtl, letter := firstLetter(html.UnescapeString(raw))
			if rtl {
				marks = append(marks, open...)
			}
			if letter {
				open = open[:0]
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); rtlBlocks[atom.Lookup(name)] && len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
}

// putDirs writes the direction into the tags that end at the given places.
func putDirs(s string, at []int) string {
	if len(at) == 0 {
		return s
	}
	var b strings.Builder
	last := 0
	for _, i := range at {
		b.WriteString(s[last:i])
		b.WriteString(` dir="rtl"`)
		last = i
	}
	b.WriteString(s[last:])
	return b.String()
}

func hasAttr(t html.Token, name string) bool {
	for _, a := range t.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// OrHTML returns HTML that is safe already, or the text as HTML where there is none.
func OrHTML(safe, text string) string {
	if safe != "" {
		return safe
	}
	return TextToHTML(text)
}
