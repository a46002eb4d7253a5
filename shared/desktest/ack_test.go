package desktest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// acknowledging is a house whose two tenants both acknowledge, in every channel.
func acknowledging(t *testing.T) *House {
	h := twoTenants(t)
	for _, tenant := range []guichet.TenantID{Tenant, acme} {
		cfg, err := h.Store.FreshConfig(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range cfg.Channels {
			ch := *ch
			ch.Ack = "We have your mail about {subject}: number {ticket}."
			if err := h.Store.SaveChannel(t.Context(), ch); err != nil {
				t.Fatal(err)
			}
		}
	}
	return h
}

// TestD37TwoHouses: two tenants that acknowledge get a mail in the other's name each, and everything that leaves one arrives at the other, for a day: also where
// a relay between them takes away what says that a mail is automatic. At most four mails leave.
func TestD37TwoHouses(t *testing.T) {
	for name, between := range map[string]func([]byte) []byte{
		"as it left": func(raw []byte) []byte { return raw },
		"without its marks": func(raw []byte) []byte {
			raw = bytes.Replace(raw, []byte("Auto-Submitted: auto-replied\r\n"), nil, 1)
			return bytes.Replace(raw, []byte("X-Auto-Response-Suppress: All\r\n"), nil, 1)
		},
		"without marks, thread and number": func(raw []byte) []byte {
			m := mail.Parse(raw)
			return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: A mail\r\nMessage-ID: <%s>\r\n\r\nHello.\r\n", m.From[0].Addr, m.To[0].Addr, m.MessageID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := acknowledging(t)
			at := len(h.World.Sent)
			arrive(t, h, "support@demo.example", "Acme <help@acme.example>|Our kettle|h1@acme.example|")
			arrive(t, h, "help@acme.example", "Demo <support@demo.example>|Your kettle|h2@demo.example|")
			before, began := at, h.Now()
			for h.Now().Before(began.Add(24 * time.Hour)) {
				for end := len(h.World.Sent); at < end; at++ {
					m := h.World.Sent[at]
					if len(mail.Parse(m.Raw).Values("Auto-Submitted")) != 1 {
						t.Errorf("%s left without a mark", m.Message)
					}
					pass(t, h, m.To, between(m.Raw))
				}
				h.SetNow(h.Now().Add(10 * time.Minute))
				if err := h.Desk.SweepSLA(t.Context()); err != nil {
					t.Fatal(err)
				}
				h.Redeliver(t.Context())
			}
			if got := len(h.World.Sent) - before; got < 2 || got > 4 {
				t.Errorf("%d mails left in a day, want 2 to 4", got)
			}
		})
	}
}

// TestAcknowledgementCostsNothingWhereItIsOff: a channel that has one reads no more for it than one that has none; it stores its bytes before the commit that
// promises them, and that is all.
func TestAcknowledgementCostsNothingWhereItIsOff(t *testing.T) {
	for on, want := range map[string]string{"": "", "We have it.": "put "} {
		h := twoTenants(t)
		if on != "" {
			h = acknowledging(t)
		}
		tr := newTroubled(t, h, &txtar.Archive{}, nil)
		if _, err := h.Store.Config(t.Context(), Tenant); err != nil {
			t.Fatal(err)
		}
		in := incoming1(t, h, "c1")
		tr.faults.arm(true)
		if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range tr.faults.calls {
			got = append(got, c.name)
		}
		t.Log(got)
		if calls := strings.Join(got, " "); !strings.HasSuffix(calls, want+"commit") || (want == "") == strings.Contains(calls, "put") {
			t.Errorf("with %q: %s, want it to end in %scommit", on, calls, want)
		}
	}
}
