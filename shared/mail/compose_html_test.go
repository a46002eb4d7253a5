package mail

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func TestTextToHTML(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"paragraphs and lines", "Hello\nBo\n\n\nbye\n", "<p>Hello<br>\nBo</p>\n<p>bye</p>\n"},
		{"CRLF", "a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>\n"},
		{"what could be markup", `<script>"&'`, "<p>&lt;script&gt;&#34;&amp;&#39;</p>\n"},
		{"a link", "see https://demo.example/a?b=c&d=e.", `<p>see <a href="https://demo.example/a?b=c&amp;d=e">https://demo.example/a?b=c&amp;d=e</a>.</p>` + "\n"},
		{"a link in brackets", "(http://x.example/a_(b)) x", `<p>(<a href="http://x.example/a_(b)">http://x.example/a_(b)</a>) x</p>` + "\n"},
		{"a link that would break out", `https://x.example/"onclick=y <b`, `<p><a href="https://x.example/">https://x.example/</a>&#34;onclick=y &lt;b</p>` + "\n"},
		{"no links", "http:// https https:/x javascript://x httpx://y", "<p>http:// https https:/x javascript://x httpx://y</p>\n"},
		{"two links", "HTTP://a.example https://b.example", `<p><a href="HTTP://a.example">HTTP://a.example</a> <a href="https://b.example">https://b.example</a></p>` + "\n"},
		{"quoted", "yes\n> really?\n>> no\n> \n> so", "<p>yes</p>\n<blockquote>\n<p>really?</p>\n<blockquote>\n<p>no</p>\n</blockquote>\n<p>so</p>\n</blockquote>\n"},
		{"right to left", "مرحبا\n\nhello", "<p dir=\"rtl\">مرحبا</p>\n<p>hello</p>\n"},
		{"spaces kept", "a   b", "<p>a&nbsp;  b</p>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := TextToHTML(c.text); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// Whatever the text, the HTML says the same words and holds no element but ours, no attribute but href of the web and dir.
func FuzzTextToHTML(f *testing.F) {
	for _, s := range []string{"", "a\n> b\n>> http://x.example/<\"", "\x00http://İ\xffhttps://y", strings.Repeat(">", 60) + "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z := html.NewTokenizer(strings.NewReader(TextToHTML(s)))
		var words strings.Builder
		for {
			switch z.Next() {
			case html.ErrorToken:
				if got, want := composeSqueeze(words.String()), composeSqueeze(s); got != want {
					t.Fatalf("the words changed: %q became %q", want, got)
				}
				return
			case html.TextToken:
				words.WriteString(string(z.Text()))
			case html.StartTagToken:
				tok := z.Token()
				if !strings.Contains(" p br blockquote a ", " "+tok.Data+" ") {
					t.Fatalf("element %q from %q", tok.Data, s)
				}
				for _, a := range tok.Attr {
					low := strings.ToLower(a.Val)
					if a.Key != "dir" && (a.Key != "href" || !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://")) {
						t.Fatalf("attribute %s=%q from %q", a.Key, a.Val, s)
					}
				}
			}
		}
	})
}

// composeSqueeze leaves out what may change: white space, quote marks, what is not UTF-8.
func composeSqueeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '>' || r == 0 || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

// A text of a megabyte that was made to be slow is not: 20 times the size costs about 20 times the time.
func TestTextToHTMLIsLinear(t *testing.T) {
	for _, s := range []string{"http://", "http://x.example/))))", ")", "> ", ">", "<", "http", "a\n\n", "http://x "} {
		took := func(n int) time.Duration {
			text := strings.Repeat(s, n/len(s))
			start := time.Now()
			TextToHTML(text)
			return time.Since(start)
		}
		took(50_000)
		if small, big := took(50_000), took(1_000_000); big > 200*small+time.Second {
			t.Errorf("%q: %v for 50 kB, %v for 1 MB", s, small, big)
		}
	}
}

func TestHTMLDocument(t *testing.T) {
	if got := HTMLDocument("<p>x</p>", "ar\"", true); !strings.HasPrefix(got, `<!DOCTYPE html>`+"\n"+`<html lang="ar&#34;" dir="rtl"><head><meta charset="utf-8">`) {
		t.Errorf("got %s", got)
	}
	whole := "<!doctype html><HTML><body>x</body></HTML>"
	if got := HTMLDocument(whole, "fr", false); got != whole {
		t.Errorf("a whole document was wrapped: %s", got)
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ name, text, attribution, want string }{
		{"nothing", " \n", "Bo wrote:", ""},
		{"one line", "hello", "Bo wrote:", "Bo wrote:\n> hello\n"},
		{"no attribution", "a\n\nb\n\n", "", "> a\n>\n> b\n"},
		{"quoted before", "> a\n>> b\r\nc", "x:", "x:\n>> a\n>>> b\n> c\n"},
		{"an attribution of two lines", "a", "Bo\nwrote:", "Bo wrote:\n> a\n"},
	} {
		if got := Quote(c.text, c.attribution); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
