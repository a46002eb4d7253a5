package desktest

import (
	"context"
	"fmt"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// brandCrossings are the calls around templates, signatures, drafts and answers that wait, as acme's eve with demo's ids.
func brandCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s, id := h.Desk, h.Store, guichet.NewCaseID(1)
	msg := id.Message(2)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	tpl, err := d.SaveTemplate(t.Context(), Tenant, "ana", guichet.Template{Name: "demo's", Rules: "{{body}}"})
	must(err)
	sig, err := d.SaveSignature(t.Context(), Tenant, "ana", guichet.Signature{Name: "demo's", Text: "demo's"})
	must(err)
	must(d.Sign(t.Context(), Tenant, "ana", sig.ID, "ana", true))
	letter := guichet.Letter{Text: "demo's"}
	draft, err := d.SaveDraft(t.Context(), Tenant, "ana", id, "", letter, false, "k")
	must(err)
	must(d.KeepWriting(t.Context(), Tenant, "ana", id, letter))
	found := func(n int, err error) error { return nothing(err, n) }
	return map[string]func(context.Context) error{
		"desk.Desk.Start": func(ctx context.Context) error {
			_, err := d.Start(ctx, acme, "ana", "billing", desk.Answer{Text: "x", Subject: "x", To: persons("bo@customer.example")})
			return refused(err)
		},
		"desk.Desk.Withdraw": func(ctx context.Context) error { _, err := d.Withdraw(ctx, acme, "eve", msg); return refused(err) },
		"desk.Desk.SendNow":  func(ctx context.Context) error { _, err := d.SendNow(ctx, acme, "eve", msg); return refused(err) },
		"desk.Desk.Reschedule": func(ctx context.Context) error {
			_, err := d.Reschedule(ctx, acme, "eve", msg, h.Now().AddDate(0, 0, 1))
			return refused(err)
		},
		"desk.Desk.Preview": func(ctx context.Context) error {
			_, err := d.Preview(ctx, acme, "eve", id, desk.Answer{Text: "x"})
			return refused(err)
		},
		"desk.Desk.PreviewDraft": func(ctx context.Context) error {
			_, err := d.PreviewDraft(ctx, acme, "eve", id, draft.ID)
			return refused(err)
		},
		"desk.Desk.DraftFile": func(ctx context.Context) error {
			_, err := d.DraftFile(ctx, acme, "eve", id, draft.ID, 0)
			return refused(err)
		},
		"desk.Desk.FromChoices": func(ctx context.Context) error { _, err := d.FromChoices(ctx, acme, "eve", id); return refused(err) },
		"desk.Desk.SaveDraft": func(ctx context.Context) error {
			_, err := d.SaveDraft(ctx, acme, "eve", id, draft.ID, letter, false, "")
			return refused(err)
		},
		"desk.Desk.SubmitDraft": func(ctx context.Context) error {
			_, err := d.SubmitDraft(ctx, acme, "eve", id, draft.ID)
			return refused(err)
		},
		"desk.Desk.DecideDraft": func(ctx context.Context) error {
			_, err := d.DecideDraft(ctx, acme, "eve", id, draft.ID, true, "")
			return refused(err)
		},
		"desk.Desk.DiscardDraft": func(ctx context.Context) error { return refused(d.DiscardDraft(ctx, acme, "eve", id, draft.ID)) },
		"desk.Desk.Drafts":       func(ctx context.Context) error { l, err := d.Drafts(ctx, acme, "eve", id); return found(len(l), err) },
		"desk.Desk.KeepWriting":  func(ctx context.Context) error { return refused(d.KeepWriting(ctx, acme, "eve", id, letter)) },
		"desk.Desk.Writing":      func(ctx context.Context) error { _, err := d.Writing(ctx, acme, "eve", id); return refused(err) },
		"desk.Desk.Templates":    func(ctx context.Context) error { l, err := d.Templates(ctx, acme, "eve"); return found(len(l), err) },
		"desk.Desk.SaveTemplate": func(ctx context.Context) error {
			_, err := d.SaveTemplate(ctx, acme, "eve", guichet.Template{ID: tpl.ID, Name: "stolen", Rules: "{{body}}"})
			return refused(err)
		},
		"desk.Desk.DeleteTemplate": func(ctx context.Context) error { return refused(d.DeleteTemplate(ctx, acme, "eve", tpl.ID)) },
		"desk.Desk.PreviewTemplate": func(ctx context.Context) error {
			_, err := d.PreviewTemplate(ctx, acme, "ana", guichet.Template{Rules: "{{body}}"}, mail.Letter{Text: "x"}, "")
			return refused(err)
		},
		"desk.Desk.SetComposing": func(ctx context.Context) error {
			_, err := d.SetComposing(ctx, acme, "eve", "support", tpl.ID, 0)
			return refused(err)
		},
		"desk.Desk.Signatures": func(ctx context.Context) error {
			l, m, err := d.Signatures(ctx, acme, "eve")
			return found(len(l)+len(m), err)
		},
		"desk.Desk.SaveSignature": func(ctx context.Context) error {
			_, err := d.SaveSignature(ctx, acme, "eve", guichet.Signature{ID: sig.ID, Name: "stolen", Text: "x"})
			return refused(err)
		},
		"desk.Desk.DeleteSignature": func(ctx context.Context) error { return refused(d.DeleteSignature(ctx, acme, "eve", sig.ID)) },
		"desk.Desk.Sign":            func(ctx context.Context) error { return refused(d.Sign(ctx, acme, "eve", sig.ID, "eve", true)) },
		"store.Store.Template":      func(ctx context.Context) error { _, err := s.Template(ctx, acme, tpl.ID); return refused(err) },
		"store.Store.Templates":     func(ctx context.Context) error { l, err := s.Templates(ctx, acme); return found(len(l), err) },
		"store.Store.Signature":     func(ctx context.Context) error { _, err := s.Signature(ctx, acme, sig.ID); return refused(err) },
		"store.Store.Signatures": func(ctx context.Context) error {
			l, m, err := s.Signatures(ctx, acme)
			return found(len(l)+len(m), err)
		},
		"store.Store.Signer": func(ctx context.Context) error {
			of, v, err := s.Signer(ctx, acme, "ana")
			return found(len(of)+int(v), err)
		},
		"store.Store.Brand": func(ctx context.Context) error {
			b, err := s.Brand(ctx, acme, tpl.ID, "ana")
			if b.Template != nil || b.Signature != nil {
				return fmt.Errorf("acme uses demo's brand")
			}
			return err
		},
		"store.Store.Draft":  func(ctx context.Context) error { _, err := s.Draft(ctx, acme, id, draft.ID); return refused(err) },
		"store.Store.Drafts": func(ctx context.Context) error { l, err := s.Drafts(ctx, acme, id); return found(len(l), err) },
		"store.Store.Writing": func(ctx context.Context) error {
			w, err := s.Writing(ctx, acme, id, "ana")
			return found(int(w.Version), err)
		},
	}
}
