package boot

import (
	"encoding/json"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestAnOperatorBringsShreddedMailBack: what was deleted for good stays away when its notice comes again, with its bytes or without; with force it comes back.
func TestAnOperatorBringsShreddedMailBack(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	all := guichet.Role{ID: "all", Rights: map[guichet.ChannelID][]guichet.Permission{"*": {guichet.CanRead, guichet.CanReply, guichet.CanShred}}}
	for _, err := range []error{h.Store.SaveRole(ctx, tenant, all), h.Store.SaveAgent(ctx, tenant, guichet.Agent{ID: "sid", Name: "Sid", Role: "all", Presence: guichet.Offline, Limit: 1})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	notice := h.arrives(t, "m1")
	run := func(force bool) {
		t.Helper()
		e := map[string]any{"Records": batch(notice).Records}
		if force {
			e["force"] = true
		}
		payload, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Inbound(h.Desk)(ctx, payload)
		if b, _ := json.Marshal(out); err != nil || strings.Contains(string(b), "itemIdentifier") {
			t.Fatalf("force %t: %s, %v", force, b, err)
		}
	}
	run(false)
	one := guichet.NewCaseID(1)
	if err := h.SetStatus(ctx, tenant, "sid", one, guichet.Trashed); err != nil {
		t.Fatal(err)
	}
	if err := h.Shred(ctx, tenant, "sid", one); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Store.Blobs.Get(ctx, store.InKey("m1")); !guichet.Is(err, guichet.NotFound) {
		t.Fatalf("the bytes are there: %v", err)
	}
	two := guichet.NewCaseID(2)
	run(false) // its notice, without bytes
	h.arrives(t, "m1")
	run(false) // with bytes
	run(true)
	run(true)
	if c, err := h.Store.Case(ctx, tenant, two); err != nil || c.Messages != 1 {
		t.Errorf("with force: %+v, %v; want a case of one message", c, err)
	}
	if _, err := h.Store.Case(ctx, tenant, guichet.NewCaseID(3)); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("a third case: %v", err)
	}
}
