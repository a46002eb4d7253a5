package desk

import (
	"context"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Templates lists the tenant's brand templates for who may configure.
func (d *Desk) Templates(ctx context.Context, t guichet.TenantID, who guichet.AgentID) ([]*guichet.Template, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return nil, err
	}
	return d.Store.Templates(ctx, t)
}

// SaveTemplate keeps a template: a new one (ID empty), or another version of one. Version is the one that the caller changed, 0 for whatever stands. It counts at
// once. Errors: Denied; Invalid, of the rules with line and column; NotFound; Conflict.
func (d *Desk) SaveTemplate(ctx context.Context, t guichet.TenantID, who guichet.AgentID, tpl guichet.Template) (*guichet.Template, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return nil, err
	}
	if _, err := mail.ParseTemplate(tpl.Rules, tpl.RTL); err != nil {
		return nil, err
	}
	if err := guichet.ValidTitle(tpl.Name); err != nil {
		return nil, err
	}
	if tpl.ID == "" {
		n, err := d.Store.NextBrand(ctx, t)
		if err != nil {
			return nil, err
		}
		tpl.ID, tpl.Used, tpl.Version, tpl.Changed = guichet.TemplateID(n), nil, 0, d.Now()
		tx := &store.Tx{}
		tx.Template(t, &tpl)
		err = d.Store.Commit(ctx, tx)
		tpl.Version = 1
		return &tpl, err
	}
	return d.changeTemplate(ctx, t, tpl)
}

func (d *Desk) changeTemplate(ctx context.Context, t guichet.TenantID, tpl guichet.Template) (*guichet.Template, error) {
	var out *guichet.Template
	err := d.tryAgain(ctx, tpl.Version, func() error {
		now, err := d.Store.Template(ctx, t, tpl.ID)
		if err != nil {
			return err
		}
		if err := stale(tpl.Version, now.Version); err != nil {
			return err
		}
		now.Name, now.Rules, now.RTL, now.Off, now.Changed = tpl.Name, tpl.Rules, tpl.RTL, tpl.Off, d.Now()
		tx := &store.Tx{}
		tx.Template(t, now)
		err = d.Store.Commit(ctx, tx)
		out = now
		out.Version++
		return err
	})
	return out, err
}

// DeleteTemplate takes a template away that no channel uses. Which ones do stands in the template itself, and is written together with the channel: no channel
// ever names a template that is gone. Errors: Denied; Permanent naming the channels; NotFound.
func (d *Desk) DeleteTemplate(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.TemplateID) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		tpl, err := d.Store.Template(ctx, t, id)
		if err != nil {
			return err
		}
		for _, ch := range tpl.Used {
			if c := cfg.Channels[ch]; c != nil && !c.Deleted {
				return guichet.Errorf(guichet.Permanent, "channel %s uses the template %s: take it off there first", c.Name, tpl.Name)
			}
		}
		tx := &store.Tx{}
		tx.NoTemplate(t, tpl)
		return d.Store.Commit(ctx, tx)
	})
}

// PreviewTemplate shows a template with sample data, by the call that sends: a whole document. Errors as SaveTemplate.
func (d *Desk) PreviewTemplate(ctx context.Context, t guichet.TenantID, who guichet.AgentID, tpl guichet.Template, sample mail.Letter, lang string) (string, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return "", err
	}
	var err error
	if sample.Template, err = mail.ParseTemplate(tpl.Rules, tpl.RTL); err != nil {
		return "", err
	}
	if sample.HTML != "" {
		sample.HTML = mail.LetterHTML(sample.HTML)
	}
	sample.SignatureHTML = mail.LetterHTML(sample.SignatureHTML)
	_, html, rtl := sample.Parts()
	return mail.HTMLPart(html, lang, rtl), nil
}

// SetComposing sets what stands around the answers of a channel and how long they can be taken back: its template (empty: none) and seconds. Errors: Denied;
// Invalid for a template that is not there (A074) or seconds that are not 0 to 60; NotFound.
func (d *Desk) SetComposing(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, tpl guichet.TemplateID, undo int) (*guichet.Channel, error) {
	var out *guichet.Channel
	err := again(ctx, func() error {
		was, cfg, err := d.configured(ctx, t, who, id)
		if err != nil {
			return err
		}
		if was.Deleted {
			return guichet.Errorf(guichet.NotFound, "channel")
		}
		ch := *was
		ch.Template, ch.Undo = tpl, undo
		if out = &ch; store.SameChannel(was, &ch) {
			return nil
		}
		if err := CheckChannel(cfg, was, &ch); err != nil {
			return err
		}
		tx := &store.Tx{}
		if err := d.useTemplate(ctx, tx, was, &ch); err != nil {
			return err
		}
		err = d.Store.SaveChannelWith(ctx, ch, string(who), tx)
		ch.Version++
		return err
	})
	return out, err
}

// useTemplate notes in the templates which channels use them.
func (d *Desk) useTemplate(ctx context.Context, tx *store.Tx, was, now *guichet.Channel) error {
	if was.Template == now.Template {
		return nil
	}
	if now.Template != "" {
		tpl, err := d.Store.Template(ctx, was.Tenant, now.Template)
		if guichet.Is(err, guichet.NotFound) {
			return guichet.Wrongf("templateId", "there is no template %.40q", now.Template)
		}
		if err != nil {
			return err
		}
		if !slices.Contains(tpl.Used, was.ID) {
			tpl.Used = append(tpl.Used, was.ID)
		}
		tx.Template(was.Tenant, tpl)
	}
	if was.Template == "" {
		return nil
	}
	old, err := d.Store.Template(ctx, was.Tenant, was.Template)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	old.Used = slices.DeleteFunc(old.Used, func(c guichet.ChannelID) bool { return c == was.ID })
	tx.Template(was.Tenant, old)
	return nil
}
