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
		group := b[:groupEnd(b)]
		b = bytes.TrimLeft(b[len(group):], "\r\n")
		if fs := ParseHeader(group); len(fs) > 0 {
			r.Groups = append(r.Groups, fs)
		}
	}
}

// groupEnd returns where the first empty line of b begins, or its length.
func groupEnd(b []byte) int {
	for at := 0; at < len(b); {
		n := lineEnd(b[at:])
		if blank(b[at : at+n]) {
			return max(at, n)
		}
		at += n
	}
	return len(b)
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
