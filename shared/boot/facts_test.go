package boot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

func TestFactsWakeTheirFunctions(t *testing.T) {
	h := newHouse(t)
	failed(t, Mail(h.Desk), batch(h.arrives(t, "one")))
	route := Facts("routing", h.Route)
	e := h.waiting(t, "routing")
	if len(e.Records) != 1 {
		t.Fatalf("%d messages wait for routing, want 1", len(e.Records))
	}
	if got := failed(t, route, e); got != "" {
		t.Fatalf("failed %q", got)
	}
	first := guichet.NewCaseID(1)
	c, err := h.Store.Case(t.Context(), tenant, first)
	if err != nil || c.Agent != "ana" {
		t.Fatalf("case is with %q (%v), want ana", c.Agent, err)
	}
	t.Run("the same fact again changes nothing", func(t *testing.T) {
		before := len(h.facts(t))
		if got := failed(t, route, e); got != "" || len(h.facts(t)) != before {
			t.Errorf("failed %q, facts %d, want %d", got, len(h.facts(t)), before)
		}
	})
	t.Run("an answer goes out once", func(t *testing.T) {
		h.answer(t, first)
		deliver := Facts("deliver", h.Deliver)
		for range 2 {
			if got := failed(t, deliver, h.waiting(t, "deliver")); got != "" {
				t.Fatalf("failed %q", got)
			}
		}
		if len(h.world.sent) != 1 {
			t.Errorf("%d mails went out, want 1", len(h.world.sent))
		}
	})
	t.Run("poison is parked and the rest goes on", func(t *testing.T) {
		e := h.waiting(t, "routing")
		e.Records = append(batch("{", `{"id":"case.waiting@1","kind":"case.waiting"}`, `{"id":"x@1","kind":"x","tenant":"demo","case":"100015"}`).Records, e.Records...)
		if got := failed(t, route, e); got != "a b c" {
			t.Errorf("failed %q, want the three that are no facts", got)
		}
	})
	t.Run("a message that is not there is tried again, then parked", func(t *testing.T) {
		f := guichet.Fact{ID: "reply.queued@9", Kind: guichet.ReplyQueued, Tenant: tenant, Case: first, Message: first.Message(77)}
		b, _ := json.Marshal(f)
		if got := failed(t, Facts("deliver", h.Deliver), batch(string(b))); got != "a" {
			t.Errorf("failed %q, want a", got)
		}
	})
}

func TestWhatIsDoneIsNotFailed(t *testing.T) {
	for kind, want := range map[guichet.Kind]string{guichet.Exists: "", guichet.NotFound: "a", guichet.Conflict: "a", guichet.Denied: "a", guichet.Temporary: "a", guichet.Other: "a"} {
		flow := func(context.Context, guichet.Fact) error { return guichet.Errorf(kind, "say") }
		if got := failed(t, Facts("routing", flow), batch(`{"id":"x@1","kind":"x","tenant":"demo"}`)); got != want {
			t.Errorf("%s: failed %q, want %q", kind, got, want)
		}
	}
}

func TestSuspectedMailWakesSpam(t *testing.T) {
	h := newHouse(t)
	note := strings.NewReplacer(`"spamVerdict":{"status":"PASS"}`, `"spamVerdict":{"status":"FAIL"}`).Replace(h.arrives(t, "one"))
	failed(t, Mail(h.Desk), batch(note))
	if n := len(h.waiting(t, "routing").Records); n != 0 {
		t.Fatalf("%d messages wait for routing before the judgement", n)
	}
	e := h.waiting(t, "spam")
	if len(e.Records) != 1 {
		t.Fatalf("%d messages wait for spam, want 1", len(e.Records))
	}
	if got := failed(t, Facts("spam", h.JudgeSpam), e); got != "" {
		t.Fatalf("failed %q", got)
	}
	m, err := h.Store.Message(t.Context(), tenant, guichet.NewCaseID(1).Message(1))
	if err != nil || !m.Judged {
		t.Errorf("message %+v, %v; want it judged", m, err)
	}
}

func FuzzFact(f *testing.F) {
	f.Add([]byte(`{"id":"case.opened@1","kind":"case.opened","tenant":"demo","case":"100014"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fact, err := factOf(body)
		if err != nil && !guichet.Is(err, guichet.Poison) {
			t.Errorf("failed otherwise than as poison: %v", err)
		}
		if g := groupID(fact); err == nil && (g == "" || len(g) > maxID) {
			t.Errorf("group %q", g)
		}
	})
}
