package mail

import (
	"bytes"
	"strings"
)

// special handles the types that are neither text nor mere files. It tells if the part is dealt with.
func (p *parser) special(e *entity, depth int, c context) bool {
	switch e.typ {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/global-disposition-notification", "message/feedback-report":
		p.report(e)
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		return p.returned(e, c)
	case "application/ms-tnef", "application/vnd.ms-tnef":
		p.tnef(e)
	case "text/calendar", "application/ics":
		p.calendar(e)
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		p.smime(e, depth, c)
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		if !c.signed {
			return false
		}
		p.aside(e)
	case "application/pgp-encrypted":
		p.m.Encrypted = "pgp"
		p.aside(e)
	case "application/applefile":
		if c.parent != "appledouble" {
			return false
		}
		p.aside(e)
	case "text/x-amp-html", "text/watch-html":
		p.aside(e)
	default:
		if !strings.EqualFold(e.name, "winmail.dat") || strings.HasPrefix(e.typ, "text/") {
			return false
		}
		p.tnef(e)
	}
	return true
}

// aside keeps a part that is not shown.
func (p *parser) aside(e *entity) {
	part := p.newPart(e)
	part.Index = len(p.m.Extra)
	p.m.Extra = append(p.m.Extra, part)
}

// report reads the machine-readable part of a report (RFC 3464 2.1): groups of fields, an empty line between them (D-64).
func (p *parser) report(e *entity) {
	p.aside(e)
	r := p.theReport()
	if r.Type == "" {
		r.Type = strings.TrimPrefix(strings.TrimPrefix(e.typ, "message/"), "global-")
	}
	b := decodeAll(e.body, e.code, MaxHeaderBlock)
	b = b[:min(len(b), MaxHeaderBlock)]
	for len(b) > 0 && len(r.Groups) < MaxAddresses {
		b = bytes.TrimLeft(b, "\r\n")
		h := scanHeader(b, nil)
		if len(h.fields) > 0 {
			r.Groups = append(r.Groups, fieldsOf(b, h.fields, nil))
		}
		if h.body == 0 { // a line that is no field: skip it
			h.body = lineEnd(b)
		}
		b = b[min(h.body, len(b)):]
	}
}

func (p *parser) theReport() *Report {
	if p.m.Report == nil {
		p.m.Report = &Report{}
	}
	return p.m.Report
}

// returned handles a message within the mail. In a report it is the one that the report is about, elsewhere it is a file, byte by
// byte as it came, and its text and ids are not the mail's (D-58).
func (p *parser) returned(e *entity, c context) bool {
	if !c.report {
		if e.typ == "text/rfc822-headers" {
			e.bad = false
		}
		return false
	}
	p.aside(e)
	if r := p.theReport(); r.Original == nil {
		r.Original = ParseHeader(decodeAll(e.body, e.code, MaxHeaderBlock))
	}
	return true
}

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

// inlineFiles makes parts of the uuencoded and yEnc files that stand in a plain text, and takes them out of it.
func (p *parser) inlineFiles(b []byte) []byte {
	if !bytes.Contains(b, []byte("begin ")) && !bytes.Contains(b, []byte("=ybegin ")) {
		return b
	}
	var out []byte
	kept, found := 0, false
	for at := 0; at < len(b); {
		n := lineEnd(b[at:])
		name, code := beginLine(b[at : at+n])
		if code == "" || code == codeUU && !uuLine(b[at+n:]) {
			at += n
			continue
		}
		if len(p.m.Parts) >= MaxParts {
			break
		}
		size := fileLength(b[at:], code)
		out = append(out, b[kept:at]...)
		p.keep(p.newPart(&entity{typ: "application/octet-stream", name: fileName(clean(decodeCharset([]byte(name), ""))), body: b[at : at+size], code: code, disp: "attachment"}))
		at += size
		kept, found = at, true
	}
	if !found {
		return b
	}
	return append(out, b[kept:]...)
}

// beginLine reads "begin 644 name" and "=ybegin line=128 size=1 name=name".
func beginLine(line []byte) (name, code string) {
	s := strings.TrimSpace(string(line[:min(len(line), 300)]))
	if rest, ok := strings.CutPrefix(s, "=ybegin "); ok && strings.Contains(rest, "size=") {
		_, name, _ = strings.Cut(rest, "name=")
		return name, codeYenc
	}
	rest, ok := strings.CutPrefix(s, "begin ")
	if !ok {
		return "", ""
	}
	mode, name, _ := strings.Cut(rest, " ")
	if len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" || name == "" {
		return "", ""
	}
	return name, codeUU
}

// uuLine tells if a line of uuencode stands at b: its first byte tells its length.
func uuLine(b []byte) bool {
	line := bytes.TrimRight(b[:min(lineEnd(b), len(b))], "\r\n")
	if len(line) == 0 || line[0] < ' ' || line[0] > '`' {
		return false
	}
	want := (int(line[0]-' ')&63 + 2) / 3 * 4
	return len(line)-1 <= want+1 && len(bytes.TrimRight(line, " ")) > 0
}

// fileLength returns the length of an inline file with its first and last line.
func fileLength(b []byte, code string) int {
	for at := lineEnd(b); at < len(b); {
		n := lineEnd(b[at:])
		line := bytes.TrimRight(b[at:at+n], " \t\r\n")
		at += n
		if code == codeUU && string(line) == "end" || code == codeYenc && bytes.HasPrefix(line, []byte("=yend")) {
			return at
		}
	}
	return len(b)
}

// inlinePGP notes PGP that stands in the text itself (RFC 4880 6.2, 7).
func (p *parser) inlinePGP(s string) {
	i := strings.Index(s, "-----BEGIN PGP ")
	if i < 0 || i > 0 && s[i-1] != '\n' {
		return
	}
	switch rest := s[i+len("-----BEGIN PGP "):]; {
	case strings.HasPrefix(rest, "SIGNED MESSAGE-----") && p.m.Signed == "":
		p.m.Signed = "pgp"
	case strings.HasPrefix(rest, "MESSAGE-----") && p.m.Encrypted == "":
		p.m.Encrypted = "pgp"
	}
}
