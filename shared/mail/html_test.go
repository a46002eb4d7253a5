package mail

import (
	"strings"
	"testing"
	"time"
)

func TestTextFromHTML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"},
		{"white space", "  a \n\t b<b> c</b>d ", "a b cd"},
		{"lines", "a<br>b<br><br>c", "a\nb\n\nc"},
		{"divs", "<div>a</div><div><div>b</div></div>c", "a\nb\nc"},
		{"list", "<ul><li>one<li>two</ul>end", "* one\n* two\nend"},
		{"numbered list", "<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"pre", "<pre>a\n  b</pre>", "a\n  b"},
		{"entities", "&lt;a&gt; &amp; &euro;&nbsp;5 &#228;", "<a> & €\u00a05 ä"},
		{"link", `<a href="https://x.example/a">here</a>.`, "here <https://x.example/a>."},
		{"link that says itself", `<a href="https://x.example/">x.example</a>`, "x.example"},
		{"mail link", `<a href="mailto:ana@x.example">ana@x.example</a>`, "ana@x.example"},
		{"link that runs", `<a href="javascript:alert(1)">x</a>`, "x"},
		{"hidden", `<div style="display: none">secret</div><span hidden>too</span>seen`, "seen"},
		{"hidden with elements within", `<div style="display:none"><p>a<br><img>b</p></div>seen`, "seen"},
		{"head", "<html><head><title>t</title><style>p{}</style></head><body>b</body>", "b"},
		{"head that is not closed", "<head><title>t</title><body>b", "b"},
		{"script", "a<script>alert('<p>')</script>b", "ab"},
		{"comment", "a<!-- <p>x</p> -->b", "ab"},
		{"picture", `<img alt="our shop" src=x>`, "[our shop]"},
		{"rule", "a<hr>b", "a\n----\nb"},
		{"no HTML", "just words", "just words"},
		{"cut off", "<p>a<b", "a"},
		{"nothing", "", ""},
	} {
		if got := TextFromHTML(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Hostile nesting costs time in proportion to its length.
func TestTextFromHTMLHostile(t *testing.T) {
	for _, s := range []string{"<div>", "<div style='display:none'>", "<ul><li>", "<a href=http://x>", "</p>", "<table><tr><td>", "<b><i>", "&amp;", "<", "<!--", "<pre>\n", "<a href=http://x>x</a>"} {
		began := time.Now()
		in := strings.Repeat(s, 1<<20/len(s))
		TextFromHTML(in)
		SafeHTML(in, SafeOptions{})
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q: took %v", s, took)
		}
	}
}
