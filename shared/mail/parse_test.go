package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// names returns the names of parts.
func names(parts []Part) (out []string) {
	for _, p := range parts {
		out = append(out, p.Name)
	}
	return out
}

func warned(m *Mail, what string) bool {
	return slices.ContainsFunc(m.Warnings, func(w string) bool { return strings.Contains(w, what) })
}

func TestD46UnknownCharset(t *testing.T) {
	for _, c := range []struct{ name, charset, body, want string }{
		{"windows-1258", "windows-1258", "Vi\xeat Nam \xf0", "Viêt Nam đ"},
		{"alias", "cp1252", "\x80 5", "€ 5"},
		{"ASCII by its long name", "ansi_x3.4-1968", "Gr\xfc\xdfe", "Grüße"},
		{"latin1 is windows-1252", "iso-8859-1", "\x93Gr\xfc\xdfe\x94", "“Grüße”"},
		{"odd spelling", "ISO8859-15", "\xa4", "€"},
		{"more odd spelling", "\"Windows1252\"", "\x80", "€"},
		{"gb2312 with GBK letters", "gb2312", "\x96\x7c\xd6\xd0", gbk("\x96\x7c\xd6\xd0")},
		{"korean", "ks_c_5601-1987", "\xc7\xd1\xb1\xb9", "한국"},
		{"ISO-2022-KR", "iso-2022-kr", "\x1b$)C\x0eGQ19\x0f", "한국"},
		{"ISO-2022-JP", "iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本"},
		{"shift_jis", "x-sjis", "\x93\xfa\x96\x7b", "日本"},
		{"hebrew", "iso-8859-8-i", "\xf9\xec\xe5\xed", "שלום"},
		{"thai", "tis-620", "\xca\xc7\xd1\xca", "สวัส"},
		{"thai of windows", "windows-874", "\xca\xc7\xd1\xca", "สวัส"},
		{"DOS", "cp850", "Gr\x81\xe1e", "Grüße"},
		{"DOS, IBM's name", "ibm437", "Gr\x81\xe1e", "Grüße"},
		{"KOI8", "koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
		{"macintosh", "macintosh", "Gr\x9f\xa7e", "Grüße"},
		{"UTF-7", "utf-7", "Gr+APwA3w-e +- 1", "Grüße + 1"},
		{"UTF-16", "utf-16", "\xff\xfeA\x00\xfc\x00", "Aü"},
		{"UTF-7 by another spelling", "UTF_7", "Gr+APwA3w-e", "Grüße"},
		{"UTF-16, spelt apart", "utf_16_le", "A\x00\xfc\x00", "Aü"},
		{"with a year", "ISO_8859-2:1987", "\xb1", "ą"},
		{"with a year behind a dash", "iso-8859-2-1987", "\xb1", "ą"},
		{"by its number of ISO", "iso_ir_126", "\xc1", "Α"},
		{"korean with underscores", "EUC_KR", "\xc7\xd1\xb1\xb9", "한국"},
		{"thai with an underscore", "TIS_620", "\xca\xc7\xd1\xca", "สวัส"},
		{"a number alone", "1250", "\x9c", "ś"},
		{"baltic of DOS", "IBM775", "\xb5", "Ą"},
		{"turkish of DOS", "cp857", "\x9e", "Ş"},
		{"greek of DOS", "cp737", "\x80", "Α"},
		{"hp-roman8", "hp-roman8", "Gr\xcf\xdee", "Grüße"},
		{"turkish of Apple", "x-mac-turkish", "\xdb", "ğ"},
		{"EBCDIC", "ibm037", "\xc8\x85\x93\x93\x96", "Hello"},
		{"EBCDIC, German", "IBM273", "\xc7\x99\xd0\xa1\x85", "Grüße"},
		{"ISO-2022-JP-2 with Chinese and Korean", "iso-2022-jp-2", "\x1b$A<RNE\x1b(B \x1b$(CGQ19\x1b(B \x1b$BF|K\\\x1b(B", gbk("\xbc\xd2\xce\xc5") + " 한국 日本"},
		{"ISO-2022-JP-2 with Latin", "iso-2022-jp-2", "Gr\x1b.A\x1bN|e", "Grüe"},
		{"VISCII", "viscii", "Vi\xaet \xaa \xff", "Việt ế Ữ"},
		{"declared UTF-8, is latin1", "utf-8", "Gr\xfc\xdfe", "Grüße"},
		{"declared UTF-8, one bad byte", "utf-8", "Grüße und Äpfel \xff", "Grüße und Äpfel \uFFFD"},
		{"declared ASCII, is UTF-8", "us-ascii", "Grüße", "Grüße"},
		{"none", "", "Gr\xfc\xdfe", "Grüße"},
		{"none, is windows-1251", "", "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0?", "Привет, как дела?"},
		{"none, is KOI8-R", "", "\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1?", "Привет, как дела?"},
		{"none, is GBK", "", "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7\xa1\xa3\xd0\xbb\xd0\xbb", "你好，世界。谢谢"},
		{"none, is French", "", "d\xe9j\xe0 \xe9t\xe9, \xc0 bient\xf4t", "déjà été, À bientôt"},
		{"none, is Shift_JIS", "", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x90\xa2\x8a\x45", "こんにちは世界"},
	} {
		m := Parse([]byte("Content-Type: text/plain; charset=" + c.charset + "\n\n" + c.body))
		if m.Text != c.want || warned(m, "charset") {
			t.Errorf("%s: got %q, want %q, warnings %q", c.name, m.Text, c.want, m.Warnings)
		}
	}
	m := Parse([]byte("From: =?x-klingon?Q?An=E4?= <ana@example.com>\nContent-Type: text/plain; charset=x-klingon\n\nGr\xfc\xdfe"))
	if m.Text != "Grüße" || !warned(m, "x-klingon") || m.From[0].Addr != "ana@example.com" || m.From[0].Name != "Anä" {
		t.Errorf("unknown: got %q, %+v, warnings %q", m.Text, m.From, m.Warnings)
	}
}

// gbk is what the larger of the Chinese charsets makes of b.
func gbk(b string) string { return decodeCharset([]byte(b), "gb18030") }

func TestD47RawBytesInHeaders(t *testing.T) {
	for _, c := range []struct{ name, header, want string }{
		{"UTF-8", "Subject: Grüße", "Grüße"},
		{"latin1", "Subject: Gr\xfc\xdfe", "Grüße"},
		{"as the body is declared", "Content-Type: text/plain; charset=koi8-r\nSubject: \xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
		{"binary", "Subject: a\x00b\x01c", "ab c"},
	} {
		if m := Parse([]byte(c.header + "\n\nx")); m.Subject != c.want {
			t.Errorf("%s: got %q, want %q", c.name, m.Subject, c.want)
		}
	}
}

func TestD47EveryStringIsValid(t *testing.T) {
	mails := ownMails(t)
	var seeds [][]byte
	for _, b := range mails {
		seeds = append(seeds, b)
	}
	slices.SortFunc(seeds, bytes.Compare)
	rapid.Check(t, func(t *rapid.T) {
		raw := slices.Clone(rapid.SampledFrom(seeds).Draw(t, "mail"))
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			if len(raw) == 0 {
				break
			}
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				raw[at] = rapid.Byte().Draw(t, "byte")
			case 1:
				raw = slices.Delete(raw, at, min(len(raw), at+rapid.IntRange(1, 40).Draw(t, "n")))
			default:
				raw = slices.Insert(raw, at, rapid.SliceOfN(rapid.Byte(), 1, 5).Draw(t, "bytes")...)
			}
		}
		check(t, Parse(raw))
	})
}

// check is goodMail for rapid.
func check(t *rapid.T, m *Mail) {
	for _, s := range []string{m.Subject, m.Text, m.HTML, m.MessageID, m.Calendar, m.ThreadTopic} {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			t.Fatalf("%q", s)
		}
	}
	for _, f := range m.Fields {
		if !utf8.ValidString(f.Name+f.Value) || strings.Contains(f.Value, "\x00") {
			t.Fatalf("%q", f)
		}
	}
	for i := range m.Parts {
		if p := &m.Parts[i]; !utf8.ValidString(p.Name+p.Type+p.ContentID) || int64(len(p.Bytes())) != p.Size {
			t.Fatalf("%+v", p)
		}
	}
	if warned(m, "internal") {
		t.Fatalf("%q", m.Warnings)
	}
}

func TestD49FileNames(t *testing.T) {
	for _, c := range []struct{ name, header, want string }{
		{"plain", `Content-Disposition: attachment; filename="a b.pdf"`, "a b.pdf"},
		{"unquoted with spaces", `Content-Disposition: attachment; filename=a b.pdf`, "a b.pdf"},
		{"RFC 2231", `Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf`, "Grüße.pdf"},
		{"RFC 2231 latin1", `Content-Disposition: attachment; filename*=iso-8859-1'de'Gr%FC%DFe.pdf`, "Grüße.pdf"},
		{"RFC 2231 continued", "Content-Disposition: attachment;\n filename*0=\"ab\";\n filename*1=\"cd\";\n filename*2=\".pdf\"", "abcd.pdf"},
		{"RFC 2231 continued, out of order", "Content-Disposition: attachment; filename*1=\"b.pdf\"; filename*0=\"a\"", "ab.pdf"},
		{"RFC 2231 continued and encoded", "Content-Disposition: attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9Fe; filename*2=.pdf", "Grüße.pdf"},
		{"RFC 2231 in quotes", `Content-Disposition: attachment; filename*="utf-8''Gr%C3%BC%C3%9Fe.pdf"`, "Grüße.pdf"},
		{"RFC 2231 ASCII with 8-bit", "Content-Disposition: attachment; filename*=us-ascii''Gr%FC%DFe.pdf", "Grüße.pdf"},
		{"RFC 2231 before the plain name", `Content-Disposition: attachment; filename="?.pdf"; filename*=utf-8''%C3%BC.pdf`, "ü.pdf"},
		{"RFC 2047", `Content-Disposition: attachment; filename="=?utf-8?B?R3LDvMOfZS5wZGY=?="`, "Grüße.pdf"},
		{"RFC 2047 in two", `Content-Disposition: attachment; filename="=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe.pdf?="`, "Grüße.pdf"},
		{"raw latin1", "Content-Disposition: attachment; filename=\"Gr\xfc\xdfe.pdf\"", "Grüße.pdf"},
		{"only in the type", `Content-Type: application/pdf; name="a.pdf"`, "a.pdf"},
		{"path of Windows", `Content-Disposition: attachment; filename="C:\Users\ana\a.pdf"`, "a.pdf"},
		{"path", `Content-Disposition: attachment; filename="../../etc/passwd"`, "passwd"},
		{"path from the root", `Content-Disposition: attachment; filename="/home/ana/img/a.jpg"`, "a.jpg"},
		{"path of Windows", `Content-Disposition: attachment; filename="C:\TEMP\a.png"`, "a.png"},
		{"path on a drive", `Content-Disposition: attachment; filename="C:/TEMP/a.png"`, "a.png"},
		{"a slash is no path", `Content-Disposition: attachment; filename="Invoice 12/2026.pdf"`, "Invoice 12_2026.pdf"},
		{"quotes within", `Content-Disposition: attachment; filename="a \"b\".pdf"`, `a "b".pdf`},
		{"quotes within, unmasked", `Content-Disposition: attachment; filename="a "b" c.pdf"; size=3`, `a "b" c.pdf`},
		{"semicolon forgotten", `Content-Disposition: attachment; filename="a.pdf" size="3"`, "a.pdf"},
		{"brackets", `Content-Disposition: attachment; filename=a (1)`, "a (1)"},
		{"encoded word without quotes", `Content-Disposition: attachment; filename==?utf-8?Q?=C3=BC.pdf?=`, "ü.pdf"},
		{"encoded word over two pieces", `Content-Disposition: attachment; filename*0="=?utf-8?B?R3LDv"; filename*1="MOfZS5wZGY=?="`, "Grüße.pdf"},
		{"never closed", `Content-Disposition: attachment; filename="a.pdf`, "a.pdf"},
		{"turned around", "Content-Disposition: attachment; filename=\"a\u202efdp.exe\"", "afdp.exe"},
		{"semicolon within", `Content-Disposition: attachment; filename="a;b.pdf"; size=3`, "a;b.pdf"},
		{"lost", "Content-Type: application/pdf\nContent-Disposition: attachment", "attachment-1.pdf"},
		{"dots", `Content-Type: image/png; name=".."`, "attachment-1.png"},
		{"too long", "Content-Disposition: attachment; filename=\"" + strings.Repeat("ä", 300) + ".pdf\"", strings.Repeat("ä", 98) + ".pdf"},
	} {
		h := c.header
		if !strings.Contains(h, "Content-Type") {
			h += "\nContent-Type: application/octet-stream"
		}
		m := Parse([]byte("Content-Type: multipart/mixed; boundary=b\n\n--b\n" + h + "\n\ncontent\n--b--\n"))
		if len(m.Parts) != 1 || m.Parts[0].Name != c.want || string(m.Parts[0].Bytes()) != "content" {
			t.Errorf("%s: got %q, want %q", c.name, names(m.Parts), c.want)
		}
	}
}

func TestD50MalformedContentType(t *testing.T) {
	for _, c := range []struct{ name, header, text, part string }{
		{"no type", "Content-Type: ; charset=utf-8", "hello", ""},
		{"only text", "Content-Type: text", "hello", ""},
		{"junk", "Content-Type: &&&", "hello", ""},
		{"junk with a name", "Content-Type: &&&; name=a.bin\nContent-Disposition: attachment", "", "a.bin"},
		{"space in a parameter", "Content-Type: text/plain; charset = utf-8 ; x", "hello", ""},
		{"encoded word", "Content-Type: =?utf-8?Q?text/plain;_charset=3Dutf-8?=", "hello", ""},
		{"comment", "Content-Type: text/plain (words); charset=utf-8", "hello", ""},
		{"encoding that is none", "Content-Transfer-Encoding: utf-8", "hello", ""},
		{"encoding with junk", "Content-Transfer-Encoding: \"7BIT\";", "hello", ""},
		{"upper case", "CONTENT-TYPE: TEXT/PLAIN; CHARSET=UTF-8", "hello", ""},
		{"text of another kind", "Content-Type: text/markdown", "hello", ""},
		{"type of nothing", "Content-Type: foo/bar", "", "attachment-1.bin"},
	} {
		m := Parse([]byte(c.header + "\n\nhello"))
		if m.Text != c.text || strings.Join(names(m.Parts), ",") != c.part {
			t.Errorf("%s: text %q, parts %q", c.name, m.Text, names(m.Parts))
		}
	}
	m := Parse([]byte("Content-Transfer-Encoding: base64\n\nthis text has words, not base64, and that shows at once\n"))
	if !strings.HasPrefix(m.Text, "this text has words") || !warned(m, "base64") {
		t.Errorf("got %q, %q", m.Text, m.Warnings)
	}
}

func TestD53NoBody(t *testing.T) {
	for _, raw := range []string{"", "\n", "Subject: x", "Subject: x\n", "Subject: x\n\n", "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n", "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n"} {
		if m := Parse([]byte(raw)); m.Text != "" || m.HTML != "" || len(m.Parts) != 0 || (raw != "" && raw != "\n" && m.Subject != "x") {
			t.Errorf("%q: got %+v", raw, m)
		}
	}
}

func TestD54NUL(t *testing.T) {
	raw := []byte("Subject: a\x00b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\nx=00y\x00z\n--b\nContent-Type: text/html\n\n<p>x\x00y</p>\n--b\nContent-Type: application/zip; name=\"a\x00.zip\"\n\nP\x00K\n--b--\n")
	m := Parse(raw)
	if m.Subject != "ab" || !strings.HasPrefix(m.Text, "xyz") || !strings.Contains(m.HTML, "<p>xy</p>") || m.Parts[0].Name != "a.zip" || string(m.Parts[0].Bytes()) != "P\x00K" {
		t.Errorf("got %q %q %q %+v", m.Subject, m.Text, m.HTML, m.Parts)
	}
}

func TestD55LongHeaders(t *testing.T) {
	refs := ""
	for i := range 500 {
		refs += "<" + itoa(i) + "@x>\n "
	}
	m := Parse([]byte("References: " + refs + "\nSubject: " + strings.Repeat("ä", 5000) + "\n\ntext"))
	if len(m.References) != MaxReferences || m.References[0] != "0@x" || m.References[1] != "401@x" || m.References[99] != "499@x" || len(m.Subject) > MaxSubject || m.Text != "text" {
		t.Errorf("%d references, %.200q", len(m.References), m.References)
	}
	m = Parse([]byte("Subject: x\nX-Long: " + strings.Repeat("a", 10<<20) + "\nFrom: late@example.com\n\ntext"))
	if m.Subject != "x" || m.Text != "text" || !warned(m, "header") {
		t.Errorf("%q %q %q", m.Subject, m.Text, m.Warnings)
	}
}

func TestD58MessagesWithin(t *testing.T) {
	inner := "From: boss@example.com\r\nMessage-ID: <inner@x>\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner text \xff\r\n--c--\r\n"
	m := Parse([]byte("Message-ID: <outer@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nouter text\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n--b--\r\n"))
	if len(m.Parts) != 1 || string(m.Parts[0].Bytes()) != inner || m.Parts[0].Name != "attachment-1.eml" || m.Text != "outer text" || m.MessageID != "outer@x" || len(m.References) > 0 {
		t.Errorf("got %q %q %+v", m.Text, m.MessageID, m.Parts)
	}
	lf := strings.ReplaceAll(inner, "\r\n", "\n")
	m = Parse([]byte("Content-Type: multipart/digest; boundary=b\n\n--b\n\n" + lf + "\n--b\n\n" + lf + "\n--b--\n"))
	if len(m.Parts) != 2 || string(m.Parts[1].Bytes()) != lf || m.Text != "" {
		t.Errorf("digest: got %q %+v", m.Text, m.Parts)
	}
}

func TestD59InlineParts(t *testing.T) {
	m := Parse([]byte(`Content-Type: multipart/mixed; boundary=b

--b

before
--b
Content-Type: application/pdf
Content-Disposition: inline; filename=a.pdf

pdf
--b

between
--b
Content-Type: image/png
Content-ID: <pic@x>

png
--b

after
--b--
`))
	if m.Text != "before\nbetween\nafter" || strings.Join(names(m.Parts), " ") != "a.pdf attachment-2.png" || m.Parts[1].ContentID != "pic@x" {
		t.Errorf("got %q %q", m.Text, names(m.Parts))
	}
	if p := m.ByContentID("PIC@x"); p == nil || p.Index != 1 || m.ByContentID("other@x") != nil || m.ByContentID("") != nil {
		t.Errorf("by content id: got %+v", p)
	}
	m = Parse([]byte(`Content-Type: multipart/alternative; boundary=a

--a

plain view
--a
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html

<p>one</p><img src="cid:pic@x">
--b
Content-Type: application/pdf; name=a.pdf

pdf
--b
Content-Type: text/html

<p>two</p>
--b--
--a--
`))
	if m.Text != "plain view" || !strings.Contains(m.HTML, "one") || !strings.Contains(m.HTML, "two") || len(m.Parts) != 1 {
		t.Errorf("Apple Mail: got %q %q %q", m.Text, m.HTML, names(m.Parts))
	}
}

func TestD60HTMLAlone(t *testing.T) {
	m := Parse([]byte("Content-Type: text/html; charset=utf-8\n\n<p>Hi <b>Bo</b></p><p>bye</p>"))
	if len(m.Parts) != 0 || m.Text != "Hi Bo\n\nbye" || !m.TextMade || m.HTML != "<p>Hi <b>Bo</b></p><p>bye</p>" {
		t.Errorf("got %q %q %+v", m.Text, m.HTML, m.Parts)
	}
}

const invitation = `BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Visite\, premier éta
 ge
DTSTART;TZID=Europe/Paris:20260302T090000
LOCATION:Room 1
ORGANIZER;CN="Ng, Ana":MAILTO:ana@example.com
ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com
BEGIN:VALARM
SUMMARY:alarm
END:VALARM
END:VEVENT
END:VCALENDAR
`

func TestD61CalendarInvite(t *testing.T) {
	want := "Invitation: Visite, premier étage, 2026-03-02 09:00 (Europe/Paris), Room 1, organised by Ng, Ana <ana@example.com>"
	m := Parse([]byte("Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n" + invitation))
	if m.Calendar != want || m.Text != want || len(m.Parts) != 1 || m.Parts[0].Name != "attachment-1.ics" {
		t.Errorf("got %q %q %q", m.Calendar, m.Text, names(m.Parts))
	}
	for _, c := range []struct{ method, want string }{{"REPLY", "Answer (accepted): "}, {"CANCEL", "Cancelled: "}, {"X", "Event: "}} {
		if got := summarise(strings.Replace(invitation, "METHOD:REQUEST", "METHOD:"+c.method, 1), ""); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q", c.method, got)
		}
	}
	if got := summarise("no calendar", ""); got != "" {
		t.Errorf("got %q", got)
	}
}

// der writes one element of DER.
func der(tag byte, parts ...string) string {
	body := strings.Join(parts, "")
	switch n := len(body); {
	case n < 128:
		return string([]byte{tag, byte(n)}) + body
	default:
		return string([]byte{tag, 0x82, byte(n >> 8), byte(n)}) + body
	}
}

const oidSigned, oidData, oidEnveloped = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"

func TestD62SMIME(t *testing.T) {
	inner := "Content-Type: text/plain; charset=utf-8\r\n\r\nsigned Grüße"
	simple := der(0x30, der(0x06, oidSigned), der(0xa0, der(0x30, der(2, "\x01"), der(0x31), der(0x30, der(0x06, oidData), der(0xa0, der(0x04, inner))), der(0x31))))
	outlook := "\x30\x80" + der(0x06, oidSigned) + "\xa0\x80\x30\x80" + der(2, "\x01") + der(0x31) + "\x30\x80" + der(0x06, oidData) + "\xa0\x80\x24\x80" + der(0x04, inner[:20]) + der(0x04, inner[20:]) + "\x00\x00\x00\x00\x00\x00" + der(0x31) + "\x00\x00\x00\x00\x00\x00"
	for name, cms := range map[string]string{"definite": simple, "indefinite, in pieces": outlook, "cut off": outlook[:len(outlook)-12]} {
		m := Parse([]byte("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(cms))))
		if m.Text != "signed Grüße" || m.Signed != "smime-opaque" || len(m.Parts) != 0 || len(m.Extra) != 1 {
			t.Errorf("%s: got %q %q %q %q", name, m.Text, m.Signed, names(m.Parts), m.Warnings)
		}
	}
	m := Parse([]byte("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(der(0x30, der(0x06, oidEnveloped), der(0xa0, der(0x30)))))))
	if m.Encrypted != "smime" || strings.Join(names(m.Parts), "") != "smime.p7m" {
		t.Errorf("encrypted: got %q %q", m.Encrypted, names(m.Parts))
	}
	m = Parse([]byte("Content-Type: application/pkcs7-mime; name=smime.p7m\n\ngarbage"))
	if len(m.Parts) != 1 || !warned(m, "s/mime") {
		t.Errorf("garbage: got %q %q", names(m.Parts), m.Warnings)
	}
}

func TestD63PGP(t *testing.T) {
	m := Parse([]byte("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\n\nsigned\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n--b--\n"))
	if m.Text != "signed" || m.Signed != "pgp" || len(m.Parts) != 0 || len(m.Extra) != 1 {
		t.Errorf("got %q %q %q", m.Text, m.Signed, names(m.Parts))
	}
	m = Parse([]byte("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n"))
	if m.Encrypted != "pgp" || strings.Join(names(m.Parts), "") != "encrypted.asc" {
		t.Errorf("got %q %q", m.Encrypted, names(m.Parts))
	}
	if m = Parse([]byte("Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n")); m.Signed != "pgp" || !strings.Contains(m.Text, "text") {
		t.Errorf("inline: got %q %q", m.Signed, m.Text)
	}
}

func TestD64DeliveryReport(t *testing.T) {
	m := Parse([]byte(`Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; bo@example.com
Status: 5.1.1
Diagnostic-Code: smtp; 550
 no such user

Final-Recipient: rfc822; cy@example.com
Status: 4.2.2
--b
Content-Type: message/rfc822

Message-ID: <ours@x>
Subject: hello

text of ours
--b--
`))
	r := m.Report
	if r == nil || r.Type != "delivery-status" || len(r.Groups) != 3 || getField(r.Groups[1], "diagnostic-code") != "smtp; 550 no such user" || getField(r.Groups[2], "status") != "4.2.2" {
		t.Fatalf("got %+v", r)
	}
	if getField(r.Original, "Message-ID") != "<ours@x>" || len(m.Parts) != 0 || len(m.Extra) != 2 || m.Text != "Your mail could not be delivered." {
		t.Errorf("got %+v, %q, %q", r.Original, names(m.Parts), m.Text)
	}
}

func TestD65DataURIs(t *testing.T) {
	pic := bytes.Repeat([]byte("\x89PNG pixels"), 1000)
	m := Parse([]byte("Content-Type: text/html\n\n<p>a</p><img src=\"data:image/png;base64," + base64.StdEncoding.EncodeToString(pic) + "\"><p>b data:image/png and data:image/x,y</p><p>or data:image/gif;base64,R0lG as words</p>"))
	if len(m.Parts) != 2 || !bytes.Equal(m.Parts[0].Bytes(), pic) || m.Parts[0].Type != "image/png" || !strings.Contains(m.HTML, `<img src="cid:`+m.Parts[0].ContentID+`">`) || len(m.HTML) > 400 {
		t.Errorf("got %.300q, %q", m.HTML, names(m.Parts))
	}
	if !strings.Contains(m.HTML, "b data:image/png and data:image/x,y") || !strings.Contains(m.HTML, " as words</p>") {
		t.Errorf("the words changed: %q", m.HTML)
	}
}

func TestD68TruncatedMail(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"whole", "aGVsbG8gd29ybGQ=", "hello world"},
		{"no padding", "aGVsbG8gd29ybGQ", "hello world"},
		{"cut within a group", "aGVsbG8gd29yb", "hello wor"},
		{"junk between", "aGVs*bG8\x00gd2\n9ybGQ=", "hello world"},
		{"two pieces with padding", "aGVsbG8=\nIHdvcmxk\n", "hello world"},
		{"a footer of a list behind", "aGVsbG8gd29ybGQ=\n-- \nlist footer\n", "hello world"},
		{"URL alphabet", "_-8=", "\xff\xef"},
	} {
		m := Parse([]byte("Content-Type: application/x; name=a\nContent-Transfer-Encoding: base64\n\n" + c.in))
		if got := string(m.Parts[0].Bytes()); got != c.want || m.Parts[0].Size != int64(len(c.want)) {
			t.Errorf("%s: got %q of size %d, want %q", c.name, got, m.Parts[0].Size, c.want)
		}
	}
	m := Parse([]byte("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\naGVsbG8"))
	if m.Text != "text" || len(m.Parts) != 1 || string(m.Parts[0].Bytes()) != "hello" || !warned(m, "closing boundary") {
		t.Errorf("got %q %q %q", m.Text, names(m.Parts), m.Warnings)
	}
}

func TestD68Boundaries(t *testing.T) {
	parts := "--b\n\none\n--b\nContent-Type: text/html\n\n<p>two</p>\n--b--\n"
	for _, c := range []struct{ name, header, body string }{
		{"not declared", "Content-Type: multipart/mixed", strings.Replace(parts, "--b\n\n", "--b\nContent-Type: text/plain\n\n", 1)},
		{"declared wrongly", "Content-Type: multipart/mixed; boundary=other", strings.ReplaceAll(strings.Replace(parts, "--b\n\n", "--b\nContent-Type: text/plain\n\n", 1), "--b", "--bbbb")},
		{"white space behind", "Content-Type: multipart/mixed; boundary=\"b\"", strings.ReplaceAll(parts, "--b\n", "--b \t\n")},
		{"CR LF", "Content-Type: multipart/mixed; boundary=\"b\"", strings.ReplaceAll(parts, "\n", "\r\n")},
		{"CR", "Content-Type: multipart/mixed; boundary=\"b\"", strings.ReplaceAll(parts, "\n", "\r")},
		{"preamble and epilogue", "Content-Type: multipart/mixed; boundary=\"b\"", "This is MIME\n" + parts + "epilogue\n"},
		{"closed too early", "Content-Type: multipart/mixed; boundary=\"b\"", strings.Replace(parts, "--b\nContent", "--b--\n--b\nContent", 1)},
	} {
		m := Parse([]byte(c.header + "\n\n" + c.body))
		if m.Text != "one\ntwo" || !strings.Contains(m.HTML, "<p>two</p>") || len(m.Parts) != 0 {
			t.Errorf("%s: got %q %q %q %q", c.name, m.Text, m.HTML, names(m.Parts), m.Warnings)
		}
	}
	m := Parse([]byte("Content-Type: multipart/mixed; boundary=b\n\njust words, no part at all\n"))
	if !strings.Contains(m.Text, "just words") {
		t.Errorf("got %q", m.Text)
	}
}

func TestD69BadHeaderLines(t *testing.T) {
	for _, c := range []struct{ name, raw string }{
		{"no colon", "From: a@example.com\nthis is no field\nSubject: x\n\nbody"},
		{"first line", "garbage\nFrom: a@example.com\nSubject: x\n\nbody"},
		{"mbox", "From someone Mon Mar  2 09:00:00 2026\nFrom: a@example.com\nSubject: x\n\nbody"},
		{"mbox, quoted", ">From someone Mon Mar  2 09:00:00 2026\nFrom: a@example.com\nSubject: x\n\nbody"},
		{"mbox within", "From: a@example.com\n>From b Mon Mar\nSubject: x\n\nbody"},
		{"empty lines before", "\r\n\n \nFrom: a@example.com\nSubject: x\n\nbody"},
		{"byte order mark", "\xef\xbb\xbfFrom: a@example.com\nSubject: x\n\nbody"},
		{"continuation of nothing", " stray\nFrom: a@example.com\nSubject: x\n\nbody"},
		{"space before the colon", "From : a@example.com\nSubject  : x\n\nbody"},
		{"CR LF", "From: a@example.com\r\nSubject: x\r\n\r\nbody"},
		{"CR", "From: a@example.com\rSubject: x\r\rbody"},
		{"mixed ends", "From: a@example.com\r\nno field\rSubject: x\n\r\nbody"},
		{"CR CR LF", "From: a@example.com\r\r\nSubject: x\r\r\n\r\r\nbody"},
		{"no empty line", "From: a@example.com\nSubject: x\nbody"},
		{"8-bit name", "From: a@example.com\nF\xfcr: x\nSubject: x\n\nbody"},
		{"empty name", "From: a@example.com\n: x\nSubject: x\n\nbody"},
	} {
		m := Parse([]byte(c.raw))
		if len(m.From) != 1 || m.From[0].Addr != "a@example.com" || m.Subject != "x" || m.Text != "body" {
			t.Errorf("%s: got %+v %q %q", c.name, m.From, m.Subject, m.Text)
		}
	}
	fs := ParseHeader([]byte("A: 1\nbad line\nB:  2\n\t3\n\nC: 4"))
	if len(fs) != 2 || fs[1] != (Field{"B", "2\t3"}) {
		t.Errorf("got %+v", fs)
	}
}

func TestInlineFiles(t *testing.T) {
	raw := "Subject: x\n\nhello\nbegin 644 a b.txt\n#0V%T\n`\nend\nbye, begin to read\nbegin 12 no file\n"
	m := Parse([]byte(raw))
	if m.Text != "hello\nbye, begin to read\nbegin 12 no file\n" || len(m.Parts) != 1 || m.Parts[0].Name != "a b.txt" || string(m.Parts[0].Bytes()) != "Cat" {
		t.Errorf("got %q %q", m.Text, names(m.Parts))
	}
	m = Parse([]byte("Subject: x\n\nhello\nbegin 644 \n#0V%T\n`\nend\nbegin 600\nSo it goes, in prose\nto the end"))
	if m.Text != "hello\nbegin 600\nSo it goes, in prose\nto the end" || len(m.Parts) != 1 || string(m.Parts[0].Bytes()) != "Cat" {
		t.Errorf("without a name: got %q %q", m.Text, names(m.Parts))
	}
	m = Parse([]byte("Subject: x\n\nhello\n=ybegin line=128 size=3 name=a.bin\nm\x8b=\x6d\n=yend size=3\nbye"))
	if m.Text != "hello\nbye" || len(m.Parts) != 1 || len(m.Parts[0].Bytes()) != 3 {
		t.Errorf("got %q %q", m.Text, names(m.Parts))
	}
}

func TestPartsReadInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Byte(), 0, 200_000).Draw(t, "bytes")
		text := base64.StdEncoding.EncodeToString(want)
		var lines strings.Builder
		for n := rapid.IntRange(1, 200).Draw(t, "line"); len(text) > 0; {
			k := min(n, len(text))
			lines.WriteString(text[:k] + "\r\n")
			text = text[k:]
		}
		p := Part{raw: []byte(lines.String()), code: codeBase64}
		got, err := io.ReadAll(p.Open())
		if err != nil || !bytes.Equal(got, want) || !bytes.Equal(p.Bytes(), want) || decodedSize(p.raw, p.code) != int64(len(want)) {
			t.Fatalf("read %d and %d bytes, want %d, %v", len(got), len(p.Bytes()), len(want), err)
		}
	})
}

func TestThreadIndex(t *testing.T) {
	b := make([]byte, 27)
	b[0] = 1
	m := Parse([]byte("Thread-Index: " + base64.StdEncoding.EncodeToString(b) + "\nThread-Topic: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\nx"))
	if !bytes.Equal(m.ThreadIndex, b) || m.ThreadTopic != "Grüße" {
		t.Errorf("got %v %q", m.ThreadIndex, m.ThreadTopic)
	}
	if m = Parse([]byte("Thread-Index: AAAA\n\nx")); m.ThreadIndex != nil {
		t.Errorf("got %v", m.ThreadIndex)
	}
}
