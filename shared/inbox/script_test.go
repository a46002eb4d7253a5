package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

const apiScript = `{
  "id": "triage",
  "name": "Triage",
  "steps": [
    {"id": "money", "if": "case.subject.contains('Invoice')", "do": [{"skill": "billing"}]}
  ]
}`

// TestScriptsByTheAPI: A008, A092, A095. A script is saved as versions, put in force, given to a channel, and routes the next mail.
func TestScriptsByTheAPI(t *testing.T) {
	h := newHouse(t)
	const a = "/guichet/automation"
	first := h.want(200, "acme/ana", "PUT", a+"/scripts/triage", apiScript)
	if at(first, "version") != 1.0 || at(first, "active") != 0.0 {
		t.Errorf("a draft: %v", first)
	}
	h.want(422, "acme/ana", "PUT", a+"/channels/support/script", `{"script":"triage"}`) // not in force yet
	h.want(204, "acme/ana", "POST", a+"/scripts/triage/activate", `{"version":1}`)
	h.want(204, "acme/ana", "PUT", a+"/channels/support/script", `{"script":"triage"}`)
	if again := h.want(200, "acme/ana", "PUT", a+"/scripts/triage?activate=true", strings.ReplaceAll(apiScript, "\n", " ")); at(again, "version") != 1.0 || at(again, "same") != true {
		t.Errorf("the same once more: %v", again)
	}
	second := h.want(200, "acme/ana", "PUT", a+"/scripts/triage?activate=true", strings.Replace(apiScript, "Invoice", "Bill", 1))
	if at(second, "version") != 2.0 || at(second, "active") != 2.0 {
		t.Errorf("the next version: %v", second)
	}
	one := h.want(200, "acme/ana", "GET", a+"/scripts/triage", "")
	if fmt.Sprint(at(one, "channels")) != "[support]" || at(one, "active") != 2.0 || len(at(one, "versions").([]any)) != 2 || len(at(one, "log").([]any)) != 2 || at(one, "document", "name") != "Triage" {
		t.Errorf("the script: %v", one)
	}
	if v := h.want(200, "acme/ana", "GET", a+"/scripts/triage/versions/1", ""); !strings.Contains(fmt.Sprint(at(v, "document")), "Invoice") || at(v, "by") != "ana" {
		t.Errorf("version 1 was altered: %v", v)
	}
	list := h.want(200, "acme/ana", "GET", a+"/scripts", "")
	if len(at(list, "scripts").([]any)) != 1 || len(at(list, "channels").([]any)) != 2 {
		t.Errorf("the list: %v", list)
	}
	id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\r\nTo: support@acme.example\r\nSubject: Bill 12\r\nMessage-ID: <b1@customer.example>\r\n\r\nHello\r\n")
	c, err := h.desk.Store.Case(t.Context(), "acme", id.Case())
	must(t, err)
	must(t, h.desk.Workflow(t.Context(), guichet.Fact{ID: "script.due@1", Kind: guichet.ScriptDue, Tenant: "acme", Case: c.ID, Message: id, Detail: map[string]string{"run": "1"}}))
	if c, err = h.desk.Store.Case(t.Context(), "acme", id.Case()); err != nil || c.Skill != "billing" || c.Script.Version != 2 {
		t.Errorf("routed: %+v, %v", c, err)
	}
	hist := h.as("acme/ana", "GET", "/dfo/3.0/contacts/"+string(c.ID)+"/history?size=100", "").body
	if !strings.Contains(hist, "script.ran") || !strings.Contains(hist, "case.subject.contains('Bill')") {
		t.Errorf("the history does not tell why the case is here: %s", hist)
	}
	for _, c := range []struct {
		status            int
		agent, path, body string
	}{
		{403, "acme/rob", "/scripts/triage", apiScript}, {403, "acme/bob", "/scripts/triage", apiScript}, {404, "zeta/ana", "/scripts/triage/activate", `{"version":1}`},
		{422, "acme/ana", "/scripts/triage/activate", `{"version":9}`}, {422, "acme/ana", "/scripts/triage/activate", `{}`},
		{422, "acme/ana", "/scripts/other", apiScript}, {413, "acme/ana", "/scripts/triage", strings.Repeat(" ", 70<<10)}, {422, "acme/ana", "/scripts/triage", `[]`},
	} {
		method := "PUT"
		if strings.HasSuffix(c.path, "/activate") {
			method = "POST"
		}
		h.want(c.status, c.agent, method, a+c.path, c.body)
	}
	for _, path := range []string{"/scripts", "/rules", "/vocabulary"} {
		h.want(403, "acme/rob", "GET", a+path, "")
		h.want(200, "acme/ana", "GET", a+path, "")
	}
	h.want(404, "acme/ana", "GET", a+"/scripts/nothing", "")
	h.want(404, "acme/ana", "GET", a+"/scripts/triage/versions/9", "")
}

// TestMistakesInAScriptSayWhere: each thing that is wrong names its step, its field, and line and column.
func TestMistakesInAScriptSayWhere(t *testing.T) {
	h := newHouse(t)
	bad := strings.Replace(strings.Replace(apiScript, "billing", "nowhere", 1), "case.subject", "case.subjekt", 1)
	r := h.as("acme/ana", "POST", "/guichet/automation/scripts/triage/check", bad)
	if r.status != 422 {
		t.Fatalf("got %d: %s", r.status, r.body)
	}
	for _, want := range []string{`"field":"steps[0].if"`, `"line":"1"`, `"step":"money"`, `"field":"steps[0].do[0].skill"`, `"errorCode":"script"`, "there is no name 'case.subjekt'", `there is no skill \"nowhere\"`} {
		if !strings.Contains(r.body, want) {
			t.Errorf("%s is not said: %s", want, r.body)
		}
	}
	r = h.as("acme/ana", "POST", "/guichet/automation/scripts/triage/check", "{\n \"id\": \"triage\",\n \"steps\": [}\n}")
	if r.status != 422 || !strings.Contains(r.body, `"line":"3"`) {
		t.Errorf("no JSON: %d %s", r.status, r.body)
	}
	h.want(204, "acme/ana", "POST", "/guichet/automation/scripts/triage/check", apiScript)
	if list := h.want(200, "acme/ana", "GET", "/guichet/automation/scripts", ""); len(at(list, "scripts").([]any)) != 0 {
		t.Errorf("a check saved something: %v", list)
	}
}

func TestRulesAndFieldsByTheAPI(t *testing.T) {
	h := newHouse(t)
	const a = "/guichet/automation"
	fields := h.want(200, "acme/ana", "PUT", "/guichet/fields", `{"fields":[{"name":"tier","type":"string","label":{"en":"Tier","fr":"Niveau"}},{"name":"order","type":"number"}]}`)
	if len(at(fields, "fields").([]any)) != 2 {
		t.Errorf("fields: %v", fields)
	}
	h.want(403, "acme/rob", "PUT", "/guichet/fields", `{"fields":[]}`)
	h.want(422, "acme/ana", "PUT", "/guichet/fields", `{"fields":[{"name":"tier","type":"number"}]}`) // its type stays
	h.want(422, "acme/ana", "PUT", "/guichet/fields", `{"fields":[{"name":"Tier!","type":"string"}]}`)
	rule := `{"id":"gold","name":"Gold","enabled":true,"on":["case.field-set","visitor.acted"],"if":"field.tier == 'gold'","do":[{"priority":20}]}`
	if r := h.want(200, "acme/ana", "PUT", a+"/rules/gold", rule); at(r, "active") != 1.0 {
		t.Errorf("the rule: %v", r)
	}
	h.want(422, "acme/ana", "PUT", a+"/rules/gold", strings.Replace(rule, "field.tier", "field.what", 1))
	h.want(204, "acme/ana", "POST", a+"/rules/gold/enabled", `{"enabled":false}`)
	h.want(422, "acme/ana", "POST", a+"/rules/gold/enabled", `{}`)
	h.want(403, "acme/rob", "POST", a+"/rules/gold/enabled", `{"enabled":true}`)
	h.want(204, "acme/ana", "POST", a+"/rules/gold/enabled", `{"enabled":true}`)
	one := h.want(200, "acme/ana", "GET", a+"/rules/gold", "")
	if at(one, "enabled") != true || len(at(one, "log").([]any)) != 3 || at(one, "document", "name") != "Gold" {
		t.Errorf("the rule: %v", one)
	}
	id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\r\nTo: support@acme.example\r\nSubject: Hello\r\nMessage-ID: <b1@customer.example>\r\n\r\nHello\r\n")
	contact := "/guichet/contacts/" + string(id.Case())
	h.want(200, "acme/ana", "PUT", contact+"/custom-fields", `{"tier":"gold","order":12}`)
	h.want(422, "acme/ana", "PUT", contact+"/custom-fields", `{"tier":12}`)
	h.want(422, "acme/ana", "PUT", contact+"/custom-fields", `{"colour":"red"}`)
	h.want(403, "acme/rob", "PUT", contact+"/custom-fields", `{"tier":"tin"}`)
	h.want(404, "zeta/ana", "PUT", contact+"/custom-fields", `{"tier":"tin"}`)
	h.want(204, "acme/ana", "POST", contact+"/events", `{"name":"cart.left","key":"1"}`)
	h.want(204, "acme/ana", "POST", contact+"/events", `{"name":"cart.left","key":"1"}`)
	h.want(422, "acme/ana", "POST", contact+"/events", `{"name":"a b"}`)
	facts, err := h.desk.Store.History(t.Context(), "acme", id.Case(), 0, 100)
	must(t, err)
	told := ""
	for _, f := range facts {
		told += fmt.Sprintf(" %s:%v", f.Kind, f.Watched)
		if f.Watched {
			must(t, h.desk.Workflow(t.Context(), f))
		}
	}
	if strings.Count(told, "visitor.acted:true") != 1 || !strings.Contains(told, "case.field-set:true") || strings.Contains(told, "case.opened:true") {
		t.Errorf("facts: %s", told)
	}
	d := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+string(id.Case())+"/detail", "")
	if at(d, "case", "routingQueuePriority") != 20.0 || !strings.Contains(fmt.Sprint(at(d, "customFields")), "value:gold") {
		t.Errorf("the case: %v, %v", at(d, "case", "routingQueuePriority"), at(d, "customFields"))
	}
}

func TestDryRunByTheAPI(t *testing.T) {
	h := newHouse(t)
	for i := range 3 {
		h.mail("support@acme.example", fmt.Sprintf("From: Bo <bo@customer.example>\r\nTo: support@acme.example\r\nSubject: Invoice %d\r\nMessage-ID: <b%d@customer.example>\r\n\r\nHello\r\n", i, i))
	}
	body := fmt.Sprintf(`{"channel":"support","size":2,"script":%s}`, apiScript)
	r := h.want(200, "acme/ana", "POST", "/guichet/automation/dry-run", body)
	if at(r, "cases") != 2.0 || at(r, "other") != 2.0 || at(r, "left") != 1.0 || at(r, "cursor") == "" || at(r, "counts", 0, "to") != "billing" || at(r, "examples", 0, "steps", 0, "held") != true {
		t.Errorf("a page: %v", r)
	}
	next := strings.Replace(body, `"size":2`, fmt.Sprintf(`"size":2,"cursor":%q`, at(r, "cursor")), 1)
	if r = h.want(200, "acme/ana", "POST", "/guichet/automation/dry-run", next); at(r, "cases") != 1.0 || at(r, "cursor") != nil {
		t.Errorf("the last page: %v", r)
	}
	h.want(403, "acme/rob", "POST", "/guichet/automation/dry-run", body)
	h.want(422, "acme/ana", "POST", "/guichet/automation/dry-run", `{"days":3}`)
	h.want(422, "acme/ana", "POST", "/guichet/automation/dry-run", `{"script":{"id":"x"}}`)
	h.want(422, "acme/ana", "POST", "/guichet/automation/dry-run", `{"days":"many"}`)
}
