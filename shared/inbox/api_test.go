package inbox_test

import (
	"testing"
)

func TestAMailIsSeenAnsweredAndSent(t *testing.T) {
	h := newHouse(t)
	h.want(200, "acme/ana", "PUT", "/engager/2.0/users/me/status", `{"status":"available"}`)
	id := h.mail("support@acme.example", firstMail)
	n := string(id.Case())
	list := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts?query=inboxAssignee=me", "")
	if at(list, "data", 0, "id") != n || at(list, "hits") != 1.0 {
		t.Fatalf("inbox: %v, want case %s", list, n)
	}
	sent := h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+n+`"},"messageContent":{"type":"TEXT","payload":{"text":"A new pair is on its way."}}}`)
	if at(sent, "message", "delivery", "state") != "queued" {
		t.Errorf("answer: %v, want queued", sent)
	}
	h.work()
	d := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+n+"/detail", "")
	if at(d, "messages", 1, "delivery", "state") != "sent" || at(d, "case", "firstResponseTime", "alreadyHasValue") != true {
		t.Errorf("detail: %v, want the answer sent and the clock met", d)
	}
}
