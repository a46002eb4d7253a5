package desktest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

func init() {
	areaCrossings = append(areaCrossings, moreCrossings)
	noTenant = append(noTenant, "store.Store.SaveForm",
		"store.Store.NoteGone", "store.Store.IsGone", "desk.Desk.ForgetFiles") // by the key of bytes, which is no tenant's; by the clock
}

// moreCrossings are the calls of forms, exports, sentiment, escalation and shredding, as demo's ana in the name of acme, or as acme's eve with demo's ids.
func moreCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s := h.Desk, h.Store
	form := guichet.Form{ID: TheForm, Name: "Form", Channel: "support", Enabled: true, Fields: guichet.FormFields{Email: "email", Text: "text"}}
	if err := s.SaveForm(t.Context(), form); err != nil {
		t.Fatal(err)
	}
	form.Version = 1
	theirs := form
	theirs.ID, theirs.Version = "acme-abcdefghijklmnopqrstuvwxyz", 0
	return map[string]func(context.Context) error{
		"desk.Desk.SaveForm": func(ctx context.Context) error {
			if _, err := d.SaveForm(ctx, acme, "ana", theirs); err == nil {
				return fmt.Errorf("demo's ana made acme a form")
			}
			_, err := d.SaveForm(ctx, acme, "eve", form)
			return refused(err)
		},
		"desk.Desk.DeleteForm": func(ctx context.Context) error {
			err := d.DeleteForm(ctx, acme, "eve", TheForm)
			if _, there := s.Form(ctx, TheForm); there != nil {
				return fmt.Errorf("acme deleted demo's form")
			}
			return nothing(err, 0)
		},
		"desk.Desk.Forms": func(ctx context.Context) error {
			l, err := d.Forms(ctx, acme, "eve")
			return nothing(err, len(l))
		},
		"desk.Desk.FormToken": func(context.Context) error {
			if d.FormToken(TheForm) == d.FormToken(theirs.ID) {
				return fmt.Errorf("one token for two forms")
			}
			return nil
		},
		"desk.Desk.OpenForm": func(ctx context.Context) error { _, err := d.OpenForm(ctx, theirs.ID); return refused(err) },
		"desk.Desk.SubmitForm": func(ctx context.Context) error {
			_, err := d.SubmitForm(ctx, theirs.ID, desk.Submission{Values: map[string][]string{"email": {"bo@customer.example"}, "text": {"x"}}})
			return refused(err)
		},
		"desk.Desk.SetExport": func(ctx context.Context) error {
			if _, err := d.SetExport(ctx, acme, "eve", guichet.Export{Enabled: true}); err != nil {
				return err
			}
			cfg, err := s.FreshConfig(ctx, Tenant)
			if err == nil && cfg.Export.Enabled {
				return fmt.Errorf("acme lets out what happens at demo")
			}
			_, err = d.SetExport(ctx, Tenant, "eve", guichet.Export{Enabled: true})
			return refused(err)
		},
		"store.Store.SaveExport": func(ctx context.Context) error {
			return s.SaveExport(ctx, "zeta", guichet.Export{Enabled: true})
		},
		"desk.Desk.Events": func(ctx context.Context) error {
			if err := s.SaveExport(ctx, "yota", guichet.Export{Enabled: true, Words: true}); err != nil {
				return err
			}
			list, err := d.Events(ctx, guichet.Fact{Kind: guichet.InteractionReceived, Tenant: "yota", Case: guichet.NewCaseID(1), Message: guichet.NewCaseID(1).Message(1)})
			return nothing(err, len(list))
		},
		"desk.Desk.Export": func(ctx context.Context) error {
			return nothing(d.Export(ctx, guichet.Fact{Kind: guichet.InteractionReceived, Tenant: acme, Case: guichet.NewCaseID(1), Message: guichet.NewCaseID(1).Message(1)}), len(h.World.Told))
		},
		"desk.Desk.Rate": func(ctx context.Context) error {
			return refused(d.Rate(ctx, acme, "eve", guichet.NewCaseID(1).Message(1), guichet.Sentiment{Mood: guichet.Positive}))
		},
		"desk.Desk.SetReach": func(ctx context.Context) error {
			return refused(d.SetReach(ctx, acme, "eve", store.ContactID("bo@customer.example"), guichet.Reach{Followers: 1}))
		},
		"desk.Desk.Recount": func(ctx context.Context) error {
			wrong, err := d.Recount(ctx, acme)
			return nothing(err, len(wrong))
		},
		"desk.Desk.Shred": func(ctx context.Context) error { return refused(d.Shred(ctx, acme, "eve", guichet.NewCaseID(1))) },
		"store.Store.DropRest": func(ctx context.Context) error {
			return s.DropRest(ctx, acme, guichet.NewCaseID(1)) // there is nothing, and demo's stays: the shape says so
		},
		"store.Store.Form":  func(ctx context.Context) error { _, err := s.Form(ctx, theirs.ID); return refused(err) },
		"store.Store.Forms": func(ctx context.Context) error { l, err := s.Forms(ctx, acme); return nothing(err, len(l)) },
		"store.Store.DeleteForm": func(ctx context.Context) error {
			if s.DeleteForm(ctx, guichet.Form{ID: theirs.ID, Version: 1}) == nil {
				return fmt.Errorf("it did not fail")
			}
			return nil
		},
		"store.Store.Rate": func(ctx context.Context) error {
			if _, err := s.Rate(ctx, Tenant, "x", "1", time.Hour, 9, h.Now()); err != nil {
				return err
			}
			n, err := s.Rate(ctx, acme, "x", "1", time.Hour, 9, h.Now())
			return nothing(err, n-1)
		},
	}
}
