package mail

import (
	"bytes"
	"io"
	"time"

	"guichet/shared/guichet"
)

// SESLimit is the size of a mail that SES takes, encoded, in bytes (A039): 40 MB are 40 * 2^20. One byte more is refused.
const SESLimit = 40 << 20

// Outgoing is one mail to be composed. Two equal values give the same bytes: boundaries come from MessageID, nothing from a clock.
//
// What people write (Subject, ThreadTopic, display names, file names) has its control characters made spaces: a hostile name can neither
// put in a header nor keep an answer from leaving. In what machines read (addresses, ids of our own, header names and values) they are
// an Invalid error that names the field.
type Outgoing struct {
	From        Address // required
	To, Cc      []Address
	Bcc         []Address // envelope only, never a header
	ReplyTo     []Address
	Subject     string    // with the ticket number, where one is wanted
	Date        time.Time // required; written in its own zone
	MessageID   string    // required, without brackets
	InReplyTo   string    // without brackets; an id that no header can hold is left out
	References  []string  // from OutReferences, oldest first; ids that no header can hold are left out
	ThreadIndex []byte    // from NextThreadIndex; nil: none
	ThreadTopic string
	Text        string    // always there, also beside HTML
	HTML        string    // optional: the richer alternative; a fragment is made a document by HTMLDocument
	Files       []OutFile // attachments and inline images, in order
	Auto        string    // Auto-Submitted (RFC 3834 5): "auto-generated", "auto-replied", "auto-notified"; empty: a person wrote it
	Headers     []Field   // further ones, such as X-Guichet-Ticket and List-Unsubscribe; none that Compose writes itself
	Language    string    // BCP 47 tag: Content-Language and lang of the HTML; empty: not said
	RTL         bool      // the HTML runs from right to left
	Unsubscribe string    // https address that takes a POST without a question asked (RFC 8058): List-Unsubscribe and List-Unsubscribe-Post; empty: none
	UnsubMail   string    // with it: a mail address of ours that does the same; empty: none
	Limit       int64     // bytes that the encoded mail may have; 0: any number
}

// OutFile is one attachment. Its bytes are Data, or Size bytes from Open, which is called once for each time the mail is composed.
type OutFile struct {
	Name      string
	Type      string // media type; what is none becomes application/octet-stream
	Data      []byte
	Open      func() io.Reader
	Size      int64  // of what Open gives; not used with Data
	ContentID string // without brackets; needed by Inline
	Inline    bool   // shown within the HTML by its ContentID
}

func (f *OutFile) size() int64 {
	if f.Open != nil {
		return f.Size
	}
	return int64(len(f.Data))
}

// Compose returns the mail: CRLF, 7 bit, lines of at most 998 bytes. Errors: Invalid naming the field; TooLarge with the encoded size,
// before anything is built.
func Compose(o Outgoing) ([]byte, error) {
	root, err := outBuild(&o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(root.size()))
	if err := root.write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// ComposeTo writes the mail to w piece by piece and returns how many bytes it wrote; w sees nothing of a mail that is invalid or too large.
// Beside the files it holds only the encoded texts. Errors as Compose, and those of w and of the files' readers.
func ComposeTo(w io.Writer, o Outgoing) (int64, error) {
	root, err := outBuild(&o)
	if err != nil {
		return 0, err
	}
	c := &outCounter{w: w}
	err = root.write(c)
	return c.n, err
}

// EncodedSize returns how many bytes Compose will give, without composing; Limit plays no part. It is -1 for a mail that is Invalid.
func EncodedSize(o Outgoing) int64 {
	o.Limit = 0
	root, err := outBuild(&o)
	if err != nil {
		return -1
	}
	return root.size()
}

// outBuild checks the mail and makes the tree of its parts, texts encoded, files not yet.
func outBuild(o *Outgoing) (*outPart, error) {
	head, err := outHeader(o)
	if err != nil {
		return nil, err
	}
	root, err := outTree(o)
	if err != nil {
		return nil, err
	}
	root.head = append(head, root.head...)
	if n := root.size(); o.Limit > 0 && n > o.Limit {
		return nil, guichet.Errorf(guichet.TooLarge, "the mail has %d bytes when encoded, %d are allowed", n, o.Limit)
	}
	return root, nil
}

type outCounter struct {
	w io.Writer
	n int64
}

func (c *outCounter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Redate returns a mail that Compose made with another time in its Date, which stands first. What does not begin so stays as it is.
func Redate(raw []byte, at time.Time) []byte {
	rest, ok := bytes.CutPrefix(raw, []byte("Date: "))
	end := bytes.Index(rest, []byte("\r\n"))
	if !ok || end < 0 {
		return raw
	}
	return append([]byte("Date: "+at.Format(outDate)), rest[end:]...)
}
