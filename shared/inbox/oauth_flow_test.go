//go:build outside

package inbox_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

// counted is what the pool and the gateway saw so far.
type counted struct{ given, refused, left int }

func (g *gateway) counted() (c counted) {
	g.with(func() { c = counted{g.given, g.refused, g.left} })
	return c
}

func (g *gateway) want(b *browser, situation string, want counted) {
	b.Helper()
	if got := g.counted(); got != want {
		b.Errorf("%s: %+v, want %+v", situation, got, want)
	}
}

// pooled is a house behind a gateway, whose agents sign in at a pool: ana is who does. It has one case, of the returned number.
func pooled(t *testing.T) (g *gateway, url, n string) {
	t.Helper()
	p := newIssuer(t)
	h := newHouse(t, func(o *inbox.Options) { o.OAuth, o.Who = inbox.OAuth{URL: p.server.URL, Client: "page"}, byClaims })
	must(t, h.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
	id := h.mail("support@acme.example", richMail)
	g = &gateway{issuer: p, next: h.h}
	here := httptest.NewServer(g)
	t.Cleanup(here.Close)
	p.with(func() {
		p.page, p.claims = here.URL+"/", map[string]string{"custom:tenant": "acme", "custom:agent": "ana", "email": "ana@acme.example"}
	})
	return g, here.URL, string(id.Case())
}

// caseOpen is true where the page shows the case.
func caseOpen(n string) string {
	return `document.querySelector("#pane h2")?.textContent.includes("` + n + `")`
}

// TestThroughTheGateway: with signed tokens, a code that is good once, and the routes as they are on AWS, an agent signs in, reads, loses the
// sign-in while he writes, and goes on where he was. A code that nobody asked for is left alone.
func TestThroughTheGateway(t *testing.T) {
	g, url, n := pooled(t)
	b := openBrowser(t, url+"/?code=evil&state=evil#/inbox/"+n)
	b.until(`!!document.querySelector("#sign-in") && location.search === ""`)
	g.with(func() {
		if g.asks != 0 {
			t.Error("a code that nobody asked for went to the pool")
		}
	})
	b.do(js(`location.hash = "#/inbox/` + n + `"`))
	b.until(`!!document.querySelector("#sign-in")`)
	b.do(chromedp.Click("#sign-in"))
	b.until(caseOpen(n) + ` && location.search === "" && document.cookie === ""`)
	g.want(b, "signed in", counted{given: 1})
	b.click(".msg.inbound button", "Show as sent")
	b.until(`document.querySelector("iframe")?.src.includes("/page/t/")`)
	if shown, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`fetch(document.querySelector("iframe").src).then(r => r.ok)`, chromedp.EvalAwaitPromise)); err != nil || !shown {
		t.Errorf("the mail's HTML does not come through the gateway: %v", err)
	}
	g.want(b, "reading", counted{given: 1})

	b.keys("r")
	b.until(`document.activeElement.id === "text"`)
	b.do(chromedp.SendKeys("#text", "A new pair is on its way."))
	g.with(func() { g.now, g.members = g.now.Add(2*time.Hour), map[string]map[string]string{} })
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector("#sign-in")`)
	b.do(chromedp.Click("#sign-in"))
	b.until(caseOpen(n) + ` && document.querySelector("#text")?.value === "A new pair is on its way."`)
	b.keys("r")
	b.until(`document.activeElement.id === "text"`)
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelectorAll(".msg.outbound").length === 1`)

	b.click("header button", "Ana")
	b.until(`!!document.querySelector("#sign-in")`)
	if got := g.counted(); got.left != 1 || got.given != 2 {
		t.Errorf("%+v, want two sign-ins and one leaving", got)
	}
	for _, said := range b.complaints() {
		if !strings.Contains(said, "/oauth2/token") { // the pool says 400 to a sign-in that is over
			t.Errorf("the browser complains: %s", said)
		}
	}
}
