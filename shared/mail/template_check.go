package mail

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"guichet/shared/guichet"
)

// templateCheck reads the rules of a template once, from their start.
type templateCheck struct {
	src   string
	rtl   bool
	at    int // byte that is read
	out   []templatePiece
	seen  map[string]int // how often a variable stands
	open  []templateOpen // elements that are not closed yet
	loose bool           // within a comment that Outlook reads: its tags need not match, and nothing is put in
}

type templateOpen struct {
	name string
	at   int
}

func (c *templateCheck) wrong(at int, format string, args ...any) error {
	return guichet.Wrongf("rules", "%s: %s", templateAt(c.src, at), fmt.Sprintf(format, args...))
}

// run reads token after token. What the tokenizer of x/net/html takes for a tag is read again here, byte by byte: both must agree.
func (c *templateCheck) run() error {
	z := html.NewTokenizer(strings.NewReader(c.src))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == html.ErrorToken {
			return c.end(raw)
		}
		var err error
		switch kind {
		case html.TextToken:
			err = c.text(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			err = c.start(raw, z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			err = c.close(raw, string(name))
		case html.CommentToken:
			err = c.comment(raw)
		case html.DoctypeToken:
			c.literal(raw)
		}
		if err != nil {
			return err
		}
		c.at += len(raw)
	}
}

// end looks at what is left at the end of the source: half a tag, and elements that were never closed.
func (c *templateCheck) end(raw string) error {
	switch {
	case raw != "" || c.at < len(c.src):
		return c.wrong(c.at, "a tag begins here and does not end")
	case len(c.open) > 0 && !c.loose:
		o := c.open[len(c.open)-1]
		return c.wrong(o.at, "<%s> is opened here and never closed", o.name)
	}
	return nil
}

func (c *templateCheck) literal(s string) {
	if s != "" {
		c.out = append(c.out, templatePiece{text: s})
	}
}

// joined returns the pieces with literals that follow each other made one.
func (c *templateCheck) joined() []templatePiece {
	var out []templatePiece
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, templatePiece{text: b.String()})
			b.Reset()
		}
	}
	for _, p := range c.out {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		flush()
		out = append(out, p)
	}
	flush()
	return out
}

// text reads what stands between tags. Styles are checked, and hold no variables; a title holds text ones alone.
func (c *templateCheck) text(raw string) error {
	in := ""
	if n := len(c.open); n > 0 {
		in = c.open[n-1].name
	}
	if in == "style" {
		if bad := templateStyle(raw); bad != "" {
			return c.wrong(c.at, "a style holds %s", bad)
		}
		if strings.Contains(raw, "{{") {
			return c.wrong(c.at+strings.Index(raw, "{{"), "nothing can be put into a style")
		}
		c.literal(raw)
		return nil
	}
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		return c.wrong(c.at+i, "write < as &lt; where no tag begins")
	}
	return c.fill(raw, c.at, func(name string) (templatePlace, string) {
		if templateBlocks[name] && in == "title" {
			return inText, "it is no text: it cannot stand in a title"
		}
		return inText, ""
	})
}

// fill cuts a text at its variables. place says how each is put in, or why it may not stand there.
func (c *templateCheck) fill(raw string, at int, place func(name string) (templatePlace, string)) error {
	for {
		i := strings.Index(raw, "{{")
		if i < 0 {
			if j := strings.Index(raw, "}}"); j >= 0 {
				return c.wrong(at+j, "}} without {{ before it")
			}
			c.literal(raw)
			return nil
		}
		j := strings.Index(raw[i:], "}}")
		if j < 0 {
			return c.wrong(at+i, "{{ without }} after it")
		}
		name := strings.TrimSpace(raw[i+2 : i+j])
		if _, ok := new(TemplateData).value(name); !ok {
			return c.wrong(at+i, "there is no variable {{%.40s}}: those that are: body, signature, quote, agent.name, channel.display, channel.address, case.ticket, case.subject, contact.name", outClean(name))
		}
		how, why := place(name)
		switch c.seen[name]++; {
		case c.loose:
			why = "a comment is no place for it"
		case templateBlocks[name] && c.seen[name] > 1:
			why = "it stands once"
		}
		if why != "" {
			return c.wrong(at+i, "{{%s}}: %s", name, why)
		}
		if k := strings.Index(raw[:i], "}}"); k >= 0 {
			return c.wrong(at+k, "}} without {{ before it")
		}
		c.literal(raw[:i])
		c.out = append(c.out, templatePiece{name: name, how: how})
		raw, at = raw[i+j+2:], at+i+j+2
	}
}

// close reads an end tag: it closes the element that was opened last.
func (c *templateCheck) close(raw, name string) error {
	n := len(c.open)
	if strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(raw), "</"+name), ">")) != "" {
		return c.wrong(c.at, "</%s> holds something else: an end tag is a name alone", name)
	}
	switch {
	case c.loose:
		if !templateElement(name) && !templateOffice(name) {
			return c.wrong(c.at, "</%.40s> has no place in a mail", name)
		}
	case n == 0:
		return c.wrong(c.at, "</%.40s> closes nothing: no element is open", name)
	case c.open[n-1].name != name:
		return c.wrong(c.at, "</%.40s> closes <%s>, which is opened at %s", name, c.open[n-1].name, templateAt(c.src, c.open[n-1].at))
	default:
		c.open = c.open[:n-1]
	}
	c.literal(raw)
	return nil
}

// comment reads a comment. Outlook for Windows reads what stands in one that begins with [if: that is checked like the rest.
//
// QUIRK: Word, which draws the mails of Outlook, takes "<!--[if mso]>...<![endif]-->" for HTML (2026-11).
func (c *templateCheck) comment(raw string) error {
	inner, whole := strings.CutPrefix(raw, "<!--")
	inner, closed := strings.CutSuffix(inner, "-->")
	if !whole || !closed {
		if low := strings.ToLower(raw); low == "<![endif]>" || strings.HasPrefix(low, "<![if ") && strings.HasSuffix(low, "]>") && !strings.ContainsAny(low[1:len(low)-1], "<>") {
			c.literal(raw)
			return nil
		}
		return c.wrong(c.at, "a comment is written <!-- so -->")
	}
	if strings.Contains(inner, "{{") {
		return c.wrong(c.at, "nothing can be put into a comment")
	}
	if strings.HasPrefix(strings.TrimSpace(inner), "[if") {
		if c.loose {
			return c.wrong(c.at, "a comment within a comment")
		}
		head := strings.Index(inner, "]>")
		if head < 0 {
			return c.wrong(c.at, "the condition of a comment ends with ]>")
		}
		part, ends := strings.CutSuffix(inner[head+2:], "<![endif]")
		if !ends && strings.TrimSpace(part) != "<!" {
			return c.wrong(c.at, "a comment that Outlook reads ends with <![endif]-->")
		}
		if !ends {
			c.literal(raw)
			return nil
		}
		in := templateCheck{src: part, seen: map[string]int{}, loose: true}
		if err := in.run(); err != nil {
			return c.wrong(c.at, "in the comment that Outlook reads, %s", outReason(err))
		}
	}
	c.literal(raw)
	return nil
}
