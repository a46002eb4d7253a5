//go:build outside

package inbox_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

// TestPartsAndSpamInABrowser presses the buttons: spam, not spam, split off, merge, undo.
func TestPartsAndSpamInABrowser(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	h.now = time.Now().Add(-time.Hour)
	must(t, h.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
	first, second, bill := h.three()
	n, other := string(first.Case()), string(bill.Case())
	srv := httptest.NewServer(h.h)
	defer srv.Close()
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("nav")`)
	b.do(js(`location.hash = "#/recent/` + n + `"`))
	b.until(`document.querySelectorAll("#pane .msg").length === 2 && !!document.querySelector("#merge")`)
	b.axe("a case with its parts' buttons")

	in := "#m-" + string(second) + " button"
	b.click(in, "Spam")
	b.until(`document.querySelector(".case-head .badge.spam") && document.querySelector("#m-` + string(second) + ` .badge")?.textContent === "marked as spam"`)
	b.click(in, "Not spam")
	b.until(`!document.querySelector(".case-head .badge.spam") && document.querySelector("#m-` + string(second) + ` .badge")?.textContent === "marked as not spam"`)

	b.click(in, "Split off")
	b.until(`!!document.querySelector("#m-` + string(second) + ` .text a")`)
	b.do(js(`document.querySelector("#m-` + string(second) + ` .text a").click()`))
	b.until(`document.querySelectorAll("#pane .msg").length === 1 && document.querySelector("#pane .msg").textContent.includes("was ` + string(second) + `")`)

	b.do(js(`location.hash = "#/recent/` + other + `"`))
	b.until(`document.querySelector("#pane h2")?.textContent.includes("` + other + `") && !!document.querySelector("#merge")`)
	b.do(chromedp.SendKeys("#merge", n+kb.Enter))
	b.until(`location.hash.endsWith("` + n + `") && document.querySelectorAll("#pane .msg").length === 3`)
	b.click(".actions button", "Undo merge of "+other)
	b.until(`document.querySelectorAll("#pane .msg").length === 2 && !document.querySelector(".actions").textContent.includes("Undo merge")`)
	b.do(chromedp.Click("details.log summary"))
	b.until(`document.querySelectorAll("details.log li").length > 5 && !/fact\.|marked\./.test(document.querySelector("details.log").textContent)`)
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %v", said)
	}
}
