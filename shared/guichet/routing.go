package guichet

// Routing is how a tenant's cases find their agents, beyond what each skill says. The zero Routing is the default.
type Routing struct {
	VoiceBlocks bool   `json:"voice_blocks_digital,omitempty"` // who is on a call gets no digital case (A016)
	Static      bool   `json:"static_delivery,omitempty"`      // no dynamic delivery: skills know no criteria but proficiency (A106)
	Leave       Leave  `json:"leave,omitempty"`                // what becomes of the cases of who goes offline; empty: keep
	LeaveAfter  int64  `json:"leave_after,omitempty"`          // seconds, for LeaveLater
	NamePattern string `json:"skill_name_pattern,omitempty"`   // RE2: skills named otherwise get a warning (A122)
}

// Leave says what becomes of the cases of an agent who goes offline.
type Leave string

const (
	LeaveKeep  Leave = "keep"   // they wait for him
	LeaveLater Leave = "later"  // they go back to the queue if he is not back after LeaveAfter
	LeaveNow   Leave = "return" // they go back to the queue at once
)

// The media of a skill; there is one (A100).
const MediaDigital = "digital"

// Directions of a skill (A101).
const (
	InboundSkill  = "inbound"
	OutboundSkill = "outbound"
)

// CampaignID names a campaign, chosen by the tenant.
type CampaignID string

// Campaign is what skills belong to (A102).
type Campaign struct {
	ID      CampaignID `json:"id"`
	Name    string     `json:"name"`
	Version int64      `json:"-"`
}

// QueueID names a routing queue.
type QueueID string

// Queue is a routing queue of the old kind: a new case that passes one of its filters waits for its skill (A093, A096-A098). Those that are there
// are kept and can be changed; new ones are made as skills.
type Queue struct {
	ID      QueueID       `json:"id"`
	Name    string        `json:"name"`
	Skill   SkillID       `json:"skill"`
	Rank    int           `json:"rank,omitempty"` // lower is asked first; then by id
	Filters []QueueFilter `json:"filters"`
	Version int64         `json:"-"`
}

// QueueFilter is passed if all its conditions hold (A096). One without conditions is passed by nobody.
type QueueFilter struct {
	Conditions []QueueCondition `json:"conditions"`
}

// QueueCondition holds if the case has one of the values.
type QueueCondition struct {
	Type   string   `json:"type"` // "included-channels" (A097), "tags", "language", "priority", "skill"
	Values []string `json:"values"`
}

// The permissions to make and change skills (A089), for the whole tenant.
const (
	CanCreateSkills Permission = "skills-create"
	CanEditSkills   Permission = "skills-edit"
)
