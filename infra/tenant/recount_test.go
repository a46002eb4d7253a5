package main

import (
	"path/filepath"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestRecountOnThisMachine: a card that says what no message does is put right, and said.
func TestRecountOnThisMachine(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	if _, err := tenant(t, "-data "+data+" -tenant acme -domain acme.example -channel support -agent ana"); err != nil {
		t.Fatal(err)
	}
	spoil := func() {
		s, done, err := (&flags{data: data}).open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		bo := &guichet.Contact{Tenant: "acme", ID: store.ContactID("bo@customer.example"), Addr: "bo@customer.example", Moods: guichet.Moods{Positive: 7}}
		n, err := s.NextCase(t.Context(), "acme")
		if err != nil {
			t.Fatal(err)
		}
		m := &guichet.Message{Tenant: "acme", Case: n, N: 1, Direction: guichet.Inbound, From: guichet.Person{Addr: bo.Addr}, Sentiment: &guichet.Sentiment{Mood: guichet.Negative}}
		tx := &store.Tx{}
		tx.Contact(bo)
		tx.Message(m)
		tx.Case(&guichet.Case{Tenant: "acme", ID: n, Messages: 1, In: 1, Contact: bo.ID})
		if err := s.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	}
	spoil()
	out, err := tenant(t, "-data "+data+" -tenant acme -recount")
	if err != nil || !strings.Contains(out, "positive 0, neutral 0, negative 1 (it said 7, 0, 0)") || !strings.Contains(out, "1 cards were wrong") {
		t.Errorf("first: %v\n%s", err, out)
	}
	if out, err = tenant(t, "-data "+data+" -tenant acme -recount"); err != nil || !strings.Contains(out, "0 cards were wrong") {
		t.Errorf("again: %v\n%s", err, out)
	}
	for _, line := range []string{"-data " + data + " -recount", "-data " + data + " -tenant zeta -recount", "-data " + data + " -tenant acme -channel x -domain acme.example -recount"} {
		if _, err := tenant(t, line); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}
