package mail

import (
	"bytes"
	"strings"
)

// dataURIs makes parts of the pictures that stand in an HTML text as data: URIs, and leaves cid: URIs in their place (D-65).
func (p *parser) dataURIs(b []byte) []byte {
	const mark = "data:image/"
	at := bytes.Index(b, []byte(mark))
	if at < 0 {
		return b
	}
	out := make([]byte, 0, min(len(b), MaxText))
	for n := 0; at >= 0 && n < MaxParts && len(out) <= MaxText; n++ {
		quote := byte(0)
		if at > 0 && (b[at-1] == '"' || b[at-1] == '\'') {
			quote = b[at-1]
		}
		typ, data, end := dataURI(b[at:], quote)
		if end == 0 {
			end = len(mark)
			out = appendUpTo(out, b[:at+end])
		} else {
			out = appendUpTo(appendUpTo(out, b[:at]), []byte("cid:"+p.dataPart(typ, data)))
		}
		b = b[at+end:]
		at = bytes.Index(b, []byte(mark))
	}
	return appendUpTo(out, b)
}

// appendUpTo appends b to out, no further than a little over MaxText bytes in all.
func appendUpTo(out, b []byte) []byte {
	return append(out, b[:min(len(b), max(0, MaxText+1-len(out)))]...)
}

// dataURI reads data:image/png;base64,... at the start of b; end is 0 if it is none. Within quotes it goes to the closing one, white space
// included; without it ends before the first byte that is no base64.
func dataURI(b []byte, quote byte) (typ string, data []byte, end int) {
	comma := bytes.IndexByte(b[:min(len(b), 200)], ',')
	if comma < 0 {
		return "", nil, 0
	}
	typ, ps, _ := strings.Cut(string(b[len("data:"):comma]), ";")
	if typ = mediaType(typ); typ == "" || !strings.HasSuffix(strings.TrimSpace(ps), "base64") {
		return "", nil, 0
	}
	end = comma + 1
	for end < len(b) && (base64Value[b[end]] != 64 || quote != 0 && strings.IndexByte(" \t\r\n%", b[end]) >= 0) {
		end++
	}
	if quote != 0 && end < len(b) && b[end] != quote {
		return "", nil, 0
	}
	return typ, bytes.TrimSpace(b[comma+1 : end]), end
}

// dataPart adds a picture and returns its content id.
func (p *parser) dataPart(typ string, data []byte) string {
	name := madeName(len(p.m.Parts)+1, typ)
	id := name + "@inline.invalid"
	if bytes.IndexByte(data, '%') >= 0 {
		data = unpercent(string(data))
	}
	p.keep(Part{Name: name, Type: typ, ContentID: id, Disposition: "inline", raw: data, code: codeBase64, Size: decodedSize(data, codeBase64)})
	return id
}
