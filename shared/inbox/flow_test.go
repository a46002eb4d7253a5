package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

const contacts = "/dfo/3.0/contacts"

func (h *house) outbound(agent, n, text string, header ...string) map[string]any {
	h.t.Helper()
	return h.want(201, agent, "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+n+`"},"messageContent":{"type":"TEXT","payload":{"text":"`+text+`"}}}`, header...)
}

func TestTwoAnswersWithOneKeyAreOne(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	sent := 0
	h.sends = func(channel.Outgoing) (channel.Sent, error) { sent++; return channel.Sent{}, nil }
	first := h.outbound("acme/ana", n, "On its way.", "Idempotency-Key", "k1")
	again := h.outbound("acme/ana", n, "On its way.", "Idempotency-Key", "k1")
	traced := h.outbound("acme/ana", n, "Another.", "X-Trace-Id", "k2")
	traced2 := h.outbound("acme/ana", n, "Another.", "X-Trace-Id", "k2")
	other := h.outbound("acme/ana", n, "On its way.")
	h.work()
	id := func(m map[string]any) any { return at(m, "message", "id") }
	if id(first) != id(again) || id(traced) != id(traced2) || id(first) == id(traced) || id(other) == id(first) {
		t.Errorf("ids %v %v, %v %v, %v: want the first two equal, the next two equal, the rest different", id(first), id(again), id(traced), id(traced2), id(other))
	}
	if sent != 3 {
		t.Errorf("%d mails left, want 3", sent)
	}
	h.want(422, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"id":"`+n+`"},"messageContent":{"text":"x"}}`, "Idempotency-Key", strings.Repeat("k", 300))
}

func TestTwoNotesWithOneKeyAreOne(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	write := func(text string, header ...string) any {
		return h.want(201, "acme/ana", "POST", contacts+"/"+n+"/notes", `{"content":"`+text+`"}`, header...)["id"]
	}
	first, again, other, bare := write("Ask Bo.", "Idempotency-Key", "k1"), write("Ask Bo.", "Idempotency-Key", "k1"), write("Ask Bo.", "Idempotency-Key", "k2"), write("Ask Bo.")
	if first != again || first == other || bare == other {
		t.Errorf("ids %v, %v, %v, %v: want the first two equal, the others different", first, again, other, bare)
	}
	answer := h.outbound("acme/ana", n, "On its way.", "Idempotency-Key", "k1")
	if at(answer, "message", "id") == first {
		t.Error("an answer with the key of a note is that note; want an answer")
	}
	if odd := h.outbound("acme/ana", n, "Gone.", "Idempotency-Key", "note:k1"); at(odd, "message", "id") == first {
		t.Error("an answer whose key looks like a note's is that note; want an answer")
	}
	h.want(422, "acme/ana", "POST", contacts+"/"+n+"/notes", `{"content":"x"}`, "Idempotency-Key", strings.Repeat("k", 300))
}

func TestTheAgentSeesWhatBecameOfTheAnswer(t *testing.T) {
	for _, r := range []struct {
		situation string
		send      error
		state     string
		reason    string
	}{
		{"the relay is down", guichet.Errorf(guichet.Temporary, "connect"), "queued", ""},
		{"the other side says no", guichet.Errorf(guichet.Permanent, "550 5.1.1 no such user"), "failed", "550 5.1.1 no such user"},
		{"it left", nil, "sent", ""},
	} {
		h := newHouse(t)
		n := string(h.mail("support@acme.example", firstMail).Case())
		h.sends = func(channel.Outgoing) (channel.Sent, error) { return channel.Sent{}, r.send }
		h.outbound("acme/ana", n, "hi")
		h.work()
		got := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", ""), "data", 1, "delivery")
		reason, _ := at(got, "reason").(string)
		if at(got, "state") != r.state || !strings.Contains(reason, r.reason) {
			t.Errorf("%s: %v, want %s %q", r.situation, got, r.state, r.reason)
		}
	}
}

// TestTheClocksAddUp (A022): elapsed + remaining = target until the breach; then nothing remains, and the case says so.
func TestTheClocksAddUp(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	for _, r := range []struct {
		pass     time.Duration
		breached bool
	}{{0, false}, {90 * time.Minute, false}, {2*time.Hour + 29*time.Minute, false}, {time.Minute, true}, {5 * time.Hour, true}} {
		h.pass(r.pass)
		k := at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "firstResponseTime")
		elapsed, left, target := at(k, "elapsed_ms").(float64), at(k, "remaining_ms").(float64), at(k, "target_ms").(float64)
		if at(k, "breached") != r.breached || target != 4*3600e3 {
			t.Errorf("after %v more: %v, want breached %v", r.pass, k, r.breached)
		}
		if !r.breached && elapsed+left != target || r.breached && (left != 0 || elapsed < target) {
			t.Errorf("after %v more: %v + %v does not fit %v", r.pass, elapsed, left, target)
		}
	}
	must(t, h.desk.SweepSLA(context.Background()))
	h.work()
	got := h.want(200, "acme/ana", "GET", contacts+"/"+n, "")
	if b := fmt.Sprint(at(got, "badges")); !strings.Contains(b, "breached-first") || strings.Contains(b, "breached-resolution") {
		t.Errorf("badges %v, want breached-first alone", b)
	}
	h.outbound("acme/ana", n, "Sorry!")
	h.work()
	if k := at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "firstResponseTime"); at(k, "alreadyHasValue") != true || at(k, "breached") != true {
		t.Errorf("after a late answer: %v, want met and still breached", k)
	}
}

func TestSearch(t *testing.T) {
	h := newHouse(t)
	var all []string
	for i := range 7 {
		to := []string{"support", "billing"}[i%2]
		id := h.mail(to+"@acme.example", fmt.Sprintf("From: P%d <p%d@customer.example>\nSubject: Case number %d about Ünïcode\nMessage-ID: <%d@x>\n\nhi\n", i, i%3, i, i))
		all = append(all, string(id.Case()))
	}
	must(t, h.desk.SetStatus(context.Background(), "acme", "ana", guichet.CaseID(all[0]), guichet.Resolved))
	must(t, h.desk.SetStatus(context.Background(), "acme", "ana", guichet.CaseID(all[1]), guichet.Pending))
	must(t, h.desk.Assign(context.Background(), "acme", "ana", guichet.CaseID(all[2]), "ana"))
	must(t, h.desk.SetTag(context.Background(), "acme", "ana", guichet.CaseID(all[3]), "vip", true))
	pick := func(ns ...int) (out []string) {
		for _, n := range ns {
			out = append(out, all[n])
		}
		return out
	}
	for _, r := range []struct {
		situation, query string
		want             []string
	}{
		{"by ticket number (A065)", "query=title=" + all[4], pick(4)},
		{"by ticket number in quotes", "query=title%20=%20%22" + all[4] + "%22", pick(4)},
		{"a number that is none", "query=title=123456", nil},
		{"a number that is right and not there", "query=title=" + string(guichet.NewCaseID(999)), nil},
		{"the SDK's own call", "&sorting=createdAt&sortingType=DESC&query=status%20IN%20(new)", pick(6, 5, 4, 3)},
		{"two statuses, upward", "sorting=createdAt&sortingType=ASC&query=status%20IN%20(new,open)", pick(2, 3, 4, 5, 6)},
		{"the API's array", "status[]=pending&status[]=resolved", pick(1, 0)},
		{"all", "", pick(6, 5, 4, 3, 2, 1, 0)},
		{"all, upward", "sorting=createdAt&sortingType=ASC", pick(0, 1, 2, 3, 4, 5, 6)},
		{"mine", "inboxAssignee=me", pick(2)},
		{"mine by number", "query=inboxAssignee=ana", pick(2)},
		{"waiting for billing", "inboxAssignee=none&routingQueueId[]=billing", pick(1, 3, 5)},
		{"a channel", "channel[]=billing", pick(5, 3, 1)},
		{"a tag", "tag[]=vip", pick(3)},
		{"not a status", "query=status%20NOT%20IN%20(new,open)", pick(1, 0)},
		{"unequal", "query=status!=new%20AND%20status!=open%20AND%20channel=support", pick(0)},
		{"an address", "endUserIdOnExternalPlatform[]=P1@customer.example", pick(4, 1)},
		{"an address of nobody", "endUserIdOnExternalPlatform[]=nobody@x", nil},
		{"a word of the subject", "query=number%205", pick(5)},
		{"a word in other letters", "query=%C3%BCN%C3%8FCODE", pick(6, 5, 4, 3, 2, 1, 0)},
		{"a part of an address", "query=p2@", pick(5, 2)},
		{"an apostrophe", "query=don't", nil},
		{"a number as a text", "query=" + all[6], pick(6)},
		{"a number as in a subject", "query=%5B%23" + all[6] + "%5D", pick(6)},
	} {
		list := h.want(200, "acme/ana", "GET", contacts+"?"+r.query, "")
		if got := ids(list); !slices.Equal(got, r.want) || at(list, "hits") != float64(len(r.want)) {
			t.Errorf("%s: %v (%v hits), want %v", r.situation, got, at(list, "hits"), r.want)
		}
		if got := h.scroll("acme/ana", contacts+"?size=2&"+r.query); !slices.Equal(got, r.want) {
			t.Errorf("%s, two by two: %v, want %v", r.situation, got, r.want)
		}
	}
}

func ids(list map[string]any) (out []string) {
	for _, c := range list["data"].([]any) {
		out = append(out, at(c, "id").(string))
	}
	return out
}

// scroll follows the tokens to the end.
func (h *house) scroll(agent, path string) (out []string) {
	h.t.Helper()
	last := ""
	for token := ""; ; {
		list := h.want(200, agent, "GET", path+"&scrollToken="+token, "")
		out = append(out, ids(list)...)
		if token = list["scrollToken"].(string); token == "" || token == last {
			return out
		}
		last = token
	}
}

func TestASearchThroughManyCasesScrolls(t *testing.T) {
	h := newHouse(t)
	var want []string
	for i := range 230 {
		id := h.mail("support@acme.example", fmt.Sprintf("From: bo@customer.example\nSubject: %s\nMessage-ID: <%d@many>\n\nhi\n", []string{"even", "odd"}[i%2], i))
		if i%2 == 1 {
			want = append(want, string(id.Case()))
		}
	}
	if got := h.scroll("acme/ana", contacts+"?size=30&sorting=createdAt&sortingType=ASC&query=odd"); !slices.Equal(got, want) {
		t.Errorf("upward: %d cases, want %d in order", len(got), len(want))
	}
	slices.Reverse(want)
	if got := h.scroll("acme/ana", contacts+"?size=30&query=odd"); !slices.Equal(got, want) {
		t.Errorf("downward: %d cases, want %d in order", len(got), len(want))
	}
}

func TestTheTimelineMergesNotesAndPartsAndPages(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	var want []string
	want = append(want, n+"-1")
	for i := range 6 {
		h.pass(time.Minute)
		m := h.want(201, "acme/ana", "POST", contacts+"/"+n+"/notes", fmt.Sprintf(`{"content":"note %d"}`, i))
		want = append(want, at(m, "id").(string))
	}
	h.pass(time.Minute)
	lost := h.mail("support@acme.example", "From: bo@customer.example\nSubject: Re: wet\nMessage-ID: <late@c>\nReferences: <unseen@c>\n\none\n")
	h.pass(time.Minute)
	h.mail("support@acme.example", "From: bo@customer.example\nSubject: Re: wet\nMessage-ID: <unseen@c>\nReferences: <first@customer.example>\n\ntwo\n") // late evidence: both are one
	d := h.want(200, "acme/ana", "GET", contacts+"/"+n+"/detail", "")
	if at(d, "case", "id") != n || fmt.Sprint(at(d, "case", "mergedFrom")) != "["+string(lost.Case())+"]" {
		t.Fatalf("the cases are not one: %v", d["case"])
	}
	want = append(want, string(lost), n+"-8")
	if got := ids(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", "")); !slices.Equal(got, want) {
		t.Errorf("timeline %v, want %v", got, want)
	}
	if by := h.want(200, "acme/ana", "GET", contacts+"/"+string(lost.Case()), ""); at(by, "id") != n {
		t.Errorf("the part's number leads to %v, want %s", at(by, "id"), n)
	}
	var paged []string
	for token := ""; ; {
		list := h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages?size=4&scrollToken="+token, "")
		paged = append(ids(list), paged...)
		if token = list["scrollToken"].(string); token == "" || len(paged) > 100 {
			break
		}
	}
	if !slices.Equal(paged, want) {
		t.Errorf("page by page %v, want %v", paged, want)
	}
	note := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", ""), "data", 1)
	if at(note, "kind") != "note" || at(note, "messageContent", "text") != "note 0" || at(note, "authorUser", "firstName") != "Ana" || at(note, "delivery") != nil {
		t.Errorf("note %v", note)
	}
}

// TestTheHistoryTellsEachAction (A024).
func TestTheHistoryTellsEachAction(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	path := contacts + "/" + n
	h.want(200, "acme/ana", "PUT", path+"/inbox-assignment", `{"userId":`+fmt.Sprintf("%.0f", at(h.want(200, "acme/ana", "GET", "/dfo/3.0/me", ""), "user", "id"))+`}`)
	h.outbound("acme/ana", n, "hi")
	h.want(201, "acme/ana", "POST", path+"/notes", `{"content":"x"}`)
	h.want(204, "acme/ana", "PUT", path+"/tags/vip", "")
	h.want(200, "acme/ana", "DELETE", path+"/inbox-assignment", "")
	h.want(200, "acme/ana", "PUT", path+"/routing-queue", `{"skillId":"billing"}`)
	h.want(200, "acme/ana", "PUT", path+"/status", `{"status":"resolved"}`)
	h.work()
	list := h.want(200, "acme/rob", "GET", path+"/history?size=100", "")
	var got []string
	for _, f := range list["data"].([]any) {
		if at(f, "by") == "ana" {
			got = append(got, at(f, "event").(string))
		}
		if at(f, "createdAt") == nil || at(f, "contactId") != n {
			t.Errorf("entry %v has no time or case", f)
		}
	}
	for _, want := range []string{"case.assigned", "reply.queued", "note.added", "case.tagged", "case.returned", "case.transferred", "case.status-changed"} {
		if c := strings.Count(strings.Join(got, " "), want); c != 1 {
			t.Errorf("%s stands %d times in ana's history %v, want once", want, c, got)
		}
	}
	var paged []any
	for page := 1; ; page++ {
		l := h.want(200, "acme/ana", "GET", fmt.Sprintf("%s/history?page=%d&size=3", path, page), "")
		paged = append(paged, l["data"].([]any)...)
		if l["scrollToken"] == "" || len(paged) > 1000 {
			break
		}
	}
	if fmt.Sprint(paged) != fmt.Sprint(list["data"]) {
		t.Errorf("page by page: %d entries, want %d in the same order", len(paged), len(list["data"].([]any)))
	}
}

func TestWhatIsTheSameCostsNoBody(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	for _, path := range []string{contacts, contacts + "/" + n, contacts + "/" + n + "/detail", contacts + "/" + n + "/messages", contacts + "/" + n + "/history", "/guichet/quarantine"} {
		tag := h.as("acme/ana", "GET", path, "").header.Get("ETag")
		if got := h.as("acme/ana", "GET", path, "", "If-None-Match", tag); got.status != 304 || got.body != "" || tag == "" {
			t.Errorf("%s again: %d %q, want 304", path, got.status, got.body)
		}
		if got := h.as("acme/ana", "GET", path, "", "If-None-Match", tag, "Accept-Language", "fr").status; got != 200 {
			t.Errorf("%s in French: %d, want 200", path, got)
		}
		if path == "/guichet/quarantine" {
			continue
		}
		h.want(201, "acme/ana", "POST", contacts+"/"+n+"/notes", `{"content":"news"}`)
		if got := h.as("acme/ana", "GET", path, "", "If-None-Match", tag).status; got != 200 {
			t.Errorf("%s after news: %d, want 200", path, got)
		}
	}
}

func TestTheWholeTextIsOneClickAway(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("All of this was written by Bo, line after line.\n", 200)
	id := string(h.mail("support@acme.example", strings.Replace(firstMail, "Hello, the shoes let water in.\n", long, 1)))
	m := at(h.want(200, "acme/ana", "GET", contacts+"/"+string(guichet.MessageID(id).Case())+"/messages", ""), "data", 0)
	if text := at(m, "messageContent", "text").(string); len(text) > guichet.MaxInlineText || at(m, "isCut") != true || strings.Contains(text, "on their way") {
		t.Errorf("timeline: %d bytes, cut %v: want a short one", len(text), at(m, "isCut"))
	}
	whole := h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+id, "")
	var all strings.Builder
	kinds := map[any]bool{}
	for _, s := range whole["folded"].([]any) {
		all.WriteString(at(s, "text").(string))
		kinds[at(s, "kind")] = true
	}
	if all.String() != whole["text"] || !strings.Contains(all.String(), long) || !strings.Contains(all.String(), "> Your shoes are on their way.") || !kinds["own"] || !kinds["quoted"] {
		t.Errorf("whole text: %d bytes, kinds %v: want all, told apart", all.Len(), kinds)
	}
}

func TestWhyHere(t *testing.T) {
	h := newHouse(t)
	first := h.mail("support@acme.example", firstMail)
	id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\nSubject: Re: wet\nMessage-ID: <two@c>\nIn-Reply-To: <first@customer.example>\n\nand?\n")
	w := h.want(200, "acme/rob", "GET", "/dfo/3.0/messages/"+string(id)+"/why", "")
	if w["rule"] != "in-reply-to" || at(w, "evidence", 0, "contactId") != string(first.Case()) || at(w, "verdicts", "dmarc") != "PASS" || at(w, "envelope", "to") != "support@acme.example" || w["configuration"] == "" {
		t.Errorf("why: %v", w)
	}
	if w := h.want(200, "acme/rob", "GET", "/dfo/3.0/messages/"+string(first)+"/why", ""); w["rule"] != "new" || w["reason"] == "" {
		t.Errorf("why of the first: %v", w)
	}
}

func TestReplayHere(t *testing.T) {
	h := newHouse(t)
	first := h.mail("support@acme.example", firstMail)
	id := h.mail("support@acme.example", "From: Bo <bo@customer.example>\nSubject: Re: wet\nMessage-ID: <two@c>\nIn-Reply-To: <first@customer.example>\n\nand?\n")
	h.want(200, "acme/ana", "PUT", contacts+"/"+string(first.Case())+"/status", `{"status":"trashed"}`)
	r := h.want(200, "acme/ana", "GET", "/guichet/messages/"+string(id)+"/replay", "")
	if r["same"] != true || at(r, "now", "rule") != "in-reply-to" || at(r, "recorded", "rule") != "in-reply-to" || r["differs"] != nil {
		t.Errorf("the case was not trashed then: %v", r)
	}
}

func TestQuarantineKeepsTheTextBackUntilItIsReleased(t *testing.T) {
	h := newHouse(t)
	id := string(h.deliver("support@acme.example", firstMail, guichet.Verdicts{Virus: "FAIL", Spam: "PASS"}))
	n := string(guichet.MessageID(id).Case())
	list := h.want(200, "acme/ana", "GET", "/guichet/quarantine", "")
	if at(list, "data", 0, "id") != id || at(list, "data", 0, "reason") == "" || at(list, "data", 0, "verdicts", "virus") != "FAIL" {
		t.Fatalf("quarantine: %v", list)
	}
	if other := h.want(200, "zeta/ana", "GET", "/guichet/quarantine", ""); at(other, "hits") != 0.0 {
		t.Errorf("another tenant's quarantine: %v", other)
	}
	if bob := h.want(200, "acme/bob", "GET", "/guichet/quarantine", ""); at(bob, "hits") != 0.0 {
		t.Errorf("bob may billing alone and sees %v", bob)
	}
	if r := h.as("acme/ana", "GET", contacts+"/"+n+"/messages", ""); strings.Contains(r.body, "let water in") {
		t.Errorf("the text is shown: %s", r.body)
	}
	for path, want := range map[string]int{"": 403, "/raw": 403, "/html": 403, "/attachments/0": 403, "/why": 200} {
		h.want(want, "acme/rob", "GET", "/dfo/3.0/messages/"+id+path, "")
	}
	for path, want := range map[string]int{"": 200, "/raw": 200, "/html": 409, "/attachments/0": 409} {
		h.want(want, "acme/ana", "GET", "/dfo/3.0/messages/"+id+path, "")
	}
	h.want(403, "acme/rob", "POST", "/guichet/quarantine/"+id+"/release", "")
	h.want(204, "acme/ana", "POST", "/guichet/quarantine/"+id+"/release", "")
	h.want(204, "acme/ana", "POST", "/guichet/quarantine/"+id+"/release", "")
	h.work()
	if r := h.as("acme/rob", "GET", contacts+"/"+n+"/messages", ""); !strings.Contains(r.body, "let water in") {
		t.Errorf("after the release the text is not shown: %s", r.body)
	}
	if list := h.want(200, "acme/ana", "GET", contacts+"?inboxAssignee=none", ""); at(list, "data", 0, "id") != n {
		t.Errorf("after the release the case does not wait: %v", list)
	}
	if q := h.want(200, "acme/ana", "GET", "/guichet/quarantine", ""); at(q, "data", 0, "releasedBy") != "ana" {
		t.Errorf("quarantine after the release: %v", q)
	}
}

func TestClientsOfTheAPIFindTheirFields(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.want(200, "acme/ana", "PUT", contacts+"/"+n+"/inbox-assignment", `{"inboxAssignee":"ana"}`)
	h.outbound("acme/ana", n, "hi")
	d := h.want(200, "acme/ana", "GET", contacts+"/"+n+"/detail", "")
	has := func(what string, v any, fields string) {
		t.Helper()
		m, _ := v.(map[string]any)
		for _, f := range strings.Fields(fields) {
			if m[f] == nil {
				t.Errorf("%s has no %s: %v", what, f, v)
			}
		}
	}
	has("case", d["case"], "id status threadIdOnExternalPlatform threadId direction createdAt contactId customFields inboxAssignee inboxAssigneeUser recipients endUserRecipients routingQueueId skillId statusUpdatedAt inboundCount outboundCount")
	has("assignee", at(d, "case", "inboxAssigneeUser"), "id incontactId")
	has("author", at(d, "case", "authorEndUserIdentity"), "id idOnExternalPlatform fullName")
	has("recipient", at(d, "case", "recipients", 0), "idOnExternalPlatform isPrimary isPrivate")
	for i := range 2 {
		has("message", at(d, "messages", i), "id postId threadId messageContent direction createdAt isDeletedOnExternalPlatform isHiddenOnExternalPlatform attachments")
		if at(d, "messages", i, "messageContent", "type") != "TEXT" {
			t.Errorf("message content %v", at(d, "messages", i, "messageContent"))
		}
	}
	has("author of the answer", at(d, "messages", 1, "authorUser"), "id firstName")
	has("channel", d["channel"], "id idOnExternalPlatform name isPrivate realExternalPlatformId hasReply hasTreeStructure hasCcAndBcc wysiwygEnabled isTrackingMessageDeliveryStatus")
	has("thread", d["thread"], "id channelId")
	has("permissions", d["rolePermissions"], "canApproveDraft canAssign canCreateDraft canReply canUnassign")
	me := h.want(200, "acme/ana", "GET", "/dfo/3.0/me", "")
	has("user", me["user"], "id incontactId firstName")
	has("brand", me["brand"], "id")
	for _, path := range []string{"channels?includeDeleted=1&orderBy=name&order=asc", "routing-queues?size=500", "tags", "users"} {
		if r := h.as("acme/ana", "GET", "/dfo/3.0/"+path, ""); !strings.HasPrefix(r.body, "[{") {
			t.Errorf("%s is no array: %.80s", path, r.body)
		}
	}
}

// TestASkillMayHaveANumberAsItsName: clients send {"skillId":4001}.
func TestASkillMayHaveANumberAsItsName(t *testing.T) {
	h := newHouse(t)
	must(t, h.desk.Store.SaveSkill(context.Background(), "acme", guichet.Skill{ID: "4001", Name: "Shoes"}))
	n := string(h.mail("support@acme.example", firstMail).Case())
	if got := h.want(200, "acme/ana", "PUT", contacts+"/"+n+"/routing-queue", `{"skillId":4001}`); got["routingQueueId"] != "4001" || got["skillId"] != 4001.0 {
		t.Errorf("transfer to 4001: %v %v", got["routingQueueId"], got["skillId"])
	}
	back := fmt.Sprintf(`{"skillId":%.0f}`, at(h.want(200, "acme/ana", "GET", contacts+"/"+string(h.mail("billing@acme.example", "From: x@y.example\nSubject: q\n\nq\n").Case()), ""), "skillId"))
	if got := h.want(200, "acme/ana", "PUT", contacts+"/"+n+"/routing-queue", back); got["routingQueueId"] != "billing" {
		t.Errorf("transfer by the number of billing: %v", got["routingQueueId"])
	}
}

func TestSentMailIsListed(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) {
		o.SentMail = func() ([]inbox.SentMail, error) {
			return []inbox.SentMail{{ID: "a", At: time.Unix(1, 0), Raw: []byte("From: s@acme.example\r\nTo: bo@c.example\r\nSubject: =?utf-8?q?R=C3=A9p?=\r\n\r\nhello")}, {ID: "b", Raw: []byte("no mail at all")}}, nil
		}
	})
	list := h.want(200, "acme/ana", "GET", "/guichet/sent", "")
	if at(list, "data", 0, "title") != "Rép" || at(list, "data", 0, "text") != "hello" || at(list, "hits") != 2.0 {
		t.Errorf("sent: %v", list)
	}
}
