//go:build outside

package inbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
)

// another opens a second tab of the same browser, at an address.
func (b *browser) another(url string) *browser {
	b.Helper()
	ctx, stop := chromedp.NewContext(b.ctx)
	b.Cleanup(stop)
	o := &browser{T: b.T, ctx: ctx}
	must(b, chromedp.Do(ctx, chromedp.Navigate(url))) // not under a limit of time: the tab would end with it
	return o
}

// TestThePageIsSteady: what a day brings to a page that stays open: reloads, the button back, a lost connection, a slow house, a second tab, mail that comes while one reads.
func TestThePageIsSteady(t *testing.T) {
	f := fullHouse(t, 80)
	b := f.enter(t)
	first, second := f.cases["rtl"], f.cases["arabic"]
	for _, r := range []struct {
		situation string
		do        func()
	}{
		{"an address leads to its case, and back to its list", func() {
			o := b.another(f.url + "/#/waiting/" + first)
			o.until(`document.querySelector("#pane h2 .no")?.textContent === "` + first + `" && document.querySelector("#top a[aria-current]").hash === "#/waiting"`)
			o.do(js(`location.hash = "#/recent/` + second + `"`))
			o.until(`document.querySelector("#pane h2 .no")?.textContent === "` + second + `"`)
			o.do(js(`history.back()`))
			o.until(`document.querySelector("#pane h2 .no")?.textContent === "` + first + `" && document.querySelector("#list h2").textContent === "Waiting"`)
			o.keys(kb.Escape)
			o.until(`!document.querySelector(".case-head") && location.hash === "#/waiting"`)
		}},
		{"an address of nothing says so, and offers to try again", func() {
			b.do(js(`location.hash = "#/recent/999999"`))
			b.until(`document.querySelector("#pane .hint button")?.textContent === "Try again" && document.querySelector("#alert").textContent.includes("Check the number")`)
			b.axe("a case that is not there")
			b.keys(kb.Escape)
			b.until(`document.querySelector("#alert").textContent === ""`)
		}},
		{"the house is away, and comes back", func() {
			b.visit("recent/" + first)
			b.focus("#text")
			b.keys("Dear David")
			f.down.Store(true)
			b.until(`document.querySelector("#alert").textContent.includes("does not answer")`)
			b.do(js(`location.hash = "#/recent/` + second + `"`))
			b.until(`!!document.querySelector("#pane .hint button")`)
			b.axe("a house that is away")
			f.down.Store(false)
			b.until(`document.querySelector("#pane h2 .no")?.textContent === "` + second + `" && document.querySelector("#alert").textContent === ""`)
			b.visit("recent/" + first)
			b.until(`document.querySelector("#text").value === "Dear David"`)
		}},
		{"the house is away when the page is opened", func() {
			f.down.Store(true)
			b.do(js(`document.querySelector("[data-key=language]").click()`))
			b.until(`document.querySelector("#alert").textContent !== ""`)
			f.down.Store(false)
			b.until(`document.documentElement.lang === "fr" && document.querySelector("#alert").textContent === "" && document.querySelector("#list h2")?.textContent === "Tous les dossiers"`)
			b.do(js(`document.querySelector("[data-key=language]").click()`))
			b.until(`document.documentElement.lang === "en" && document.querySelector("#list h2")?.textContent === "All cases" && document.activeElement.dataset.key === "language"`)
		}},
		{"a slow house: the case before takes no clicks, and it shows", func() {
			b.visit("recent/" + first)
			gate := make(chan struct{})
			f.gate.Store(&gate)
			b.do(js(`location.hash = "#/recent/` + second + `"`))
			b.until(`document.body.dataset.busy === "yes" && document.querySelector("#pane").inert`)
			b.keys("e")
			f.gate.Store(nil)
			close(gate)
			b.until(`document.querySelector("#pane h2 .no")?.textContent === "` + second + `" && !document.querySelector("#pane").inert && !document.body.dataset.busy`)
			for _, n := range []string{first, second} {
				if c, err := f.desk.Store.Case(t.Context(), "acme", guichet.CaseID(n)); err != nil || c.Status != guichet.Open {
					t.Errorf("case %s is %v, %v", n, c.Status, err)
				}
			}
		}},
		{"two tabs: what is done in one shows in the other", func() {
			b.visit("recent/" + first)
			o := b.another(f.url + "/#/recent/" + first)
			o.until(`!!document.querySelector(".compose")`)
			o.do(js(`document.querySelector("[data-key=status-escalated]").click()`))
			b.until(`document.querySelector(".case-head .badge")?.textContent === "Escalated"`)
			o.focus("#text")
			o.keys("Welcome")
			b.do(js(`document.activeElement.blur()`))
			b.until(`document.querySelector("#text").value.includes("Welcome")`)
			o.do(js(`{ const p = document.querySelector("#presence"); p.value = "busy"; p.dispatchEvent(new Event("change")); }`))
			b.until(`document.querySelector("#presence").value === "busy"`)
			b.visit("quarantine")
			o.visit("quarantine")
			o.do(js(`document.querySelector("[data-key^=rel-]").click()`))
			b.until(`document.querySelectorAll("[data-key^=rel-]").length === 2`)
		}},
		{"mail comes: the list stands still, and what is typed stays", func() {
			must(t, f.desk.SetPresence(t.Context(), "acme", "ana", guichet.Busy)) // new cases wait, and are counted in the head of the page
			b.visit("recent")
			b.do(js(`document.querySelector("#list").scrollTop = 900`), chromedp.Focus("#find"))
			b.keys("ship")
			where := `[...document.querySelectorAll("#list .tile")].find(a => a.getBoundingClientRect().top > 150)`
			was, at := b.value(where+`.dataset.key`), b.value(where+`.getBoundingClientRect().top`).(float64)
			for i := range 3 {
				f.mail("support@acme.example", letterOf("New <new@customer.example>", fmt.Sprintf("Brand new %d", i), "Hello"))
			}
			b.until(`[...document.querySelectorAll("#list .tile")].filter(a => a.textContent.includes("Brand new")).length === 3`)
			if now := b.value(fmt.Sprintf(`document.querySelector("[data-key=%v]").getBoundingClientRect().top`, was)).(float64); now < at-2 || now > at+2 {
				t.Errorf("the list jumped: %v is at %v, was at %v", was, now, at)
			}
			b.until(`Number(document.querySelector("[data-key=nav-waiting] .count")?.textContent) >= 3`)
			if got := b.value(`document.querySelector("#find").value + " " + document.activeElement.id`); got != "ship find" {
				t.Errorf("what was typed is %v", got)
			}
			b.keys(kb.Escape)
		}},
		{"deleting for good: asked, left, and done by keys", func() {
			n := f.cases["trashed"]
			b.visit("recent/" + n)
			b.press("[data-key=shred]")
			b.until(`!!document.querySelector("dialog[open] input") && document.activeElement.tagName === "INPUT"`)
			b.axe("the question before deleting for good")
			b.keys("1234" + kb.Enter)
			if b.value(`!!document.querySelector("dialog[open]")`) != true {
				t.Error("a wrong number deletes")
			}
			b.keys(kb.Escape)
			b.until(`!document.querySelector("dialog") && document.activeElement.dataset.key === "shred"`)
			b.keys(kb.Enter)
			b.until(`!!document.querySelector("dialog[open] input")`)
			b.keys(n + kb.Enter)
			b.until(`!!document.querySelector(".case-head .badge.gone") && !document.querySelector("[data-key=shred]")`)
			b.focused("deleting for good")
			b.axe("a case that is gone")
			if c, err := f.desk.Store.Case(t.Context(), "acme", guichet.CaseID(n)); err != nil || strings.Contains(c.Subject, "Delete me") {
				t.Errorf("the case is %+v, %v", c, err)
			}
		}},
		{"the bars of a case say what they stand for, and go on saying it when they are drawn again", func() {
			b.visit("recent/" + f.cases["pending"])
			b.press("[data-key=clocks]")
			b.until(`document.querySelector(".clocks").open && document.querySelector(".clocks li").textContent.includes("on the wall clock") && document.querySelector(".clocks li").textContent.includes("Target: 4 h")`)
			b.axe("the clocks in words")
			f.pass(5 * time.Minute)
			must(t, f.desk.SetTag(t.Context(), "acme", "ana", guichet.CaseID(f.cases["pending"]), "redrawn", true))
			b.until(`document.querySelector(".case-head").textContent.includes("redrawn") && document.querySelector(".clocks").open && document.activeElement.dataset.key === "clocks"`)
		}},
		{"Escape leaves what is typed beside a case, and then the case", func() {
			b.visit("recent/" + second)
			b.keys("m")
			b.keys("12" + kb.Escape)
			b.until(`document.activeElement.tagName === "H2"`)
			b.keys(kb.Escape)
			b.until(`!document.querySelector(".case-head") && document.activeElement.classList.contains("tile")`)
		}},
	} {
		t.Run(r.situation, func(t *testing.T) {
			outer := b.T
			b.T = t
			defer func() { b.T = outer }()
			r.do()
		})
	}
}
