package mail

import (
	"bytes"
	"fmt"
	"strings"
)

// Parse reads a mail. It never fails: what cannot be read costs itself alone and leaves a warning. The parts are slices of raw, which
// must not change while they are used. Memory is that of the text, however large the attachments.
func Parse(raw []byte) (m *Mail) {
	p := &parser{m: &Mail{}, scans: 8*len(raw) + 1<<20, room: 2 * MaxText}
	m = p.m
	defer func() {
		if r := recover(); r != nil { // a fault of ours must not cost the mail: the fuzz targets look for this warning
			p.warn("parser: internal fault: %v", r)
		}
	}()
	raw = raw[preamble(raw):]
	h := p.scan(raw)
	p.m.Fields = fieldsOf(raw, h.fields, nil)
	e := p.entity(p.m.Fields, raw[h.body:], "text/plain")
	p.headers()
	p.walk(&e, nil, 0, context{})
	p.finish()
	return p.m
}

// parser is the state of one Parse.
type parser struct {
	m      *Mail
	spans  []span
	fields []Field
	nodes  int
	scans  int // bytes that may still be searched for boundaries: deep nesting searches the same bytes again
	room   int // bytes of text that may still be decoded

	text, html []*block // as RFC 8621 4.1.4 collects them
	tnefText   string
	tnefHTML   string
	between    [][]byte // what stands outside the parts of a multipart: read only when nothing else is
}

// block is one text part of the body.
type block struct {
	s    string
	html bool
}

// warn notes what could not be read, once, within bounds.
func (p *parser) warn(format string, args ...any) {
	if len(p.m.Warnings) >= MaxWarnings {
		return
	}
	w := cutString(clean(fmt.Sprintf(format, args...)), 200)
	for _, have := range p.m.Warnings {
		if have == w {
			return
		}
	}
	p.m.Warnings = append(p.m.Warnings, w)
}

func (p *parser) warnIf(bad bool, text string) {
	if bad {
		p.warn("%s", text)
	}
}

// scan reads the header block at the start of b.
func (p *parser) scan(b []byte) headerScan {
	h := scanHeader(b, p.spans[:0])
	p.spans = h.fields[:0]
	if h.bad > 0 {
		p.warn("header: %d lines are no fields and were skipped", h.bad)
	}
	if h.cut {
		p.warn("header: longer than %d bytes, the rest was not read", MaxHeaderBlock)
	}
	return h
}

// entity is one node of the tree of parts (RFC 2045 2.4).
type entity struct {
	typ      string // "text/plain"
	params   params
	disp     string
	name     string
	id       string
	code     string
	location string
	body     []byte
	bad      bool // the Content-Type could not be read
}

// child reads the header of one part of a multipart.
func (p *parser) child(b []byte, deflt string) entity {
	h := p.scan(b)
	p.fields = fieldsOf(b, h.fields, p.fields[:0])
	return p.entity(p.fields, b[h.body:], deflt)
}

// entity reads the fields that describe a body. deflt is its type if it names none.
func (p *parser) entity(fs []Field, body []byte, deflt string) entity {
	e := entity{typ: deflt, body: body}
	var dispName string
	for i := range fs {
		name, v := fs[i].Name, fs[i].Value
		if len(name) < 10 || name[0]|0x20 != 'c' {
			continue
		}
		switch {
		case strings.EqualFold(name, "Content-Type"):
			if e.params == nil {
				p.contentType(&e, v, deflt)
			}
		case strings.EqualFold(name, "Content-Transfer-Encoding"):
			code, known := transferCode(v)
			if !known {
				p.warn("content-transfer-encoding: %q is none", cutString(v, 60))
			}
			if e.code == "" {
				e.code = code
			}
		case strings.EqualFold(name, "Content-Disposition"):
			d, ps := parseParams(v)
			e.disp = strings.ToLower(strings.Trim(d, "\" "))
			if e.disp != "inline" && e.disp != "attachment" && d != "" {
				e.disp = "attachment" // RFC 2183 2.8
				if strings.Contains(d, "=") {
					e.disp, ps = "", append(ps, first(parseParams("x; "+v))...)
				}
			}
			dispName = nameOf(ps, "filename", "name")
		case strings.EqualFold(name, "Content-ID"):
			e.id = ID(v)
		case strings.EqualFold(name, "Content-Location"):
			e.location = v
		}
	}
	if e.name = dispName; e.name == "" {
		e.name = nameOf(e.params, "name", "filename")
	}
	return e
}

func first(_ string, ps params) params { return ps }

// nameOf returns the file name that the parameters give, decoded; RFC 2047 is not allowed there but is the rule (D-49).
func nameOf(ps params, keys ...string) string {
	for _, k := range keys {
		if v := ps.get(k); v != "" {
			return fileName(DecodeWords(v))
		}
	}
	return ""
}

// contentType reads a Content-Type, whatever stands in it (D-50). Without a type it is the default's, or unknown bytes if it has a name.
func (p *parser) contentType(e *entity, v, deflt string) {
	if strings.Contains(v, "=?") {
		v = DecodeWords(v)
	}
	t, ps := parseParams(v)
	e.params = ps
	if e.params == nil {
		e.params = params{}
	}
	t = mediaType(t)
	if t == "" {
		if strings.TrimSpace(v) != "" {
			p.warn("content-type: %q is none", cutString(v, 60))
			e.bad = true
		}
		t = deflt
		if e.params.get("boundary") != "" {
			t = "multipart/mixed"
		}
	}
	e.typ = t
}

// mediaType brings a media type to its usual form: lower case, type/subtype; empty if it is none.
func mediaType(t string) string {
	t = strings.ToLower(strings.Trim(t, " \t\"'"))
	if i := strings.IndexAny(t, " \t,("); i > 0 {
		if rest := strings.TrimLeft(t[i:], " \t"); strings.HasPrefix(rest, "/") || strings.HasSuffix(t[:i], "/") {
			t = t[:i] + strings.TrimSpace(rest)
		} else {
			t = t[:i]
		}
	}
	main, sub, ok := strings.Cut(t, "/")
	sub = strings.TrimSpace(sub)
	switch {
	case !ok && main == "text", main == "text" && sub == "":
		return "text/plain"
	case !ok && main == "html":
		return "text/html"
	case !ok && main == "multipart":
		return "multipart/mixed"
	case !ok || main == "" || sub == "" || !tokenOnly(main) || !tokenOnly(sub):
		return ""
	}
	return main + "/" + sub
}

// tokenOnly tells if s is a token of RFC 2045, of at most 100 bytes.
func tokenOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("()<>@,;:\\\"/[]?=", c) >= 0 {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// headers fills what the mail's own header says.
func (p *parser) headers() {
	m := p.m
	m.MessageID = ID(m.Get("Message-ID"))
	m.InReplyTo = IDs(strings.Join(m.Values("In-Reply-To"), " "))
	m.InReplyTo = m.InReplyTo[:min(len(m.InReplyTo), MaxReferences)]
	m.References = IDs(strings.Join(m.Values("References"), " "))
	if n := len(m.References); n > MaxReferences {
		p.warn("references: %d ids, the first and the last %d were kept", n, MaxReferences-1)
		m.References = append(m.References[:1:1], m.References[n-MaxReferences+1:]...)
	}
	for _, a := range []struct {
		name string
		to   *[]Address
	}{{"From", &m.From}, {"Sender", &m.Sender}, {"Reply-To", &m.ReplyTo}, {"To", &m.To}, {"Cc", &m.Cc}, {"Bcc", &m.Bcc}} {
		*a.to = p.addresses(a.name)
	}
	m.Subject = cutString(collapse(DecodeWords(m.Get("Subject"))), MaxSubject)
	if d := m.Get("Date"); d != "" {
		t, err := ParseDate(d)
		if err != nil {
			p.warn("date: %v", err)
		}
		m.Date = t
	}
	m.ThreadTopic = cutString(collapse(DecodeWords(m.Get("Thread-Topic"))), MaxSubject)
	if v := m.Get("Thread-Index"); v != "" && len(v) < 8000 {
		if b := decodeBase64(nil, []byte(DecodeWords(v))); len(b) >= 22 && (len(b)-22)%5 == 0 {
			m.ThreadIndex = b
		}
	}
}

// addresses reads all fields of one name as one list.
func (p *parser) addresses(name string) []Address {
	var out []Address
	one := name == "From" || name == "Sender" || name == "Reply-To"
	for i := range p.m.Fields {
		f := &p.m.Fields[i]
		if len(f.Name) != len(name) || !strings.EqualFold(f.Name, name) {
			continue
		}
		if len(out) > MaxAddresses {
			break
		}
		if one && hasAddr(out) {
			p.warn("%s: more than one field, the first was taken", strings.ToLower(name))
			break
		}
		out = append(out, addressList(f.Value, one)...)
	}
	if len(out) > MaxAddresses {
		p.warn("%s: %d addresses, %d were kept", strings.ToLower(name), len(out), MaxAddresses)
		out = out[:MaxAddresses:MaxAddresses]
	}
	for i := range out {
		if out[i].Addr == "" && out[i].Raw != "" {
			p.warn("%s: %q is no address", strings.ToLower(name), cutString(out[i].Raw, 60))
		}
	}
	return out
}

func hasAddr(as []Address) bool {
	for i := range as {
		if as[i].Addr != "" {
			return true
		}
	}
	return false
}

// boundaryLine is one delimiter line in the body of a multipart.
type boundaryLine struct {
	start, end int // the line with its end; start also takes in the line end before it
	close      bool
}

// delimiters finds the lines of b that are delimiters of boundary (RFC 2046 5.1.1). A line that only begins with it is none, unless loose.
func delimiters(b []byte, boundary string, loose bool) []boundaryLine {
	var out []boundaryLine
	key := []byte("--" + boundary)
	for at := 0; at < len(b); {
		i := bytes.Index(b[at:], key)
		if i < 0 {
			break
		}
		i += at
		at = i + len(key)
		if i > 0 && b[i-1] != '\n' && b[i-1] != '\r' {
			continue
		}
		end := at
		for end < len(b) && b[end] != '\n' && b[end] != '\r' {
			end++
		}
		rest := bytes.TrimRight(b[at:end], " \t\x00")
		closing := bytes.HasPrefix(rest, []byte("--"))
		if len(rest) > 0 && !(closing && len(rest) == 2) && !loose {
			continue
		}
		if end < len(b) && b[end] == '\r' {
			end++
		}
		if end < len(b) && b[end] == '\n' {
			end++
		}
		start := i
		if start > 0 && b[start-1] == '\n' {
			start--
		}
		if start > 0 && b[start-1] == '\r' {
			start--
		}
		out = append(out, boundaryLine{start, end, closing})
		at = end
		if len(out) > 4*MaxParts {
			break
		}
	}
	return out
}

// guessBoundary returns a boundary that the body itself shows: its first line of the form --x that stands there more than once, or with
// "--" behind it, or before a header. Empty if there is none.
func guessBoundary(b []byte) string {
	for tries, at := 0, 0; at < len(b) && tries < 20; {
		n := lineEnd(b[at:])
		line := bytes.TrimRight(b[at:at+n], " \t\r\n")
		at += n
		if len(line) < 3 || line[0] != '-' || line[1] != '-' || string(line[:3]) == "-- " || len(line) > 200 || bytes.Trim(line, "-") == nil {
			continue
		}
		tries++
		if len(bytes.Trim(line, "-=_ ")) > 0 && fieldName(b[at:]) > 7 && bytes.EqualFold(b[at:at+8], []byte("Content-")) {
			return string(line[2:])
		}
	}
	return ""
}

// split cuts the body of a multipart into its parts. What stands before the first delimiter and after the last is not part of any, but
// what stands between a close and another delimiter is kept when it begins like a part.
func (p *parser) split(e *entity) (parts [][]byte, ok bool) {
	if p.scans -= len(e.body); p.scans < 0 {
		return nil, false
	}
	boundary := e.params.get("boundary")
	var ds []boundaryLine
	if boundary != "" {
		if ds = delimiters(e.body, boundary, false); len(ds) == 0 {
			if t := strings.TrimSpace(boundary); t != boundary && t != "" {
				boundary, ds = t, delimiters(e.body, t, false)
			}
		}
		if len(ds) == 0 {
			ds = delimiters(e.body, boundary, true)
		}
	}
	if len(ds) == 0 {
		if e.code == codeBase64 || e.code == codeQP {
			e.body, e.code = decodeAll(e.body, e.code, 0), ""
			return p.split(e)
		}
		if g := guessBoundary(e.body); g != "" {
			p.warn("multipart: the boundary is missing or wrong, the body shows another")
			ds = delimiters(e.body, g, false)
		}
	}
	if len(ds) == 0 {
		return nil, false
	}
	p.keepText(e.body[:ds[0].start])
	for i, d := range ds {
		stop := len(e.body)
		if i+1 < len(ds) {
			stop = ds[i+1].start
		}
		if d.close && (i+1 == len(ds) || fieldName(e.body[d.end:]) == 0) {
			p.keepText(e.body[min(d.end, stop):stop])
			continue
		}
		if d.end > stop {
			stop = d.end
		}
		parts = append(parts, e.body[d.end:stop])
	}
	if !ds[len(ds)-1].close {
		p.warn("multipart: the closing boundary is missing")
	}
	return parts, true
}

// keepText notes text outside the parts, for a mail that has no other.
func (p *parser) keepText(b []byte) {
	if len(p.between) < 8 && len(bytes.TrimSpace(b[:min(len(b), 4096)])) > 0 {
		p.between = append(p.between, b)
	}
}
