//go:build outside

package inbox_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

var update = flag.Bool("update", false, "write the page's picture to testdata/golden/page.png")

// browser is a page in a real Chromium on a real house. Everything that the page complains of ends the test.
type browser struct {
	*testing.T
	ctx  context.Context
	mu   sync.Mutex
	said []string
}

func openBrowser(t *testing.T, url string, more ...chromedp.ExecAllocatorOption) *browser {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no Chromium: run infra/engines/browser.sh")
	}
	opt := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("lang", "en-GB"), chromedp.WindowSize(1360, 940))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(opt, more...)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	b := &browser{T: t, ctx: ctx}
	must(t, chromedp.Listen(ctx, func(e any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := e.(type) {
		case *runtime.EventExceptionThrown:
			b.said = append(b.said, fmt.Sprint(e.ExceptionDetails.Text, " ", e.ExceptionDetails.URL, ":", e.ExceptionDetails.LineNumber))
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "401") { // before the sign-in
				b.said = append(b.said, e.Entry.Text+" "+e.Entry.URL)
			}
		}
	}))
	command(b, log.Enable, cdp.Empty{})
	command(b, runtime.Enable, cdp.Empty{})
	b.look("light")
	b.do(chromedp.Navigate(url))
	return b
}

func command[P any](b *browser, c cdp.Command[P, cdp.Empty], params P) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, c, params)
	must(b, err)
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, time.Minute) // what never comes is told, not waited for
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		short, stop := context.WithTimeout(b.ctx, 3*time.Second)
		defer stop()
		page, _ := chromedp.Run(short, chromedp.Evaluate[string](`document.body.innerText + "\n[focus] " + document.activeElement.outerHTML.slice(0,200)`))
		b.Fatalf("%v\nthe page says: %v\n%s", err, b.complaints(), page)
	}
}

func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.said)
}

// js runs JavaScript for what it does.
func js(s string) chromedp.Action[chromedp.Void] { return chromedp.Evaluate[chromedp.Void](s) }

// focus puts the focus on an element, also while the page draws it anew.
func (b *browser) focus(selector string) {
	b.Helper()
	b.until(fmt.Sprintf(`(document.querySelector(%[1]q)?.focus(), document.activeElement.matches(%[1]q))`, selector))
}

// until waits for a JavaScript condition, also over a change of page.
func (b *browser) until(cond string) {
	b.Helper()
	poll := chromedp.Poll[chromedp.Void](cond, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(20*time.Second))
	for range 5 {
		err := chromedp.Do(b.ctx, poll)
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			break
		}
	}
	b.do(poll)
}

func (b *browser) value(code string) any {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](code))
	must(b, err)
	return v
}

// keys presses keys as a person does: one event for the key and its character, so that a shortcut's letter is not typed as well.
func (b *browser) keys(s string) {
	b.Helper()
	for _, r := range s {
		all := kb.Encode(r)
		down, up := *all[0], *all[len(all)-1]
		if len(all) == 3 {
			down.Text = all[1].Text
		}
		command(b, input.DispatchKeyEvent, down)
		command(b, input.DispatchKeyEvent, up)
	}
}

// axe runs axe-core's rules on what is shown now.
func (b *browser) axe(where string) {
	b.Helper()
	src, err := os.ReadFile("../../.tools/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.Log("no axe-core: run infra/engines/browser.sh; the accessibility check is skipped")
		return
	}
	// What is scrolled half below the head or the answer of a case is "obscured" until it is scrolled on: it is looked at again where it stands free.
	const run = `var free = (n) => {
			if (!n.any[0]?.message.includes("obscured")) return false;
			const e = document.querySelector(n.target[0]);
			return ["center", "start"].some((block) => {
			e.scrollIntoView({block});
			const r = e.getBoundingClientRect();
			return r.height >= 24 && r.width >= 24 && [[r.x + 2, r.y + r.height / 2], [r.right - 2, r.y + r.height / 2], [r.x + r.width / 2, r.y + 2], [r.x + r.width / 2, r.bottom - 2]].every(([x, y]) => e.contains(document.elementFromPoint(x, y)));
			});
		};
		axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => { for (const v of r.violations) if (v.id === "target-size") v.nodes = v.nodes.filter(n => !free(n)); r.violations = r.violations.filter(v => v.nodes.length); return r; })
		.then(r => JSON.stringify({passes: r.passes.length, bad: r.violations.map(v => v.id + ": " + v.help + " @ " + v.nodes.map(n => n.target + " " + (n.any[0]?.message || "")).join(" | "))}))`
	b.do(js(string(src) + ";0"))
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](run, chromedp.EvalAwaitPromise))
	must(b, err)
	var r struct {
		Passes int
		Bad    []string
	}
	must(b, json.Unmarshal([]byte(out), &r))
	b.Logf("axe on %s: %d rules pass, %d do not", where, r.Passes, len(r.Bad))
	for _, v := range r.Bad {
		b.Errorf("axe on %s: %s", where, v)
	}
}

// demo fills a house with a few mails, as they come on a Monday.
func demo(h *house) guichet.MessageID {
	mail := func(to, from, subject, body string) guichet.MessageID {
		return h.mail(to, fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%d@customer.example>\n\n%s\n", from, to, subject, h.clock().UnixNano(), body))
	}
	mail("billing@acme.example", "Chloé Martin <chloe@customer.example>", "Facture 2291 payée deux fois", "Bonjour,\n\nla facture 2291 a été prélevée deux fois.\n\nChloé")
	h.pass(20 * time.Minute)
	mail("support@acme.example", "Sam Okafor <sam@customer.example>", "Where is my parcel?", "It was to come on Friday.")
	h.pass(35 * time.Minute)
	mail("support@acme.example", "Ingrid Berg <ingrid@customer.example>", "Size 42 instead of 41?", "May I change the size of order 7718?")
	h.pass(50 * time.Minute)
	id := h.mail("support@acme.example", "Content-Type: multipart/alternative; boundary=x\n"+strings.Replace(firstMail, "\n\n", "\n\n--x\n\n", 1)+
		"--x\nContent-Type: text/html\n\n<p>Hello, the <b>shoes</b> let water in.</p><img src=http://192.0.2.1/p.png><script>parent.pwned=3</script><a href='javascript:pwned=4'>x</a>\n--x--\n")
	h.pass(48 * time.Minute)
	return id
}

func TestThePageInABrowser(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) {
		o.Who, o.SignIn, o.Tenant = nil, true, "acme"
		o.SentMail = func() ([]inbox.SentMail, error) {
			return []inbox.SentMail{{ID: "1", At: time.Now(), Raw: []byte("From: a@acme.example\r\nSubject: Re: x\r\n\r\nhi")}}, nil
		}
	})
	h.now = time.Now().Add(-150 * time.Minute)
	must(t, h.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
	id := demo(h)
	n := string(id.Case())
	srv := httptest.NewServer(h.h)
	defer srv.Close()
	b := openBrowser(t, srv.URL)

	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.axe("the sign-in")
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll("#list .tile").length === 4`)
	b.keys("jjjj")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#pane h2")?.textContent.includes("` + n + `") && document.activeElement.tagName === "H2"`)
	b.keys("r")
	b.until(`document.activeElement.id === "text"`)
	b.do(chromedp.SendKeys("#text", "Dear Bo, a new pair leaves today. Keep the old one."))
	b.do(chromedp.Reload())
	b.until(`document.querySelector("#text")?.value.startsWith("Dear Bo")`)
	b.keys("n")
	b.do(chromedp.SendKeys("#text", "Second complaint about this model."))
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelectorAll(".msg.note").length === 1 && document.querySelector("#text").value === ""`)
	b.keys(kb.Escape)
	b.keys("r")
	b.until(`document.querySelector("#text").value.startsWith("Dear Bo")`)
	if *update {
		b.picture(id)
	}
	b.focus("#text")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector(".msg.outbound .state")?.textContent === "waiting"`)
	h.work()
	b.until(`document.querySelector(".msg.outbound .state")?.textContent === "sent"`)
	b.axe("an open case")

	h.pass(time.Minute)
	h.mail("support@acme.example", "From: Bo Brown <bo@customer.example>\nTo: support@acme.example\nSubject: Re: My shoes are wet\nMessage-ID: <second@customer.example>\nIn-Reply-To: <first@customer.example>\n\nThank you!\n")
	b.until(`document.querySelectorAll(".msg.inbound").length === 2 && document.querySelector("#live").textContent.includes("Bo Brown")`)

	b.click(".msg.inbound button", "Why here?")
	b.until(`document.querySelector(".why:not([hidden])")?.textContent.includes("A new case")`)
	b.click(".msg.inbound button", "Show as sent")
	b.until(`!!document.querySelector("iframe") && [...document.querySelectorAll(".msg button")].some(n => n.textContent.startsWith("Load 1"))`)
	b.click(".msg.inbound button", "Show quoted")
	b.until(`document.querySelector(".seg.quoted")?.textContent.includes("on their way")`)
	b.do(chromedp.Click("details.log summary"))
	b.until(`document.querySelectorAll("details.log li").length > 5 && !/fact\./.test(document.querySelector("details.log").textContent)`)
	b.axe("a case with all open")
	b.keys(kb.Escape)
	b.phone(n)
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	b.until(`innerWidth > 700`)
	b.look("dark")
	b.do(js(`document.querySelector("[data-key='case-` + n + `']").click()`))
	b.until(`document.querySelectorAll(".msg").length === 4`)
	b.axe("the dark page")
	b.click("header button", "Français")
	b.until(`document.documentElement.lang === "fr" && document.querySelector("nav").textContent.includes("Mes dossiers")`)
	for _, v := range []string{"quarantine", "sent", "waiting", "recent"} {
		b.do(js(`location.hash = "#/` + v + `"`))
		b.until(`document.querySelector("nav a[aria-current]")?.hash === "#/` + v + `"`)
		b.axe(v)
	}
	h.mail("support@acme.example", "From: Eve <eve@customer.example>\nSubject: <img src=x onerror=window.pwned=1>\nMessage-ID: <eve@customer.example>\n\n<script>window.pwned=2</script>\n")
	b.do(js(`location.hash = "#/recent"`))
	b.until(`document.querySelectorAll("#list .tile").length === 5`)
	b.do(js(`[...document.querySelectorAll("#list .tile")].find(a => a.textContent.includes("onerror")).click()`))
	b.until(`document.querySelector("#pane .msg .text")?.textContent.includes("<script>")`)
	if v := b.value(`String(window.pwned)`); v != "undefined" {
		t.Errorf("a mail ran its script in the page: pwned = %v", v)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(said, "\n"))
	}
}

// click presses the first button that begins with a text.
func (b *browser) click(among, text string) {
	b.Helper()
	node := fmt.Sprintf(`[...document.querySelectorAll(%q)].find(n => n.textContent.startsWith(%q))`, among, text)
	b.until("!!" + node)
	b.do(js(node + ".click()"))
}

// phone looks at the page 390 pixels wide: one column, nothing beyond the edge, back to the list by a button.
func (b *browser) phone(n string) {
	b.Helper()
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390 && getComputedStyle(document.querySelector("#pane")).display === "none"`)
	fits := `document.documentElement.scrollWidth <= 390 && document.querySelector("#main").scrollWidth <= 390`
	if b.value(fits) != true {
		b.Errorf("the list is wider than a phone: %v", b.value(`document.querySelector("#main").scrollWidth`))
	}
	b.axe("the list on a phone")
	b.do(js(`document.querySelector("[data-key='case-` + n + `']").click()`))
	b.until(`getComputedStyle(document.querySelector("#list")).display === "none" && !!document.querySelector("#text")`)
	if b.value(fits) != true {
		b.Errorf("the case is wider than a phone: %v", b.value(`[...document.querySelectorAll("#main *")].filter(n => n.getBoundingClientRect().right > 391).map(n => n.outerHTML.slice(0,80)).join("\n")`))
	}
	b.axe("a case on a phone")
	b.do(chromedp.Click(".back"))
	b.until(`getComputedStyle(document.querySelector("#pane")).display === "none"`)
}

// look sets the colours that the reader prefers; nothing moves, so that colours are what they are.
func (b *browser) look(scheme string) {
	b.Helper()
	command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// picture writes the page as it is shown to the golden folder.
func (b *browser) picture(id guichet.MessageID) {
	b.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	must(b, err)
	must(b, os.MkdirAll(filepath.Join("..", "..", "testdata", "golden"), 0o755))
	must(b, os.WriteFile(filepath.Join("..", "..", "testdata", "golden", "page.png"), png, 0o644))
}
