//go:build outside

package inbox_test

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

// settingsHouse is a house with its page, and somebody signed in.
func settingsHouse(t *testing.T, agent string) (*house, *browser) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	srv := httptest.NewServer(h.h)
	t.Cleanup(srv.Close)
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=` + agent + `]")`)
	b.focus("[data-agent=" + agent + "]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("#list h2")`)
	return h, b
}

// pane waits until a panel of the settings is shown.
func (b *browser) pane(name string) {
	b.Helper()
	b.until(`!!document.querySelector(".panel[data-panel=` + name + `]")`)
}

// fits reports what is wider than a phone's screen.
func (b *browser) fits(where string) {
	b.Helper()
	if wide := b.value(`[...document.querySelectorAll("#main *")].filter(n => !n.closest(".wide") && n.getBoundingClientRect().right > 391).map(n => n.outerHTML.slice(0,90)).join("\n")`); wide != "" {
		b.Errorf("%s is wider than a phone: %v", where, wide)
	}
}

func TestTheSettingsInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	b.keys("gt")
	b.pane("channels")
	b.until(`!!document.querySelector("#panels a") && document.querySelector("#top a[aria-current]").hash === "#/settings"`)
	b.keys("j")
	b.until(`document.activeElement.closest("#panels")`)
	b.do(js(`location.hash = "#/settings/lists"`))
	b.until(`document.activeElement.id === "panel-title"`)
	b.axe("the lists")
	b.do(chromedp.SendKeys("[name=block]", "two words"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[data-field=block] .bad").textContent.includes("two words") && document.activeElement.name === "block" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	b.axe("a list that is refused")
	b.do(js(`document.querySelector("[name=block]").value = ""`), chromedp.SendKeys("[name=block]", "Spam.example"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[name=block]")?.value === "spam.example"`)
	if cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme"); err != nil || !slices.Equal(cfg.Lists.Block, []string{"spam.example"}) {
		t.Errorf("the house keeps %v, %v", cfg.Lists, err)
	}
	b.until(`document.activeElement.name === "block" && document.querySelector("form .state").textContent === "Saved: 0 allowed, 1 blocked"`)
	b.click("header button", "Français")
	b.until(`document.querySelector("#panel h2")?.textContent === "Expéditeurs admis et bloqués"`)
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390 && getComputedStyle(document.querySelector("#panels")).display === "none"`)
	b.fits("a panel")
	b.axe("a panel on a phone")
	b.do(chromedp.Click("#panel .back"))
	b.until(`getComputedStyle(document.querySelector("#panel")).display === "none" && document.activeElement.closest("#panels")`)
	b.fits("the list of panels")
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	b.do(js(`location.hash = "#/recent"`))
	b.until(`!!document.querySelector("#list h2") && !document.querySelector("#panels")`)
	if said := b.complaintsBut("422"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}

// complaintsBut are the complaints, without those of answers that were to be refused.
func (b *browser) complaintsBut(statuses ...string) string {
	var out []string
	for _, s := range b.complaints() {
		expected := false
		for _, status := range statuses {
			expected = expected || strings.Contains(s, status)
		}
		if !expected {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

// TestAgentsNeverLoadTheSettings: who may not configure has no such view, by no way.
func TestAgentsNeverLoadTheSettings(t *testing.T) {
	_, b := settingsHouse(t, "rob")
	b.keys("gt")
	b.do(js(`location.hash = "#/settings/lists"`))
	b.until(`document.querySelector("#top a[aria-current]").hash === "#/inbox"`)
	if n := b.value(`performance.getEntriesByType("resource").filter(e => e.name.includes("settings")).length`); n != 0.0 {
		t.Errorf("%v files of the settings were fetched", n)
	}
}

// tab walks with the keyboard to what a condition on document.activeElement says.
func (b *browser) tab(cond string) {
	b.Helper()
	for range 120 {
		if b.value(`(n => !!(`+cond+`))(document.activeElement)`) == true {
			return
		}
		b.keys(kb.Tab)
	}
	b.Fatalf("the keyboard does not reach %s; it is at %v", cond, b.value(`document.activeElement.outerHTML.slice(0,200)`))
}

// TestAChannelIsMadeByKeyboard: a domain is claimed, a tag and a channel made, its flow switched on, its format tried, all by the keyboard alone; then mail comes and goes on it.
func TestAChannelIsMadeByKeyboard(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	h.desk.Identities = channel.OneMachine{}
	must(t, h.desk.SetPresence(t.Context(), "acme", "ana", guichet.Available))
	b.keys("gt")
	b.pane("channels")
	b.axe("the channels")
	b.tab(`n.dataset.key === "panel-domains"`)
	b.keys(kb.Enter)
	b.pane("domains")
	b.tab(`n.name === "domain"`)
	b.keys("loans.example" + kb.Enter)
	b.until(`document.querySelector(".panel h3")?.textContent === "loans.example"`)
	b.axe("a domain")
	b.tab(`n.dataset.key === "panel-tags"`)
	b.keys(kb.Enter)
	b.pane("tags")
	b.tab(`n.dataset.key === "new"`)
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("[name=id]")`)
	b.tab(`n.name === "id"`)
	b.keys("two words" + kb.Enter)
	b.until(`document.querySelector("[data-field=id] .bad").textContent !== "" && document.activeElement.name === "id"`)
	b.do(js(`document.activeElement.select()`))
	b.keys("bulk" + kb.Enter)
	b.until(`!!document.querySelector("[data-key=tag-bulk]")`)
	b.axe("the tags")
	b.tab(`n.dataset.key === "panel-channels"`)
	b.keys(kb.Enter)
	b.pane("channels")
	b.tab(`n.dataset.key === "new"`)
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("[name=local_part]")`)
	b.tab(`n.name === "name"`)
	b.keys("Loans")
	b.tab(`n.name === "local_part"`)
	b.keys("help me")
	b.tab(`n.name === "domain"`)
	b.keys("loans")
	b.tab(`n.name === "skill"`)
	b.keys("SUPPORT")
	b.tab(`n.type === "submit" && n.closest(".panel")`)
	b.keys(" ")
	b.until(`document.activeElement.name === "local_part" && document.querySelector("[data-field=local_part] .bad").textContent !== ""`)
	b.axe("a channel that is refused")
	b.do(js(`document.activeElement.select()`))
	b.keys("help")
	b.until(`document.querySelector("#contact").textContent === "help@loans.example"`)
	b.keys(kb.Enter)
	b.until(`document.querySelector(".panel h3")?.textContent === "Loans" && !!document.querySelector("[name=outbound_enabled]")`)
	b.tab(`n.name === "outbound_enabled"`)
	b.keys(" ")
	b.tab(`n.name === "spam_tag"`)
	b.keys("bulk")
	b.tab(`n.tagName === "SUMMARY" && n.textContent.startsWith("Threading")`)
	b.keys(kb.Enter)
	b.tab(`n.name === "delimiter"`)
	b.keys("[")
	b.until(`document.querySelector(".lint")?.textContent.includes("0 times")`)
	b.axe("a channel's settings")
	b.tab(`n.type === "submit" && n.closest(".panel")`)
	b.keys(" ")
	b.until(`document.querySelector("form .state")?.textContent === "Saved: version 2"`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	must(t, err)
	ch := cfg.Channels["help"]
	if f, _ := ch.Format(); !ch.Outbound || ch.SpamTag != "bulk" || f.Delimiter != "square" || ch.Skill != "support" || ch.Address != "help@loans.example" || ch.Thread != "" {
		t.Errorf("the channel is %+v", ch)
	}
	b.mailOn(h, "help@loans.example")
	b.roles(h)
	b.narrow("channels/help", "channels", "domains/loans.example", "roles/reader", "roles", "tags")
	if said := b.complaintsBut("422"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}

// mailOn has a mail come to the new channel, and answers it by the keyboard.
func (b *browser) mailOn(h *house, to string) {
	b.Helper()
	var out channel.Outgoing
	h.sends = func(m channel.Outgoing) (channel.Sent, error) { out = m; return channel.Sent{}, nil }
	id := h.mail(to, strings.Replace(firstMail, "support@acme.example", to, 1))
	b.do(js(`document.activeElement.blur()`))
	b.keys("gi")
	b.until(`document.querySelectorAll("#list .tile").length === 1`)
	b.keys("j" + kb.Enter)
	b.until(`document.querySelector("#pane h2")?.textContent.includes("` + string(id.Case()) + `")`)
	b.keys("r")
	b.until(`document.activeElement.id === "text"`)
	b.keys("Dear Bo, it is lent.")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelectorAll(".msg.outbound").length === 1`)
	h.pass(time.Minute)
	for range 20 {
		must(b, h.desk.SweepSLA(b.Context()))
		h.work()
		if out.From != "" {
			break
		}
		h.pass(time.Minute)
	}
	if out.From != to || !strings.Contains(string(out.Raw), "[#"+string(id.Case())+"]") {
		b.Errorf("sent from %q:\n%s", out.From, out.Raw)
	}
}

// roles takes a tick of a role's matrix, by the keyboard.
func (b *browser) roles(h *house) {
	b.Helper()
	b.do(js(`location.hash = "#/settings/roles/noskills"`))
	b.until(`!!document.querySelector(".matrix") && document.querySelector(".panel h3").textContent === "noskills"`)
	b.tab(`n.dataset.key === "help-note"`)
	b.keys(" ")
	b.until(`document.activeElement.dataset.key === "help-note" && document.activeElement.checked && document.querySelector("#live").textContent === "Saved"`)
	cfg, err := h.desk.Store.FreshConfig(b.Context(), "acme")
	if must(b, err); !cfg.Roles["noskills"].May(guichet.CanNote, "help") {
		b.Errorf("the role is %+v", cfg.Roles["noskills"])
	}
	b.axe("a role's matrix")
}

// narrow looks at panels on a phone, in French.
func (b *browser) narrow(panels ...string) {
	b.Helper()
	b.click("header button", "Français")
	b.until(`document.documentElement.lang === "fr"`)
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	for _, p := range panels {
		name, rest, _ := strings.Cut(p, "/")
		b.do(js(`location.hash = "#/settings/` + p + `"`))
		b.until(`!!document.querySelector(".panel[data-panel=` + name + `]") && document.querySelector("#panel h2").textContent !== "" && (` + strconv.FormatBool(rest == "") + ` || !!document.querySelector(".panel h3"))`)
		b.until(`document.querySelector("#panels a[aria-current]")?.hash === "#/settings/` + name + `" && innerWidth === 390`)
		b.fits(p)
		b.axe(p + " on a phone")
		if text := b.value(`document.querySelector("#panel").innerText.match(/\bset\.[a-z.]+/)?.[0] || ""`); text != "" {
			b.Errorf("%s shows the key %v", p, text)
		}
	}
}

// TestTwoPeopleChangeAChannel: whoever saves second is told what the first changed, and may put his own in its place; the switch of the list, and deleting, by the keyboard.
func TestTwoPeopleChangeAChannel(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	h.desk.Identities = channel.OneMachine{}
	h.mail("billing@acme.example", strings.Replace(firstMail, "My shoes are wet", "Order "+string(guichet.NewCaseID(9000)), 1))
	b.do(js(`location.hash = "#/settings/channels/billing"`))
	b.until(`!!document.querySelector("[name=burst]")`)
	_, err := h.desk.ChangeChannel(t.Context(), "acme", "ana", "billing", 0, func(c *guichet.Channel) error { c.ForceTLS, c.Burst = true, 9; return nil })
	must(t, err)
	b.tab(`n.name === "burst"`)
	b.keys("12" + kb.Enter)
	b.until(`document.querySelector("form .state").textContent.includes("Mails of one sender at once, Force TLS")`)
	b.axe("a change that came second")
	b.tab(`n.name === "burst"`)
	b.keys(kb.Enter)
	b.until(`document.querySelector("form .state").textContent === "Saved: version 3"`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	if must(t, err); !cfg.Channels["billing"].ForceTLS || cfg.Channels["billing"].Burst != 12 {
		t.Errorf("both changes: %+v", cfg.Channels["billing"])
	}
	b.tab(`n.tagName === "SUMMARY" && n.textContent.startsWith("Threading")`)
	b.keys(kb.Enter)
	b.tab(`n.name === "threading"`)
	b.keys("The")
	b.tab(`n.name === "hidden"`)
	b.keys(" ")
	b.until(`document.querySelector(".lint")?.textContent.includes("taken a foreign number for a ticket number 0 times") && document.querySelector(".lint .small").textContent.includes("1 times")`)
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-field=threading] .bad").textContent !== "" && document.activeElement.name === "threading"`)
	b.tab(`n.tagName === "SUMMARY" && n.textContent.startsWith("History")`)
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll("details.group table tbody tr").length === 3`)
	b.axe("a channel's history")
	b.do(js(`location.hash = "#/settings/channels"`))
	b.until(`!!document.querySelector("[data-key=out-billing]")`)
	b.tab(`n.dataset.key === "out-billing"`)
	b.keys(kb.Enter)
	b.until(`document.activeElement.dataset.key === "out-billing" && document.activeElement.textContent === "Enable"`)
	b.do(js(`location.hash = "#/settings/channels/billing"`))
	b.until(`!!document.querySelector("[data-key=delete]")`)
	b.tab(`n.dataset.key === "delete"`)
	b.keys(kb.Enter)
	b.until(`document.querySelector("dialog[open]")?.textContent.includes("billing@acme.example")`)
	b.axe("the question before deleting")
	b.keys(kb.Escape)
	b.until(`!document.querySelector("dialog")`)
	b.tab(`n.dataset.key === "delete"`)
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("dialog[open]")`)
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll(".panel tbody tr").length === 1`)
	if said := b.complaintsBut("422", "409"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}
