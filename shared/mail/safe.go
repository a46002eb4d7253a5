package mail

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
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

// finishHTML resolves images and links of clean HTML and closes its elements in order.
func finishHTML(s string, opt SafeOptions) string {
	f := finisher{opt: opt}
	f.out.Grow(len(s) + len(s)/8)
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			f.closeTo(0)
			return f.out.String()
		case html.TextToken:
			f.out.Write(z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			f.start(z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			f.end(string(name))
		}
	}
}

type finisher struct {
	out  strings.Builder
	opt  SafeOptions
	open []string
	drop int // elements that stand deeper than maxSafeDepth: not written
}

const maxSafeDepth = 250

// start writes a start tag.
func (f *finisher) start(t html.Token) {
	void := isVoid(t.DataAtom)
	if !void && len(f.open) >= maxSafeDepth {
		f.drop++
		return
	}
	switch t.DataAtom {
	case atom.Img:
		if t.Attr = f.image(t.Attr); len(t.Attr) == 0 {
			return
		}
	case atom.A:
		t.Attr = outLink(t.Attr)
	}
	f.out.WriteByte('<')
	f.out.WriteString(t.Data)
	for _, a := range t.Attr {
		f.out.WriteByte(' ')
		f.out.WriteString(a.Key)
		f.out.WriteString("=\"")
		f.out.WriteString(html.EscapeString(a.Val))
		f.out.WriteByte('"')
	}
	f.out.WriteByte('>')
	if !void {
		f.open = append(f.open, t.Data)
	}
}

// end writes the end tags down to the nearest open element of that name; nothing if none is open.
func (f *finisher) end(name string) {
	if f.drop > 0 {
		f.drop--
		return
	}
	for i := len(f.open) - 1; i >= 0; i-- {
		if f.open[i] == name {
			f.closeTo(i)
			return
		}
	}
}

func (f *finisher) closeTo(n int) {
	for i := len(f.open) - 1; i >= n; i-- {
		f.out.WriteString("</" + f.open[i] + ">")
	}
	f.open = f.open[:n]
}

// image decides what an image may load.
func (f *finisher) image(attrs []html.Attribute) []html.Attribute {
	src, remote := "", ""
	out := make([]html.Attribute, 0, len(attrs))
	for _, a := range attrs {
		switch a.Key {
		case "src":
			src = strings.TrimSpace(a.Val)
		case "data-remote-src":
			remote = a.Val
		default:
			out = append(out, a)
		}
	}
	low := strings.ToLower(src)
	switch {
	case strings.HasPrefix(low, "http:") || strings.HasPrefix(low, "https:"):
		remote, src = src, ""
	case strings.HasPrefix(low, "cid:"):
		src = f.part(src)
	}
	if !strings.HasPrefix(strings.ToLower(remote), "http://") && !strings.HasPrefix(strings.ToLower(remote), "https://") {
		remote = ""
	}
	if remote != "" && src == "" {
		if f.opt.RemoteImages {
			return append(out, html.Attribute{Key: "src", Val: remote})
		}
		if f.opt.Blocked != nil {
			*f.opt.Blocked++
		}
		return append(out, html.Attribute{Key: "data-remote-src", Val: remote})
	}
	if src == "" {
		return out
	}
	return append(out, html.Attribute{Key: "src", Val: src})
}

// part resolves cid:id. Without a resolver it stays, for who shows it.
func (f *finisher) part(src string) string {
	if f.opt.CID == nil {
		return src
	}
	id := src[len("cid:"):]
	if u, err := url.PathUnescape(id); err == nil {
		id = u
	}
	return f.opt.CID(strings.Trim(id, "<>"))
}

// outLink makes a link open elsewhere, and tell nothing of where it was.
func outLink(attrs []html.Attribute) []html.Attribute {
	out := make([]html.Attribute, 0, len(attrs)+2)
	linked := false
	for _, a := range attrs {
		switch a.Key {
		case "rel", "target":
			continue
		case "href":
			linked = true
		}
		out = append(out, a)
	}
	if linked {
		out = append(out, html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow"}, html.Attribute{Key: "target", Val: "_blank"})
	}
	return out
}
