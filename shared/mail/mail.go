// Package mail is the mail craft, pure: it reads anything, threads, numbers, recognises automatic mail, folds quotes, makes
// HTML safe, composes. No clock, no I/O: bytes and values in, values out.
package mail

import (
	"io"
	"strings"
	"time"
)

// Bounds of what Parse keeps. What is beyond a bound is cut with a warning; the raw mail keeps all.
const (
	MaxHeaderBlock = 256 << 10 // bytes of a header block that are read (D-55)
	MaxSubject     = 2000      // bytes
	MaxReferences  = 100       // the first one and the last 99
	MaxAddresses   = 500       // per header
	MaxParts       = 1000
	MaxDepth       = 50      // nesting of multiparts and messages
	MaxText        = 4 << 20 // bytes of Text and of HTML each
	MaxWarnings    = 50
)

// Mail is what Parse read. Every string is valid UTF-8 without NUL. Zero values mean: not there, or not readable (see Warnings).
type Mail struct {
	Fields      []Field   // the header block in order, as it came: nothing decoded but made valid UTF-8
	MessageID   string    // normalised by ID: without brackets and white space; empty if there is none
	InReplyTo   []string  // normalised ids, in order
	References  []string  // normalised ids, oldest first
	From        []Address // several are allowed; none is bad but happens (D-32)
	Sender      []Address
	ReplyTo     []Address
	To, Cc      []Address
	Bcc         []Address
	Subject     string    // decoded, white space collapsed
	Date        time.Time // only to be shown: order and clocks use the time of receipt (D-51)
	Text        string    // the text to read, in the order of the parts; made from HTML when there is no text part
	TextMade    bool      // Text was made from HTML
	HTML        string    // as it came, decoded, not yet safe: SafeHTML makes it so. Empty if there is none
	Parts       []Part    // attachments and inline parts, in order; never the text parts that Text and HTML come from
	Extra       []Part    // machinery, kept and not shown: signatures, the parts of a report, what was unpacked
	Report      *Report   // of a multipart/report: its machine-readable part
	Calendar    string    // one line that sums up a text/calendar part; empty if there is none
	Signed      string    // "", "smime", "smime-opaque", "pgp": shown as unverified
	Encrypted   string    // "", "smime", "pgp"
	ThreadIndex []byte    // Outlook's Thread-Index, decoded: 22 bytes and 5 for each reply; nil if absent or bad
	ThreadTopic string
	Warnings    []string // what could not be read, for the page: "date: hour 29 is out of range"
}

// Field is one header line, unfolded. Name keeps its case.
type Field struct{ Name, Value string }

// Address is one mailbox. Addr is local@domain with the domain lower-cased and the local part as it came; Raw holds what could not be
// read as an address (Addr is then empty).
type Address struct {
	Name, Addr, Raw string
	Group           string // the group it stood in, if any
}

// PersonName returns the name if it says more than the address does: many programs write the address there again.
func (a Address) PersonName() string {
	if strings.EqualFold(a.Name, a.Addr) {
		return ""
	}
	return a.Name
}

// Part is one attachment or inline part.
type Part struct {
	Name        string // decoded file name; "attachment-N.ext" where it was lost; never with a path
	Type        string // media type, lower case: "image/png"
	ContentID   string // without brackets
	Disposition string // "attachment", "inline" or ""
	Size        int64  // bytes after decoding
	Index       int    // position in Mail.Parts

	raw  []byte // the undecoded bytes, a slice of the mail
	code string // content transfer encoding
	data []byte // for parts that were made: unpacked TNEF, data URIs
}

// Report is the machine-readable part of a multipart/report: fields of a delivery status (RFC 3464), a disposition notification
// (RFC 8098) or a feedback report (RFC 5965), group by group, and the header of the message it is about.
type Report struct {
	Type     string    // "delivery-status", "disposition-notification", "feedback-report"
	Groups   [][]Field // the first is per message, each further one per recipient
	Original []Field   // header of the returned message, when it came with it
}

// Get returns the value of the first field of that name, in any case; empty if there is none.
func (m *Mail) Get(name string) string { return getField(m.Fields, name) }

// Values returns the values of all fields of that name, in order.
func (m *Mail) Values(name string) []string { return fieldValues(m.Fields, name) }

var _ io.Reader = (*partReader)(nil)
