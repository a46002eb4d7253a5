package inbox_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// line is one call and what it must give.
type line struct {
	situation         string
	who, method, path string
	body              string
	status            int
	says              string // of the answer's text
}

func (h *house) lines(all []line) {
	h.t.Helper()
	for _, l := range all {
		r := h.as("acme/"+l.who, l.method, l.path, l.body)
		if r.status != l.status || !strings.Contains(r.body, l.says) {
			h.t.Errorf("%s: %s %s %s: got %d, want %d with %q\n%s", l.situation, l.method, l.path, l.body, r.status, l.status, l.says, r.body)
		}
	}
}

func TestSkills(t *testing.T) {
	h := newHouse(t)
	must(t, h.desk.Store.SaveRole(t.Context(), "acme", guichet.Role{ID: "viewer", Rights: map[guichet.ChannelID][]guichet.Permission{"*": {guichet.CanViewSkills}}}))
	must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: "vic", Name: "Vic", Role: "viewer", Presence: guichet.Offline}))
	const path = "/guichet/skills"
	preferred := `{"name":"pref","campaign":"service","criteria":"preferred","preferred_by":"case","fallback_when":"offline","timeout":%s}`
	h.lines([]line{
		{"A102 a campaign first", "ana", "POST", path, `{"name":"returns"}`, 422, `"campaign"`},
		{"A102 one that is not there", "ana", "POST", path, `{"name":"returns","campaign":"service"}`, 422, `"campaign"`},
		{"a campaign", "ana", "POST", "/guichet/campaigns", `{"name":"Service"}`, 201, `"service"`},
		{"it is there already", "ana", "POST", "/guichet/campaigns", `{"name":"service"}`, 409, ""},
		{"a campaign needs a name", "ana", "POST", "/guichet/campaigns", `{"name":"x"}`, 422, `"name"`},
		{"a skill", "ana", "POST", path, `{"name":"returns","campaign":"service"}`, 201, `"criteria":"proficiency"`},
		{"the same name in capitals", "ana", "POST", path, `{"name":"Returns","campaign":"service"}`, 409, ""},
		{"A099 one character", "ana", "POST", path, `{"name":"r","campaign":"service"}`, 422, `"name"`},
		{"A099 a space", "ana", "POST", path, `{"name":"re turns","campaign":"service"}`, 422, `"name"`},
		{"A099 letters of any alphabet", "ana", "POST", path, `{"name":"réclamé-1_a.b:c","campaign":"service"}`, 201, ""},
		{"A100 voice", "ana", "POST", path, `{"name":"calls","campaign":"service","media":"voice"}`, 422, `"media"`},
		{"A101 outbound", "ana", "POST", path, `{"name":"out1","campaign":"service","direction":"outbound"}`, 422, `"direction"`},
		{"A101 outbound by Personal Connection", "ana", "POST", path, `{"name":"out2","campaign":"service","direction":"outbound","personal_connection":true}`, 201, ""},
		{"A101 outbound by BYOC", "ana", "POST", path, `{"name":"out3","campaign":"service","direction":"outbound","byoc":true}`, 201, ""},
		{"A116 outbound with a service level", "ana", "POST", path, `{"name":"out4","campaign":"service","direction":"outbound","byoc":true,"sla":{"first":3600}}`, 422, `"sla"`},
		{"A116 inbound with one", "ana", "POST", path, `{"name":"in1","campaign":"service","sla":{"first":3600}}`, 201, ""},
		{"A103 a template that is not there", "ana", "POST", path, `{"name":"rich","campaign":"service","message_template":"none"}`, 422, `"message_template"`},
		{"T10 sub-skills without a queue", "ana", "POST", path, `{"name":"sub1","campaign":"service","sub_skills":true}`, 201, "sub_skills is ignored"},
		{"A111 no time-out", "ana", "POST", path, fmt.Sprintf(preferred, `null`), 422, `"timeout"`},
		{"A111 an empty one", "ana", "POST", path, fmt.Sprintf(preferred, `""`), 422, `"timeout"`},
		{"A111 nought", "ana", "POST", path, fmt.Sprintf(preferred, `0`), 422, `"timeout"`},
		{"A111 too long", "ana", "POST", path, fmt.Sprintf(preferred, `5256001`), 422, `"timeout"`},
		{"A111 the longest", "ana", "POST", path, fmt.Sprintf(preferred, `5256000`), 201, ""},
		{"A111 made empty", "ana", "PATCH", path + "/pref", `{"timeout":null}`, 422, `"timeout"`},
		{"T6 by nothing", "ana", "PATCH", path + "/pref", `{"preferred_by":"colour"}`, 422, `"preferred_by"`},
		{"A121 changed", "ana", "PATCH", path + "/pref", `{"timeout":1,"fallback_when":"available"}`, 200, `"timeout":1`},
		{"A117 offers", "ana", "PATCH", path + "/returns", `{"accept_reject":true,"accept_seconds":30}`, 200, `"accept_seconds":30`},
		{"A117 an offer of a second", "ana", "PATCH", path + "/returns", `{"accept_seconds":1}`, 422, `"accept_seconds"`},
		{"A119 a countdown for nobody", "ana", "PATCH", path + "/returns", `{"agent_response_seconds":60}`, 200, "Agent app"},
		{"A120 a countdown backwards", "ana", "PATCH", path + "/returns", `{"customer_response_seconds":-1}`, 422, `"customer_response_seconds"`},
		{"a number where a text belongs", "ana", "PATCH", path + "/returns", `{"name":7}`, 422, `"name"`},
		{"changed by somebody else", "ana", "PATCH", path + "/returns", `{"name":"returns2","version":1}`, 409, ""},
		{"renamed", "ana", "PATCH", path + "/returns", `{"name":"RETURNS"}`, 200, `"id":"returns"`},
		{"to a name that is taken", "ana", "PATCH", path + "/returns", `{"name":"Pref"}`, 409, ""},
		{"not there", "ana", "PATCH", path + "/nothing", `{}`, 404, ""},
		{"A106 without dynamic delivery", "ana", "PUT", "/guichet/routing", `{"static_delivery":true}`, 422, `"static_delivery"`},
		{"A122 a pattern", "ana", "PUT", "/guichet/routing", `{"skill_name_pattern":"^[a-z]+-(fr|en)$"}`, 200, ""},
		{"A122 a name that does not follow it", "ana", "POST", path, `{"name":"evocative","campaign":"service"}`, 201, "pattern of your names"},
		{"A122 one that does", "ana", "POST", path, `{"name":"sales-fr","campaign":"service"}`, 201, `"warnings":[]`},
		{"A122 no pattern at all", "ana", "PUT", "/guichet/routing", `{"skill_name_pattern":"("}`, 422, `"skill_name_pattern"`},
		{"a rule without its time", "ana", "PUT", "/guichet/routing", `{"leave":"later"}`, 422, `"leave_after"`},
		{"a rule", "ana", "PUT", "/guichet/routing", `{"leave":"later","leave_after":600,"voice_blocks_digital":true}`, 200, `"leave_after":600`},
		{"an unknown rule", "ana", "PUT", "/guichet/routing", `{"leave":"burn"}`, 422, `"leave"`},
		{"A089 create", "vic", "POST", path, `{"name":"mine","campaign":"service"}`, 403, "skills-create"},
		{"A089 edit", "vic", "PATCH", path + "/returns", `{}`, 403, "skills-edit"},
		{"A088 view", "vic", "GET", path, "", 200, `"returns"`},
		{"A088 no view", "rob", "GET", path, "", 403, "view-skills"},
		{"a campaign in use", "ana", "DELETE", "/guichet/campaigns/service", "", 409, ""},
		{"a skill in use", "ana", "DELETE", path + "/support", "", 409, ""},
		{"a skill out of use", "ana", "DELETE", path + "/returns", "", 204, ""},
		{"and gone", "ana", "GET", path + "/returns", "", 404, ""},
		{"its name is not used again", "ana", "POST", path, `{"name":"returns","campaign":"service"}`, 409, ""},
		{"no object", "ana", "POST", path, `[]`, 422, ""},
		{"no JSON", "ana", "POST", path, `{`, 400, ""},
	})
}

func TestA106StaticDelivery(t *testing.T) {
	h := newHouse(t)
	h.lines([]line{
		{"off", "ana", "PUT", "/guichet/routing", `{"static_delivery":true}`, 200, ""},
		{"a campaign", "ana", "POST", "/guichet/campaigns", `{"name":"Service"}`, 201, ""},
		{"criteria", "ana", "POST", "/guichet/skills", `{"name":"busy","campaign":"service","criteria":"least-busy"}`, 422, `"criteria"`},
		{"proficiency", "ana", "POST", "/guichet/skills", `{"name":"busy","campaign":"service","criteria":"proficiency"}`, 201, ""},
		{"on", "ana", "PUT", "/guichet/routing", `{"static_delivery":false}`, 200, ""},
		{"criteria now", "ana", "PATCH", "/guichet/skills/busy", `{"criteria":"least-busy"}`, 200, ""},
	})
}

func TestAgentsAreSetUp(t *testing.T) {
	h := newHouse(t)
	const path = "/guichet/agents"
	h.lines([]line{
		{"new", "ana", "POST", path, `{"id":"zoe","name":"Zoe","email":"zoe@acme.example","role":"all","limit":3,"skills":{"support":1}}`, 201, `"load":0`},
		{"again", "ana", "POST", path, `{"id":"zoe","name":"Zoe","role":"all"}`, 409, ""},
		{"a mailbox that is another's", "ana", "POST", path, `{"id":"zed","name":"Zed","email":"ZOE@acme.example","role":"all"}`, 422, `"email"`},
		{"no mailbox", "ana", "PATCH", path + "/zoe", `{"email":"zoe"}`, 422, `"email"`},
		{"an id with a space", "ana", "POST", path, `{"id":"z d","name":"Zed","role":"all"}`, 422, `"id"`},
		{"no name", "ana", "POST", path, `{"id":"zed","role":"all"}`, 422, `"name"`},
		{"A081 another role takes its place", "ana", "PATCH", path + "/zoe", `{"role":"reader"}`, 200, `"role":"reader"`},
		{"A081 two roles", "ana", "PATCH", path + "/zoe", `{"role":["all","reader"]}`, 422, `"role"`},
		{"a role that is not there", "ana", "PATCH", path + "/zoe", `{"role":"king"}`, 422, `"role"`},
		{"proficiency 21", "ana", "PATCH", path + "/zoe", `{"skills":{"support":21}}`, 422, `"skills"`},
		{"a skill that is not there", "ana", "PATCH", path + "/zoe", `{"skills":{"juggling":1}}`, 422, `"skills"`},
		{"skills are given whole", "ana", "PATCH", path + "/zoe", `{"skills":{"billing":20}}`, 200, `"skills":{"billing":20}`},
		{"A115 a limit below nought", "ana", "PATCH", path + "/zoe", `{"limit":-1}`, 422, `"limit"`},
		{"T9 an app", "ana", "PATCH", path + "/zoe", `{"app":"agent","digital":true}`, 200, `"app":"agent"`},
		{"an app nobody has", "ana", "PATCH", path + "/zoe", `{"app":"fax"}`, 422, `"app"`},
		{"the settings are others than read", "ana", "PATCH", path + "/zoe", `{"limit":9,"version":1,"settings":"old"}`, 409, ""},
		{"not there", "ana", "PATCH", path + "/nobody", `{}`, 404, ""},
		{"not by who may not", "rob", "PATCH", path + "/zoe", `{"limit":9}`, 403, "configure"},
		{"A016 a call", "bob", "PUT", path + "/me/voice", `{"onCall":true}`, 200, `"onCall":true`},
		{"of somebody else", "bob", "PUT", path + "/zoe/voice", `{"onCall":true}`, 403, ""},
		{"of nobody", "ana", "PUT", path + "/nobody/voice", `{"onCall":true}`, 404, ""},
		{"which?", "ana", "PUT", path + "/zoe/voice", `{}`, 422, `"onCall"`},
		{"a page", "ana", "GET", path + "?size=2", "", 200, `"scrollToken":"`},
		{"one", "ana", "GET", path + "/zoe", "", 200, `"role":"reader"`},
		{"A118 a campaign", "ana", "POST", "/guichet/campaigns", `{"name":"Service"}`, 201, ""},
		{"A118 offers for SFA Classic: the agent", "ana", "POST", "/guichet/skills", `{"name":"offers","campaign":"service","accept_reject":true}`, 201, ""},
		{"A118 is refused", "ana", "PATCH", path + "/zoe", `{"app":"sfa-classic","skills":{"offers":1}}`, 422, `"app"`},
		{"A118 without offers", "ana", "PATCH", path + "/zoe", `{"app":"sfa-classic"}`, 200, ""},
		{"A118 the skill is refused, too", "ana", "PATCH", "/guichet/skills/billing", `{"name":"billing","campaign":"service","accept_reject":true}`, 422, `"accept_reject"`},
	})
}

// T9 in routing: who may not get digital cases gets none, by the house or by hand.
func TestT9InRouting(t *testing.T) {
	h := newHouse(t)
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/ana", `{"app":"agent"}`)
	h.want(200, "acme/ana", "PUT", "/engager/2.0/users/me/status", `{"status":"available"}`)
	n := string(h.mail("support@acme.example", firstMail).Case())
	if at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "inboxAssigneeUser") != nil {
		t.Error("the Agent app without the attribute got a case")
	}
	h.want(422, "acme/ana", "PUT", contacts+"/"+n+"/inbox-assignment", `{"inboxAssignee":"ana"}`)
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/ana", `{"digital":true}`)
	h.work()
	if at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "inboxAssigneeUser", "incontactId") != "ana" {
		t.Error("with the attribute she does not get it")
	}
}

// A105: the page that comes up with a case is shown to the agent who has it, in the Agent app alone; the history tells of it.
func TestPopURLOverTheWire(t *testing.T) {
	h := newHouse(t)
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/ana", `{"app":"agent","digital":true}`)
	h.want(200, "acme/ana", "PUT", "/engager/2.0/users/me/status", `{"status":"available"}`)
	h.want(200, "acme/ana", "PUT", "/guichet/automation/scripts/pops", `{"id":"pops","steps":[{"id":"one","do":[{"popurl":"https://crm.example/?m={address}"}]}]}`)
	if r := h.as("acme/ana", "PUT", "/guichet/automation/scripts/pops", `{"id":"pops","steps":[{"id":"one","do":[{"popurl":"http://crm.example/"}]}]}`); r.status != 422 || !strings.Contains(r.body, "steps[0].do[0].popurl") {
		t.Errorf("without TLS: %d %s", r.status, r.body)
	}
	h.want(204, "acme/ana", "POST", "/guichet/automation/scripts/pops/activate", `{"version":1}`)
	h.want(204, "acme/ana", "PUT", "/guichet/automation/channels/support/script", `{"script":"pops"}`)
	id := h.mail("support@acme.example", firstMail)
	n := string(id.Case())
	must(t, h.desk.Workflow(t.Context(), guichet.Fact{ID: "script.due@1", Kind: guichet.ScriptDue, Tenant: "acme", Case: id.Case(), Message: id, Detail: map[string]string{"run": "1"}}))
	must(t, h.desk.Route(t.Context(), guichet.Fact{Kind: guichet.CaseWaiting, Tenant: "acme", Case: id.Case()}))
	k := h.want(200, "acme/ana", "GET", contacts+"/"+n, "")
	if at(k, "popUrl") != "https://crm.example/?m=bo%40customer.example" || at(k, "inboxAssigneeUser", "incontactId") != "ana" {
		t.Errorf("her own: %v, with %v", at(k, "popUrl"), at(k, "inboxAssigneeUser"))
	}
	if k := h.want(200, "acme/sky", "GET", contacts+"/"+n, ""); at(k, "popUrl") != nil {
		t.Errorf("somebody else sees %v", at(k, "popUrl"))
	}
	if r := h.as("acme/ana", "GET", contacts+"/"+n+"/history?size=100", ""); !strings.Contains(r.body, "case.popurl") {
		t.Errorf("the history: %s", r.body)
	}
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/ana", `{"app":"max"}`)
	if k := h.want(200, "acme/ana", "GET", contacts+"/"+n, ""); at(k, "popUrl") != nil {
		t.Errorf("in MAX: %v", at(k, "popUrl"))
	}
}

func TestOldQueues(t *testing.T) {
	h := newHouse(t)
	q := guichet.Queue{ID: "vip", Name: "vip", Skill: "billing", Filters: []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: "included-channels", Values: []string{"support"}}}}}}
	must(t, h.desk.Store.SaveQueue(t.Context(), "acme", q))
	skill := func() any {
		n := string(h.mail("support@acme.example", strings.ReplaceAll(firstMail, "first@", h.clock().Format("150405")+"@")).Case())
		return at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "routingQueueId")
	}
	if skill() != "billing" {
		t.Error("A097: a case of an included channel is not routed there")
	}
	h.lines([]line{
		{"A093 a new one", "ana", "POST", "/dfo/3.0/routing-queues", `{"name":"x"}`, 410, "create a skill"},
		{"A093 an old one is changed", "ana", "PATCH", "/dfo/3.0/routing-queues/vip", `{"filters":[{"conditions":[{"type":"included-channels","values":["billing"]},{"type":"language","values":["fr"]}]}]}`, 200, `"version":2`},
		{"a condition of no type", "ana", "PATCH", "/dfo/3.0/routing-queues/vip", `{"filters":[{"conditions":[{"type":"moon","values":["full"]}]}]}`, 422, "filters[0].conditions[0].type"},
		{"a channel that is not there", "ana", "PATCH", "/guichet/queues/vip", `{"filters":[{"conditions":[{"type":"included-channels","values":["fax"]}]}]}`, 422, "filters[0].conditions[0].values"},
		{"an empty filter", "ana", "PATCH", "/guichet/queues/vip", `{"filters":[{}]}`, 422, "filters[0]"},
		{"the queue of a skill", "ana", "PATCH", "/dfo/3.0/routing-queues/support", `{}`, 422, "change the skill"},
		{"not there", "ana", "PATCH", "/dfo/3.0/routing-queues/none", `{}`, 404, ""},
		{"not by who may not", "rob", "PATCH", "/guichet/queues/vip", `{}`, 403, "skills-edit"},
		{"a skill that leads nowhere", "ana", "PATCH", "/guichet/queues/vip", `{"skill":"none"}`, 422, `"skill"`},
		{"the list", "ana", "GET", "/guichet/queues", "", 200, `"language"`},
		{"T10 with a queue, sub-skills are kept", "ana", "POST", "/guichet/campaigns", `{"name":"Service"}`, 201, ""},
		{"T10", "ana", "PATCH", "/guichet/skills/billing", `{"campaign":"service","sub_skills":true}`, 200, `"sub_skills":true,"`},
	})
	h.pass(time.Minute)
	if skill() != "support" {
		t.Error("A096: one condition of two is enough")
	}
}

func TestOffersAndWhy(t *testing.T) {
	h := newHouse(t)
	h.want(201, "acme/ana", "POST", "/guichet/campaigns", `{"name":"Service"}`)
	h.want(200, "acme/ana", "PATCH", "/guichet/skills/support", `{"campaign":"service","accept_reject":true,"accept_seconds":45}`)
	h.want(200, "acme/ana", "PUT", "/engager/2.0/users/me/status", `{"status":"available"}`)
	n := string(h.mail("support@acme.example", firstMail).Case())
	k := h.want(200, "acme/ana", "GET", contacts+"/"+n, "")
	if at(k, "offer", "agentId") != "ana" || at(k, "offer", "until") != h.clock().Add(45*time.Second).Format("2006-01-02T15:04:05.000Z07:00") || at(k, "status") != "new" {
		t.Errorf("offered: %v", at(k, "offer"))
	}
	why := h.want(200, "acme/ana", "GET", "/guichet/contacts/"+n+"/routing", "")
	if at(why, "past", 0, "agentId") != "ana" || at(why, "past", 0, "considered", 0, "why") != "proficiency 1, holds 0 of 50" || len(at(why, "now", "considered").([]any)) != 5 || !strings.Contains(fmt.Sprint(why), "may not answer on the channel support desk") {
		t.Errorf("why: %v", why)
	}
	h.lines([]line{
		{"not his to accept", "bob", "POST", "/guichet/contacts/" + n + "/acceptance", "", 404, ""},
		{"accepted", "ana", "POST", "/guichet/contacts/" + n + "/acceptance", "", 200, `"offer":null`},
		{"again", "ana", "POST", "/guichet/contacts/" + n + "/acceptance", "", 200, `"status":"open"`},
		{"too late to reject", "ana", "POST", "/guichet/contacts/" + n + "/rejection", "", 409, "offer is over"},
		{"why, for who may not see skills", "sky", "GET", "/guichet/contacts/" + n + "/routing", "", 403, "view-skills"},
		{"why, of no case", "ana", "GET", "/guichet/contacts/999999/routing", "", 404, ""},
	})
	n = string(h.mail("support@acme.example", strings.ReplaceAll(firstMail, "first@", "second@")).Case())
	h.want(200, "acme/ana", "POST", "/guichet/contacts/"+n+"/rejection", "")
	why = h.want(200, "acme/ana", "GET", "/guichet/contacts/"+n+"/routing", "")
	if at(why, "past", 1, "event") != "case.rejected" || at(why, "past", 1, "agentId") != "ana" || !strings.Contains(fmt.Sprint(at(why, "now")), "rejected it before") {
		t.Errorf("why, rejected: %v", why)
	}
	h.lines([]line{
		{"why not one", "ana", "GET", "/guichet/contacts/" + n + "/routing?agent=sky", "", 200, `"considered":[{"agentId":"sky","why":"is offline"}]`},
		{"why not nobody", "ana", "GET", "/guichet/contacts/" + n + "/routing?agent=nobody", "", 404, ""},
	})
	if k := h.want(200, "acme/ana", "GET", contacts+"/"+n, ""); at(k, "offer") != nil || at(k, "waitingSince") == nil {
		t.Errorf("rejected: %v", k)
	}
}

// TestEachMoveByItsRight: to take asks for reply; to assign, to transfer and to return what others have, for assign; who may not read the channel finds nothing.
func TestEachMoveByItsRight(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	one := contacts + "/" + n
	h.lines([]line{
		{"take without reply", "rob", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"rob"}`, 403, "reply"},
		{"take on a channel that is not his", "bob", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"bob"}`, 404, ""},
		{"assign without assign", "sky", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"ana"}`, 403, "assign"},
		{"take with reply", "sky", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"sky"}`, 200, `"incontactId":"sky"`},
		{"return what others have, without reply", "rob", "DELETE", one + "/inbox-assignment", "", 403, "reply"},
		{"assign to who may not answer there", "ana", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"rob"}`, 422, "inboxAssignee"},
		{"assign to nobody", "ana", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"zoe"}`, 422, "inboxAssignee"},
		{"assign", "ana", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"ana"}`, 200, `"incontactId":"ana"`},
		{"return what others have, without assign", "sky", "DELETE", one + "/inbox-assignment", "", 403, "assign"},
		{"transfer without assign", "sky", "PUT", one + "/routing-queue", `{"skillId":"billing"}`, 403, "assign"},
		{"transfer to no skill", "ana", "PUT", one + "/routing-queue", `{"skillId":"none"}`, 422, "skillId"},
		{"return", "ana", "DELETE", one + "/inbox-assignment", "", 200, `"inboxAssignee":null`},
		{"transfer", "ana", "PUT", one + "/routing-queue", `{"skillId":"billing"}`, 200, `"routingQueueId":"billing"`},
	})
	a, err := h.desk.Store.Agent(t.Context(), "acme", "sky")
	must(t, err)
	if a.Load != 0 {
		t.Errorf("sky holds %d cases, want none", a.Load)
	}
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/sky", `{"limit":0}`)
	h.lines([]line{{"A115 beyond the limit, by hand", "ana", "PUT", one + "/inbox-assignment", `{"inboxAssignee":"sky"}`, 409, "limit"}})
}

// TestPeople: agents are found by the words of their names and by their ids, a page at a time, and no call reads all of them.
func TestPeople(t *testing.T) {
	h := newHouse(t)
	for i := range 120 {
		must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("p%03d", i)), Name: fmt.Sprintf("Éva Maria Nº%03d", i), Role: "all", Limit: 5, Digital: true, Presence: guichet.Offline}))
	}
	ids := func(path string) string {
		var out []string
		for _, u := range at(h.want(200, "acme/rob", "GET", "/guichet/people?"+path, ""), "data").([]any) {
			out = append(out, at(u, "incontactId").(string))
		}
		return strings.Join(out, " ")
	}
	for path, want := range map[string]string{
		"query=n%C2%BA007":                    "p007",
		"query=MARIA%20n%C2%BA01&size=3":      "p010 p011 p012",
		"query=%C3%89va%20maria%20n%C2%BA119": "p119",
		"query=p003":                          "p003",
		"query=nobody":                        "",
		"ids=p005,ana,none,":                  "ana p005",
	} {
		if got := ids(path); !sameWords(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	first := h.want(200, "acme/rob", "GET", "/guichet/people", "")
	token := at(first, "scrollToken").(string)
	if n := len(at(first, "data").([]any)); n != 100 || token == "" {
		t.Errorf("the first page has %d people, and then %q", n, token)
	}
	if rest := strings.Fields(ids("scrollToken=" + url.QueryEscape(token))); len(rest) < 20 || len(rest) > 30 {
		t.Errorf("the second page: %v", rest)
	}
	r := h.as("acme/rob", "GET", "/dfo/3.0/users", "")
	if r.status != 200 || !strings.HasPrefix(r.body, "[") || r.header.Get("X-Scroll-Token") != token {
		t.Errorf("users: %d, %q", r.status, r.header.Get("X-Scroll-Token"))
	}
	// A new name, a new role, a number: found by what is now.
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/p007", `{"name":"Zoltan"}`)
	if ids("query=zolt") != "p007" || ids("query=n%C2%BA007") != "" || ids("query=maria%20n%C2%BA007") != "" {
		t.Error("after a change of name")
	}
	h.want(201, "acme/ana", "POST", "/guichet/roles", `{"id":"night","name":"Night"}`)
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/p007", `{"role":"night"}`)
	if r := h.as("acme/ana", "DELETE", "/guichet/roles/night", ""); r.status != 409 || !strings.Contains(r.body, "p007") {
		t.Errorf("a role that somebody has: %d %s", r.status, r.body)
	}
	h.want(200, "acme/ana", "PATCH", "/guichet/agents/p007", `{"role":"all"}`)
	h.want(204, "acme/ana", "DELETE", "/guichet/roles/night", "")
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.want(200, "acme/ana", "PUT", contacts+"/"+n+"/inbox-assignment", fmt.Sprintf(`{"inboxAssignee":%d}`, guichet.Number("p007")))
	// Who would get it: first those who come first, and all others a page at a time.
	who := map[string]bool{}
	for token, pages := "", 0; pages < 9; pages++ {
		why := h.want(200, "acme/ana", "GET", "/guichet/contacts/"+n+"/routing?scrollToken="+url.QueryEscape(token), "")
		list := at(why, "now", "considered").([]any)
		for _, one := range list {
			who[at(one, "agentId").(string)] = true
		}
		if token = at(why, "scrollToken").(string); len(list) > 100 {
			t.Errorf("%d at once", len(list))
		}
		if token == "" {
			break
		}
	}
	if len(who) != 125 {
		t.Errorf("%d agents were spoken of, want 125", len(who))
	}
	if got := at(h.want(200, "acme/ana", "GET", contacts+"?inboxAssignee="+strconv.FormatInt(guichet.Number("p007"), 10), ""), "data", 0, "id"); got != n {
		t.Errorf("the cases of an agent by number: %v", got)
	}
	if got := at(h.want(200, "acme/ana", "GET", contacts+"?status=open", ""), "data", 0, "id"); got != n {
		t.Errorf("open cases in a house of many agents: %v", got)
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
