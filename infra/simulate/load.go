package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guichet/shared/blob"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// loader drives a real house with the arrivals of a scenario, as fast as it takes them: many workers deliver the mails, work off the facts and answer, all beside each
// other. Shifts, handling times and patience play no part: every agent is there, and answers as soon as he has a case; or keeps it.
type loader struct {
	*Scenario
	ctx     context.Context
	store   *store.Store
	desk    *desk.Desk
	blobs   blob.Blobs
	waits   map[guichet.FactKind][]func(context.Context, guichet.Fact) error
	answers bool

	lanes   []lane // facts of one case go through one of them, in order, as through a queue with groups
	pending atomic.Int64
	next    atomic.Int64
	mails   []*request

	mu       sync.Mutex
	err      error
	over     []string // what must never be, and was seen
	given    map[guichet.CaseID]int
	came     map[guichet.CaseID]time.Time
	waited   []time.Duration
	answered int
	sent     atomic.Int64
	looked   int
}

// lane is a queue that one worker works off.
type lane struct {
	mu    sync.Mutex
	facts []guichet.Fact
}

func (l *lane) put(f guichet.Fact) {
	l.mu.Lock()
	l.facts = append(l.facts, f)
	l.mu.Unlock()
}

func (l *lane) take() (f guichet.Fact, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.facts) == 0 {
		return f, false
	}
	f, l.facts = l.facts[0], l.facts[1:]
	return f, true
}

// announcing is a ledger that hands out what a commit announces, once it is stored.
type announcing struct {
	ledger.Ledger
	to func(guichet.Fact)
}

// Commit passes on, and hands out.
func (a announcing) Commit(ctx context.Context, writes ...ledger.Write) error {
	if err := a.Ledger.Commit(ctx, writes...); err != nil {
		return err
	}
	for _, w := range writes {
		p, ok := w.(ledger.Put)
		if !ok || !p.Item.Announce || p.Item.Version != 0 {
			continue
		}
		facts, err := store.Facts(p.Item)
		if err != nil {
			return err
		}
		for _, f := range facts {
			a.to(f)
		}
	}
	return nil
}

// Load plays up to cases of a scenario's cases against a house on l with so many workers. Answers says whether agents answer and resolve what they get, or keep it.
func Load(ctx context.Context, s *Scenario, l ledger.Ledger, b blob.Blobs, cases, workers int, answers bool) (*Loaded, error) {
	g := newLoader(ctx, s, l, b, workers, answers)
	if err := g.furnish(); err != nil {
		return nil, err
	}
	g.arrivals(cases)
	began, before := time.Now(), l.Usage()
	g.run(workers)
	out := &Loaded{Name: s.Name, Cases: len(g.mails), Workers: workers, Took: time.Since(began), Answers: g.answered, Looked: g.looked, Waits: g.waited}
	after, n := l.Usage(), float64(max(1, len(g.mails)))
	out.Reads, out.Writes = (after.Reads-before.Reads)/n, (after.Writes-before.Writes)/n
	if g.err != nil {
		return out, g.err
	}
	return out, g.verdict(out)
}

// newLoader makes a house on l, whose functions wait for facts by the plan.
func newLoader(ctx context.Context, s *Scenario, l ledger.Ledger, b blob.Blobs, workers int, answers bool) *loader {
	g := &loader{Scenario: s, ctx: ctx, blobs: b, answers: answers, lanes: make([]lane, workers), given: map[guichet.CaseID]int{}, came: map[guichet.CaseID]time.Time{},
		waits: map[guichet.FactKind][]func(context.Context, guichet.Fact) error{}}
	g.store = store.New(announcing{l, g.hand}, b, time.Now)
	g.desk = &desk.Desk{Store: g.store, Now: time.Now, Key: []byte("a simulated house signs with this"), Send: func(*guichet.Channel) channel.Sender { return g }}
	flows := map[string]func(context.Context, guichet.Fact) error{"spam": g.desk.JudgeSpam, "routing": g.desk.Route, "deliver": g.desk.Deliver, plan.Workflow: g.desk.Workflow, plan.Export: g.desk.Export}
	for _, row := range plan.Rows {
		for _, k := range row.Facts {
			if flow := flows[row.Name]; flow != nil {
				g.waits[k] = append(g.waits[k], flow)
			}
		}
	}
	return g
}

// furnish makes the tenant and its agents, all available.
func (g *loader) furnish() error {
	if err := furnish(g.ctx, g.store, g.Scenario); err != nil {
		return err
	}
	for i := range g.Agents {
		t := &g.Agents[i]
		for n := range t.Count {
			a := guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("%s-%02d", t.Name, n+1)), Role: everything.ID, Presence: guichet.Available, Limit: t.Limit, Skills: map[guichet.SkillID]int{}}
			a.Name = string(a.ID)
			for k, v := range t.Skills {
				a.Skills[guichet.SkillID(k)] = v
			}
			if err := g.store.SaveAgent(g.ctx, tenant, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// arrivals draws the first cases of all streams, in the order of their arrival.
func (g *loader) arrivals(cases int) {
	for i := range g.Arrivals {
		a := newStream(g.Scenario, i)
		for n := 0; n < cases && a.advance(g.begin.AddDate(0, 0, g.Days)); n++ {
			g.mails = append(g.mails, a.request(n))
		}
	}
	slices.SortStableFunc(g.mails, func(a, b *request) int { return a.at.Compare(b.at) })
	g.mails = g.mails[:min(cases, len(g.mails))]
}

// hand puts a fact on the lane of its case.
func (g *loader) hand(f guichet.Fact) {
	h := fnv.New32a()
	h.Write([]byte(f.Group()))
	g.pending.Add(1)
	g.lanes[int(h.Sum32())%len(g.lanes)].put(f)
}

// run lets the workers work until nothing is left to do.
func (g *loader) run(workers int) {
	g.pending.Add(int64(len(g.mails)))
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { g.work(&g.lanes[i]) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			g.look()
		}
	}
}

// work takes a fact of one's own lane or, if there is none, the next mail.
func (g *loader) work(own *lane) {
	for g.pending.Load() > 0 && !g.failed(g.ctx.Err()) {
		if f, ok := own.take(); ok {
			g.failed(g.react(f))
			g.pending.Add(-1)
			continue
		}
		if i := g.next.Add(1) - 1; i < int64(len(g.mails)) {
			g.failed(g.arrive(g.mails[i]))
			g.pending.Add(-1)
			continue
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// failed notes the first error, which ends the play; true if there is one.
func (g *loader) failed(err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && g.err == nil {
		g.err = err
	}
	return g.err != nil
}

func (g *loader) arrive(r *request) error {
	name := fmt.Sprintf("%s-%d", r.stream.id, r.n)
	raw := r.mail(name, time.Now())
	key := store.InKey(name)
	if err := g.blobs.Put(g.ctx, key, bytes.NewReader(raw), int64(len(raw))); err != nil {
		return err
	}
	out, err := g.desk.ReceiveMail(g.ctx, r.incoming(key, name, time.Now()))
	if err != nil {
		return err
	}
	if len(out) != 1 || out[0].Result != desk.NewCase {
		return fmt.Errorf("mail %s did not become a case: %+v", name, out)
	}
	g.mu.Lock()
	g.came[out[0].Message.Case()] = time.Now()
	g.mu.Unlock()
	return nil
}

// react does what the functions do with a fact, again while the world says that it helps, and what an agent does with a case that he got.
func (g *loader) react(f guichet.Fact) error {
	for _, flow := range g.waits[f.Kind] {
		if err := g.again(func() error { return flow(g.ctx, f) }); err != nil {
			return fmt.Errorf("%s of case %s: %w", f.Kind, f.Case, err)
		}
	}
	if f.Kind != guichet.CaseAssigned {
		return nil
	}
	g.mu.Lock()
	g.given[f.Case]++
	if at, ok := g.came[f.Case]; ok {
		g.waited = append(g.waited, time.Since(at))
	}
	g.mu.Unlock()
	if !g.answers {
		return nil
	}
	err := g.again(func() error {
		_, err := g.desk.Reply(g.ctx, tenant, f.Agent, f.Case, desk.Answer{Text: "It is on its way.", Key: f.ID})
		return err
	})
	if err == nil {
		err = g.again(func() error { return g.desk.SetStatus(g.ctx, tenant, f.Agent, f.Case, guichet.Resolved) })
	}
	if err != nil {
		return fmt.Errorf("%s answers case %s: %w", f.Agent, f.Case, err)
	}
	g.mu.Lock()
	g.answered++
	g.mu.Unlock()
	return nil
}

// again is a queue that delivers once more what failed for now.
func (g *loader) again(do func() error) error {
	for try := 0; ; try++ {
		err := do()
		if !guichet.Is(err, guichet.Temporary) || try == 20 || g.ctx.Err() != nil {
			return err
		}
		time.Sleep(time.Duration(try+1) * 5 * time.Millisecond)
	}
}

// Send takes every mail.
func (g *loader) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	id := fmt.Sprintf("0102018d%024d-000000", g.sent.Add(1))
	return channel.Sent{ID: id, MailID: id + "@eu-west-1.amazonses.com"}, nil
}

// look checks, while everybody works, that nobody holds more than his limit, by his counter and by his inbox.
func (g *loader) look() {
	agents, err := g.store.Agents(g.ctx, tenant)
	if g.failed(err) {
		return
	}
	g.looked++
	for i, a := range agents {
		if a.Load > a.Limit || a.Load < 0 {
			g.wrong("%s counts %d cases, his limit is %d", a.ID, a.Load, a.Limit)
		}
		if i%17 != g.looked%17 {
			continue
		}
		held, _, err := g.store.Inbox(g.ctx, tenant, a.ID, ledger.MaxPage, "")
		if g.failed(err) {
			return
		}
		if int64(len(held)) > a.Limit {
			g.wrong("%s has %d cases in his inbox, his limit is %d", a.ID, len(held), a.Limit)
		}
	}
}

func (g *loader) wrong(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.over) < 20 {
		g.over = append(g.over, fmt.Sprintf(format, args...))
	}
}

// verdict checks the house at the end: each mail is one case, no case was given twice, counters are what inboxes hold, and nobody was left waiting whom somebody had
// room for.
func (g *loader) verdict(out *Loaded) error {
	agents, err := g.store.Agents(g.ctx, tenant)
	if err != nil {
		return err
	}
	var room, held int64
	for _, a := range agents {
		list, _, err := g.store.Inbox(g.ctx, tenant, a.ID, ledger.MaxPage, "")
		if err != nil {
			return err
		}
		if int64(len(list)) != a.Load || a.Load > a.Limit {
			g.wrong("%s counts %d cases and has %d in his inbox; his limit is %d", a.ID, a.Load, len(list), a.Limit)
		}
		room, held = room+a.Limit, held+a.Load
	}
	for id, n := range g.given {
		if n != 1 {
			g.wrong("case %s was given %d times", id, n)
		}
	}
	want := min(int64(len(g.mails)), room)
	if g.answers {
		want = int64(len(g.mails))
	}
	if len(g.came) != len(g.mails) || int64(len(g.given)) != want || g.answers && (g.answered != len(g.mails) || held != 0 || int(g.sent.Load()) != len(g.mails)) {
		g.wrong("%d mails became %d cases, of which %d were given to agents who have %d places, %d answered, %d answers sent; %d are held still", len(g.mails), len(g.came), len(g.given),
			room, g.answered, g.sent.Load(), held)
	}
	out.Given, out.Room = len(g.given), room
	if len(g.over) > 0 {
		return fmt.Errorf("what must hold does not:\n%s", strings.Join(g.over, "\n"))
	}
	return nil
}
