package mail

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// FoldMail folds the text of m. Where the text was made from HTML, the quotations that the HTML marks as such are taken out first.
func FoldMail(m *Mail) Folded {
	if !m.TextMade || m.HTML == "" {
		return Fold(m.Text)
	}
	own := FoldHTML(m.HTML)
	if own == m.HTML {
		return Fold(m.Text)
	}
	text := TextFromHTML(own)
	if strings.TrimSpace(text) == "" {
		return Fold(m.Text)
	}
	return Fold(text)
}

// FoldHTML returns the HTML without the quotations that mail clients mark (Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Proton and others),
// made of the bytes of src. A quotation with an answer below it stays, so that an interleaved answer keeps what it answers. src itself
// comes back if nothing is marked. Linear in the length of src.
func FoldHTML(src string) string {
	quotes := quotedRanges(src)
	for len(quotes) > 0 { // from the last one up: text below it means that it is answered
		q := quotes[len(quotes)-1]
		if hasWords(src[q.to:]) && !q.toEnd {
			break
		}
		src, quotes = src[:q.from]+src[q.to:], quotes[:len(quotes)-1]
	}
	return src
}

// htmlRange is a marked quotation: src[from:to]. toEnd: its mark says that all below is quoted.
type htmlRange struct {
	from, to int
	toEnd    bool
}

const maxQuotes = 200

// quotedRanges finds the outermost elements that mark a quotation, in order.
func quotedRanges(src string) []htmlRange {
	var out []htmlRange
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(0)
	at, depth, name := 0, 0, ""
	for {
		t := z.Next()
		raw := len(z.Raw())
		if t == html.ErrorToken {
			if depth > 0 {
				out[len(out)-1].to = len(src)
			}
			return out
		}
		from := at
		at += raw
		if t != html.StartTagToken && t != html.EndTagToken {
			continue
		}
		tag, attrs := z.TagName()
		switch {
		case depth > 0 && string(tag) == name && t == html.StartTagToken:
			depth++
		case depth > 0 && string(tag) == name && t == html.EndTagToken:
			if depth--; depth == 0 {
				out[len(out)-1].to = at
			}
		case depth == 0 && t == html.StartTagToken && attrs:
			marked, toEnd := quoteMark(string(tag), z)
			if toEnd {
				return append(out, htmlRange{from, len(src), true})
			}
			if marked && len(out) < maxQuotes {
				out = append(out, htmlRange{from: from, to: len(src)})
				depth, name = 1, string(tag)
			}
		}
	}
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

// hasWords says that a piece of HTML has text to see.
func hasWords(src string) bool { return strings.TrimSpace(TextFromHTML(src)) != "" }
