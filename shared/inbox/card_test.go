package inbox_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestTheCardShowsStandingAndTheirNumbers: what agents held a contact's mail for, and the numbers of the contact's own helpdesk.
func TestTheCardShowsStandingAndTheirNumbers(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", strings.Replace(firstMail, "My shoes", "[#4711028] My shoes", 1)))
	path := "/dfo/3.0/contacts/" + strings.TrimSuffix(id, "-1") + "/detail"
	if d := h.want(200, "acme/ana", "GET", path, ""); fmt.Sprint(at(d, "externalRefs"), at(d, "standing", "spam")) != "[4711028] 0" {
		t.Errorf("at first: %v", d)
	}
	h.want(204, "acme/ana", "PUT", "/guichet/messages/"+id+"/spam", "")
	if d := h.want(200, "acme/ana", "GET", path, ""); fmt.Sprint(at(d, "standing", "spam"), at(d, "standing", "notSpam")) != "1 0" {
		t.Errorf("marked: %v", at(d, "standing"))
	}
}
