package markdown

import (
	"strings"
	"testing"

	"guichet/shared/mail"
)

func TestHTML(t *testing.T) {
	for in, want := range map[string]string{
		"Hello **Bo**,\n\nit is *late*.": "<p>Hello <strong>Bo</strong>,</p>\n<p>it is <em>late</em>.</p>",
		"one\ntwo":                       "<p>one<br>\ntwo</p>",
		"- a\n- b":                       "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"<b>x</b> & <script>y</script>":  "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;y&lt;/script&gt;</p>",
		"<div onclick=x>\n\ny":           "<p>&lt;div onclick=x&gt;</p>\n<p>y</p>",
		"[x](javascript:alert(1))":       "<p><a>x</a></p>",
		"see https://x.example/a?b=c.":   `<p>see <a href="https://x.example/a?b=c" rel="noopener noreferrer nofollow" target="_blank">https://x.example/a?b=c</a>.</p>`,
		"~~no~~":                         "<p><del>no</del></p>",
		"مرحبا **بو**":                   `<p dir="rtl">مرحبا <strong>بو</strong></p>`,
		"![plug](cid:p1@demo.example)":   `<p><img alt="plug" src="cid:p1@demo.example"></p>`,
		"|a|b|\n|-|-|\n|1|2|":            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
		"":                               "",
	} {
		if got := strings.TrimSpace(HTML(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// The text beside the HTML reads well: no stars, lists with marks, the address of a link behind its words.
func TestTextOfMarkdown(t *testing.T) {
	got := mail.TextFromHTML(HTML("Hello **Bo**,\n\n- one\n- two\n\nSee [our page](https://demo.example/a).\n\n1. x\n2. y\n"))
	for _, want := range []string{"Hello Bo,", "one\n", "https://demo.example/a", "1. x"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Contains(got, "**") {
		t.Errorf("stars are left: %q", got)
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"a **b** [c](d)", "<script>", "| a |\n|-|", "```\n<b>\n```", "[x]: javascript:y\n[x]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := HTML(s)
		if again := mail.LetterHTML(out); again != out {
			t.Fatalf("%q: made safe again it changes:\n%q\n%q", s, out, again)
		}
	})
}
