// Package routing is floor 1, pure: which agent a case goes to, and why (A092-A122).
//
// An agent may get a case if he has its skill, is available and holds fewer cases than his limit. Among those the skill's criteria
// decide; the answer does not depend on the order in which the agents are given, and every answer has its reason.
package routing

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"guichet/shared/guichet"
)

// Criteria of a skill (A107-A114).
const (
	Proficiency = "proficiency" // default: the best proficiency first
	Preferred   = "preferred"   // who had the case or the contact last
	LeastBusy   = "least-busy"  // fewest cases first: an even spread
	MostBusy    = "most-busy"   // most cases first, up to the limit: packs agents
)

// MaxConsidered bounds Choice.Considered: who may get the case first, then the others by id.
const MaxConsidered = 100

// Choice is the answer, with its reason.
type Choice struct {
	Agent      guichet.AgentID   // empty: nobody now
	Reason     string            // a sentence for the agent's screen
	Considered []Considered      // at most MaxConsidered
	Unlisted   int               // how many more were considered
	Next       []guichet.AgentID // who else may get it, in order: if somebody else took the first one's room, try these without loading again
	Wait       time.Time         // zero, or when to look again: until then the preferred agent has the case to himself
	For        guichet.AgentID   // the preferred agent who is waited for; empty without Wait
}

// Considered is one agent who was thought of, and why he comes where he comes or does not come in question.
type Considered struct {
	Agent guichet.AgentID
	Why   string
}

// Option tells Choose what neither the case nor the skill knows.
type Option func(*question)

// ContactAgent names who answered the contact last, for skills that prefer by contact (T6).
func ContactAgent(id guichet.AgentID) Option { return func(q *question) { q.contact = id } }

// Last puts agents at the end of the order: they rejected the case, so it is not offered to them again before others (A117).
func Last(ids ...guichet.AgentID) Option {
	return func(q *question) { q.last = append(q.last, ids...) }
}

// Policy tells how the tenant routes.
func Policy(r guichet.Routing) Option { return func(q *question) { q.policy = r } }

// question is what is to be decided.
type question struct {
	c       *guichet.Case
	skill   guichet.Skill
	now     time.Time
	contact guichet.AgentID
	last    []guichet.AgentID
	policy  guichet.Routing
}

// Choose decides who gets the case of the skill at now. Without anybody, Choice.Agent is empty and the case stays in the queue; Wait then
// says when the preferred agent's time is over, if he is waited for. Give it also the agents who are away or full: only so can a preferred
// agent be waited for, and the others be explained.
func Choose(c *guichet.Case, skill guichet.Skill, agents []guichet.Agent, now time.Time, opts ...Option) Choice {
	q := &question{c: c, skill: skill, now: now}
	for _, o := range opts {
		o(q)
	}
	if q.policy.Static { // A106
		q.skill.Criteria = Proficiency
	}
	able, others := q.split(agents)
	slices.SortFunc(able, q.compare)
	choice := Choice{}
	choice.explain(q, able, others)
	why := ""
	if q.skill.Criteria == Preferred {
		var done bool
		if done, why = q.prefer(&choice, able, agents); done {
			return choice
		}
	}
	choice.first(able, why+q.rule(able))
	return choice
}

// first gives the case to the first in order.
func (h *Choice) first(able []candidate, why string) {
	if len(able) == 0 {
		h.Reason = why + "Nobody who has the skill is available with room; the case waits in the queue."
		return
	}
	h.Agent, h.Reason = able[0].ID, why
	h.Next = make([]guichet.AgentID, 0, len(able)-1)
	for _, a := range able[1:] {
		h.Next = append(h.Next, a.ID)
	}
}

// rule says in words why the first in order is the first.
func (q *question) rule(able []candidate) string {
	if len(able) == 0 {
		return ""
	}
	a := able[0].Agent
	switch q.skill.Criteria {
	case LeastBusy:
		return name(a) + " holds the fewest cases (" + load(a) + ")."
	case MostBusy:
		return name(a) + " holds the most cases and still has room (" + load(a) + ")."
	}
	return name(a) + " has the best proficiency of those with room (" + strconv.Itoa(able[0].rank) + "), then the longest idle time."
}

// candidate is an agent who may get the case, with what his place hangs on.
type candidate struct {
	*guichet.Agent
	rank     int  // proficiency
	rejected bool // he had the offer before
}

// split returns who may get the case, and the others by id.
func (q *question) split(agents []guichet.Agent) (able []candidate, others []*guichet.Agent) {
	for i := range agents {
		a := &agents[i]
		if q.hindrance(a) == "" {
			able = append(able, candidate{a, Rank(a, q.skill.ID), slices.Contains(q.last, a.ID)})
		} else {
			others = append(others, a)
		}
	}
	slices.SortFunc(others, func(a, b *guichet.Agent) int { return cmp.Compare(a.ID, b.ID) })
	return able, others
}

// hindrance says why the agent may not get the case now; empty if he may.
func (q *question) hindrance(a *guichet.Agent) string {
	if _, ok := a.Skills[q.skill.ID]; !ok {
		return "does not have the skill"
	}
	return unready(a, q.policy)
}

// Ready reports whether the agent may get a case of one of his skills now.
func Ready(a *guichet.Agent, policy guichet.Routing) bool { return unready(a, policy) == "" }

func unready(a *guichet.Agent, policy guichet.Routing) string {
	switch a.Presence {
	case guichet.Available:
	case guichet.Busy:
		return "is busy"
	case guichet.AfterWork:
		return "is in after-contact work"
	default:
		return "is offline"
	}
	switch {
	case policy.VoiceBlocks && a.Voice:
		return "is on a call"
	case a.Load >= a.Limit:
		return "is at the limit (" + load(a) + ")"
	case !Eligible(a.App, a.Digital, len(a.Skills) > 0):
		return "may not get digital cases: " + Asks(a.App)
	}
	return ""
}

// compare orders those who may get the case: who rejected it last, then by the criteria, the longest idle, the id. Criteria by load take
// the proficiency before the idle time.
func (q *question) compare(a, b candidate) int {
	if a.rejected != b.rejected {
		if a.rejected {
			return 1
		}
		return -1
	}
	busy := 0
	switch q.skill.Criteria {
	case LeastBusy:
		busy = cmp.Compare(a.Load, b.Load)
	case MostBusy:
		busy = cmp.Compare(b.Load, a.Load)
	}
	if c := cmp.Or(busy, cmp.Compare(a.rank, b.rank)); c != 0 {
		return c
	}
	if c := a.Idle.Compare(b.Idle); c != 0 {
		return c
	}
	return cmp.Compare(a.ID, b.ID)
}

// AsGood reports whether two agents stand equal but for their idle time, by the skill's criteria.
func AsGood(skill guichet.Skill, a, b *guichet.Agent) bool {
	busy := skill.Criteria == LeastBusy || skill.Criteria == MostBusy
	return Rank(a, skill.ID) == Rank(b, skill.ID) && (!busy || a.Load == b.Load)
}

// WorstProficiency is the last of 1..20; anything outside counts as that.
const WorstProficiency = 20

// Rank is the agent's proficiency in a skill, 1 the best.
func Rank(a *guichet.Agent, skill guichet.SkillID) int {
	if p := a.Skills[skill]; p >= 1 && p <= WorstProficiency {
		return p
	}
	return WorstProficiency
}

// explain fills Considered.
func (h *Choice) explain(q *question, able []candidate, others []*guichet.Agent) {
	h.Unlisted = max(0, len(able)+len(others)-MaxConsidered)
	h.Considered = make([]Considered, 0, min(len(able)+len(others), MaxConsidered))
	for _, a := range able[:min(len(able), MaxConsidered)] {
		why := "proficiency " + strconv.Itoa(a.rank) + ", holds " + load(a.Agent)
		if a.rejected {
			why += ", rejected it before"
		}
		h.Considered = append(h.Considered, Considered{a.ID, why})
	}
	for _, a := range others[:min(len(others), MaxConsidered-len(h.Considered))] {
		h.Considered = append(h.Considered, Considered{a.ID, q.hindrance(a)})
	}
}

func load(a *guichet.Agent) string {
	return strconv.FormatInt(a.Load, 10) + " of " + strconv.FormatInt(a.Limit, 10)
}

// name is what the screen calls an agent.
func name(a *guichet.Agent) string {
	if a.Name != "" {
		return a.Name
	}
	return string(a.ID)
}
