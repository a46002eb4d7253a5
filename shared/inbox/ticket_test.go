package inbox_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

func (h *house) ticket(agent, path string) string {
	h.t.Helper()
	return h.want(200, agent, "GET", "/guichet/ticket?path="+url.QueryEscape(path), "")["url"].(string)
}

func TestATicketOpensOneFileForAWhile(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", richMail))
	at := "/dfo/3.0/messages/" + id
	for _, path := range []string{"/html", "/html?images=1", "/raw", "/attachments/0"} {
		mine, byTicket := h.as("acme/ana", "GET", at+path, ""), h.as("", "GET", h.ticket("acme/ana", at+path), "")
		if byTicket.status != 200 || byTicket.body != mine.body || byTicket.header.Get("Content-Security-Policy") != mine.header.Get("Content-Security-Policy") {
			t.Errorf("%s by ticket: %d, want what the agent gets", path, byTicket.status)
		}
	}
	ticket := h.ticket("acme/ana", at+"/raw")
	text, sum, _ := strings.Cut(strings.TrimPrefix(ticket, "/page/t/"), ".")
	_, other, _ := strings.Cut(strings.TrimPrefix(h.ticket("acme/ana", at+"/html"), "/page/t/"), ".")
	for situation, forged := range map[string]string{"another's signature": text + "." + other, "no signature": text, "cut": text[:len(text)-2] + "." + sum, "nothing": "x.", "no text": "." + sum} {
		if got := h.as("", "GET", "/page/t/"+forged, "").status; got != 404 {
			t.Errorf("%s: %d, want 404", situation, got)
		}
	}
	for _, path := range []string{"/dfo/3.0/me", "/dfo/3.0/messages/" + id, at + "/html?images=2", at + "/raw/../../../contacts", "https://evil.example/", "/guichet/ticket", ""} {
		h.want(422, "acme/ana", "GET", "/guichet/ticket?path="+url.QueryEscape(path), "")
	}
	h.want(401, "", "GET", "/guichet/ticket?path="+at+"/raw", "")
	if got := h.as("", "POST", ticket, "").status; got != 404 {
		t.Errorf("POST of a ticket: %d, want 404", got)
	}
	h.pass(3 * time.Minute)
	if got := h.as("", "GET", ticket, "").status; got != 410 {
		t.Errorf("an old ticket: %d, want 410", got)
	}
}

// TestATicketGivesNoRight: whoever makes one for what he may not see gets an address that says 404.
func TestATicketGivesNoRight(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", richMail))
	for _, agent := range []string{"zeta/ana", "acme/nil", "acme/bob"} {
		if got := h.as("", "GET", h.ticket(agent, "/dfo/3.0/messages/"+id+"/raw"), "").status; got != 404 {
			t.Errorf("%s: %d, want 404", agent, got)
		}
	}
	held := string(h.deliver("support@acme.example", firstMail, guichet.Verdicts{Virus: "FAIL"}))
	if got := h.as("", "GET", h.ticket("acme/rob", "/dfo/3.0/messages/"+held+"/raw"), "").status; got != 403 {
		t.Errorf("quarantined, by a reader: %d, want 403", got)
	}
}

func TestThePoolsAddressIsInThePolicyAlone(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.OAuth = inbox.OAuth{URL: "https://pool.example", Client: "c1"} })
	if p := h.as("", "GET", "/", "").header.Get("Content-Security-Policy"); !strings.Contains(p, "connect-src 'self' https://pool.example;") || strings.Count(p, "pool.example") != 1 {
		t.Errorf("policy %q", p)
	}
	if got := h.want(200, "", "GET", "/guichet/sign-in", ""); at(got, "provider", "clientId") != "c1" || at(got, "enabled") != false {
		t.Errorf("sign-in info %v", got)
	}
	if p := newHouse(t).as("", "GET", "/", "").header.Get("Content-Security-Policy"); !strings.Contains(p, "connect-src 'self';") {
		t.Errorf("policy without a pool %q", p)
	}
}
