package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// siteBefore is the site of a mail as it was when the mail was decided.
type siteBefore struct {
	mail.Site
	cfg    *store.Config
	failed error // of the world, while somebody asked whose an address was
}

// siteThen returns the channel of a message as it was then: by the version that its decision noted. Channels that were saved before versions were kept are as
// they are today. Whose points of contact others were is told by their versions too, by the time; the agents are today's.
func (d *Desk) siteThen(ctx context.Context, m *guichet.Message) (*siteBefore, error) {
	cfg, err := d.Store.FreshConfig(ctx, m.Tenant)
	if err != nil {
		return nil, err
	}
	ch := cfg.Channels[m.Channel]
	if ch == nil {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	version, _ := strconv.ParseInt(strings.TrimPrefix(m.Why.Config, "channel@"), 10, 64)
	if version > 0 && version != ch.Version {
		then, err := d.Store.ChannelThen(ctx, m.Tenant, m.Channel, version)
		switch {
		case err == nil:
			ch = then
		case !guichet.Is(err, guichet.NotFound):
			return nil, err
		}
	}
	_, tag := mail.SplitPlus(mail.FoldAddress(m.Envelope.To))
	out := &siteBefore{cfg: cfg}
	known := map[string]bool{}
	own := func(addr string) bool {
		is, ok := known[addr]
		if !ok && out.failed == nil {
			is, out.failed = d.ownedThen(ctx, cfg, m.Tenant, addr, m.At)
			known[addr] = is
		}
		return is
	}
	out.Site = mail.Site{Tenant: m.Tenant, Channel: ch, Key: d.Key, Own: own, Plus: tag}
	return out, nil
}

// ownedThen reports whether an address was a channel's point of contact at a time.
func (d *Desk) ownedThen(ctx context.Context, cfg *store.Config, t guichet.TenantID, addr string, at time.Time) (bool, error) {
	for id, ch := range cfg.Channels {
		if ch.Address != addr {
			continue
		}
		was, err := d.stoodThen(ctx, t, id, at, !ch.Deleted)
		if err != nil || was {
			return was, err
		}
	}
	return false, nil
}

// stoodThen reports whether a channel was there, and not deleted, at a time; now is what is true today, of one without versions.
func (d *Desk) stoodThen(ctx context.Context, t guichet.TenantID, id guichet.ChannelID, at time.Time, now bool) (bool, error) {
	first := int64(0)
	for cursor := ""; ; {
		list, next, err := d.Store.ChannelVersions(ctx, t, id, 100, cursor)
		if err != nil {
			return false, err
		}
		for _, v := range list {
			if first = v.Version; !v.At.After(at) {
				return !v.Channel.Deleted, nil
			}
		}
		if next == "" {
			return first != 1 && (now || first > 0), nil
		}
		cursor = next
	}
}
