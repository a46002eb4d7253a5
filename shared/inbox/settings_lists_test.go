package inbox_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAllowAndBlockLists(t *testing.T) {
	h := newHouse(t)
	const path = "/guichet/lists"
	got := h.want(200, "acme/ana", "GET", path, "")
	if fmt.Sprint(at(got, "allow"), at(got, "block"), at(got, "version")) != "[] [] 0" {
		t.Errorf("of a new tenant: %v", got)
	}
	got = h.want(200, "acme/ana", "PUT", path, `{"allow":["Bo@CUSTOMER.example ","customer.example","bo@customer.example"],"block":[".bad.example","@worse.example","münchen.example"]}`)
	if fmt.Sprint(at(got, "allow"), at(got, "block")) != "[bo@customer.example customer.example] [.bad.example worse.example xn--mnchen-3ya.example]" {
		t.Errorf("folded, sorted, once: %v", got)
	}
	h.want(200, "acme/ana", "PUT", path+"/block/eve@spam.example", "")
	got = h.want(200, "acme/ana", "DELETE", path+"/block/.bad.example", "")
	if fmt.Sprint(at(got, "block")) != "[eve@spam.example worse.example xn--mnchen-3ya.example]" {
		t.Errorf("one on, one off: %v", got)
	}
	h.want(409, "acme/ana", "PUT", path, `{"allow":[],"block":[],"version":1}`)
	version := at(h.want(200, "acme/ana", "GET", path, ""), "version").(float64)
	h.want(200, "acme/ana", "PUT", path, fmt.Sprintf(`{"allow":[],"block":["eve@spam.example"],"version":%v}`, version))
	if other := h.want(200, "zeta/ana", "GET", path, ""); fmt.Sprint(at(other, "block")) != "[]" {
		t.Errorf("another tenant's: %v", other)
	}
	if id := h.mail("support@acme.example", strings.Replace(firstMail, "bo@customer.example", "eve@spam.example", 1)); !h.held(string(id)) {
		t.Errorf("mail %s of a blocked sender is not held", id)
	}
}

func (h *house) held(id string) bool {
	return strings.Contains(h.as("acme/ana", "GET", "/guichet/quarantine", "").body, `"`+id+`"`)
}

func TestListsRefuse(t *testing.T) {
	h := newHouse(t)
	many := `"a@b.example"`
	for i := range 1000 {
		many += fmt.Sprintf(`,"a%d@b.example"`, i)
	}
	for name, r := range map[string]struct {
		who, method, path, body string
		status                  int
		field                   string
	}{
		"without the right":          {"acme/rob", "GET", "", "", 403, "configure"},
		"right on one channel alone": {"acme/bob", "PUT", "", `{}`, 403, "configure"},
		"no entry":                   {"acme/ana", "PUT", "", `{"allow":["two words"]}`, 422, "allow"},
		"a name without a dot":       {"acme/ana", "PUT", "", `{"block":["localhost"]}`, 422, "block"},
		"below an address":           {"acme/ana", "PUT", "", `{"block":[".a@b.example"]}`, 422, "block"},
		"a list nobody has":          {"acme/ana", "PUT", "/grey/a@b.example", "", 422, "list"},
		"an entry that is none":      {"acme/ana", "PUT", "/allow/%20", "", 422, "entry"},
		"a number":                   {"acme/ana", "PUT", "", `{"allow":7}`, 422, "allow"},
		"more than the ledger takes": {"acme/ana", "PUT", "", `{"block":[` + many + `]}`, 422, "allow"},
	} {
		r2 := h.as(r.who, r.method, "/guichet/lists"+r.path, r.body)
		if r2.status != r.status || !strings.Contains(r2.body, `"`+r.field+`"`) {
			t.Errorf("%s: %d %s, want %d naming %s", name, r2.status, r2.body, r.status, r.field)
		}
	}
}
