package desktest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// TestSkillOfManyAgents: to save the criteria of a skill is a short call however many agents have it; sweeps list them anew, and until the last one is listed each case goes by
// the criteria of before, for as many reads as ever but one.
func TestSkillOfManyAgents(t *testing.T) {
	l := &counted{Ledger: open(t)}
	h, ctx := New(t, l), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const agents = 2700
	for i := range agents {
		a := guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("a%04d", i)), Role: "agent", Presence: guichet.Available, Limit: 9, Skills: map[guichet.SkillID]int{"support": 2}}
		if i == 7 {
			a.Skills["support"] = 1
		}
		must(h.Store.SaveAgent(ctx, Tenant, a))
	}
	next := func(want guichet.AgentID, situation string) (reads int) {
		t.Helper()
		c := waits(t, h)
		cfg, err := h.Store.Config(ctx, Tenant) // warm
		must(err)
		before := l.reads
		must(h.Desk.Route(ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: c}))
		reads = l.reads - before
		got, err := h.Store.Case(ctx, Tenant, c)
		must(err)
		if got.Agent != want {
			t.Errorf("%s: given to %q, want %q; %+v", situation, got.Agent, want, cfg.Seating)
		}
		return reads
	}
	next("a0007", "the best one")
	reads := next("a0007", "the best one, again")
	before := l.writes
	must(h.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: "support", Criteria: routing.LeastBusy}))
	if n := l.writes - before; n > 320 {
		t.Errorf("saving the skill wrote %d times", n)
	}
	if n := next("a0007", "while a few are listed"); n > reads+1 { // who stands in two lists may be found by a further item
		t.Errorf("while agents are listed anew a choice makes %d reads, before it %d", n, reads)
	}
	cfg, err := h.Store.FreshConfig(ctx, Tenant)
	must(err)
	if !cfg.Seating.Working() || cfg.Seating.Seen != 300 {
		t.Errorf("after the call: %+v", cfg.Seating)
	}
	h.SetNow(h.Now().Add(time.Minute))
	must(h.Desk.SweepSLA(ctx))
	next("a0007", "while many are listed")
	h.SetNow(h.Now().Add(time.Minute))
	must(h.Desk.SweepSLA(ctx))
	if n := next("a0000", "by load, from now on"); n != reads {
		t.Errorf("afterwards a choice makes %d reads, before it %d", n, reads)
	}
	h.SetNow(h.Now().Add(5 * time.Minute))
	must(h.Desk.SweepSLA(ctx))
	if cfg, err = h.Store.FreshConfig(ctx, Tenant); err != nil || cfg.Seating.Busy() {
		t.Errorf("at the end: %+v, %v", cfg.Seating, err)
	}
	next("a0001", "and so on")
}

// counted is a ledger that counts its calls.
type counted struct {
	ledger.Ledger
	reads, writes int
}

// Get reads, and counts.
func (l *counted) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	l.reads++
	return l.Ledger.Get(ctx, k)
}

// BatchGet reads, and counts.
func (l *counted) BatchGet(ctx context.Context, keys []ledger.Key) ([]ledger.Item, error) {
	l.reads++
	return l.Ledger.BatchGet(ctx, keys)
}

// Query reads, and counts.
func (l *counted) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	l.reads++
	return l.Ledger.Query(ctx, q)
}

// Commit writes, and counts.
func (l *counted) Commit(ctx context.Context, w ...ledger.Write) error {
	l.writes++
	return l.Ledger.Commit(ctx, w...)
}

// waits makes a case that waits for an agent.
func waits(t *testing.T, h *House) guichet.CaseID {
	t.Helper()
	id, err := h.Store.NextCase(t.Context(), Tenant)
	if err != nil {
		t.Fatal(err)
	}
	tx := &store.Tx{}
	tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.Open, Skill: "support", Opened: h.Now(), Waits: h.Now()})
	if err := h.Store.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return id
}
