package routing

import (
	"strings"
	"testing"

	"guichet/shared/guichet"
)

// about holds an error to the field that it names; an empty field wants none.
func about(t *testing.T, name string, err error, field string) {
	t.Helper()
	if e, _ := err.(*guichet.Error); (err == nil) != (field == "") || e != nil && (e.Field != field || e.Kind != guichet.Invalid) {
		t.Errorf("%s: got %v, want an error about %q", name, err, field)
	}
}

func TestCheckSkill(t *testing.T) {
	campaigns := map[guichet.CampaignID]*guichet.Campaign{"spring": {ID: "spring"}}
	dynamic, static := guichet.Routing{}, guichet.Routing{Static: true}
	for _, tt := range []struct {
		name   string
		policy guichet.Routing
		change func(*guichet.Skill)
		field  string // empty: valid
	}{
		{"as little as may be", dynamic, func(*guichet.Skill) {}, ""},
		{"A100 digital", dynamic, func(s *guichet.Skill) { s.Media = "digital" }, ""},
		{"A100 voice", dynamic, func(s *guichet.Skill) { s.Media = "voice" }, "media"},
		{"A101 inbound", dynamic, func(s *guichet.Skill) { s.Direction = "inbound" }, ""},
		{"A101 no such direction", dynamic, func(s *guichet.Skill) { s.Direction, s.BYOC = "sideways", true }, "direction"},
		{"A101 outbound of nothing", dynamic, func(s *guichet.Skill) { s.Direction = "outbound" }, "direction"},
		{"A101 outbound by personal connection", dynamic, func(s *guichet.Skill) { s.Direction, s.Personal = "outbound", true }, ""},
		{"A101 outbound by BYOC", dynamic, func(s *guichet.Skill) { s.Direction, s.BYOC = "outbound", true }, ""},
		{"A102 no campaign", dynamic, func(s *guichet.Skill) { s.Campaign = "" }, "campaign"},
		{"A102 a campaign that is not there", dynamic, func(s *guichet.Skill) { s.Campaign = "summer" }, "campaign"},
		{"A116 service level", dynamic, func(s *guichet.Skill) { s.SLA = &guichet.SLA{First: 60, Resolution: 600} }, ""},
		{"A116 service level of an outbound skill", dynamic, func(s *guichet.Skill) { s.Direction, s.BYOC, s.SLA = "outbound", true, &guichet.SLA{First: 60} }, "sla"},
		{"a negative first target", dynamic, func(s *guichet.Skill) { s.SLA = &guichet.SLA{First: -1} }, "sla"},
		{"a negative resolution target", dynamic, func(s *guichet.Skill) { s.SLA = &guichet.SLA{Resolution: -1} }, "sla"},
		{"A106 static delivery", static, func(*guichet.Skill) {}, ""},
		{"A106 static delivery by proficiency", static, func(s *guichet.Skill) { s.Criteria = Proficiency }, ""},
		{"A106 static delivery, least busy", static, func(s *guichet.Skill) { s.Criteria = LeastBusy }, "criteria"},
		{"A106 dynamic delivery, least busy", dynamic, func(s *guichet.Skill) { s.Criteria = LeastBusy }, ""},
		{"the name", dynamic, func(s *guichet.Skill) { s.Name = "" }, "name"},
		{"A117 the shortest offer", dynamic, func(s *guichet.Skill) { s.AcceptIn = MinOffer }, ""},
		{"A117 one second less", dynamic, func(s *guichet.Skill) { s.AcceptIn = MinOffer - 1 }, "accept_seconds"},
		{"A117 the longest offer", dynamic, func(s *guichet.Skill) { s.AcceptIn = MaxOffer }, ""},
		{"A117 one second more", dynamic, func(s *guichet.Skill) { s.AcceptIn = MaxOffer + 1 }, "accept_seconds"},
		{"A119 the longest countdowns", dynamic, func(s *guichet.Skill) { s.AgentAnswers, s.ContactWrites = MaxCountdown, MaxCountdown }, ""},
		{"A119 one second more", dynamic, func(s *guichet.Skill) { s.AgentAnswers = MaxCountdown + 1 }, "agent_response_seconds"},
		{"A119 negative", dynamic, func(s *guichet.Skill) { s.AgentAnswers = -1 }, "agent_response_seconds"},
		{"A120 one second more", dynamic, func(s *guichet.Skill) { s.ContactWrites = MaxCountdown + 1 }, "customer_response_seconds"},
	} {
		s := guichet.Skill{Name: "returns", Campaign: "spring"}
		tt.change(&s)
		about(t, tt.name, Check(s, campaigns, tt.policy), tt.field)
	}
}

func TestNoCampaignIsAskedFor(t *testing.T) {
	err := Check(guichet.Skill{Name: "returns"}, nil, guichet.Routing{})
	if err == nil || !strings.Contains(err.Error(), "say which campaign") {
		t.Errorf("A102: got %v", err)
	}
}

func TestAdvice(t *testing.T) {
	inApp, elsewhere := guichet.Agent{App: guichet.AgentApp}, guichet.Agent{App: guichet.MaxApp}
	for _, tt := range []struct {
		name   string
		skill  guichet.Skill
		policy guichet.Routing
		agents []guichet.Agent
		queued bool
		want   string // the beginning of the only sentence; empty: none
	}{
		{"nothing to say", guichet.Skill{Name: "returns"}, guichet.Routing{}, nil, false, ""},
		{"A122 another name", guichet.Skill{Name: "returns"}, guichet.Routing{NamePattern: "^q_"}, nil, false, "the name does not follow"},
		{"A122 such a name", guichet.Skill{Name: "q_returns"}, guichet.Routing{NamePattern: "^q_"}, nil, false, ""},
		{"T10 sub-skills without a queue", guichet.Skill{SubSkills: true}, guichet.Routing{}, nil, false, "sub_skills is ignored"},
		{"T10 sub-skills of a queue", guichet.Skill{SubSkills: true}, guichet.Routing{}, nil, true, ""},
		{"A119 a countdown that nobody sees", guichet.Skill{AgentAnswers: 60}, guichet.Routing{}, []guichet.Agent{elsewhere}, false, "nobody who has the skill works"},
		{"A120 a countdown that nobody sees", guichet.Skill{ContactWrites: 60}, guichet.Routing{}, nil, false, "nobody who has the skill works"},
		{"A119 a countdown that one of two sees", guichet.Skill{AgentAnswers: 60}, guichet.Routing{}, []guichet.Agent{inApp, elsewhere}, false, ""},
		{"no countdown", guichet.Skill{}, guichet.Routing{}, []guichet.Agent{elsewhere}, false, ""},
	} {
		got := Advice(tt.skill, tt.policy, tt.agents, tt.queued)
		if (tt.want == "") != (len(got) == 0) || len(got) > 1 || len(got) == 1 && !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCheckPolicy(t *testing.T) {
	for _, tt := range []struct {
		name  string
		r     guichet.Routing
		field string
	}{
		{"nothing", guichet.Routing{}, ""}, {"keep", guichet.Routing{Leave: guichet.LeaveKeep}, ""}, {"at once", guichet.Routing{Leave: guichet.LeaveNow}, ""},
		{"something else", guichet.Routing{Leave: "burn"}, "leave"},
		{"later, after a minute", guichet.Routing{Leave: guichet.LeaveLater, LeaveAfter: 60}, ""}, {"later, sooner", guichet.Routing{Leave: guichet.LeaveLater, LeaveAfter: 59}, "leave_after"},
		{"later, the latest", guichet.Routing{Leave: guichet.LeaveLater, LeaveAfter: MaxCountdown}, ""}, {"later than that", guichet.Routing{Leave: guichet.LeaveLater, LeaveAfter: MaxCountdown + 1}, "leave_after"},
		{"the longest pattern", guichet.Routing{NamePattern: strings.Repeat("a", 200)}, ""}, {"a longer one", guichet.Routing{NamePattern: strings.Repeat("a", 201)}, "skill_name_pattern"},
		{"no pattern", guichet.Routing{NamePattern: "("}, "skill_name_pattern"},
	} {
		about(t, tt.name, CheckPolicy(tt.r), tt.field)
	}
}

func TestCheckAgent(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*guichet.Agent)
		field  string
	}{
		{"offline", func(a *guichet.Agent) { a.Presence = guichet.Offline }, ""}, {"after-contact work", func(a *guichet.Agent) { a.Presence = guichet.AfterWork }, ""},
		{"A115 a limit of 0", func(a *guichet.Agent) { a.Limit = 0 }, ""},
		{"the worst proficiency", func(a *guichet.Agent) { a.Skills["returns"] = 20 }, ""}, {"worse than that", func(a *guichet.Agent) { a.Skills["returns"] = 21 }, "skills"},
		{"better than the best", func(a *guichet.Agent) { a.Skills["returns"] = 0 }, "skills"},
	} {
		about(t, tt.name, ValidateAgent(agent(able("ana", 1, 0, 3), tt.change)), tt.field)
	}
	about(t, "T6 no such fallback", Validate(guichet.Skill{Name: "returns", Criteria: Preferred, PreferBy: ByCase, Fallback: "never", Timeout: 9}), "fallback_when")
}

func TestCheckQueue(t *testing.T) {
	skills := map[guichet.SkillID]*guichet.Skill{"returns": {}}
	channels := map[guichet.ChannelID]*guichet.Channel{"mail": {}}
	if_ := func(typ string, values ...string) []guichet.QueueFilter {
		return []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: typ, Values: values}}}}
	}
	many := func(n int) []string { return strings.Split(strings.Repeat("7,", n-1)+"7", ",") }
	full := if_(IfTags, "vip")[0].Conditions[0]
	for _, tt := range []struct {
		name    string
		skill   guichet.SkillID
		filters []guichet.QueueFilter
		field   string
	}{
		{"no filter", "returns", nil, ""}, {"a skill that is not there", "sales", nil, "skill"},
		{"a channel", "returns", if_(IfChannels, "mail"), ""}, {"a channel that is not there", "returns", if_(IfChannels, "chat"), "filters[0].conditions[0].values"},
		{"a skill", "returns", if_(IfSkill, "returns"), ""}, {"a case's skill that is not there", "returns", if_(IfSkill, "sales"), "filters[0].conditions[0].values"},
		{"a priority", "returns", if_(IfPriority, "-3"), ""}, {"no number", "returns", if_(IfPriority, "high"), "filters[0].conditions[0].values"},
		{"tags", "returns", if_(IfTags, strings.Repeat("a", 60)), ""}, {"a tag that is too long", "returns", if_(IfTags, strings.Repeat("a", 61)), "filters[0].conditions[0].values"},
		{"an empty language", "returns", if_(IfLanguage, ""), "filters[0].conditions[0].values"}, {"another type", "returns", if_("mood", "good"), "filters[0].conditions[0].type"},
		{"no values", "returns", if_(IfTags), "filters[0].conditions[0].values"},
		{"100 values", "returns", if_(IfPriority, many(100)...), ""}, {"101 values", "returns", if_(IfPriority, many(101)...), "filters[0].conditions[0].values"},
		{"no conditions", "returns", []guichet.QueueFilter{{}}, "filters[0]"},
		{"10 conditions", "returns", []guichet.QueueFilter{{Conditions: repeat(full, 10)}}, ""}, {"11 conditions", "returns", []guichet.QueueFilter{{Conditions: repeat(full, 11)}}, "filters[0]"},
		{"20 filters", "returns", repeat(if_(IfTags, "vip")[0], 20), ""}, {"21 filters", "returns", repeat(if_(IfTags, "vip")[0], 21), "filters"},
	} {
		about(t, tt.name, CheckQueue(guichet.Queue{Name: "vip", Skill: tt.skill, Filters: tt.filters}, skills, channels), tt.field)
	}
	about(t, "no name", CheckQueue(guichet.Queue{Skill: "returns"}, skills, channels), "name")
}

func repeat[T any](v T, n int) (out []T) {
	for range n {
		out = append(out, v)
	}
	return out
}
