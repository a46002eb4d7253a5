package mail

import (
	"strings"
)

// context is where a node stands in the tree.
type context struct {
	parent      string // subtype of the multipart around it: "mixed"
	first       bool   // first child of it
	alternative bool   // within a multipart/alternative, at any depth
	report      bool   // direct child of a multipart/report
	signed      bool   // direct child of a multipart/signed
}

// walk puts the node and what is below it where it belongs: text and HTML into the body, the rest into the parts. The lists are
// those of RFC 8621 4.1.4.
func (p *parser) walk(e *entity, _ *entity, depth int, c context) {
	if p.nodes++; p.nodes > MaxParts || depth > MaxDepth {
		p.warn("parts: nested deeper than %d, or more than %d: kept as one part", MaxDepth, MaxParts)
		p.attach(e)
		return
	}
	switch {
	case strings.HasPrefix(e.typ, "multipart/"):
		p.multipart(e, depth, c)
	case p.special(e, depth, c):
	case p.isText(e, c):
		p.addText(e, c)
	case shownFile(e, c):
		p.attach(e)
		p.addText(e, c)
	default:
		p.attach(e)
	}
}

// multipart walks the children of e.
func (p *parser) multipart(e *entity, depth int, c context) {
	sub := e.typ[len("multipart/"):]
	parts, ok := p.split(e)
	if !ok && p.scans < 0 {
		p.warn("multipart: nested too deep to be searched, kept as one part")
		p.attach(e)
		return
	}
	if !ok {
		p.warnIf(!blank(e.body), "multipart: no part can be found, read as text")
		e.typ, e.bad = "text/plain", true
		if looksHTML(e.body) {
			e.typ = "text/html"
		}
		p.walk(e, nil, depth+1, c)
		return
	}
	deflt := "text/plain"
	if sub == "digest" {
		deflt = "message/rfc822"
	}
	p.seal(e, sub)
	texts, htmls := len(p.text), len(p.html)
	for i, b := range parts {
		if p.nodes >= MaxParts && i+1 < len(parts) {
			p.warn("parts: more than %d: the rest is one part", MaxParts)
			rest := e.body[cap(e.body)-cap(b):] // b is a slice of it: what is from there on
			p.attach(&entity{typ: "application/octet-stream", body: rest})
			break
		}
		child := p.child(b, deflt)
		p.walk(&child, e, depth+1, context{
			parent: sub, first: i == 0, alternative: c.alternative || sub == "alternative",
			report: sub == "report", signed: sub == "signed" && i > 0,
		})
	}
	if sub == "alternative" && !c.alternative {
		p.level(texts, htmls)
	}
}

// level makes both views of an alternative whole: where one has nothing, it takes what the other has.
func (p *parser) level(texts, htmls int) {
	switch t, h := len(p.text) > texts, len(p.html) > htmls; {
	case t && !h:
		p.html = append(p.html, p.text[texts:]...)
	case h && !t:
		p.text = append(p.text, p.html[htmls:]...)
	}
}

// seal notes what a signed or encrypted multipart is (RFC 1847).
func (p *parser) seal(e *entity, sub string) {
	proto := strings.ToLower(e.params.get("protocol"))
	kind := "smime"
	if strings.Contains(proto, "pgp") {
		kind = "pgp"
	}
	switch {
	case sub == "signed" && p.m.Signed == "":
		p.m.Signed = kind
	case sub == "encrypted" && p.m.Encrypted == "":
		p.m.Encrypted = kind
	}
}

// isText tells if a part is read as text of the body: a text without a name that is not called an attachment, or the first of its
// multipart (RFC 8621 4.1.4).
func (p *parser) isText(e *entity, c context) bool {
	switch e.typ {
	case "text/plain", "text/html", "text/enriched", "text/richtext":
	default:
		if c.parent != "" || e.name != "" || !strings.HasPrefix(e.typ, "text/") {
			return false // a text of another kind is read only when it is all of the mail
		}
	}
	if e.disp == "attachment" {
		return false
	}
	return e.name == "" || c.parent == "" || c.first && c.parent != "related" || c.parent == "alternative"
}

// maxShownFile is the most bytes of a text file that are also read in place.
const maxShownFile = 16 << 10

// shownFile tells if a text that has a name is read in place beside being a file: its sender asks for that (RFC 2183 2.1), or says
// nothing and it is plain text. A long one is a file alone.
func shownFile(e *entity, c context) bool {
	if c.parent == "related" || len(e.body) > maxShownFile {
		return false
	}
	switch e.typ {
	case "text/plain":
		return e.disp != "attachment"
	case "text/html", "text/enriched", "text/richtext":
		return e.disp == "inline"
	}
	return false
}

// addText decodes a text part and puts it into the body.
func (p *parser) addText(e *entity, c context) {
	if p.room <= 0 {
		p.warn("text: more than %d bytes, the rest is kept as parts", MaxText)
		p.attach(e)
		return
	}
	b := &block{html: e.typ == "text/html"}
	if b.html {
		b.s = p.decodeHTML(e)
	} else {
		b.s = p.decodePlain(e)
	}
	p.room -= len(b.s)
	switch {
	case !c.alternative:
		p.text, p.html = append(p.text, b), append(p.html, b)
	case b.html:
		p.html = append(p.html, b)
	default:
		p.text = append(p.text, b)
	}
}

// newPart returns a part of the mail for e.
func (p *parser) newPart(e *entity) Part {
	disp := e.disp
	if disp != "attachment" && disp != "inline" {
		disp = ""
	}
	typ := e.typ
	if e.bad && typ == "text/plain" {
		typ = "application/octet-stream"
	}
	return Part{Name: e.name, Type: typ, ContentID: e.id, Disposition: disp, raw: e.body, code: e.code, Size: decodedSize(e.body, e.code)}
}

// attach adds e to the parts.
func (p *parser) attach(e *entity) { p.keep(p.newPart(e)) }

// keep adds a part, with a name if it has none.
func (p *parser) keep(part Part) {
	part.Index = len(p.m.Parts)
	if part.Name == "" {
		part.Name = madeName(part.Index+1, part.Type)
	}
	p.m.Parts = append(p.m.Parts, part)
}
