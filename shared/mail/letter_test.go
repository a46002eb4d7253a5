package mail

import (
	"fmt"
	"strings"
	"testing"
)

// letterSettings are golden mails of what goes around an answer; they are read back by two foreign readers like the others.
var letterSettings = []composeSetting{
	{"template", func(o *Outgoing) { letterInto(o, func(l *Letter) { l.Template = parsed(brandRules, false) }) }},
	{"template-rtl", func(o *Outgoing) {
		o.Language = "ar"
		letterInto(o, func(l *Letter) {
			l.Text, l.Template = "مرحبا بو،\n\nالغلاية الجديدة في الطريق.\n", parsed("<div>{{body}}<p>{{case.ticket}}</p></div>", true)
		})
	}},
	{"signature-plain", func(o *Outgoing) { letterInto(o, func(l *Letter) { l.Signature = "Ana\nDemo Support" }) }},
	{"signature-plain-beside-html", func(o *Outgoing) {
		letterInto(o, func(l *Letter) { l.HTML, l.Signature = LetterHTML("<p>Hello <b>Bo</b></p>"), "Ana\nDemo Support" })
	}},
	{"signature-html", func(o *Outgoing) {
		letterInto(o, func(l *Letter) {
			l.SignatureHTML = LetterHTML(`<p><b>Ana</b> – <a href="https://demo.example">Demo</a></p>`)
		})
	}},
	{"signature-both", func(o *Outgoing) {
		letterInto(o, func(l *Letter) { l.Signature, l.SignatureHTML = "Ana, the text", LetterHTML("<p>Ana, the HTML</p>") })
	}},
	{"signature-and-quote-in-template", func(o *Outgoing) {
		letterInto(o, func(l *Letter) {
			l.Template, l.Signature = parsed(brandRules, false), "Ana"
			l.Quote = Quote("It does not heat.\n> Does it heat?\n", "On 1 March 2026, Bo wrote:")
			l.QuoteHTML = QuoteHTML(LetterHTML("<p>It does <i>not</i> heat.</p>"), "On 1 March 2026, Bo wrote:")
		})
	}},
	{"arabic-in-a-latin-mail", func(o *Outgoing) {
		letterInto(o, func(l *Letter) {
			l.HTML = LetterHTML("<p>Hello,</p><p>مرحبا بو</p><ul><li>one</li><li>שלום</li></ul>")
		})
	}},
	{"template-inline-image", func(o *Outgoing) {
		letterInto(o, func(l *Letter) {
			l.HTML, l.Template = LetterHTML(`<p>See <img src="cid:p1@demo.example" alt="the plug"></p>`), parsed("<div>{{body}}</div>", false)
		})
		o.Files = []OutFile{{Name: "plug.png", Type: "image/png", Data: composePNG, ContentID: "p1@demo.example", Inline: true}}
	}},
	{"forward-with-its-files", func(o *Outgoing) {
		o.To, o.Subject = []Address{{Addr: "repair@third.example"}}, "Fwd: My kettle 100012"
		head := "---------- Forwarded message ----------\nFrom: Bo <bo@customer.example>\nDate: Sun, 1 Mar 2026 18:00 UTC\nSubject: My kettle\n"
		letterInto(o, func(l *Letter) {
			l.Text, l.Quote = "Can you mend this?", head+"\nIt does not heat.\n"
			l.HTML = LetterHTML("<p>Can you mend this?</p>")
			l.QuoteHTML = TextToHTML(head) + SafeHTML(`<p>It does <b>not</b> heat. <img src="cid:p@customer.example"></p>`, SafeOptions{})
		})
		o.Files = []OutFile{{Name: "plug.png", Type: "image/png", Data: composePNG, ContentID: "p@customer.example", Inline: true}, {Name: "bill.pdf", Type: "application/pdf", Data: []byte("%PDF")}}
	}},
	{"reply-all", func(o *Outgoing) {
		r := ReplyTo(Answered{From: []Address{{Name: "Bo", Addr: "bo@customer.example"}}, To: []Address{{Addr: "support@demo.example"}, {Name: "Cy", Addr: "cy@customer.example"}},
			Cc: []Address{{Addr: "di@customer.example"}, {Addr: "BO@customer.example"}}}, []string{"support@demo.example"}, true)
		o.To, o.Cc = r.To, r.Cc
	}},
	{"case-of-500-messages", func(o *Outgoing) {
		var refs, own []string
		for n := range 250 {
			refs = append(refs, fmt.Sprintf("AM9PR04MB8289%043dF1E2D3@AM9PR04MB8289.eurprd04.prod.outlook.com", n))
			own = append(own, fmt.Sprintf("100012-%d.%024d@demo.example", n, n), fmt.Sprintf("0102018f%040d-000000@eu-west-1.amazonses.com", n))
		}
		o.InReplyTo = refs[249]
		o.References = OutReferences(refs[249], refs[:249], own)
	}},
	{"unsubscribe-one-click", func(o *Outgoing) {
		o.Unsubscribe, o.UnsubMail = "https://demo.example/u/k3y?c=1", "u+k3y@demo.example"
	}},
}

func init() { composeSettings = append(composeSettings, letterSettings...) }

func parsed(rules string, rtl bool) *Template {
	tpl, err := ParseTemplate(rules, rtl)
	if err != nil {
		panic(err)
	}
	return tpl
}

func letterInto(o *Outgoing, set func(*Letter)) {
	l := Letter{Text: "Hello Bo,\n\na new one is on its way.\n", Data: TemplateData{Agent: "Ana", Channel: "Demo Support", Address: "support@demo.example", Ticket: "100012", Subject: "My kettle", Contact: "Bo"}}
	set(&l)
	o.Text, o.HTML, o.RTL = l.Parts()
}

func TestLetterParts(t *testing.T) {
	tpl := parsed("<b>{{body}}</b>", false)
	for name, c := range map[string]struct {
		l          Letter
		text, html string
		rtl        bool
	}{
		"text alone stays what it is (A072)":              {Letter{Text: "Hello\n"}, "Hello\n", "", false},
		"HTML alone stays what it is (A072)":              {Letter{HTML: "<p>Hello</p>"}, "Hello", "<p>Hello</p>", false},
		"both stay what they are":                         {Letter{Text: "Hi", HTML: "<p>Hello</p>"}, "Hi", "<p>Hello</p>", false},
		"a template makes HTML of text":                   {Letter{Text: "a < b", Template: tpl}, "a < b", "<b><p>a &lt; b</p>\n</b>", false},
		"a plain signature beside text":                   {Letter{Text: "Hi", Signature: "Ana"}, "Hi\n\n-- \nAna\n", "", false},
		"a plain signature beside HTML":                   {Letter{HTML: "<p>Hi</p>", Signature: "Ana"}, "Hi\n\n-- \nAna\n", "<p>Hi</p>\n<div class=\"signature\"><p>Ana</p>\n</div>\n", false},
		"an HTML signature beside text makes HTML":        {Letter{Text: "Hi", SignatureHTML: "<i>Ana</i>"}, "Hi\n\n-- \nAna\n", "<p>Hi</p>\n<div class=\"signature\"><i>Ana</i></div>\n", false},
		"of both each alternative has its own (A075)":     {Letter{Text: "Hi", Signature: "T", SignatureHTML: "<i>H</i>"}, "Hi\n\n-- \nT\n", "<p>Hi</p>\n<div class=\"signature\"><i>H</i></div>\n", false},
		"the quote follows the signature":                 {Letter{Text: "Hi", Signature: "A", Quote: "> x\n"}, "Hi\n\n-- \nA\n\n> x\n", "", false},
		"Arabic in HTML without a template":               {Letter{HTML: `<p dir="rtl">مرحبا</p>`}, "مرحبا", `<p dir="rtl">مرحبا</p>`, true},
		"a template from left to right keeps its own way": {Letter{Text: "مرحبا", Template: tpl}, "مرحبا", "<b><p dir=\"rtl\">مرحبا</p>\n</b>", false},
	} {
		text, html, rtl := c.l.Parts()
		if text != c.text || html != c.html || rtl != c.rtl {
			t.Errorf("%s:\ngot  %q, %q, %t\nwant %q, %q, %t", name, text, html, rtl, c.text, c.html, c.rtl)
		}
	}
}

func TestLetterHTML(t *testing.T) {
	for in, want := range map[string]string{
		`<p onclick="x()">a<script>y</script></p>`:         `<p>a</p>`,
		`<p>שלום</p><p>hi</p>`:                             `<p dir="rtl">שלום</p><p>hi</p>`,
		`<p dir="ltr">שלום</p>`:                            `<p dir="ltr">שלום</p>`,
		`<div><p> <b>1. مرحبا</b></p><p>hi</p></div>`:      `<div dir="rtl"><p dir="rtl"> <b>1. مرحبا</b></p><p>hi</p></div>`,
		`<div><p></p>hi <i>مرحبا</i></div>`:                `<div><p></p>hi <i>مرحبا</i></div>`,
		`<img src="cid:a@b" alt="x">`:                      `<img alt="x" src="cid:a@b">`,
		`<img src="https://x.example/a.png">`:              `<img src="https://x.example/a.png">`,
		`<a href="javascript:x()">x</a>`:                   `<a>x</a>`,
		`<table><tr><td>مرحبا</td><td>x</td></tr></table>`: `<table><tr><td dir="rtl">مرحبا</td><td>x</td></tr></table>`,
		`</div></body><p>x`:                                `<p>x</p>`,
		`<p>&#1605;&#1585;</p>`:                            `<p dir="rtl">مر</p>`,
		strings.Repeat("<div>", 5) + "x":                   strings.Repeat("<div>", 5) + "x" + strings.Repeat("</div>", 5),
	} {
		if got := LetterHTML(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again := LetterHTML(LetterHTML(in)); again != LetterHTML(in) {
			t.Errorf("%q: made safe twice it changes: %q", in, again)
		}
	}
}

func TestUnsubscribe(t *testing.T) {
	for _, bad := range []string{"http://demo.example/u", "mailto:u@demo.example", "https://", "https://demo.example/a>b", "https://demo.example/\r\nX: y"} {
		o := composeBase()
		o.Unsubscribe = bad
		if _, err := Compose(o); err == nil {
			t.Errorf("%q is taken for a one-click address", bad)
		}
	}
	o := composeBase()
	o.Unsubscribe = "https://demo.example/u"
	o.Headers = append(o.Headers, Field{"List-Unsubscribe", "<mailto:x@y.example>"})
	if _, err := Compose(o); err == nil {
		t.Error("two List-Unsubscribe in one mail")
	}
}
