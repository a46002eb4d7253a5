//go:build outside

package outside

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/guichet"
)

const deployedScript = `{"id":"triage","templates":{"got":{"en":"We have it: {ticket}."}},"steps":[
  {"id":"money","if":"case.subject.lowerAscii().contains('invoice')","do":[{"skill":"billing"},{"priority":5},{"reply":"got"}]}]}`

// TestAScriptAndARuleOfTheDeployedHouse: both are saved by the API, a mail is routed by the one and tagged by the other, with the binaries as they are deployed; a tenant
// without them wakes neither function.
func TestAScriptAndARuleOfTheDeployedHouse(t *testing.T) {
	h := newHouse(t)
	h.must(h.store.SaveSkill(h.Context(), tenant, guichet.Skill{ID: "billing", Name: "billing"}))
	h.mail("first", firstMail, clean)
	h.settle()
	if said := h.fns["workflow"].Said(); strings.Contains(said, `"Facts"`) {
		t.Errorf("a tenant without scripts and rules woke the function: %s", said)
	}
	const a = "/guichet/automation"
	want := func(status int, method, path, body string) map[string]any {
		t.Helper()
		got, data := h.askOf("automation", method, a+path, body)
		if got != status {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, got, status, asJSON(data))
		}
		return data
	}
	want(http.StatusUnprocessableEntity, "PUT", "/scripts/triage", strings.Replace(deployedScript, "billing", "nowhere", 1))
	want(http.StatusOK, "PUT", "/scripts/triage?activate=true", deployedScript)
	want(http.StatusNoContent, "PUT", "/channels/support/script", `{"script":"triage"}`)
	want(http.StatusUnprocessableEntity, "PUT", "/rules/seen", `{"id":"seen","enabled":true,"on":["script.ran"],"do":[{"tag":"seen"}]}`)
	want(http.StatusOK, "PUT", "/rules/seen", `{"id":"seen","enabled":true,"on":["case.waiting"],"if":"case.skill == 'billing'","do":[{"tag":"seen"}]}`)
	dry := want(http.StatusOK, "POST", "/dry-run", `{"channel":"support","script":`+deployedScript+`}`)
	if dry["cases"] != 1.0 || dry["other"] != 0.0 {
		t.Errorf("the dry run: %v", dry)
	}
	time.Sleep(21 * time.Second) // the functions trust what they read of the configuration for 20 seconds

	id := guichet.NewCaseID(2)
	h.mail("second", strings.NewReplacer("Broken kettle", "Invoice 12", "k1@", "k7@", "k0@", "k6@").Replace(firstMail), clean)
	h.settle()
	c := h.theCase(id)
	if c.Skill != "billing" || c.Priority != 5 || c.Agent != "" || !slices.Contains(c.Tags, "seen") || c.Script.Version != 1 {
		t.Errorf("the case: %+v, %+v", c, c.Script)
	}
	if mails := h.sent(); len(mails) != 1 || !strings.Contains(mails[0].Raw, "Auto-Submitted: auto-replied") || !h.isOurs(h.message(id.Message(2)).MailID, id.Message(2)) {
		t.Errorf("the answer of the script: %d mails", len(mails))
	}
	kinds := h.history(id)
	for _, k := range []guichet.FactKind{guichet.ScriptDue, guichet.ScriptRan, guichet.RulesRan, guichet.ReplySent} {
		if !slices.Contains(kinds, string(k)) {
			t.Errorf("history %v lacks %s", kinds, k)
		}
	}
	before := len(kinds)
	h.stream = engines.NewStream(h.dynoxide, table)
	h.relay()
	h.settle()
	if after := h.history(id); len(after) != before || len(h.sent()) != 1 {
		t.Errorf("the stream once more: %v, %d mails", after, len(h.sent()))
	}
}
