package mail

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"
)

// composeSeen is what a reader makes of a mail.
type composeSeen struct {
	Subject, MessageID, InReplyTo, Text, HTML, Auto, Topic, Date string
	From, ReplyTo, To, Cc                                        []string // name and address, split by a tab
	References                                                   []string
	Files                                                        []composeSeenFile
	Defects                                                      []string
}

type composeSeenFile struct {
	Name, Type, CID string
	Inline          bool
	Data            []byte
}

// composeWant is what every reader should make of o.
func composeWant(o Outgoing) composeSeen {
	w := composeSeen{Subject: outClean(o.Subject), MessageID: o.MessageID, Auto: o.Auto, Topic: outClean(o.ThreadTopic),
		Text: strings.ReplaceAll(outCRLF(o.Text), "\r\n", "\n"), Date: o.Date.UTC().Format(time.RFC3339),
		From: composeFlat([]Address{o.From}), ReplyTo: composeFlat(o.ReplyTo), To: composeFlat(o.To), Cc: composeFlat(o.Cc)}
	if outID(o.InReplyTo) {
		w.InReplyTo = o.InReplyTo
	}
	w.References = slices.DeleteFunc(slices.Clone(o.References), func(id string) bool { return !outID(id) })
	if o.HTML != "" {
		w.HTML = strings.ReplaceAll(outCRLF(HTMLDocument(o.HTML, o.Language, o.RTL)), "\r\n", "\n")
	}
	for _, f := range o.Files {
		s := composeSeenFile{Name: outFileName(f.Name), Type: outType(f.Type), CID: f.ContentID, Inline: f.Inline, Data: f.Data}
		if f.Open != nil {
			s.Data, _ = io.ReadAll(f.Open())
		}
		w.Files = append(w.Files, s)
	}
	return w
}

func composeFlat(list []Address) (out []string) {
	for _, a := range list {
		wire, _ := OutAddr(a.Addr)
		out = append(out, outClean(a.Name)+"\t"+wire)
	}
	return out
}

func composeSame(t composeT, want, got composeSeen) {
	t.Helper()
	tidy := func(s *composeSeen) {
		s.Subject, s.Topic = strings.Join(strings.Fields(s.Subject), " "), strings.Join(strings.Fields(s.Topic), " ")
		s.Text, s.HTML = strings.ReplaceAll(s.Text, "\r\n", "\n"), strings.ReplaceAll(s.HTML, "\r\n", "\n")
		s.Text, s.HTML = strings.TrimRight(s.Text, "\n"), strings.TrimRight(s.HTML, "\n") // the last line end belongs to the boundary
		for _, l := range [][]string{s.From, s.ReplyTo, s.To, s.Cc} {
			for i := range l {
				name, addr, _ := strings.Cut(l[i], "\t")
				l[i] = strings.Join(strings.Fields(name), " ") + "\t" + strings.ReplaceAll(addr, `"`, "")
			}
		}
		for i := range s.Files {
			s.Files[i].Name = strings.Join(strings.Fields(s.Files[i].Name), " ")
			if s.Files[i].Data == nil {
				s.Files[i].Data = []byte{}
			}
		}
	}
	tidy(&want)
	tidy(&got)
	w, _ := json.MarshalIndent(want, "", " ")
	g, _ := json.MarshalIndent(got, "", " ")
	if !bytes.Equal(bytes.ReplaceAll(w, []byte("null"), []byte("[]")), bytes.ReplaceAll(g, []byte("null"), []byte("[]"))) {
		t.Errorf("read back otherwise than written.\nwant %s\ngot  %s", w, g)
	}
}

const composePython = `
import base64, datetime, email, email.policy, json, sys
def people(m, h):
    v = m[h]
    return [a.display_name + "\t" + a.addr_spec for a in v.addresses] if v is not None else []
def ids(m, h):
    return [i.strip("<>") for i in (m[h] or "").split()]
out = []
for path in sys.argv[1:]:
    m = email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)
    d = {"Subject": m["subject"] or "", "MessageID": (ids(m, "message-id") + [""])[0], "InReplyTo": (ids(m, "in-reply-to") + [""])[0],
         "References": ids(m, "references"), "Auto": m["auto-submitted"] or "", "Topic": m["thread-topic"] or "",
         "From": people(m, "from"), "ReplyTo": people(m, "reply-to"), "To": people(m, "to"), "Cc": people(m, "cc"),
         "Date": m["date"].datetime.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
         "Text": "", "HTML": "", "Files": [], "Defects": []}
    text, html = m.get_body(("plain",)), m.get_body(("html",))
    d["Text"] = text.get_content()
    d["HTML"] = html.get_content() if html is not None else ""
    skip = [text, html]
    def walk(p):
        d["Defects"] += [str(x) for x in p.defects] + [k + ": " + str(x) for k, v in p.items() for x in getattr(v, "defects", [])]
        if p.get_content_maintype() == "multipart":
            for k in p.iter_parts(): walk(k)
        elif not any(p is s for s in skip):
            data = p.get_content().as_bytes(policy=email.policy.SMTP) if p.get_content_maintype() == "message" else p.get_payload(decode=True)
            d["Files"].append({"Name": p.get_filename() or "", "Type": p.get_content_type(), "CID": (p["content-id"] or "").strip("<>"),
                               "Inline": p.get_content_disposition() == "inline", "Data": base64.b64encode(data).decode()})
    walk(m)
    out.append(d)
json.dump(out, sys.stdout)
`

// Every golden mail is read back by Python's email, which nobody here wrote, without one defect.
func TestComposeReadByPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not on this machine: the golden mails are not read by a foreign reader")
	}
	args := []string{"-c", composePython}
	for _, s := range composeSettings {
		args = append(args, filepath.Join("..", "..", "testdata", "golden", "compose", s.name+".eml"))
	}
	out, err := exec.Command(python, args...).Output()
	if err != nil {
		t.Fatalf("python3: %v %s", err, err.(*exec.ExitError).Stderr)
	}
	var seen []composeSeen
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	for i, s := range composeSettings {
		t.Run(s.name, func(t *testing.T) { composeSame(t, composeWant(composeGiven(s)), seen[i]) })
	}
}

// composeParsed reads a mail with our own Parse.
func composeParsed(raw []byte) composeSeen {
	m := Parse(raw)
	s := composeSeen{Subject: m.Subject, MessageID: m.MessageID, References: m.References, Auto: m.Get("Auto-Submitted"),
		Topic: m.ThreadTopic, Text: m.Text, HTML: m.HTML, Date: m.Date.UTC().Format(time.RFC3339), Defects: m.Warnings}
	if len(m.InReplyTo) > 0 {
		s.InReplyTo = m.InReplyTo[0]
	}
	s.From, s.ReplyTo, s.To, s.Cc = composeFlat(m.From), composeFlat(m.ReplyTo), composeFlat(m.To), composeFlat(m.Cc)
	for i := range m.Parts {
		p := &m.Parts[i]
		data, _ := io.ReadAll(p.Open())
		s.Files = append(s.Files, composeSeenFile{Name: p.Name, Type: p.Type, CID: p.ContentID, Inline: p.Disposition == "inline", Data: data})
	}
	return s
}

// composeReadable leaves out what Parse changes on purpose: names that were lost get one.
func composeReadable(w composeSeen, got composeSeen) (composeSeen, composeSeen) {
	for i := range min(len(w.Files), len(got.Files)) {
		if w.Files[i].Name == "" {
			got.Files[i].Name = ""
		}
	}
	return w, got
}

func TestComposeReadByParse(t *testing.T) {
	for _, s := range composeSettings {
		t.Run(s.name, func(t *testing.T) {
			o := composeGiven(s)
			raw, err := Compose(o)
			if err != nil {
				t.Fatal(err)
			}
			want, got := composeReadable(composeWant(o), composeParsed(raw))
			composeSame(t, want, got)
		})
	}
}

// composeAny draws a mail with whatever people and attackers write.
func composeAny(t *rapid.T) Outgoing {
	word := rapid.OneOf(rapid.String(), rapid.StringN(0, 400, 2000), rapid.SampledFrom([]string{"", " ", "\r\nBcc: x@y.example", "=?utf-8?q?a?=",
		"a\tb", "é", "電気", "a  b", `"`, `\`, ",", "<a@b>", "\x00", "\xff", "-- ", "\u2028x", "(", "=_"}))
	addr := rapid.SampledFrom([]string{"bo@customer.example", "a..b@carrier.example", `"o x"@customer.example`, "z@bücher.example", `o'b"c@x.example`})
	people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Address { return Address{Name: word.Draw(t, "name"), Addr: addr.Draw(t, "addr")} }), 1, 5)
	file := rapid.Custom(func(t *rapid.T) OutFile {
		return OutFile{Name: word.Draw(t, "file"), Type: rapid.OneOf(word, rapid.Just("image/png"), rapid.Just("text/html")).Draw(t, "type"),
			Data: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "data")}
	})
	return Outgoing{From: people.Draw(t, "from")[0], To: people.Draw(t, "to"), Cc: people.Draw(t, "cc"), ReplyTo: people.Draw(t, "reply"),
		Subject: word.Draw(t, "subject"), Date: composeDate, MessageID: "m@demo.example", InReplyTo: word.Draw(t, "parent"),
		References: rapid.SliceOf(word).Draw(t, "refs"), ThreadTopic: word.Draw(t, "topic"),
		ThreadIndex: rapid.SliceOfN(rapid.Byte(), 0, 222).Draw(t, "index"), Text: word.Draw(t, "text"), HTML: word.Draw(t, "html"),
		Files: rapid.SliceOfN(file, 0, 3).Draw(t, "files")}
}

// Whatever is written: the wire holds, and a reader sees the headers that were meant and no others.
func TestComposeAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := composeAny(t)
		composeWire(t, o)
		raw, _ := Compose(o)
		want, got := composeWant(o), composeParsed(raw)
		if len(got.To) != len(want.To) || len(got.Cc) != len(want.Cc) || len(got.From) != 1 || len(got.Files) != len(want.Files) {
			t.Fatalf("want %d, %d, 1 people and %d files, got %v %v %v %d", len(want.To), len(want.Cc), len(want.Files), got.To, got.Cc, got.From, len(got.Files))
		}
		for i := range want.Files {
			if !bytes.Equal(want.Files[i].Data, got.Files[i].Data) {
				t.Fatalf("file %d has other bytes", i)
			}
		}
		if a, b := composeSeenText(want.Subject), composeSeenText(got.Subject); a != b && len(a) < MaxSubject {
			t.Fatalf("subject: want %q, got %q", a, b)
		}
	})
}

// composeSeenText is what of a text can be seen: Parse is free to drop the rest.
func composeSeenText(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
