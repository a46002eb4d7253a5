package mail

import (
	"strings"
)

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
