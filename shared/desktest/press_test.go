package desktest

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// distant is a ledger whose calls take as long as DynamoDB's, and which counts what is asked for.
type distant struct {
	ledger.Ledger
	far            atomic.Bool // at this moment
	reads, commits atomic.Int64
}

func (l *distant) ask(n *atomic.Int64, takes time.Duration) {
	if l.far.Load() {
		n.Add(1)
		time.Sleep(takes) // of the bubble's clock
	}
}

func (l *distant) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	l.ask(&l.reads, 3*time.Millisecond)
	return l.Ledger.Get(ctx, k)
}

func (l *distant) BatchGet(ctx context.Context, k []ledger.Key) ([]ledger.Item, error) {
	l.ask(&l.reads, 4*time.Millisecond)
	return l.Ledger.BatchGet(ctx, k)
}

func (l *distant) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	l.ask(&l.reads, 4*time.Millisecond)
	return l.Ledger.Query(ctx, q)
}

func (l *distant) Commit(ctx context.Context, writes ...ledger.Write) error {
	l.ask(&l.commits, 8*time.Millisecond)
	return l.Ledger.Commit(ctx, writes...)
}

// TestAPressCostsLittle: 16 who route at once on a ledger as far away as DynamoDB is do not spend their time on beating each other: most commits are the one that a
// case needs. When all began with the same agent it was 5.9 commits and 10.7 reads.
func TestAPressCostsLittle(t *testing.T) {
	for _, c := range []struct {
		name           string
		burst          Burst
		commits, reads float64 // a case, at most
	}{
		{"room for all", Burst{Agents: 500, Cases: 1000, Workers: 16, Limit: 3}, 2.3, 9},
		{"a tenth has to wait", Burst{Agents: 250, Cases: 1500, Workers: 16, Limit: 5}, 2.8, 9},
		{"few agents with much room", Burst{Agents: 20, Cases: 600, Workers: 16, Limit: 40}, 6.5, 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &distant{Ledger: memory.New(LedgerNow)}
				h := New(t, l)
				if err := c.burst.Staff(t.Context(), h); err != nil {
					t.Fatal(err)
				}
				ids, err := c.burst.Fill(t.Context(), h)
				if err != nil {
					t.Fatal(err)
				}
				out, err := c.burst.Run(t.Context(), h, ids, func() time.Time { // at its begin and at its end
					l.far.Store(!l.far.Load())
					return time.Now()
				})
				if err != nil {
					t.Fatal(err)
				}
				n := float64(len(ids))
				commits, reads := float64(l.commits.Load())/n, float64(l.reads.Load())/n
				t.Logf("%+v: %+v, %.2f commits and %.2f reads a case", c.burst, out, commits, reads)
				if commits > c.commits || reads > c.reads {
					t.Errorf("%.2f commits and %.2f reads a case, want at most %.2f and %.2f", commits, reads, c.commits, c.reads)
				}
			})
		})
	}
}

// contested is a ledger on which the first assignment is beaten: somebody else took a place of that agent.
type contested struct {
	ledger.Ledger
	beaten atomic.Bool
}

func (l *contested) Commit(ctx context.Context, writes ...ledger.Write) error {
	for i, w := range writes {
		if p, ok := w.(ledger.Put); ok && strings.HasSuffix(p.Item.P, "#agent") && p.Item.Version > 0 && l.beaten.CompareAndSwap(false, true) {
			return ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
		}
	}
	return l.Ledger.Commit(ctx, writes...)
}

// TestAPressKeepsTheOrder: agents who are as good are mixed in a press, but who rejected a case still gets it last, the preferred agent first, and nobody of lower
// proficiency before a better one.
func TestAPressKeepsTheOrder(t *testing.T) {
	for name, tt := range map[string]struct {
		criteria string
		change   func(*guichet.Case)
		fits     func(guichet.AgentID) bool
		spreads  bool
	}{
		"rejected":    {"", func(c *guichet.Case) { c.Rejected = []guichet.AgentID{"a0", "a1", "a2"} }, func(a guichet.AgentID) bool { return a > "a2" && a < "b" }, true},
		"preferred":   {routing.Preferred, func(c *guichet.Case) { c.Last = "a3" }, func(a guichet.AgentID) bool { return a == "a3" }, false},
		"proficiency": {"", func(*guichet.Case) {}, func(a guichet.AgentID) bool { return a < "b" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			l := &contested{Ledger: memory.New(LedgerNow)}
			h := New(t, l)
			if err := h.Store.SaveSkill(t.Context(), Tenant, guichet.Skill{ID: "support", Name: "support", Criteria: tt.criteria, PreferBy: routing.ByCase, Fallback: routing.FallbackOffline, Timeout: 900}); err != nil {
				t.Fatal(err)
			}
			l.beaten.Store(true) // not while they are hired
			for _, id := range []guichet.AgentID{"a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1"} {
				a := guichet.Agent{ID: id, Role: "agent", Presence: guichet.Available, Limit: 99, Skills: map[guichet.SkillID]int{"support": 1}, Since: h.Now()}
				if id >= "b" {
					a.Skills["support"] = 2
				}
				if id >= "b" && name == "rejected" {
					continue // they would stand between who did not reject it and who did
				}
				if err := h.Store.SaveAgent(t.Context(), Tenant, a); err != nil {
					t.Fatal(err)
				}
			}
			ids, err := Burst{Cases: 40}.Fill(t.Context(), h)
			if err != nil {
				t.Fatal(err)
			}
			l.beaten.Store(false)
			got := map[guichet.AgentID]int{}
			for _, id := range ids {
				c, err := h.Store.Case(t.Context(), Tenant, id)
				if err != nil {
					t.Fatal(err)
				}
				tt.change(c)
				tx := &store.Tx{}
				tx.Case(c)
				if err := h.Store.Commit(t.Context(), tx); err != nil {
					t.Fatal(err)
				}
				if err := h.Desk.Route(t.Context(), guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: id}); err != nil {
					t.Fatal(err)
				}
				if c, err = h.Store.Case(t.Context(), Tenant, id); err != nil || !tt.fits(c.Agent) {
					t.Errorf("case %s went to %q, %v", id, c.Agent, err)
				}
				got[c.Agent]++
			}
			if !l.beaten.Load() || tt.spreads && len(got) < 3 {
				t.Errorf("nothing was contested, or all went to the same: %v", got)
			}
		})
	}
}
