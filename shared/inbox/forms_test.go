package inbox_test

import (
	"fmt"
	"strings"
	"testing"
)

const newForm = `{"name":"Contact","channelId":"support","origins":["https://www.customer.example"]}`

func TestFormsAreMadeChangedAndDeleted(t *testing.T) {
	h := newHouse(t)
	const path = "/guichet/forms"
	made := h.want(201, "acme/ana", "POST", path, newForm)
	id := fmt.Sprint(at(made, "id"))
	if !strings.HasPrefix(id, "acme-") || len(id) != len("acme-")+26 || at(made, "enabled") != true || at(made, "fields", "email") != "email" || at(made, "path") != "/forms/"+id {
		t.Fatalf("made: %v", made)
	}
	if other := h.want(201, "acme/ana", "POST", path, newForm); at(other, "id") == made["id"] {
		t.Error("two forms of one id")
	}
	got := h.want(200, "acme/ana", "PUT", path+"/"+id, `{"name":"Help","channelId":"billing","custom":[{"field":"order","label":"Order","required":true}],"version":1}`)
	if at(got, "name") != "Help" || at(got, "custom", 0, "field") != "order" || at(got, "version") != 2.0 || fmt.Sprint(at(got, "origins")) != "[]" {
		t.Errorf("changed: %v", got)
	}
	h.want(409, "acme/ana", "PUT", path+"/"+id, `{"name":"Late","channelId":"billing","version":1}`)
	if got := h.want(200, "acme/bob", "GET", path+"/"+id, ""); at(got, "name") != "Help" {
		t.Errorf("who may configure billing sees its form: %v", got)
	}
	if list := h.as("acme/bob", "GET", path, ""); strings.Count(list.body, `"id"`) != 1 {
		t.Errorf("bob sees %s", list.body)
	}
	h.want(204, "acme/ana", "DELETE", path+"/"+id, "")
	h.want(204, "acme/ana", "DELETE", path+"/"+id, "")
	h.want(404, "acme/ana", "GET", path+"/"+id, "")
	h.want(404, "acme/ana", "PUT", path+"/"+id, newForm)
}

func TestFormsRefuse(t *testing.T) {
	h := newHouse(t)
	id := fmt.Sprint(at(h.want(201, "acme/ana", "POST", "/guichet/forms", newForm), "id"))
	for name, r := range map[string]struct {
		who, method, path, body string
		status                  int
		field                   string
	}{
		"without the right":       {"acme/rob", "POST", "", newForm, 403, "configure"},
		"on another channel":      {"acme/bob", "POST", "", newForm, 403, "configure"},
		"change without right":    {"acme/rob", "PUT", "/" + id, newForm, 403, "configure"},
		"delete without right":    {"acme/bob", "DELETE", "/" + id, "", 403, "configure"},
		"taken to one's own":      {"acme/bob", "PUT", "/" + id, strings.Replace(newForm, "support", "billing", 1), 403, "configure"},
		"another tenant's":        {"zeta/ana", "PUT", "/" + id, newForm, 404, ""},
		"delete another tenant's": {"zeta/ana", "DELETE", "/" + id, "", 204, ""},
		"no name":                 {"acme/ana", "POST", "", `{"channelId":"support"}`, 422, "name"},
		"no channel":              {"acme/ana", "POST", "", `{"name":"x"}`, 422, "channelId"},
		"a channel nobody has":    {"acme/ana", "POST", "", `{"name":"x","channelId":"none"}`, 422, "channelId"},
		"a path in an origin":     {"acme/ana", "POST", "", `{"name":"x","channelId":"support","origins":["https://a.example/"]}`, 422, "origins"},
		"a star":                  {"acme/ana", "POST", "", `{"name":"x","channelId":"support","origins":["*"]}`, 422, "origins"},
		"thanks of a script":      {"acme/ana", "POST", "", `{"name":"x","channelId":"support","thanks":"javascript:alert(1)"}`, 422, "thanks"},
		"no field for the text":   {"acme/ana", "POST", "", `{"name":"x","channelId":"support","fields":{"email":"e","text":""}}`, 422, "fields.text"},
		"one name twice":          {"acme/ana", "POST", "", `{"name":"x","channelId":"support","fields":{"email":"e","text":"e"}}`, 422, "fields.text"},
		"a name of ours":          {"acme/ana", "POST", "", `{"name":"x","channelId":"support","fields":{"email":"_guichet_key","text":"t"}}`, 422, "fields.email"},
		"a name with a quote":     {"acme/ana", "POST", "", `{"name":"x","channelId":"support","custom":[{"field":"a\"b","label":"l"}]}`, 422, "custom"},
		"no label":                {"acme/ana", "POST", "", `{"name":"x","channelId":"support","custom":[{"field":"a"}]}`, 422, "custom"},
		"too long a wait":         {"acme/ana", "POST", "", `{"name":"x","channelId":"support","min_seconds":601}`, 422, "min_seconds"},
		"a text for a number":     {"acme/ana", "POST", "", `{"name":"x","channelId":"support","per_hour":"many"}`, 422, "per_hour"},
	} {
		got := h.as(r.who, r.method, "/guichet/forms"+r.path, r.body)
		if got.status != r.status || r.field != "" && !strings.Contains(got.body, `"`+r.field+`"`) {
			t.Errorf("%s: %d %s, want %d naming %q", name, got.status, got.body, r.status, r.field)
		}
	}
	h.want(200, "acme/ana", "GET", "/guichet/forms/"+id, "")
}
