//go:build outside

package inbox_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestSavingKeepsTheFocus presses the button of every form of the settings by its key: it says what came of it, and whoever pressed it is still there, or at the field that is wrong.
func TestSavingKeepsTheFocus(t *testing.T) {
	f := fullHouse(t, 2)
	b := f.enter(t)
	form := `document.querySelector(".panel .settings-form [type=submit]")`
	for _, r := range []struct{ where, button, said string }{
		{"lists", form, "Saved: 1 allowed, 2 blocked"},
		{"agents/ana", form, "Saved"},
		{"agents/new", form, "!"},
		{"skills/vip", form, "Saved"},
		{"skills/new", form, "!"},
		{"campaigns/service", form, "Saved"},
		{"delivery", form, "Saved"},
		{"calendars/office-hours", form, "Saved"},
		{"calendars/new", form, "!"},
		{"levels", form, "Saved"},
		{"levels", `[...document.querySelectorAll(".panel form button")].find(n => n.textContent === "What would it do?")`, ""},
		{"levels/support", form, "Saved"},
		{"channels/support", form, "Saved: version"},
		{"templates/new", form, "!"},
		{"signatures/2", form, "Saved"},
		{"forms/new", form, "!"},
		{"fields", form, "Saved"},
		{"rules/gold", `[...document.querySelectorAll("#panel button")].find(n => n.textContent === "Save")`, "It is version 1 already."},
		{"rules/gold", `[...document.querySelectorAll("#panel button")].find(n => n.textContent === "Check")`, "Nothing is wrong with it."},
		{"scripts/triage", `[...document.querySelectorAll("#panel button")].find(n => n.textContent === "Check")`, "Nothing is wrong with it."},
		{"roles/reader", form, "Saved"},
	} {
		b.visit("settings/" + r.where)
		b.until("!!" + r.button)
		b.do(js(r.button + `.focus()`))
		b.keys(kb.Enter)
		if r.said == "!" {
			b.until(`document.activeElement.getAttribute("aria-invalid") === "true" && document.activeElement.closest(".field,fieldset").querySelector(".bad").textContent !== ""`)
		} else {
			b.until(`[...document.querySelectorAll(".panel .state")].some(n => n.textContent.startsWith("` + r.said + `"))`)
			b.until(`!document.querySelector(".panel [aria-disabled]")`)
		}
		b.focused(r.where)
		b.axe(r.where + ", saved")
	}
	if said := b.complaintsBut("422", "404"); said != "" {
		t.Errorf("the browser complains: %s", strings.ReplaceAll(said, "\n", "\n\t"))
	}
}
