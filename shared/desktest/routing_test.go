package desktest

import (
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// TestT12PreferredTimeouts: a case waits for its preferred agent for exactly as long as the skill says, from a second to 60 days and 20 hours, and the sweep
// ends it.
func TestT12PreferredTimeouts(t *testing.T) {
	for _, seconds := range []int64{1, 900, 901, routing.MaxTimeout} {
		h, ctx := New(t, open(t)), t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: "support", Criteria: routing.Preferred, PreferBy: routing.ByCase, Fallback: routing.FallbackOffline, Timeout: seconds}))
		for id, p := range map[guichet.AgentID]guichet.Presence{"ana": guichet.Offline, "bo": guichet.Available} {
			must(h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: id, Role: "agent", Presence: p, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}))
		}
		id, err := h.Store.NextCase(ctx, Tenant)
		must(err)
		tx := &store.Tx{}
		tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.Open, Skill: "support", Last: "ana", Opened: h.Now(), Waits: h.Now()},
			guichet.Fact{Kind: guichet.CaseWaiting, At: h.Now()})
		must(h.Store.Commit(ctx, tx))
		h.Settle(ctx)
		end := h.Now().Add(time.Duration(seconds) * time.Second)
		must(h.Desk.SweepSLA(ctx))
		for _, at := range []struct {
			when time.Time
			want guichet.AgentID
		}{{end.Add(-time.Nanosecond), ""}, {end, "bo"}} {
			h.SetNow(at.when)
			must(h.Desk.SweepSLA(ctx))
			h.Settle(ctx)
			c, err := h.Store.Case(ctx, Tenant, id)
			must(err)
			if c.Agent != at.want || at.want == "" && (c.For != "ana" || !c.Wake.Equal(end)) {
				t.Errorf("%d s, at %v: with %q, waits for %q until %v; want with %q", seconds, at.when, c.Agent, c.For, c.Wake, at.want)
			}
		}
	}
}

// TestNobodyOnShift: a case that waits in vain is looked at ever more rarely, and at once when somebody comes.
func TestNobodyOnShift(t *testing.T) {
	h, ctx := New(t, open(t)), t.Context()
	id, err := h.Store.NextCase(ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	tx := &store.Tx{}
	tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.Open, Skill: "support", Opened: h.Now(), Waits: h.Now()}, guichet.Fact{Kind: guichet.CaseWaiting, At: h.Now()})
	if err := h.Store.Commit(ctx, tx); err != nil {
		t.Fatal(err)
	}
	h.Settle(ctx)
	looked, version := 0, int64(0)
	for range 7 * 24 * 60 {
		h.SetNow(h.Now().Add(time.Minute))
		if err := h.Desk.SweepSLA(ctx); err != nil {
			t.Fatal(err)
		}
		c, err := h.Store.Case(ctx, Tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Version != version {
			looked, version = looked+1, c.Version
		}
	}
	if looked < 20 || looked > 50 {
		t.Errorf("looked at %d times in a week, want some 35: minutes apart at first, then every 6 hours", looked)
	}
	if err := h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Role: "agent", Presence: guichet.Available, Limit: 1, Skills: map[guichet.SkillID]int{"support": 1}},
		guichet.Fact{Kind: guichet.AgentPresence, Tenant: Tenant, Agent: "ana"}); err != nil {
		t.Fatal(err)
	}
	h.Settle(ctx)
	if c, err := h.Store.Case(ctx, Tenant, id); err != nil || c.Agent != "ana" {
		t.Errorf("somebody came: %+v, %v", c, err)
	}
}

// TestAStaleCaseFreesNobodyTwice: who frees a place by a case as it was before somebody else freed it is told to load again, not that there is no room.
func TestAStaleCaseFreesNobodyTwice(t *testing.T) {
	h, ctx := New(t, open(t)), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Role: "agent", Presence: guichet.Available, Limit: 1, Skills: map[guichet.SkillID]int{"support": 1}}))
	id, err := h.Store.NextCase(ctx, Tenant)
	must(err)
	tx := &store.Tx{}
	tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.Open, Skill: "support", Opened: h.Now(), Waits: h.Now()}, guichet.Fact{Kind: guichet.CaseWaiting, At: h.Now()})
	must(h.Store.Commit(ctx, tx))
	h.Settle(ctx)
	stale, err := h.Store.Case(ctx, Tenant, id)
	must(err)
	if stale.Agent != "ana" {
		t.Fatalf("the case is with %q", stale.Agent)
	}
	must(h.Desk.Return(ctx, Tenant, "ana", id))
	tx = &store.Tx{}
	tx.Leave(Tenant, "ana")
	stale.Agent = ""
	tx.Case(stale, guichet.Fact{Kind: guichet.CaseReturned, At: h.Now()})
	if err := h.Store.Commit(ctx, tx); !guichet.Is(err, guichet.Conflict) {
		t.Errorf("got %v, want a conflict: the case has moved", err)
	}
}
