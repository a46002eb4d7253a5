package desktest

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// seatHouse is a house in which anything happens to agents. Two functions work there: each knows the configuration as it read it last, up to 20 seconds ago.
type seatHouse struct {
	*House
	ctx    context.Context
	cut    *cutOff
	desks  []*desk.Desk
	skills []guichet.SkillID
	roles  []guichet.RoleID
}

// cutOff is a ledger that ends to answer after so many commits more; below zero: it does not.
type cutOff struct {
	ledger.Ledger
	after int
}

// Commit writes, until the world ends.
func (l *cutOff) Commit(ctx context.Context, w ...ledger.Write) error {
	if l.after == 0 {
		return guichet.Errorf(guichet.Temporary, "the world has ended")
	}
	l.after--
	return l.Ledger.Commit(ctx, w...)
}

// asAll is whom Choose takes when it is given every agent of a role that may answer.
func (s *seatHouse) asAll(t *rapid.T, cfg *store.Config, k guichet.SkillID, roles []guichet.RoleID) routing.Choice {
	all, err := s.Store.Agents(s.ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(a guichet.Agent) bool { return !slices.Contains(roles, a.Role) })
	skill, policy := cfg.InForce(k)
	return routing.Choose(&guichet.Case{}, skill, all, s.Now(), routing.Policy(policy))
}

// compare checks, for each function, each skill and each set of roles, that the first few seats lead to the choice that all agents lead to, in the same order.
func (s *seatHouse) compare(t *rapid.T) {
	for i, d := range s.desks {
		cfg, err := d.Store.Config(s.ctx, Tenant)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range s.skills {
			for _, roles := range [][]guichet.RoleID{s.roles[:1], s.roles} {
				s.compareSkill(t, i, cfg, k, roles)
			}
		}
	}
}

func (s *seatHouse) compareSkill(t *rapid.T, function int, cfg *store.Config, k guichet.SkillID, roles []guichet.RoleID) {
	const n = 2
	var few []guichet.Agent
	for _, r := range roles {
		list, err := s.Store.Seated(s.ctx, cfg, k, r, n)
		if err != nil {
			t.Fatal(err)
		}
		few = append(few, list...)
	}
	want := s.asAll(t, cfg, k, roles)
	skill, policy := cfg.InForce(k)
	got := routing.Choose(&guichet.Case{}, skill, few, s.Now(), routing.Policy(policy))
	order := func(h routing.Choice) []guichet.AgentID {
		all := append([]guichet.AgentID{h.Agent}, h.Next...)
		return all[:min(len(all), n)]
	}
	if !slices.Equal(order(got), order(want)) {
		t.Fatalf("function %d, %s (%s) for %v: the seats say %v, all agents %v; %+v", function, k, skill.Criteria, roles, order(got), order(want), cfg.Seating)
	}
}

// do is one thing that happens, by one of the functions. Changes of settings may be cut off, and are gone on with later.
func (s *seatHouse) do(t *rapid.T, agents []guichet.AgentID, cases []guichet.CaseID) error {
	who := rapid.SampledFrom(agents).Draw(t, "agent")
	c := rapid.SampledFrom(cases).Draw(t, "case")
	d := s.desks[rapid.IntRange(0, 1).Draw(t, "function")]
	seconds := rapid.SampledFrom([]int{0, 0, 1, 1, 2, 15, 200}).Draw(t, "seconds")
	s.SetNow(s.Now().Add(time.Duration(seconds) * time.Second))
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		return d.SetPresence(s.ctx, Tenant, who, rapid.SampledFrom([]guichet.Presence{guichet.Available, guichet.Busy, guichet.Offline}).Draw(t, "presence"))
	case 1:
		return d.SetVoice(s.ctx, Tenant, who, rapid.Bool().Draw(t, "call"))
	case 2:
		a, err := d.Store.Agent(s.ctx, Tenant, who)
		if err != nil {
			return err
		}
		a.Limit = rapid.Int64Range(0, 4).Draw(t, "limit")
		a.Skills = drawSkills(t, s.skills)
		a.Digital, a.App = rapid.Bool().Draw(t, "attribute"), rapid.SampledFrom([]guichet.App{"", guichet.AgentApp, guichet.MaxApp}).Draw(t, "app")
		return d.Store.SaveAgent(s.ctx, Tenant, *a)
	case 3, 4, 5:
		s.cut.after = rapid.IntRange(0, 25).Draw(t, "cut off after")
		err := s.settings(t, d)
		if s.cut.after = -1; guichet.Is(err, guichet.Temporary) {
			return nil
		}
		return err
	case 6:
		return d.Return(s.ctx, Tenant, "boss", c)
	case 7:
		err := d.Assign(s.ctx, Tenant, "boss", c, who)
		if guichet.Is(err, guichet.Exhausted) || guichet.Is(err, guichet.Invalid) {
			return nil
		}
		return err
	}
	return d.Route(s.ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: c})
}

// settings changes something for many agents, or goes on with that.
func (s *seatHouse) settings(t *rapid.T, d *desk.Desk) error {
	switch rapid.IntRange(0, 3).Draw(t, "settings") {
	case 0:
		return d.Store.SaveRouting(s.ctx, Tenant, guichet.Routing{VoiceBlocks: rapid.Bool().Draw(t, "voice blocks"), Static: rapid.IntRange(0, 3).Draw(t, "static") == 0})
	case 1:
		return d.Store.Seat(s.ctx, Tenant, 100)
	}
	k := guichet.Skill{ID: rapid.SampledFrom(s.skills).Draw(t, "skill")}
	k.Criteria = rapid.SampledFrom([]string{"", routing.LeastBusy, routing.MostBusy, routing.Preferred}).Draw(t, "criteria")
	return d.Store.SaveSkill(s.ctx, Tenant, k)
}

// settled checks that the work comes to its end, and that then the criteria are those that were set.
func (s *seatHouse) settled(t *rapid.T) {
	for range 2 {
		s.SetNow(s.Now().Add(5 * time.Minute))
		if err := s.Desk.SweepSLA(s.ctx); err != nil {
			t.Fatal(err)
		}
	}
	s.compare(t)
	cfg, err := s.Store.FreshConfig(s.ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Seating.Busy() {
		t.Fatalf("the work does not end: %+v", cfg.Seating)
	}
	for _, k := range s.skills {
		set, got := cfg.Skills[k].Criteria, skillInForce(cfg, k)
		if got != set && !cfg.Tenant.Routing.Static {
			t.Fatalf("%s goes by %q, and %q is set: %+v", k, got, set, cfg.Seating)
		}
	}
}

func skillInForce(cfg *store.Config, k guichet.SkillID) string {
	s, _ := cfg.InForce(k)
	return s.Criteria
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

// TestSeatsChooseAsAll: whatever happens to agents, skills and cases, also while agents are being listed anew and that is cut off, and for a function that knows the settings of before, the first few seats lead to the agent whom Choose takes from all. The skills are such that
// several belong to one index, so that agents have further seats.
func TestSeatsChooseAsAll(t *testing.T) {
	ctx := t.Context()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		cut := &cutOff{Ledger: open(outer), after: -1}
		s := &seatHouse{House: New(outer, cut), cut: cut, ctx: ctx, roles: []guichet.RoleID{"agent", "other"}, skills: []guichet.SkillID{"aa", "bb", "cc", "dd", "ee"}}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		beside := &desk.Desk{Store: store.New(s.Feed, s.Blobs, s.Now), Now: s.Now, Key: s.Desk.Key, Send: s.Desk.Send}
		s.desks = []*desk.Desk{s.Desk, beside}
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
		s.settled(t)
	})
}
