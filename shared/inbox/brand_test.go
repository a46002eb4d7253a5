package inbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// sent has the house keep what leaves.
func (h *house) keepSent() *[]channel.Outgoing {
	var out []channel.Outgoing
	h.sends = func(m channel.Outgoing) (channel.Sent, error) {
		out = append(out, m)
		return channel.Sent{}, nil
	}
	return &out
}

func body(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func first(t *testing.T, h *house) string {
	t.Helper()
	id := h.mail("support@acme.example", firstMail)
	return string(id.Case())
}

const brand = `<html><head><title>{{case.subject}}</title></head><body><div class="b">{{body}}</div><p>{{agent.name}} · {{case.ticket}} · {{contact.name}}</p></body></html>`

// TestTemplatePreviewIsWhatIsSent: the HTML of the preview of an answer is, byte for byte, the HTML part of the mail that leaves (A073).
func TestTemplatePreviewIsWhatIsSent(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	id := first(t, h)
	tpl := h.want(201, "acme/ana", "POST", "/guichet/templates", body(map[string]any{"name": "Brand", "rules": brand}))
	h.want(200, "acme/ana", "PUT", "/guichet/channels/support/composing", body(map[string]any{"templateId": tpl["id"]}))
	sig := h.want(201, "acme/ana", "POST", "/guichet/signatures", body(map[string]any{"name": "Ana", "html": "<p><b>Ana</b> <script>x</script></p>", "text": "Ana, in text"}))
	h.want(204, "acme/ana", "PUT", "/guichet/signatures/"+sig["id"].(string)+"/users/ana", "")
	for name, payload := range map[string]map[string]any{
		"text":     {"text": "Plain & <simple>\n\nتم"},
		"markdown": {"markdown": "Hello **Bo**,\n\n- one\n- <b>two</b>\n\n[x](https://x.example/?a=1&b=2)"},
		"html":     {"html": `<p onclick="x()">Hi <i>there</i><img src="https://x.example/a.png"></p>`},
	} {
		letter := map[string]any{"messageContent": map[string]any{"payload": payload}, "quote": true}
		seen := h.want(200, "acme/ana", "POST", "/guichet/contacts/"+id+"/preview", body(letter))
		letter["thread"] = map[string]any{"idOnExternalPlatform": id}
		h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body(letter))
		h.work()
		left := mail.Parse((*out)[len(*out)-1].Raw)
		if want := seen["html"].(string); left.HTML != want || want == "" {
			t.Errorf("%s: previewed\n%q\nsent\n%q", name, want, left.HTML)
		}
		if got, want := strings.TrimSpace(left.Text), strings.TrimSpace(seen["text"].(string)); got != want || !strings.Contains(got, "Ana, in text") {
			t.Errorf("%s: previewed\n%q\nsent\n%q", name, want, got)
		}
		if left.Subject != seen["title"] || at(seen, "recipients", 0, "idOnExternalPlatform") != left.To[0].Addr {
			t.Errorf("%s: previewed %v to %v, sent %q to %v", name, seen["title"], seen["recipients"], left.Subject, left.To)
		}
		for _, want := range []string{`<div class="b">`, "<b>Ana</b>", "Ana · " + id + " · Bo Brown</p>", "the shoes let water in"} {
			if !strings.Contains(left.HTML, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, left.HTML)
			}
		}
		if strings.Contains(left.HTML, "script") || strings.Contains(left.HTML, "onclick") {
			t.Errorf("%s: something that runs left:\n%s", name, left.HTML)
		}
	}
	live := h.want(200, "acme/ana", "POST", "/guichet/templates/preview", body(map[string]any{"rules": brand, "markdown": "x **y**", "signature": "<i>S</i>"}))
	if html := live["html"].(string); !strings.Contains(html, "<strong>y</strong>") || !strings.Contains(html, "<i>S</i>") || !strings.Contains(html, "100012") {
		t.Errorf("the live preview shows %s", html)
	}
}

// TestTemplates: CRUD, and what is refused: A072-A074.
func TestTemplates(t *testing.T) {
	h := newHouse(t)
	tpl := h.want(201, "acme/ana", "POST", "/guichet/templates", body(map[string]any{"name": "Brand", "rules": "<b>{{body}}</b>", "direction": "rtl"}))
	path := "/guichet/templates/" + tpl["id"].(string)
	if tpl["direction"] != "rtl" || tpl["active"] != true {
		t.Errorf("made %v", tpl)
	}
	for name, c := range map[string]struct {
		method, path, body, field string
		status                    int
	}{
		"no body":               {"POST", "/guichet/templates", `{"name":"x","rules":"<p></p>"}`, "rules", 422},
		"a script":              {"POST", "/guichet/templates", `{"name":"x","rules":"{{body}}<script></script>"}`, "rules", 422},
		"a script, to be shown": {"POST", "/guichet/templates/preview", `{"rules":"{{body}}<script></script>"}`, "rules", 422},
		"no name":               {"POST", "/guichet/templates", `{"rules":"{{body}}"}`, "name", 422},
		"a direction":           {"POST", "/guichet/templates", `{"name":"x","rules":"{{body}}","direction":"up"}`, "direction", 422},
		"one that is not there": {"PUT", "/guichet/templates/99", `{"name":"x","rules":"{{body}}"}`, "", 404},
		"an id that is none":    {"DELETE", "/guichet/templates/x%23y", "", "", 404},
		"another version":       {"PUT", path, `{"name":"x","rules":"{{body}}","version":7}`, "", 409},
		"a channel with none":   {"PUT", "/guichet/channels/support/composing", `{"templateId":"99"}`, "templateId", 422},
		"too many seconds":      {"PUT", "/guichet/channels/support/composing", `{"undoSeconds":61}`, "undo", 422},
		"a channel that is not": {"PUT", "/guichet/channels/nope/composing", `{}`, "", 404},
		"an empty signature":    {"POST", "/guichet/signatures", `{"name":"x"}`, "text", 422},
		"a signature of markup": {"POST", "/guichet/signatures", `{"name":"x","html":"<script>y</script>"}`, "text", 422},
		"nobody signs":          {"PUT", "/guichet/signatures/99/users/ana", "", "", 404},
	} {
		r := h.as("acme/ana", c.method, c.path, c.body)
		if r.status != c.status || c.field != "" && !strings.Contains(r.body, `"field":"`+c.field+`"`) {
			t.Errorf("%s: got %d %s, want %d of %s", name, r.status, r.body, c.status, c.field)
		}
		if r := h.as("acme/rob", c.method, c.path, c.body); r.status != 403 && (c.path != "/guichet/channels/nope/composing" || r.status != 404) {
			t.Errorf("%s, without the right: got %d, want 403", name, r.status)
		}
	}
	h.want(200, "acme/ana", "PUT", "/guichet/channels/support/composing", body(map[string]any{"templateId": tpl["id"], "undoSeconds": 5}))
	if r := h.as("acme/ana", "DELETE", path, ""); r.status != 409 || !strings.Contains(r.body, "support desk") {
		t.Errorf("a template in use: got %d %s, want 409 naming the channel", r.status, r.body)
	}
	h.want(200, "acme/ana", "PUT", path, `{"name":"x","rules":"<i>{{body}}</i>","active":false}`)
	h.want(200, "acme/ana", "PUT", "/guichet/channels/support/composing", `{}`)
	h.want(204, "acme/ana", "DELETE", path, "")
	if r := h.as("acme/ana", "GET", "/guichet/templates", ""); strings.TrimSpace(r.body) != "[]" {
		t.Errorf("left: %s", r.body)
	}
}

// TestTemplateInUseIsNeverGone: a channel takes a template while it is deleted, many times: either it is gone and the channel has none, or it stays.
func TestTemplateInUseIsNeverGone(t *testing.T) {
	h := newHouse(t)
	for range 15 {
		tpl := h.want(201, "acme/ana", "POST", "/guichet/templates", body(map[string]any{"name": "Brand", "rules": "{{body}}"}))["id"].(string)
		var wg sync.WaitGroup
		wg.Go(func() {
			h.as("acme/ana", "PUT", "/guichet/channels/support/composing", body(map[string]any{"templateId": tpl}))
		})
		wg.Go(func() { h.as("acme/ana", "DELETE", "/guichet/templates/"+tpl, "") })
		wg.Wait()
		has := h.want(200, "acme/ana", "GET", "/guichet/channels/support/composing", "")["templateId"]
		list := h.as("acme/ana", "GET", "/guichet/templates", "").body
		if there := strings.Contains(list, `"id":"`+tpl+`"`); has == tpl && !there {
			t.Fatalf("the channel names template %s, which is gone: %s", tpl, list)
		}
		h.want(200, "acme/ana", "PUT", "/guichet/channels/support/composing", `{}`)
	}
}

// TestOneSignatureEach: a user who gets a second signature has that one alone, and of 20 calls at once one is the last (A077).
func TestOneSignatureEach(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for i := range 20 {
		ids = append(ids, h.want(201, "acme/ana", "POST", "/guichet/signatures", body(map[string]any{"name": fmt.Sprint("S", i), "text": fmt.Sprint("signed ", i)}))["id"].(string))
	}
	has := func() (n int, which string) {
		var list []map[string]any
		must(t, json.Unmarshal([]byte(h.as("acme/ana", "GET", "/guichet/signatures", "").body), &list))
		for _, s := range list {
			for _, u := range s["users"].([]any) {
				if u == "bob" {
					n, which = n+1, s["id"].(string)
				}
			}
		}
		return n, which
	}
	for _, id := range ids[:2] {
		h.want(204, "acme/ana", "PUT", "/guichet/signatures/"+id+"/users/bob", "")
		if n, which := has(); n != 1 || which != id {
			t.Errorf("bob has %d signatures, %s; want 1, %s", n, which, id)
		}
	}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			if r := h.as("acme/ana", "PUT", "/guichet/signatures/"+id+"/users/bob", ""); r.status != 204 && r.status != 503 {
				t.Errorf("assign: %d %s", r.status, r.body)
			}
		})
	}
	wg.Wait()
	n, which := has()
	if n != 1 {
		t.Errorf("after 20 at once bob has %d signatures", n)
	}
	h.want(204, "acme/ana", "DELETE", "/guichet/signatures/"+ids[0]+"/users/bob", "")
	if n, now := has(); which != ids[0] && (n != 1 || now != which) {
		t.Errorf("taking another signature away took %s from him", which)
	}
	h.want(204, "acme/ana", "DELETE", "/guichet/signatures/"+which, "")
	if n, _ := has(); n != 0 {
		t.Errorf("bob has a signature that is gone")
	}
}

// TestUndo: an answer under undo is not sent before its time, and taking it back races with sending it: exactly one of the two happens.
func TestUndo(t *testing.T) {
	h := newHouse(t)
	var mu sync.Mutex
	left := map[guichet.MessageID]int{}
	h.sends = func(m channel.Outgoing) (channel.Sent, error) {
		mu.Lock()
		defer mu.Unlock()
		left[m.Message]++
		return channel.Sent{}, nil
	}
	id := first(t, h)
	h.want(200, "acme/ana", "PUT", "/guichet/channels/support/composing", `{"undoSeconds":10}`)
	say := func(n int) string {
		out := h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": map[string]any{"id": id}, "messageContent": map[string]any{"text": fmt.Sprint("answer ", n)}}))
		if s := at(out, "message", "delivery", "state"); s != "scheduled" || at(out, "message", "scheduledAt") == nil {
			t.Fatalf("an answer under undo is %v", out["message"])
		}
		return at(out, "message", "id").(string)
	}
	m := say(0)
	h.pass(9 * time.Second)
	must(t, h.desk.SweepSLA(t.Context()))
	h.work()
	if len(left) != 0 {
		t.Fatal("it left before its time")
	}
	taken, gone := 0, 0
	for i := range 12 {
		h.pass(10 * time.Second)
		var wg sync.WaitGroup
		var status int
		wg.Go(func() { status = h.as("acme/ana", "DELETE", "/guichet/messages/"+m+"/schedule", "").status })
		wg.Go(func() {
			if i%2 == 0 {
				must(t, h.desk.SweepSLA(t.Context()))
			} else {
				h.as("acme/ana", "POST", "/guichet/messages/"+m+"/send-now", "")
			}
		})
		wg.Wait()
		must(t, h.desk.SweepSLA(t.Context()))
		h.work()
		switch {
		case status == 200 && left[guichet.MessageID(m)] == 0:
			taken++
		case status == 409 && left[guichet.MessageID(m)] == 1:
			gone++
		default:
			t.Fatalf("taking it back gave %d, and it left %d times", status, left[guichet.MessageID(m)])
		}
		m = say(i + 1)
	}
	t.Logf("%d taken back, %d left", taken, gone)
}

// TestNotesNeverLeave tries every way out with a note.
func TestNotesNeverLeave(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	id := first(t, h)
	const secret = "between-us-alone"
	note := h.want(201, "acme/ana", "POST", "/dfo/3.0/contacts/"+id+"/notes", body(map[string]any{"content": secret}))["id"].(string)
	words := map[string]any{"text": "words"}
	someone := []any{map[string]any{"idOnExternalPlatform": "x@third.example", "isPrimary": true}}
	thread := map[string]any{"id": id}
	for name, c := range map[string]struct {
		status             int
		method, path, body string
	}{
		"as the answered message":            {422, "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": thread, "messageContent": words, "quote": true, "replyToMessage": map[string]any{"id": note}})},
		"passed on":                          {422, "POST", "/guichet/contacts/" + id + "/forward", body(map[string]any{"message": map[string]any{"id": note}, "messageContent": words, "recipients": someone})},
		"passed on by the channel's call":    {422, "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": thread, "messageContent": words, "recipients": someone, "forward": map[string]any{"message": map[string]any{"id": note}}})},
		"in a preview":                       {422, "POST", "/guichet/contacts/" + id + "/preview", body(map[string]any{"message": map[string]any{"id": note}, "messageContent": words, "recipients": someone})},
		"as a draft to be passed on":         {422, "POST", "/dfo/3.0/contacts/" + id + "/message-drafts", body(map[string]any{"message": map[string]any{"id": note}, "messageContent": words, "recipients": someone, "submit": true})},
		"sent at once":                       {422, "POST", "/guichet/messages/" + note + "/send-now", ""},
		"sent later":                         {422, "PUT", "/guichet/messages/" + note + "/schedule", `{"scheduledAt":"2026-03-03T09:00:00Z"}`},
		"taken back, which it never can":     {422, "DELETE", "/guichet/messages/" + note + "/schedule", ""},
		"with everything quoted, to all":     {201, "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": thread, "messageContent": words, "quote": true, "replyAll": true})},
		"the mail passed on beside the note": {201, "POST", "/guichet/contacts/" + id + "/forward", body(map[string]any{"message": map[string]any{"id": id + "-1"}, "messageContent": words, "recipients": someone})},
	} {
		if r := h.as("acme/ana", c.method, c.path, c.body); r.status != c.status {
			t.Errorf("%s: got %d %s, want %d", name, r.status, r.body, c.status)
		}
	}
	for _, k := range []guichet.FactKind{guichet.ReplyQueued, guichet.ReplyScheduled, guichet.NoteAdded} {
		must(t, h.desk.Deliver(t.Context(), guichet.Fact{ID: "forged@1", Kind: k, Tenant: "acme", Case: guichet.CaseID(id), Message: guichet.MessageID(note), At: h.clock()}))
	}
	h.work()
	if len(*out) != 2 {
		t.Errorf("%d mails left, want 2", len(*out))
	}
	for _, m := range *out {
		p := mail.Parse(m.Raw)
		if bytes.Contains(m.Raw, []byte(secret)) || strings.Contains(p.Text+p.HTML+p.Subject, secret) {
			t.Errorf("the note left with message %s", m.Message)
		}
	}
}

// TestStartOverTheWire: a conversation begins by the channel's own call, once for each key (D-25, A046).
func TestStartOverTheWire(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	ask := body(map[string]any{"title": "Your order", "messageContent": map[string]any{"text": "It is late."}, "recipients": []any{map[string]any{"idOnExternalPlatform": "bo@customer.example", "name": "Bo", "isPrimary": true}}})
	first := h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", ask, "Idempotency-Key", "k")
	again := h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", ask, "Idempotency-Key", "k")
	h.work()
	if at(first, "message", "id") != at(again, "message", "id") || len(*out) != 1 || at(first, "consumerContact", "direction") != "outbound" || at(first, "consumerContact", "inboxAssigneeUser", "incontactId") != "ana" {
		t.Errorf("first %v, again %v, %d left", first["consumerContact"], at(again, "message", "id"), len(*out))
	}
	for who, want := range map[string]int{"acme/rob": 403, "acme/sky": 403, "acme/bob": 404} {
		if r := h.as(who, "POST", "/dfo/3.0/channels/support/outbound", ask); r.status != want {
			t.Errorf("%s: got %d %s, want %d", who, r.status, r.body, want)
		}
	}
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	must(t, err)
	off := *cfg.Channels["support"]
	off.Outbound = false
	must(t, h.desk.Store.SaveChannel(t.Context(), off))
	if r := h.as("acme/ana", "POST", "/dfo/3.0/channels/support/outbound", ask); r.status != http.StatusForbidden || !strings.Contains(r.body, "outbound_off") {
		t.Errorf("with the switch off: %d %s, want 403 outbound_off", r.status, r.body)
	}
}

// TestInlineImage: a picture that the agent uploads and shows in his words is a part of the mail that its HTML shows.
func TestInlineImage(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	id := first(t, h)
	up := h.want(201, "acme/ana", "POST", "/dfo/3.0/attachments/temporary", `{"content":"iVBORw0KGgo=","mimeType":"image/png","fileName":"plug.png"}`)
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": map[string]any{"id": id},
		"messageContent": map[string]any{"payload": map[string]any{"markdown": "See ![plug](cid:p1@acme.example)"}},
		"attachments":    []any{map[string]any{"id": up["id"], "contentId": "p1@acme.example"}}}))
	h.work()
	p := mail.Parse((*out)[0].Raw)
	if len(p.Parts) != 1 || p.Parts[0].ContentID != "p1@acme.example" || p.Parts[0].Disposition != "inline" || !strings.Contains(p.HTML, `src="cid:p1@acme.example"`) {
		t.Errorf("parts %+v in\n%s", p.Parts, p.HTML)
	}
	if !bytes.Contains((*out)[0].Raw, []byte("multipart/related")) {
		t.Error("the picture does not stand beside its HTML")
	}
}

// approvers gives the house wim, who writes drafts, and eva, who lets them go.
func (h *house) approvers() {
	ctx := h.t.Context()
	for id, rights := range map[guichet.RoleID][]guichet.Permission{"writer": {guichet.CanRead, guichet.CanDraft}, "chief": {guichet.CanRead, guichet.CanApprove, guichet.CanViewSkills}} {
		must(h.t, h.desk.Store.SaveRole(ctx, "acme", guichet.Role{ID: id, Name: string(id), Rights: map[guichet.ChannelID][]guichet.Permission{"*": rights}}))
	}
	for id, role := range map[guichet.AgentID]guichet.RoleID{"wim": "writer", "eva": "chief"} {
		must(h.t, h.desk.Store.SaveAgent(ctx, "acme", guichet.Agent{ID: id, Name: string(id), Role: role, Presence: guichet.Offline}))
	}
}

// TestDraftKeepsItsFiles: a draft that waits for days leaves with its files, which the uploads' store forgot long ago, and with its author's signature (A021).
func TestDraftKeepsItsFiles(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	id := first(t, h)
	h.approvers()
	sig := h.want(201, "acme/ana", "POST", "/guichet/signatures", body(map[string]any{"name": "Wim", "text": "Wim of Acme"}))
	h.want(204, "acme/ana", "PUT", "/guichet/signatures/"+sig["id"].(string)+"/users/wim", "")
	drafts := "/dfo/3.0/contacts/" + id + "/message-drafts"
	up := h.want(201, "acme/wim", "POST", "/dfo/3.0/attachments/temporary", `{"content":"aGVsbG8=","mimeType":"text/plain","fileName":"terms.txt"}`)
	words := map[string]any{"payload": map[string]any{"markdown": "Please **read** this."}}
	d := h.want(201, "acme/wim", "POST", drafts, body(map[string]any{"messageContent": words, "attachments": []any{map[string]any{"id": up["id"]}}}), "Idempotency-Key", "k")
	path, file := drafts+"/"+d["id"].(string), at(d, "attachments", 0, "id").(string)
	if again := h.want(201, "acme/wim", "POST", drafts, body(map[string]any{"messageContent": words, "attachments": []any{map[string]any{"id": up["id"]}}}), "Idempotency-Key", "k"); again["id"] != d["id"] {
		t.Errorf("the same call made draft %v beside %v", again["id"], d["id"])
	}
	h.pass(72 * time.Hour)
	h.want(200, "acme/wim", "PUT", path, body(map[string]any{"messageContent": words, "attachments": []any{map[string]any{"id": file}}, "submit": true}))
	seen := h.want(200, "acme/eva", "GET", path+"/preview?frame=1", "")
	if !strings.Contains(seen["text"].(string), "Wim of Acme") || !strings.Contains(seen["html"].(string), "<strong>read</strong>") || seen["frame"] == "" {
		t.Errorf("the approver sees %v", seen)
	}
	for who, want := range map[string]int{"acme/wim": 403, "acme/rob": 403, "acme/ana": 403, "zeta/ana": 404} {
		if r := h.as(who, "POST", path+"/approval", ""); r.status != want {
			t.Errorf("%s approves: %d %s, want %d", who, r.status, r.body, want)
		}
	}
	if r := h.as("acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"thread": map[string]any{"id": id}, "messageContent": words, "attachments": []any{map[string]any{"id": file}}})); r.status != 422 {
		t.Errorf("another agent takes a file out of the draft: %d %s", r.status, r.body)
	}
	h.want(200, "acme/eva", "POST", path+"/approval", "")
	h.work()
	if len(*out) != 1 {
		t.Fatalf("%d mails left", len(*out))
	}
	p := mail.Parse((*out)[0].Raw)
	if len(p.Parts) != 1 || p.Parts[0].Name != "terms.txt" || string(p.Parts[0].Bytes()) != "hello" || !strings.Contains(p.Text, "Wim of Acme") {
		t.Errorf("it left with %+v and %q", p.Parts, p.Text)
	}
	list := h.as("acme/wim", "GET", drafts, "").body
	if !strings.Contains(list, `"status":"approved"`) || !strings.Contains(list, `"messageId":"`+id+`-2"`) {
		t.Errorf("afterwards: %s", list)
	}
}

// TestForwardOverTheWire: with the message's files, or without, and to nobody who takes part (A034).
func TestForwardOverTheWire(t *testing.T) {
	h := newHouse(t)
	out := h.keepSent()
	id := string(h.mail("support@acme.example", "From: Bo <bo@customer.example>\nTo: support@acme.example\nSubject: Bill\nMessage-ID: <f1@customer.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the bill.\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=bill.pdf\n\n%PDF\n--x--\n").Case())
	ask := func(bare bool, to string) reply {
		return h.as("acme/ana", "POST", "/guichet/contacts/"+id+"/forward", body(map[string]any{"message": map[string]any{"id": id + "-1"}, "messageContent": map[string]any{"text": "Is it right?"},
			"withoutAttachments": bare, "recipients": []any{map[string]any{"idOnExternalPlatform": to, "isPrimary": true}}}))
	}
	for i, bare := range []bool{false, true} {
		if r := ask(bare, "books@third.example"); r.status != 201 || !strings.Contains(r.body, `"isThirdParty":true`) {
			t.Fatalf("%d %s", r.status, r.body)
		}
		h.work()
		if p := mail.Parse((*out)[i].Raw); (len(p.Parts) == 0) != bare || !strings.Contains(p.Text, "See the bill.") || !strings.HasPrefix(p.Subject, "Fwd: Bill") {
			t.Errorf("without files %t: %d files, %q", bare, len(p.Parts), p.Text)
		}
	}
	for _, to := range []string{"bo@customer.example", "support@acme.example", "", "nobody"} {
		if r := ask(false, to); r.status != 422 || !strings.Contains(r.body, `"recipients"`) {
			t.Errorf("to %q: %d %s, want 422 of recipients", to, r.status, r.body)
		}
	}
	if r := h.as("acme/rob", "POST", "/guichet/contacts/"+id+"/forward", body(map[string]any{"message": map[string]any{"id": id + "-1"}, "messageContent": map[string]any{"text": "x"}})); r.status != 403 {
		t.Errorf("a reader passes on: %d", r.status)
	}
}

// TestFromChoices: one entry with one channel, two with the right on two; a role without it cannot use the address (A036, A047).
func TestFromChoices(t *testing.T) {
	h := newHouse(t)
	id := first(t, h)
	list := func(who string) string { return h.as(who, "GET", "/guichet/contacts/"+id+"/from", "").body }
	if n := strings.Count(list("acme/ana"), `"address"`); n != 2 {
		t.Errorf("ana may choose among %d: %s", n, list("acme/ana"))
	}
	if n := strings.Count(list("acme/rob"), `"address"`); n != 1 {
		t.Errorf("rob may choose among %d", n)
	}
	ask := body(map[string]any{"thread": map[string]any{"id": id}, "originChannel": "support", "messageContent": map[string]any{"text": "x"}})
	if r := h.as("acme/ana", "POST", "/dfo/3.0/channels/billing/outbound", ask); r.status != 201 {
		t.Errorf("from billing: %d %s", r.status, r.body)
	}
	if r := h.as("acme/ana", "POST", "/dfo/3.0/channels/billing/outbound", strings.Replace(ask, `"originChannel":"support",`, "", 1)); r.status != 404 {
		t.Errorf("a case of another channel, and nobody says so: %d", r.status)
	}
}

// TestStartTakesRoom: of many conversations that an agent begins at once, as many are made as he can hold.
func TestStartTakesRoom(t *testing.T) {
	h := newHouse(t)
	a, err := h.desk.Store.Agent(t.Context(), "acme", "ana")
	must(t, err)
	a.Limit = 3
	must(t, h.desk.Store.SaveAgent(t.Context(), "acme", *a))
	var mu sync.Mutex
	got := map[int]int{}
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			r := h.as("acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body(map[string]any{"title": "x", "messageContent": map[string]any{"text": "x"}, "recipients": []any{map[string]any{"idOnExternalPlatform": fmt.Sprintf("c%d@customer.example", i), "isPrimary": true}}}))
			mu.Lock()
			defer mu.Unlock()
			got[r.status]++
		})
	}
	wg.Wait()
	if a, err = h.desk.Store.Agent(t.Context(), "acme", "ana"); err != nil || a.Load != 3 || got[201] != 3 || got[409]+got[503] != 7 {
		t.Errorf("ana holds %d; answers %v, %v", a.Load, got, err)
	}
}
