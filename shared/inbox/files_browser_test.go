//go:build outside

package inbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/inbox"
	"guichet/shared/mail"
)

// TestFilesInABrowser chooses, drops and pastes files, removes one, is refused one that is too large, and sends the others.
func TestFilesInABrowser(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	h.now = time.Now().Add(-time.Hour)
	var left []channel.Outgoing
	h.sends = func(o channel.Outgoing) (channel.Sent, error) { left = append(left, o); return channel.Sent{}, nil }
	must(t, h.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
	n := string(h.mail("support@acme.example", firstMail).Case())
	dir := t.TempDir()
	for name, size := range map[string]int{"invoice é.pdf": 3 << 20, "too large.bin": 4<<20 + 1, "wrong.txt": 5} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat("x", size)), 0o600))
	}
	var down atomic.Bool // the house takes no files
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() && r.URL.Path == temporary {
			panic(http.ErrAbortHandler)
		}
		h.h.ServeHTTP(w, r)
	}))
	defer srv.Close()
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("nav")`)
	b.do(js(`location.hash = "#/recent/` + n + `"`))
	b.until(`!!document.querySelector("#attach")`)

	b.do(chromedp.SetUploadFiles("#file", []string{filepath.Join(dir, "invoice é.pdf"), filepath.Join(dir, "too large.bin"), filepath.Join(dir, "wrong.txt")}))
	b.until(`document.querySelectorAll(".attached li").length === 3 && !document.querySelector(".attached progress")`)
	b.until(`document.querySelector(".attached li:nth-child(2) .bad")?.textContent.startsWith("too large")`)
	b.axe("an answer with files")
	b.do(chromedp.SendKeys("#text", "Here is all of it."))
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("#alert").textContent.includes("could not be attached")`)
	b.focus(".attached li:nth-child(2) .remove")
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll(".attached li").length === 2 && document.activeElement.getAttribute("aria-label") === "Remove wrong.txt"`)
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll(".attached li").length === 1 && document.activeElement.getAttribute("aria-label") === "Remove invoice é.pdf"`)

	give := `{ const d = new DataTransfer(); d.items.add(new File(["dropped"], "plan.txt", { type: "text/plain" })); `
	b.do(js(give + `document.querySelector("#timeline").dispatchEvent(new DragEvent("dragover", { dataTransfer: d, bubbles: true, cancelable: true })) }`))
	b.until(`document.body.classList.contains("dropping")`)
	b.do(js(give + `document.querySelector("#timeline").dispatchEvent(new DragEvent("drop", { dataTransfer: d, bubbles: true, cancelable: true })) }`))
	b.do(js(give + `document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })) }`))
	b.until(`document.querySelectorAll(".attached li").length === 3 && !document.querySelector(".attached progress") && !document.body.classList.contains("dropping")`)
	b.do(js(`document.querySelector(".attached li:nth-child(3) .remove").click()`))
	down.Store(true)
	b.do(js(give + `document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })) }`))
	b.until(`document.querySelector(".attached li:nth-child(3) .bad")?.textContent.startsWith("The house does not answer")`)
	down.Store(false)
	b.click(".attached li button", "↻")
	b.until(`document.querySelectorAll(".attached li").length === 3 && !document.querySelector(".attached progress, .attached .bad")`)
	b.do(js(`document.querySelector("#mode-note").click()`))
	b.until(`!document.querySelector("#attach").checkVisibility() && !document.querySelector(".attached").checkVisibility()`)
	b.do(js(`document.querySelector("#mode-reply").click()`))
	b.until(`document.querySelector(".attached").checkVisibility()`)
	b.focus("#text")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelectorAll(".msg.outbound .files li").length === 3 && !document.querySelector(".attached li")`)
	h.work()
	if len(left) != 1 {
		t.Fatalf("%d mails left", len(left))
	}
	var got []string
	for _, p := range mail.Parse(left[0].Raw).Parts {
		got = append(got, p.Name+" "+string(p.Bytes()[:7]))
	}
	if want := "invoice é.pdf xxxxxxx, plan.txt dropped, plan.txt dropped"; strings.Join(got, ", ") != want {
		t.Errorf("it carries %q, want %q", got, want)
	}
	said := slices.DeleteFunc(b.complaints(), func(s string) bool { return strings.HasSuffix(s, temporary) }) // while it was down
	if len(said) > 0 {
		t.Errorf("the browser complains: %v", said)
	}
}
