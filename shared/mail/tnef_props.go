package mail

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// string8 reads text in the code page of the stream.
func (t *tnefMessage) string8(b []byte) string {
	return clean(strings.TrimRight(decodeCharset(b, codepageName(t.codepage)), "\x00"))
}

// codepageName names a code page of Windows as charsets are named.
func codepageName(n int) string {
	switch n {
	case 0, 20127:
		return "windows-1252"
	case 65001:
		return "utf-8"
	case 28591, 28592, 28593, 28594, 28595, 28596, 28597, 28598, 28599:
		return "iso-8859-" + string(rune('0'+n-28590))
	case 28605:
		return "iso-8859-15"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	case 51932:
		return "euc-jp"
	case 51949:
		return "euc-kr"
	case 54936:
		return "gb18030"
	}
	return "cp" + itoa(n)
}

// mapiProp is one property of MS-OXTNEF 2.1.3.4: its first value.
type mapiProp struct {
	id, typ uint16
	value   []byte
}

// text reads a property as text.
func (p mapiProp) text(t *tnefMessage) string {
	if p.typ == ptUnicode {
		u := make([]uint16, len(p.value)/2)
		for i := range u {
			u[i] = binary.LittleEndian.Uint16(p.value[2*i:])
		}
		return clean(strings.TrimRight(string(utf16.Decode(u)), "\x00"))
	}
	return t.string8(p.value)
}

func (p mapiProp) number() int {
	if len(p.value) < 4 {
		return 0
	}
	return int(binary.LittleEndian.Uint32(p.value))
}

// messageProp takes a property of the message.
func (t *tnefMessage) messageProp(p mapiProp) {
	switch p.id {
	case propCPID:
		if n := p.number(); n > 0 {
			t.codepage = n
		}
	case propBody:
		t.text = p.text(t)
	case propHTML:
		charset := metaCharset(p.value)
		if charset == "" {
			charset = codepageName(t.codepage)
		}
		if t.html = clean(decodeCharset(p.value, charset)); p.typ == ptUnicode {
			t.html = p.text(t)
		}
	case propRTF:
		t.rtf = inflateRTF(p.value)
	}
}

// fileProp takes a property of a file.
func (t *tnefMessage) fileProp(f *tnefFile, p mapiProp, depth int) {
	switch p.id {
	case propAttLong:
		f.name = p.text(t)
	case propAttName, propDisplay:
		if f.name == "" {
			f.name = p.text(t)
		}
	case propAttMIME:
		f.typ = p.text(t)
	case propAttID:
		f.id = p.text(t)
	case propAttHidden:
		f.hidden = p.number() != 0
	case propAttData:
		f.data = p.value
		if p.typ == ptObject && len(p.value) > 16 {
			f.data = p.value[16:] // after the identifier of its interface
			t.embedded(f, depth)
		}
	}
}

// eachProp reads the properties of b as far as they can be read.
func eachProp(b []byte, f func(mapiProp)) {
	if len(b) < 4 {
		return
	}
	count := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	for i := 0; i < count && len(b) >= 4; i++ {
		p := mapiProp{typ: binary.LittleEndian.Uint16(b), id: binary.LittleEndian.Uint16(b[2:])}
		b = b[4:]
		var ok bool
		if p.id >= 0x8000 {
			if b, ok = skipName(b); !ok {
				return
			}
		}
		if p.value, b, ok = propValue(b, p.typ); !ok {
			return
		}
		f(p)
	}
}

// skipName skips the name of a named property: a GUID, and a number or a text.
func skipName(b []byte) ([]byte, bool) {
	if len(b) < 24 {
		return nil, false
	}
	if binary.LittleEndian.Uint32(b[16:]) == 0 {
		return b[24:], true
	}
	_, rest, ok := sized(b[20:])
	return rest, ok
}

// sized reads a length and that many bytes, padded to four.
func sized(b []byte) (v, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := int(binary.LittleEndian.Uint32(b))
	if b = b[4:]; n < 0 || n > len(b) {
		return nil, nil, false
	}
	return b[:n], b[min((n+3)&^3, len(b)):], true
}

// propValue reads the values of a property and returns the first.
func propValue(b []byte, typ uint16) (first, rest []byte, ok bool) {
	multi := typ&0x1000 != 0
	count := 1
	variable := false
	size := 4
	switch typ &^ 0x1000 {
	case ptString8, ptUnicode, ptBinary, ptObject:
		variable = true
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040:
		size = 8
	case 0x0048:
		size = 16
	case 0x0001:
		size = 0
	}
	if multi || variable {
		if len(b) < 4 {
			return nil, nil, false
		}
		count, b = int(binary.LittleEndian.Uint32(b)), b[4:]
	}
	for i := 0; i < count; i++ {
		var v []byte
		if variable {
			if v, b, ok = sized(b); !ok {
				return nil, nil, false
			}
		} else {
			if len(b) < size || size == 0 {
				return nil, nil, false
			}
			v, b = b[:size], b[size:]
		}
		if i == 0 {
			first = v
		}
	}
	return first, b, true
}
