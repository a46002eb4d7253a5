package mail

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxInflated is the most that compressed S/MIME is inflated to.
const maxInflated = 32 << 20

// smime looks into a PKCS #7 part (RFC 8551 3). What is only signed is unwrapped, without any trust, and read as part of the mail; what
// is encrypted is kept (D-62).
func (p *parser) smime(e *entity, depth int, c context) {
	kind, content := unwrapCMS(decodeAll(e.body, e.code, 0), e.code != codePlain, 0)
	switch kind {
	case cmsSigned, cmsCompressed:
		if kind == cmsCompressed {
			content = inflate(content)
		}
		if len(content) == 0 {
			break
		}
		if kind == cmsSigned {
			p.m.Signed = "smime-opaque"
		}
		p.aside(e)
		child := p.child(content[preamble(content):], "text/plain")
		p.walk(&child, e, depth+1, context{parent: c.parent, first: c.first, alternative: c.alternative})
		return
	case cmsEncrypted:
		p.m.Encrypted = "smime"
	default:
		if t := e.params.get("smime-type"); t == "enveloped-data" || t == "authenveloped-data" || t == "" {
			p.m.Encrypted = "smime"
		}
		p.warn("s/mime: the content cannot be read")
	}
	p.attach(e)
}

type cmsKind int

const (
	cmsNone cmsKind = iota
	cmsSigned
	cmsEncrypted
	cmsCompressed
)

// The object identifiers of RFC 5652 and its kin, without tag and length.
var cmsKinds = map[string]cmsKind{
	"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02":         cmsSigned,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03":         cmsEncrypted,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06":         cmsEncrypted,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17": cmsEncrypted, // authEnvelopedData
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09": cmsCompressed,
}

// berItem is one element of BER (X.690 8.1): its content lies in body, what follows in rest.
type berItem struct {
	tag         byte
	constructed bool
	body, rest  []byte
}

// readBER reads the element at the start of b. A length that goes past the end is cut there; an indefinite one ends at its mark.
func readBER(b []byte, depth int) (it berItem, ok bool) {
	if len(b) < 2 || depth > 30 || b[0]&0x1f == 0x1f {
		return it, false
	}
	it.tag, it.constructed = b[0], b[0]&0x20 != 0
	n, head := int(b[1]), 2
	switch {
	case n == 0x80:
		return readIndefinite(b[2:], it, depth)
	case n > 0x80:
		size := n - 0x80
		if size > 7 || len(b) < 2+size {
			return it, false
		}
		n = 0
		for _, c := range b[2 : 2+size] {
			n = n<<8 | int(c)
		}
		head += size
	}
	if n < 0 || n > len(b)-head {
		n = len(b) - head
	}
	it.body, it.rest = b[head:head+n], b[head+n:]
	return it, true
}

// readIndefinite finds the end of an element without length: the elements in it, then two zero bytes.
func readIndefinite(b []byte, it berItem, depth int) (berItem, bool) {
	rest := b
	for len(rest) >= 2 && !(rest[0] == 0 && rest[1] == 0) {
		in, ok := readBER(rest, depth+1)
		if !ok {
			break
		}
		rest = in.rest
	}
	it.body = b[:len(b)-len(rest)]
	it.rest = rest[min(2, len(rest)):]
	return it, true
}

// unwrapCMS reads a ContentInfo (RFC 5652 3) and the content that it holds in the clear. If b is ours to overwrite, the content is put
// together within it.
func unwrapCMS(b []byte, ours bool, depth int) (cmsKind, []byte) {
	outer, ok := readBER(b, 0)
	if !ok || outer.tag != 0x30 {
		return cmsNone, nil
	}
	oid, ok := readBER(outer.body, 1)
	if !ok || oid.tag != 0x06 {
		return cmsNone, nil
	}
	kind := cmsKinds[string(oid.body)]
	explicit, ok := readBER(oid.rest, 1)
	if !ok || kind == cmsNone || kind == cmsEncrypted {
		return kind, nil
	}
	data, ok := readBER(explicit.body, 2)
	if !ok {
		return kind, nil
	}
	content := encapsulated(data.body, ours)
	if inner, in := unwrapCMS(content, false, depth+1); depth < 3 && inner == cmsSigned && len(in) > 0 {
		return kind, in // signed twice
	}
	return kind, content
}

// encapsulated returns the eContent of SignedData or CompressedData: the first sequence in it that begins with an identifier and
// has octets behind (RFC 5652 5.1).
func encapsulated(b []byte, ours bool) []byte {
	for len(b) > 0 {
		it, ok := readBER(b, 3)
		if !ok {
			return nil
		}
		if it.tag == 0x30 {
			if oid, ok := readBER(it.body, 4); ok && oid.tag == 0x06 {
				if explicit, ok := readBER(oid.rest, 4); ok && explicit.tag == 0xa0 {
					return content(explicit.body, ours)
				}
			}
		}
		b = it.rest
	}
	return nil
}

// content returns an OCTET STRING in one piece.
func content(b []byte, ours bool) []byte {
	it, ok := readBER(b, 5)
	switch {
	case !ok || it.tag&0x1f != 0x04:
		return nil
	case !it.constructed:
		return it.body
	case ours: // what is written is always behind what is still to be read
		return octets(it.body[:0], it.body, 6)
	}
	return octets(make([]byte, 0, len(it.body)), it.body, 6)
}

// octets appends the pieces of a constructed OCTET STRING (X.690 8.7.3) to dst.
func octets(dst, b []byte, depth int) []byte {
	for len(b) > 0 {
		piece, ok := readBER(b, depth)
		if !ok {
			break
		}
		if b = piece.rest; piece.constructed && depth < 12 {
			dst = octets(dst, piece.body, depth+1)
		} else if !piece.constructed {
			dst = append(dst, piece.body...)
		}
	}
	return dst
}

// inflate reads zlib (RFC 3274) as far as it goes.
func inflate(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, maxInflated)) // a broken end leaves what was read
	return out
}
