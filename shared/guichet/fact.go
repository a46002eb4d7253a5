package guichet

import (
	"strconv"
	"time"
)

// FactKind is a thing that happened: noun.verbed.
type FactKind string

const (
	CaseOpened            FactKind = "case.opened"
	InteractionReceived   FactKind = "interaction.received"  // a message came in and was not suspected
	CaseWaiting           FactKind = "case.waiting"          // a case needs an agent
	InteractionSuspected  FactKind = "interaction.suspected" // a bad verdict: to be judged before routing
	InteractionJudged     FactKind = "interaction.judged"
	InteractionRecorded   FactKind = "interaction.recorded" // automatic mail: kept, and nothing else happens
	CaseAssigned          FactKind = "case.assigned"
	CaseReturned          FactKind = "case.returned" // back to the queue
	CaseOffered           FactKind = "case.offered"  // an agent is to accept it or not (A117)
	CaseAccepted          FactKind = "case.accepted"
	CaseRejected          FactKind = "case.rejected"
	CaseOfferExpired      FactKind = "case.offer-expired"
	CaseAgentLate         FactKind = "case.agent-response-expired" // A119
	CaseUnassigned        FactKind = "case.unassigned"             // the contact did not write any more, or the agent left: nobody has it, and it waits for the contact (A120)
	CaseStatusChanged     FactKind = "case.status-changed"
	CaseReopened          FactKind = "case.reopened"
	CaseMerged            FactKind = "case.merged"
	CaseUnmerged          FactKind = "case.unmerged"
	CaseSplit             FactKind = "case.split"
	CaseTagged            FactKind = "case.tagged"
	CaseTransferred       FactKind = "case.transferred"
	NoteAdded             FactKind = "note.added"
	ReplyQueued           FactKind = "reply.queued"
	ReplySent             FactKind = "reply.sent"
	ReplyFailed           FactKind = "reply.failed"
	ReplyDelivery         FactKind = "reply.delivery" // the channel said what became of it
	SLAStarted            FactKind = "sla.started"
	SLAPaused             FactKind = "sla.paused" // stands still, with what it used
	SLAResumed            FactKind = "sla.resumed"
	SLAWarned             FactKind = "sla.warned" // a share of the target is used
	SLAMoved              FactKind = "sla.moved"  // has another due time: the settings, or the priority, changed
	SLAMet                FactKind = "sla.met"
	SLABreached           FactKind = "sla.breached"
	AgentFreed            FactKind = "agent.freed"   // an agent has room again
	AgentPresence         FactKind = "agent.changed" // presence, skills or limit changed
	AddressSuppressed     FactKind = "address.suppressed"
	AddressLifted         FactKind = "address.lifted" // somebody lets mail go there again
	RelayChanged          FactKind = "relay.changed"  // a channel's relay was set or taken away
	RelayAsked            FactKind = "relay.asked"    // somebody wants a relay tested
	InteractionQuarantine FactKind = "interaction.quarantined"
	InteractionReleased   FactKind = "interaction.released"
	InteractionMarked     FactKind = "interaction.marked" // an agent holds a message for spam, or not
	BurstBegan            FactKind = "burst.began"        // a sender writes faster than the channel takes: told once, what is beyond waits in quarantine
)

// Fact is what happened: the trigger of the next function, the case's history and the audit log at once. It is written in the
// transaction of the change itself and never altered.
type Fact struct {
	ID      string            `json:"id"` // kind@version of the case: a retried move writes the same id
	Kind    FactKind          `json:"kind"`
	Tenant  TenantID          `json:"tenant,omitempty"`
	Case    CaseID            `json:"case,omitempty"`
	Message MessageID         `json:"message,omitempty"` // a reaction works on this one, never on "the newest"
	Agent   AgentID           `json:"agent,omitempty"`
	By      string            `json:"by,omitempty"` // agent id, or "guichet"
	At      time.Time         `json:"at"`
	Version int64             `json:"version,omitempty"` // of the case after the change
	Detail  map[string]string `json:"detail,omitempty"`  // reasons, from, to: for the history
	Watched bool              `json:"watched,omitempty"` // a rule of the tenant waits for it; said when it is committed
	Leaves  bool              `json:"leaves,omitempty"`  // the tenant lets it out of the house; said when it is committed
}

// FactID returns the id of a fact of kind k in the commit that brings a noun to version v.
func FactID(k FactKind, v int64) string { return string(k) + "@" + strconv.FormatInt(v, 10) }

// Group is the queue group of the fact: the case, so that what happens to one case stays in order; else the agent.
func (f Fact) Group() string {
	if f.Case != "" {
		return string(f.Tenant) + "/" + string(f.Case)
	}
	return string(f.Tenant) + "/agent/" + string(f.Agent)
}
