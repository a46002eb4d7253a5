package routing

import (
	"slices"
	"time"

	"guichet/shared/guichet"
)

// By whom a skill prefers, and during whose absence a case waits for him (T6).
const (
	ByCase    = "case"    // who had the case last
	ByContact = "contact" // who answered the contact last

	// FallbackOffline waits for the preferred agent whatever keeps him: offline, busy, after-contact work, at his limit (A109).
	FallbackOffline = "offline"
	// FallbackAvailable waits only while he is there and occupied (A110); if he is offline the case goes on at once.
	FallbackAvailable = "available"
)

// prefer gives the case to the preferred agent, or makes it wait for him until the time-out, and says that with done. Else why is the
// beginning of the reason: no history, or he is not to be waited for any longer (A112). Who receives the case becomes the preferred
// agent: Case.Last and Contact.Agent are written by the one who assigns.
func (q *question) prefer(h *Choice, able []candidate, all []guichet.Agent) (done bool, why string) {
	id, whose := q.c.Last, "this case"
	if q.skill.PreferBy == ByContact {
		id, whose = q.contact, "this contact"
	}
	if id == "" {
		return false, "Nobody had " + whose + " before. "
	}
	i := slices.IndexFunc(all, func(a guichet.Agent) bool { return a.ID == id })
	if i < 0 {
		return false, string(id) + ", who had " + whose + " last, is not among the agents of the skill. "
	}
	a := &all[i]
	had := name(a) + ", who had " + whose + " last, "
	obstacle := q.hindrance(a)
	if obstacle == "" && !slices.Contains(q.last, id) {
		h.first(front(able, id), name(a)+" had "+whose+" last.")
		return true, ""
	}
	if obstacle == "" {
		return false, had + "rejected it. "
	}
	if until := q.patience(a); until.After(q.now) {
		h.Wait, h.For = until, id
		h.Reason = had + obstacle + "; the case waits for this agent until " + until.UTC().Format("2006-01-02 15:04:05") + " UTC."
		return true, ""
	}
	return false, had + obstacle + ". "
}

// patience returns until when the case waits for the preferred agent, who cannot take it now; the zero Time if it does not. The time-out runs
// from Case.Waits; for a case that is not in the queue yet, from now.
func (q *question) patience(a *guichet.Agent) time.Time {
	_, skilled := a.Skills[q.skill.ID]
	there := a.Presence == guichet.Available || a.Presence == guichet.Busy || a.Presence == guichet.AfterWork
	if !skilled || q.skill.Fallback == FallbackAvailable && !there {
		return time.Time{}
	}
	since := q.c.Waits
	if since.IsZero() {
		since = q.now
	}
	return since.Add(time.Duration(min(q.skill.Timeout, MaxTimeout)) * time.Second)
}

// front returns the agents with id moved to the front, the others in their order.
func front(able []candidate, id guichet.AgentID) []candidate {
	out := make([]candidate, 0, len(able))
	for _, a := range able {
		if a.ID == id {
			out = append(out, a)
		}
	}
	for _, a := range able {
		if a.ID != id {
			out = append(out, a)
		}
	}
	return out
}
