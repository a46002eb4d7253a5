package guichet

import "time"

// Direction of a message.
type Direction string

const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Note     Direction = "note" // never leaves the house
)

// Delivery is what became of an outgoing message, in growing order: a later word never takes back a stronger one.
type Delivery string

const (
	Queued     Delivery = "queued"    // waits for its channel
	Accepted   Delivery = "accepted"  // the channel took it, and has said no more
	Sent       Delivery = "sent"      // the channel says it is on its way
	Delayed    Delivery = "delayed"   // the other side makes it wait
	Failed     Delivery = "failed"    // never left, for this recipient; the agent can send again
	Returned   Delivery = "returned"  // came back, nobody knows why: perhaps an automatic answer to a mail that arrived
	Delivered  Delivery = "delivered" // the other side has it
	Bounced    Delivery = "bounced"   // came back
	Complained Delivery = "complained"
)

var deliveryRank = map[Delivery]int{Queued: 1, Accepted: 2, Sent: 3, Delayed: 4, Failed: 5, Returned: 6, Delivered: 7, Bounced: 8, Complained: 9, Withdrawn: 10}

// Above reports whether d says more than e, so that it may replace it: events come late, twice and in any order.
func (d Delivery) Above(e Delivery) bool { return deliveryRank[d] > deliveryRank[e] }

// What an agent holds a message for.
const (
	MarkSpam = "spam"
	MarkHam  = "ham" // not spam
)

// MaxInlineText is how many bytes of a message's text its item keeps; the rest is read from the raw mail.
const MaxInlineText = 2 << 10

// Message is one exchange of a case: what came in, what went out, or a note.
type Message struct {
	Tenant  TenantID `json:"-"`
	Case    CaseID   `json:"-"`
	N       int      `json:"-"` // its place in the case, from 1
	Version int64    `json:"-"`

	Direction Direction `json:"d"`
	At        time.Time `json:"at"` // received, or written
	By        AgentID   `json:"by,omitempty"`
	Channel   ChannelID `json:"ch,omitempty"`
	MailID    string    `json:"id,omitempty"` // Message-ID, normalised, ours or theirs
	SentID    string    `json:"si,omitempty"` // the id that the channel gave it on its way (SES replaces Message-ID)
	InReplyTo string    `json:"ir,omitempty"`
	From      Person    `json:"fr,omitzero"`
	To        []Person  `json:"to,omitempty"`
	Cc        []Person  `json:"cc,omitempty"`
	Bcc       []Person  `json:"bc,omitempty"`
	Subject   string    `json:"su,omitempty"`
	Text      string    `json:"tx,omitempty"` // the visible part, at most MaxInlineText bytes
	Cut       bool      `json:"cu,omitempty"` // there is more of it in Raw
	HasHTML   bool      `json:"ht,omitempty"`
	Files     []File    `json:"fi,omitempty"`
	Auto      string    `json:"au,omitempty"` // kind of automatic mail; empty: written by a person
	Warnings  []string  `json:"wa,omitempty"`
	Verdicts  Verdicts  `json:"ve,omitzero"`

	Raw      string   `json:"ra,omitempty"` // blob key of the raw mail
	Hash     string   `json:"ha,omitempty"` // of the raw bytes, hex
	Envelope Envelope `json:"en,omitzero"`

	Held   string    `json:"hl,omitempty"` // why it is in quarantine; empty: it is not
	Until  time.Time `json:"hu,omitzero"`  // held for no other reason than a burst: when it goes on by itself
	Burst  bool      `json:"bu,omitempty"` // its sender wrote more than the channel takes within ten minutes (D-42)
	Large  string    `json:"lg,omitempty"` // why it is more than its channel takes; empty: it is not (D-72)
	Judged bool      `json:"jd,omitempty"` // it was suspected, and the judgement is in the history
	Mark   string    `json:"sp,omitempty"` // what an agent held it for last: MarkSpam, MarkHam; empty: nobody said

	Sentiment *Sentiment `json:"se,omitempty"` // its mood, as somebody or something said last; nil: nobody did

	Delivery Delivery  `json:"de,omitempty"` // of the whole: see Summary
	Reason   string    `json:"rs,omitempty"` // why it failed, for the agent
	SentAt   time.Time `json:"sa,omitzero"`
	Fates    []Fate    `json:"fa,omitempty"` // by recipient, from sent on
	Doubts   int       `json:"db,omitempty"` // how often it was handed over whole, and nobody said that it was taken
	Opened   time.Time `json:"od,omitzero"`  // first time that somebody opened it, where its channel wants to know; says nothing of the state

	Leaves  time.Time `json:"le,omitzero"`  // when it leaves, if it is to leave later
	Outside bool      `json:"ou,omitempty"` // it went to a third party: a forward, or an answer to one (A034)
	Third   bool      `json:"tp,omitempty"` // it came from a third party: no answer to the contact quotes it or goes there

	Moved CaseID    `json:"mv,omitempty"` // it was split off: it is shown there, not here
	Came  MessageID `json:"cm,omitempty"` // where it was split off from

	Why  *Why `json:"wy,omitempty"` // how its case was found
	Seen Seen `json:"sn,omitempty"` // what the decision knew
}

// ID returns the message's id.
func (m *Message) ID() MessageID { return m.Case.Message(m.N) }

// Seen says which state of the house a threading decision was made in, so that it can be made again: the versions of what was read. By ticket number, a case;
// by "#" and the first 6 hex digits of the SHA-256 of an id, an entry of the reference index; by "m" and a ticket number, how many of the case's messages were
// compared. What was not there is not in it.
type Seen map[string]int64

// Person is a name and an address as people write them.
type Person struct {
	Name string `json:"n,omitempty"`
	Addr string `json:"a,omitempty"`
}

// File is an attachment as the page lists it; its bytes are in the raw mail at Part.
type File struct {
	Name string `json:"n"`
	Type string `json:"t,omitempty"`
	Size int64  `json:"s,omitempty"`
	Part int    `json:"p"`
	CID  string `json:"c,omitempty"`
}

// Envelope is what the receiving server knew and the mail itself does not say: enough to run the mail again.
type Envelope struct {
	From       string    `json:"f,omitempty"`
	To         string    `json:"t,omitempty"` // the recipient that led to this channel
	ReceivedAt time.Time `json:"r,omitzero"`
	Receipt    string    `json:"i,omitempty"`  // id that the receiver gave it
	Also       []string  `json:"al,omitempty"` // further recipients that are points of contact of this house: its bytes may be theirs, too
	Chat       *Chat     `json:"k,omitempty"`  // of a message of a messaging channel, or of an answer there; nil: it is a mail
	Form       FormID    `json:"w,omitempty"`  // it came by this form of a website: nothing vouches for who is named in it
}

// Verdict is one of SES's words: PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED; empty when not said.
type Verdict string

// Verdicts of the receiving server. Only these count, never headers of the same name (D-15).
type Verdicts struct {
	Spam   Verdict `json:"s,omitempty"`
	Virus  Verdict `json:"v,omitempty"`
	SPF    Verdict `json:"p,omitempty"`
	DKIM   Verdict `json:"k,omitempty"`
	DMARC  Verdict `json:"m,omitempty"`
	Policy string  `json:"o,omitempty"` // DMARC policy: none, quarantine, reject; said only when DMARC failed
}

// Forged reports whether the verdicts say that the sender is not who From says.
func (v Verdicts) Forged() bool {
	return v.DMARC == "FAIL" || v.SPF == "FAIL" && v.DKIM != "PASS" && v.DMARC != "PASS"
}

// Why is the record of a threading decision: what was found, who was in question, what won. It is deterministic: the same mail run again
// over the same state gives the same bytes.
type Why struct {
	Rule       string     `json:"r"`           // what won: "in-reply-to", "references", "ticket-number", "new", ...
	Reason     string     `json:"w,omitempty"` // a sentence for people
	Evidence   []Evidence `json:"e,omitempty"`
	Candidates []CaseID   `json:"c,omitempty"`
	Config     string     `json:"v,omitempty"` // versions of the configuration used: "channel@3"
}

// Evidence is one thing in the mail that speaks for a case.
type Evidence struct {
	Kind  string `json:"k"`           // "in-reply-to", "references", "phantom", "token", "plus-address", "thread-index", "ticket-number", "external-ref", "subject"
	Value string `json:"v,omitempty"` // shortened
	Case  CaseID `json:"c,omitempty"` // where it points; empty: nowhere
	Note  string `json:"n,omitempty"` // why it was not followed
}
