package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

// registry is where domains are proven in a test: those of pending are not yet.
type registry struct {
	channel.OneMachine
	pending map[string]bool
}

func (r *registry) Identity(ctx context.Context, domain string) (channel.Identity, error) {
	id, err := r.OneMachine.Identity(ctx, domain)
	id.Verified = !r.pending[domain]
	return id, err
}

// settingsOf is a house in which domains are proven.
func settingsOf(t *testing.T) (*house, *registry) {
	h, r := newHouse(t), &registry{pending: map[string]bool{}}
	h.desk.Identities = r
	return h, r
}

const channelsPath = "/dfo/3.0/channels"

func TestAChannelIsMadeChangedAndDeleted(t *testing.T) {
	h, _ := settingsOf(t)
	got := h.want(201, "acme/ana", "POST", channelsPath, `{"name":"Returns desk","local_part":"Returns","domain":"Acme.example","settings":{"skill":"support","display_name":"Rückgabe"}}`)
	for path, want := range map[string]any{
		"id": "returns", "idOnExternalPlatform": "returns@acme.example", "point_of_contact": "returns@acme.example", "name": "Returns desk", "version": 1.0, "realExternalPlatformId": "email",
		"outbound_enabled": false, "outbound_action_label": "Enable", "isOutboundEnabled": false, "routingQueueId": "support",
	} {
		if at(got, path) != want {
			t.Errorf("%s is %v, want %v", path, at(got, path), want)
		}
	}
	if f := at(got, "settings", "ticket_format"); fmt.Sprint(f) != "map[delimiter:none hidden:false position:suffix]" || at(got, "settings", "display_name") != "Rückgabe" {
		t.Errorf("settings: %v", at(got, "settings"))
	}
	got = h.want(200, "acme/ana", "PUT", channelsPath+"/returns", `{"version":1,"settings":{"outbound_enabled":true,"ticket_format":{"delimiter":"square"}}}`)
	if at(got, "outbound_action_label") != "Disable" || at(got, "version") != 2.0 || at(got, "settings", "display_name") != "Rückgabe" || len(at(got, "settings", "ticket_formats").([]any)) != 2 {
		t.Errorf("T1, T5: after the change: %v", got)
	}
	stale := h.want(409, "acme/ana", "PUT", channelsPath+"/returns", `{"version":1,"name":"Other"}`)
	if at(stale, "current", "version") != 2.0 || at(stale, "errors", 0, "errorCode") != "conflict" {
		t.Errorf("a change on an old version: %v, want the one that stands", stale)
	}
	if r := h.as("acme/ana", "PUT", channelsPath+"/returns", `{"name":"Other"}`, "If-Match", `"1"`); r.status != 409 {
		t.Errorf("If-Match of an old version: %d", r.status)
	}
	same := h.want(200, "acme/ana", "PUT", channelsPath+"/returns", `{"name":"Returns desk"}`)
	if at(same, "version") != 2.0 {
		t.Errorf("a change that changes nothing is version %v, want 2", at(same, "version"))
	}
	h.want(204, "acme/ana", "DELETE", channelsPath+"/returns", "")
	h.want(204, "acme/ana", "DELETE", channelsPath+"/returns", "")
	if got = h.want(200, "acme/ana", "GET", channelsPath+"/returns", ""); at(got, "isDeleted") != true {
		t.Errorf("a deleted channel: %v", got)
	}
	h.want(404, "acme/ana", "PUT", channelsPath+"/returns", `{"name":"Again"}`)
	again := h.want(201, "acme/ana", "POST", channelsPath, `{"name":"Returns desk","local_part":"returns","domain":"acme.example","settings":{"skill":"support"}}`)
	if at(again, "id") != "returns-2" {
		t.Errorf("the address is used again by channel %v, want a new one", at(again, "id"))
	}
	h.history(t)
}

// history looks at the versions of the channel that was made, changed and deleted.
func (h *house) history(t *testing.T) {
	got := h.want(200, "acme/ana", "GET", "/guichet/channels/returns/versions", "")
	var said []string
	for i := range at(got, "data").([]any) {
		said = append(said, fmt.Sprintf("%v by %v: %v", at(got, "data", i, "version"), at(got, "data", i, "by"), at(got, "data", i, "changed")))
	}
	want := []string{"3 by ana: [deleted outbound]", "2 by ana: [outbound ticket_formats]", "1 by ana: [address display id kind name outbound skill ticket_formats]"}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("versions:\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	h.want(403, "acme/rob", "GET", "/guichet/channels/returns/versions", "")
}

// TestChannelsRefuse: what can't be is refused with the field that is wrong, and a code where a program should know.
func TestChannelsRefuse(t *testing.T) {
	h, r := settingsOf(t)
	r.pending["zeta.example"] = true
	make := func(more string) string {
		return `{"name":"New","local_part":"new","domain":"acme.example","settings":{"skill":"support"}` + more + `}`
	}
	set := func(s string) string { return `{"settings":{` + s + `}}` }
	const support = "PUT " + channelsPath + "/support"
	for name, c := range map[string]struct {
		who, call, body string
		status          int
		field, code     string
	}{
		"A037 a domain of nobody":            {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), "acme.example", "else.example", 1), 409, "domain", "domain_unverified"},
		"A037 a domain of another tenant":    {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), "acme.example", "zeta.example", 1), 409, "domain", "domain_unverified"},
		"A037 a domain that is not verified": {"zeta/ana", "POST " + channelsPath, strings.Replace(make(""), "acme.example", "zeta.example", 1), 409, "domain", "domain_unverified"},
		"A043 a local part that is none":     {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), `"new"`, `"new one"`, 1), 422, "local_part", "invalid"},
		"A043 no domain":                     {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), "acme.example", "", 1), 422, "domain", "invalid"},
		"A045 no name":                       {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), "New", " ", 1), 422, "name", "invalid"},
		"A045 a name that another has":       {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), "New", "SUPPORT  desk", 1), 409, "name", "name_taken"},
		"an address that another has":        {"acme/ana", "POST " + channelsPath, strings.Replace(make(""), `"new"`, `"support"`, 1), 409, "local_part", "address_taken"},
		"A095 no default skill":              {"acme/ana", "POST " + channelsPath, `{"name":"New","local_part":"new","domain":"acme.example"}`, 422, "skill", "invalid"},
		"A095 a skill that is not there":     {"acme/ana", support, set(`"skill":"nobody"`), 422, "skill", "unknown_skill"},
		"A054 a tag that is not there":       {"acme/ana", support, set(`"spam_tag":"nosuch"`), 422, "spam_tag", "unknown_tag"},
		"another medium":                     {"acme/ana", "POST " + channelsPath, make(`,"realExternalPlatformId":"pigeon"`), 422, "realExternalPlatformId", "invalid"},
		"an id that is no name":              {"acme/ana", "POST " + channelsPath, make(`,"id":"not a name"`), 422, "id", "invalid"},
		"without the right":                  {"acme/rob", "POST " + channelsPath, make(""), 403, "configure", "denied"},
		"with the right on one channel":      {"acme/bob", "POST " + channelsPath, make(""), 403, "configure", "denied"},
		"a channel that one reads":           {"acme/rob", support, set(`"burst":3`), 403, "configure", "denied"},
		"a channel that one does not see":    {"acme/bob", support, set(`"burst":3`), 404, "", "not-found"},
		"a channel that is not there":        {"acme/ana", "PUT " + channelsPath + "/nosuch", set(`"burst":3`), 404, "", "not-found"},
		"another point of contact":           {"acme/ana", support, `{"local_part":"help","domain":"acme.example"}`, 422, "local_part", "invalid"},
		"T3 threading by hidden numbers":     {"acme/ana", support, set(`"threading":"ignore_in_reply_to","ticket_format":{"hidden":true}`), 422, "threading", "invalid"},
		"a position":                         {"acme/ana", support, set(`"ticket_format":{"position":"middle"}`), 422, "ticket_formats", "invalid"},
		"a type in the format":               {"acme/ana", support, set(`"ticket_format":{"hidden":"yes"}`), 422, "ticket_format.hidden", "invalid"},
		"a setting nobody knows":             {"acme/ana", support, set(`"colour":"red"`), 422, "colour", "invalid"},
		"a type":                             {"acme/ana", support, set(`"burst":"many"`), 422, "burst", "invalid"},
		"a threading nobody knows":           {"acme/ana", support, set(`"threading":"guess"`), 422, "threading", "invalid"},
		"a display name of two lines":        {"acme/ana", support, set(`"display_name":"a\nBcc: x@y.example"`), 422, "display_name", "invalid"},
		"a language":                         {"acme/ana", support, set(`"language":"français"`), 422, "language", "invalid"},
		"no settings but a number":           {"acme/ana", support, `{"settings":7}`, 422, "settings", "invalid"},
		"If-Match that is none":              {"acme/ana", "DELETE " + channelsPath + "/support", "", 422, "version", "invalid"},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		var header []string
		if strings.HasPrefix(name, "If-Match") {
			header = []string{"If-Match", "yesterday"}
		}
		got := h.as(c.who, method, path, c.body, header...)
		if got.status != c.status || c.field != "" && !strings.Contains(got.body, `"field":"`+c.field+`"`) || !strings.Contains(got.body, `"errorCode":"`+c.code+`"`) {
			t.Errorf("%s: %d %s, want %d %s at %s", name, got.status, strings.TrimSpace(got.body), c.status, c.code, c.field)
		}
	}
	if ch := h.want(200, "acme/ana", "GET", channelsPath+"/support", ""); at(ch, "version") != 1.0 {
		t.Errorf("what was refused changed the channel: %v", ch)
	}
}

// TestOutboundIsOffUntilSwitchedOn: A046, A048. The flag counts when an answer is written, and again when it is sent.
func TestOutboundIsOffUntilSwitchedOn(t *testing.T) {
	h, _ := settingsOf(t)
	id := h.mail("support@acme.example", firstMail)
	n := string(id.Case())
	answer := func(want int) any {
		return h.want(want, "acme/ana", "POST", channelsPath+"/support/outbound", `{"thread":{"idOnExternalPlatform":"`+n+`"},"messageContent":{"type":"TEXT","payload":{"text":"Hello"}}}`)
	}
	toggle := func(on bool) {
		h.want(200, "acme/ana", "PUT", channelsPath+"/support", fmt.Sprintf(`{"settings":{"outbound_enabled":%v}}`, on))
	}
	toggle(false)
	if e := answer(403); at(e, "errors", 0, "errorCode") != "outbound_off" {
		t.Errorf("refused with %v", e)
	}
	toggle(true)
	sent := 0
	h.sends = func(channel.Outgoing) (channel.Sent, error) { sent++; return channel.Sent{}, nil }
	answer(201)
	toggle(false)
	h.work()
	m := h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+string(id.Case().Message(2)), "")
	if sent != 0 || !strings.Contains(fmt.Sprint(m), "switched off") {
		t.Errorf("%d mails left after the switch; the message is %v", sent, m)
	}
	toggle(true)
	answer(201)
	h.work()
	if sent != 1 {
		t.Errorf("%d mails left, want one", sent)
	}
}

// TestANewChannelIsSeenByNoRoleUntilGranted: A078.
func TestANewChannelIsSeenByNoRoleUntilGranted(t *testing.T) {
	h, _ := settingsOf(t)
	h.want(201, "acme/ana", "POST", channelsPath, `{"id":"returns","name":"Returns","local_part":"returns","domain":"acme.example","settings":{"skill":"billing"}}`)
	h.want(201, "acme/ana", "POST", channelsPath, `{"id":"loans","name":"Loans","idOnExternalPlatform":"loans@acme.example","settings":{"skill":"billing"}}`)
	h.want(200, "acme/ana", "POST", channelsPath, `{"id":"loans","name":"Loans and more","idOnExternalPlatform":"loans@acme.example"}`)
	h.want(404, "acme/bob", "GET", channelsPath+"/returns", "")
	if list := h.as("acme/bob", "GET", channelsPath, "").body; strings.Contains(list, "returns@") || !strings.Contains(list, "billing@") {
		t.Errorf("bob, of billing alone, sees %s", list)
	}
	r := h.desk.Store
	cfg, err := r.FreshConfig(t.Context(), "acme")
	must(t, err)
	role := *cfg.Roles["billing"]
	role.Rights = map[guichet.ChannelID][]guichet.Permission{"billing": role.Rights["billing"], "returns": {guichet.CanRead}}
	must(t, r.SaveRole(t.Context(), "acme", role))
	if got := h.want(200, "acme/bob", "GET", channelsPath+"/returns", ""); at(got, "settings") != nil || at(got, "name") != "Returns" {
		t.Errorf("who may read a channel sees its flags alone: %v", got)
	}
}
