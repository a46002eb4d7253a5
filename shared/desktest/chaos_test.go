package desktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// TestEverybodyAtOnce: mails of three conversations come twice each, two agents do whatever agents do, the functions work off the facts and the clock
// sweeps, all beside each other in an order that is drawn anew. Whatever comes of it, what must always hold holds (House.check): each mail is in one case, once;
// each case counts its messages; each agent holds what his counter says; every id leads home.
func TestEverybodyAtOnce(t *testing.T) {
	runs := 60
	if *full {
		runs = 3000
	}
	done := map[string]int{}
	for i := range runs {
		if err := everybody(t, rand.New(rand.NewPCG(*seed, uint64(i))), done); err != nil {
			t.Fatalf("run %d of seed %d: %v", i, *seed, err)
		}
	}
	for _, what := range []string{"reply", "status", "return", "assign", "note", "tag", "merge", "unmerge", "split"} {
		if done[what] == 0 {
			t.Errorf("in %d runs no %s was done: the test shows nothing about it", runs, what)
		}
	}
	t.Logf("%d runs: %v", runs, done)
}

// crowd is a house with everybody in it.
type crowd struct {
	*House
	r     *rand.Rand
	turns *Turns
	done  map[string]int
	wrong []string // errors that nobody can do anything about
}

func everybody(t *testing.T, r *rand.Rand, done map[string]int) error {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), LedgerNow, sqlite.Unsynced())
	if err != nil {
		return err
	}
	defer db.Close()
	h, ctx := New(t, db), t.Context()
	for _, id := range []guichet.AgentID{"ana", "bob"} {
		a := guichet.Agent{ID: id, Name: string(id), Role: "agent", Presence: guichet.Available, Limit: 2, Skills: map[guichet.SkillID]int{"support": 1}}
		if err := h.Store.SaveAgent(ctx, Tenant, a); err != nil {
			return err
		}
	}
	if r.IntN(2) == 0 { // half of the houses have a script, which looks at all that comes, and a rule that reacts to it
		if err := automate(ctx, h); err != nil {
			return err
		}
	}
	c := &crowd{House: h, r: r, turns: &Turns{Ledger: h.Feed}, done: done}
	h.Desk = &desk.Desk{Store: store.New(c.turns, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Send: h.Desk.Send}
	mails := conversations()
	flows := []func(context.Context){c.functions, c.sweeps}
	for _, in := range stored(t, h, mails) {
		for range 2 {
			flows = append(flows, func(ctx context.Context) {
				c.again("mail", func() error { _, err := h.Desk.ReceiveMail(ctx, in); return err })
			})
		}
	}
	for _, who := range []guichet.AgentID{"ana", "bob"} {
		seed := r.Uint64()
		flows = append(flows, func(ctx context.Context) { c.agent(ctx, who, rand.New(rand.NewPCG(seed, 1))) })
	}
	c.turns.Beside(ctx, r, flows...)
	h.Settle(ctx)
	h.Redeliver(ctx)
	return c.verdict(ctx, append(mails, stranger))
}

// conversations are three chains that name their parents in In-Reply-To alone.
func conversations() []string {
	var mails []string
	for _, who := range []string{"bo", "al", "cy"} {
		for i := 1; i <= 3; i++ {
			raw := fmt.Sprintf("From: %s@customer.example\r\nTo: support@demo.example\r\nSubject: Kettle of %s\r\nMessage-ID: <%s%d@customer.example>\r\n", who, who, who, i)
			if i > 1 {
				raw += fmt.Sprintf("In-Reply-To: <%s%d@customer.example>\r\n", who, i-1)
			}
			mails = append(mails, raw+"\r\nHello.\r\n")
		}
	}
	return mails
}

// again does a thing until the world lets it. What somebody did wrong is his answer; what is nobody's fault is a defect.
func (c *crowd) again(what string, f func() error) {
	for range 100 {
		err := f()
		switch {
		case err == nil:
			c.mu.Lock()
			c.done[what]++
			c.mu.Unlock()
			return
		case guichet.Is(err, guichet.Temporary):
		case guichet.Is(err, guichet.Invalid), guichet.Is(err, guichet.Exhausted), guichet.Is(err, guichet.NotFound):
			return
		default:
			c.mu.Lock()
			c.wrong = append(c.wrong, fmt.Sprintf("%s: %v", what, err))
			c.mu.Unlock()
			return
		}
	}
	c.mu.Lock()
	c.wrong = append(c.wrong, what+": beaten a hundred times")
	c.mu.Unlock()
}

// agent does a dozen things to whatever cases there are.
func (c *crowd) agent(ctx context.Context, who guichet.AgentID, r *rand.Rand) {
	for i := range 12 {
		id, other := guichet.NewCaseID(1+r.Int64N(8)), guichet.NewCaseID(1+r.Int64N(8))
		status := []guichet.Status{guichet.Open, guichet.Pending, guichet.Resolved, guichet.Closed}[r.IntN(4)]
		n := 1 + r.IntN(3)
		things := []struct {
			name string
			do   func() error
		}{
			{"reply", func() error {
				_, err := c.Desk.Reply(ctx, Tenant, who, id, desk.Answer{Text: "Hello", Key: fmt.Sprint(who, i)})
				return err
			}},
			{"status", func() error { return c.Desk.SetStatus(ctx, Tenant, who, id, status) }},
			{"return", func() error { return c.Desk.Return(ctx, Tenant, who, id) }},
			{"assign", func() error { return c.Desk.Assign(ctx, Tenant, who, id, "bob") }},
			{"note", func() error { _, err := c.Desk.AddNote(ctx, Tenant, who, id, "A note", ""); return err }},
			{"tag", func() error { return c.Desk.SetTag(ctx, Tenant, who, id, "vip", n > 1) }},
			{"merge", func() error { return c.Desk.Merge(ctx, Tenant, who, id, other) }},
			{"unmerge", func() error { return c.Desk.Unmerge(ctx, Tenant, who, id) }},
			{"split", func() error { _, err := c.Desk.Split(ctx, Tenant, who, id.Message(n)); return err }},
		}
		what := things[r.IntN(len(things))]
		c.again(what.name, what.do)
	}
}

// functions works off the facts by the plan as they come, without order between them: more than the queues promise to do wrong.
func (c *crowd) functions(ctx context.Context) {
	for at, idle := 0, 0; idle < 40; {
		facts := c.Feed.Facts()
		if at == len(facts) {
			idle++
			if _, _, err := c.Desk.Store.Swept(ctx); err != nil { // takes a turn, and changes nothing
				return
			}
			continue
		}
		f := facts[at]
		at++
		for _, fn := range plan.WaitingFor(f) {
			c.again(fn, func() error { return c.Flow(fn)(ctx, f) })
		}
	}
}

// sweeps looks at the due cases now and then.
func (c *crowd) sweeps(ctx context.Context) {
	for range 3 {
		c.again("sweep", func() error { return c.Desk.SweepSLA(ctx) })
	}
}

// verdict checks the house at the end.
func (c *crowd) verdict(ctx context.Context, mails []string) error {
	if len(c.wrong) > 0 || len(c.Fails) > 0 {
		return fmt.Errorf("%s %v", strings.Join(c.wrong, "; "), c.Fails)
	}
	if _, err := c.Shape(ctx, Threads); err != nil {
		return err
	}
	groups, err := c.groups(ctx)
	if err != nil {
		return err
	}
	var in []string
	for _, g := range groups {
		if g.live.Waiting() && g.live.Wake.IsZero() {
			return fmt.Errorf("case %s waits, and nothing will wake it", g.live.ID)
		}
		for _, p := range g.parts {
			if p.ID != g.live.ID && p.Agent != "" {
				return fmt.Errorf("case %s is part of another and has an agent", p.ID)
			}
			if len(p.Parts) > 0 && !contains(g, p.Parts) {
				return fmt.Errorf("case %s has parts %v that do not lead to it", p.ID, p.Parts)
			}
		}
		for _, m := range g.messages {
			if m.Direction == guichet.Inbound && m.Moved == "" {
				in = append(in, m.MailID)
			}
		}
	}
	if len(in) != len(mails) || len(distinct(in)) != len(mails) {
		return fmt.Errorf("%d mails came and these are kept: %v", len(mails), slices.Sorted(slices.Values(in)))
	}
	if n := len(distinct(sentIDs(c.World))); n != len(c.World.Sent) {
		return fmt.Errorf("%d mails went out, %d of them different", len(c.World.Sent), n)
	}
	return nil
}

// contains reports whether all these cases are in a group.
func contains(g *group, ids []guichet.CaseID) bool {
	for _, id := range ids {
		if !slices.ContainsFunc(g.parts, func(c *guichet.Case) bool { return c.ID == id }) {
			return false
		}
	}
	return true
}

func sentIDs(w *World) (ids []string) {
	for _, m := range w.Sent {
		ids = append(ids, m.MailID)
	}
	return ids
}
