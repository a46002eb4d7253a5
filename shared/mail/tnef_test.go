package mail

import (
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tnefWriter writes TNEF streams for tests.
type tnefWriter struct{ b []byte }

func (w *tnefWriter) u32(n int) { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n)) }

func (w *tnefWriter) attr(level byte, id int, data []byte) {
	w.b = append(w.b, level)
	w.u32(id)
	w.u32(len(data))
	w.b = append(w.b, data...)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	w.b = binary.LittleEndian.AppendUint16(w.b, sum)
}

// props returns binary or text properties.
func tnefProps(props map[int][]byte) []byte {
	w := tnefWriter{}
	w.u32(len(props))
	for _, k := range slices.Sorted(maps.Keys(props)) {
		w.u32(k) // id<<16 | type
		w.u32(1)
		w.u32(len(props[k]))
		w.b = append(w.b, props[k]...)
		for len(w.b)%4 != 0 {
			w.b = append(w.b, 0)
		}
	}
	return w.b
}

func utf16le(s string) (b []byte) {
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return append(b, 0, 0)
}

// buildTNEF returns a stream with a body and files.
func buildTNEF(body string, files map[string]string) []byte {
	w := tnefWriter{}
	w.u32(tnefSignature)
	w.b = append(w.b, 1, 0)
	w.attr(1, attOEMCodepage, []byte{0xe4, 4, 0, 0, 0, 0, 0, 0})
	w.attr(1, attMAPIProps, tnefProps(map[int][]byte{propBody<<16 | ptUnicode: utf16le(body)}))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w.attr(2, attRendData, make([]byte, 14))
		w.attr(2, attAttachTitle, []byte("SHORT~1.TXT\x00"))
		w.attr(2, attAttachData, []byte(files[name]))
		w.attr(2, attAttachment, tnefProps(map[int][]byte{propAttLong<<16 | ptUnicode: utf16le(name)}))
	}
	return w.b
}

func mailWith(typ, name string, content []byte) []byte {
	return []byte("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: " + typ + "; name=\"" + name + "\"\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString(content) + "\n--b--\n")
}

func TestD57TNEF(t *testing.T) {
	stream := buildTNEF("Grüße", map[string]string{"Bericht März.txt": "report", "b.pdf": "pdf"})
	m := Parse(mailWith("application/ms-tnef", "winmail.dat", stream))
	if len(m.Parts) != 2 || m.Parts[0].Name != "Bericht März.txt" || string(m.Parts[0].Bytes()) != "report" || m.Parts[1].Type != "application/pdf" {
		t.Fatalf("got %+v, %q", m.Parts, m.Warnings)
	}
	if m.Text != "Grüße" || len(m.Extra) != 1 {
		t.Errorf("text %q, extra %+v", m.Text, m.Extra)
	}
	byName := Parse(mailWith("application/octet-stream", "WINMAIL.DAT", stream))
	if len(byName.Parts) != 2 {
		t.Errorf("not found by its name: %+v", byName.Parts)
	}
}

func TestD57BrokenTNEFKeepsTheOriginal(t *testing.T) {
	stream := buildTNEF("text", map[string]string{"a.txt": strings.Repeat("x", 100)})
	for _, n := range []int{0, 5, 6} {
		m := Parse(mailWith("application/ms-tnef", "winmail.dat", stream[:n]))
		if len(m.Parts) != 1 || m.Parts[0].Name != "winmail.dat" || len(m.Warnings) == 0 {
			t.Errorf("%d bytes: %+v, %q", n, m.Parts, m.Warnings)
		}
	}
	for n := range stream { // cut anywhere: what came is there, and the original
		if m := Parse(mailWith("application/ms-tnef", "winmail.dat", stream[:n])); len(m.Parts) == 0 && m.Text == "" && len(m.Extra) == 0 {
			t.Fatalf("%d bytes: nothing", n)
		}
	}
}

func TestD57RTFBody(t *testing.T) {
	for _, c := range []struct {
		name, rtf, want string
		html            bool
	}{
		{"plain", `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe\par zwei \{x\}}`, "Grüße\nzwei {x}", false},
		{"unicode", `{\rtf1\ansi\uc1 \u26085?\u26412?}`, "日本", false},
		{"HTML within", `{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}Hi \htmlrtf{\b\htmlrtf0 Bo\htmlrtf}\htmlrtf0{\*\htmltag72 </p>}}`, "<p>Hi Bo</p>", true},
	} {
		got, html := readRTF([]byte(c.rtf))
		if got != c.want || html != c.html {
			t.Errorf("%s: got %q %v, want %q", c.name, got, html, c.want)
		}
	}
}

// TestD57CompressedRTF reads the examples of MS-OXRTFCP 4.1 and 4.2: the second refers to what it is just writing.
func TestD57CompressedRTF(t *testing.T) {
	packed := []byte("\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35\x42\x32\x0a\xf3" +
		"\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0")
	if got := string(inflateRTF(packed)); got != "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n" {
		t.Errorf("got %q", got)
	}
	if got := string(inflateRTF([]byte("\x1a\x00\x00\x00\x1c\x00\x00\x00LZFu\xe2\xd4KQA\x00\x04 WXYZ\rn}\x01\x0e\xb0"))); got != "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}" {
		t.Errorf("got %q", got)
	}
}
