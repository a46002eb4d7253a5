package mail

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

func init() {
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "write the golden files anew")
	}
}

func composeUpdating() bool { return flag.Lookup("update").Value.String() == "true" }

var composeDate = time.Date(2026, 3, 2, 9, 12, 0, 0, time.FixedZone("", 3600))

// composeBase is the plainest answer; each setting changes one thing.
func composeBase() Outgoing {
	return Outgoing{
		From:      Address{Name: "Demo Support", Addr: "support@demo.example"},
		To:        []Address{{Name: "Bo", Addr: "bo@customer.example"}},
		Subject:   "Re: My kettle 100012",
		Date:      composeDate,
		MessageID: "100012-2.a1b2@demo.example",
		InReplyTo: "k1@customer.example", References: []string{"k0@customer.example", "k1@customer.example"},
		Text:    "Hello Bo,\n\na new one is on its way.\n\n-- \nAna\n",
		Headers: []Field{{"X-Guichet-Ticket", "100012"}},
	}
}

type composeSetting struct {
	name string
	set  func(*Outgoing)
}

func composeTicket(f guichet.TicketFormat) func(*Outgoing) {
	return func(o *Outgoing) {
		o.Subject = RenderSubject("Re: My kettle", "100012", f)
		o.Headers = nil
		if t := TicketToken("100012", f); t != "" {
			o.Headers = []Field{{"X-Guichet-Ticket", t}}
		}
	}
}

var composePNG = []byte("\x89PNG\r\n\x1a\n\x00\x01\x02\x03not much of an image")

var composeSettings = append(composeTickets(), []composeSetting{
	{"plain", func(o *Outgoing) {}},
	{"display-name-with-comma", func(o *Outgoing) { o.From.Name = `Support, "Demo" \ Co.` }},
	{"display-name-not-ascii", func(o *Outgoing) {
		o.From.Name = "Équipe Réclamations – Société Générale des Bouilloires Électriques"
	}},
	{"display-name-none-on-custom-smtp", func(o *Outgoing) { o.From.Name = "" }},
	{"display-name-hostile", func(o *Outgoing) { o.To[0].Name = "Bo\r\nBcc: all@customer.example\x00 =?utf-8?q?x?=" }},
	{"subject-not-ascii", func(o *Outgoing) {
		o.Subject = "Re: Ma bouilloire à thé ne chauffe plus du tout, l’été approche pourtant 100012"
	}},
	{"subject-japanese", func(o *Outgoing) {
		o.Subject = "Re: 電気ケトルが動きません。新しいものを送ってください。よろしくお願いいたします。 [#100012]"
		o.Text, o.Language = "ボーさん、\n\n新しいものをお送りしました。\n", "ja"
	}},
	{"subject-long-word", func(o *Outgoing) { o.Subject = "Re: " + strings.Repeat("a", 300) + " 100012" }},
	{"subject-empty", func(o *Outgoing) { o.Subject = "" }},
	{"arabic", func(o *Outgoing) {
		o.Subject, o.Language, o.RTL = "رد: الغلاية 100012", "ar", true
		o.Text = "مرحبا بو،\n\nالغلاية الجديدة في الطريق.\n"
		o.HTML = TextToHTML(o.Text)
	}},
	{"html", func(o *Outgoing) {
		o.HTML = "<p>Hello Bo,</p><p>a <b>new</b> one is on its way – été.</p>"
		o.Language = "en"
	}},
	{"html-inline-attachment", func(o *Outgoing) {
		o.HTML = `<p>See <img src="cid:logo@demo.example"></p>`
		o.Files = []OutFile{
			{Name: "logo.png", Type: "image/png", Data: composePNG, ContentID: "logo@demo.example", Inline: true},
			{Name: "terms of sale.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4\n%\xe2\xe3\n")},
		}
	}},
	{"file-names", func(o *Outgoing) {
		o.Files = []OutFile{
			{Name: `a "quoted" \ name.txt`, Type: "text/plain; charset=latin1", Data: []byte("x\n")},
			{Name: "Relevé d’identité bancaire – très long nom de fichier – deuxième édition révisée et augmentée.pdf", Type: "application/pdf", Data: []byte{0}},
			{Name: "../../etc/passwd\r\nX: y", Type: "evil\r\nX: y", Data: nil},
			{Name: "領収書.pdf", Type: "APPLICATION/PDF", Data: bytes.Repeat([]byte{7}, 58)},
			{Type: "image/png", Data: composePNG},
			{Name: "opened.bin", Open: func() io.Reader { return bytes.NewReader(bytes.Repeat([]byte{1, 2, 3}, 40)) }, Size: 120},
		}
	}},
	{"forward-with-original", func(o *Outgoing) {
		o.To = []Address{{Addr: "repair@third.example"}}
		o.Text = "Please have a look.\n\n" + Quote("It does not heat.\n> Does it heat?\n\n", "On 1 March 2026, Bo wrote:")
		o.Files = []OutFile{{Name: "original.eml", Type: "message/rfc822", Data: []byte("From: bo@customer.example\r\nSubject: kettle\r\n\r\nIt does not heat.\r\n")}}
	}},
	{"automatic", func(o *Outgoing) { o.Auto = "auto-replied" }},
	{"list-unsubscribe", func(o *Outgoing) {
		o.Headers = append(o.Headers, Field{"List-Unsubscribe", "<https://demo.example/u/" + strings.Repeat("t", 90) + ">, <mailto:u@demo.example?subject=u>"},
			Field{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}},
	{"cc-bcc-reply-to", func(o *Outgoing) {
		o.To = append(o.To, Address{Name: "Zoë", Addr: "zoe@bücher.example"}, Address{Addr: "a..b@carrier.example"}, Address{Addr: `"o x"@customer.example`})
		o.Cc = []Address{{Name: "C. C.", Addr: "cc@customer.example"}}
		o.Bcc = []Address{{Name: "Secret", Addr: "secret@customer.example"}}
		o.ReplyTo = []Address{{Addr: "support+t.abc@demo.example"}}
	}},
	{"bcc-only", func(o *Outgoing) { o.To, o.Bcc = nil, o.To }},
	{"outlook-thread", func(o *Outgoing) {
		o.ThreadTopic = "Ma bouilloire été"
		o.ThreadIndex = NextThreadIndex(NewThreadIndex("case 100012", composeDate), composeDate.Add(time.Hour))
		for range 30 {
			o.ThreadIndex = NextThreadIndex(o.ThreadIndex, composeDate.Add(2*time.Hour))
		}
	}},
	{"text-that-relays-harm", func(o *Outgoing) {
		o.Text = "From here on:\n.\n..two\ntrailing \ntab\t\n" + strings.Repeat("long ", 50) + "\nreturn\rhere\x00\xff\n=_=\n"
	}},
	{"text-empty", func(o *Outgoing) { o.Text = "" }},
	{"first-mail-of-a-case", func(o *Outgoing) { o.InReplyTo, o.References = "", []string{"100012.first@demo.example"} }},
	{"parent-id-unwritable", func(o *Outgoing) {
		o.InReplyTo = "a b\r\nBcc: x@y.example"
		o.References = []string{"é@x", "ok@x", "<x>"}
	}},
}...)

// composeTickets are A060 to A062: both places, three delimiters, hidden.
func composeTickets() []composeSetting {
	var out []composeSetting
	for _, pos := range []string{"suffix", "prefix"} {
		for _, del := range []string{"none", "square", "curly"} {
			out = append(out, composeSetting{"ticket-" + pos + "-" + del, composeTicket(guichet.TicketFormat{Position: pos, Delimiter: del})})
		}
	}
	return append(out, composeSetting{"ticket-hidden", func(o *Outgoing) {
		composeTicket(guichet.TicketFormat{Hidden: true})(o)
		o.MessageID = "m.7f3a@demo.example" // whoever hides the number must not show it here
	}})
}

func composeGiven(s composeSetting) Outgoing {
	o := composeBase()
	s.set(&o)
	return o
}

func TestComposeGolden(t *testing.T) {
	for _, s := range composeSettings {
		t.Run(s.name, func(t *testing.T) {
			got, err := Compose(composeGiven(s))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("..", "..", "testdata", "golden", "compose", s.name+".eml")
			if composeUpdating() {
				if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, got, 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("not as in %s; got:\n%s", file, got)
			}
		})
	}
}

// What every mail we send must be, whatever it holds: CRLF, 7 bit, lines within bounds, each header of the thread once, its size known.
func TestComposeWire(t *testing.T) {
	for _, s := range composeSettings {
		t.Run(s.name, func(t *testing.T) { composeWire(t, composeGiven(s)) })
	}
}

type composeT interface {
	Fatalf(string, ...any)
	Errorf(string, ...any)
	Helper()
}

func composeWire(t composeT, o Outgoing) {
	t.Helper()
	raw, err := Compose(o)
	if err != nil {
		t.Fatalf("compose: %v", err)
	}
	if n := EncodedSize(o); n != int64(len(raw)) {
		t.Errorf("EncodedSize says %d, the mail has %d", n, len(raw))
	}
	if again, _ := Compose(o); !bytes.Equal(raw, again) {
		t.Errorf("the same mail gave other bytes")
	}
	var b bytes.Buffer
	if n, err := ComposeTo(&b, o); err != nil || n != int64(len(raw)) || !bytes.Equal(b.Bytes(), raw) {
		t.Errorf("ComposeTo gives %d bytes, %v; not what Compose gives", n, err)
	}
	composeLines(t, raw)
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	names := map[string]int{}
	for _, l := range strings.Split(string(head), "\r\n") {
		if n, _, ok := strings.Cut(l, ":"); ok && l[0] != ' ' {
			names[strings.ToLower(n)]++
		}
	}
	for _, once := range []string{"in-reply-to", "references", "thread-index", "thread-topic", "auto-submitted", "reply-to", "cc"} {
		if names[once] > 1 {
			t.Errorf("%s stands there %d times", once, names[once])
		}
	}
	for _, must := range []string{"date", "from", "to", "subject", "message-id", "mime-version", "content-type"} {
		if names[must] != 1 {
			t.Errorf("%s stands there %d times", must, names[must])
		}
	}
	if names["bcc"] > 0 {
		t.Errorf("there is a Bcc header")
	}
}

func composeLines(t composeT, raw []byte) {
	t.Helper()
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Errorf("the mail does not end with a line end")
	}
	inHead := true
	for _, l := range strings.Split(string(raw), "\r\n") {
		if l == "" {
			inHead = false
		}
		if len(l) > 998 || inHead && len(l) > 78 && strings.Contains(strings.TrimSpace(l[strings.Index(l, ":")+1:]), " ") {
			t.Errorf("a line of %d bytes: %.100q", len(l), l)
		}
		if strings.ContainsAny(l, "\r\n\x00") || strings.ContainsFunc(l, func(r rune) bool { return r >= 0x7f }) {
			t.Errorf("a line with a bare line end, a NUL or 8 bits: %.100q", l)
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	for _, c := range []struct {
		name, field string
		set         func(*Outgoing)
	}{
		{"no sender", "from", func(o *Outgoing) { o.From = Address{} }},
		{"line break in the sender's address", "from", func(o *Outgoing) { o.From.Addr = "a@b.example\r\nBcc: x@y.example" }},
		{"no recipient", "to", func(o *Outgoing) { o.To = nil }},
		{"line break in a recipient", "to[0]", func(o *Outgoing) { o.To[0].Addr = "a\r\nX: y@b.example" }},
		{"second cc is no address", "cc[1]", func(o *Outgoing) { o.Cc = []Address{{Addr: "ok@b.example"}, {Raw: "what"}} }},
		{"bcc is no address", "bcc[0]", func(o *Outgoing) { o.Bcc = []Address{{Addr: "x@"}} }},
		{"local part not ASCII", "to[0]", func(o *Outgoing) { o.To[0].Addr = "bö@b.example" }},
		{"domain with a space", "to[0]", func(o *Outgoing) { o.To[0].Addr = "bo@b. example" }},
		{"bracket in the domain", "to[0]", func(o *Outgoing) { o.To[0].Addr = "bo@b.example>" }},
		{"no date", "date", func(o *Outgoing) { o.Date = time.Time{} }},
		{"no Message-ID", "messageId", func(o *Outgoing) { o.MessageID = "" }},
		{"brackets around the Message-ID", "messageId", func(o *Outgoing) { o.MessageID = "<a@b>" }},
		{"line break in the Message-ID", "messageId", func(o *Outgoing) { o.MessageID = "a@b\r\nX:y" }},
		{"line break in a header", "headers", func(o *Outgoing) { o.Headers = []Field{{"X-A", "b\nX-C: d"}} }},
		{"NUL in a header", "headers", func(o *Outgoing) { o.Headers = []Field{{"X-A", "b\x00"}} }},
		{"line break in a header's name", "headers", func(o *Outgoing) { o.Headers = []Field{{"X-A: b\r\nX-C", "d"}} }},
		{"a header that Compose writes", "headers", func(o *Outgoing) { o.Headers = []Field{{"REFERENCES", "<a@b>"}} }},
		{"bcc by the back door", "headers", func(o *Outgoing) { o.Headers = []Field{{"bcc", "x@y.example"}} }},
		{"a header twice", "headers", func(o *Outgoing) { o.Headers = []Field{{"X-A", "b"}, {"x-a", "c"}} }},
		{"a word that no line holds", "headers", func(o *Outgoing) { o.Headers = []Field{{"X-A", strings.Repeat("b", 1000)}} }},
		{"an unknown kind of automatic", "auto", func(o *Outgoing) { o.Auto = "no\r\nX: y" }},
		{"a language that is none", "language", func(o *Outgoing) { o.Language = "fr\r\nX: y" }},
		{"inline without Content-ID", "files[0]", func(o *Outgoing) { o.Files = []OutFile{{Inline: true}} }},
		{"line break in a Content-ID", "files[0]", func(o *Outgoing) { o.Files = []OutFile{{ContentID: "a>\r\nX: y"}} }},
		{"a negative size", "files[0]", func(o *Outgoing) { o.Files = []OutFile{{Size: -1}} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := composeBase()
			c.set(&o)
			raw, err := Compose(o)
			var e *guichet.Error
			if !errors.As(err, &e) || e.Kind != guichet.Invalid || e.Field != c.field {
				t.Errorf("got %v and %d bytes, want an Invalid error of field %s", err, len(raw), c.field)
			}
			if EncodedSize(o) != -1 {
				t.Errorf("EncodedSize says %d of a mail that cannot be", EncodedSize(o))
			}
		})
	}
}

func TestComposeEncoding(t *testing.T) {
	for text, want := range map[string]string{
		"hello\n":               "7bit",
		strings.Repeat("x", 78): "7bit",
		strings.Repeat("x", 79): "quoted-printable",
		"hi\nFrom me to you":    "quoted-printable",
		"signed\n-- \nAna":      "quoted-printable",
		"tab\t":                 "quoted-printable",
		"a\n.\nb":               "quoted-printable",
		"our --=_ boundary":     "quoted-printable",
		"bell\a":                "quoted-printable",
		"un été à la campagne":  "quoted-printable",
		"電気ケトルが動きません":           "base64",
	} {
		if body, got := outBody(text); got != want {
			t.Errorf("%q goes out as %s, want %s:\n%s", text, got, want, body)
		}
	}
}
