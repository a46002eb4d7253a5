package routing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// able is an available agent with the skill "returns".
func able(id guichet.AgentID, proficiency int, load, limit int64) guichet.Agent {
	return guichet.Agent{ID: id, Presence: guichet.Available, Limit: limit, Load: load, Skills: map[guichet.SkillID]int{"returns": proficiency}}
}

func agent(a guichet.Agent, change func(*guichet.Agent)) guichet.Agent {
	change(&a)
	return a
}

func skill(criteria string) guichet.Skill { return guichet.Skill{ID: "returns", Criteria: criteria} }

func TestChoose(t *testing.T) {
	idle := func(d time.Duration) func(*guichet.Agent) {
		return func(a *guichet.Agent) { a.Idle = noon.Add(-d) }
	}
	for _, tt := range []struct {
		name     string
		criteria string
		agents   []guichet.Agent
		want     guichet.AgentID
		next     []guichet.AgentID
	}{
		{"A107 best proficiency, by default", "", []guichet.Agent{able("ana", 5, 0, 3), able("bo", 1, 2, 3), able("cy", 20, 0, 3)}, "bo", []guichet.AgentID{"ana", "cy"}},
		{"A107 tie by the longest idle", Proficiency, []guichet.Agent{agent(able("ana", 1, 0, 3), idle(time.Minute)), agent(able("bo", 1, 0, 3), idle(time.Hour))}, "bo", []guichet.AgentID{"ana"}},
		{"never had a case is idle longest", Proficiency, []guichet.Agent{agent(able("ana", 1, 0, 3), idle(time.Hour)), able("bo", 1, 0, 3)}, "bo", []guichet.AgentID{"ana"}},
		{"A107 tie by id", Proficiency, []guichet.Agent{able("bo", 1, 0, 3), able("ana", 1, 0, 3)}, "ana", []guichet.AgentID{"bo"}},
		{"proficiency out of range is the worst", Proficiency, []guichet.Agent{able("ana", 0, 0, 3), able("bo", 19, 0, 3)}, "bo", []guichet.AgentID{"ana"}},
		{"A115 at the limit", Proficiency, []guichet.Agent{able("ana", 1, 3, 3), able("bo", 9, 2, 3)}, "bo", nil},
		{"A115 above the limit", Proficiency, []guichet.Agent{able("ana", 1, 4, 3)}, "", nil},
		{"no limit set is no room", Proficiency, []guichet.Agent{able("ana", 1, 0, 0)}, "", nil},
		{"A113 least busy", LeastBusy, []guichet.Agent{able("ana", 1, 2, 9), able("bo", 9, 1, 2)}, "bo", []guichet.AgentID{"ana"}},
		{"A113 least busy, tie by proficiency", LeastBusy, []guichet.Agent{able("ana", 9, 1, 9), able("bo", 1, 1, 2)}, "bo", []guichet.AgentID{"ana"}},
		{"A114 most busy", MostBusy, []guichet.Agent{able("ana", 1, 1, 9), able("bo", 9, 2, 9), able("cy", 1, 9, 9)}, "bo", []guichet.AgentID{"ana"}},
		{"D-81 nobody there", Proficiency, []guichet.Agent{
			agent(able("ana", 1, 0, 3), func(a *guichet.Agent) { a.Presence = guichet.Offline }),
			agent(able("bo", 1, 0, 3), func(a *guichet.Agent) { a.Presence = guichet.Busy }),
			agent(able("cy", 1, 0, 3), func(a *guichet.Agent) { a.Presence = guichet.AfterWork }),
			agent(able("di", 1, 0, 3), func(a *guichet.Agent) { a.Presence = "" }),
			agent(able("ed", 1, 0, 3), func(a *guichet.Agent) { a.Skills = map[guichet.SkillID]int{"sales": 1} }),
		}, "", nil},
		{"no agents at all", Proficiency, nil, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Choose(&guichet.Case{}, skill(tt.criteria), tt.agents, noon)
			if got.Agent != tt.want || !slices.Equal(got.Next, tt.next) || !got.Wait.IsZero() {
				t.Errorf("got %s then %v, wait %v; want %s then %v: %s", got.Agent, got.Next, got.Wait, tt.want, tt.next, got.Reason)
			}
			if len(got.Considered) != len(tt.agents) || !strings.HasSuffix(got.Reason, ".") {
				t.Errorf("not explained: %q, %v", got.Reason, got.Considered)
			}
		})
	}
}

func TestWhyNot(t *testing.T) {
	got := Choose(&guichet.Case{}, skill(""), []guichet.Agent{
		able("full", 1, 3, 3), able("free", 2, 1, 3),
		agent(able("away", 1, 0, 3), func(a *guichet.Agent) { a.Presence = guichet.Offline }),
		agent(able("other", 1, 0, 3), func(a *guichet.Agent) { a.Skills = nil }),
	}, noon)
	want := []Considered{{"free", "proficiency 2, holds 1 of 3"}, {"away", "is offline"}, {"full", "is at the limit (3 of 3)"}, {"other", "does not have the skill"}}
	if !slices.Equal(got.Considered, want) {
		t.Errorf("got %v, want %v", got.Considered, want)
	}
}

func TestPreferred(t *testing.T) {
	full := func(a *guichet.Agent) { a.Load = a.Limit }
	in := func(p guichet.Presence) func(*guichet.Agent) { return func(a *guichet.Agent) { a.Presence = p } }
	until := noon.Add(15 * time.Minute)
	for _, tt := range []struct {
		name     string
		by, when string
		change   func(*guichet.Agent) // of ana, who is preferred
		after    time.Duration
		want     guichet.AgentID
		wait     time.Time
	}{
		{"there and free", ByCase, FallbackOffline, in(guichet.Available), 0, "ana", time.Time{}},
		{"by contact", ByContact, FallbackOffline, in(guichet.Available), 0, "cy", time.Time{}},
		{"A109 offline: waits", ByCase, FallbackOffline, in(guichet.Offline), 0, "", until},
		{"A109 offline, one nanosecond before the time-out", ByCase, FallbackOffline, in(guichet.Offline), 15*time.Minute - 1, "", until},
		{"A109 offline, time-out over", ByCase, FallbackOffline, in(guichet.Offline), 15 * time.Minute, "bo", time.Time{}},
		{"A109 back in time", ByCase, FallbackOffline, in(guichet.Available), 14 * time.Minute, "ana", time.Time{}},
		{"offline fallback also waits while busy", ByCase, FallbackOffline, in(guichet.Busy), 0, "", until},
		{"A110 busy: waits", ByCase, FallbackAvailable, in(guichet.Busy), 0, "", until},
		{"A110 after-contact work: waits", ByCase, FallbackAvailable, in(guichet.AfterWork), 0, "", until},
		{"A110 at the limit: waits", ByCase, FallbackAvailable, full, 0, "", until},
		{"A110 at the limit, time-out over", ByCase, FallbackAvailable, full, 15 * time.Minute, "bo", time.Time{}},
		{"A110 offline: does not wait", ByCase, FallbackAvailable, in(guichet.Offline), 0, "bo", time.Time{}},
		{"lost the skill", ByCase, FallbackOffline, func(a *guichet.Agent) { a.Skills = nil }, 0, "bo", time.Time{}},
		{"left the house", ByCase, FallbackOffline, func(a *guichet.Agent) { a.ID = "someone" }, time.Hour, "bo", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: tt.by, Fallback: tt.when, Timeout: 900}
			agents := []guichet.Agent{able("bo", 1, 0, 3), agent(able("ana", 9, 0, 3), tt.change), able("cy", 5, 0, 3)}
			got := Choose(&guichet.Case{Last: "ana", Waits: noon}, s, agents, noon.Add(tt.after), ContactAgent("cy"))
			if got.Agent != tt.want || !got.Wait.Equal(tt.wait) || got.Agent == "" && got.Next != nil {
				t.Errorf("got %q (wait %v), want %q (wait %v): %s", got.Agent, got.Wait, tt.want, tt.wait, got.Reason)
			}
		})
	}
}

func TestPreferredWithoutHistory(t *testing.T) {
	s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: 900}
	got := Choose(&guichet.Case{Waits: noon}, s, []guichet.Agent{able("ana", 2, 0, 1), able("bo", 1, 0, 1)}, noon, ContactAgent("ana"))
	if got.Agent != "bo" || !got.Wait.IsZero() {
		t.Errorf("A112: got %q, want bo by proficiency: %s", got.Agent, got.Reason)
	}
}

// T12: SQS delays end at 900 s, the time-outs do not.
func TestPreferredTimeouts(t *testing.T) {
	away := agent(able("ana", 1, 0, 1), func(a *guichet.Agent) { a.Presence = guichet.Offline })
	for _, sec := range []int64{1, 900, 901, MaxTimeout} {
		s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: sec}
		c := guichet.Case{Last: "ana", Waits: noon}
		end := noon.Add(time.Duration(sec) * time.Second)
		if got := Choose(&c, s, []guichet.Agent{away, able("bo", 1, 0, 1)}, noon, Last()); !got.Wait.Equal(end) {
			t.Errorf("%d s: waits until %v, want %v", sec, got.Wait, end)
		}
		if got := Choose(&c, s, []guichet.Agent{away, able("bo", 1, 0, 1)}, end); got.Agent != "bo" {
			t.Errorf("%d s: when over %q gets it, want bo: %s", sec, got.Agent, got.Reason)
		}
	}
}

func TestRejectedIsNotOfferedFirstAgain(t *testing.T) {
	agents := []guichet.Agent{able("ana", 1, 0, 3), able("bo", 9, 0, 3)}
	if got := Choose(&guichet.Case{}, skill(""), agents, noon, Last("ana")); got.Agent != "bo" || !slices.Equal(got.Next, []guichet.AgentID{"ana"}) {
		t.Errorf("A117: got %s then %v, want bo then ana", got.Agent, got.Next)
	}
	if got := Choose(&guichet.Case{}, skill(""), agents[:1], noon, Last("ana")); got.Agent != "ana" {
		t.Errorf("who rejected is better than nobody: got %q", got.Agent)
	}
	s := guichet.Skill{ID: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: 900}
	if got := Choose(&guichet.Case{Last: "ana", Waits: noon}, s, agents, noon, Last("ana")); got.Agent != "bo" {
		t.Errorf("a preferred agent who rejected is not waited for: got %q: %s", got.Agent, got.Reason)
	}
}

func TestManyAgentsAreListedInPart(t *testing.T) {
	var agents []guichet.Agent
	for i := range 3 * MaxConsidered {
		agents = append(agents, able(guichet.AgentID("a"+string(rune('0'+i%10))+string(rune('a'+i/10))), 1, int64(i%2), 1))
	}
	got := Choose(&guichet.Case{}, skill(""), agents, noon)
	if len(got.Considered) != MaxConsidered || got.Unlisted != 2*MaxConsidered || len(got.Next) != 3*MaxConsidered/2-1 {
		t.Errorf("got %d listed, %d unlisted, %d next", len(got.Considered), got.Unlisted, len(got.Next))
	}
}

func TestOrder(t *testing.T) {
	waits := func(id guichet.CaseID, priority int, since time.Duration) *guichet.Case {
		return &guichet.Case{ID: id, Priority: priority, Waits: noon.Add(-since)}
	}
	cases := []*guichet.Case{
		waits("1000009", 0, time.Hour), waits("100021", 0, time.Hour), waits("100012", 0, time.Minute),
		waits("100033", 5, time.Second), waits("100044", -1, 9*time.Hour), {ID: "100055", Opened: noon.Add(-2 * time.Hour)},
	}
	Order(cases)
	var got []guichet.CaseID
	for _, c := range cases {
		got = append(got, c.ID)
	}
	if want := []guichet.CaseID{"100033", "100055", "100021", "1000009", "100012", "100044"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEligible(t *testing.T) {
	for _, tt := range []struct {
		app                    guichet.App
		attribute, skill, want bool
	}{
		{guichet.AgentApp, false, false, false}, {guichet.AgentApp, false, true, false}, {guichet.AgentApp, true, false, false}, {guichet.AgentApp, true, true, true},
		{guichet.MaxApp, false, false, false}, {guichet.MaxApp, false, true, true}, {guichet.MaxApp, true, false, true}, {guichet.MaxApp, true, true, true},
		{guichet.ClassicApp, true, false, false}, {guichet.ClassicApp, true, true, true}, {"", false, true, true}, {"fax", true, true, false},
	} {
		if got := Eligible(tt.app, tt.attribute, tt.skill); got != tt.want {
			t.Errorf("T9 %s, attribute %v, skill %v: got %v, want %v", tt.app, tt.attribute, tt.skill, got, tt.want)
		}
	}
}

func TestValidate(t *testing.T) {
	preferred := func(timeout int64) guichet.Skill {
		return guichet.Skill{Name: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: FallbackOffline, Timeout: timeout}
	}
	named := func(name string) guichet.Skill { return guichet.Skill{Name: name} }
	for _, tt := range []struct {
		name  string
		s     guichet.Skill
		field string // empty: valid
	}{
		{"A099 one character", named("a"), "name"}, {"A099 two", named("ab"), ""}, {"A099 thirty", named(strings.Repeat("é", 30)), ""},
		{"A099 thirty-one", named(strings.Repeat("a", 31)), "name"}, {"A099 space", named("a b"), "name"}, {"A099 signs", named("-_.:"), ""},
		{"A111 empty", preferred(0), "timeout"}, {"A111 one", preferred(1), ""}, {"A111 the longest", preferred(5_256_000), ""},
		{"A111 one more", preferred(5_256_001), "timeout"}, {"A111 negative", preferred(-1), "timeout"},
		{"unknown criteria", guichet.Skill{Name: "returns", Criteria: "random"}, "criteria"},
		{"least busy", guichet.Skill{Name: "returns", Criteria: LeastBusy}, ""}, {"most busy", guichet.Skill{Name: "returns", Criteria: MostBusy}, ""},
		{"time-out of another criteria", guichet.Skill{Name: "returns", Timeout: -5}, "timeout"},
		{"T6 by nothing", guichet.Skill{Name: "returns", Criteria: Preferred, Fallback: FallbackOffline, Timeout: 9}, "preferred_by"},
		{"T6 no fallback", guichet.Skill{Name: "returns", Criteria: Preferred, PreferBy: ByContact, Timeout: 9}, "fallback_when"},
	} {
		err := Validate(tt.s)
		if e, _ := err.(*guichet.Error); (err == nil) != (tt.field == "") || e != nil && (e.Field != tt.field || e.Kind != guichet.Invalid) {
			t.Errorf("%s: got %v, want an error about %q", tt.name, err, tt.field)
		}
	}
}

func TestValidateAgent(t *testing.T) {
	for field, change := range map[string]func(*guichet.Agent){
		"":         func(*guichet.Agent) {},
		"presence": func(a *guichet.Agent) { a.Presence = "lunch" },
		"limit":    func(a *guichet.Agent) { a.Limit = -1 },
		"skills":   func(a *guichet.Agent) { a.Skills["returns"] = 21 },
	} {
		err := ValidateAgent(agent(able("ana", 1, 0, 3), change))
		if e, _ := err.(*guichet.Error); (err == nil) != (field == "") || e != nil && e.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}
