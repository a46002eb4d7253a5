//go:build outside

package inbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	formhook "guichet/shared/hook"
	"guichet/shared/inbox"
)

// TestAFormFromTheSettingsToTheCase: an administrator makes a form by keyboard, its HTML is copied into the page of a website, a visitor sends that without script,
// and an agent sees what he wrote as text.
func TestAFormFromTheSettingsToTheCase(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	mux := http.NewServeMux()
	mux.Handle("/forms/", formhook.New(h.desk, nil))
	mux.Handle("/", h.h)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	var page string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "script-src 'none'")
		w.Write([]byte("<!doctype html><html lang=en><title>Shoes</title><main><h1>Write to us</h1>" + page + "</main>"))
	}))
	t.Cleanup(site.Close)

	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("#list h2")`)
	b.do(js(`location.hash = "#/settings/forms"`))
	b.pane("forms")
	b.axe("no forms")
	b.focus(".panel a")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`!!document.querySelector("[name=name]")`)
	b.do(chromedp.SendKeys("[name=name]", "Contact"), chromedp.SendKeys("[name=origins]", "not a site"))
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[data-field=origins] .bad").textContent.includes("origin") && document.activeElement.name === "origins"`)
	b.do(js(`document.querySelector("[name=origins]").value = ""`), chromedp.SendKeys("[name=origins]", site.URL))
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector(".snippet pre")`)
	b.axe("a form's settings")
	page = b.value(`document.querySelector(".snippet pre").textContent`).(string)
	if !strings.Contains(page, "/forms/acme-") || strings.Contains(page, "<script") {
		t.Fatalf("the HTML to copy: %s", page)
	}

	b.do(chromedp.Navigate(site.URL))
	b.do(chromedp.SendKeys("[name=name]", `Bo <img src=x onerror=alert(1)>`), chromedp.SendKeys("[name=email]", "bo@customer.example"),
		chromedp.SendKeys("[name=subject]", "Wet shoes"), chromedp.SendKeys("[name=message]", `<script>alert(2)</script> They let water in.`), chromedp.Focus("button"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector("h1")?.textContent.startsWith("Thank you") && /100014/.test(document.body.textContent)`)
	h.work()

	b.do(chromedp.Navigate(srv.URL + "/#/recent/100014"))
	b.until(`document.querySelector(".msg .text")?.textContent.includes("<script>alert(2)</script> They let water in.")`)
	if b.value(`document.querySelectorAll("#main img, #main script").length`) != 0.0 {
		t.Error("what a visitor wrote became elements of the agents' page")
	}
}
