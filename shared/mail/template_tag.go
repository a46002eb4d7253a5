package mail

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// start reads a start tag: an element that may stand in a mail, with attributes that may. It is refused, not mended: the author sees what is sent.
func (c *templateCheck) start(raw string, t html.Token) error {
	office := c.loose && templateOffice(t.Data)
	if !templateElement(t.Data) && !office {
		return c.wrong(c.at, "<%.40s> has no place in a mail", t.Data)
	}
	attrs, ok := templateAttrs(raw)
	if !ok || !slices.EqualFunc(attrs, t.Attr, func(a templateAttr, b html.Attribute) bool {
		return a.name == b.Key && html.UnescapeString(a.value) == b.Val
	}) {
		return c.wrong(c.at, "<%s> is not written plainly: attributes are name=\"value\", each once", t.Data)
	}
	c.literal(raw[:1+len(t.Data)])
	if t.Data == "html" && c.rtl && !slices.ContainsFunc(attrs, func(a templateAttr) bool { return a.name == "dir" }) {
		c.literal(` dir="rtl"`)
	}
	last := 1 + len(t.Data)
	for _, a := range attrs {
		if err := c.attr(t.Data, a, office); err != nil {
			return err
		}
		c.literal(raw[last:a.from])
		if err := c.fill(raw[a.from:a.to], c.at+a.from, func(name string) (templatePlace, string) { return a.place(t.Data, name) }); err != nil {
			return err
		}
		last = a.to
	}
	c.literal(raw[last:])
	if t.Type == html.SelfClosingTagToken && !isVoid(t.DataAtom) && !office {
		return c.wrong(c.at, "<%s/> closes nothing in HTML: write <%s></%s>", t.Data, t.Data, t.Data)
	}
	if t.Type == html.StartTagToken && !isVoid(t.DataAtom) && !c.loose {
		c.open = append(c.open, templateOpen{t.Data, c.at})
	}
	return nil
}

// templateAttr is an attribute as it is written: its value stands in the tag at from..to.
type templateAttr struct {
	name, value string
	quoted      bool
	from, to    int
}

// templateAttrs reads the attributes of a tag. It is strict: ok is false for all that two readers might take for different things.
func templateAttrs(raw string) (out []templateAttr, ok bool) {
	i := 1
	for i < len(raw) && raw[i] > ' ' && raw[i] != '/' && raw[i] != '>' {
		i++
	}
	for {
		for i < len(raw) && (raw[i] <= ' ' || raw[i] == '/' && i == len(raw)-2) {
			i++
		}
		if i >= len(raw) || raw[i] == '>' {
			return out, i == len(raw)-1
		}
		a := templateAttr{}
		start := i
		for i < len(raw) && templateNameByte(raw[i]) {
			i++
		}
		if a.name = strings.ToLower(raw[start:i]); a.name == "" || slices.ContainsFunc(out, func(b templateAttr) bool { return b.name == a.name }) {
			return nil, false
		}
		a.from, a.to = i, i
		if i < len(raw) && raw[i] == '=' {
			if i++; !a.read(raw, i) {
				return nil, false
			}
			if i = a.to; a.quoted {
				i++
			}
		}
		out = append(out, a)
	}
}

// read reads the value that begins at i: in quotes, or a plain word.
func (a *templateAttr) read(raw string, i int) bool {
	if i >= len(raw) {
		return false
	}
	if q := raw[i]; q == '"' || q == '\'' {
		end := strings.IndexByte(raw[i+1:], q)
		if end < 0 {
			return false
		}
		a.quoted, a.from, a.to = true, i+1, i+1+end
	} else {
		a.from = i
		for i < len(raw) && (templateNameByte(raw[i]) || strings.IndexByte("#%.,", raw[i]) >= 0) {
			i++
		}
		a.to = i
		if a.from == a.to {
			return false
		}
	}
	a.value = raw[a.from:a.to]
	return !strings.ContainsAny(a.value, "<\r\x00")
}

func templateNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == ':'
}

// attr says why an attribute may not stand.
func (c *templateCheck) attr(element string, a templateAttr, office bool) error {
	value := html.UnescapeString(a.value)
	at := c.at + a.from
	switch {
	case strings.HasPrefix(a.name, "on"):
		return c.wrong(at, "%.40s runs a script: no reader of mail allows that", a.name)
	case !templateAttrName(a.name) && !office:
		return c.wrong(at, "the attribute %.40s has no place in a mail", a.name)
	case a.name == "style":
		if bad := templateStyle(value); bad != "" {
			return c.wrong(at, "a style holds %s", bad)
		}
	case templateURLs[a.name]:
		if !templateURL(value) {
			return c.wrong(at, "%s is an address that begins with https://, http://, mailto:, tel: or cid:, or an image in base64", a.name)
		}
	case element == "meta" && (a.name == "charset" && !strings.EqualFold(value, "utf-8") || a.name == "content" && strings.Contains(strings.ToLower(value), "charset=") && !strings.Contains(strings.ToLower(value), "charset=utf-8")):
		return c.wrong(at, "mails are sent in UTF-8: the charset is utf-8")
	case element == "meta" && a.name == "http-equiv" && !slices.Contains([]string{"content-type", "x-ua-compatible"}, strings.ToLower(value)):
		return c.wrong(at, "a meta tag that does %.40s has no place in a mail", value)
	}
	return nil
}

// place says how a variable is put into this attribute, or why not.
func (a *templateAttr) place(element, name string) (templatePlace, string) {
	switch {
	case element == "meta":
		return 0, "nothing can be put into a meta tag"
	case templateBlocks[name]:
		return 0, "it is no text: it stands between tags"
	case !a.quoted:
		return 0, "the attribute needs quotes around it"
	case a.name == "style":
		return 0, "nothing can be put into a style"
	case !templateURLs[a.name]:
		return inAttr, ""
	}
	head, _, _ := strings.Cut(strings.ToLower(html.UnescapeString(a.value)), "{{")
	scheme, rest, web := strings.Cut(head, "://")
	web = web && (scheme == "https" || scheme == "http")
	if strings.HasPrefix(head, "mailto:") || strings.HasPrefix(head, "tel:") || web && strings.ContainsAny(rest, "/?#") {
		return inURL, ""
	}
	return 0, "in an address it stands after the host: https://example.com/?n={{" + name + "}}"
}

var templateURLs = map[string]bool{"href": true, "src": true, "background": true, "cite": true}

// templateURL reports whether an address leads where a mail may lead.
func templateURL(u string) bool {
	low := strings.ToLower(u)
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:", "cid:"} {
		if strings.HasPrefix(low, scheme) {
			return !strings.ContainsFunc(u, func(r rune) bool { return r <= ' ' && r != ' ' || r == 0x7f })
		}
	}
	data, ok := strings.CutPrefix(low, "data:image/")
	return low == "" || strings.HasPrefix(u, "#") || ok && !strings.HasPrefix(data, "svg") && strings.Contains(data, ";base64,") && !strings.ContainsAny(data, "<>\"'")
}

// templateStyle says what in a style may run or load; empty if nothing does.
func templateStyle(s string) string {
	low := strings.ToLower(s)
	for {
		head, rest, ok := strings.Cut(low, "/*")
		if !ok {
			break
		}
		_, rest, _ = strings.Cut(rest, "*/")
		low = head + rest
	}
	for _, bad := range []string{"expression", "javascript:", "vbscript:", "behavior", "behaviour", "-moz-binding", "@import", "@charset", "@namespace", "\\", "<"} {
		if strings.Contains(low, bad) {
			return bad
		}
	}
	for rest := low; ; {
		i := strings.Index(rest, "url(")
		if i < 0 {
			return ""
		}
		rest = rest[i+4:]
		u, _, _ := strings.Cut(rest, ")")
		if u = strings.Trim(u, " \"'\t\r\n"); strings.Contains(u, "{{") || !templateURL(u) || strings.HasPrefix(u, "mailto:") || strings.HasPrefix(u, "tel:") {
			return "an address that is no image of the web"
		}
	}
}

// templateOffice reports whether an element is one of those that Outlook alone knows.
func templateOffice(name string) bool {
	return name == "xml" || strings.HasPrefix(name, "v:") || strings.HasPrefix(name, "o:") || strings.HasPrefix(name, "w:")
}

var templateElements = strings.Fields(`html head body title style meta a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt em
	figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead
	time tr tt u ul var wbr`)

func templateElement(name string) bool { return slices.Contains(templateElements, name) }

var templateAttrNames = strings.Fields(`abbr align alt background bgcolor border cellpadding cellspacing charset cite class clear color colspan content datetime dir face headers height href
	hspace http-equiv id lang media name noshade nowrap rel role rowspan scope size span src start style summary target title type valign value vspace width xmlns`)

func templateAttrName(name string) bool {
	return slices.Contains(templateAttrNames, name) || strings.HasPrefix(name, "aria-") || strings.HasPrefix(name, "data-") || strings.HasPrefix(name, "xmlns:") || strings.HasPrefix(name, "xml:")
}
