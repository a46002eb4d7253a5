//go:build outside

package inbox_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/channel"
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
	b.do(chromedp.Focus("[data-key=new]"))
	b.keys(kb.Enter)
	b.until(`!!document.querySelector("[name=media]")`)
	b.axe("a new messaging channel")
	b.do(chromedp.SendKeys("[name=name]", "Web chat"), js(`document.querySelector("[name=realExternalPlatformId]").value = "pigeon"`))
	b.do(chromedp.Focus("[name=name]"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.activeElement.name === "realExternalPlatformId" && document.querySelector("[data-field=realExternalPlatformId] .bad").textContent.includes("custom")`)
	b.do(js(`document.activeElement.value = "custom"`), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector("[name=clientSecret]")`)
	b.axe("a messaging channel")
	b.do(chromedp.SendKeys("[name=url]", "https://10.0.0.1"), chromedp.SendKeys("[name=clientId]", "guichet"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.activeElement.name === "url" && document.querySelector("[data-field=url] .bad").textContent.includes("internet")`)
	b.do(js(`document.activeElement.value = ""`), chromedp.SendKeys("[name=url]", "https://box.acme.example"), chromedp.SendKeys("[name=authorizationUrl]", "https://box.acme.example/auth"),
		chromedp.SendKeys("[name=clientSecret]", "planted-s3cret"), chromedp.SendKeys("[name=invitationUrl]", "https://www.acme.example/chat"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[data-field=clientSecret]")?.textContent.includes("One is kept") && document.querySelector("[name=clientSecret]").value === ""`)
	b.do(chromedp.Focus("[data-key=token-new]"))
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
	b.do(chromedp.Focus("[data-key^=linked-]"))
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
