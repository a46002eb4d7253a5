//go:build outside

package inbox_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
)

// focused fails when the focus was lost: whoever works by keyboard would begin again at the top of the page.
func (b *browser) focused(after string) {
	b.Helper()
	if at := b.value(`document.activeElement === document.body || !document.activeElement ? "lost" : ""`); at != "" {
		b.Errorf("after %s the focus is lost", after)
	}
}

// press gives a control the focus and presses Enter on it.
func (b *browser) press(selector string) {
	b.Helper()
	b.until(`!!document.querySelector(` + quote(selector) + `)`)
	b.do(js(`document.querySelector(` + quote(selector) + `).focus()`))
	b.keys(kb.Enter)
}

func quote(s string) string { return "`" + s + "`" }

// TestEveryActByKeyboardAndBack walks through what can be done with a case by keys alone: each keeps the focus, says what was done, and is undone with z where it can be.
func TestEveryActByKeyboardAndBack(t *testing.T) {
	f := fullHouse(t, 3)
	b := f.enter(t)
	at := func(id string) *guichet.Case {
		t.Helper()
		c, err := f.desk.Store.Case(t.Context(), "acme", guichet.CaseID(id))
		must(t, err)
		return c
	}
	whole, part, long := f.cases["merged"], f.cases["quoted"], f.cases["hundred"]
	status := func(s string) func() bool {
		return func() bool { return string(at(f.cases["rtl"]).Status) == s }
	}
	for _, r := range []struct {
		situation, open string
		do              func()
		shown           string // in the browser
		is              func() bool
		back            bool
		undone          func() bool
	}{
		{"resolved with e", f.cases["rtl"], func() { b.keys("e") }, `document.querySelector("[data-key=status-resolved]")?.ariaPressed === "true"`, status("resolved"), true, status("open")},
		{"trashed with its button", f.cases["rtl"], func() { b.press("[data-key=status-trashed]") }, `document.querySelector("[data-key=status-trashed]")?.ariaPressed === "true"`, status("trashed"), true, status("open")},
		{"merged with m", part, func() {
			b.keys("m")
			b.until(`document.activeElement.id === "merge"`)
			b.keys(whole + kb.Enter)
		}, `location.hash.endsWith("` + whole + `") && !!document.querySelector("[data-key=unmerge-` + part + `]")`, func() bool { return at(part).Merged == guichet.CaseID(whole) }, true,
			func() bool { return at(part).Merged == "" }},
		{"a merge undone by its button", whole, func() { b.press("#pane [data-key^=unmerge-]") }, `!document.querySelector("#pane [data-key^=unmerge-]")`, func() bool { return len(at(whole).Parts) == 0 }, true,
			func() bool { return len(at(whole).Parts) == 1 }},
		{"a message split off", long, func() { b.keys("K"); b.press("#m-" + long + "-100 [data-key$=-split]") }, `!!document.querySelector("#m-` + long + `-100 .text a")`,
			func() bool {
				m, err := f.desk.Store.Message(t.Context(), "acme", guichet.MessageID(long+"-100"))
				return err == nil && m.Moved != ""
			}, true, func() bool { return len(at(long).Parts) == 1 }},
		{"spam, with what was opened", long, func() {
			b.press("#m-" + long + "-99 footer button")
			b.until(`!!document.querySelector("#m-` + long + `-99 .seg.quoted")`)
			b.press("#m-" + long + "-99 [data-key$=spam-PUT]")
		}, `document.querySelector("#m-` + long + `-99 .badge")?.textContent === "marked as spam" && !!document.querySelector("#m-` + long + `-99 .seg.quoted")`,
			func() bool {
				m, err := f.desk.Store.Message(t.Context(), "acme", guichet.MessageID(long+"-99"))
				return err == nil && m.Mark == guichet.MarkSpam
			}, false, nil},
		{"not spam", long, func() { b.press("#m-" + long + "-99 [data-key$=spam-DELETE]") }, `document.querySelector("#m-` + long + `-99 .badge")?.textContent === "marked as not spam"`,
			func() bool {
				m, err := f.desk.Store.Message(t.Context(), "acme", guichet.MessageID(long+"-99"))
				return err == nil && m.Mark == guichet.MarkHam
			}, false, nil},
		{"returned and taken", f.cases["arabic"], func() {
			b.keys("u")
			b.until(`!!document.querySelector("[data-key=take]")`)
			b.press("[data-key=take]")
		}, `!!document.querySelector("[data-key=return]")`,
			func() bool { return at(f.cases["arabic"]).Agent == "ana" }, false, nil},
		{"assigned by its choice and its button", f.cases["japanese"], func() {
			b.focus("#assign")
			b.keys("Sky")
			if got := at(f.cases["japanese"]).Agent; got != "ana" {
				t.Errorf("walking through the choice gave the case to %s", got)
			}
			b.press("[data-key=assign-go]")
		}, `document.querySelector(".case-head").textContent.includes("Sky has it")`, func() bool { return at(f.cases["japanese"]).Agent == "sky" }, false, nil},
		{"transferred", f.cases["subject"], func() { b.focus("#transfer"); b.keys("BILLING"); b.press("[data-key=transfer-go]") }, `document.querySelector("#transfer")?.value === "" && ![...document.querySelector("#transfer").options].some(o => o.value === "billing")`,
			func() bool { return at(f.cases["subject"]).Skill == "billing" }, false, nil},
		{"released where it stands", f.cases["held"], func() { b.press("#pane [data-key$=-release]") }, `document.querySelector("#pane .msg .text").textContent.includes("See the file.")`, func() bool { return !at(f.cases["held"]).Held }, false, nil},
		{"decided again", f.cases["rtl"], func() {
			b.click(".msg.inbound button", "Why here?")
			b.press("#pane [data-key$=-replay]")
		}, `document.querySelector("#pane .why").textContent.includes("The same decision, to the last byte.") && document.querySelector("#pane .why").textContent.includes("versions: ")`, func() bool { return true }, false, nil},
	} {
		b.visit("recent/" + r.open)
		r.do()
		b.until(r.shown)
		if !r.is() {
			t.Errorf("%s: the house knows nothing of it", r.situation)
		}
		b.focused(r.situation)
		if !r.back {
			continue
		}
		b.until(`!!document.querySelector("#done") && document.querySelector("#live").textContent.includes("Press z")`)
		b.axe(r.situation)
		b.keys("z")
		b.until(`!document.querySelector("#done") && document.querySelector("#live").textContent === "Undone"`)
		f.until(r.undone, r.situation+", undone")
		b.focused(r.situation + ", undone")
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(said, "\n"))
	}
}
