package mail

import (
	"bytes"
	"strings"
)

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
