package mail

import (
	"bytes"
	"strings"
)

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
		if code == "" || code == codeUU && !uuFile(b[at+n:], name) {
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
	if len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return "", ""
	}
	return name, codeUU
}

// uuFile tells if uuencode stands at b. Without a name its first line must be whole and an end must follow: "begin 600" is also prose.
func uuFile(b []byte, name string) bool {
	if !uuLine(b) {
		return false
	}
	line := bytes.TrimRight(b[:lineEnd(b)], "\r\n")
	return name != "" || len(line)-1 >= (int(line[0]-' ')&63)*4/3 && bytes.Contains(b, []byte("\nend"))
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
