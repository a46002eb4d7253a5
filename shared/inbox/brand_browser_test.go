//go:build outside

package inbox_test

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
	"guichet/shared/mail"
)

// brandHouse is a house whose clock is the browser's: seconds are counted down on both sides. wim writes drafts, eva approves them.
func brandHouse(t *testing.T, agent string) (*house, *browser, string) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	h.now = time.Now().Add(-time.Second)
	for id, rights := range map[guichet.RoleID][]guichet.Permission{"writer": {guichet.CanRead, guichet.CanDraft}, "chief": {guichet.CanRead, guichet.CanApprove, guichet.CanViewSkills}} {
		must(t, h.desk.Store.SaveRole(t.Context(), "acme", guichet.Role{ID: id, Name: string(id), Rights: map[guichet.ChannelID][]guichet.Permission{"*": rights}}))
	}
	for id, role := range map[guichet.AgentID]guichet.RoleID{"wim": "writer", "eva": "chief"} {
		must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: id, Name: strings.ToUpper(string(id[:1])) + string(id[1:]), Role: role, Presence: guichet.Offline}))
	}
	id := string(h.mail("support@acme.example", firstMail).Case())
	srv := httptest.NewServer(h.h)
	t.Cleanup(srv.Close)
	return h, signedIn(t, srv.URL, agent, id), id
}

func signedIn(t *testing.T, url, agent, id string) *browser {
	b := openBrowser(t, url)
	b.until(`!!document.querySelector("[data-agent=` + agent + `]")`)
	b.focus("[data-agent=" + agent + "]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("#list h2")`)
	b.open(id)
	return b
}

func (b *browser) open(id string) {
	b.Helper()
	b.do(js(`location.hash = "#/recent/` + id + `"`))
	b.until(`document.querySelector("#pane h2")?.textContent.includes("` + id + `") && !!document.querySelector(".compose")`)
}

func (b *browser) shot(name string) {
	if dir := os.Getenv("SHOTS"); dir != "" {
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		must(b, err)
		must(b, os.WriteFile(dir+"/"+name+".png", png, 0o644))
	}
}

// TestAnAnswerInABrowser: whom it goes to is shown, it is previewed, taken back with one key, passed on, and sent later.
func TestAnAnswerInABrowser(t *testing.T) {
	h, b, _ := brandHouse(t, "ana")
	out := h.keepSent()
	if _, err := h.desk.SetComposing(t.Context(), "acme", "ana", "support", "", 30); err != nil {
		t.Fatal(err)
	}
	b.keys("r")
	b.do(chromedp.Click("#around summary"))
	b.until(`document.querySelector("#goes").textContent === "To Bo Brown" && document.querySelector("#from").options.length === 2`)
	b.do(chromedp.Click("#markdown"), chromedp.SendKeys("#text", "Dear **Bo**, see below."))
	b.axe("the choices around an answer")
	b.shot("around")
	b.click(".compose button", "Preview")
	b.until(`!!document.querySelector("dialog iframe.mail")`)
	b.axe("the preview")
	b.shot("preview")
	b.click("dialog button", "Close")
	b.focus("#text")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("#undo [role=timer]")?.textContent.startsWith("Leaves in")`)
	b.axe("the seconds of undo")
	b.shot("undo")
	b.keys(kb.Escape)
	b.keys("z")
	b.until(`!document.querySelector("#undo") && document.querySelector("#text").value === "Dear **Bo**, see below."`)
	b.until(`document.querySelector(".msg.outbound .state")?.textContent === "taken back"`)
	b.focus("#text")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.click("#undo button", "Send now")
	b.until(`[...document.querySelectorAll(".msg.outbound .state")].some(n => n.textContent === "waiting")`)
	h.work()
	if len(*out) != 1 || !strings.Contains(mail.Parse((*out)[0].Raw).HTML, "<strong>Bo</strong>") {
		t.Fatalf("%d mails left, want one in HTML", len(*out))
	}
	b.click(".msg.inbound button", "Forward")
	b.until(`document.querySelector("#target").textContent.startsWith("Passes on the message of Bo Brown") && document.activeElement.id === "to"`)
	b.do(chromedp.SendKeys("#to", "repair@third.example"), chromedp.SendKeys("#text", "Can you mend this?"))
	b.axe("a forward")
	b.focus("#text")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.click("#undo button", "Send now")
	b.until(`document.querySelector("#target").hidden && [...document.querySelectorAll(".msg.outbound")].some(n => n.textContent.includes("mend this") && n.querySelector(".badge") && n.querySelector(".state").textContent === "waiting")`)
	h.work()
	if len(*out) != 2 || (*out)[1].To[0] != "repair@third.example" {
		t.Fatalf("%d mails left; the last to %v", len(*out), (*out)[len(*out)-1].To)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390`)
	b.focus("#text")
	b.do(js(`document.querySelector("#around").open = true`))
	b.fits("an answer")
	b.axe("an answer on a phone")
	b.shot("phone")
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	b.keys(kb.Escape)
	b.keys("c")
	b.until(`!!document.querySelector("dialog form.start") && document.activeElement.id === "start-to"`)
	b.axe("a new conversation")
	b.shot("start")
	b.do(chromedp.SendKeys("#start-to", "cy@customer.example"), chromedp.SendKeys("#start-title", "Your parcel"), chromedp.SendKeys("#start-text", "It is late."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("#pane h2")?.textContent.includes("Your parcel")`)
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(said, "\n"))
	}
}

// TestADraftInABrowser: one writes, the other refuses and then approves.
func TestADraftInABrowser(t *testing.T) {
	h, w, id := brandHouse(t, "wim")
	out := h.keepSent()
	w.until(`document.querySelector("#send").textContent === "Submit for approval"`)
	w.do(chromedp.SendKeys("#text", "We will se."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	w.until(`document.querySelector(".draft .badge")?.textContent === "waits for approval" && document.querySelector("#text").value === ""`)
	w.axe("a draft that waits")
	url := w.value(`location.origin`).(string)
	e := signedIn(t, url, "eva", id)
	e.until(`document.querySelector(".draft .text")?.textContent === "We will se."`)
	e.do(chromedp.SendKeys(".draft input", "A letter is missing."))
	e.axe("a draft to decide on")
	e.shot("draft")
	e.click(".draft button", "Refuse")
	e.until(`!document.querySelector(".draft")`)
	w.until(`document.querySelector(".draft .bad")?.textContent.includes("A letter is missing.")`)
	w.click(".draft button", "Write on")
	w.until(`document.querySelector("#text").value === "We will se."`)
	w.do(js(`document.querySelector("#text").value = "We will see."`), chromedp.Focus("#text"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	e.until(`document.querySelector(".draft .text")?.textContent === "We will see."`)
	e.click(".draft button", "Approve")
	e.until(`!document.querySelector(".draft")`)
	h.work()
	if len(*out) != 1 || !strings.Contains(string((*out)[0].Raw), "We will see.") {
		t.Fatalf("%d mails left", len(*out))
	}
	for _, b := range []*browser{w, e} {
		if said := b.complaints(); len(said) > 0 {
			t.Errorf("the browser complains: %s", strings.Join(said, "\n"))
		}
	}
}

// rules writes the rules of a template.
func (b *browser) rules(s string) {
	b.Helper()
	b.do(js(`{ const r = document.querySelector("[name=rules]"); r.value = "` + s + `"; r.dispatchEvent(new Event("input", {bubbles: true})) }`))
}

// TestBrandInABrowser: a template is written with its preview beside it, a signature gets its user, a channel its template.
func TestBrandInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	b.do(js(`location.hash = "#/settings/templates"`))
	b.pane("templates")
	b.axe("the templates")
	b.do(chromedp.Click("#template-new"))
	b.until(`document.querySelector("iframe.mail")?.src.includes("/page/t/")`)
	b.do(chromedp.SendKeys("[name=name]", "Brand"))
	b.axe("a template")
	b.shot("template")
	b.rules("<script>{{body}}</script>")
	b.until(`[...document.querySelectorAll(".panel > .bad")].some(n => n.textContent.includes("<script> has no place in a mail"))`)
	b.rules("<b>{{body}}</b>")
	b.until(`[...document.querySelectorAll(".panel > .bad")].every(n => n.textContent === "")`)
	b.focus("[name=name]")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`/settings\/templates\/\d+$/.test(location.hash)`)
	b.do(js(`location.hash = "#/settings/templates"`))
	b.until(`document.querySelectorAll("#tpl-support option").length === 2`)
	b.do(js(`{ const s = document.querySelector("#tpl-support"); s.value = s.options[1].value; s.form.requestSubmit() }`))
	b.until(`[...document.querySelectorAll("form .state")].some(n => n.textContent === "Saved")`)
	if cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme"); err != nil || cfg.Channels["support"].Template == "" {
		t.Errorf("the channel has no template: %v", err)
	}
	b.do(js(`location.hash = "#/settings/signatures/new"`))
	b.pane("signatures")
	b.do(chromedp.SendKeys("[name=name]", "Ana"), chromedp.SendKeys("[name=text]", "Ana, Acme"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelectorAll("fieldset input[type=checkbox]").length > 3`)
	b.axe("a signature")
	b.shot("signature")
	b.do(js(`[...document.querySelectorAll("fieldset label")].find(l => l.textContent.includes("Ana")).querySelector("input").click()`))
	b.until(`document.querySelector("fieldset .state").textContent === "Saved"`)
	if id, _, err := h.desk.Store.Signer(t.Context(), "acme", "ana"); err != nil || id == "" {
		t.Errorf("ana has no signature: %v", err)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390`)
	b.fits("a signature")
	if said := b.complaintsBut("422"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}
