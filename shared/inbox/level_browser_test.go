//go:build outside

package inbox_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
)

// set types a value into a field of the settings.
func (b *browser) set(name, value string) {
	b.Helper()
	b.do(js(`(() => { const n = document.querySelector(".panel [name='` + name + `']"); n.value = ""; n.focus(); })()`))
	b.keys(value)
}

// TestServiceLevelsInABrowser: an operator makes a calendar with its holidays, gives the house its targets, sees what that promises and moves, applies it to the open cases, and
// gives one channel its own; by keyboard, in two languages, on a phone.
func TestServiceLevelsInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	n := string(h.mail("support@acme.example", firstMail).Case())
	b.do(js(`location.hash = "#/settings/calendars"`))
	b.pane("calendars")
	b.axe("no calendars")
	b.do(js(`location.hash = "#/settings/calendars/new"`))
	b.until(`!!document.querySelector(".panel [name=name]")`)
	b.set("name", "Office")
	b.set("calendar.zone", "Europe/Atlantis")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-field='calendar.zone'] .bad").textContent.includes("Atlantis") && document.activeElement.name === "calendar.zone"`)
	b.set("calendar.zone", "Europe/Paris")
	b.set("calendar.week.tue", "09:00-25:00")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-field='calendar.week.tue'] .bad").textContent.includes("25:00")`)
	b.axe("a calendar that is refused")
	b.set("calendar.week.tue", "09:00-12:00, 13:00-18:00")
	b.do(js(`document.querySelector("[name='calendar.special']").value = "2026-12-24 09:00-12:00"`))
	b.set("name", "Office")
	b.keys(kb.Enter)
	b.until(`location.hash === "#/settings/calendars/office" && !!document.querySelector("#ics")`)
	ics := filepath.Join(t.TempDir(), "fr.ics")
	must(t, os.WriteFile(ics, []byte("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), 0o600))
	b.do(chromedp.SetUploadFiles("#ics", []string{ics}))
	b.until(`document.querySelector("#holidays-said").textContent.startsWith("1 holidays")`)
	b.axe("a calendar")

	world := &feeds{ics: holiday("20261225", "20261226")}
	h.desk.Feeds = world
	b.set("url", "http://days.example/fr.ics")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-field=url] .bad").textContent.includes("https")`)
	b.set("url", "https://days.example/fr.ics")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#holidays-said").textContent.startsWith("2 holidays") && document.querySelector("#feed-said").textContent.startsWith("Read ") && document.querySelector("#ics").disabled`)
	b.axe("a calendar with a feed")
	b.click(".panel button", "Take the feed away")
	b.until(`!document.querySelector("#feed-said").textContent && !document.querySelector("#ics").disabled && document.activeElement.name === "url"`)
	world.err = &guichet.Error{Kind: guichet.Temporary, Text: "the server of the feed answered 503"}
	b.set("url", "https://days.example/fr.ics")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#feed-said").textContent.includes("answered 503")`)
	b.click(".panel button", "Take the feed away")

	b.do(js(`location.hash = "#/settings/levels"`))
	b.pane("levels")
	b.until(`!!document.querySelector("[name=calendarId]")`)
	b.do(js(`document.querySelector("[name=calendarId]").value = "office"`))
	b.set("first.h", "99")
	b.keys(kb.Enter)
	b.until(`document.querySelector("[data-field=first] .bad").textContent.includes("23")`)
	b.set("first.h", "2")
	b.set("warn", "50, 80")
	b.do(js(`document.querySelector("[name='pause.pending']").click()`))
	b.click(".panel form button", "What would it do?")
	b.until(`document.querySelector(".panel form").textContent.includes("1 of 1 open cases") && document.querySelector(".panel table a[href='#/recent/` + n + `']")`)
	b.axe("a preview")
	b.set("warn", "50, 80")
	b.keys(kb.Enter)
	b.until(`document.querySelector(".panel form .state").textContent === "Saved"`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	if l := cfg.Tenant.SLA; err != nil || l.First != 7200 || l.Uses != "office" || len(l.Warn) != 2 || len(l.Pause) != 1 {
		t.Errorf("saved: %+v, %v", l, err)
	}
	b.do(chromedp.Click("#levels-apply"))
	b.until(`!!document.querySelector("dialog[open]")`)
	b.axe("the question")
	b.click("dialog button", "Apply to open cases")
	b.until(`document.querySelector("#levels-work").textContent.startsWith("In progress")`)
	h.pass(time.Minute)
	must(t, h.desk.SweepSLA(t.Context()))
	b.until(`document.querySelector("#levels-work").textContent.includes("Done, begun by Ana: 1 cases looked at, 1 open, 1 moved")`)

	b.do(js(`location.hash = "#/settings/levels/support"`))
	b.until(`!!document.querySelector("[name=sla_mode]")`)
	b.do(js(`(() => { const n = document.querySelector("[name=sla_mode]"); n.value = "own"; n.dispatchEvent(new Event("change")); })()`))
	b.set("next.m", "30")
	b.keys(kb.Enter)
	b.until(`document.querySelector(".panel form .state").textContent === "Saved"`)
	if cfg, err = h.desk.Store.FreshConfig(t.Context(), "acme"); err != nil || !cfg.Channels["support"].OwnSLA || cfg.Channels["support"].SLA.Next != 1800 {
		t.Errorf("the channel's own: %+v, %v", cfg.Channels["support"].SLA, err)
	}
	b.click("header button", "Français")
	b.until(`document.querySelector("#panel h2")?.textContent === "Niveaux de service"`)
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390`)
	b.fits("a service level")
	b.axe("a service level on a phone")
	b.do(js(`location.hash = "#/settings/calendars/office"`))
	b.until(`!!document.querySelector("#ics")`)
	b.fits("a calendar")
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	b.click("header button", "English")

	// Who clicks into the reply field sees the clocks, as they are (A023).
	b.do(js(`location.hash = "#/recent/` + n + `"`))
	b.until(`!!document.querySelector("#text")`)
	b.focus("#text")
	b.until(`document.querySelectorAll("#compose-clocks .sla").length === 2 && document.querySelector("#compose-clocks").textContent.includes("First response")`)
	b.axe("the clocks above the answer")
	if said := b.complaintsBut("422"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}
