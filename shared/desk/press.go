package desk

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"sync/atomic"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/routing"
)

// press tells whether others give cases to the same agents at this moment, in this process or beside it: one of them was quicker not long ago. While it lasts,
// cases look at more agents and begin at different ones of those who are as good, so that not all want the same one.
type press struct{ until atomic.Int64 }

// pressFor is how long after the last of it.
const pressFor = time.Second

func (p *press) felt(now time.Time) { p.until.Store(now.Add(pressFor).UnixNano()) }

func (p *press) on(now time.Time) bool { return now.UnixNano() < p.until.Load() }

// abreast is how many of the oldest cases are looked at in a press.
const abreast = 16

// before returns a case that is served before this one, which waits for the same skill: the first of those that are older or of higher priority; in a press one of the
// first that were looked at before in vain, since whoever brings the others is about to serve them. It is empty if there is none.
func (d *Desk) before(ctx context.Context, c *guichet.Case) (guichet.CaseID, error) {
	n, pressed := 1, d.press.on(d.Now())
	if pressed {
		n = abreast
	}
	heads, _, err := d.Store.Heads(ctx, c.Tenant, c.Skill, n, "")
	if err != nil {
		return "", err
	}
	var first []guichet.CaseID
	for _, h := range heads {
		if h.ID == c.ID || routing.Sooner(c, h) < 0 {
			break
		}
		if !pressed || !h.Wake.IsZero() {
			first = append(first, h.ID)
		}
	}
	if len(first) == 0 {
		return "", nil
	}
	return first[turn(c, len(first))], nil
}

// turn is a number from 0 to n-1 that differs from case to case, and for the agents of each.
func turn(c *guichet.Case, n int, about ...guichet.AgentID) int {
	h := fnv.New32a()
	h.Write([]byte(c.ID))
	for _, a := range about {
		h.Write([]byte(a))
	}
	return int(h.Sum32() % uint32(n))
}

// spread mixes each part of the order where all are as good as its first, for each case in its own way. A preferred agent stays the first, and who rejected the case the
// last.
func spread(c *guichet.Case, q asked, order []guichet.AgentID) {
	if q.skill.Criteria == routing.Preferred {
		order = order[1:]
	}
	for len(order) > 0 {
		same := 1
		for same < len(order) && alike(c, q, order[0], order[same]) {
			same++
		}
		slices.SortFunc(order[:same], func(a, b guichet.AgentID) int { return cmp.Compare(turn(c, 1<<30, a), turn(c, 1<<30, b)) })
		order = order[same:]
	}
}

// alike reports whether it is all the same which of two agents gets the case.
func alike(c *guichet.Case, q asked, a, b guichet.AgentID) bool {
	return slices.Contains(c.Rejected, a) == slices.Contains(c.Rejected, b) && routing.AsGood(q.skill, agentIn(q.agents, a), agentIn(q.agents, b))
}
