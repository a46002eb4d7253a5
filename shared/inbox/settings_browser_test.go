//go:build outside

package inbox_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/inbox"
)

// settingsHouse is a house with its page, and somebody signed in.
func settingsHouse(t *testing.T, agent string) (*house, *browser) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	srv := httptest.NewServer(h.h)
	t.Cleanup(srv.Close)
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=` + agent + `]")`)
	b.do(chromedp.Focus("[data-agent=" + agent + "]"))
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
	b.pane("lists")
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
