package desktest

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// seatHouse is a house in which anything happens to agents.
type seatHouse struct {
	*House
	ctx    context.Context
	skills []guichet.SkillID
	roles  []guichet.RoleID
}

// asAll is whom Choose takes when it is given every agent of a role that may answer.
func (s *seatHouse) asAll(t *rapid.T, cfg *store.Config, k guichet.SkillID, roles []guichet.RoleID) routing.Choice {
	all, err := s.Store.Agents(s.ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(a guichet.Agent) bool { return !slices.Contains(roles, a.Role) })
	return routing.Choose(&guichet.Case{}, *cfg.Skills[k], all, s.Now(), routing.Policy(cfg.Tenant.Routing))
}

// compare checks, for each skill and each set of roles, that the first few seats lead to the choice that all agents lead to, in the same order.
func (s *seatHouse) compare(t *rapid.T) {
	cfg, err := s.Store.FreshConfig(s.ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	const n = 2
	for _, k := range s.skills {
		for _, roles := range [][]guichet.RoleID{s.roles[:1], s.roles} {
			var few []guichet.Agent
			for _, r := range roles {
				list, err := s.Store.Seated(s.ctx, Tenant, k, r, n)
				if err != nil {
					t.Fatal(err)
				}
				few = append(few, list...)
			}
			want := s.asAll(t, cfg, k, roles)
			got := routing.Choose(&guichet.Case{}, *cfg.Skills[k], few, s.Now(), routing.Policy(cfg.Tenant.Routing))
			order := func(h routing.Choice) []guichet.AgentID {
				all := append([]guichet.AgentID{h.Agent}, h.Next...)
				return all[:min(len(all), n)]
			}
			if !slices.Equal(order(got), order(want)) {
				t.Fatalf("%s (%s) for %v: the seats say %v, all agents %v", k, cfg.Order(k), roles, order(got), order(want))
			}
		}
	}
}

// do is one thing that happens.
func (s *seatHouse) do(t *rapid.T, agents []guichet.AgentID, cases []guichet.CaseID) error {
	who := rapid.SampledFrom(agents).Draw(t, "agent")
	c := rapid.SampledFrom(cases).Draw(t, "case")
	s.SetNow(s.Now().Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "seconds")) * time.Second))
	switch rapid.IntRange(0, 8).Draw(t, "what") {
	case 0:
		return s.Desk.SetPresence(s.ctx, Tenant, who, rapid.SampledFrom([]guichet.Presence{guichet.Available, guichet.Busy, guichet.Offline}).Draw(t, "presence"))
	case 1:
		return s.Desk.SetVoice(s.ctx, Tenant, who, rapid.Bool().Draw(t, "call"))
	case 2:
		a, err := s.Store.Agent(s.ctx, Tenant, who)
		if err != nil {
			return err
		}
		a.Limit = rapid.Int64Range(0, 4).Draw(t, "limit")
		a.Skills = drawSkills(t, s.skills)
		a.Digital, a.App = rapid.Bool().Draw(t, "attribute"), rapid.SampledFrom([]guichet.App{"", guichet.AgentApp, guichet.MaxApp}).Draw(t, "app")
		return s.Store.SaveAgent(s.ctx, Tenant, *a)
	case 3:
		k := guichet.Skill{ID: rapid.SampledFrom(s.skills).Draw(t, "skill")}
		k.Criteria = rapid.SampledFrom([]string{"", routing.LeastBusy, routing.MostBusy}).Draw(t, "criteria")
		return s.Store.SaveSkill(s.ctx, Tenant, k)
	case 4:
		return s.Store.SaveRouting(s.ctx, Tenant, guichet.Routing{VoiceBlocks: rapid.Bool().Draw(t, "voice blocks"), Static: rapid.IntRange(0, 3).Draw(t, "static") == 0})
	case 5:
		return s.Desk.Return(s.ctx, Tenant, "boss", c)
	case 6:
		err := s.Desk.Assign(s.ctx, Tenant, "boss", c, who)
		if guichet.Is(err, guichet.Exhausted) || guichet.Is(err, guichet.Invalid) {
			return nil
		}
		return err
	}
	return s.Desk.Route(s.ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: c})
}

func drawSkills(t *rapid.T, from []guichet.SkillID) map[guichet.SkillID]int {
	out := map[guichet.SkillID]int{}
	for _, k := range from {
		if p := rapid.IntRange(-3, 4).Draw(t, "proficiency"); p > 0 {
			out[k] = p
		}
	}
	return out
}

// TestSeatsChooseAsAll: whatever happens to agents, skills and cases, the first few seats lead to the agent whom Choose takes from all. The skills are such that
// several belong to one index, so that agents have further seats.
func TestSeatsChooseAsAll(t *testing.T) {
	ctx := t.Context()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		s := &seatHouse{House: New(outer, open(outer)), ctx: ctx, roles: []guichet.RoleID{"agent", "other"}, skills: []guichet.SkillID{"aa", "bb", "cc", "dd", "ee"}}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		other := Everything
		other.ID = "other"
		must(s.Store.SaveRole(ctx, Tenant, other))
		must(s.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "boss", Role: "agent", Presence: guichet.Offline}))
		for _, k := range s.skills {
			must(s.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: k}))
		}
		var agents []guichet.AgentID
		for i := range 10 {
			a := guichet.Agent{ID: guichet.AgentID('a' + rune(i)), Role: s.roles[i%2], Presence: guichet.Available, Limit: 2, Skills: drawSkills(t, s.skills)}
			must(s.Store.SaveAgent(ctx, Tenant, a))
			agents = append(agents, a.ID)
		}
		var cases []guichet.CaseID
		for range 9 {
			id, err := s.Store.NextCase(ctx, Tenant)
			must(err)
			tx := &store.Tx{}
			tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.New, Skill: rapid.SampledFrom(s.skills).Draw(t, "for"), Opened: s.Now(), Waits: s.Now()})
			must(s.Store.Commit(ctx, tx))
			cases = append(cases, id)
		}
		for range rapid.IntRange(5, 20).Draw(t, "steps") {
			must(s.do(t, agents, cases))
			s.compare(t)
		}
	})
}
