package desktest

import (
	"context"
	"fmt"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// levelCrossings are the calls of service levels and calendars: demo has a calendar "office", a channel "billing" and work that goes on; acme's eve finds none of it.
func levelCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d := h.Desk
	if _, err := d.SaveHours(t.Context(), Tenant, "ana", guichet.Hours{Name: "office", Calendar: guichet.Calendar{AlwaysOn: true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SetFeed(t.Context(), Tenant, "ana", "office", "https://days.example/fr.ics"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ApplyLevels(t.Context(), Tenant, "ana"); err != nil {
		t.Fatal(err)
	}
	own, level := true, &guichet.SLA{First: 60, Uses: "office"}
	return map[string]func(context.Context) error{
		"desk.Desk.SetLevel": func(ctx context.Context) error {
			_, err := d.SetLevel(ctx, acme, "eve", desk.LevelChange{Channel: "billing", Own: &own, Level: &guichet.SLA{First: 60, Calendar: guichet.Calendar{AlwaysOn: true}}})
			if err == nil {
				return fmt.Errorf("another tenant's channel was changed")
			}
			_, err = d.SetLevel(ctx, acme, "eve", desk.LevelChange{Level: level})
			return refused(err)
		},
		"desk.Desk.PreviewLevel": func(ctx context.Context) error {
			if _, err := d.PreviewLevel(ctx, acme, "eve", desk.LevelChange{Level: level}); err == nil {
				return fmt.Errorf("another tenant's calendar was used")
			}
			p, err := d.PreviewLevel(ctx, acme, "eve", desk.LevelChange{})
			return nothing(err, p.Looked)
		},
		"desk.Desk.SaveHours": func(ctx context.Context) error {
			_, err := d.SaveHours(ctx, acme, "eve", guichet.Hours{ID: "office", Name: "x"})
			return refused(err)
		},
		"desk.Desk.DeleteHours": func(ctx context.Context) error { return refused(d.DeleteHours(ctx, acme, "eve", "office")) },
		"desk.Desk.SetHolidays": func(ctx context.Context) error {
			_, _, err := d.SetHolidays(ctx, acme, "eve", "office", []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
			return refused(err)
		},
		"desk.Desk.SetFeed": func(ctx context.Context) error {
			_, err := d.SetFeed(ctx, acme, "eve", "office", "https://days.example/eve.ics")
			return refused(err)
		},
		"desk.Desk.Feed":        func(ctx context.Context) error { _, err := d.Feed(ctx, acme, "eve", "office"); return refused(err) },
		"desk.Desk.DropFeed":    func(ctx context.Context) error { return refused(d.DropFeed(ctx, acme, "eve", "office")) },
		"store.Store.Feed":      func(ctx context.Context) error { _, err := h.Store.Feed(ctx, acme, "office"); return refused(err) },
		"desk.Desk.ApplyLevels": func(ctx context.Context) error { _, err := d.ApplyLevels(ctx, acme, "ana"); return refused(err) },
		"desk.Desk.Applying": func(ctx context.Context) error {
			m, err := d.Applying(ctx, acme, "eve")
			if !m.Began.IsZero() {
				return fmt.Errorf("saw %+v", m)
			}
			return err
		},
		"store.Store.Moving": func(ctx context.Context) error { _, err := h.Store.Moving(ctx, acme); return refused(err) },
	}
}
