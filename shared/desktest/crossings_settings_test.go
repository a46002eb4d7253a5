package desktest

import (
	"context"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/store"
)

// settingsCrossings are the calls of the settings, as demo's ana in the name of acme, or as acme's eve with demo's ids.
func settingsCrossings(_ *testing.T, h *House) map[string]func(context.Context) error {
	d := h.Desk
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
	}
}
