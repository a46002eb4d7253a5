//go:build outside

package inbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// awaitAsks waits until the pool was asked for tokens n times in all.
func (g *gateway) awaitAsks(b *browser, n int) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		asks := 0
		g.with(func() { asks = g.asks })
		if asks >= n {
			return
		}
		select {
		case <-late:
			b.Fatalf("the pool was asked for tokens %d times, want %d\n%s", asks, n, b.value("document.body.innerText"))
		case <-tick.C:
		}
	}
}

// TestASignInOfADay: tokens are renewed before they end, a pool that does not answer for a while signs nobody out, and somebody who is no agent is
// told so.
func TestASignInOfADay(t *testing.T) {
	g, url, n := pooled(t)
	b := openBrowser(t, url+"/#/inbox/"+n)
	b.until(`!!document.querySelector("#sign-in")`)
	b.do(chromedp.Click("#sign-in"))
	b.until(caseOpen(n) + ` && location.search === "" && document.cookie === ""`)
	g.want(b, "signed in", counted{given: 1})

	// A minute before its end the token is renewed, once for all that ask meanwhile, and the gateway refuses nothing.
	g.with(func() { g.now = g.now.Add(3550 * time.Second) })
	b.do(js(`window.clock = Date.now, Date.now = () => clock() + 3550e3`),
		js(`import("/page/api.js").then((m) => Promise.all(["me", "users", "channels"].map((p) => m.get(m.api + "/" + p)))).then(() => { window.asked = true; })`))
	b.until(`window.asked === true`)
	b.do(js(`location.hash = "#/recent/` + n + `"`))
	b.until(`document.querySelector("nav a[aria-current]")?.hash === "#/recent" && document.querySelectorAll("#list .tile").length === 1 && ` + caseOpen(n))
	g.awaitAsks(b, 2)
	g.want(b, "renewed before its end", counted{given: 2})

	// The token ends while the machine sleeps, and the pool does not answer: nobody is signed out, and all goes on when it does again.
	g.with(func() { g.now, g.down = g.now.Add(2*time.Hour), true })
	b.do(js(`location.hash = "#/waiting"`))
	b.until(`document.querySelector("#alert").textContent.includes("does not answer")`)
	if v := b.value(`!!document.querySelector("#sign-in")`); v != false {
		t.Error("a pool that does not answer signed the agent out")
	}
	g.with(func() { g.down = false })
	b.do(js(`location.hash = "#/recent/` + n + `"`))
	b.until(caseOpen(n) + ` && document.querySelector("#alert").textContent === "" && !!document.querySelector("#text")`)
	if got := g.counted(); got.given != 3 || got.refused == 0 {
		t.Errorf("after the pool was away: %+v, want a third token", got)
	}

	// Out, and in as somebody whom an administrator gave no agent: he is told so, and can leave again.
	b.click("header button", "Ana")
	b.until(`!!document.querySelector("#sign-in")`)
	g.with(func() { g.claims = map[string]string{"email": "eve@acme.example"} })
	b.do(chromedp.Click("#sign-in"))
	b.until(`document.querySelector("#main").textContent.includes("no agent here")`)
	b.axe("somebody who is no agent")
	b.click("#main button", "Sign out")
	b.until(`!!document.querySelector("#sign-in")`)
	if got := g.counted(); got.left != 2 {
		t.Errorf("left %d times, want 2", got.left)
	}
	for _, said := range b.complaints() {
		if !strings.Contains(said, "503") && !strings.Contains(said, "status of 400") { // what the pool was told to answer
			t.Errorf("the browser complains: %s", said)
		}
	}
}
