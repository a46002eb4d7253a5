//go:build outside

package inbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	chathook "guichet/shared/hook"
	"guichet/shared/inbox"
	"guichet/shared/secret"
)

// TestAChatInABrowser: an administrator makes a messaging channel with its box and its token by keyboard; an agent has a mail go on as a chat by a key, sees both
// linked, and answers there; with axe, on a phone, in French.
func TestAChatInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	text, err := secret.AddKey(nil)
	must(t, err)
	h.desk.Vault, err = secret.ReadKeys(text)
	must(t, err)
	var got []channel.Chat
	h.desk.Boxes = func(channel.Box) channel.Sender { return boxed{&got} }
	b.do(js(`location.hash = "#/settings/boxes"`))
	b.pane("boxes")
	b.axe("no messaging channels")
	b.focus("[data-key=new]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("[name=media]")`)
	b.axe("a new messaging channel")
	b.do(js(`document.querySelector("[name=way]").value = "own"; document.querySelector("[name=way]").dispatchEvent(new Event("change"))`))
	b.do(chromedp.SendKeys("[name=name]", "Web chat"), js(`document.querySelector("[name=realExternalPlatformId]").value = "pigeon"`))
	b.focus("[name=name]")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.activeElement.name === "realExternalPlatformId" && document.querySelector("[data-field=realExternalPlatformId] .bad").textContent.includes("custom")`)
	b.do(js(`document.activeElement.value = "custom"`), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector("[name=clientSecret]")`)
	b.axe("a messaging channel")
	b.do(chromedp.SendKeys("[name=url]", "https://10.0.0.1"), chromedp.SendKeys("[name=clientId]", "guichet"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.activeElement.name === "url" && document.querySelector("[data-field=url] .bad").textContent.includes("internet")`)
	b.do(js(`document.activeElement.value = ""`), chromedp.SendKeys("[name=url]", "https://box.acme.example"), chromedp.SendKeys("[name=authorizationUrl]", "https://box.acme.example/auth"),
		chromedp.SendKeys("[name=clientSecret]", "planted-s3cret"), chromedp.SendKeys("[name=invitationUrl]", "https://www.acme.example/chat"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[data-field=clientSecret]")?.textContent.includes("One is kept") && document.querySelector("[name=clientSecret]").value === ""`)
	b.focus("[data-key=token-new]")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#token")?.textContent.startsWith("acme.")`)
	b.axe("a token")
	token := b.value(`document.querySelector("#token").textContent`).(string)
	id := strings.TrimPrefix(b.value(`location.hash`).(string), "#/settings/boxes/")
	if id != "web-chat" {
		t.Fatalf("the channel is %q", id)
	}
	b.do(js(`location.hash = "#/settings/channels/web-chat"`))
	b.until(`!!document.querySelector("[name=outbound_enabled]") && !document.querySelector("[name=threading]") && !document.querySelector("[name=force_tls]") && !!document.querySelector("[name=reopen]")`)
	b.axe("the settings of a messaging channel")
	b.do(js(`document.querySelector("[name=outbound_enabled]").click()`), chromedp.Focus("[name=outbound_enabled]"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector(".state")?.textContent.includes("2")`)

	h.mail("support@acme.example", "From: Bo Berg <bo@customer.example>\nTo: support@acme.example\nSubject: Kettle\nMessage-ID: <one@customer.example>\n\nIt is broken.\n")
	b.do(js(`location.hash = "#/recent/100014"`))
	b.until(`!!document.querySelector("[data-key=talk]")`)
	b.do(js(`document.activeElement.blur()`))
	b.keys("t")
	b.until(`document.activeElement.id === "talk-text" && document.querySelector("#talk-told").textContent.includes("gets a mail")`)
	b.axe("an invitation")
	b.keys("Come over.")
	b.do(js(`document.querySelector("dialog form").requestSubmit()`))
	b.until(`!!document.querySelector("[data-key^=linked-]")`)
	h.work()
	b.until(`document.querySelector(".msg.out .text, li:last-child .text")?.textContent.includes("Come over.") || document.querySelector("#timeline").textContent.includes("Come over.")`)
	b.axe("a case that goes on as a chat")
	b.focus("[data-key^=linked-]")
	b.keys(kb.Enter)
	b.until(`document.querySelector(".linked")?.textContent.includes("100014")`)
	chat := strings.TrimPrefix(b.value(`location.hash`).(string), "#/recent/")
	b.until(`!!document.querySelector("#text")`)
	invitation := b.value(`fetch("/guichet/contacts/100014/chat", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"}).then(r => r.json()).then(x => { window.invited = x.invitation.token; }), ""`)
	_ = invitation
	b.until(`!!window.invited`)
	theToken := b.value(`window.invited`).(string)
	if code := h.saysIn("web-chat", token, "visitor", "t9", "m1", "<b>Here</b> I am", `,"contact":{"customFields":[{"ident":"guichet_invitation","value":"`+theToken+`"}]}`); code != 201 {
		t.Fatal(code)
	}
	b.until(`document.querySelector("#timeline")?.textContent.includes("<b>Here</b> I am")`)
	b.axe("a chat")
	if b.value(`!!document.querySelector("#file, [type=file]") || document.querySelector(".case-head").textContent.includes("byoc.invalid")`) != false {
		t.Error("files, or an address of nobody, in a chat")
	}
	b.do(js(`document.querySelector("#text").focus()`))
	b.keys("Hello Bo")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("#timeline").textContent.includes("Hello Bo")`)
	h.work()
	if len(got) != 1 || got[0].Text != "Hello Bo" || got[0].User != "visitor" {
		t.Errorf("the box got %+v", got)
	}
	if c, err := h.desk.Store.Case(t.Context(), "acme", "100014"); err != nil || len(c.Links) != 1 || string(c.Links[0].Case) != chat {
		t.Errorf("links %+v, %v, want %s", c.Links, err, chat)
	}
	b.click("header button", "Français")
	b.until(`document.querySelector(".linked")?.textContent.includes("Vient de")`)
	b.axe("a chat in French")
}

// TestTheHousesOwnChatPage: made and linked by keyboard; a visitor writes there, an agent answers, the visitor reads it; what is written while the house is away is
// sent once when it is back; a mail goes on there by its invitation. With axe, on a phone, in French.
func TestTheHousesOwnChatPage(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	h.desk.Near = true
	hooks, away := chathook.New(h.desk, nil), false
	mux := http.NewServeMux()
	mux.HandleFunc("/chat/", func(w http.ResponseWriter, r *http.Request) {
		if away && r.Method == http.MethodPost {
			hooks.ServeHTTP(httptest.NewRecorder(), r) // it is taken, and the answer is lost
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		hooks.ServeHTTP(w, r)
	})
	mux.Handle("/", h.h)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	b := openBrowser(t, srv.URL)
	b.until(`!!document.querySelector("[data-agent=ana]")`)
	b.focus("[data-agent=ana]")
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("#list h2")`)
	b.do(js(`location.hash = "#/settings/boxes/new"`))
	b.until(`!!document.querySelector("[name=way]") && document.querySelector("[name=realExternalPlatformId]").closest(".field").hidden`)
	b.do(chromedp.SendKeys("[name=name]", "Help"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector("#chat-page")`)
	b.axe("a chat page's settings")
	b.do(js(`document.querySelector("[name=invites]").click()`), chromedp.Focus("[name=invites]"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[name=invites]")?.checked && !document.querySelector(".state")?.textContent.includes("…")`)
	page := b.value(`document.querySelector("#chat-page").href`).(string)
	if page != srv.URL+"/chat/acme/help" {
		t.Fatal(page)
	}
	must(t, func() error {
		_, err := h.desk.ChangeChannel(t.Context(), "acme", "ana", "help", 0, func(c *guichet.Channel) error { c.Outbound, c.Display = true, "Acme Help"; return nil })
		return err
	}())

	b.do(chromedp.Navigate(page))
	b.until(`document.querySelector("h1")?.textContent === "Acme Help" && document.querySelector("#state").textContent.includes("Write to us")`)
	b.axe("the empty chat page")
	b.do(chromedp.SendKeys("#name", "Bo"), chromedp.SendKeys("#text", "<b>Hello</b> there"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelectorAll("#said li:not(.waits)").length === 1 && document.querySelector("#said li").textContent.includes("<b>Hello</b> there")`)
	h.work()
	if _, err := h.desk.Reply(t.Context(), "acme", "ana", "100014", desk.Answer{Text: "Good day <i>Bo</i>"}); err != nil {
		t.Fatal(err)
	}
	h.work()
	b.until(`document.querySelector("#said li.ours")?.textContent.includes("Good day <i>Bo</i>")`)
	b.axe("a chat page in use")
	if b.value(`document.querySelectorAll("#said b, #said i").length`) != 0.0 {
		t.Error("words became elements")
	}
	away = true
	b.do(chromedp.SendKeys("#text", "Are you there?"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector("#state").textContent.includes("tried again")`)
	b.do(chromedp.Reload())
	b.until(`document.querySelector("#said li.waits")?.textContent.includes("Are you there?") || document.querySelectorAll("#said li").length === 3`)
	away = false
	b.until(`document.querySelectorAll("#said li:not(.waits)").length === 3 && document.querySelectorAll("#said li.waits").length === 0`)
	if c, err := h.desk.Store.Case(t.Context(), "acme", "100014"); err != nil || c.In != 2 {
		t.Errorf("%+v, %v: what was sent again is one message", c, err)
	}
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 700, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390`)
	if b.value(`document.documentElement.scrollWidth <= 390`) != true {
		t.Error("the chat page is wider than a phone")
	}
	b.axe("a chat page on a phone")

	h.mail("support@acme.example", "From: Cy <cy@customer.example>\nTo: support@acme.example\nSubject: Kettle\nMessage-ID: <one@customer.example>\n\nIt is broken.\n")
	e, err := h.desk.Escalate(t.Context(), "acme", "ana", "100023", "help", "")
	must(t, err)
	h.work()
	b.do(chromedp.Navigate(e.URL))
	b.until(`document.querySelectorAll("#said li").length === 0 && !!document.querySelector("#text")`)
	b.do(chromedp.SendKeys("#text", "Here I am"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelectorAll("#said li:not(.waits)").length === 1`)
	if c, err := h.desk.Store.Case(t.Context(), "acme", e.Case.ID); err != nil || c.In != 1 || c.Status != guichet.Open {
		t.Errorf("the chat of the mail: %+v, %v", c, err)
	}
	if said := b.complaints(); len(said) > 0 {
		for _, s := range said {
			if !strings.Contains(s, "502") {
				t.Error(s)
			}
		}
	}
}
