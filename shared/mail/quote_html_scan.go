package mail

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

const maxQuotes = 200

// htmlElement is an open element whose end is looked for: by its name, since nothing else tells which end tag is its own.
type htmlElement struct {
	name        string
	depth, from int
}

// tag counts a tag of the element's name; it is true when the element ends.
func (e *htmlElement) tag(name string, start bool) bool {
	if e.depth == 0 || name != e.name {
		return false
	}
	if start {
		e.depth++
		return false
	}
	e.depth--
	return e.depth == 0
}

// quoteScan finds quotations in HTML. box is a container that a client puts around attribution and quotation, and where answers stand too if
// they are interleaved: what is quoted in it are its blockquotes, or all of it if it has none.
type quoteScan struct {
	out        []htmlRange
	box, quote htmlElement
	split      bool // box has a blockquote
	marked     bool // quote has a mark, or stands in a box
}

// quotedRanges finds the outermost elements that mark a quotation, in order.
func quotedRanges(src string) []htmlRange {
	var q quoteScan
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(0)
	for at := 0; ; {
		t := z.Next()
		from := at
		at += len(z.Raw())
		switch t {
		case html.ErrorToken:
			return q.end(len(src))
		case html.StartTagToken:
			tag, attrs := z.TagName()
			if q.start(string(tag), attrs, z, from) {
				return append(q.out, htmlRange{from, len(src), true, true})
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			q.close(string(tag), at)
		}
	}
}

// start takes a start tag at from; it is true if all from there on is quoted.
func (q *quoteScan) start(name string, attrs bool, z *html.Tokenizer, from int) (toEnd bool) {
	q.box.tag(name, true)
	if q.quote.depth > 0 {
		q.quote.tag(name, true)
		return false
	}
	marked := false
	if attrs {
		if marked, toEnd = quoteMark(name, z); toEnd {
			return q.box.depth == 0
		}
	}
	inBox := q.box.depth > 0
	switch {
	case len(q.out) >= maxQuotes:
	case name == "blockquote":
		if inBox && !q.split {
			q.split, from = true, q.box.from
		}
		q.quote, q.marked = htmlElement{name, 1, from}, marked || inBox
	case marked && !inBox:
		q.box, q.split = htmlElement{name, 1, from}, false
	}
	return false
}

// close takes an end tag that ends at at.
func (q *quoteScan) close(name string, at int) {
	boxEnds := q.box.tag(name, false)
	if q.quote.tag(name, false) || boxEnds && q.quote.depth > 0 {
		q.quote.depth = 0
		q.out = append(q.out, htmlRange{from: q.quote.from, to: at, marked: q.marked})
	} else if boxEnds && !q.split {
		q.out = append(q.out, htmlRange{from: q.box.from, to: at, marked: true})
	}
}

// end closes what was never closed.
func (q *quoteScan) end(at int) []htmlRange {
	switch {
	case q.quote.depth > 0:
		q.out = append(q.out, htmlRange{from: q.quote.from, to: at, marked: q.marked})
	case q.box.depth > 0 && !q.split:
		q.out = append(q.out, htmlRange{from: q.box.from, to: at, marked: true})
	}
	return q.out
}

// quoteMark says whether the attributes of a start tag mark a quotation, or the place from which all is quoted.
func quoteMark(tag string, z *html.Tokenizer) (marked, toEnd bool) {
	for more := true; more; {
		var key, val []byte
		key, val, more = z.TagAttr()
		switch string(key) {
		case "class":
			for _, class := range bytes.Fields(val) {
				marked = marked || quoteClasses[string(bytes.ToLower(class))]
			}
		case "id":
			id := string(bytes.ToLower(val))
			marked = marked || quoteClasses[id]
			toEnd = toEnd || openerIDs[strings.TrimPrefix(id, "x_")]
		case "type":
			marked = marked || tag == "blockquote" && strings.EqualFold(string(val), "cite")
		case "style":
			toEnd = toEnd || tag == "div" && outlookRule(strings.ToLower(string(val)))
		case "name":
			marked = marked || strings.EqualFold(string(val), "quote") && tag == "div"
		}
	}
	return marked, toEnd
}

// quoteClasses are classes and ids of elements that hold a quotation or its attribution.
var quoteClasses = map[string]bool{
	"gmail_quote": true, "gmail_quote_container": true, "gmail_extra": true, "gmail_attr": true, "yahoo_quoted": true, "yahooquoted": true, "moz-cite-prefix": true, "moz-forward-container": true,
	"protonmail_quote": true, "tutanota_quote": true, "zmail_extra": true, "zmail_extra_hr": true, "wordsection1_quote": true, "outlookmessageheader": true, "cloudmagic-smart-beacon": true,
	"quoted_reply": true, "bloop_original_html": true, "email_quote": true, "reply_quote": true, "ms-outlook-mobile-reference-message": true, "skiptranslate_quote": true, "mailquote": true,
	"qt-quoted": true, "freshdesk_quote": true, "front-blockquote": true, "elided-text": true, "lh-quoted": true, "hcsig_quote": true,
}

// openerIDs are ids of elements that a client puts above the older message: all from there on is quoted.
var openerIDs = map[string]bool{
	"divrplyfwdmsg": true, "appendonsend": true, "mail-editor-reference-message-container": true, "stopspelling": true, "replyforwardheader": true, "origmsg": true, "reply-intro": true, "outlookmessageheader": true,
}

// outlookRule: the line above a header block in Outlook for Windows ("border-top:solid #E1E1E1 1.0pt"), of Outlook 2003 to 365.
func outlookRule(style string) bool {
	s := strings.ReplaceAll(style, " ", "")
	return strings.Contains(s, "border:none;border-top:solid#e1e1e1") || strings.Contains(s, "border:none;border-top:solid#b5c4df")
}
