package inbox_test

import (
	"strings"
	"testing"

	"guichet/shared/guichet"
)

func TestACaseIsDeletedForGood(t *testing.T) {
	h := newHouse(t)
	must(t, h.desk.Store.SaveRole(t.Context(), "acme", guichet.Role{ID: "shredder", Rights: map[guichet.ChannelID][]guichet.Permission{"*": {guichet.CanRead, guichet.CanReply, guichet.CanShred}}}))
	must(t, h.desk.Store.SaveAgent(t.Context(), "acme", guichet.Agent{ID: "sid", Name: "Sid", Role: "shredder", Presence: guichet.Offline, Limit: 5}))
	n := string(h.mail("support@acme.example", firstMail).Case())
	path := "/guichet/contacts/" + n + "/shred"
	yes := `{"confirm":"` + n + `"}`
	if got := h.as("acme/sid", "POST", path, yes); got.status != 422 || !strings.Contains(got.body, `"status"`) {
		t.Errorf("not in the trash: %d %s", got.status, got.body)
	}
	h.want(200, "acme/ana", "PUT", "/dfo/3.0/contacts/"+n+"/status", `{"status":"trashed"}`)
	for name, c := range map[string]struct {
		who, body string
		status    int
		field     string
	}{
		"without the right":    {"acme/ana", yes, 403, "shred"},
		"another number":       {"acme/sid", `{"confirm":"100022"}`, 422, "confirm"},
		"no number":            {"acme/sid", `{}`, 422, "confirm"},
		"a number as a number": {"acme/sid", `{"confirm":true}`, 422, "confirm"},
		"another tenant":       {"zeta/ana", yes, 404, ""},
	} {
		if got := h.as(c.who, "POST", path, c.body); got.status != c.status || !strings.Contains(got.body, c.field) {
			t.Errorf("%s: %d %s, want %d naming %q", name, got.status, got.body, c.status, c.field)
		}
	}
	got := h.want(200, "acme/sid", "POST", path, yes)
	if at(got, "title") != "" || at(got, "status") != "trashed" || at(got, "badges", 0, "code") != "gone" {
		t.Errorf("shredded: %v", got)
	}
	h.want(200, "acme/sid", "POST", path, yes)
	for _, p := range []string{"", "/detail", "/messages", "/history"} {
		if got := h.as("acme/ana", "GET", "/dfo/3.0/contacts/"+n+p, ""); got.status != 200 || strings.Contains(got.body, "shoes") || strings.Contains(got.body, "customer.example") {
			t.Errorf("%s: %d %s", p, got.status, got.body)
		}
	}
	for _, p := range []string{"", "/raw", "/html", "/why"} {
		if got := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+n+"-1"+p, ""); got.status != 404 {
			t.Errorf("message%s: %d %s", p, got.status, got.body)
		}
	}
	if got := h.as("acme/ana", "PUT", "/dfo/3.0/contacts/"+n+"/status", `{"status":"open"}`); got.status != 422 {
		t.Errorf("opened again: %d %s", got.status, got.body)
	}
}
