package routing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

func TestSooner(t *testing.T) {
	at := func(d time.Duration) time.Time { return noon.Add(-d) }
	for _, tt := range []struct {
		name string
		a, b guichet.Case // a first
	}{
		{"who waits longer than the other is open, though opened later", guichet.Case{Waits: at(90 * time.Minute), Opened: at(2 * time.Hour)}, guichet.Case{Opened: at(time.Hour)}},
		{"who is open longer than the other waits", guichet.Case{Opened: at(2 * time.Hour)}, guichet.Case{Waits: at(90 * time.Minute), Opened: at(3 * time.Hour)}},
		{"the older number", guichet.Case{ID: "11", Opened: noon}, guichet.Case{ID: "12", Opened: noon}},
		{"the shorter number", guichet.Case{ID: "9", Opened: noon}, guichet.Case{ID: "12", Opened: noon}},
		{"the higher priority", guichet.Case{Priority: 1, Opened: noon}, guichet.Case{Opened: at(time.Hour)}},
	} {
		if Sooner(&tt.a, &tt.b) >= 0 || Sooner(&tt.b, &tt.a) <= 0 {
			t.Errorf("%s: got %d, and %d the other way round", tt.name, Sooner(&tt.a, &tt.b), Sooner(&tt.b, &tt.a))
		}
	}
}

func TestReady(t *testing.T) {
	blocks := guichet.Routing{VoiceBlocks: true}
	for _, tt := range []struct {
		name   string
		policy guichet.Routing
		change func(*guichet.Agent)
		want   bool
	}{
		{"there, with room", guichet.Routing{}, func(*guichet.Agent) {}, true},
		{"A115 at the limit", guichet.Routing{}, func(a *guichet.Agent) { a.Load = a.Limit }, false},
		{"A016 on a call", blocks, func(a *guichet.Agent) { a.Voice = true }, false},
		{"A016 on no call", blocks, func(*guichet.Agent) {}, true},
		{"A016 on a call that blocks nothing", guichet.Routing{}, func(a *guichet.Agent) { a.Voice = true }, true},
		{"T9 Agent app without the attribute", guichet.Routing{}, func(a *guichet.Agent) { a.App = guichet.AgentApp }, false},
		{"T9 Agent app with both", guichet.Routing{}, func(a *guichet.Agent) { a.App, a.Digital = guichet.AgentApp, true }, true},
		{"T9 Agent app without a skill", guichet.Routing{}, func(a *guichet.Agent) { a.App, a.Digital, a.Skills = guichet.AgentApp, true, nil }, false},
	} {
		a := agent(able("ana", 1, 0, 3), tt.change)
		if got := Ready(&a, tt.policy); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestAsGood(t *testing.T) {
	for _, tt := range []struct {
		name, criteria string
		a, b           guichet.Agent
		want           bool
	}{
		{"same proficiency, other load", Proficiency, able("a", 3, 0, 9), able("b", 3, 5, 9), true},
		{"other proficiency", Proficiency, able("a", 3, 5, 9), able("b", 4, 5, 9), false},
		{"least busy, other load", LeastBusy, able("a", 3, 0, 9), able("b", 3, 5, 9), false},
		{"most busy, other load", MostBusy, able("a", 3, 0, 9), able("b", 3, 5, 9), false},
		{"least busy, same load", LeastBusy, able("a", 3, 5, 9), able("b", 3, 5, 9), true},
		{"least busy, other proficiency", LeastBusy, able("a", 3, 5, 9), able("b", 4, 5, 9), false},
		{"both worse than the worst", Proficiency, able("a", 21, 0, 9), able("b", 0, 0, 9), true},
	} {
		if got := AsGood(skill(tt.criteria), &tt.a, &tt.b); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestStaticDeliveryKnowsProficiencyAlone(t *testing.T) {
	agents := []guichet.Agent{able("ana", 9, 0, 9), able("bo", 1, 5, 9)}
	if got := Choose(&guichet.Case{}, skill(LeastBusy), agents, noon, Policy(guichet.Routing{Static: true})); got.Agent != "bo" {
		t.Errorf("A106: got %s, want bo: %s", got.Agent, got.Reason)
	}
}

func TestReasonsAreWhole(t *testing.T) {
	s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: 2 * MaxTimeout}
	named := agent(able("ana", 2, 0, 1), func(a *guichet.Agent) { a.Name = "Ana Lind" })
	for _, tt := range []struct {
		name string
		got  Choice
		want []string
	}{
		{"no history", Choose(&guichet.Case{}, s, []guichet.Agent{named}, noon), []string{"Nobody had this case before. ", "Ana Lind has the best proficiency"}},
		{"no history, nobody there", Choose(&guichet.Case{}, s, nil, noon), []string{"Nobody had this case before. ", "the case waits in the queue."}},
		{"no name", Choose(&guichet.Case{}, skill(""), []guichet.Agent{able("bo", 1, 0, 1)}, noon), []string{"bo has the best proficiency"}},
	} {
		for _, part := range tt.want {
			if !strings.Contains(tt.got.Reason, part) {
				t.Errorf("%s: got %q, want it to say %q", tt.name, tt.got.Reason, part)
			}
		}
	}
	got := Choose(&guichet.Case{}, skill(""), []guichet.Agent{able("bo", 1, 0, 1)}, noon, Last("bo"))
	if want := []Considered{{"bo", "proficiency 1, holds 0 of 1, rejected it before"}}; !slices.Equal(got.Considered, want) {
		t.Errorf("got %v, want %v", got.Considered, want)
	}
}

func TestThePreferredAgentIsNamedAndTheOthersStand(t *testing.T) {
	s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: 2 * MaxTimeout}
	away := agent(able("ana", 9, 0, 3), func(a *guichet.Agent) { a.Presence = guichet.Offline })
	c := &guichet.Case{Last: "ana", Opened: noon.Add(-time.Hour)} // not in the queue yet: the time-out runs from now, and is never longer than the longest
	got := Choose(c, s, []guichet.Agent{able("bo", 1, 0, 3), away}, noon)
	if want := noon.Add(MaxTimeout * time.Second); got.For != "ana" || !got.Wait.Equal(want) {
		t.Errorf("waits for %q until %v, want ana, %v", got.For, got.Wait, want)
	}
	got = Choose(c, s, []guichet.Agent{able("bo", 1, 0, 3), able("ana", 9, 0, 3), able("cy", 5, 0, 3)}, noon)
	if got.Agent != "ana" || !slices.Equal(got.Next, []guichet.AgentID{"bo", "cy"}) {
		t.Errorf("got %s then %v, want ana, then bo and cy", got.Agent, got.Next)
	}
}

func TestTheFirstQueueByRankThenID(t *testing.T) {
	filter := []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: IfChannels, Values: []string{"mail"}}}}}
	queues := map[guichet.QueueID]*guichet.Queue{"a": {ID: "a", Filters: filter, Rank: 2}}
	for i := range 9 {
		id := guichet.QueueID(fmt.Sprintf("z%d", i))
		queues[id] = &guichet.Queue{ID: id, Filters: filter, Rank: 1}
	}
	for range 20 { // a map's order is another each time
		if q := QueueOf(&guichet.Case{Channel: "mail"}, queues); q == nil || q.ID != "z0" {
			t.Fatalf("got %v, want z0", q)
		}
	}
	none := []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: IfLanguage, Values: []string{""}}}}}
	if Passes(&guichet.Case{}, none) {
		t.Error("a case without a language passes for an empty one")
	}
}
