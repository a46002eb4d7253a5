//go:build outside

package inbox_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// panelNames are the panels of the settings, with a part of each that has parts.
var panelNames = []string{"channels", "channels/support", "domains", "roles", "roles/reader", "tags", "lists", "skills", "skills/new", "skills/vip", "agents", "agents/ana", "agents/new", "queues",
	"campaigns", "campaigns/new", "delivery", "scripts", "scripts/new", "scripts/triage", "rules", "rules/new", "rules/gold", "fields", "levels", "levels/support", "calendars", "calendars/new",
	"calendars/office-hours", "templates", "templates/new", "signatures", "signatures/new", "relays", "relays/support", "suppressed", "forms", "forms/new", "boxes", "export"}

// enter opens the page of a full house as ana.
func (f *full) enter(t *testing.T) *browser {
	b := openBrowser(t, f.url)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("#list h2")`)
	return b
}

// wide sets the size of the window.
func (b *browser) wide(w, h int64) {
	b.Helper()
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: h, DeviceScaleFactor: 1, Mobile: w < 700})
	b.until(fmt.Sprintf("innerWidth === %d", w))
}

// visit goes to an address and waits until what it names is drawn.
func (b *browser) visit(where string) {
	b.Helper()
	b.do(js(`location.hash = "#/` + where + `"`))
	view, rest, _ := strings.Cut(where, "/")
	panel, part, _ := strings.Cut(rest, "/")
	switch {
	case view == "settings":
		b.until(`document.querySelector(".panel")?.dataset.panel === "` + panel + `" && document.querySelector(".panel").children.length > 0 && document.querySelector(".panel").dataset.rest === "` + part + `"`)
	case rest != "":
		b.until(`document.querySelector("#pane h2 .no")?.textContent === "` + rest + `" && !!document.querySelector(".compose")`)
	case view == "quarantine" || view == "sent":
		b.until(`!!document.querySelector("#main > h2")`)
	default:
		b.until(`!!document.querySelector("#list h2")`)
	}
}

// beyond lists what stands out of the window at its right, and is not in a box that scrolls by itself.
const beyond = `[...document.querySelectorAll("body *")].filter(n => {
	const r = n.getBoundingClientRect();
	if (!r.width || r.right <= innerWidth + 1 || n.closest(".sr,.wide,iframe")) return false;
	for (let p = n.parentElement; p; p = p.parentElement) { const s = getComputedStyle(p); if (p !== document.body && p.id !== "main" && s.overflowX !== "visible" && p.getBoundingClientRect().right <= innerWidth + 1) return false; }
	return true; }).map(n => n.outerHTML.slice(0, 90)).concat([...document.querySelectorAll("#main,#list,#pane,#panel,.case-head,.msg,.card,.draft,dialog")].filter(n => n.scrollWidth > n.clientWidth + 1).map(n => "is overfull: " + (n.id || n.className))).join("\n")`

// targets lists what is pressed and is smaller than 24 by 24 pixels (WCAG 2.5.8), but for links in a sentence.
const targets = `[...document.querySelectorAll("button,select,summary,input:not([type=hidden]),a")].filter(n => {
	const r = n.getBoundingClientRect();
	return r.width && r.height && !n.closest(".skip,.field.tick,p,td,li span,.msg .text,caption,label,header .small,h3") && (r.height < 23.5 || r.width < 23.5); }).map(n => n.outerHTML.slice(0, 90) + " " + n.getBoundingClientRect().height).join("\n")`

// unsaid lists keys that are shown in place of their texts.
const unsaid = `(document.body.innerText.match(/(^|\s)(set|error|view|do|clock|why|badge|status|key|rule|auto|delivery|presence|offer|warning)\.[a-z-]+[a-z.-]*/gm) || []).join(", ")`

// TestEveryViewInABrowser looks at every view, every case that is hard to show and every panel, in both languages, three widths and both colour schemes, with axe, and for what stands out, is too small to press or shows a key.
func TestEveryViewInABrowser(t *testing.T) {
	f := fullHouse(t, 200)
	b := f.enter(t)
	views := []string{"inbox", "waiting", "recent", "search:customer", "quarantine", "sent"}
	for _, name := range sorted(f.cases) {
		views = append(views, "recent/"+f.cases[name])
	}
	for _, p := range panelNames {
		views = append(views, "settings/"+p)
	}
	names := map[string]string{}
	for name, id := range f.cases {
		names["recent/"+id] = "case-" + name
	}
	for _, look := range []struct {
		lang, scheme string
		w, h         int64
	}{{"en", "light", 1400, 900}, {"en", "dark", 900, 700}, {"fr", "light", 390, 844}} {
		if only := os.Getenv("LOOK"); only != "" && only != look.lang+look.scheme {
			continue
		}
		b.wide(1400, 900)
		b.look(look.scheme)
		if b.value(`document.documentElement.lang`) != look.lang {
			b.visit("inbox")
			b.click("header button", "Français")
			b.until(`document.documentElement.lang === "fr"`)
		}
		b.wide(look.w, look.h)
		for _, v := range views {
			b.visit(v)
			at := fmt.Sprintf("%s %s %s at %d", look.lang, look.scheme, strings.ReplaceAll(orElse(names[v], v), "/", "-"), look.w)
			b.axe(at)
			for what, code := range map[string]string{"stands out": beyond, "is too small": targets, "is a key": unsaid} {
				if got := b.value(code); got != "" {
					t.Errorf("%s: %s: %v", at, what, got)
				}
			}
			b.shot(strings.ReplaceAll(at, " ", "-"))
		}
	}
	for _, link := range b.value(`[...document.querySelectorAll("#panels a")].map(a => a.hash.slice(11))`).([]any) {
		if !slices.Contains(panelNames, link.(string)) {
			t.Errorf("nobody looks at the panel %s: add it to panelNames", link)
		}
	}
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	if said := b.complaintsBut("404"); said != "" { // a channel without a relay
		t.Errorf("the browser complains: %s", said)
	}
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func sorted(m map[string]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
