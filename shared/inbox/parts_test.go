package inbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// three delivers a mail, an answer to it, and one of somebody else.
func (h *house) three() (a, b, c guichet.MessageID) {
	h.t.Helper()
	a = h.mail("support@acme.example", firstMail)
	b = h.mail("support@acme.example", "From: Bo Brown <bo@customer.example>\nSubject: Re: wet\nMessage-ID: <two@c>\nIn-Reply-To: <first@customer.example>\n\nand another thing\n")
	c = h.mail("billing@acme.example", "From: Cy <cy@customer.example>\nSubject: Bill\nMessage-ID: <cy@c>\n\nhow much?\n")
	return a, b, c
}

func TestCasesAreMergedAndTakenApart(t *testing.T) {
	h := newHouse(t)
	first, _, bill := h.three()
	n, other := string(first.Case()), string(bill.Case())
	whole := h.want(200, "acme/ana", "POST", "/guichet/contacts/"+other+"/merge", `{"into":"`+n+`"}`)
	if at(whole, "id") != n || fmt.Sprint(at(whole, "mergedFrom")) != "["+other+"]" {
		t.Fatalf("merged: %v, want %s with the part %s", whole, n, other)
	}
	if got := ids(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", "")); len(got) != 3 {
		t.Errorf("timeline of the whole: %v, want three messages", got)
	}
	if again := h.want(200, "acme/ana", "POST", "/guichet/contacts/"+other+"/merge", `{"into":`+n+`}`); at(again, "version") != at(whole, "version") {
		t.Errorf("merged again: %v, want the same as before", again)
	}
	part := h.want(200, "acme/ana", "POST", "/guichet/contacts/"+other+"/unmerge", "")
	if at(part, "id") != other || at(part, "status") == "closed" {
		t.Errorf("taken apart: %v, want %s alive", part, other)
	}
	if k := h.want(200, "acme/ana", "GET", contacts+"/"+n, ""); fmt.Sprint(at(k, "mergedFrom")) != "[]" {
		t.Errorf("the whole still has parts: %v", at(k, "mergedFrom"))
	}
	h.want(404, "acme/bob", "POST", "/guichet/contacts/"+other+"/merge", `{"into":"`+n+`"}`) // he may not know of support's case
	h.want(403, "acme/sky", "POST", "/guichet/contacts/"+other+"/merge", `{"into":"`+n+`"}`)
	h.want(404, "zeta/ana", "POST", "/guichet/contacts/"+other+"/merge", `{"into":"`+n+`"}`)
	h.want(422, "acme/ana", "POST", "/guichet/contacts/"+other+"/merge", `{"into":{}}`)
	h.want(404, "acme/ana", "POST", "/guichet/contacts/"+other+"/merge", `{"into":"`+strings.Repeat("1", 5000)+`#"}`)
}

func TestAMessageIsSplitOff(t *testing.T) {
	h := newHouse(t)
	first, second, _ := h.three()
	h.pass(time.Minute)
	h.want(403, "acme/sky", "POST", "/guichet/messages/"+string(second)+"/split", "")
	fresh := h.want(201, "acme/ana", "POST", "/guichet/messages/"+string(second)+"/split", "")
	again := h.want(201, "acme/ana", "POST", "/guichet/messages/"+string(second)+"/split", "")
	n := at(fresh, "id").(string)
	if n == string(first.Case()) || at(again, "id") != n {
		t.Fatalf("split to %v, and again to %v: want one new case", n, at(again, "id"))
	}
	h.work()
	was := at(h.want(200, "acme/ana", "GET", contacts+"/"+string(first.Case())+"/messages", ""), "data", 1)
	is := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", ""), "data", 0)
	if at(was, "movedTo") != n || at(is, "cameFrom") != string(second) || at(is, "movedTo") != nil {
		t.Errorf("the message says %v where it was and %v where it is", was, is)
	}
	if at(is, "messageContent", "text") != "and another thing" {
		t.Errorf("its text is %v", at(is, "messageContent", "text"))
	}
	back := h.want(200, "acme/ana", "POST", "/guichet/contacts/"+n+"/merge", `{"into":"`+string(first.Case())+`"}`)
	if at(back, "id") != string(first.Case()) {
		t.Errorf("merged back: %v", back)
	}
}

func TestSpamIsMarkedOnTheMessage(t *testing.T) {
	h := newHouse(t)
	first, second, _ := h.three()
	n := string(first.Case())
	path := "/guichet/messages/" + string(second) + "/spam"
	badge := func() bool {
		return strings.Contains(fmt.Sprint(at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "badges")), "spam")
	}
	marked := func() any {
		return at(h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+string(second), ""), "markedAs")
	}
	h.want(403, "acme/rob", "PUT", path, "")
	h.want(404, "acme/bob", "PUT", path, "")
	for range 2 {
		h.want(204, "acme/ana", "PUT", path, "")
	}
	if !badge() || marked() != "spam" {
		t.Errorf("marked as spam: badge %v, message %v", badge(), marked())
	}
	for range 2 {
		h.want(204, "acme/sky", "DELETE", path, "")
	}
	if badge() || marked() != "ham" {
		t.Errorf("marked as no spam: badge %v, message %v", badge(), marked())
	}
	var events []string
	for _, f := range h.want(200, "acme/ana", "GET", contacts+"/"+n+"/history?size=100", "")["data"].([]any) {
		if at(f, "event") == "interaction.marked" {
			events = append(events, fmt.Sprint(at(f, "by"), " ", at(f, "detail", "as"), " ", at(f, "messageId")))
		}
	}
	if want := []string{"ana spam " + string(second), "sky ham " + string(second)}; !slices.Equal(events, want) {
		t.Errorf("history %v, want %v", events, want)
	}
	h.outbound("acme/ana", n, "hi")
	h.want(422, "acme/ana", "PUT", "/guichet/messages/"+n+"-3/spam", "")
	h.want(404, "acme/ana", "PUT", "/guichet/messages/"+n+"-4/spam", "")
}
