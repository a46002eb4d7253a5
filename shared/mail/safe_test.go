package mail

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSafeHTML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text", "a &lt; b", "a &lt; b"},
		{"script", "a<script>alert(1)</script>b", "ab"},
		{"event", `<p onclick="x()">a</p>`, "<p>a</p>"},
		{"form", `<form action=x><input name=a>text<button>b</button></form>`, "textb"},
		{"svg", `<svg><script>alert(1)</script><a>x</a></svg>after`, "after"},
		{"frame", `<iframe src="https://x.example"></iframe>a`, "a"},
		{"link", `<a href="https://x.example/" target=_self rel=opener>x</a>`, `<a href="https://x.example/" rel="noopener noreferrer nofollow" target="_blank">x</a>`},
		{"script link", `<a href="javascript:alert(1)">x</a>`, "<a>x</a>"},
		{"hidden script link", "<a href=\"java\tscript:alert(1)\">x</a>", "<a>x</a>"},
		{"relative link", `<a href="/admin/delete">x</a>`, "<a>x</a>"},
		{"style", `<p style="color: red; position: fixed; background: url(http://x)">a</p>`, `<p style="color: red">a</p>`},
		{"style that computes", `<p style="width: expression(alert(1))">a</p>`, "<p>a</p>"},
		{"remote picture", `<img src="https://x.example/p.gif" alt="p">`, `<img alt="p" data-remote-src="https://x.example/p.gif">`},
		{"picture of a part", `<img src="cid:a@b">`, `<img src="/part/a@b">`},
		{"picture of no part", `<img src="cid:gone">`, ""},
		{"picture in the text", `<img src="data:image/png;base64,iVBORw0KGgo=">`, `<img src="data:image/png;base64,iVBORw0KGgo=">`},
		{"data that is no picture", `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a><img src="data:image/svg+xml;base64,PHN2Zz4=">`, "<a>x</a>"},
		{"elements closed", "</div></div><b>a<i>b</b>c", "<b>a<i>b</i></b>c"},
		{"elements not closed", "<div><table><tr><td>a", "<div><table><tr><td>a</td></tr></table></div>"},
	} {
		opt := SafeOptions{CID: func(id string) string {
			if id == "a@b" {
				return "/part/" + id
			}
			return ""
		}}
		if got := SafeHTML(c.in, opt); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestSafeHTMLRemoteImagesAreAskedFor(t *testing.T) {
	in := `<img src="http://x.example/1.png"><img src="https://x.example/2.png"><img src="cid:a">`
	n := 0
	off := SafeHTML(in, SafeOptions{Blocked: &n})
	if n != 2 || strings.Contains(off, ` src="http`) {
		t.Errorf("blocked %d: %s", n, off)
	}
	n = 0
	if on := SafeHTML(off, SafeOptions{RemoteImages: true, Blocked: &n}); strings.Count(on, ` src="http`) != 2 || n != 0 {
		t.Errorf("blocked %d: %s", n, on)
	}
}

// Safe HTML made safe again is the same.
func TestSafeHTMLIdempotent(t *testing.T) {
	pieces := []string{"<p>", "</p>", "<b>", "</b>", "<table><tr><td>", "</table>", "<img src=cid:a>", "<img src='http://x/?a=1&b=2' data-remote-src='http://y/'>", "<a href='http://x/\"'>", "</a>",
		"<p style='color:RED;width:1px ;margin:0 0'>", "<p style=\"font-family:'A b',serif\">", "text & <", "&lt;script&gt;", "&amp;lt;", "<script>", "</script>", "<style>p{}</style>", "<!-- x -->", "<svg>", "</svg>", "<font color=red>",
		"ä\u00a0", "\x00", "<a href='mailto:a@b?subject=x y'>", "<ul><li>", "<xmp>", "<plaintext>", "<textarea>", "<noscript>", "<title>", "<p title='a\"b'>", "<br/>", "<math>", "<![CDATA[x]]>", "<img src='data:image/png;base64,AAAA'>"}
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(t, "html"), "")
		once := SafeHTML(in, SafeOptions{})
		if twice := SafeHTML(once, SafeOptions{}); twice != once {
			t.Fatalf("%q\nonce  %q\ntwice %q", in, once, twice)
		}
		for _, bad := range []string{"<script", "<svg", "<style", "onclick", "<xmp", "<textarea", " src=\"http"} {
			if strings.Contains(strings.ToLower(once), bad) {
				t.Fatalf("%q: %q is left: %q", in, bad, once)
			}
		}
	})
}
