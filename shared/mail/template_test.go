package mail

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

var brandRules = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{case.subject}}</title><style>p{margin:0 0 1em} .foot{color:#567} @media (max-width:600px){.foot{font-size:11px}}</style></head>
<body bgcolor="#ffffff"><!-- head --><!--[if mso]><table width="600"><tr><td><![endif]-->
<table width="100%" cellpadding="0"><tr><td style="background:url(https://demo.example/b.png)"><img src="https://demo.example/logo.png" alt="{{channel.display}}"></td></tr>
<tr><td>{{body}}{{signature}}</td></tr>
<tr><td class="foot">Ticket {{case.ticket}} · <a href="https://demo.example/rate?t={{case.ticket}}&amp;n={{contact.name}}" title="{{agent.name}}">rate us</a> · {{ channel.address }}</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
{{quote}}</body></html>
`

func mustTemplate(t interface{ Fatal(...any) }, rules string, rtl bool) *Template {
	tpl, err := ParseTemplate(rules, rtl)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestTemplateRenders(t *testing.T) {
	d := TemplateData{Agent: `Ana "A" <b>`, Channel: "Demo & Co", Address: "support@demo.example", Ticket: "100012", Subject: "My <kettle>", Contact: "Zoë O'X/&=?#",
		Body: "<p>Hello</p>\n", Signature: "<p>Ana</p>\n", Quote: "<blockquote>old</blockquote>\n"}
	got := mustTemplate(t, brandRules, false).Render(d)
	for _, want := range []string{
		`<title>My &lt;kettle&gt;</title>`, `alt="Demo &amp; Co"`, `<td><p>Hello</p>` + "\n<p>Ana</p>\n</td>", `rate?t=100012&amp;n=Zo%C3%AB%20O%27X%2F%26%3D%3F%23"`,
		`title="Ana &#34;A&#34; &lt;b&gt;"`, "support@demo.example</td>", "<blockquote>old</blockquote>\n</body>", "<!--[if mso]>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if rtl := mustTemplate(t, brandRules, true).Render(d); !strings.Contains(rtl, `<html dir="rtl" lang="en">`) {
		t.Errorf("a template from right to left says so:\n%.200s", rtl)
	}
	bare := mustTemplate(t, "<div>{{body}}</div>", false).Render(d)
	if want := "<div>" + d.Body + d.Signature + d.Quote + "</div>"; bare != want {
		t.Errorf("what has no place of its own follows the body: got %q, want %q", bare, want)
	}
	d.Contact = "{{body}}"
	if got := mustTemplate(t, "<p>{{contact.name}}</p>{{body}}", false).Render(d); !strings.HasPrefix(got, "<p>{{body}}</p><p>Hello") {
		t.Errorf("a value is not read again: %q", got)
	}
}

// TestTemplateRefuses: what is wrong is said, with its place, when it is saved.
func TestTemplateRefuses(t *testing.T) {
	for name, c := range map[string]struct{ rules, says string }{
		"no body":                          {"<p>x</p>", "{{body}} once"},
		"the body twice":                   {"{{body}}\n {{body}}", "line 2, column 2: {{body}}: it stands once"},
		"the body in an attribute":         {`<p title="{{body}}"></p>`, "line 1, column 11: {{body}}: it is no text"},
		"the body in a title":              {`<title>{{body}}</title>`, "it is no text"},
		"an unknown variable":              {"{{body}}\n<p>{{agent.salary}}</p>", "line 2, column 4: there is no variable {{agent.salary}}"},
		"a variable that does not end":     {"{{body}} {{agent.name", "line 1, column 10: {{ without }}"},
		"an end without a beginning":       {"{{body}} }}", "line 1, column 10: }} without {{"},
		"an element that is not closed":    {"{{body}}\n<div><b>x</b>", "line 2, column 1: <div> is opened here and never closed"},
		"elements crossed":                 {"{{body}}<div><b></div></b>", "</div> closes <b>, which is opened at line 1, column 14"},
		"an end that opens nothing":        {"{{body}}</div>", "</div> closes nothing"},
		"half a tag":                       {"{{body}}<p class=\"x", "a tag begins here and does not end"},
		"a script":                         {"{{body}}<script>alert(1)</script>", "<script> has no place"},
		"a script in the head":             {"<html><head><SCRIPT src=x></SCRIPT></head>{{body}}</html>", "<script> has no place"},
		"an event":                         {`{{body}}<img src="https://x.example/a.png" onerror="x()">`, "onerror runs a script"},
		"an event after a slash":           {`{{body}}<img/onerror=x()>`, "not written plainly"},
		"a frame":                          {"{{body}}<iframe></iframe>", "<iframe> has no place"},
		"a form":                           {"{{body}}<form></form>", "<form> has no place"},
		"a base":                           {`<base href="https://x.example/">{{body}}`, "<base> has no place"},
		"javascript":                       {`{{body}}<a href="javascript:x()">x</a>`, "href is an address that begins with"},
		"javascript by entities":           {`{{body}}<a href="java&#115;cript:x()">x</a>`, "href is an address"},
		"javascript after a tab":           {"{{body}}<a href=\"\tjavascript:x()\">x</a>", "href is an address"},
		"data that is no picture":          {`{{body}}<a href="data:text/html;base64,PHA+">x</a>`, "href is an address"},
		"a picture that can run":           {`{{body}}<img src="data:image/svg+xml;base64,PHA+">`, "src is an address"},
		"an address of a variable's own":   {`{{body}}<a href="{{contact.name}}">x</a>`, "href is an address"},
		"the host of a variable's own":     {`{{body}}<a href="https://{{contact.name}}/">x</a>`, "after the host"},
		"a variable without quotes":        {`{{body}}<p title={{contact.name}}></p>`, "not written plainly"},
		"a variable in a style":            {`{{body}}<p style="color:{{contact.name}}"></p>`, "nothing can be put into a style"},
		"a variable in a style element":    {`<style>p{color:{{contact.name}}}</style>{{body}}`, "nothing can be put into a style"},
		"a variable in a comment":          {`<!-- {{contact.name}} -->{{body}}`, "nothing can be put into a comment"},
		"a variable as a tag":              {`<{{contact.name}}>{{body}}`, "write < as &lt;"},
		"a variable as an attribute":       {`<p {{contact.name}}></p>{{body}}`, "not written plainly"},
		"a style that computes":            {`<p style="width:expression(x)">{{body}}</p>`, "a style holds expression"},
		"a style that computes, in pieces": {`<p style="width:exp/**/ression(x)">{{body}}</p>`, "a style holds expression"},
		"a style that loads a style":       {`<style>@import "https://x.example/x.css";</style>{{body}}`, "a style holds @import"},
		"a style with an escape":           {`<p style="width:\65xpression(x)">{{body}}</p>`, `a style holds \`},
		"a style that loads a script":      {`<p style="background:url(javascript:x())">{{body}}</p>`, "a style holds javascript:"},
		"a refresh":                        {`<meta http-equiv="refresh" content="0;url=https://x.example/">{{body}}`, "refresh has no place"},
		"another charset":                  {`<meta charset="iso-8859-1">{{body}}`, "UTF-8"},
		"a script for Outlook alone":       {`<!--[if mso]><script>x()</script><![endif]-->{{body}}`, "in the comment that Outlook reads, line 1, column 1: <script> has no place"},
		"an event for Outlook alone":       {`<!--[if mso]><v:rect onload="x()"><![endif]-->{{body}}`, "onload runs a script"},
		"an attribute twice":               {`<p class="a" class="b">{{body}}</p>`, "not written plainly"},
		"a tag that closes itself":         {`<div/>{{body}}`, "<div/> closes nothing"},
		"a lone bracket":                   {"1 < 2 {{body}}", "write < as &lt;"},
		"NUL":                              {"{{body}}\x00", "without NUL"},
		"bytes that are no text":           {"{{body}}\xff", "UTF-8"},
		"too much":                         {"{{body}}" + strings.Repeat("x", MaxTemplate), "at most"},
	} {
		_, err := ParseTemplate(c.rules, false)
		var e *guichet.Error
		if !errors.As(err, &e) || e.Kind != guichet.Invalid || e.Field != "rules" || !strings.Contains(e.Text, c.says) {
			t.Errorf("%s: got %v, want an Invalid error of rules that says %q", name, err, c.says)
		}
	}
}

// skeleton is the elements and attribute names of HTML, and the addresses' schemes and hosts: what no value may change.
func skeleton(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			t := z.Token()
			b.WriteString("<" + t.Data)
			for _, a := range t.Attr {
				b.WriteString(" " + a.Key)
				if templateURLs[a.Key] {
					b.WriteString("=" + origin(a.Val))
				}
			}
			b.WriteString(">")
		}
	}
}

// origin is the scheme of an address and, on the web, its host: what no value may change.
func origin(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return "no address"
	}
	return u.Scheme + "://" + u.Host
}

// TestTemplateValuesAreText: whatever people are called, the mail has the elements that its author wrote.
func TestTemplateValuesAreText(t *testing.T) {
	tpl := mustTemplate(t, brandRules, false)
	want := skeleton(tpl.Render(TemplateData{}))
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`"><script>`, `' onload='x`, "</title><script>", "--><script>", "{{body}}", "javascript:x", "&lt;script&gt;", "\x00<", "</style>"}))
	rapid.Check(t, func(t *rapid.T) {
		d := TemplateData{Agent: word.Draw(t, "agent"), Channel: word.Draw(t, "channel"), Address: word.Draw(t, "address"), Ticket: word.Draw(t, "ticket"),
			Subject: word.Draw(t, "subject"), Contact: word.Draw(t, "contact")}
		if got := skeleton(tpl.Render(d)); got != want {
			t.Fatalf("%+v made\n%s of\n%s", d, got, want)
		}
	})
}

// FuzzTemplate: whatever is saved either is refused, or renders without a script, whatever it is given.
func FuzzTemplate(f *testing.F) {
	f.Add(brandRules)
	for _, s := range []string{"{{body}}", "<p>{{body}}</p>", `<a href="https://x.example/?{{case.ticket}}">{{body}}</a>`, "<!--[if mso]><v:x><![endif]-->{{body}}", "<title>{{contact.name}}</title>{{body}}",
		"<style>a{}</style>{{body}}", "<p class=x>{{body}}</p>", "<br/>{{ body }}", "<![if !mso]>{{body}}<![endif]>", "<svg>{{body}}</svg>", "<p\x0conclick=x>{{body}}</p>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rules string) {
		tpl, err := ParseTemplate(rules, len(rules)%2 == 0)
		if err != nil {
			return
		}
		evil := `"><script>x</script>' onload=x `
		out := tpl.Render(TemplateData{Agent: evil, Channel: evil, Address: evil, Ticket: evil, Subject: evil, Contact: evil, Body: "<i>the body</i>"})
		if strings.Count(out, "<i>the body</i>") != 1 {
			t.Fatalf("%q shows the body %d times: %q", rules, strings.Count(out, "<i>the body</i>"), out)
		}
		if got, want := skeleton(out), skeleton(tpl.Render(TemplateData{Body: "<i>the body</i>"})); got != want {
			t.Fatalf("%q: values change %q to %q", rules, want, got)
		}
		z := html.NewTokenizer(strings.NewReader(out))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
				continue
			}
			for _, a := range tok.Attr {
				if tok.Data == "script" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") && templateURLs[a.Key] {
					t.Fatalf("%q renders %v", rules, tok)
				}
			}
		}
	})
}
