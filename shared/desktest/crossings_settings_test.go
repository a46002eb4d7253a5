package desktest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// settingsCrossings are the calls of the settings, as demo's ana in the name of acme, or as acme's eve with demo's ids.
func settingsCrossings(_ *testing.T, h *House) map[string]func(context.Context) error {
	d, s := h.Desk, h.Store
	return map[string]func(context.Context) error{
		"desk.Desk.Configures": func(ctx context.Context) error {
			_, err := d.Configures(ctx, acme, "ana", desk.Whole)
			return refused(err)
		},
		"desk.Desk.SetLists": func(ctx context.Context) error {
			_, err := d.SetLists(ctx, acme, "ana", store.Lists{Block: []string{"customer.example"}})
			return refused(err)
		},
		"desk.Desk.SetListed": func(ctx context.Context) error {
			_, err := d.SetListed(ctx, acme, "ana", "block", "customer.example", true)
			return refused(err)
		},
		"desk.Desk.CreateChannel": func(ctx context.Context) error {
			_, err := d.CreateChannel(ctx, acme, "eve", "mine", "demo.example", guichet.Channel{Name: "Mine", Skill: "support"})
			return unproven(err)
		},
		"desk.Desk.ChangeChannel": func(ctx context.Context) error {
			_, err := d.ChangeChannel(ctx, acme, "eve", "billing", 0, func(c *guichet.Channel) error { c.Name = "Theirs"; return nil })
			return refused(err)
		},
		"desk.Desk.DeleteChannel": func(ctx context.Context) error { return refused(d.DeleteChannel(ctx, acme, "eve", "billing", 0)) },
		"desk.Desk.SaveTag": func(ctx context.Context) error {
			_, err := d.SaveTag(ctx, acme, "ana", guichet.Tag{ID: "junk"}, 0)
			return refused(err)
		},
		"desk.Desk.DeleteTag": func(ctx context.Context) error { return refused(d.DeleteTag(ctx, acme, "ana", "spam")) },
		"store.Store.ChannelVersions": func(ctx context.Context) error {
			l, _, err := s.ChannelVersions(ctx, acme, "billing", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.ChannelThen": func(ctx context.Context) error { _, err := s.ChannelThen(ctx, acme, "billing", 1); return refused(err) },
		"store.Store.DeleteTag": func(ctx context.Context) error {
			if err := s.DeleteTag(ctx, acme, guichet.Tag{ID: "spam", Version: 1}); !guichet.Is(err, guichet.Conflict) {
				return fmt.Errorf("acme deleted a tag that it does not have: %v", err)
			}
			return nil
		},
	}
}

// unproven says that a call must fail because the domain is somebody else's.
func unproven(err error) error {
	var e *guichet.Error
	if !errors.As(err, &e) || e.Code != "domain_unverified" {
		return fmt.Errorf("got %v, want that the domain is not acme's", err)
	}
	return nil
}
