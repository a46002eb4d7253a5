package mail

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
