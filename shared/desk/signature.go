package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Signatures lists the tenant's signatures and who has which, for who may configure.
func (d *Desk) Signatures(ctx context.Context, t guichet.TenantID, who guichet.AgentID) ([]*guichet.Signature, map[guichet.AgentID]guichet.SignatureID, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return nil, nil, err
	}
	return d.Store.Signatures(ctx, t)
}

// SaveSignature keeps a signature: a new one (ID empty), or another version of one. Its HTML is made safe. Version is the one that the caller changed, 0 for
// whatever stands. Errors: Denied; Invalid; NotFound; Conflict.
func (d *Desk) SaveSignature(ctx context.Context, t guichet.TenantID, who guichet.AgentID, sig guichet.Signature) (*guichet.Signature, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return nil, err
	}
	sig.HTML = mail.LetterHTML(sig.HTML)
	if err := guichet.ValidSignature(&sig); err != nil {
		return nil, err
	}
	asked := sig.Version
	err := d.tryAgain(ctx, asked, func() error {
		sig.Version = 0
		if sig.ID == "" {
			n, err := d.Store.NextBrand(ctx, t)
			if err != nil {
				return err
			}
			sig.ID = guichet.SignatureID(n)
		} else {
			now, err := d.Store.Signature(ctx, t, sig.ID)
			if err != nil {
				return err
			}
			if err := stale(asked, now.Version); err != nil {
				return err
			}
			sig.Version = now.Version
		}
		sig.Changed = d.Now()
		tx := &store.Tx{}
		tx.Signature(t, &sig)
		return d.Store.Commit(ctx, tx)
	})
	sig.Version++
	return &sig, err
}

// DeleteSignature takes a signature away; who had it has none then.
func (d *Desk) DeleteSignature(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.SignatureID) error {
	return again(ctx, func() error {
		if _, err := d.Configures(ctx, t, who, Whole); err != nil {
			return err
		}
		sig, err := d.Store.Signature(ctx, t, id)
		if err != nil {
			return err
		}
		tx := &store.Tx{}
		tx.NoSignature(t, sig)
		return d.Store.Commit(ctx, tx)
	})
}

// Sign gives a user a signature in place of the one that he had, or takes this one from him (A076, A077). It counts with his next answer. There is one note for each
// user, written at its version: of racing calls one is the last. Errors: Denied; NotFound for the signature; Invalid for a user who is not there.
func (d *Desk) Sign(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.SignatureID, user guichet.AgentID, on bool) error {
	return again(ctx, func() error {
		if _, err := d.Configures(ctx, t, who, Whole); err != nil {
			return err
		}
		sig, err := d.Store.Signature(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := d.Store.Agent(ctx, t, user); err != nil {
			if guichet.Is(err, guichet.NotFound) {
				err = guichet.Wrongf("userId", "there is no user %.40q", user)
			}
			return err
		}
		has, version, err := d.Store.Signer(ctx, t, user)
		if err != nil || (has == id) == on {
			return err
		}
		tx := &store.Tx{}
		if on {
			tx.Signs(t, user, version, sig)
		} else {
			tx.SignsNot(t, user, version)
		}
		return d.Store.Commit(ctx, tx)
	})
}

// FromChoices lists the channels whose address an agent may give an answer in a case (A036, A047): the case's own, and those where his role has Reply.
func (d *Desk) FromChoices(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) ([]*guichet.Channel, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	out := []*guichet.Channel{w.channel}
	for _, ch := range w.cfg.InOrder() {
		if ch.ID != w.c.Channel && !ch.Deleted && ch.Kind == w.channel.Kind && w.role.May(guichet.CanReply, ch.ID) && w.role.May(guichet.CanRead, ch.ID) {
			out = append(out, ch)
		}
	}
	return out, nil
}
