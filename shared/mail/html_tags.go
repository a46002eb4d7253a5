package mail

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Form, atom.Fieldset, atom.Center,
		atom.Caption, atom.Figure, atom.Figcaption, atom.Main, atom.Nav, atom.Aside, atom.Body, atom.Html, atom.Tbody, atom.Thead:
		return true
	}
	return false
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.Hr, atom.Img, atom.Meta, atom.Link, atom.Input, atom.Base, atom.Col, atom.Area, atom.Wbr, atom.Embed, atom.Param, atom.Source, atom.Track:
		return true
	}
	return false
}

// start takes a start tag.
func (w *textWriter) start(z *html.Tokenizer, closed bool) {
	name, more := z.TagName()
	a := atom.Lookup(name)
	hide := false
	var href, alt []byte
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		switch string(k) {
		case "style":
			hide = hide || hiddenStyle(v)
		case "hidden":
			hide = true
		case "href":
			href = v
		case "alt":
			alt = v
		}
	}
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Template, atom.Object, atom.Svg, atom.Select, atom.Noframes, atom.Head:
		hide = true
	case atom.Body:
		w.unhide()
	}
	if !isVoid(a) && !closed && a != 0 && len(w.stack) < maxTextStack {
		w.stack = append(w.stack, element{a, hide})
		if hide {
			w.hidden++
		}
	}
	if w.hidden > 0 || hide {
		return
	}
	w.open(a, href, alt)
}

// open writes what a visible element begins with.
func (w *textWriter) open(a atom.Atom, href, alt []byte) {
	switch a {
	case atom.Br:
		w.lines++
		w.space = false
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Blockquote, atom.Table:
		w.lines = max(w.lines, 2)
	case atom.Hr:
		w.lines = max(w.lines, 1)
		w.text([]byte("----"))
		w.lines = 1
	case atom.Td, atom.Th:
		w.space = true
	case atom.Ul:
		w.lists = append(w.lists[:min(len(w.lists), 64)], 0)
		w.lines = max(w.lines, 1)
	case atom.Ol:
		w.lists = append(w.lists[:min(len(w.lists), 64)], 1)
		w.lines = max(w.lines, 1)
	case atom.Li:
		w.lines = max(w.lines, 1)
		w.mark()
	case atom.A:
		w.href, w.linkAt = string(bytes.TrimSpace(href)), len(w.out)
	case atom.Img:
		if alt = bytes.TrimSpace(alt); len(alt) > 0 && len(alt) < 200 {
			w.text([]byte(html.EscapeString("[" + string(alt) + "]")))
		}
	default:
		if isBlock(a) {
			w.lines = max(w.lines, 1)
		}
	}
	if a == atom.Pre {
		w.pre++
	}
	if a == atom.Blockquote {
		w.quote++
	}
}

// mark writes the mark of a list item.
func (w *textWriter) mark() {
	m := "* "
	if n := len(w.lists); n > 0 && w.lists[n-1] > 0 {
		m = strconv.Itoa(w.lists[n-1]) + ". "
		w.lists[n-1]++
	}
	w.text([]byte(m))
	w.space = false
	if n := len(w.out); n > 0 && w.out[n-1] != ' ' {
		w.out = append(w.out, ' ')
	}
}

// unhide ends what is hidden: a head that was never closed ends where the body begins.
func (w *textWriter) unhide() {
	for n := len(w.stack); n > 0 && w.stack[n-1].hidden; n = len(w.stack) {
		w.stack = w.stack[:n-1]
		w.hidden--
	}
}

// end takes an end tag: it closes the nearest open element of that name, and what is open within it.
func (w *textWriter) end(a atom.Atom) {
	visible := w.hidden == 0
	for i := len(w.stack) - 1; i >= 0 && i > len(w.stack)-64; i-- {
		if w.stack[i].a != a {
			continue
		}
		for _, e := range w.stack[i:] {
			if e.hidden {
				w.hidden--
			}
		}
		w.stack = w.stack[:i]
		break
	}
	if visible {
		w.close(a)
	}
}

// close writes what a visible element ends with.
func (w *textWriter) close(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Table, atom.Pre:
		w.lines = max(w.lines, 2)
	case atom.Ul, atom.Ol:
		if n := len(w.lists); n > 0 {
			w.lists = w.lists[:n-1]
		}
		w.lines = max(w.lines, 1)
	case atom.A:
		w.link()
	case atom.Td, atom.Th:
		w.space = true
	default:
		if isBlock(a) {
			w.lines = max(w.lines, 1)
		}
	}
	if a == atom.Pre && w.pre > 0 {
		w.pre--
	}
	if a == atom.Blockquote && w.quote > 0 {
		w.quote--
	}
}

// link writes the address of a link behind its text, unless the text is the address.
func (w *textWriter) link() {
	href := w.href
	w.href = ""
	if href == "" || len(href) > 2000 || w.linkAt >= len(w.out) {
		return
	}
	text := strings.TrimSpace(string(w.out[w.linkAt:]))
	low := strings.ToLower(href)
	if !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") && !strings.HasPrefix(low, "mailto:") {
		return
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(low, "https://"), "http://"), "mailto:"), "/")
	if strings.Contains(strings.ToLower(text), bare) {
		return
	}
	w.space = true
	w.text([]byte(html.EscapeString("<" + href + ">")))
}

// hiddenStyle tells if a style hides the element.
func hiddenStyle(v []byte) bool {
	if len(v) < 10 || len(v) > 4000 {
		return false
	}
	s := strings.ToLower(strings.Join(strings.Fields(string(v)), ""))
	return strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") || strings.Contains(s, "mso-hide:all")
}
