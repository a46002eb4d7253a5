package guichet

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TemplateID and SignatureID are given by the house and never used again.
type (
	TemplateID  string
	SignatureID string
)

// Template is the brand template of outgoing mail (A072-A074): HTML with variables, around what agents write.
type Template struct {
	ID      TemplateID  `json:"id"`
	Name    string      `json:"name"`
	Rules   string      `json:"rules"`          // see mail.ParseTemplate
	RTL     bool        `json:"rtl,omitempty"`  // from right to left
	Off     bool        `json:"off,omitempty"`  // kept, and not used: mails go out without
	Used    []ChannelID `json:"used,omitempty"` // channels that use it: it cannot be deleted meanwhile
	Changed time.Time   `json:"changed,omitzero"`
	Version int64       `json:"-"`
}

// Signature stands below what agents write (A075-A077). It has a text, an HTML, or both: each alternative of a mail uses the matching one.
type Signature struct {
	ID      SignatureID `json:"id"`
	Name    string      `json:"name"`
	Text    string      `json:"text,omitempty"`
	HTML    string      `json:"html,omitempty"`
	Changed time.Time   `json:"changed,omitzero"`
	Version int64       `json:"-"`
}

// maxSignature bounds each part of a signature, in bytes.
const maxSignature = 20 << 10

// ValidSignature reports nil if s may be kept. Errors are Invalid and name the field.
func ValidSignature(s *Signature) error {
	switch {
	case strings.TrimSpace(s.Text) == "" && strings.TrimSpace(s.HTML) == "":
		return Wrongf("text", "a signature has a text, an HTML, or both")
	case len(s.Text) > maxSignature:
		return Wrongf("text", "text has at most %d bytes, not %d", maxSignature, len(s.Text))
	case len(s.HTML) > maxSignature:
		return Wrongf("html", "html has at most %d bytes, not %d", maxSignature, len(s.HTML))
	}
	return ValidTitle(s.Name)
}

// ValidTitle reports nil if s may be the name of a template or a signature: 1 to 60 characters in one line.
func ValidTitle(s string) error {
	n := utf8.RuneCountInString(s)
	if n < 1 || n > 60 || strings.TrimSpace(s) == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return Wrongf("name", "a name has 1 to 60 characters in one line, not %d", n)
	}
	return nil
}

// MaxUndo is the longest time, in seconds, in which a channel lets an answer be taken back before it leaves.
const MaxUndo = 60

// Rights around answers. Who may reply may write drafts too.
const (
	CanDraft      Permission = "draft"       // write drafts that somebody else lets go (A021)
	CanApprove    Permission = "approve"     // let drafts go, or refuse them
	CanApproveOwn Permission = "approve-own" // with it: one's own as well
)

// What becomes of an answer before it is queued.
const (
	Scheduled Delivery = "scheduled" // leaves at its time, unless it is taken back before
	Withdrawn Delivery = "withdrawn" // was taken back: it never leaves
)

// LeaveTimer is the timer of a case by which an answer leaves; its key is the message's id.
const LeaveTimer TimerKind = "leave"

// Facts of answers that wait.
const (
	ReplyScheduled FactKind = "reply.scheduled" // an answer leaves later; again when its time is changed
	ReplyWithdrawn FactKind = "reply.withdrawn" // it was taken back
	DraftSaved     FactKind = "draft.saved"
	DraftSubmitted FactKind = "draft.submitted"
	DraftApproved  FactKind = "draft.approved"
	DraftRefused   FactKind = "draft.refused"
	DraftDiscarded FactKind = "draft.discarded"
)

// maxOutside bounds Case.Outside and Case.Also.
const maxOutside = 20

// SentOutside notes that mail of the case went to an address that takes no part in it: answers of that address are a third party's (A034).
func (c *Case) SentOutside(addr string) {
	if addr != "" && len(c.Outside) < maxOutside && !slices.Contains(c.Outside, addr) {
		c.Outside = append(c.Outside, addr)
	}
}

// SentFrom notes that mail of the case was sent from another channel's address: answers come back there (A036).
func (c *Case) SentFrom(ch ChannelID) {
	if ch != "" && ch != c.Channel && len(c.Also) < maxOutside && !slices.Contains(c.Also, ch) {
		c.Also = append(c.Also, ch)
	}
}

// Speaks reports whether mail to a channel can belong to the case: its own, or one whose address it has written from.
func (c *Case) Speaks(ch ChannelID) bool { return c.Channel == ch || slices.Contains(c.Also, ch) }

// Stranger reports whether a folded address is a third party's: the case was sent there, and it takes no part in it.
func (c *Case) Stranger(addr string) bool {
	return slices.Contains(c.Outside, addr) && !slices.Contains(c.People, addr)
}
