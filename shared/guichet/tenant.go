package guichet

import (
	"slices"
	"time"
)

// Tenant is one customer of the house: its domains and its settings, kept in one item.
type Tenant struct {
	ID        TenantID `json:"id"`
	Name      string   `json:"name"`
	Domains   []string `json:"domains"` // verified; folded
	Language  string   `json:"language,omitempty"`
	SLA       SLA      `json:"sla,omitzero"`
	Routing   Routing  `json:"routing,omitzero"`
	SESTenant string   `json:"ses_tenant,omitempty"` // its name as a tenant of SES, so that a bad sender is paused alone; empty: none
	Version   int64    `json:"-"`
}

// Threading is a channel's choice of evidence (A066).
type Threading string

const (
	PreferInReplyTo Threading = "prefer_in_reply_to"
	IgnoreInReplyTo Threading = "ignore_in_reply_to"
)

// TicketFormat is how the ticket number stands in a subject (T2). The zero value is the default: at the end, no delimiter.
type TicketFormat struct {
	Position  string `json:"position,omitempty"`  // "suffix" (default) or "prefix"
	Delimiter string `json:"delimiter,omitempty"` // "none" (default), "square", "curly"
	Hidden    bool   `json:"hidden,omitempty"`    // neither in the subject nor in a header
}

// Channel is a medium with its point of contact.
type Channel struct {
	Tenant       TenantID       `json:"-"`
	ID           ChannelID      `json:"id"`
	Kind         string         `json:"kind"`               // KindEmail, KindBYOC
	Media        string         `json:"media,omitempty"`    // of KindBYOC: MediaChat, MediaMessaging
	Platform     string         `json:"platform,omitempty"` // of KindBYOC: what the Channel API calls it, "custom", "telegram"
	Name         string         `json:"name"`               // internal; never leaves the house (A045)
	Address      string         `json:"address"`
	Display      string         `json:"display,omitempty"` // what contacts see beside the address (A052)
	Outbound     bool           `json:"outbound"`          // agents may send (T1)
	ForceTLS     bool           `json:"force_tls,omitempty"`
	Thread       Threading      `json:"threading,omitempty"`
	Numbers      []TicketFormat `json:"ticket_formats,omitempty"`     // every format it ever had, oldest first; the last is in force (T5)
	Anyone       bool           `json:"anyone_with_number,omitempty"` // ticket number policy: anyone who knows it; default: who takes part
	Quotes       bool           `json:"quoted_text_joins,omitempty"`  // a mail without headers joins the case whose words it quotes under the same subject
	Window       int64          `json:"subject_window,omitempty"`     // seconds within which same sender and subject join (D-23); 0: never
	SpamTag      string         `json:"spam_tag,omitempty"`
	SpamTo       SkillID        `json:"spam_skill,omitempty"`    // where new cases with the spam tag wait; empty: where the others do (A057)
	Skill        SkillID        `json:"skill"`                   // default skill (A095)
	SLA          *SLA           `json:"sla,omitempty"`           // its own, kept when switched off
	OwnSLA       bool           `json:"own_sla,omitempty"`       // A124: own instead of general
	ReplyTo      string         `json:"reply_to,omitempty"`      // "ignore", "address" (default), "address+name" (D-33)
	Burst        int            `json:"burst,omitempty"`         // mails of one sender within Calm minutes; 0: 30. Beyond, they wait in quarantine (D-42)
	Calm         int            `json:"burst_minutes,omitempty"` // minutes over which a sender's mails are counted, and after which one that waited goes on; 0: 10
	MaxMail      int            `json:"max_megabytes,omitempty"` // mail above that waits in quarantine (D-72); 0: whatever can come in
	Reopen       string         `json:"reopen,omitempty"`        // "always" (default), "never", "new-after"
	ReopenN      int            `json:"reopen_days,omitempty"`
	Thanks       bool           `json:"thanks_stay_closed,omitempty"` // D-44
	Language     string         `json:"language,omitempty"`
	Ack          string         `json:"acknowledgement,omitempty"` // text of the automatic answer to a new case, with {ticket} and {subject}; empty: none
	RejectNotice string         `json:"reject_notice,omitempty"`   // "daily" (default): who sends a mail above MaxMail is told so, once a day; "never"
	Opens        bool           `json:"track_opens,omitempty"`     // note when a mail is opened; off, and the house asks nobody (see decisions/what-became-of-it)
	Template     TemplateID     `json:"template,omitempty"`        // around what agents write; empty: none (A074)
	Undo         int            `json:"undo,omitempty"`            // seconds in which an answer can be taken back; 0: it leaves at once
	Deleted      bool           `json:"deleted,omitempty"`
	Version      int64          `json:"-"`

	// Script is the default script (A008, A095); empty: the built-in one, which leaves the case to the default skill.
	Script ScriptID `json:"script,omitempty"`
}

// Format returns the ticket format in force and its version, counted from 0.
func (c *Channel) Format() (TicketFormat, int) {
	if len(c.Numbers) == 0 {
		return TicketFormat{}, 0
	}
	return c.Numbers[len(c.Numbers)-1], len(c.Numbers) - 1
}

// BurstWindow returns the time over which the channel counts the mails of one sender.
func (c *Channel) BurstWindow() time.Duration {
	if c.Calm > 0 {
		return time.Duration(c.Calm) * time.Minute
	}
	return 10 * time.Minute
}

// NoticeNever is the word of RejectNotice for nothing.
const NoticeNever = "never"

// MaxBytes returns how large a mail the channel takes; 0: whatever can come in.
func (c *Channel) MaxBytes() int64 { return int64(c.MaxMail) << 20 }

// MaxBurst returns how many mails of one sender the channel takes within BurstWindow.
func (c *Channel) MaxBurst() int {
	if c.Burst > 0 {
		return c.Burst
	}
	if c.Talks() { // people write many short ones
		return 200
	}
	return 30
}

// FormatAt returns the format of a version; the default for one that never was.
func (c *Channel) FormatAt(v int) TicketFormat {
	if v < 0 || v >= len(c.Numbers) {
		return TicketFormat{}
	}
	return c.Numbers[v]
}

// OutboundLabel is the action that the switch offers, not its state (T1).
func (c *Channel) OutboundLabel() string {
	if c.Outbound {
		return "Disable"
	}
	return "Enable"
}

// ServiceLevel returns the channel's own SLA or the tenant's.
func (c *Channel) ServiceLevel(t *Tenant) SLA {
	if c.OwnSLA && c.SLA != nil {
		return *c.SLA
	}
	return t.SLA
}

// Skill is what a case needs; its queue is where cases that need it wait.
type Skill struct {
	ID       SkillID `json:"id"`
	Name     string  `json:"name"`
	Criteria string  `json:"criteria,omitempty"`      // "proficiency" (default), "preferred", "least-busy", "most-busy"
	PreferBy string  `json:"preferred_by,omitempty"`  // "case" or "contact" (T6)
	Fallback string  `json:"fallback_when,omitempty"` // "offline" or "available"
	Timeout  int64   `json:"timeout,omitempty"`       // seconds, 1..5,256,000 (A111)

	Media         string     `json:"media,omitempty"`                     // "digital", the only one (A100)
	Direction     string     `json:"direction,omitempty"`                 // "inbound" (default) or "outbound" (A101)
	Personal      bool       `json:"personal_connection,omitempty"`       // Personal Connection
	BYOC          bool       `json:"byoc,omitempty"`                      // bring your own channel
	Campaign      CampaignID `json:"campaign,omitempty"`                  // A102
	Template      string     `json:"message_template,omitempty"`          // A103
	SLA           *SLA       `json:"sla,omitempty"`                       // default service level, for inbound alone (A116)
	SubSkills     bool       `json:"sub_skills,omitempty"`                // A104, T10
	Accept        bool       `json:"accept_reject,omitempty"`             // an agent must accept what he is given (A117)
	AcceptIn      int64      `json:"accept_seconds,omitempty"`            // how long an offer stands; 0: OfferSeconds
	AgentAnswers  int64      `json:"agent_response_seconds,omitempty"`    // countdown for the agent, in the Agent app (A119); 0: none
	ContactWrites int64      `json:"customer_response_seconds,omitempty"` // countdown for the contact, in the Agent app (A120); 0: none
	Deleted       bool       `json:"deleted,omitempty"`                   // nothing goes there any more
	Version       int64      `json:"-"`
}

// OfferSeconds is how long an offer stands where its skill does not say.
const OfferSeconds = 60

// Presence of an agent.
type Presence string

const (
	Available Presence = "available"
	Busy      Presence = "busy"
	AfterWork Presence = "after-contact"
	Offline   Presence = "offline"
)

// App is where an agent works (T9). It decides what he needs to get digital cases, and whether countdowns run (A119, A120).
type App string

const (
	AgentApp   App = "agent"
	MaxApp     App = "max"
	ClassicApp App = "sfa-classic" // knows no accept and reject (A118)
)

// Agent is who answers.
type Agent struct {
	ID       AgentID         `json:"id"`
	Name     string          `json:"name"`
	Email    string          `json:"email,omitempty"`
	Role     RoleID          `json:"role"` // exactly one (A081)
	Presence Presence        `json:"presence"`
	Since    time.Time       `json:"since,omitzero"` // in this presence
	Idle     time.Time       `json:"idle,omitzero"`  // last given a case
	Limit    int64           `json:"limit"`          // total contact limit (A115)
	Skills   map[SkillID]int `json:"skills"`         // proficiency 1 (best) .. 20
	Language string          `json:"language,omitempty"`
	App      App             `json:"app,omitempty"`     // where he works; empty: MAX (T9)
	Digital  bool            `json:"digital,omitempty"` // the Digital Engagement attribute (T9)
	Voice    bool            `json:"voice,omitempty"`   // he is on a call now (A016)
	Load     int64           `json:"load,omitempty"`    // cases held now; the store alone changes it, never above Limit
	Seats    []int64         `json:"seats,omitempty"`   // versions of the further items that list him under his skills; the store's
	Gen      int64           `json:"gen,omitempty"`     // by which lists he was written; the store's
	Version  int64           `json:"-"`
}

// Permission is a right on a channel, or on everything.
type Permission string

const (
	CanRead       Permission = "read"
	CanReply      Permission = "reply"       // A087
	CanViewSkills Permission = "view-skills" // A088
	CanAssign     Permission = "assign"
	CanNote       Permission = "note"
	CanConfigure  Permission = "configure"
	CanRelease    Permission = "release" // quarantine; addresses that take no mail
)

// Role is a set of permissions by channel; "*" stands for all channels of today and tomorrow.
type Role struct {
	ID      RoleID                     `json:"id"`
	Name    string                     `json:"name"`
	Rights  map[ChannelID][]Permission `json:"rights"`
	Version int64                      `json:"-"`
}

// May reports whether the role has the permission on the channel.
func (r *Role) May(p Permission, ch ChannelID) bool {
	return slices.Contains(r.Rights[ch], p) || slices.Contains(r.Rights["*"], p)
}

// Contact is the person or organisation who writes.
type Contact struct {
	Tenant  TenantID     `json:"-"`
	ID      ContactID    `json:"id"`
	Name    string       `json:"name,omitempty"`
	Addr    string       `json:"addr"`
	Since   time.Time    `json:"since"`
	Agent   AgentID      `json:"agent,omitempty"`   // who answered last, for preferred agent by contact
	Blocked string       `json:"blocked,omitempty"` // as it was written before there was State: read, never written
	State   AddressState `json:"state,omitzero"`    // whether mail may be sent there
	Refused time.Time    `json:"refused,omitzero"`  // last told that a mail of his was too large (D-72)
	Acked   time.Time    `json:"acked,omitzero"`    // last acknowledged by a machine: the cap on that
	Spam    int          `json:"spam,omitempty"`    // how many of his messages agents hold for spam now
	Ham     int          `json:"ham,omitempty"`     // and how many not for spam
	Version int64        `json:"-"`

	Moods Moods `json:"moods,omitzero"` // how many of his messages are in which mood
	Reach Reach `json:"reach,omitzero"` // as his channel tells

	Told      int       `json:"told,omitempty"` // automatic mails of scripts and rules since ToldSince
	ToldSince time.Time `json:"told_since,omitzero"`
}
