package mail

import (
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/shared/guichet"
)

// Template is a brand template, checked and cut into pieces: what stands as it is, and where something is put in. Render it with Render. The zero
// Template is none.
//
// The rules are HTML with variables in double braces. {{body}} stands exactly once, where text stands; {{signature}} and {{quote}} at most once each, and
// where they do not stand they follow the body. The others are text: {{agent.name}}, {{channel.display}}, {{channel.address}}, {{case.ticket}},
// {{case.subject}}, {{contact.name}}; they may stand in text and in quoted attributes, also within an address after its host. Nothing is ever computed.
type Template struct {
	pieces []templatePiece
	rtl    bool
}

// templatePiece is literal HTML, or a variable and how its value is made fit for its place.
type templatePiece struct {
	text string // literal
	name string // variable; empty: none
	how  templatePlace
}

type templatePlace uint8

const (
	inText templatePlace = iota // between tags
	inAttr                      // in a quoted attribute
	inURL                       // in a quoted attribute that is an address, after its host
)

// MaxTemplate is how many bytes the rules of a template may have: a mail with more is cut off by its reader (Gmail shows 102 KB).
const MaxTemplate = 100 << 10

// TemplateData is what is put into a template. Body, Signature and Quote are HTML that is safe already; the others are text, of anybody.
type TemplateData struct {
	Agent, Channel, Address, Ticket, Subject, Contact string
	Body, Signature, Quote                            string
}

// value returns what a variable stands for; ok is false for one that nobody knows.
func (d *TemplateData) value(name string) (v string, ok bool) {
	switch name {
	case "body":
		return d.Body, true
	case "signature":
		return d.Signature, true
	case "quote":
		return d.Quote, true
	case "agent.name":
		return d.Agent, true
	case "channel.display":
		return d.Channel, true
	case "channel.address":
		return d.Address, true
	case "case.ticket":
		return d.Ticket, true
	case "case.subject":
		return d.Subject, true
	case "contact.name":
		return d.Contact, true
	}
	return "", false
}

// templateBlocks are the variables that hold HTML.
var templateBlocks = map[string]bool{"body": true, "signature": true, "quote": true}

// ParseTemplate checks the rules of a template and cuts them into pieces. rtl lays the mail out from right to left. Errors are Invalid, field "rules", and say
// what is wrong at which line and column.
func ParseTemplate(rules string, rtl bool) (*Template, error) {
	if len(rules) > MaxTemplate {
		return nil, guichet.Wrongf("rules", "a template has at most %d bytes, not %d", MaxTemplate, len(rules))
	}
	if !utf8.ValidString(rules) || strings.Contains(rules, "\x00") {
		return nil, guichet.Wrongf("rules", "a template is text in UTF-8, without NUL")
	}
	c := templateCheck{src: rules, rtl: rtl, seen: map[string]int{}}
	if err := c.run(); err != nil {
		return nil, err
	}
	if c.seen["body"] == 0 {
		return nil, guichet.Wrongf("rules", "a template has {{body}} once: where the answer stands")
	}
	return &Template{pieces: c.joined(), rtl: rtl}, nil
}

// RTL reports whether the mail runs from right to left.
func (t *Template) RTL() bool { return t != nil && t.rtl }

// has reports whether a variable stands in the template.
func (t *Template) has(name string) bool {
	for _, p := range t.pieces {
		if p.name == name {
			return true
		}
	}
	return false
}

// Render puts the data into the template. The same data give the same bytes: what a preview shows is what is sent.
func (t *Template) Render(d TemplateData) string {
	if !t.has("signature") {
		d.Body += d.Signature
	}
	if !t.has("quote") {
		d.Body += d.Quote
	}
	var b strings.Builder
	for _, p := range t.pieces {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		v, _ := d.value(p.name)
		b.WriteString(templateFit(p, v))
	}
	return b.String()
}

// templateFit makes a value fit for its place: HTML stays, text is escaped, in an address everything but letters, digits and - . _ ~ is.
func templateFit(p templatePiece, v string) string {
	switch {
	case templateBlocks[p.name]:
		return v
	case p.how == inURL:
		return strings.ReplaceAll(url.QueryEscape(strings.ToValidUTF8(v, "")), "+", "%20")
	}
	return html.EscapeString(outClean(v))
}

// templateAt says where in the source a byte is, for people: "line 3, column 7".
func templateAt(src string, at int) string {
	before := src[:min(at, len(src))]
	line := 1 + strings.Count(before, "\n")
	col := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(col)
}
