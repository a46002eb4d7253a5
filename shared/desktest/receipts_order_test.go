package desktest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestReceiptsInAnyOrder: the same through the whole desk, where events also come before the mail is recorded as sent, two at once, and stop addresses: state, address
// and what the history tells once are the same in every order.
func TestReceiptsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := New(t, open(t))
		if err := chaosAgent(t.Context(), h); err != nil {
			r.Fatal(err)
		}
		arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
		m, err := h.Desk.Reply(t.Context(), Tenant, "ana", guichet.NewCaseID(1), desk.Answer{Text: "Which?", Cc: []guichet.Person{{Addr: "cy@customer.example"}}})
		if err != nil {
			r.Fatal(err)
		}
		if rapid.Bool().Draw(r, "recorded") {
			h.Settle(t.Context())
		}
		bo, cy := []string{"bo@customer.example"}, []string{"cy@customer.example"}
		words := []desk.Receipt{
			{Delivery: guichet.Sent, Recipients: append(bo, cy...)}, {Delivery: guichet.Delayed, Recipients: bo}, {Delivery: guichet.Delivered, Recipients: bo},
			{Delivery: guichet.Returned, Recipients: bo}, {Delivery: guichet.Bounced, Recipients: cy, Stop: guichet.StoppedByBounce}, {Delivery: guichet.Complained, Recipients: bo, Stop: guichet.StoppedByComplaint},
		}
		all := append(rapid.Permutation(words).Draw(r, "order"), rapid.SliceOfN(rapid.SampledFrom(words), 0, 3).Draw(r, "again")...)
		for i, w := range all {
			w.Tenant, w.Message, w.MailID, w.At = Tenant, m.ID(), "0102@eu-west-1.amazonses.com", h.Now().Add(time.Duration(i)*time.Second)
			if err := h.Desk.Receipt(t.Context(), w); err != nil {
				r.Fatal(err)
			}
		}
		h.Redeliver(t.Context())
		m = again(t, h, m)
		if fates(m) != "bo=complained cy=bounced" || m.Delivery != guichet.Complained {
			r.Fatalf("%s, %s", fates(m), m.Delivery)
		}
		for addr, want := range map[string]string{"bo@customer.example": guichet.StoppedByComplaint, "cy@customer.example": guichet.StoppedByBounce} {
			c, err := h.Store.ContactByID(t.Context(), Tenant, store.ContactID(addr))
			if err != nil || c.State.Reason != want {
				r.Fatalf("%s: %+v, %v", addr, c.State, err)
			}
		}
		told := map[string]int{}
		for _, f := range h.Feed.Facts() {
			if f.Kind == guichet.ReplyDelivery || f.Kind == guichet.AddressSuppressed {
				told[fmt.Sprint(f.Kind, f.Detail["delivery"], f.Detail["address"], f.Detail["to"])]++
			}
		}
		for what, n := range told {
			if n > 1 {
				r.Fatalf("%s is told %d times", strings.TrimSpace(what), n)
			}
		}
	})
}

// TestAddressesOfBefore: a contact that was stopped before there were states is stopped still, with what was known then, and can be lifted.
func TestAddressesOfBefore(t *testing.T) {
	h := New(t, open(t))
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	tx := &store.Tx{}
	tx.Contact(&guichet.Contact{Tenant: Tenant, ID: store.ContactID("bo@customer.example"), Addr: "bo@customer.example", Blocked: "bounced on 2026-02-27"})
	if err := h.Store.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
	if m := answer(t, h, guichet.NewCaseID(1)); m.Delivery != guichet.Failed || m.Fates[0].Code != "stopped.bounced" || !strings.Contains(m.Reason, "2026-02-27") {
		t.Errorf("%s (%s), %+v", m.Delivery, m.Reason, m.Fates)
	}
	if err := h.Desk.Lift(t.Context(), Tenant, "ana", "bo@customer.example"); err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
	if m := answer(t, h, guichet.NewCaseID(1)); m.Delivery != guichet.Accepted {
		t.Errorf("lifted: %s (%s)", m.Delivery, m.Reason)
	}
	found := 0
	for _, f := range h.Feed.Facts() {
		if f.Kind == guichet.AddressLifted && f.Detail["address"] == "bo@customer.example" && f.By == "ana" {
			found++
		}
	}
	if found != 1 || len(h.World.Unlisted) != 1 {
		t.Errorf("told %d times, taken off SES's list %d times", found, len(h.World.Unlisted))
	}
}
