package mail

import (
	"encoding/binary"
	"strings"
)

// tnefDepth is how deep messages within messages are unpacked.
const tnefDepth = 5

// tnefFile is one file of a TNEF stream.
type tnefFile struct {
	name, typ, id string
	data          []byte
	hidden        bool
}

// tnefMessage is what a TNEF stream (MS-OXTNEF) holds.
type tnefMessage struct {
	subject, text, html string
	rtf                 []byte // decompressed
	files               []tnefFile
	codepage            int
	cut                 bool // it ends early
}

// tnef unpacks winmail.dat: its files become parts, its text the body of a mail that has none (D-57). What cannot be unpacked stays a part.
func (p *parser) tnef(e *entity) {
	b := decodeAll(e.body, e.code, 0)
	t, ok := readTNEF(b, 0)
	if !ok {
		p.warn("tnef: %s cannot be unpacked", e.name)
		p.attach(e)
		return
	}
	p.aside(e)
	p.warnIf(t.cut, "tnef: the stream is cut off")
	for _, f := range t.files {
		if len(p.m.Parts) >= MaxParts {
			p.warn("parts: more than %d", MaxParts)
			break
		}
		p.keep(f.part())
	}
	text, html := t.body()
	if p.tnefText == "" {
		p.tnefText = cutString(clean(newlines(text)), MaxText)
	}
	if p.tnefHTML == "" {
		p.tnefHTML = cutString(clean(html), MaxText)
	}
}

// part makes a part of a file.
func (f tnefFile) part() Part {
	name := fileName(f.name)
	typ := mediaType(f.typ)
	if typ == "" {
		typ = typeByName(name)
	}
	disp := "attachment"
	if f.id != "" && f.hidden {
		disp = "inline"
	}
	data := f.data
	if data == nil {
		data = []byte{}
	}
	return Part{Name: name, Type: typ, ContentID: ID(f.id), Disposition: disp, data: data, Size: int64(len(data))}
}

// typeByName guesses a media type by extension.
func typeByName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		ext := strings.ToLower(name[i:])
		best := ""
		for typ, e := range extensions {
			if e == ext && (best == "" || len(typ) < len(best) || len(typ) == len(best) && typ < best) {
				best = typ
			}
		}
		if best != "" {
			return best
		}
	}
	return "application/octet-stream"
}

// body returns the text and the HTML of the message.
func (t *tnefMessage) body() (text, html string) {
	text, html = t.text, t.html
	if len(t.rtf) == 0 {
		return text, html
	}
	plain, fromHTML := readRTF(t.rtf)
	switch {
	case fromHTML && html == "":
		html = plain
	case !fromHTML && text == "":
		text = plain
	}
	return text, html
}

// The attributes of MS-OXTNEF 2.1.3 that are read.
const (
	tnefSignature   = 0x223e9f78
	attSubject      = 0x00018004
	attBody         = 0x0002800c
	attMAPIProps    = 0x00069003
	attRendData     = 0x00069002
	attAttachData   = 0x0006800f
	attAttachTitle  = 0x00018010
	attAttachment   = 0x00069005
	attOEMCodepage  = 0x00069007
	tnefLevelAttach = 2
)

// readTNEF reads a stream; a stream that ends early gives what came. false if it is none, or holds nothing.
func readTNEF(b []byte, depth int) (*tnefMessage, bool) {
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != tnefSignature || depth > tnefDepth {
		return nil, false
	}
	t := &tnefMessage{codepage: 1252}
	b = b[6:]
	t.cut = len(b) == 0
	for len(b) >= 9 {
		level, id, n := b[0], binary.LittleEndian.Uint32(b[1:]), int(binary.LittleEndian.Uint32(b[5:]))
		b = b[9:]
		if n < 0 || n+2 > len(b) {
			n, t.cut = min(max(n, 0), len(b)), true
		}
		t.attribute(level, id, b[:n], depth)
		b = b[min(n+2, len(b)):] // two bytes of checksum
	}
	t.dropEmpty()
	if t.cut = t.cut || len(b) > 0; !t.cut {
		return t, true // also when there is nothing to unpack
	}
	return t, len(t.files) > 0 || t.text != "" || t.html != "" || len(t.rtf) > 0
}

// dropEmpty removes files that have neither name nor bytes.
func (t *tnefMessage) dropEmpty() {
	kept := t.files[:0]
	for _, f := range t.files {
		if f.name != "" || len(f.data) > 0 {
			kept = append(kept, f)
		}
	}
	t.files = kept
}

// attribute takes one attribute of the stream.
func (t *tnefMessage) attribute(level byte, id uint32, data []byte, depth int) {
	switch id {
	case attOEMCodepage:
		if len(data) >= 4 {
			t.codepage = int(binary.LittleEndian.Uint32(data))
		}
	case attSubject:
		t.subject = t.string8(data)
	case attBody:
		t.text = t.string8(data)
	case attMAPIProps:
		eachProp(data, func(p mapiProp) { t.messageProp(p) })
	case attRendData:
		if len(t.files) <= MaxParts {
			t.files = append(t.files, tnefFile{})
		}
	}
	if level != tnefLevelAttach || id == attRendData {
		return
	}
	if len(t.files) == 0 {
		t.files = append(t.files, tnefFile{})
	}
	f := &t.files[len(t.files)-1]
	switch id {
	case attAttachTitle:
		if f.name == "" {
			f.name = t.string8(data)
		}
	case attAttachData:
		f.data = data
	case attAttachment:
		eachProp(data, func(p mapiProp) { t.fileProp(f, p, depth) })
	}
}

// The property types that have a length of their own, and ids that are read (MS-OXPROPS).
const (
	ptString8 = 0x001e
	ptUnicode = 0x001f
	ptBinary  = 0x0102
	ptObject  = 0x000d

	propBody      = 0x1000
	propRTF       = 0x1009
	propHTML      = 0x1013
	propCPID      = 0x3fde
	propAttData   = 0x3701
	propAttName   = 0x3704
	propAttLong   = 0x3707
	propAttMIME   = 0x370e
	propAttID     = 0x3712
	propAttHidden = 0x7ffe
	propDisplay   = 0x3001
)

// embedded unpacks a message within the message: its text and its files stand behind it.
func (t *tnefMessage) embedded(f *tnefFile, depth int) {
	in, ok := readTNEF(f.data, depth+1)
	if !ok || len(t.files)+len(in.files) > MaxParts {
		return
	}
	text, html := in.body()
	if f.name == "" {
		f.name = in.subject
	}
	f.typ, f.data = "text/plain", []byte(text)
	if html != "" {
		f.typ, f.data = "text/html", []byte(html)
	}
	f.name += extensions[f.typ]
	last := t.files[len(t.files)-1]
	last.name, last.typ, last.data = f.name, f.typ, f.data
	t.files = append(append(t.files[:len(t.files)-1], in.files...), last)
}
