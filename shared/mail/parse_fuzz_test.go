package mail

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// good fails the test if a string is one that must not be stored.
func good(t testing.TB, what, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%s is not valid UTF-8: %q", what, s)
	}
	if strings.IndexByte(s, 0) >= 0 {
		t.Fatalf("%s holds NUL: %q", what, s)
	}
	if len(s) > limit {
		t.Fatalf("%s has %d bytes, at most %d are allowed", what, len(s), limit)
	}
}

func goodAddresses(t testing.TB, what string, as []Address) {
	t.Helper()
	if len(as) > MaxAddresses+1 {
		t.Fatalf("%s: %d addresses", what, len(as))
	}
	for _, a := range as {
		good(t, what+" name", a.Name, 1600)
		good(t, what+" addr", a.Addr, 600)
		good(t, what+" raw", a.Raw, 600)
		good(t, what+" group", a.Group, 600)
		if a.Addr == "" && a.Raw == "" {
			t.Fatalf("%s: an address that says nothing: %+v", what, a)
		}
	}
}

func goodFields(t testing.TB, fs []Field) {
	t.Helper()
	for _, f := range fs {
		good(t, "field name", f.Name, MaxHeaderBlock)
		good(t, "field value", f.Value, 3*MaxHeaderBlock)
	}
}

// goodMail checks all that Parse promises of any bytes.
func goodMail(t testing.TB, m *Mail) {
	t.Helper()
	goodFields(t, m.Fields)
	for _, id := range append(append([]string{m.MessageID}, m.InReplyTo...), m.References...) {
		good(t, "id", id, MaxID)
	}
	if len(m.References) > MaxReferences {
		t.Fatalf("%d references", len(m.References))
	}
	for what, as := range map[string][]Address{"from": m.From, "sender": m.Sender, "reply-to": m.ReplyTo, "to": m.To, "cc": m.Cc, "bcc": m.Bcc} {
		goodAddresses(t, what, as)
	}
	good(t, "subject", m.Subject, MaxSubject)
	good(t, "topic", m.ThreadTopic, MaxSubject)
	good(t, "text", m.Text, MaxText)
	good(t, "html", m.HTML, MaxText)
	good(t, "calendar", m.Calendar, MaxSubject)
	if len(m.Parts) > 3*MaxParts || len(m.Warnings) > MaxWarnings {
		t.Fatalf("%d parts, %d warnings", len(m.Parts), len(m.Warnings))
	}
	for _, w := range m.Warnings {
		good(t, "warning", w, 200)
		if strings.Contains(w, "internal fault") {
			t.Fatal(w)
		}
	}
	for i := range m.Parts {
		goodPart(t, &m.Parts[i], i)
	}
	for i := range m.Extra {
		goodPart(t, &m.Extra[i], i)
	}
	if m.Report != nil {
		for _, g := range m.Report.Groups {
			goodFields(t, g)
		}
		goodFields(t, m.Report.Original)
	}
}

func goodPart(t testing.TB, p *Part, index int) {
	t.Helper()
	good(t, "part name", p.Name, MaxName+20)
	good(t, "part type", p.Type, 300)
	good(t, "part id", p.ContentID, MaxID)
	if p.Index != index {
		t.Fatalf("part %d has index %d", index, p.Index)
	}
	if strings.ContainsAny(p.Name, "/\\\n\r") {
		t.Fatalf("part name %q has a path", p.Name)
	}
	n, err := io.Copy(io.Discard, p.Open())
	if err != nil || n != p.Size || int64(len(p.Bytes())) != p.Size {
		t.Fatalf("part %q: size %d, read %d, bytes %d, %v", p.Name, p.Size, n, len(p.Bytes()), err)
	}
}

// ownMails are the mails of this package's testdata.
func ownMails(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	files, _ := filepath.Glob("testdata/mails/*.eml")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = b
	}
	return out
}

func FuzzParse(f *testing.F) {
	for _, b := range ownMails(f) {
		f.Add(b)
	}
	for _, s := range []string{"", "\r\r\n\n", "a:b\n c\n\nd", "Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\nb\n--x\nc:d\n\ne"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw)
		goodMail(t, m)
		if len(m.HTML) < 1<<16 {
			safe := SafeHTML(m.HTML, SafeOptions{})
			if again := SafeHTML(safe, SafeOptions{}); again != safe {
				t.Fatalf("making it safe again changes it:\n%q\n%q", safe, again)
			}
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, c := range addressForms {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		as := ParseAddresses(s)
		for _, a := range as { // Parse makes the header valid before: here it may be anything
			good(t, "addr", a.Addr, 600)
			good(t, "name", a.Name, 1600)
			good(t, "raw", a.Raw, 600)
			if a.Addr != "" && !strings.Contains(a.Addr, "@") {
				t.Fatalf("%q is no address", a.Addr)
			}
		}
		for _, id := range append(IDs(s), ID(s)) {
			good(t, "id", id, MaxID)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, c := range dateForms {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil && !d.IsZero() {
			t.Fatalf("%q: %v beside an error", s, d)
		}
		if err == nil && (d.Year() < 0 || d.Year() > 10000) {
			t.Fatalf("%q: year %d", s, d.Year())
		}
	})
}

func FuzzTNEF(f *testing.F) {
	f.Add(buildTNEF("hello", map[string]string{"a.txt": "content"}))
	f.Add([]byte("\x78\x9f\x3e\x22\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := &parser{m: &Mail{}}
		p.tnef(&entity{typ: "application/ms-tnef", name: "winmail.dat", body: b})
		p.finish()
		goodMail(t, p.m)
		readRTF(b)
		inflateRTF(b)
		unwrapCMS(b, false, 0)
		summarise(string(b), "")
	})
}

func FuzzWords(f *testing.F) {
	for _, c := range wordForms {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		good(t, "words", DecodeWords(s), 4*len(s)+16)
		v, ps := parseParams(s)
		for _, p := range ps {
			good(t, "file name", fileName(DecodeWords(p.value)), MaxName)
		}
		_ = v
		good(t, "text", TextFromHTML(s), 20*len(s)+64)
	})
}
