package desk

import (
	"context"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

var tagColor = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// SaveTag makes a tag, or changes its title and colour: its id is what cases carry, and stays. Version is the one that the caller read, 0 for whatever stands.
// Errors: Denied; Invalid naming the field; Conflict.
func (d *Desk) SaveTag(ctx context.Context, t guichet.TenantID, who guichet.AgentID, g guichet.Tag, version int64) (*guichet.Tag, error) {
	g.ID, g.Title, g.Color = strings.TrimSpace(g.ID), strings.TrimSpace(g.Title), strings.ToLower(strings.TrimSpace(g.Color))
	if err := guichet.ValidName("id", g.ID); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(g.Title) > 60 || !utf8.ValidString(g.Title) || strings.ContainsFunc(g.Title, unicode.IsControl) {
		return nil, guichet.Wrongf("title", "a title has at most 60 characters, on one line")
	}
	if g.Color != "" && !tagColor.MatchString(g.Color) {
		return nil, guichet.Wrongf("color", "a colour is written as #5b6470, not %.20q", g.Color)
	}
	err := d.tryAgain(ctx, version, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		g.Version = 0
		if old := cfg.Tags[g.ID]; old != nil {
			if g.Version = old.Version; old.Title == g.Title && old.Color == g.Color {
				return nil
			}
		}
		if err := stale(version, g.Version); err != nil {
			return err
		}
		if err := d.Store.SaveTag(ctx, t, g); err != nil {
			return err
		}
		g.Version++
		return nil
	})
	return &g, err
}

// DeleteTag takes a tag away: cases that carry it keep it, no channel may name it. What is not there is deleted. Errors: Denied; Permanent with code "in_use".
func (d *Desk) DeleteTag(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id string) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if users := namedBy(cfg, id); len(users) > 0 {
			return store.InUse("tag", id, users)
		}
		g := cfg.Tags[id]
		if g == nil {
			return nil
		}
		return d.Store.DeleteTag(ctx, t, *g)
	})
}

// namedBy lists the channels whose spam tag that is.
func namedBy(cfg *store.Config, tag string) []string {
	var out []string
	for id, ch := range cfg.Channels {
		if ch.SpamTag == tag && tag != "" && !ch.Deleted {
			out = append(out, "channel "+string(id))
		}
	}
	return out
}
