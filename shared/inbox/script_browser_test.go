//go:build outside

package inbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestScriptsAndRulesInABrowser: a script is written, its mistake is shown at its line, it is put in force, given to a channel, run dry and seen in a case; and so with a rule.
func TestScriptsAndRulesInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	_, err := h.desk.SaveFields(t.Context(), "acme", "ana", store.Fields{List: []guichet.Field{{Name: "tier", Type: guichet.StringField, Text: guichet.Text{"en": "Tier"}}}})
	must(t, err)
	h.mail("support@acme.example", "From: Bo <bo@customer.example>\r\nTo: support@acme.example\r\nSubject: An Invoice of old\r\nMessage-ID: <o1@customer.example>\r\n\r\nHello\r\n")
	visit := func(where, panel string) {
		t.Helper()
		b.do(js(`location.hash = "#/settings/` + where + `"`))
		b.pane(panel)
	}
	write := func(text string) {
		t.Helper()
		quoted, _ := json.Marshal(text)
		b.do(js(`{ const a = document.querySelector("textarea.document"); a.value = ` + string(quoted) + `; a.dispatchEvent(new Event("input")); }`))
	}
	button := func(label string) chromedp.Action[chromedp.Void] {
		return js(`[...document.querySelectorAll("#panel button, #panel a.button")].find((b) => b.textContent === "` + label + `").click()`)
	}
	visit("scripts", "scripts")
	b.until(`document.querySelectorAll("#panel table").length === 1 && !!document.querySelector("#panel .empty")`)
	b.axe("no scripts")
	visit("scripts/new", "scripts")
	b.until(`document.querySelector(".reading")?.textContent.includes("invoices")`)
	write(strings.Replace(apiScript, "subject", "subjekt", 1))
	b.do(button("Check"))
	b.until(`document.querySelector("ul.bad button")?.textContent === "Line 5" && document.querySelector("ul.bad").textContent.includes("case.subjekt")`)
	b.axe("a mistake")
	b.do(js(`document.querySelector("ul.bad button").click()`))
	b.until(`document.activeElement.className === "document" && document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd).includes("subjekt")`)
	write("{\n  \"id\": \"triage\",\n  oops\n}")
	b.do(button("Check"))
	b.until(`document.querySelector("ul.bad button")?.textContent === "Line 3"`)
	write(apiScript)
	b.do(button("Check"))
	b.until(`document.querySelector(".editor ~ .row .state").textContent === "Nothing is wrong with it." && !document.querySelector("ul.bad li")`)
	b.until(`document.querySelector(".reading").textContent.includes("skill: ")`)
	b.do(button("Save and put in force"))
	b.until(`location.hash === "#/settings/scripts/triage" && document.querySelector("#panel").textContent.includes("1, in force")`)
	b.do(js(`document.querySelectorAll("#panel details").forEach((d) => { d.open = true; })`))
	b.until(`document.querySelector("#panel").textContent.includes("field.tier")`)
	b.do(chromedp.SetValue("[name=dry-channel]", "support"), button("Run"))
	b.until(`document.querySelector("#panel").textContent.includes("1 of 1 cases would have gone otherwise.") && !!document.querySelector(".examples .trace")`)
	b.axe("a dry run")
	visit("scripts", "scripts")
	b.until(`!!document.querySelector("[name=script-support]")`)
	b.do(js(`{ const s = document.querySelector("[name=script-support]"); s.value = "triage"; s.dispatchEvent(new Event("change")); }`))
	b.until(`document.querySelector("#panel table").textContent.includes("support")`)
	if cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme"); err != nil || cfg.Channels["support"].Script != "triage" {
		t.Errorf("the channel: %v", err)
	}

	id := h.mail("support@acme.example", "From: Cy <cy@customer.example>\r\nTo: support@acme.example\r\nSubject: The Invoice\r\nMessage-ID: <n1@customer.example>\r\n\r\nHello\r\n")
	must(t, h.desk.Workflow(t.Context(), guichet.Fact{ID: "script.due@1", Kind: guichet.ScriptDue, Tenant: "acme", Case: id.Case(), Message: id, Detail: map[string]string{"run": "1"}}))

	visit("rules/new", "rules")
	b.until(`!!document.querySelector("textarea.document")`)
	write(`{"id":"gold","name":"Gold","enabled":true,"on":["case.field-set"],"if":"field.tier == 'gold'","do":[{"priority":20}]}`)
	b.do(button("Save"))
	b.until(`location.hash === "#/settings/rules/gold" && document.querySelector("#panel").textContent.includes("priority: ")`)
	b.axe("a rule")
	visit("rules", "rules")
	b.until(`document.querySelector("[name=on-gold]")?.checked`)
	b.do(js(`document.querySelector("[name=on-gold]").click()`))
	b.until(`!!document.querySelector("[name=on-gold]") && !document.querySelector("[name=on-gold]").checked`)
	b.axe("the rules")
	visit("fields", "fields")
	b.until(`document.querySelectorAll("#panel fieldset").length === 2`)
	b.do(chromedp.SendKeys("[name=name-1]", "order"), js(`document.querySelector(".settings-form").requestSubmit()`))
	b.until(`document.querySelectorAll("#panel fieldset").length === 3`)
	b.axe("the fields")

	b.do(js(`location.hash = "#/recent/` + string(id.Case()) + `"`))
	b.until(`!!document.querySelector("#pane details.history summary")`)
	b.until(`document.querySelector("dl.fields")?.textContent.includes("Tier")`)
	b.do(js(`document.querySelectorAll("#pane details.history").forEach((d) => { d.open = true; })`))
	b.until(`document.querySelector("#pane .trace")?.textContent.includes("money: case.subject.contains('Invoice') holds") && document.querySelector("#pane .trace").textContent.includes("The case waits for an agent with the skill billing.")`)
	b.do(chromedp.SendKeys("#cf-tier", "gold\t"))
	b.until(`document.querySelector("#live").textContent !== ""`)
	b.axe("a case with its trace")
	if c, err := h.desk.Store.Case(t.Context(), "acme", id.Case()); err != nil || c.Fields["tier"] != "gold" {
		t.Errorf("the case: %v, %v", c.Fields, err)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	for _, panel := range []string{"scripts", "scripts/triage", "rules", "rules/gold", "fields"} {
		visit(panel, strings.Split(panel, "/")[0])
		b.until(`innerWidth === 390 && document.querySelector(".panel").children.length > 1`)
		b.fits(panel)
	}
}
