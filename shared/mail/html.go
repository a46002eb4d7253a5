package mail

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TextFromHTML returns the text that a reader of the HTML would see: blocks on lines of their own, lists with marks, the cells of a row side by
// side, the address of a link behind its text where it says more. What is hidden is dropped. Time is linear in the input.
func TextFromHTML(s string) string {
	w := textWriter{}
	w.out = make([]byte, 0, len(s)/3+64)
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(0)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.finish()
		case html.TextToken:
			if w.hidden == 0 {
				w.text(z.Raw())
			}
		case html.StartTagToken:
			w.start(z, false)
		case html.SelfClosingTagToken:
			w.start(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(atom.Lookup(name))
		}
	}
}

// textWriter writes text with the white space of HTML collapsed.
type textWriter struct {
	out    []byte
	space  bool // a space is due before the next text
	lines  int  // line ends are due before the next text
	pre    int
	hidden int       // depth within a hidden element
	stack  []element // open elements that matter, bounded
	lists  []int     // per open list: 0 for marks, else the next number
	quote  int
	href   string
	linkAt int
}

type element struct {
	a      atom.Atom
	hidden bool
}

const maxTextStack = 512

// text writes a piece of text, still with entities.
func (w *textWriter) text(raw []byte) {
	s := raw
	if bytes.IndexByte(raw, '&') >= 0 {
		s = []byte(html.UnescapeString(string(raw)))
	}
	for i := 0; i < len(s); {
		c := s[i]
		if w.pre > 0 && c == '\n' {
			w.lines++
			i++
			continue
		}
		if c == ' ' && w.pre == 0 || c == '\n' || c == '\t' && w.pre == 0 || c == '\r' || c == '\f' || c == 0 {
			w.space = true
			i++
			continue
		}
		j := i + 1
		for j < len(s) && s[j] > ' ' {
			j++
		}
		w.flush()
		w.out = append(w.out, s[i:j]...)
		i = j
	}
}

// flush writes the white space that is due.
func (w *textWriter) flush() {
	switch {
	case len(w.out) == 0:
	case w.lines > 0:
		for range min(w.lines, 3) {
			w.out = append(w.out, '\n')
		}
	case w.space && w.out[len(w.out)-1] != ' ' && w.out[len(w.out)-1] != '\n':
		w.out = append(w.out, ' ')
	}
	w.space, w.lines = false, 0
}

func (w *textWriter) finish() string { return clean(string(w.out)) }
