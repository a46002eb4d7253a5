package desktest

import (
	"context"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// sendingCrossings are the calls of sending, as acme's eve with demo's channel and addresses, or as demo's ana in the name of acme.
func sendingCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s := h.Desk, h.Store
	wish := desk.RelayWish{Host: "relay.demo.example", Port: 587, TLS: guichet.RelayStart, User: "demo", Password: "demo's"}
	if _, err := d.SetRelay(t.Context(), Tenant, "ana", "billing", wish); err != nil {
		t.Fatal(err)
	}
	return map[string]func(context.Context) error{
		"desk.Desk.SetRelay": func(ctx context.Context) error {
			_, err := d.SetRelay(ctx, acme, "eve", "billing", wish)
			return refused(err)
		},
		"desk.Desk.RelayOf": func(ctx context.Context) error { _, err := d.RelayOf(ctx, acme, "eve", "billing"); return refused(err) },
		"desk.Desk.AskRelay": func(ctx context.Context) error {
			_, err := d.AskRelay(ctx, acme, "eve", "billing")
			return refused(err)
		},
		"desk.Desk.DropRelay": func(ctx context.Context) error { return refused(d.DropRelay(ctx, acme, "eve", "billing")) },
		"desk.Desk.Lift":      func(ctx context.Context) error { return refused(d.Lift(ctx, acme, "eve", "bo@customer.example")) },
		"desk.Desk.Suppressed": func(ctx context.Context) error {
			l, _, err := d.Suppressed(ctx, acme, "eve", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.Suppressed": func(ctx context.Context) error {
			l, _, err := s.Suppressed(ctx, acme, 9, "")
			return nothing(err, len(l))
		},
		"store.Store.Relay": func(ctx context.Context) error { _, err := s.Relay(ctx, acme, "billing"); return refused(err) },
		"store.Store.RelayHistory": func(ctx context.Context) error {
			l, err := s.RelayHistory(ctx, acme, "billing")
			return nothing(err, len(l))
		},
	}
}
