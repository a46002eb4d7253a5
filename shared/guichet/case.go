package guichet

import (
	"slices"
	"time"
)

// Status of a case; the words are those of the Digital Engagement API.
type Status string

const (
	New       Status = "new"
	Open      Status = "open"
	Pending   Status = "pending"
	Escalated Status = "escalated"
	Resolved  Status = "resolved"
	Closed    Status = "closed"
	Trashed   Status = "trashed"
)

// Statuses lists all, in the order of a case's life.
var Statuses = []Status{New, Open, Pending, Escalated, Resolved, Closed, Trashed}

// Live reports whether somebody should still work on a case of that status.
func (s Status) Live() bool { return s == New || s == Open || s == Pending || s == Escalated }

// Case is one request, over hours or days, many messages. It is kept under 1 KB, since every message rewrites it.
type Case struct {
	Tenant  TenantID `json:"-"`
	ID      CaseID   `json:"-"`
	Version int64    `json:"-"` // of the ledger; 0 is not stored yet

	Channel  ChannelID `json:"ch,omitempty"`
	Contact  ContactID `json:"co,omitempty"`
	Subject  string    `json:"su,omitempty"` // at most 200 bytes
	Status   Status    `json:"st"`
	Priority int       `json:"pr,omitempty"` // higher is sooner; 0 is normal
	Skill    SkillID   `json:"sk,omitempty"`
	Agent    AgentID   `json:"ag,omitempty"` // whose inbox it is in; empty: waiting, or at rest
	Last     AgentID   `json:"la,omitempty"` // who had it last (preferred agent, A108)
	Tags     []string  `json:"tg,omitempty"`
	People   []string  `json:"pe,omitempty"` // addresses that take part, folded; the first is the contact's; at most 20
	Language string    `json:"ln,omitempty"` // "fr", "en"; empty: the channel's

	Opened   time.Time `json:"op"`
	Moved    time.Time `json:"mo"`          // last change of status or agent
	Waits    time.Time `json:"qu,omitzero"` // in the queue since; keeps its age when returned
	Messages int       `json:"ms"`          // how many messages it has: the last one's place
	In       int       `json:"in,omitempty"`
	Out      int       `json:"ou,omitempty"`

	First      Clock `json:"fr,omitzero"` // first response
	Resolution Clock `json:"re,omitzero"`
	Next       Clock `json:"nx,omitzero"` // next response: the contact wrote again, and waits

	Answered time.Time `json:"an,omitzero"`  // when an agent's answer left last
	Rank     int       `json:"rk,omitempty"` // the priority by which the clocks' targets were chosen

	Format   int       `json:"fo,omitempty"`  // version of the channel's ticket format that it was born with (T5)
	Merged   CaseID    `json:"mg,omitempty"`  // this case is part of that one now
	Parts    []CaseID  `json:"pt,omitempty"`  // cases that are part of this one
	Wake     time.Time `json:"wk,omitzero"`   // while it waits: when to look for an agent again, should nothing else wake it
	Streak   int       `json:"sk2,omitempty"` // how many cases its contact opened one close upon the other, this one included
	Held     bool      `json:"hd,omitempty"`  // its first message is in quarantine
	For      AgentID   `json:"wf,omitempty"`  // while it waits: for this agent alone, the preferred one, until Wake
	Offer    bool      `json:"of,omitempty"`  // its agent has not accepted it yet (A117)
	Rejected []AgentID `json:"rj,omitempty"`  // who did not want it since it waits, the last few
	Gone     time.Time `json:"gn,omitzero"`   // deleted for good, or about to be: nothing of it is left but its number
	External []string  `json:"xr,omitempty"`  // numbers that its contact's own helpdesk gave it; at most maxExternal (D-22)
	Timers   []Timer   `json:"tm,omitempty"`  // what is to happen to it at a time; see SetTimer

	Outside []string    `json:"os,omitempty"` // addresses that mail of it was sent to and that take no part in it, folded; at most 20
	Also    []ChannelID `json:"al,omitempty"` // other channels that it was answered from; at most 20
	Aside   int         `json:"as,omitempty"` // how many of Out went to third parties: no answers to its contact
	Started bool        `json:"sd,omitempty"` // an agent began it: its first message went out

	PopURL string         `json:"pop,omitempty"` // comes up on the screen of who gets it, in the Agent app (A105)
	Links  []Link         `json:"lk,omitempty"`  // cases of the same contact in other channels with which it goes on; at most maxLinks
	Script *Scripted      `json:"sc,omitempty"`  // how far the script that routes it has come; nil: none did
	Rules  *Ruled         `json:"rl,omitempty"`  // how much rules did to it lately; nil: nothing yet
	Fields map[string]any `json:"cf,omitempty"`  // custom fields by name: string, float64 or bool; see Field
}

// Waiting reports whether the case waits for an agent in the queue of its skill.
func (c *Case) Waiting() bool {
	return c.Agent == "" && c.Merged == "" && c.Status.Live() && !c.Waits.IsZero()
}

// Due returns when the case is to be looked at next: the earliest of its timers and, while it lives, of what its clocks tell next, or its
// Wake while it waits; zero if nothing runs.
func (c *Case) Due() time.Time {
	var due time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	for _, t := range c.Timers {
		sooner(t.At)
	}
	if !c.Status.Live() {
		return due
	}
	for _, k := range c.Clocks() {
		sooner(k.Next())
	}
	if c.Waiting() {
		sooner(c.Wake)
	}
	return due
}

// maxPeople bounds Case.People; the contact is always kept.
const maxPeople = 20

// Join adds an address to the people of the case. Folded addresses only.
func (c *Case) Join(addr string) {
	if addr != "" && len(c.People) < maxPeople && !slices.Contains(c.People, addr) {
		c.People = append(c.People, addr)
	}
}

// Tag adds a tag once.
func (c *Case) Tag(tag string) {
	if tag != "" && !slices.Contains(c.Tags, tag) {
		c.Tags = append(c.Tags, tag)
	}
}

// maxExternal bounds Case.External.
const maxExternal = 5

// KnownAs notes a number that the contact's own helpdesk gave the case, once. It is false if the case has it already, or has as many as it can hold.
func (c *Case) KnownAs(number string) bool {
	if number == "" || len(c.External) >= maxExternal || slices.Contains(c.External, number) {
		return false
	}
	c.External = append(c.External, number)
	return true
}

// Untag removes a tag.
func (c *Case) Untag(tag string) {
	c.Tags = slices.DeleteFunc(c.Tags, func(t string) bool { return t == tag })
}
