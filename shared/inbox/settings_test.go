package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

// TestTagsAreMadeBeforeTheyAreNamed: A054.
func TestTagsAreMadeBeforeTheyAreNamed(t *testing.T) {
	h, _ := settingsOf(t)
	const tags, support = "/dfo/3.0/tags", channelsPath + "/support"
	got := h.want(201, "acme/ana", "POST", tags, `{"title":"bulk","color":"#AA0000"}`)
	if fmt.Sprint([]any{at(got, "id"), at(got, "title"), at(got, "color"), at(got, "version")}) != "[bulk bulk #aa0000 1]" {
		t.Errorf("made: %v", got)
	}
	got = h.want(200, "acme/ana", "PUT", tags+"/bulk", `{"title":"Bulk mail","version":1}`)
	if at(got, "version") != 2.0 {
		t.Errorf("changed: %v", got)
	}
	if c := h.want(409, "acme/ana", "PUT", tags+"/bulk", `{"title":"Other","version":1}`); at(c, "current", "title") != "Bulk mail" {
		t.Errorf("a change on an old version: %v", c)
	}
	h.want(200, "acme/ana", "PUT", support, `{"settings":{"spam_tag":"bulk"}}`)
	if list := h.as("acme/rob", "GET", tags, "").body; !strings.Contains(list, `"Bulk mail"`) || !strings.Contains(list, `"automatic"`) || !strings.Contains(list, `"junk"`) {
		t.Errorf("the list: %s", list)
	}
	if e := h.want(409, "acme/ana", "DELETE", tags+"/bulk", ""); at(e, "errors", 0, "errorCode") != "in_use" {
		t.Errorf("deleted while in use: %v", e)
	}
	h.want(200, "acme/ana", "PUT", support, `{"settings":{"spam_tag":""}}`)
	h.want(204, "acme/ana", "DELETE", tags+"/bulk", "")
	h.want(204, "acme/ana", "DELETE", tags+"/bulk", "")
	h.want(404, "acme/ana", "PUT", tags+"/bulk", `{"title":"x"}`)
	for body, field := range map[string]string{`{"title":"two words"}`: "id", `{"id":"ok","title":"` + strings.Repeat("x", 61) + `"}`: "title", `{"id":"ok","color":"red"}`: "color", `{"id":7}`: "id"} {
		if e := h.want(422, "acme/ana", "POST", tags, body); at(e, "errors", 0, "field") != field {
			t.Errorf("%s: %v, want field %s", body, e, field)
		}
	}
	h.want(403, "acme/bob", "POST", tags, `{"title":"bulk"}`)
	h.want(403, "acme/bob", "DELETE", tags+"/junk", "")
}

// TestRolesAreAMatrix: A078-A083, A071.
func TestRolesAreAMatrix(t *testing.T) {
	h, _ := settingsOf(t)
	const roles = "/guichet/roles"
	got := h.want(201, "acme/ana", "POST", roles, `{"name":"Night shift"}`)
	if at(got, "id") != "night-shift" || at(got, "version") != 1.0 {
		t.Fatalf("made: %v", got)
	}
	cell := func(p string, on bool) string {
		return fmt.Sprintf(`{"channel":"billing","permission":%q,"on":%v}`, p, on)
	}
	h.want(200, "acme/ana", "PATCH", roles+"/night-shift", cell("reply", true))
	got = h.want(200, "acme/ana", "PATCH", roles+"/night-shift", `{"cells":[`+cell("read", true)+`,`+cell("note", true)+`]}`)
	if fmt.Sprint(at(got, "rights", "billing")) != "[read reply note]" {
		t.Errorf("A079: cells: %v", got)
	}
	missing := h.want(200, "acme/ana", "GET", roles+"/night-shift/missing?for=email", "")
	if fmt.Sprint(at(missing, "data")) != "[map[channel:billing permissions:[view-skills]] map[channel:support permissions:[read reply view-skills]]]" {
		t.Errorf("A082: %v", missing)
	}
	got = h.want(200, "acme/ana", "PATCH", roles+"/night-shift", cell("note", false))
	if fmt.Sprint(at(got, "rights", "billing")) != "[read reply]" {
		t.Errorf("a cell switched off: %v", got)
	}
	h.want(204, "acme/ana", "PUT", "/guichet/users/rob/role", `{"role":"night-shift"}`)
	if list := h.as("acme/rob", "GET", channelsPath, "").body; strings.Contains(list, "support@") || !strings.Contains(list, "billing@") {
		t.Errorf("A081: with his one new role rob sees %s", list)
	}
	if e := h.want(409, "acme/ana", "DELETE", roles+"/night-shift", ""); at(e, "errors", 0, "errorCode") != "in_use" {
		t.Errorf("deleted while somebody has it: %v", e)
	}
	h.want(204, "acme/ana", "PUT", "/guichet/users/rob/role", `{"role":"reader"}`)
	h.want(204, "acme/ana", "DELETE", roles+"/night-shift", "")
	h.want(404, "acme/ana", "GET", roles+"/night-shift", "")
	for name, c := range map[string]struct {
		who, call, body string
		status          int
		about           string
	}{
		"A071 the right of who runs the house": {"acme/ana", "PATCH " + roles + "/reader", `{"channel":"*","permission":"operate","on":true}`, 403, "operate"},
		"a permission nobody knows":            {"acme/ana", "PATCH " + roles + "/reader", `{"channel":"*","permission":"fly","on":true}`, 422, `"permission"`},
		"a channel that is not there":          {"acme/ana", "PATCH " + roles + "/reader", `{"channel":"sales","permission":"read","on":true}`, 422, `"channel"`},
		"a role that is not there":             {"acme/ana", "PATCH " + roles + "/nosuch", `{"name":"x"}`, 404, ""},
		"one's own right to configure":         {"acme/ana", "PATCH " + roles + "/all", `{"channel":"*","permission":"configure","on":false}`, 409, "own_rights"},
		"a role for oneself that can't":        {"acme/ana", "PUT /guichet/users/ana/role", `{"role":"reader"}`, 409, "own_rights"},
		"no such role for an agent":            {"acme/ana", "PUT /guichet/users/rob/role", `{"role":"nosuch"}`, 422, `"role"`},
		"no such agent":                        {"acme/ana", "PUT /guichet/users/zed/role", `{"role":"reader"}`, 404, ""},
		"a version that is old":                {"acme/ana", "PATCH " + roles + "/reader", `{"name":"Readers","version":7}`, 409, `"current"`},
		"an endless name":                      {"acme/ana", "POST " + roles, `{"name":"` + strings.Repeat("x", 61) + `"}`, 422, `"name"`},
		"configure on one channel alone":       {"acme/bob", "GET " + roles, "", 403, "configure"},
		"another's matrix, on one channel":     {"acme/bob", "PATCH " + roles + "/billing", `{"channel":"*","permission":"read","on":true}`, 403, "configure"},
		"to give oneself a role":               {"acme/rob", "PUT /guichet/users/rob/role", `{"role":"all"}`, 403, "configure"},
		"missing for another medium":           {"acme/ana", "GET " + roles + "/reader/missing?for=fax", "", 422, `"for"`},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		if got := h.as(c.who, method, path, c.body); got.status != c.status || !strings.Contains(got.body, c.about) {
			t.Errorf("%s: %d %s, want %d about %s", name, got.status, strings.TrimSpace(got.body), c.status, c.about)
		}
	}
}

// TestTheLintTellsBeforeAFormatIsSaved: D-14, D-22, T4.
func TestTheLintTellsBeforeAFormatIsSaved(t *testing.T) {
	h, _ := settingsOf(t)
	foreign := string(guichet.NewCaseID(9000))
	for _, subject := range []string{"Order " + foreign, "Order 123456", "Kettle", "[#" + foreign + "] from our helpdesk"} {
		h.mail("support@acme.example", strings.NewReplacer("My shoes are wet", subject, "<first@", "<"+strings.ReplaceAll(strings.Trim(subject, "[]#"), " ", "")+"@").Replace(firstMail))
	}
	h.mail("billing@acme.example", strings.NewReplacer("My shoes are wet", "Order "+foreign, "<first@", "<b@").Replace(firstMail))
	got := h.want(200, "acme/ana", "GET", "/guichet/channels/support/lint?delimiter=curly", "")
	if fmt.Sprint(at(got, "wished", "mails"), at(got, "wished", "foreign"), at(got, "wished", "near")) != "4 0 0" {
		t.Errorf("curly: %v", got)
	}
	if fmt.Sprint([]any{at(got, "in_force", "foreign"), at(got, "in_force", "near"), at(got, "in_force", "examples", 0, "subject")}) != "[1 1 Order "+foreign+"]" {
		t.Errorf("in force, bare: %v", at(got, "in_force"))
	}
	got = h.want(200, "acme/ana", "GET", "/guichet/channels/support/lint?delimiter=square&mails=1000", "")
	if at(got, "wished", "foreign") != 1.0 {
		t.Errorf("square: %v", got)
	}
	h.want(422, "acme/ana", "GET", "/guichet/channels/support/lint?delimiter=round", "")
	h.want(422, "acme/ana", "GET", "/guichet/channels/support/lint?mails=0", "")
	h.want(404, "acme/bob", "GET", "/guichet/channels/support/lint", "")
	h.want(403, "acme/rob", "GET", "/guichet/channels/support/lint", "")
}

// TestDomainsAreClaimedAndProven: A037, A044, A071.
func TestDomainsAreClaimedAndProven(t *testing.T) {
	h, r := settingsOf(t)
	const domains = "/guichet/domains"
	r.pending["new.example"] = true
	got := h.want(201, "acme/ana", "POST", domains, `{"domain":"New.Example."}`)
	if at(got, "domain") != "new.example" || at(got, "verified") != false || at(got, "begun") != true || !strings.Contains(at(got, "note").(string), "one machine") || at(got, "mail_from") != "bounces.new.example" {
		t.Errorf("claimed: %v", got)
	}
	h.want(201, "acme/ana", "POST", domains, `{"domain":"new.example"}`)
	channelAt := `{"name":"New","local_part":"help","domain":"new.example","settings":{"skill":"support"}}`
	if e := h.want(409, "acme/ana", "POST", channelsPath, channelAt); at(e, "errors", 0, "errorCode") != "domain_unverified" {
		t.Errorf("a channel before the proof: %v", e)
	}
	delete(r.pending, "new.example")
	if got = h.want(200, "acme/ana", "GET", domains+"/new.example", ""); at(got, "verified") != true || at(got, "by") != "ana" {
		t.Errorf("proven: %v", got)
	}
	h.want(201, "acme/ana", "POST", channelsPath, channelAt)
	if id := h.mail("help@new.example", firstMail); id == "" {
		t.Error("mail to the new domain found no channel")
	}
	if list := h.want(200, "acme/ana", "GET", domains, ""); at(list, "hits") != 2.0 || at(list, "data", 1, "domain") != "new.example" {
		t.Errorf("the list: %v", list)
	}
	for name, c := range map[string]struct {
		who, call, body string
		status          int
		about           string
	}{
		"another's":                    {"zeta/ana", "POST " + domains, `{"domain":"acme.example"}`, 409, "domain_taken"},
		"below another's":              {"zeta/ana", "POST " + domains, `{"domain":"help.new.example"}`, 409, "domain_taken"},
		"another's, to look at":        {"zeta/ana", "GET " + domains + "/acme.example", "", 404, ""},
		"no domain":                    {"acme/ana", "POST " + domains, `{"domain":"localhost"}`, 422, `"domain"`},
		"in use":                       {"acme/ana", "DELETE " + domains + "/new.example", "", 409, "in_use"},
		"without the right":            {"acme/bob", "POST " + domains, `{"domain":"more.example"}`, 403, "configure"},
		"A071 MAIL FROM by a tenant's": {"acme/ana", "PUT " + domains + "/new.example/mail-from", `{"mail_from":"mail.new.example"}`, 403, "operate"},
		"receiving, without the right": {"acme/rob", "GET /guichet/receiving", "", 403, "configure"},
		"records of a channel unseen":  {"acme/bob", "GET /guichet/channels/support/dns", "", 404, ""},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		if got := h.as(c.who, method, path, c.body); got.status != c.status || !strings.Contains(got.body, c.about) {
			t.Errorf("%s: %d %s, want %d about %s", name, got.status, strings.TrimSpace(got.body), c.status, c.about)
		}
	}
	h.want(201, "acme/ana", "POST", domains, `{"domain":"help.acme.example"}`) // below one's own
	if got := h.want(200, "acme/ana", "GET", "/guichet/channels/help/dns", ""); at(got, "domain") != "new.example" {
		t.Errorf("records of a channel: %v", got)
	}
	h.want(204, "acme/ana", "DELETE", channelsPath+"/help", "")
	h.want(204, "acme/ana", "DELETE", domains+"/new.example", "")
	h.want(204, "acme/ana", "DELETE", domains+"/new.example", "")
	h.want(404, "acme/ana", "GET", domains+"/new.example", "")
	h.want(201, "zeta/ana", "POST", domains, `{"domain":"new.example"}`)
	if got := h.want(200, "acme/ana", "GET", "/guichet/receiving", ""); at(got, "healthy") != true {
		t.Errorf("receiving: %v", got)
	}
}

// TestWhoRunsTheHouseSetsMailFrom: A071, the other half.
func TestWhoRunsTheHouseSetsMailFrom(t *testing.T) {
	h, _ := settingsOf(t)
	h.want(201, "acme/ana", "POST", "/guichet/domains", `{"domain":"new.example"}`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	must(t, err)
	role := *cfg.Roles["all"]
	role.Rights = map[guichet.ChannelID][]guichet.Permission{"*": append(append([]guichet.Permission{}, role.Rights["*"]...), guichet.CanOperate)}
	must(t, h.desk.Store.SaveRole(t.Context(), "acme", role))
	const path = "/guichet/domains/new.example/mail-from"
	if got := h.want(200, "acme/ana", "PUT", path, `{"mail_from":"mail.new.example"}`); at(got, "mail_from") != "mail.new.example" {
		t.Errorf("set: %v", got)
	}
	for _, bad := range []string{"mail.else.example", "new.example", "", "nothing"} {
		h.want(422, "acme/ana", "PUT", path, `{"mail_from":"`+bad+`"}`)
	}
	h.want(404, "acme/ana", "PUT", "/guichet/domains/else.example/mail-from", `{"mail_from":"mail.else.example"}`)
}

// account is where a tenant sends by an account of its own.
type account struct {
	registry
	tied []string
}

func (a *account) Account(_ context.Context, t guichet.TenantID, domains []string) (string, error) {
	a.tied = domains
	return "house-" + string(t), nil
}

// TestATenantSendsByItsOwnAccount: one customer = one SES tenant, with all of its domains.
func TestATenantSendsByItsOwnAccount(t *testing.T) {
	h := newHouse(t)
	a := &account{}
	h.desk.Identities = a
	h.want(201, "acme/ana", "POST", "/guichet/domains", `{"domain":"new.example"}`)
	cfg, err := h.desk.Store.FreshConfig(t.Context(), "acme")
	if err != nil || cfg.Tenant.SESTenant != "house-acme" || fmt.Sprint(a.tied) != "[acme.example new.example]" {
		t.Errorf("the tenant sends by %q with %v, %v", cfg.Tenant.SESTenant, a.tied, err)
	}
}
