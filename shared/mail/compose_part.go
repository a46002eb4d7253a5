package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"

	"guichet/shared/guichet"
)

// outPart is a node of the mail: a multipart with kids, a text whose body is encoded already, or a file that is encoded while written.
type outPart struct {
	head     []byte // MIME fields, each with its CRLF
	boundary string
	kids     []*outPart
	body     []byte
	file     *OutFile
}

// outTree returns the parts of the mail: mixed(alternative(text, related(html, inline...)), attachments...), without what is not needed.
func outTree(o *Outgoing) (*outPart, error) {
	b := outBoundaries(o.MessageID)
	var inline, rest []*outPart
	for i := range o.Files {
		p, err := outFilePart(&o.Files[i], i, b)
		if err != nil {
			return nil, err
		}
		if o.Files[i].Inline && o.HTML != "" {
			inline = append(inline, p)
		} else {
			rest = append(rest, p)
		}
	}
	root := outTextPart("plain", o.Text)
	if o.HTML != "" {
		html := outTextPart("html", HTMLPart(o.HTML, o.Language, o.RTL))
		if len(inline) > 0 {
			html = outMulti("related", b+"r", `; type="text/html"`, append([]*outPart{html}, inline...))
		}
		root = outMulti("alternative", b+"a", "", []*outPart{root, html})
	}
	if len(rest) > 0 {
		root = outMulti("mixed", b+"m", "", append([]*outPart{root}, rest...))
	}
	return root, nil
}

// outBoundaries returns the stem of the mail's boundaries. It begins with "=_", which no encoded text can hold (RFC 2045 6.7).
func outBoundaries(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "=_" + hex.EncodeToString(sum[:12])
}

func outMulti(kind, boundary, more string, kids []*outPart) *outPart {
	h := &outFold{}
	h.field("Content-Type", " multipart/"+kind+more+";", ` boundary="`+boundary+`"`)
	return &outPart{head: h.b, boundary: boundary, kids: kids}
}

func outTextPart(kind, s string) *outPart {
	body, code := outBody(s)
	h := &outFold{}
	h.field("Content-Type", " text/"+kind+"; charset=UTF-8")
	h.field("Content-Transfer-Encoding", " "+code)
	return &outPart{head: h.b, body: body}
}

func outFilePart(f *OutFile, i int, boundary string) (*outPart, error) {
	field := "files[" + strconv.Itoa(i) + "]"
	if f.Size < 0 {
		return nil, guichet.Wrongf(field, "%s: a file has no negative size", field)
	}
	if f.ContentID != "" && !outID(f.ContentID) || f.Inline && f.ContentID == "" {
		return nil, guichet.Wrongf(field, "%s: an inline file has a Content-ID of printable ASCII", field)
	}
	kind, h, p := outType(f.Type), &outFold{}, &outPart{file: f}
	code := "base64"
	if kind == "message/rfc822" {
		if f.Open == nil && outMessage(f.Data, boundary) { // RFC 2046 5.2.1: a message is never base64
			code, p = "7bit", &outPart{body: f.Data}
		} else {
			kind = "application/octet-stream"
		}
	}
	h.field("Content-Type", " "+kind)
	h.field("Content-Transfer-Encoding", " "+code)
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	tokens := []string{" " + how}
	if name := outFileName(f.Name); name != "" {
		tokens = append([]string{" " + how + ";"}, outParam("filename", name)...)
	}
	h.field("Content-Disposition", tokens...)
	if f.ContentID != "" {
		h.field("Content-ID", " <"+f.ContentID+">")
	}
	p.head = h.b
	return p, nil
}

// FitsContentID reports whether an id, without brackets, can be the ContentID of an OutFile.
func FitsContentID(id string) bool { return outID(id) }

// outMessage reports whether a mail can stand in ours as it is: ASCII, CRLF, lines of at most 998 bytes, not our boundary.
func outMessage(data []byte, boundary string) bool {
	if bytes.Contains(data, []byte(boundary)) {
		return false
	}
	for line := range bytes.SplitSeq(data, []byte("\r\n")) {
		if len(line) > outMost || !outASCII(string(line)) {
			return false
		}
	}
	return true
}

// outType returns a media type without parameters. What no part of a mail may be is octets.
func outType(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s = strings.ToLower(strings.TrimSpace(s))
	top, sub, _ := strings.Cut(s, "/")
	if !outToken(top) || !outToken(sub) || len(s) > 70 || top == "multipart" || top == "message" && sub != "rfc822" {
		return "application/octet-stream"
	}
	return s
}

// outFileName returns a name without a path and without the characters by which names reach out of a folder.
func outFileName(s string) string {
	s = strings.NewReplacer("/", "_", `\`, "_").Replace(outClean(s))
	if len(s) > 255 {
		s = strings.ToValidUTF8(s[:127], "") + strings.ToValidUTF8(s[len(s)-127:], "")
	}
	return s
}

// size returns the length of the part, exactly as write writes it.
func (p *outPart) size() int64 {
	n := int64(len(p.head)) + 2
	switch {
	case p.kids != nil:
		for _, k := range p.kids {
			n += int64(len(p.boundary)) + 6 + k.size()
		}
		return n + int64(len(p.boundary)) + 6
	case p.file != nil:
		return n + outBase64Size(p.file.size())
	}
	return n + int64(len(p.body))
}

func (p *outPart) write(w io.Writer) error {
	if _, err := w.Write(append(p.head[:len(p.head):len(p.head)], "\r\n"...)); err != nil {
		return err
	}
	if p.kids == nil {
		return p.writeLeaf(w)
	}
	for _, k := range p.kids {
		if _, err := io.WriteString(w, "--"+p.boundary+"\r\n"); err != nil {
			return err
		}
		if err := k.write(w); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "\r\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "--"+p.boundary+"--\r\n")
	return err
}

func (p *outPart) writeLeaf(w io.Writer) error {
	if p.file == nil {
		_, err := w.Write(p.body)
		return err
	}
	var r io.Reader = bytes.NewReader(p.file.Data)
	if p.file.Open != nil {
		r = p.file.Open()
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	return outStream(w, r, p.file.size())
}

// outStream writes exactly size bytes of r in base64 lines. A reader that holds more or less is an error: the size was promised.
func outStream(w io.Writer, r io.Reader, size int64) error {
	in := make([]byte, 512*outLineBytes)
	out := make([]byte, 0, outBase64Size(int64(len(in))))
	for left := size; left > 0; {
		n, err := io.ReadFull(r, in[:min(int64(len(in)), left)])
		if err != nil {
			return guichet.Errorf(guichet.KindOf(err), "read a file of the mail, %d of %d bytes missing: %w", left-int64(n), size, err)
		}
		out = out[:0]
		for i := 0; i < n; i += outLineBytes {
			out = append(base64.StdEncoding.AppendEncode(out, in[i:min(i+outLineBytes, n)]), "\r\n"...)
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
		left -= int64(n)
	}
	if n, err := io.ReadFull(r, in[:1]); n > 0 || !errors.Is(err, io.EOF) {
		return guichet.Errorf(guichet.Other, "a file of the mail is longer than the %d bytes that were promised", size)
	}
	return nil
}
