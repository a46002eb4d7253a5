package guichet

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Export is what a tenant lets out of the house of what happens in it, for quality management, recording and analysis outside (A033). The zero Export lets out nothing.
type Export struct {
	Enabled bool  `json:"enabled"`
	Words   bool  `json:"words"` // also what people wrote, and who they are; else: that, when and by which agent
	Version int64 `json:"-"`
}

// EventSchema is the number of the form that Event has. It changes by addition alone; a change that would break who reads it gets another number.
const EventSchema = 1

// EventType is what an exported event tells: noun.verbed, as a fact; but a case that is closed and a message that is there have words of their own.
type EventType string

// Event is a fact as it is told outside: what happened, and the case and the message that it happened to as they stood when it was told. It is told at least
// once, in no sure order: who reads it knows it by its ID, and keeps the first.
type Event struct {
	ID      string            `json:"id"` // "demo/100014/case.closed@7": the same for the same thing, however often it is told
	Schema  int               `json:"schema"`
	Type    EventType         `json:"type"`
	Tenant  TenantID          `json:"tenant"`
	At      time.Time         `json:"at"`
	By      string            `json:"by,omitempty"`    // an agent's id, or "guichet"
	Agent   AgentID           `json:"agent,omitempty"` // whom it is about
	Case    *EventCase        `json:"case,omitempty"`
	Message *EventMessage     `json:"message,omitempty"`
	Detail  map[string]string `json:"detail,omitempty"`
}

// EventCase is a case in an event.
type EventCase struct {
	ID       CaseID    `json:"id"`
	Version  int64     `json:"version"` // of the fact
	Channel  ChannelID `json:"channel,omitempty"`
	Contact  ContactID `json:"contact,omitempty"`
	Status   Status    `json:"status,omitempty"`
	Priority int       `json:"priority,omitempty"`
	Skill    SkillID   `json:"skill,omitempty"`
	Agent    AgentID   `json:"agent,omitempty"` // who has it, or had it last
	Tags     []string  `json:"tags,omitempty"`
	Opened   time.Time `json:"opened,omitzero"`
	In       int       `json:"inbound,omitempty"`
	Out      int       `json:"outbound,omitempty"`

	FirstResponse time.Time `json:"first_response,omitzero"` // when the first answer left
	Resolved      time.Time `json:"resolved,omitzero"`
	Late          []string  `json:"late,omitempty"` // clocks that were missed: "first", "resolution"
}

// EventMessage is a message in an event.
type EventMessage struct {
	ID          MessageID `json:"id"`
	Direction   Direction `json:"direction"`
	At          time.Time `json:"at"`
	Channel     ChannelID `json:"channel,omitempty"`
	Agent       AgentID   `json:"agent,omitempty"`     // who wrote it; empty: a contact or a machine
	Automatic   string    `json:"automatic,omitempty"` // kind of automatic mail; empty: a person wrote it
	ThirdParty  bool      `json:"third_party,omitempty"`
	Quarantined bool      `json:"quarantined,omitempty"` // its words are not told
	Sentiment   Mood      `json:"sentiment,omitempty"`
	Score       float64   `json:"score,omitempty"`
	Files       int       `json:"files,omitempty"`

	From    *EventPerson  `json:"from,omitempty"` // with Words alone, and in message.created alone, as all that follows
	To      []EventPerson `json:"to,omitempty"`
	Cc      []EventPerson `json:"cc,omitempty"`
	Subject string        `json:"subject,omitempty"`
	Text    string        `json:"text,omitempty"`     // the beginning
	TextCut bool          `json:"text_cut,omitempty"` // there is more: GET /dfo/3.0/messages/{id}
}

// EventPerson is a name and an address in an event.
type EventPerson struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

// What is told outside under a name of its own.
const (
	EventMessageCreated EventType = "message.created"
	EventCaseClosed     EventType = "case.closed"
)

// told says under which name a fact goes outside. A kind that is not here stays in the house.
var told = map[FactKind]EventType{
	CaseOpened: "case.opened", CaseAssigned: "case.assigned", CaseReturned: "case.returned", CaseTransferred: "case.transferred", CaseStatusChanged: "case.status-changed",
	CaseReopened: "case.reopened", CaseMerged: "case.merged", CaseUnmerged: "case.unmerged", CaseSplit: "case.split", CaseTagged: "case.tagged", CasePrioritized: "case.prioritized",
	CaseShredded: "case.shredded", CaseLinked: "case.linked", CaseAccepted: "case.accepted", CaseRejected: "case.rejected",
	InteractionReceived: EventMessageCreated, InteractionJudged: EventMessageCreated, InteractionRecorded: EventMessageCreated, ReplySent: EventMessageCreated,
	ReplyFailed: "message.failed", ReplyDelivery: "message.delivery", InteractionRated: "message.rated", InteractionMarked: "message.marked",
	InteractionQuarantine: "message.quarantined", InteractionReleased: "message.released", NoteAdded: "note.added",
	SLAMet: "sla.met", SLABreached: "sla.breached",
}

// Tells returns what a fact is told outside as, in order; nothing if it stays in the house.
func (f *Fact) Tells() []EventType {
	t := told[f.Kind]
	if t == "" {
		return nil
	}
	closed := f.Kind == CaseStatusChanged && f.Detail["to"] == string(Closed) || f.Kind == InteractionQuarantine && f.Detail["status"] == string(Closed)
	if closed {
		return []EventType{t, EventCaseClosed}
	}
	return []EventType{t}
}

// EventID is the id of what a fact is told outside as. A message that came in is there once, whatever was said of it when it came.
func (f *Fact) EventID(t EventType) string {
	if t == EventMessageCreated {
		return string(f.Tenant) + "/" + string(f.Message) + "/" + string(t)
	}
	return string(f.Tenant) + "/" + string(f.Case) + "/" + string(t) + strings.TrimPrefix(f.ID, string(f.Kind))
}

// EventTypes lists all that can be told outside, sorted.
func EventTypes() []EventType {
	all := append(slices.Collect(maps.Values(told)), EventCaseClosed)
	slices.Sort(all)
	return slices.Compact(all)
}
