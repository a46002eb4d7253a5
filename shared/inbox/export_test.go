package inbox_test

import (
	"fmt"
	"testing"
)

// TestWhatLeavesTheHouse: off at first; who configures switches it on, nobody else; a change on an old version is refused.
func TestWhatLeavesTheHouse(t *testing.T) {
	h := newHouse(t)
	now := h.want(200, "acme/ana", "GET", "/guichet/export", "")
	if fmt.Sprint(at(now, "enabled"), at(now, "words"), at(now, "version")) != "false false 0" || len(at(now, "events").([]any)) < 20 {
		t.Errorf("at first: %v", now)
	}
	now = h.want(200, "acme/ana", "PUT", "/guichet/export", `{"enabled":true,"words":false,"version":0}`)
	if fmt.Sprint(at(now, "enabled"), at(now, "words"), at(now, "version")) != "true false 1" {
		t.Errorf("on: %v", now)
	}
	h.want(200, "acme/ana", "PUT", "/guichet/export", `{"enabled":true,"words":true,"version":1}`)
	h.want(409, "acme/ana", "PUT", "/guichet/export", `{"enabled":false,"words":true,"version":1}`)
	for _, who := range []string{"acme/rob", "acme/bob"} {
		if e := h.want(403, who, "PUT", "/guichet/export", `{"enabled":false,"words":false}`); at(e, "errors", 0, "parameters", "permission") != "configure" {
			t.Errorf("%s: %v", who, e)
		}
		h.want(403, who, "GET", "/guichet/export", "")
	}
	if e := h.want(422, "acme/ana", "PUT", "/guichet/export", `{"enabled":true}`); at(e, "errors", 0, "field") != "enabled" {
		t.Errorf("half of it: %v", e)
	}
	if at(h.want(200, "zeta/ana", "GET", "/guichet/export", ""), "enabled") != false {
		t.Error("zeta's is on, too")
	}
}
