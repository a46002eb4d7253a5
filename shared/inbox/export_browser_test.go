//go:build outside

package inbox_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
	"guichet/shared/store"
)

// TestMoodAndExportInABrowser: an agent says a message's mood, the card counts it and shows how far the contact reaches; who configures switches the export on, and
// sets the largest mail of a channel.
func TestMoodAndExportInABrowser(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	h.now = time.Now().Add(-time.Hour)
	id := h.mail("support@acme.example", firstMail)
	must(t, h.desk.SetReach(t.Context(), "acme", "ana", store.ContactID("bo@customer.example"), guichet.Reach{Followed: 12, Followers: 3400}))
	srv := httptest.NewServer(h.h)
	defer srv.Close()
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("nav")`)
	b.do(js(`location.hash = "#/recent/` + string(id.Case()) + `"`))
	mood := `[data-key="mood-` + string(id) + `"]`
	b.until(`document.querySelector(".indicators")?.textContent.includes("3,400 followers") && !!document.querySelector('` + mood + `')`)
	b.do(js(`{ const s = document.querySelector('` + mood + `'); s.value = "negative"; s.dispatchEvent(new Event("change")); }`))
	b.until(`document.querySelector(".indicators")?.textContent.includes("negative: 1") && !!document.querySelector("#m-` + string(id) + ` .badge.mood-negative")`)
	b.axe("a case with a mood")

	b.do(js(`location.hash = "#/settings/export"`))
	b.until(`!!document.querySelector("#panel input[name=enabled]")`)
	b.axe("the settings of the export")
	b.do(chromedp.Click("#panel input[name=enabled]"), js(`document.querySelector("#panel form").requestSubmit()`))
	b.until(`document.body.textContent.includes("it is told from now on")`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	if must(t, err); !cfg.Export.Enabled || cfg.Export.Words {
		t.Errorf("saved: %+v", cfg.Export)
	}

	b.do(js(`location.hash = "#/settings/channels/support"`))
	b.until(`!!document.querySelector("#panel input[name=max_megabytes]")`)
	b.do(js(`{ const f = document.querySelector("#panel form.settings-form"); f.elements.max_megabytes.value = "12"; f.elements.reject_notice.value = "never"; f.requestSubmit(); }`))
	b.until(`document.body.textContent.includes("version 2")`)
	cfg, err = h.desk.Store.FreshConfig(t.Context(), "acme")
	if must(t, err); cfg.Channels["support"].MaxMail != 12 || cfg.Channels["support"].RejectNotice != guichet.NoticeNever {
		t.Errorf("saved: %+v", cfg.Channels["support"])
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %v", said)
	}
}
