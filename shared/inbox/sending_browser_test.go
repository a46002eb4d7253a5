//go:build outside

package inbox_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/shared/channel"
	"guichet/shared/channel/smtptest"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// TestARelayInABrowser: set, tried, refused, kept without showing its password, removed; with axe, on a phone, in French.
func TestARelayInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	srv := smtptest.New(t, smtptest.Start)
	srv.User, srv.Password = "guichet", "right"
	text, err := secret.AddKey(nil)
	must(t, err)
	h.desk.Vault, err = secret.ReadKeys(text)
	must(t, err)
	h.desk.Relay = srv.Finish
	b.do(js(`location.hash = "#/settings/relays"`))
	b.pane("relays")
	b.until(`document.querySelectorAll(".panel tbody tr").length === 2`)
	b.axe("the list of relays")
	b.click(".panel a", "support desk")
	b.until(`!!document.querySelector("[name=host]")`)
	b.axe("a channel without a relay")
	b.do(chromedp.SendKeys("[name=host]", "smtp.acme.example:587"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.activeElement.name === "host" && document.querySelector("[data-field=host] .bad").textContent.includes("without port")`)
	b.do(js(`document.querySelector("[name=host]").value = "`+srv.Host+`"; document.querySelector("[name=port]").value = "`+strconv.Itoa(srv.Port)+`"`),
		chromedp.SendKeys("[name=user]", "guichet"), chromedp.SendKeys("[name=password]", "wrong"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`!!document.querySelector("[data-key=relay-try]") && document.querySelector("[name=password]").value === "" && document.querySelector("[data-field=password]").textContent.includes("One is kept")`)
	tried := func(want string) {
		b.do(js(`document.querySelector("[data-key=relay-try]").click()`))
		b.until(`document.querySelector("[role=status] p")?.textContent.includes("being tested")`)
		h.work()
		b.until(`document.querySelector("[role=status] p")?.textContent.includes("` + want + `")`)
	}
	tried("It does not work")
	b.axe("a relay that does not work")
	b.do(chromedp.SendKeys("[name=password]", "right"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.until(`document.querySelector("[data-key=relay-try]") && document.querySelector("[name=password]").value === "" && !document.querySelector("[role=status] p.bad")`)
	tried("It took the password (PLAIN)")
	b.do(js(`location.hash = "#/settings/channels/support"`))
	b.until(`document.querySelector("[name=display_name]")?.disabled && document.querySelector("[name=force_tls]").disabled && document.querySelector("[data-field=display_name]").textContent.includes("Set on the relay")`)
	b.axe("a channel with a relay")
	b.do(js(`location.hash = "#/settings/relays/support"`))
	b.until(`!!document.querySelector("[data-key=relay-remove]")`)
	b.click("header button", "Français")
	b.until(`document.querySelector("#panel h2")?.textContent === "Relais de messagerie" && !!document.querySelector("[data-key=relay-remove]")`)
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	b.until(`innerWidth === 390`)
	b.fits("a relay")
	b.axe("a relay on a phone, in French")
	command(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	b.do(js(`document.querySelector("[data-key=relay-remove]").click()`))
	b.until(`!!document.querySelector("dialog[open]")`)
	b.do(js(`document.querySelector("dialog[open] button.main").click()`))
	b.until(`!document.querySelector("[data-key=relay-remove]") && document.querySelector("[name=host]").value === ""`)
	if said := b.complaintsBut("422", "404"); said != "" {
		t.Errorf("the browser complains: %s", said)
	}
}

// TestWhatBecameOfItInABrowser: for each recipient, on the case; the stopped address there and in the settings, and how it is lifted.
func TestWhatBecameOfItInABrowser(t *testing.T) {
	h, b := settingsHouse(t, "ana")
	h.sends = func(channel.Outgoing) (channel.Sent, error) {
		return channel.Sent{MailID: "x@eu-west-1.amazonses.com"}, nil
	}
	n := h.mail("support@acme.example", firstMail).Case()
	m, err := h.desk.Reply(context.Background(), "acme", "ana", n, desk.Answer{Text: "hi", Cc: []guichet.Person{{Addr: "cy@customer.example", Name: "Cy"}}})
	must(t, err)
	h.work()
	hear := func(r desk.Receipt) {
		r.Tenant, r.Message, r.At = "acme", m.ID(), h.clock()
		must(t, h.desk.Receipt(context.Background(), r))
	}
	hear(desk.Receipt{Delivery: guichet.Delivered, Recipients: []string{"cy@customer.example"}})
	hear(desk.Receipt{Delivery: guichet.Bounced, Recipients: []string{"bo@customer.example"}, Code: "bounce.NoEmail", Reason: "550 5.1.1 unknown", Stop: guichet.StoppedByBounce})
	b.do(js(`location.hash = "#/recent/` + string(n) + `"`))
	b.until(`!!document.querySelector("details.fates") && document.querySelector(".case-head .bad")?.textContent.includes("mail came back for good")`)
	b.until(`document.querySelector(".msg.outbound .state.bad").textContent === "came back: 1 of 2 delivered"`)
	b.do(js(`document.querySelector("details.fates summary").focus()`))
	b.keys(kb.Enter)
	b.until(`document.querySelector("details.fates").open && document.querySelector("details.fates li").textContent.includes("there is no such mailbox – 550 5.1.1 unknown") && document.querySelectorAll("details.fates li")[1].textContent.includes("Cy delivered")`)
	b.axe("a case with a stopped address")
	b.do(js(`location.hash = "#/settings/suppressed"`))
	b.pane("suppressed")
	b.until(`document.querySelector(".panel tbody th")?.textContent === "bo@customer.example"`)
	b.axe("stopped addresses")
	b.do(js(`location.hash = "#/recent/` + string(n) + `"`))
	b.until(`!!document.querySelector("[data-key=lift]")`)
	b.do(js(`document.querySelector("[data-key=lift]").click()`))
	b.until(`!document.querySelector(".case-head .bad")`)
	b.do(js(`location.hash = "#/settings/suppressed"`))
	b.until(`document.querySelector(".panel .empty")?.textContent === "Mail goes to all addresses."`)
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %s", said)
	}
}
