package mail

import (
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
