package desktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
		"desk.Desk.ClaimDomain": func(ctx context.Context) error {
			for _, name := range []string{"demo.example", "help.demo.example"} {
				var e *guichet.Error
				if _, err := d.ClaimDomain(ctx, acme, "eve", name); !errors.As(err, &e) || e.Code != "domain_taken" {
					return fmt.Errorf("acme claimed %s: %v", name, err)
				}
			}
			return nil
		},
		"desk.Desk.Domain": func(ctx context.Context) error {
			_, err := d.Domain(ctx, acme, "eve", "demo.example")
			return refused(err)
		},
		"desk.Desk.Domains": func(ctx context.Context) error {
			l, err := d.Domains(ctx, acme, "eve")
			return nothing(err, len(slices.DeleteFunc(l, func(x guichet.Domain) bool { return x.Name == "acme.example" })))
		},
		"desk.Desk.DomainOfChannel": func(ctx context.Context) error {
			_, err := d.DomainOfChannel(ctx, acme, "eve", "billing")
			return refused(err)
		},
		"desk.Desk.ReleaseDomain": func(ctx context.Context) error { return nothing(d.ReleaseDomain(ctx, acme, "eve", "demo.example"), 0) },
		"desk.Desk.SetMailFrom": func(ctx context.Context) error {
			_, err := d.SetMailFrom(ctx, acme, "eve", "demo.example", "x.demo.example")
			return refused(err)
		},
		"desk.Desk.Receiving": func(ctx context.Context) error { _, err := d.Receiving(ctx, acme, "ana"); return refused(err) },
		"desk.Desk.LintFormat": func(ctx context.Context) error {
			_, _, err := d.LintFormat(ctx, acme, "eve", "billing", guichet.TicketFormat{}, 9)
			return refused(err)
		},
		"desk.Desk.CreateRole": func(ctx context.Context) error {
			_, err := d.CreateRole(ctx, acme, "ana", "", "Mine")
			return refused(err)
		},
		"desk.Desk.ChangeRole": func(ctx context.Context) error {
			_, err := d.ChangeRole(ctx, acme, "eve", "reader", 0, "Mine")
			return refused(err)
		},
		"desk.Desk.DeleteRole": func(ctx context.Context) error { return nothing(d.DeleteRole(ctx, acme, "eve", "reader"), 0) },
		"desk.Desk.GiveRole":   func(ctx context.Context) error { return refused(d.GiveRole(ctx, acme, "eve", "ana", "agent")) },
		"desk.Desk.MissingRights": func(ctx context.Context) error {
			_, err := d.MissingRights(ctx, acme, "eve", "reader")
			return refused(err)
		},
		"store.Store.ClaimDomain": func(ctx context.Context) error {
			cfg, err := s.FreshConfig(ctx, acme)
			if err != nil {
				return err
			}
			if err := s.ClaimDomain(ctx, cfg.Tenant, guichet.Domain{Name: "demo.example"}); err == nil {
				return fmt.Errorf("acme claimed demo's domain")
			}
			return nil
		},
		"store.Store.DeleteRole": func(ctx context.Context) error {
			if err := s.DeleteRole(ctx, acme, guichet.Role{ID: "reader", Version: 1}); !guichet.Is(err, guichet.Conflict) {
				return fmt.Errorf("acme deleted a role that it does not have: %v", err)
			}
			return nil
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
