package desktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// automate gives the support channel a script that tags, and a rule that reacts to the tag.
func automate(ctx context.Context, h *House) error {
	_, serr := h.Desk.SaveScript(ctx, Tenant, "ana", "sorts", []byte(`{"id":"sorts","steps":[{"id":"a","if":"case.received > 0","do":[{"tag":"sorted"},{"note":"Sorted."}],"then":"b"},{"id":"b","do":[{"priority":2}]}]}`), true)
	_, rerr := h.Desk.SaveRule(ctx, Tenant, "ana", "tags", []byte(`{"id":"tags","enabled":true,"on":["case.tagged","case.status-changed"],"do":[{"priority":3}]}`))
	for _, err := range []error{serr, rerr, h.Desk.SetChannelScript(ctx, Tenant, "ana", "support", "sorts")} {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestAnAgentBesideAScript: whoever is first, script, agent, sweep or the same call twice, the case ends with somebody or waits, the script is at its end, it ran once, and its
// answer went out once.
func TestAnAgentBesideAScript(t *testing.T) {
	won := map[string]int{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		h := New(t, open(t))
		ctx := t.Context()
		for _, id := range []guichet.AgentID{"ana", "bob"} {
			if err := h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: id, Name: string(id), Role: "agent", Presence: guichet.Offline, Limit: 2, Skills: map[guichet.SkillID]int{"support": 1}}); err != nil {
				t.Fatal(err)
			}
		}
		source := `{"id":"hello","templates":{"hi":{"":"Hi {name}."}},"steps":[{"id":"a","do":[{"reply":"hi"},{"skill":"billing"},{"tag":"seen"}]}]}`
		if _, err := h.Desk.SaveScript(ctx, Tenant, "ana", "hello", []byte(source), true); err != nil {
			t.Fatal(err)
		}
		if err := h.Desk.SetChannelScript(ctx, Tenant, "ana", "support", "hello"); err != nil {
			t.Fatal(err)
		}
		turns := &Turns{Ledger: h.Feed}
		h.Desk = &desk.Desk{Store: store.New(turns, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Send: h.Desk.Send}
		h.Lame = true // the queue is slow
		arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
		h.Lame = false
		h.SetNow(h.Now().Add(11 * time.Minute)) // and the last moment for the script has come
		id := guichet.NewCaseID(1)
		due := guichet.Fact{ID: "script.due@1", Kind: guichet.ScriptDue, Tenant: Tenant, Case: id, Message: id.Message(1), Detail: map[string]string{"run": "1"}}
		fail := func(what string, err error) {
			if err != nil && !guichet.Is(err, guichet.Invalid) {
				t.Errorf("seed %d: %s: %v", seed, what, err)
			}
		}
		_, v, err := h.Store.Swept(ctx)
		if err == nil {
			err = h.Store.SetSwept(ctx, h.Now().Add(-time.Minute), v)
		}
		if err != nil {
			t.Fatal(err)
		}
		turns.Beside(ctx, r,
			func(ctx context.Context) { fail("script", h.Desk.Workflow(ctx, due)) },
			func(ctx context.Context) { fail("script again", h.Desk.Workflow(ctx, due)) },
			func(ctx context.Context) { fail("assign", h.Desk.Assign(ctx, Tenant, "ana", id, "ana")) },
			func(ctx context.Context) { fail("close", h.Desk.SetStatus(ctx, Tenant, "bob", id, guichet.Resolved)) },
			func(ctx context.Context) { fail("sweep", h.Desk.SweepSLA(ctx)) })
		h.Settle(ctx)
		h.Redeliver(ctx)
		c, err := h.Store.Case(ctx, Tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		facts, err := h.Store.History(ctx, Tenant, id, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		end, runs := "", 0
		for _, f := range facts {
			if f.Kind == guichet.ScriptRan {
				end = f.Detail["end"]
				runs++
			}
		}
		won[end]++
		said := len(h.World.Sent)
		switch {
		case c.Script.Runs() || runs != 1 || len(h.Fails) > 0:
			t.Errorf("seed %d: the script ran %d times: %+v, %v", seed, runs, c.Script, h.Fails)
		case c.Status.Live() && c.Agent == "" && !c.Waiting():
			t.Errorf("seed %d: the case is stuck: %+v", seed, c)
		case (end == "routed") != (said == 1) || said > 1:
			t.Errorf("seed %d: %s, and %d mails went out", seed, end, said)
		}
		if _, err := h.Shape(ctx, Whole); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	for _, end := range []string{"routed", "overtaken"} {
		if won[end] == 0 {
			t.Errorf("no run ended %s: %v", end, won)
		}
	}
	t.Log(fmt.Sprint(won))
}

// TestARuleBesideRouting: a rule moves a case to a skill while routing gives it to somebody who has the old one: it ends where the rule says, whoever was first; who took it by
// hand keeps it.
func TestARuleBesideRouting(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 9))
		h := New(t, open(t))
		ctx := t.Context()
		if err := h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Name: "ana", Role: "agent", Presence: guichet.Available, Limit: 2, Skills: map[guichet.SkillID]int{"support": 1}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Desk.SaveRule(ctx, Tenant, "ana", "moves", []byte(`{"id":"moves","enabled":true,"on":["case.opened"],"do":[{"skill":"billing"}]}`)); err != nil {
			t.Fatal(err)
		}
		turns := &Turns{Ledger: h.Feed}
		h.Desk = &desk.Desk{Store: store.New(turns, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Send: h.Desk.Send}
		in, err := h.Put(ctx, []byte("From: Bo <bo@customer.example>\r\nTo: support@demo.example\r\nSubject: Kettle\r\nMessage-ID: <k1@customer.example>\r\n\r\nHello.\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		in.From, in.Recipients = "bo@customer.example", []string{"support@demo.example"}
		in.Verdicts = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
		if _, err := h.Desk.ReceiveMail(ctx, in); err != nil {
			t.Fatal(err)
		}
		id := guichet.NewCaseID(1)
		byHand := seed%4 == 0
		var flows []func(context.Context)
		for _, f := range h.Feed.Facts() {
			switch {
			case f.Watched:
				for range 2 {
					flows = append(flows, func(ctx context.Context) {
						if err := h.Desk.Workflow(ctx, f); err != nil {
							t.Errorf("seed %d: %v", seed, err)
						}
					})
				}
			case f.Kind == guichet.CaseWaiting:
				flows = append(flows, func(ctx context.Context) {
					if byHand {
						_ = h.Desk.Assign(ctx, Tenant, "ana", id, "ana")
					} else if err := h.Desk.Route(ctx, f); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
				})
			}
		}
		turns.Beside(ctx, r, flows...)
		h.Settle(ctx)
		h.Redeliver(ctx)
		c, err := h.Store.Case(ctx, Tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		if kept := byHand && c.Agent == "ana"; !kept && (c.Skill != "billing" || c.Agent != "") {
			t.Errorf("seed %d: skill %s, agent %s", seed, c.Skill, c.Agent)
		}
		asked := 0
		for _, f := range h.Feed.Facts() {
			if f.Kind == guichet.RulesRan {
				asked++
			}
		}
		if _, err := h.Shape(ctx, Whole); err != nil || asked != 1 {
			t.Errorf("seed %d: asked %d times, %v", seed, asked, err)
		}
	}
}
