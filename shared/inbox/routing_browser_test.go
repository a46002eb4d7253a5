//go:build outside

package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

func TestSkillsAndOffersInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	save := chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	visit := func(where, panel string) {
		t.Helper()
		b.do(js(`location.hash = "#/settings/` + where + `"`))
		b.pane(panel)
	}
	visit("skills/new", "skills")
	b.until(`document.querySelector(".panel").textContent.includes("there is none yet")`)
	visit("campaigns/new", "campaigns")
	b.until(`!!document.querySelector("[name=name]")`)
	b.do(chromedp.SendKeys("[name=name]", "Service"), save)
	b.until(`document.querySelector(".panel table")?.textContent.includes("service")`)
	b.axe("the campaigns")

	visit("skills/new", "skills")
	b.until(`!!document.querySelector("[name=criteria]")`)
	b.do(chromedp.SendKeys("[name=name]", "two words"), save)
	b.until(`document.querySelector("[data-field=name] .bad").textContent !== "" && document.activeElement.name === "name"`)
	b.axe("a skill that is refused")
	b.do(js(`document.querySelector("[name=name]").value = ""`), chromedp.SendKeys("[name=name]", "returns"), chromedp.SetValue("[name=criteria]", "preferred"),
		js(`document.querySelector("[name=criteria]").dispatchEvent(new Event("change"))`))
	b.until(`!document.querySelector("[name=timeout]").closest("[hidden]")`)
	b.do(js(`document.querySelector(".settings-form").requestSubmit()`))
	b.until(`document.querySelector("[data-field=timeout] .bad").textContent !== ""`)
	b.do(chromedp.SendKeys("[name=timeout]", "900"), save)
	b.until(`location.hash === "#/settings/skills/returns"`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	must(t, err)
	if k := cfg.Skills["returns"]; k == nil || k.Timeout != 900 || k.PreferBy != "case" || k.Campaign != "service" {
		t.Errorf("the house keeps %+v", k)
	}
	visit("skills/support", "skills")
	b.until(`document.querySelector("[name=name]")?.value === "SUPPORT"`)
	b.do(js(`for (const d of document.querySelectorAll("details")) d.open = true; document.querySelector("[name=accept_reject]").checked = true; document.querySelector(".settings-form").requestSubmit()`))
	b.until(`document.querySelector(".settings-form .state").textContent !== "" && !document.querySelector(".settings-form button.main").disabled`)
	b.axe("a skill")

	visit("agents", "agents")
	b.until(`document.querySelectorAll(".panel tbody tr").length === 5`)
	b.axe("the agents")
	visit("agents/ana", "agents")
	b.until(`document.querySelector("[name=skills]")?.value.includes("support: 1")`)
	b.do(chromedp.SetValue("[name=skills]", "support: 3\nreturns"), js(`document.querySelector(".settings-form").requestSubmit()`))
	b.until(`document.querySelector(".settings-form .state").textContent === "Saved"`)
	b.axe("an agent")
	a, err := h.desk.Store.Agent(t.Context(), "acme", "ana")
	must(t, err)
	if len(a.Skills) != 2 || a.Skills["support"] != 3 || a.Skills["returns"] != 1 {
		t.Errorf("the house keeps %+v", a.Skills)
	}
	for _, panel := range []string{"queues", "delivery"} {
		visit(panel, panel)
		b.until(`document.querySelector(".panel").children.length > 1`)
		b.axe(panel)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	for _, panel := range []string{"agents/ana", "agents", "skills/support", "skills", "delivery", "queues"} {
		visit(panel, strings.Split(panel, "/")[0])
		b.until(`innerWidth === 390 && document.querySelector(".panel").children.length > 0`)
		b.fits(panel)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1200, Height: 800, DeviceScaleFactor: 1})

	// A016: one says that one is on a call, and what that does.
	must(t, h.desk.SetRouting(t.Context(), "acme", "ana", guichet.Routing{VoiceBlocks: true}))
	b.do(js(`location.hash = "#/inbox"; location.reload()`))
	b.until(`!!document.querySelector("#list") && document.querySelector("[data-key=call]")?.getAttribute("aria-pressed") === "false" && document.querySelector("[data-key=call]").title.includes("no new cases")`)
	b.focus("[data-key=call]")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-key=call]").getAttribute("aria-pressed") === "true" && document.activeElement.dataset.key === "call"`)
	b.until(`document.querySelector("#live").textContent === "You are on a call"`)
	if a, err := h.desk.Store.Agent(t.Context(), "acme", "ana"); err != nil || !a.Voice {
		t.Errorf("on a call: %+v, %v", a, err)
	}
	b.axe("on a call")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-key=call]").getAttribute("aria-pressed") === "false"`)
	must(t, h.desk.SetRouting(t.Context(), "acme", "ana", guichet.Routing{}))

	// An offer: seen, announced, accepted by a key; why it came here; the next one rejected by its button.
	must(t, h.desk.SetPresence(t.Context(), "acme", "ana", "available"))
	first := string(h.mail("support@acme.example", firstMail).Case())
	b.do(js(`location.hash = "#/inbox/` + first + `"`))
	b.until(`!!document.querySelector(".offer [data-key=accept]")`)
	b.axe("an offer")
	b.until(`document.querySelector("#live").textContent.includes("offered to you")`)
	b.do(js(`document.querySelector("#pane h2").focus()`))
	b.keys("y")
	b.until(`!document.querySelector(".offer")`)
	b.do(js(`document.querySelector("details.chosen").open = true`))
	b.until(`document.querySelector("details.chosen").textContent.includes("proficiency 3, holds 0 of 50")`)
	b.axe("why this agent")
	// A105: the page that belongs to the case, one key away.
	me, err := h.desk.Store.Agent(t.Context(), "acme", "ana")
	must(t, err)
	me.App, me.Digital = guichet.AgentApp, true
	must(t, h.desk.Store.SaveAgent(t.Context(), "acme", *me))
	popped, err := h.desk.Store.Case(t.Context(), "acme", guichet.CaseID(first))
	must(t, err)
	popped.PopURL = "https://crm.example/?m=bo"
	tx := &store.Tx{}
	tx.Case(popped)
	must(t, h.desk.Store.Commit(t.Context(), tx))
	b.until(`document.querySelector("[data-key=pop]")?.href === "https://crm.example/?m=bo" && document.querySelector("[data-key=pop]").rel === "noopener noreferrer"`)
	b.axe("a page that belongs to the case")
	second := string(h.mail("support@acme.example", strings.ReplaceAll(firstMail, "first@", "second@")).Case())
	b.do(js(`location.hash = "#/inbox/` + second + `"`))
	b.until(`!!document.querySelector(".offer [data-key=reject]")`)
	b.focus(".offer [data-key=reject]")
	b.keys(kb.Enter)
	b.until(`!document.querySelector(".offer") && document.querySelector(".case-head").textContent.includes("waits for an agent")`)
	if c, err := h.desk.Store.Case(t.Context(), "acme", guichet.CaseID(second)); err != nil || !c.Waiting() || len(c.Rejected) != 1 {
		t.Errorf("rejected: %+v, %v", c, err)
	}
	if said := b.complaintsBut("422", "404"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}

// TestManyAgentsInABrowser: in a house of many agents the page knows those whom it shows, finds the others by name, and loads them a page at a time.
func TestManyAgentsInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	for i := range 130 {
		must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("a%03d", i)), Name: fmt.Sprintf("Number %03d", i), Role: "all", Limit: 5, Digital: true, Presence: guichet.Offline}))
	}
	must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: "zoltan", Name: "Zoltan Zett", Role: "all", Limit: 5, Digital: true, Presence: guichet.Offline}))
	id := string(h.mail("support@acme.example", firstMail).Case())
	must(t, h.desk.Assign(t.Context(), "acme", "ana", guichet.CaseID(id), "zoltan"))
	b.do(js(`location.hash = "#/recent/` + id + `"; location.reload()`))
	b.until(`document.querySelector(".case-head")?.textContent.includes("Zoltan Zett")`)
	b.until(`document.querySelector("#list")?.textContent.includes("Zoltan Zett")`)
	b.until(`document.querySelector("input#assign")?.getAttribute("list") === "assign-found"`)
	b.do(chromedp.SendKeys("#assign", "number 12"))
	b.until(`document.querySelectorAll("#assign-found option").length === 10 && document.querySelector("#assign-found option").value === "a120"`)
	b.axe("a case in a house of many agents")
	b.do(js(`document.querySelector("#assign").value = "a123"; document.querySelector("[data-key=assign-go]").click()`))
	b.until(`document.querySelector(".case-head")?.textContent.includes("Number 123")`)
	b.do(js(`document.querySelector("details.chosen").open = true`))
	b.until(`document.querySelectorAll("details.chosen li").length > 50`)
	n := b.value(`document.querySelectorAll("details.chosen li").length`)
	b.do(js(`document.querySelector("[data-key=why-more]").click()`))
	b.until(`document.querySelectorAll("details.chosen li").length > ` + fmt.Sprint(n))
	b.do(chromedp.SendKeys("#why-whom", "zoltan"), js(`document.querySelector("#why-whom").form.requestSubmit()`))
	b.until(`document.querySelector("details.chosen [role=status]").textContent.includes("Zoltan Zett: ")`)
	b.axe("why, of many agents")
	b.do(js(`location.hash = "#/settings/roles"`))
	b.pane("roles")
	b.until(`document.querySelectorAll("[data-key^=role-]").length === 50`)
	b.do(js(`document.querySelector("[data-key=more]").click()`))
	b.until(`document.querySelectorAll("[data-key^=role-]").length === 100`)
	b.axe("roles of many agents")
	if said := b.complaintsBut("422", "404"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}
