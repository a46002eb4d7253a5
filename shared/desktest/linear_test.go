package desktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// The history of places and cases is checked to be linearizable: there is an order of the commits, within the time that each took, in which nobody is given a case
// above his limit, or while he is away, or a case that somebody has, and in which every read finds what the commits before it left.

const (
	linAgents = 3
	linCases  = 5
	linLimit  = 2
)

// linState is the model: bounded counters and owners. It is compared by ==.
type linState struct {
	load  [linAgents]int64
	there [linAgents]bool
	owner [linCases]int // agent, from 1; 0: nobody
}

// linOp is one commit, or one read, as it was seen from outside.
type linOp struct {
	what     string // "give", "back", "presence", "agent", "case"
	agent, c int    // from 1
	routed   bool   // given by the house: then he must be there
	load     int64
	there    bool
}

func linStep(state, input, _ any) (bool, any) {
	s, op := state.(linState), input.(linOp)
	switch op.what {
	case "give":
		a := op.agent - 1
		if old := s.owner[op.c-1]; old > 0 {
			if op.routed {
				return false, s
			}
			s.load[old-1]--
		}
		if s.load[a] >= linLimit || op.routed && !s.there[a] {
			return false, s
		}
		s.load[a]++
		s.owner[op.c-1] = op.agent
	case "back":
		if s.owner[op.c-1] != op.agent {
			return false, s
		}
		s.load[op.agent-1]--
		s.owner[op.c-1] = 0
	case "presence":
		s.there[op.agent-1] = op.there
	case "agent":
		return s.load[op.agent-1] == op.load && s.there[op.agent-1] == op.there, s
	case "case":
		return s.owner[op.c-1] == op.agent, s
	}
	return true, s
}

var linModel = porcupine.Model{
	Init:              func() any { return linState{} },
	Step:              linStep,
	DescribeOperation: func(in, _ any) string { return fmt.Sprintf("%+v", in) },
}

// historian is a ledger that records the commits which give, take back and change presence.
type historian struct {
	ledger.Ledger
	clock    atomic.Int64
	careless bool // the planted defect: an agent is written whatever became of him since he was read

	mu    sync.Mutex
	cases map[guichet.CaseID]int
	ops   []porcupine.Operation
}

type clientKey struct{}

func (h *historian) note(ctx context.Context, from int64, op linOp) {
	h.mu.Lock()
	defer h.mu.Unlock()
	client, _ := ctx.Value(clientKey{}).(int)
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: op, Call: from, Return: h.clock.Add(1)})
}

// Commit passes on, and records.
func (h *historian) Commit(ctx context.Context, writes ...ledger.Write) error {
	from := h.clock.Add(1)
	if h.careless {
		writes = h.forget(ctx, writes)
	}
	if err := h.Ledger.Commit(ctx, writes...); err != nil {
		return err
	}
	for _, w := range writes {
		p, ok := w.(ledger.Put)
		if !ok || !p.Item.Announce {
			continue
		}
		facts, err := store.Facts(p.Item)
		if err != nil {
			return err
		}
		for _, f := range facts {
			if op, ok := h.op(f); ok {
				h.note(ctx, from, op)
			}
		}
	}
	return nil
}

// forget writes agents at the version that they have now.
func (h *historian) forget(ctx context.Context, writes []ledger.Write) []ledger.Write {
	out := slices.Clone(writes)
	for i, w := range out {
		if p, ok := w.(ledger.Put); ok && strings.HasSuffix(p.Item.P, "#agent") && p.Item.Version > 0 {
			if it, err := h.Get(ctx, p.Item.Key); err == nil {
				p.Item.Version = it.Version
				out[i] = p
			}
		}
	}
	return out
}

func (h *historian) op(f guichet.Fact) (linOp, bool) {
	h.mu.Lock()
	op := linOp{agent: agentNumber(f.Agent), c: h.cases[f.Case], routed: f.By == "guichet"}
	h.mu.Unlock()
	switch f.Kind {
	case guichet.CaseAssigned:
		op.what = "give"
	case guichet.AgentFreed:
		op.what = "back"
	case guichet.AgentPresence:
		op.what, op.there = "presence", f.Detail["to"] == string(guichet.Available)
	}
	return op, op.what != ""
}

func agentNumber(id guichet.AgentID) int {
	if len(id) != 1 {
		return 0
	}
	return int(id[0]-'a') + 1
}

// linHistory lets four clients do what they want to three agents and five cases, and returns what happened.
func linHistory(t *testing.T, seed uint64, careless bool) []porcupine.Operation {
	ctx := t.Context()
	hist := &historian{Ledger: open(t), cases: map[guichet.CaseID]int{}}
	h := New(t, hist)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	ids := make([]guichet.CaseID, linCases)
	for i := range linAgents {
		must(h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: guichet.AgentID('a' + rune(i)), Role: "agent", Presence: guichet.Offline, Limit: linLimit, Skills: map[guichet.SkillID]int{"support": 1}}))
	}
	must(h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "boss", Role: "agent", Presence: guichet.Offline}))
	for i := range ids {
		id, err := h.Store.NextCase(ctx, Tenant)
		must(err)
		ids[i], hist.cases[id] = id, i+1
		tx := &store.Tx{}
		tx.Case(&guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.Open, Skill: "support", Opened: h.Now(), Waits: h.Now()})
		must(h.Store.Commit(ctx, tx))
	}
	hist.careless = careless
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			ctx := context.WithValue(ctx, clientKey{}, client)
			r := rand.New(rand.NewPCG(seed, uint64(client)))
			for range 14 {
				if err := linDo(ctx, h, hist, r, ids); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return hist.ops
}

// linDo does one thing.
func linDo(ctx context.Context, h *House, hist *historian, r *rand.Rand, ids []guichet.CaseID) error {
	a := guichet.AgentID('a' + rune(r.IntN(linAgents)))
	n := r.IntN(linCases)
	var err error
	switch r.IntN(7) {
	case 0:
		err = h.Desk.SetPresence(ctx, Tenant, a, []guichet.Presence{guichet.Available, guichet.Offline}[r.IntN(4)/3])
	case 1:
		err = h.Desk.Assign(ctx, Tenant, "boss", ids[n], a)
	case 2:
		err = h.Desk.Return(ctx, Tenant, "boss", ids[n])
	case 3, 4:
		err = h.Desk.Route(ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: ids[n]})
	case 5:
		from := hist.clock.Add(1)
		got, e := h.Store.Agent(ctx, Tenant, a)
		if err = e; err == nil {
			hist.note(ctx, from, linOp{what: "agent", agent: agentNumber(a), load: got.Load, there: got.Presence == guichet.Available})
		}
	default:
		from := hist.clock.Add(1)
		got, e := h.Store.Case(ctx, Tenant, ids[n])
		if err = e; err == nil {
			hist.note(ctx, from, linOp{what: "case", c: n + 1, agent: agentNumber(got.Agent)})
		}
	}
	if guichet.Is(err, guichet.Exhausted) || guichet.Is(err, guichet.Temporary) {
		return nil
	}
	return err
}

func TestPlacesAreLinearizable(t *testing.T) {
	ops := 0
	for seed := range uint64(30) {
		history := linHistory(t, seed, false)
		ops += len(history)
		if !porcupine.CheckOperations(linModel, history) {
			t.Fatalf("seed %d: no order of these commits makes sense:\n%+v", seed, history)
		}
	}
	t.Logf("%d commits and reads in 30 histories of 4 clients", ops)
}

// TestThePlantedDefectIsFound: if agents were written without looking at what became of them, the check would see it.
func TestThePlantedDefectIsFound(t *testing.T) {
	for seed := range uint64(200) {
		if !porcupine.CheckOperations(linModel, linHistory(t, seed, true)) {
			t.Logf("found in history %d", seed)
			return
		}
	}
	t.Error("200 histories of a house that loses updates, and none looks wrong")
}
