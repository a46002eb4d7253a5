package mail

import (
	"bytes"
	"strings"
)

// charsetOf returns the text of e's decoded bytes, with a warning if its charset is unknown (D-46).
func (p *parser) charsetOf(b []byte, name string) string {
	s, known := decodeText(b, name)
	if !known {
		p.warn("charset: %q is unknown, guessed", cutString(name, 40))
	}
	return clean(s)
}

// decodePlain returns a plain text with LF as line end.
func (p *parser) decodePlain(e *entity) string {
	p.mendCode(e)
	b := p.inlineFiles(decodeAll(e.body, e.code, MaxText))
	if len(b) > MaxText {
		p.warn("text: longer than %d bytes, cut", MaxText)
		b = b[:MaxText]
	}
	s := p.charsetOf(b, e.params.get("charset"))
	p.inlinePGP(s)
	if strings.IndexByte(s, '\r') >= 0 {
		s = newlines(s)
	}
	if e.typ == "text/plain" && strings.EqualFold(e.params.get("delsp"), "yes") && strings.EqualFold(e.params.get("format"), "flowed") {
		s = unflow(s)
	}
	if e.typ == "text/enriched" || e.typ == "text/richtext" {
		s = TextFromHTML(s)
	}
	return s
}

// mendCode takes a text as it is when it is called base64 and plainly is none (D-50): base64 has no words.
func (p *parser) mendCode(e *entity) {
	if e.code != codeBase64 {
		return
	}
	if at := footerAfter(e.body); at > 0 && !wordy(e.body[:at]) {
		p.keepText(e.body[at:])
		e.body = e.body[:at]
	} else if wordy(e.body) {
		p.warn("content-transfer-encoding: the text is no base64")
		e.code = codePlain
	}
}

// wordy says that the beginning of b is no base64: too many bytes that base64 does not have, within the lines.
func wordy(b []byte) bool {
	sample, odd := bytes.TrimSpace(b[:min(len(b), 2000)]), 0
	for i, c := range sample {
		if base64Value[c] == 64 && c != '\r' && c != '\n' && i > 0 && sample[i-1] > ' ' {
			odd++
		}
	}
	return odd > 2 && odd*20 > len(sample)
}

// footerAfter returns where plain text begins that a mailing list put behind an encoded text: after an empty line, drawn or with words. 0 if there
// is none.
func footerAfter(body []byte) int {
	from := max(0, len(body)-4096)
	for from < len(body) {
		i := bytes.Index(body[from:], []byte("\n"))
		if i < 0 {
			return 0
		}
		from += i + 1
		line := body[from : from+lineEnd(body[from:])]
		if !blank(line) || len(line) == 0 {
			continue
		}
		rest := bytes.TrimLeft(body[from:], " \t\r\n")
		first := bytes.TrimSpace(rest[:lineEnd(rest)])
		drawn := len(first) >= 10 && len(bytes.Trim(first, "_")) == 0 || len(first) >= 10 && len(bytes.Trim(first, "-")) == 0
		if drawn || bytes.Count(first, []byte(" ")) >= 2 && !moreBase64(bytes.ReplaceAll(first, []byte(" "), nil)) {
			return from
		}
	}
	return 0
}

// newlines makes LF of CR LF, CR CR LF and bare CR.
func newlines(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\r' {
			out = append(out, s[i])
			continue
		}
		for i+1 < len(s) && s[i+1] == '\r' && i+2 < len(s) && s[i+2] == '\n' {
			i++
		}
		if i+1 < len(s) && s[i+1] == '\n' {
			i++
		}
		out = append(out, '\n')
	}
	return string(out)
}

// decodeHTML returns an HTML text; images in it become parts (D-65).
func (p *parser) decodeHTML(e *entity) string {
	p.mendCode(e)
	b := decodeAll(e.body, e.code, 0)
	charset := e.params.get("charset")
	if charset == "" {
		charset = metaCharset(b)
	}
	b = p.dataURIs(b)
	if len(b) > MaxText {
		p.warn("html: longer than %d bytes, cut", MaxText)
		b = b[:MaxText]
	}
	return p.charsetOf(b, charset)
}

// looksHTML tells if a text begins like an HTML document.
func looksHTML(b []byte) bool {
	b = bytes.ToLower(bytes.TrimSpace(b[:min(len(b), 512)]))
	return bytes.HasPrefix(b, []byte("<html")) || bytes.HasPrefix(b, []byte("<!doctype html"))
}

// metaCharset returns the charset that an HTML document declares in its first bytes; empty if none.
func metaCharset(b []byte) string {
	b = bytes.ToLower(b[:min(len(b), 1024)])
	i := bytes.Index(b, []byte("charset="))
	if i < 0 || !bytes.Contains(b[:i], []byte("<meta")) {
		return ""
	}
	b = bytes.TrimLeft(b[i+len("charset="):], "\"' ")
	if n := bytes.IndexAny(b, "\"'> ;/"); n > 0 {
		return string(b[:n])
	}
	return ""
}

// finish puts the body together.
func (p *parser) finish() {
	m := p.m
	m.Text, m.TextMade = p.joinText()
	m.HTML = cutString(p.joinHTML(), MaxText)
	if m.HTML == "" {
		m.HTML = p.tnefHTML
	}
	if !isBlank(m.Text) {
		return
	}
	switch {
	case !isBlank(p.tnefText):
		m.Text, m.TextMade = p.tnefText, false
	case m.HTML != "":
		m.Text, m.TextMade = cutString(TextFromHTML(m.HTML), MaxText), true
	}
	if isBlank(m.Text) && m.Calendar != "" {
		m.Text, m.TextMade = m.Calendar, false
	}
	if isBlank(m.Text) && m.HTML == "" && len(m.Parts) == 0 {
		m.Text = p.outside()
	}
	m.TextMade = m.TextMade && m.Text != ""
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// joinText puts the text view together; made tells that no part of it is plain text.
func (p *parser) joinText() (s string, made bool) {
	made = true
	var text strings.Builder
	for _, b := range p.text {
		s = b.s
		if b.html {
			s = TextFromHTML(s)
		}
		made = made && b.html
		if len(p.text) == 1 {
			return cutString(s, MaxText), made && s != ""
		}
		if text.Len() > 0 && s != "" {
			text.WriteByte('\n')
		}
		text.WriteString(s)
		if text.Len() > MaxText {
			p.warn("text: longer than %d bytes, cut", MaxText)
			break
		}
	}
	return cutString(text.String(), MaxText), made && text.Len() > 0
}

// outside returns the text that stands outside the parts of a multipart.
func (p *parser) outside() string {
	var out []string
	for _, b := range p.between {
		s := newlines(clean(decodeCharset(b[:min(len(b), MaxText/8)], "")))
		if low := strings.ToLower(s); len(s) < 400 && strings.Contains(low, "mime") && strings.Contains(low, "multi") {
			continue // "This is a multi-part message in MIME format."
		}
		out = append(out, strings.TrimSpace(s))
	}
	if len(out) > 0 {
		p.warn("multipart: only text outside its parts was found")
	}
	return strings.Join(out, "\n\n")
}

// joinHTML puts the HTML view together; a plain text within it is escaped. Empty if no part of it is HTML.
func (p *parser) joinHTML() string {
	any := false
	for _, b := range p.html {
		any = any || b.html
	}
	switch {
	case !any:
		return ""
	case len(p.html) == 1:
		return p.html[0].s
	}
	var out strings.Builder
	for _, b := range p.html {
		if b.html {
			out.WriteString(b.s)
			continue
		}
		out.WriteString("<div style=\"white-space: pre-wrap\">")
		out.WriteString(escapeHTML(b.s))
		out.WriteString("</div>")
	}
	return out.String()
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }
