package desktest

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"guichet/shared/guichet"
)

// large delivers a mail of so many bytes from somebody.
func large(t *testing.T, h *House, from, id string, size int) guichet.MessageID {
	t.Helper()
	raw := []byte("From: <" + from + ">\r\nTo: support@demo.example\r\nSubject: Film\r\nMessage-ID: <" + id + "@x.example>\r\n\r\nA film.\r\n")
	if len(raw) < size {
		raw = append(raw, bytes.Repeat([]byte("x\r\n"), (size-len(raw))/3+1)...)[:size]
	}
	in, err := h.Put(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.Recipients = from, []string{"support@demo.example"}
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	h.Settle(t.Context())
	if len(h.Fails) > 0 {
		t.Fatal(h.Fails)
	}
	return out[0].Message
}

// TestD72MoreThanTheWorldTakes: a mail larger than any that can come in, which somebody put there all the same, is kept, its head is read, and it waits; it never comes
// again and again, as what nobody can read does.
func TestD72MoreThanTheWorldTakes(t *testing.T) {
	h := New(t, open(t))
	id := large(t, h, "ed@customer.example", "h1", 43<<20)
	m, err := h.Store.Message(t.Context(), Tenant, id)
	if err != nil || m.Held == "" || m.Subject != "Film" || !strings.HasPrefix(m.Text, "A film.") || !strings.Contains(m.Held, "has 43 MB; at most 40 MB") {
		t.Fatalf("%v: held %q, subject %q", err, m.Held, m.Subject)
	}
	if n := len(h.World.Sent); n != 1 || !bytes.Contains(h.World.Sent[0].Raw, []byte("has 43 MB. We take mails of up to 40 MB")) {
		t.Errorf("%d mails went out", n)
	}
	if r, err := h.Desk.Replay(t.Context(), Tenant, id); err != nil || !r.Same {
		t.Errorf("decided again: %+v, %v", r, err)
	}
}

// TestD72OneNoticeADay: however many too large mails of one sender arrive at the same time, he is told once.
func TestD72OneNoticeADay(t *testing.T) {
	for range 3 {
		h := New(t, open(t))
		cfg, err := h.Store.FreshConfig(t.Context(), Tenant)
		must(t, err)
		ch := *cfg.Channels["support"]
		ch.MaxMail = 1
		must(t, h.Store.SaveChannel(t.Context(), ch))
		var wg sync.WaitGroup
		for i := range 8 {
			raw := append([]byte("From: Bo <bo@customer.example>\r\nSubject: Film\r\nMessage-ID: <m"+string(rune('a'+i))+"@x.example>\r\n\r\n"), bytes.Repeat([]byte("x\r\n"), 400_000)...)
			in, err := h.Put(t.Context(), raw)
			must(t, err)
			in.From, in.Recipients = "bo@customer.example", []string{"support@demo.example"}
			wg.Go(func() {
				untilDone(t, func() error { _, err := h.Desk.ReceiveMail(t.Context(), in); return err })
			})
		}
		wg.Wait()
		h.Settle(t.Context())
		if n := len(h.World.Sent); n != 1 {
			t.Errorf("%d notices went out, want 1", n)
		}
		if held, _, err := h.Store.Quarantined(t.Context(), Tenant, 100, ""); err != nil || len(held) != 8 {
			t.Errorf("%d mails are kept, %v; want 8", len(held), err)
		}
	}
}

// TestD72TheLimitItself: a mail of exactly what the channel takes comes in; one byte more does not.
func TestD72TheLimitItself(t *testing.T) {
	h := New(t, open(t))
	cfg, err := h.Store.FreshConfig(t.Context(), Tenant)
	must(t, err)
	ch := *cfg.Channels["support"]
	ch.MaxMail = 1
	must(t, h.Store.SaveChannel(t.Context(), ch))
	for size, want := range map[int]bool{1 << 20: false, 1<<20 + 1: true} {
		m, err := h.Store.Message(t.Context(), Tenant, large(t, h, "ed@customer.example", "l"+string(rune(size&0xff+'a')), size))
		if err != nil || (m.Held != "") != want {
			t.Errorf("%d bytes: held %q, %v", size, m.Held, err)
		}
	}
}
