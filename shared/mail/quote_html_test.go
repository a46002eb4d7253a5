package mail

import (
	"strings"
	"testing"
)

// The marks that clients put around a quotation, after the mails that they send. answer stands above it.
func TestD66HTMLOfClients(t *testing.T) {
	const answer = "Yes, please.\n\nBo"
	const head = "<html><body><div>Yes, please.</div><div><br></div><div>Bo</div>"
	for client, rest := range map[string]string{
		"gmail":               `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Mar 5, 2024 at 10:15 AM Ann &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><div>Which size?</div></blockquote></div></body></html>`,
		"gmail, forwarded":    `<br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Ann</b><br></div><div>Which size?</div></div></body></html>`,
		"gmail, old":          `<div class="gmail_extra"><br><div class="gmail_quote">2016-03-03 17:21 GMT+01:00 Ann <span>&lt;ann@example.com&gt;</span>:<br><blockquote class="gmail_quote">Which size?</blockquote></div></div>`,
		"apple mail":          `<div><br><blockquote type="cite"><div>On 5 Mar 2024, at 10:15, Ann &lt;ann@example.com&gt; wrote:</div><br><div>Which size?</div></blockquote></div></body></html>`,
		"thunderbird":         `<div class="moz-cite-prefix">On 05/03/2024 10:15, Ann wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Which size?</p></blockquote></body></html>`,
		"outlook.com":         `<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Ann &lt;ann@example.com&gt;<br><b>Sent:</b> Tuesday, March 5, 2024 10:15 AM<br><b>To:</b> Bo<br><b>Subject:</b> Order</font></div><div>Which size?</div></body></html>`,
		"outlook.com, append": `<div id="appendonsend"></div><hr><div><b>From:</b> Ann<br></div><div>Which size?</div></body></html>`,
		"outlook windows":     `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Ann &lt;ann@example.com&gt;<br><b>Sent:</b> Tuesday, March 5, 2024 10:15 AM<br><b>To:</b> Bo<br><b>Subject:</b> Order</p></div></div><p>Which size?</p></body></html>`,
		"outlook for mac":     `<div id="mail-editor-reference-message-container"><div><p><b>From: </b>Ann<br><b>Date: </b>Tuesday</p></div><p>Which size?</p></div></body></html>`,
		"outlook mobile":      `<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann</div><div>Which size?</div></body></html>`,
		"yahoo":               `<div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Tuesday, March 5, 2024 at 10:15:00 AM GMT+1, Ann &lt;ann@example.com&gt; wrote:</div><div>Which size?</div></div></body></html>`,
		"proton":              `<div class="protonmail_quote">On Tuesday, March 5th, 2024 at 10:15 AM, Ann &lt;ann@example.com&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">Which size?</blockquote></div>`,
		"gmx":                 `<div><div name="quote" style="margin:10px 5px"><div><b>Gesendet:</b> Dienstag, 05. März 2024 um 10:15 Uhr<br><b>Von:</b> Ann</div><div name="quoted-content">Which size?</div></div></div></body></html>`,
		"mail.ru":             `<br>Вторник, 5 марта 2024, 10:15 +03:00 от Ann &lt;ann@example.com&gt;:<br><blockquote style="border-left:1px solid"><div>Which size?</div></blockquote></body></html>`,
		"yandex":              `<div>05.03.2024, 10:15, "Ann" &lt;ann@example.com&gt;:</div><blockquote type="cite"><p>Which size?</p></blockquote></body></html>`,
		"no mark at all":      `<p><b>From:</b> Ann &lt;ann@example.com&gt;<br><b>Sent:</b> Tuesday, March 5, 2024 10:15 AM<br><b>To:</b> Bo<br><b>Subject:</b> Order</p><p>Which size?</p></body></html>`,
		"never closed":        `<blockquote type="cite"><div>Which size?`,
	} {
		m := Parse([]byte("From: bo@example.com\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + head + rest))
		if got := strings.ReplaceAll(FoldMail(m).Visible, "\n\n\n", "\n\n"); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(answer), " ") {
			t.Errorf("%s: got %q", client, got)
		}
		if !strings.Contains(m.Text, "Which size?") {
			t.Errorf("%s: the whole text lost the quotation", client)
		}
	}
}

// Answers between the quotations stay, with what they answer; a mail that is only quoted is shown whole.
func TestD66HTMLInterleaved(t *testing.T) {
	for name, src := range map[string]string{
		"gmail":      `<div>See below.</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 5, 2024 at 10:15 AM Ann &lt;ann@example.com&gt; wrote:</div><blockquote class="gmail_quote">Which size?</blockquote><div>L, please.</div><blockquote class="gmail_quote">Which colour?</blockquote><div>Blue.</div></div>`,
		"apple mail": `<div>See below.</div><blockquote type="cite">Which size?</blockquote><div>L, please.</div><blockquote type="cite">Which colour?</blockquote><div>Blue.</div>`,
		"cut up":     `<div>See below.</div><blockquote>Which size?</blockquote>L, please.<blockquote>Which colour?</blockquote>Blue.`,
	} {
		m := &Mail{HTML: src, Text: TextFromHTML(src), TextMade: true}
		got := FoldMail(m).Visible
		for _, want := range []string{"See below.", "Which size?", "L, please.", "Which colour?", "Blue."} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is lost: %q", name, want, got)
			}
		}
	}
	for _, src := range []string{`<blockquote type="cite">Which size?</blockquote>`, `<div class="gmail_quote">---------- Forwarded message ---------<br>Which size?</div>`, `<div id="divRplyFwdMsg">From: Ann</div><p>Which size?</p>`} {
		m := &Mail{HTML: src, Text: TextFromHTML(src), TextMade: true}
		if got := FoldMail(m).Visible; !strings.Contains(got, "Which size?") {
			t.Errorf("%s: emptied to %q", src, got)
		}
	}
}

// A blockquote without mark and without attribution above it is an indent: people write so.
func TestD66HTMLIndentStays(t *testing.T) {
	src := `<p>My address:</p><p>Here it is</p><blockquote>Bo Example<br>Street 1</blockquote>`
	m := &Mail{HTML: src, Text: TextFromHTML(src), TextMade: true}
	if got := FoldMail(m).Visible; !strings.Contains(got, "Street 1") {
		t.Errorf("got %q", got)
	}
	if got := FoldHTML(src); got != src {
		t.Errorf("HTML: got %q", got)
	}
}

// FoldHTML cuts the page in the same places.
func TestFoldHTML(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"gmail":      {`<div>Yes</div><div class="gmail_quote"><div class="gmail_attr">Ann wrote:</div><blockquote class="gmail_quote">No?</blockquote></div><p></p>`, `<div>Yes</div></div><p></p>`},
		"outlook":    {`<p>Yes</p><div id="divRplyFwdMsg">From: Ann</div><p>No?</p>`, `<p>Yes</p>`},
		"two quotes": {`<p>Yes</p><blockquote type="cite">a</blockquote><br><blockquote type="cite">b</blockquote>`, `<p>Yes</p><br>`},
		"answered":   {`<p>Hi</p><blockquote type="cite">a</blockquote>Yes<blockquote type="cite">b</blockquote>`, `<p>Hi</p><blockquote type="cite">a</blockquote>Yes`},
		"all quoted": {`<blockquote type="cite">a</blockquote>`, `<blockquote type="cite">a</blockquote>`},
		"no quote":   {`<p>Yes</p>`, `<p>Yes</p>`},
	} {
		if got := FoldHTML(c.src); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func FuzzFoldHTML(f *testing.F) {
	f.Add(`<div>Yes</div><div class=gmail_quote><blockquote>No</blockquote>But<blockquote>No</div></blockquote>`)
	f.Add(`<div id=divRplyFwdMsg><blockquote type=cite><p><div class="yahoo_quoted gmail_attr">`)
	f.Fuzz(func(t *testing.T, src string) {
		out := FoldHTML(src)
		if len(out) > len(src) {
			t.Fatalf("%q grew to %q", src, out)
		}
		at := 0 // out is made of bytes of src, in order
		for i := 0; i < len(out); i++ {
			k := strings.IndexByte(src[at:], out[i])
			if k < 0 {
				t.Fatalf("%q is not made of %q", out, src)
			}
			at += k + 1
		}
		for i, q := range quotedRanges(src) {
			if q.from >= q.to || q.to > len(src) || i > maxQuotes {
				t.Fatalf("range %+v of %q", q, src)
			}
		}
	})
}

func TestFoldHTMLIsLinear(t *testing.T) {
	for name, unit := range map[string]string{"quotes": `<blockquote type=cite>x</blockquote>y`, "open": `<div class=gmail_quote><blockquote>`, "deep": "<div>", "boxes": `<div class=gmail_quote>x</div>y`} {
		src := strings.Repeat(unit, (1<<20)/len(unit))
		if d := elapsed(func() { FoldHTML(src) }); d > 20 {
			t.Errorf("%s: %.2f s for 1 MB", name, d)
		}
	}
}
