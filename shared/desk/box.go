package desk

import (
	"context"
	"crypto/rand"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// BoxWish is what somebody wants the integration box of a messaging channel to be.
type BoxWish struct {
	URL, Auth, Client, Invite string
	Secret                    string // empty: the one that is kept, if it goes where it went
	Version                   int64  // of the box that was shown; 0: whatever stands
}

// TokenHash is what is kept of a messaging channel's token.
func TokenHash(token string) []byte {
	_, h := chatToken(token)
	return h
}

// BoxOwner is whom the secret of a box is sealed for.
func BoxOwner(b *guichet.Box) secret.Owner {
	return secret.Owner{Tenant: b.Tenant, Channel: b.Channel}
}

// boxFor loads a messaging channel's box for somebody who may configure the channel; a new one if it has none.
func (d *Desk) boxFor(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (*guichet.Box, error) {
	ch, cfg, err := d.configured(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	if ch.Deleted || !ch.Talks() {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	if b := cfg.Boxes[id]; b != nil {
		of := *b
		return &of, nil
	}
	return &guichet.Box{Tenant: t, Channel: id}, nil
}

// BoxOf shows the integration box of a messaging channel to somebody who may configure it; one with Version 0 if it has none.
func (d *Desk) BoxOf(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (*guichet.Box, error) {
	return d.boxFor(ctx, t, who, id)
}

// SetBox says where answers of a messaging channel are handed over. The secret is sealed before anything is written, and never shown again. Errors: Denied without
// the right to configure the channel; Invalid names the field; Conflict if somebody was faster, or the house keeps no secrets.
func (d *Desk) SetBox(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, w BoxWish) (*guichet.Box, error) {
	was, err := d.boxFor(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	if err := stale(w.Version, was.Version); err != nil {
		return nil, err
	}
	b := *was
	b.URL, b.Auth, b.Client, b.Invite = strings.TrimRight(w.URL, "/"), strings.TrimRight(w.Auth, "/"), w.Client, w.Invite
	b.Changed, b.By = d.Now(), who
	if err := guichet.ValidBox(&b, d.Near); err != nil {
		return nil, err
	}
	if w.Secret != "" || !b.SameDoor(was) || len(b.Sealed) == 0 {
		if err := d.sealBox(ctx, &b, w.Secret); err != nil {
			return nil, err
		}
	}
	return d.saveBox(ctx, &b)
}

// sealBox puts the sealed secret into the box.
func (d *Desk) sealBox(ctx context.Context, b *guichet.Box, s string) error {
	b.Sealed = nil
	if err := guichet.ValidSecret(b.Client, s); err != nil || s == "" {
		return err
	}
	if d.Vault == nil {
		return guichet.Errorf(guichet.Conflict, "this house has no key to seal secrets with: ask your administrator")
	}
	var err error
	b.Sealed, err = d.Vault.Seal(ctx, BoxOwner(b), []byte(s))
	return err
}

func (d *Desk) saveBox(ctx context.Context, b *guichet.Box) (*guichet.Box, error) {
	if err := d.Store.SaveBox(ctx, b); err != nil {
		return nil, faster(err)
	}
	b.Version++
	return b, nil
}

// NewToken gives a messaging channel a token of its own, by which its middleware sends messages; the one before is good no more. What is returned is told once: the
// house keeps its hash alone. Errors as those of SetBox.
func (d *Desk) NewToken(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (string, error) {
	token := string(t) + tokenMark + rand.Text() + rand.Text()
	err := again(ctx, func() error {
		b, err := d.boxFor(ctx, t, who, id)
		if err != nil {
			return err
		}
		_, b.Token = chatToken(token)
		b.Changed, b.By = d.Now(), who
		return d.Store.SaveBox(ctx, b)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// DropToken has a messaging channel take nothing any more, until it gets a new token.
func (d *Desk) DropToken(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) error {
	return again(ctx, func() error {
		b, err := d.boxFor(ctx, t, who, id)
		if err != nil || len(b.Token) == 0 {
			return err
		}
		b.Token, b.Changed, b.By = nil, d.Now(), who
		return d.Store.SaveBox(ctx, b)
	})
}

// resealBoxes seals the secrets of all integration boxes under the newest key.
func (d *Desk) resealBoxes(ctx context.Context) (n int, err error) {
	err = d.Store.Boxes(ctx, func(b *guichet.Box) error {
		if len(b.Sealed) == 0 {
			return nil
		}
		n++
		return again(ctx, func() error {
			now, err := d.Store.Box(ctx, b.Tenant, b.Channel)
			if err != nil || len(now.Sealed) == 0 {
				return err
			}
			if now.Sealed, err = d.Vault.Reseal(ctx, BoxOwner(now), now.Sealed); err != nil {
				return err
			}
			return d.Store.SaveBox(ctx, now)
		})
	})
	return n, err
}
