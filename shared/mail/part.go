package mail

import (
	"bytes"
	"io"
	"path"
	"strconv"
	"strings"
)

// MaxName is the most bytes of a file name that are kept, its extension included.
const MaxName = 200

// Open returns a reader of the decoded bytes. It decodes as it is read, in constant memory, and fails never.
func (p *Part) Open() io.Reader {
	if p.data != nil {
		return bytes.NewReader(p.data)
	}
	if p.code == codePlain {
		return bytes.NewReader(p.raw)
	}
	return &partReader{d: decoder{src: p.raw, code: p.code}}
}

// Bytes returns the decoded bytes. What needed no decoding is a slice of the mail: don't change it.
func (p *Part) Bytes() []byte {
	if p.data != nil {
		return p.data
	}
	return decodeAll(p.raw, p.code, 0)
}

// ByContentID returns the part that a cid: URL of the HTML means; nil if there is none. Brackets and case do not matter.
func (m *Mail) ByContentID(id string) *Part {
	id = ID(id)
	for i := range m.Parts {
		if p := &m.Parts[i]; p.ContentID != "" && strings.EqualFold(p.ContentID, id) {
			return p
		}
	}
	return nil
}

// partReader decodes a part while it is read.
type partReader struct {
	d    decoder
	buf  []byte
	left []byte // decoded, not yet read: within buf
}

// Read implements io.Reader.
func (r *partReader) Read(b []byte) (int, error) {
	for len(r.left) == 0 {
		if len(r.d.src) == 0 {
			return 0, io.EOF
		}
		r.buf = r.d.step(r.buf[:0])
		r.left = r.buf
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}

// extensions are those of the types for which a name is made up most often.
var extensions = map[string]string{
	"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
	"text/directory": ".vcf", "text/rtf": ".rtf", "application/rtf": ".rtf", "text/xml": ".xml", "application/xml": ".xml",
	"message/rfc822": ".eml", "message/global": ".eml", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif",
	"image/webp": ".webp", "image/bmp": ".bmp", "image/tiff": ".tif", "image/svg+xml": ".svg", "image/heic": ".heic",
	"application/pdf": ".pdf", "application/zip": ".zip", "application/json": ".json", "application/msword": ".doc",
	"application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt", "application/ms-tnef": ".dat",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         ".xlsx",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
	"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/ogg": ".ogg", "video/mp4": ".mp4", "video/quicktime": ".mov",
	"application/pgp-signature": ".asc", "application/pgp-keys": ".asc", "application/pkcs7-signature": ".p7s",
	"application/x-pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m",
	"application/ics": ".ics", "application/gzip": ".gz", "application/x-gzip": ".gz", "message/delivery-status": ".txt",
}

// fileName returns a name that is safe to show and to store: no path, no control characters, at most MaxName bytes; empty if nothing is left.
func fileName(s string) string {
	if s == "" {
		return ""
	}
	s = collapse(clean(s))
	had := s
	if s = strings.ReplaceAll(s, "\\", "/"); rooted(s) || strings.Contains(had, "\\") {
		s = path.Base(strings.TrimRight(s, "/ "))
	} else {
		s = strings.ReplaceAll(s, "/", "_") // no path: "Invoice 12/2026.pdf"
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1 // with the marks that turn the reading direction: "exe.txt" is not "txt.exe"
		}
		return r
	}, s)
	if s = strings.TrimSpace(s); s == "." || s == ".." || s == "/" {
		return ""
	}
	if len(s) > MaxName {
		ext := path.Ext(s)
		if len(ext) > 20 {
			ext = ""
		}
		s = cutString(s, MaxName-len(ext)) + ext
	}
	return s
}

// rooted tells if a name is a path: from the root, a drive, the home or a folder by its dots.
func rooted(s string) bool {
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "~/") || strings.HasSuffix(s, "/") ||
		strings.Contains(s, "../") || strings.HasPrefix(s, "file:") || len(s) > 2 && s[1] == ':' && s[2] == '/'
}

// madeName is the name of a part whose own was lost (D-49): n counts from 1.
func madeName(n int, typ string) string {
	ext := extensions[typ]
	if ext == "" {
		ext = ".bin"
	}
	return "attachment-" + strconv.Itoa(n) + ext
}
