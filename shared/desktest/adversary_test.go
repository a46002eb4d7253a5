package desktest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// unruly is a house of twenty agents who come, go, change and refuse at random.
type unruly struct {
	*House
	ctx    context.Context
	agents []guichet.AgentID
	skills []guichet.SkillID
	cases  []guichet.CaseID
	ages   map[guichet.CaseID]time.Time // since when each waits, while it lives
	loads  map[guichet.AgentID]int64    // as they were a step ago
}

func newUnruly(t *testing.T, ctx context.Context) (*unruly, error) { //nolint:revive // the test's own, to end with
	u := &unruly{House: New(t, open(t)), ctx: ctx, skills: []guichet.SkillID{"support", "billing"}, ages: map[guichet.CaseID]time.Time{}, loads: map[guichet.AgentID]int64{}}
	half := guichet.Role{ID: "half", Rights: map[guichet.ChannelID][]guichet.Permission{"support": {guichet.CanRead, guichet.CanReply, guichet.CanViewSkills}}}
	if err := u.Store.SaveRole(ctx, Tenant, half); err != nil {
		return nil, err
	}
	if err := u.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "boss", Name: "Boss", Role: "agent", Presence: guichet.Offline}); err != nil {
		return nil, err
	}
	for i := range 20 {
		a := guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("a%02d", i)), Name: fmt.Sprint(i), Role: "agent", Presence: guichet.Offline, Limit: int64(i % 3), Skills: map[guichet.SkillID]int{u.skills[i%2]: 1 + i%4}}
		if i%5 == 0 {
			a.Role = "half"
		}
		if err := u.Store.SaveAgent(ctx, Tenant, a); err != nil {
			return nil, err
		}
		u.agents = append(u.agents, a.ID)
	}
	return u, nil
}

// step is one thing that happens. What is refused is part of life.
func (u *unruly) step(t *rapid.T) error {
	who := rapid.SampledFrom(u.agents).Draw(t, "agent")
	to := rapid.SampledFrom(u.agents).Draw(t, "to")
	k := rapid.SampledFrom(u.skills).Draw(t, "skill")
	u.SetNow(u.Now().Add(time.Duration(rapid.SampledFrom([]int{0, 1, 70, 400}).Draw(t, "seconds")) * time.Second))
	what := rapid.IntRange(0, 18).Draw(t, "what")
	if len(u.cases) == 0 {
		what = 0
	}
	var c guichet.CaseID
	if what > 1 {
		c = rapid.SampledFrom(u.cases).Draw(t, "case")
	}
	switch what {
	case 0, 1:
		return u.open(k, rapid.SampledFrom([]guichet.ChannelID{"support", "billing"}).Draw(t, "channel"), rapid.IntRange(-1, 1).Draw(t, "priority"))
	case 2, 3, 4:
		return u.Desk.SetPresence(u.ctx, Tenant, who, rapid.SampledFrom([]guichet.Presence{guichet.Available, guichet.Available, guichet.Busy, guichet.AfterWork, guichet.Offline}).Draw(t, "presence"))
	case 5:
		return u.Desk.SetVoice(u.ctx, Tenant, who, rapid.Bool().Draw(t, "call"))
	case 6, 7:
		limit, skills := rapid.Int64Range(0, 3).Draw(t, "limit"), drawSkills(t, u.skills)
		role := rapid.SampledFrom([]guichet.RoleID{"agent", "half"}).Draw(t, "role")
		_, err := u.Desk.ChangeAgent(u.ctx, Tenant, "boss", who, func(a *guichet.Agent) error {
			a.Limit, a.Skills, a.Role = limit, skills, role
			return nil
		})
		return err
	case 8:
		return u.Desk.Accept(u.ctx, Tenant, u.holder(c, who), c)
	case 9:
		return u.Desk.Reject(u.ctx, Tenant, u.holder(c, who), c)
	case 10:
		return u.Desk.Return(u.ctx, Tenant, u.holder(c, who), c)
	case 11:
		return u.Desk.Assign(u.ctx, Tenant, "boss", c, to)
	case 12:
		return u.Desk.Transfer(u.ctx, Tenant, "boss", c, k)
	case 13, 14:
		return u.Desk.SetStatus(u.ctx, Tenant, "boss", c, rapid.SampledFrom([]guichet.Status{guichet.Resolved, guichet.Closed, guichet.Open, guichet.Pending}).Draw(t, "status"))
	case 15:
		s := guichet.Skill{
			ID: k, Criteria: rapid.SampledFrom([]string{"", routing.LeastBusy, routing.MostBusy, routing.Preferred}).Draw(t, "criteria"), PreferBy: routing.ByCase, Timeout: 300,
			Fallback: rapid.SampledFrom([]string{routing.FallbackOffline, routing.FallbackAvailable}).Draw(t, "fallback"), Accept: rapid.Bool().Draw(t, "accept"),
		}
		return u.Store.SaveSkill(u.ctx, Tenant, s)
	case 16:
		return u.Store.SaveRouting(u.ctx, Tenant, guichet.Routing{
			VoiceBlocks: rapid.Bool().Draw(t, "voice blocks"), Leave: rapid.SampledFrom([]guichet.Leave{guichet.LeaveKeep, guichet.LeaveNow, guichet.LeaveLater}).Draw(t, "leave"), LeaveAfter: 300,
		})
	case 18:
		into := rapid.SampledFrom(u.cases).Draw(t, "into")
		if whole, err := u.Store.LiveCase(u.ctx, Tenant, into); err == nil {
			delete(u.ages, whole.ID) // a whole is as old as its oldest part
		}
		return u.Desk.Merge(u.ctx, Tenant, "boss", c, into)
	}
	return u.Desk.SweepSLA(u.ctx)
}

// holder is who has the case, else somebody who has not.
func (u *unruly) holder(id guichet.CaseID, other guichet.AgentID) guichet.AgentID {
	if c, err := u.Store.Case(u.ctx, Tenant, id); err == nil && c.Agent != "" {
		return c.Agent
	}
	return other
}

func (u *unruly) open(k guichet.SkillID, ch guichet.ChannelID, priority int) error {
	id, err := u.Store.NextCase(u.ctx, Tenant)
	if err != nil {
		return err
	}
	tx := &store.Tx{}
	tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: ch, Status: guichet.New, Skill: k, Priority: priority, Opened: u.Now(), Moved: u.Now(), Waits: u.Now()}, guichet.Fact{Kind: guichet.CaseWaiting, At: u.Now()})
	u.cases = append(u.cases, id)
	return u.Store.Commit(u.ctx, tx)
}

// counts checks that nobody holds more than what he holds by the cases themselves, that no agent got a case above his limit, and that ages are kept.
func (u *unruly) counts(t *rapid.T) []*guichet.Case {
	has := map[guichet.AgentID]int64{}
	var all []*guichet.Case
	for _, id := range u.cases {
		c, err := u.Store.Case(u.ctx, Tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
		if c.Agent != "" {
			has[c.Agent]++
		}
		was, lived := u.ages[id]
		switch {
		case !c.Status.Live():
			delete(u.ages, id)
		case lived && !c.Waits.IsZero() && !c.Waits.Equal(was):
			t.Fatalf("case %s waits since %v, and waited since %v", id, c.Waits, was)
		case !c.Waits.IsZero():
			u.ages[id] = c.Waits
		default:
			delete(u.ages, id) // it waits for its contact
		}
	}
	for _, id := range u.agents {
		a, err := u.Store.Agent(u.ctx, Tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		if a.Load != has[id] {
			t.Fatalf("%s holds %d cases, and is said to hold %d", id, has[id], a.Load)
		}
		if a.Load > a.Limit && a.Load > u.loads[id] {
			t.Fatalf("%s got a case beyond the limit: %d of %d, had %d", id, a.Load, a.Limit, u.loads[id])
		}
		u.loads[id] = a.Load
	}
	return all
}

// live checks that no case waits while somebody who may have it has room: unless it waits for its preferred agent, or all who may rejected it a moment ago.
func (u *unruly) live(t *rapid.T, all []*guichet.Case) {
	cfg, err := u.Store.FreshConfig(u.ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !c.Waiting() || c.For != "" && c.Wake.After(u.Now()) {
			continue
		}
		_, policy := cfg.InForce(c.Skill)
		for _, id := range u.agents {
			a, err := u.Store.Agent(u.ctx, Tenant, id)
			if err != nil {
				t.Fatal(err)
			}
			if _, has := a.Skills[c.Skill]; has && routing.Ready(a, policy) && cfg.Role(a).May(guichet.CanReply, c.Channel) && !slices.Contains(c.Rejected, id) {
				t.Fatalf("case %+v waits, and %s has room: %+v", c, id, a)
			}
		}
	}
}

// TestTwentyUnrulyAgents: whatever agents, their settings and those of the tenant do, nobody is given more than he may hold, counters are what a recount gives, ages are kept, and
// once all is quiet no case waits while somebody who may have it has room.
func TestTwentyUnrulyAgents(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		u, err := newUnruly(outer, outer.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(10, 60).Draw(t, "steps") {
			if err := u.step(t); err != nil && !slices.Contains([]guichet.Kind{guichet.Exhausted, guichet.Invalid, guichet.Denied, guichet.NotFound, guichet.Permanent}, guichet.KindOf(err)) {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "settle") {
				u.Settle(u.ctx)
			}
			u.counts(t)
		}
		u.Settle(u.ctx)
		for range 3 { // what was set is in force, offers end or are accepted
			if err := u.Desk.SweepSLA(u.ctx); err != nil {
				t.Fatal(err)
			}
			u.Settle(u.ctx)
		}
		u.live(t, u.counts(t))
	})
}
