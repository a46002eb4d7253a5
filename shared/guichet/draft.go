package guichet

import "time"

// DraftID names a draft within its case; the house gives it.
type DraftID string

// Draft is an answer that is not sent yet: somebody writes it, and somebody may have to let it go (A021).
type Draft struct {
	Tenant  TenantID `json:"-"`
	Case    CaseID   `json:"-"`
	ID      DraftID  `json:"-"`
	Version int64    `json:"-"`

	State   DraftState `json:"st"`
	By      AgentID    `json:"by"`
	At      time.Time  `json:"at"` // last written
	Letter  Letter     `json:"le"`
	Decided AgentID    `json:"de,omitempty"` // who let it go or refused it
	Reason  string     `json:"rs,omitempty"` // why it was refused
	Message MessageID  `json:"ms,omitempty"` // what it became
}

// DraftState is where a draft is on its way: draft -> pending -> approved, or refused and written again. One that became a message is approved; one that its
// author sent himself, with the right to, is sent.
type DraftState string

const (
	Drafting  DraftState = "draft"
	Awaiting  DraftState = "pending"
	Approved  DraftState = "approved"
	Refused   DraftState = "refused"
	SentDraft DraftState = "sent"
	Discarded DraftState = "discarded"
)

// Open reports whether its author may still change it.
func (s DraftState) Open() bool { return s == Drafting || s == Refused }

// Letter is what an agent writes, as a draft keeps it.
type Letter struct {
	Text    string       `json:"tx,omitempty"`
	HTML    string       `json:"ht,omitempty"`
	Source  string       `json:"so,omitempty"` // what HTML was made of, for who writes on: Markdown
	To      []Person     `json:"to,omitempty"`
	Cc      []Person     `json:"cc,omitempty"`
	Bcc     []Person     `json:"bc,omitempty"`
	All     bool         `json:"al,omitempty"`
	Quote   bool         `json:"qu,omitempty"`
	Answers MessageID    `json:"an,omitempty"`
	Forward MessageID    `json:"fw,omitempty"`
	Bare    bool         `json:"ba,omitempty"` // the forward goes without the message's files
	From    ChannelID    `json:"fr,omitempty"`
	Leaves  time.Time    `json:"lv,omitzero"`
	Files   []LetterFile `json:"fi,omitempty"`
}

// LetterFile is a file of a draft.
type LetterFile struct {
	Name string `json:"n"`
	Type string `json:"t,omitempty"`
	Kept string `json:"k,omitempty"` // name under which the house keeps an upload
	Blob string `json:"b,omitempty"` // key of the copy that stays as long as the draft
	CID  string `json:"c,omitempty"` // shown within the HTML
}

// maxLetter bounds what a draft keeps, in bytes: it is one item of the ledger.
const maxLetter = 200 << 10

// ValidLetter reports nil if a draft can keep the letter. Errors are TooLarge.
func ValidLetter(l *Letter) error {
	if n := len(l.Text) + len(l.HTML) + len(l.Source); n > maxLetter {
		return Errorf(TooLarge, "a draft of %d bytes; at most %d are kept: send it, or attach a part of it as a file", n, maxLetter)
	}
	return nil
}
