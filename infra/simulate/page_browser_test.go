//go:build outside

package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestThePageInABrowser: axe finds nothing on the page of two scenarios, and on a phone nothing but the tables is wider than the screen.
func TestThePageInABrowser(t *testing.T) {
	src, err := os.ReadFile("../../.tools/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skip("no axe-core: run infra/engines/browser.sh")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no browser: run infra/engines/browser.sh")
	}
	one, two := office(t, 3), office(t, 3)
	two.Name, two.Agents[0].Count = "one more", two.Agents[0].Count+1
	file := filepath.Join(t.TempDir(), "page.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	page(f, []*Report{played(t, one).report(), played(t, two).report()})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	opt := chromedp.DefaultExecAllocatorOptions
	ctx, stop = chromedp.NewExecAllocator(ctx, append(opt[:], chromedp.ExecPath(browser), chromedp.NoSandbox)...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	eval := func(js string) string {
		out, err := chromedp.Run(ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if _, err := chromedp.Run(ctx, chromedp.EmulateViewport(390, 844)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	eval(string(src) + `;""`)
	const run = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " @ " + v.nodes.map(n => n.target).join(" | "))))`
	var bad []string
	if err := json.Unmarshal([]byte(eval(run)), &bad); err != nil || len(bad) > 0 {
		t.Errorf("axe: %q, %v", bad, err)
	}
	if w := eval(`String(document.documentElement.scrollWidth)`); w != "390" {
		t.Errorf("on a screen of 390 the page is %s wide", w)
	}
}
