package desktest

import (
	"context"
	"fmt"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

func init() {
	areaCrossings = append(areaCrossings, byocCrossings)
	noTenant = append(noTenant, "desk.Desk.VisitorToken", // it is asked for a channel that was found
		"store.Store.SaveBox", "store.Store.Boxes") // a box names its tenant; an operator's, who looks after all
}

// byocCrossings are the calls of messaging channels, as acme's eve, and with a token of acme's, at demo's channel.
func byocCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s := h.Desk, h.Store
	if err := h.Talk(t.Context(), "chat", map[string]string{}); err != nil {
		t.Fatal(err)
	}
	if err := h.Talk(t.Context(), "page", map[string]string{"page": "yes"}); err != nil {
		t.Fatal(err)
	}
	acmesVisitor := d.VisitorToken(&guichet.Channel{Tenant: acme, ID: "page"}, "v1")
	acmes := "acme.atokenofacmesown"
	if err := s.SaveBox(t.Context(), &guichet.Box{Tenant: acme, Channel: "talk", Token: desk.TokenHash(acmes)}); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"idOnExternalPlatform":"m1","thread":{"idOnExternalPlatform":"t1"},"authorEndUserIdentity":{"idOnExternalPlatform":"u1"},"messageContent":{"type":"TEXT","payload":{"text":"x"}}}`)
	return map[string]func(context.Context) error{
		"desk.Desk.ReceiveChat": func(ctx context.Context) error {
			_, err := d.ReceiveChat(ctx, "chat", acmes, body)
			return refused(err)
		},
		"desk.Desk.ChatStatus": func(ctx context.Context) error {
			return refused(d.ChatStatus(ctx, "chat", acmes, "m1", []byte(`{"status":"seen"}`)))
		},
		"desk.Desk.BoxOf": func(ctx context.Context) error { _, err := d.BoxOf(ctx, acme, "eve", "chat"); return refused(err) },
		"desk.Desk.SetBox": func(ctx context.Context) error {
			_, err := d.SetBox(ctx, acme, "eve", "chat", desk.BoxWish{Invite: "https://evil.example/"})
			return refused(err)
		},
		"desk.Desk.NewToken":  func(ctx context.Context) error { _, err := d.NewToken(ctx, acme, "eve", "chat"); return refused(err) },
		"desk.Desk.DropToken": func(ctx context.Context) error { return refused(d.DropToken(ctx, acme, "eve", "chat")) },
		"desk.Desk.CreateTalk": func(ctx context.Context) error {
			_, err := d.CreateTalk(ctx, acme, "ana", guichet.Channel{ID: "chat", Name: "x", Skill: "support"})
			return refused(err)
		},
		"desk.Desk.Escalate": func(ctx context.Context) error {
			_, err := d.Escalate(ctx, acme, "eve", guichet.NewCaseID(1), "chat", "")
			return refused(err)
		},
		"desk.Desk.ChatPage": func(ctx context.Context) error { _, err := d.ChatPage(ctx, acme, "page"); return refused(err) },
		"desk.Desk.NewVisitor": func(ctx context.Context) error {
			_, err := d.NewVisitor(ctx, acme, "page")
			return refused(err)
		},
		"desk.Desk.SayOnPage": func(ctx context.Context) error {
			_, err := d.SayOnPage(ctx, Tenant, "page", desk.Saying{Visitor: acmesVisitor, ID: "m1", Text: "x"})
			return refused(err)
		},
		"desk.Desk.OnPage": func(ctx context.Context) error {
			lines, err := d.OnPage(ctx, Tenant, "page", acmesVisitor)
			if err == nil {
				return fmt.Errorf("saw %v", lines)
			}
			return refused(err)
		},
		"store.Store.Box": func(ctx context.Context) error { _, err := s.Box(ctx, acme, "chat"); return refused(err) },
	}
}
