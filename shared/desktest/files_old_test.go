package desktest

import (
	"testing"

	"guichet/shared/guichet"
)

// TestFilesThatNobodySentAreDeleted: when they cannot be attached any more, and a day later; nothing else is.
func TestFilesThatNobodySentAreDeleted(t *testing.T) {
	h := New(t, open(t))
	if err := (&story{t: t, h: h}).agent(t.Context(), []string{"ana"}); err != nil {
		t.Fatal(err)
	}
	kept, until, err := h.Desk.KeepFile(t.Context(), Tenant, "ana", []byte("picture"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Put(t.Context(), []byte("From: bo@customer.example\r\n\r\nHi\r\n")); err != nil {
		t.Fatal(err)
	}
	forget := func() int {
		n, err := h.Desk.ForgetFiles(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	h.SetNow(until.Add(-1))
	if n := forget(); n != 0 {
		t.Errorf("%d files went before their time", n)
	}
	if _, err := h.Desk.KeptFile(t.Context(), Tenant, kept); err != nil {
		t.Errorf("a file that can be attached: %v", err)
	}
	h.SetNow(until.AddDate(0, 0, 1))
	if n := forget(); n != 1 {
		t.Errorf("%d files went, want 1", n)
	}
	if _, err := h.Desk.KeptFile(t.Context(), Tenant, kept); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("it is there: %v", err)
	}
	if list, err := h.Blobs.List(t.Context(), "", "", 9); err != nil || len(list) != 1 {
		t.Errorf("left: %v, %v; want the mail", list, err)
	}
}
