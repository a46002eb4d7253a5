package mail

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// SafeOptions say how an HTML text is to be shown. The zero value shows it alone: no remote image, no inline image.
type SafeOptions struct {
	RemoteImages bool                   // load images from other servers: only when the agent asked for it
	CID          func(id string) string // the URL of the part with that Content-ID; empty: there is none. nil: none has one
	Blocked      *int                   // if not nil: counts the remote images that were left out
}

// SafeHTML makes HTML of a mail safe to show: elements, attributes and styles of a list are kept, nothing that runs, loads, posts or covers
// the page. Elements are closed in order, so the text cannot leave its box. Remote images keep their address in data-remote-src. Making
// it safe again changes nothing, but for images that CID resolved: addresses of our own are not for mails to name.
func SafeHTML(s string, opt SafeOptions) string {
	return finishHTML(safePolicy().Sanitize(clean(s)), opt)
}

var safeWord = regexp.MustCompile(`^[\w #%.,:+-]{0,100}$`)

var safePolicy = sync.OnceValue(newSafePolicy)

// safeStyles are the properties that colour and arrange text and cannot move it out of its place.
var safeStyles = []string{
	"color", "background-color", "background", "font", "font-family", "font-size", "font-style", "font-weight", "font-variant", "line-height", "letter-spacing",
	"text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "word-spacing", "word-break", "word-wrap", "overflow-wrap", "direction",
	"margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
	"border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style", "border-width", "border-radius", "border-collapse", "border-spacing",
	"border-top-color", "border-right-color", "border-bottom-color", "border-left-color", "border-top-style", "border-right-style", "border-bottom-style", "border-left-style",
	"border-top-width", "border-right-width", "border-bottom-width", "border-left-width",
	"width", "max-width", "min-width", "height", "max-height", "min-height", "display", "float", "clear", "list-style", "list-style-type", "table-layout", "caption-side", "empty-cells",
}

// newSafePolicy lists what is kept.
func newSafePolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
		"dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
		"li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
		"tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr")
	p.AllowNoAttrs().OnElements("a", "font", "span")
	p.AllowStyles(safeStyles...).MatchingHandler(safeStyle).Globally()
	p.AllowAttrs("align", "dir", "lang", "title").Matching(bluemonday.Paragraph).Globally()
	p.AllowAttrs("valign", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "nowrap", "summary", "scope", "abbr", "headers", "span", "char", "charoff").
		Matching(safeWord).OnElements("table", "tbody", "thead", "tfoot", "tr", "td", "th", "col", "colgroup", "caption")
	p.AllowAttrs("color", "face", "size").Matching(safeWord).OnElements("font")
	p.AllowAttrs("size", "width", "noshade", "color").Matching(safeWord).OnElements("hr")
	p.AllowAttrs("type", "start", "value", "compact").Matching(safeWord).OnElements("ol", "ul", "li")
	p.AllowAttrs("type").Matching(safeWord).OnElements("blockquote")
	p.AllowAttrs("datetime").Matching(safeWord).OnElements("time", "del", "ins")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height", "border", "hspace", "vspace").Matching(safeWord).OnElements("img")
	p.AllowAttrs("src", "data-remote-src").OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid", "data")
	p.AllowURLSchemeWithCustomPolicy("data", safeDataURL)
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.SkipElementsContent("noembed", "title", "svg", "math", "template", "object", "applet", "select")
	p.AddSpaceWhenStrippingTag(false)
	return p
}

// safeStyle tells if a value of a style is plain: no function that loads or computes, no escape that could hide one.
func safeStyle(v string) bool {
	v = strings.ToLower(v)
	if len(v) > 200 || strings.ContainsAny(v, "\\@{}<>;&") || strings.Contains(v, "/*") {
		return false
	}
	for rest := v; ; {
		i := strings.IndexByte(rest, '(')
		if i < 0 {
			break
		}
		if name := strings.TrimRight(rest[:i], " "); !strings.HasSuffix(name, "rgb") && !strings.HasSuffix(name, "rgba") && !strings.HasSuffix(name, "hsl") && !strings.HasSuffix(name, "hsla") {
			return false
		}
		rest = rest[i+1:]
	}
	return !strings.Contains(v, "fixed") && !strings.Contains(v, "script:")
}

// safeDataURL allows pictures that hold only pixels.
func safeDataURL(u *url.URL) bool {
	for _, t := range []string{"image/png;base64,", "image/gif;base64,", "image/jpeg;base64,", "image/jpg;base64,", "image/webp;base64,"} {
		if strings.HasPrefix(strings.ToLower(u.Opaque), t) {
			return u.RawQuery == "" && u.Fragment == ""
		}
	}
	return false
}
