package desk

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// channelChecks are the rules that settings of a channel must fulfil beside guichet.ValidChannel: those that need what else the tenant has set. One line each.
var channelChecks = []func(cfg *store.Config, was, now *guichet.Channel) error{
	namesOfChannel,
	skillsOfChannel,
	tagOfChannel,
	wayOfChannel,
	mailOnly,
}

// CheckChannel reports nil if now may take the place of was (the zero one: none) among a tenant's settings. Errors are Invalid and name the field.
func CheckChannel(cfg *store.Config, was, now *guichet.Channel) error {
	if err := guichet.ValidChannel(was, now); err != nil {
		return err
	}
	for _, check := range channelChecks {
		if err := check(cfg, was, now); err != nil {
			return err
		}
	}
	return nil
}

var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$`) // RFC 5646 2.1, the part that mail programs use

func namesOfChannel(_ *store.Config, was, now *guichet.Channel) error {
	if was.Version == 0 {
		if err := idOfChannel(now); err != nil {
			return err
		}
	}
	if strings.TrimSpace(now.Name) == "" && (was.Name != "" || was.Version == 0) {
		return guichet.Wrongf("name", "a channel needs an internal name")
	}
	for field, s := range map[string]string{"name": now.Name, "display_name": now.Display} {
		if n := utf8.RuneCountInString(s); n > 100 || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return guichet.Wrongf(field, "%s has at most 100 characters, on one line", field)
		}
	}
	if now.Language != "" && !languageTag.MatchString(now.Language) {
		return guichet.Wrongf("language", "language is a tag as fr or pt-BR, not %.30q", now.Language)
	}
	return nil
}

// skillsOfChannel: every channel has a default skill (A095).
func skillsOfChannel(cfg *store.Config, was, now *guichet.Channel) error {
	if now.Skill == "" {
		return guichet.Wrongf("skill", "a channel needs a default skill: new cases wait in its queue")
	}
	for field, k := range map[string]guichet.SkillID{"skill": now.Skill, "spam_skill": now.SpamTo} {
		if k != "" && cfg.Skills[k] == nil && k != was.Skill && k != was.SpamTo {
			return guichet.Codef(guichet.Invalid, "unknown_skill", field, "there is no skill %.40q: make it first", k)
		}
	}
	return nil
}

// tagOfChannel: the spam tag must be there first (A054).
func tagOfChannel(cfg *store.Config, was, now *guichet.Channel) error {
	if now.SpamTag != "" && now.SpamTag != was.SpamTag && cfg.Tags[now.SpamTag] == nil {
		return guichet.Codef(guichet.Invalid, "unknown_tag", "spam_tag", "there is no tag %.40q: make it first", now.SpamTag)
	}
	return nil
}

// CreateChannel makes a channel at a local part and a domain that is the tenant's and verified (A037, A043-A046). An empty ID is made from the local part. The same
// call again, with an ID, finds it made. Errors: Denied; Invalid naming the field; Permanent with code "domain_unverified", "name_taken", "address_taken" or "id_taken".
func (d *Desk) CreateChannel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, local, domain string, ch guichet.Channel) (*guichet.Channel, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return nil, err
	}
	if ch.Address, err = mail.PointOfContact(local, domain); err != nil {
		return nil, err
	}
	if err := d.proven(ctx, cfg, domainOf(ch.Address)); err != nil {
		return nil, err
	}
	ch.Tenant, ch.Kind, ch.Version, ch.Deleted = t, guichet.KindEmail, 0, false
	return d.makeChannel(ctx, t, who, local, ch)
}

// makeChannel saves a new channel; an empty ID is made from the local part.
func (d *Desk) makeChannel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, local string, ch guichet.Channel) (*guichet.Channel, error) {
	wished := ch.ID != ""
	var out *guichet.Channel
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		now := ch
		if !wished {
			now.ID = freeID(cfg, local)
		} else if old := cfg.Channels[now.ID]; old != nil {
			if old.Deleted || old.Address != now.Address || old.Name != now.Name {
				return guichet.Codef(guichet.Permanent, "id_taken", "id", "the id %s is another channel's, or was: choose another", now.ID)
			}
			out = old
			return nil
		}
		if len(now.Numbers) == 0 {
			now.Numbers = []guichet.TicketFormat{{}}
		}
		if err := CheckChannel(cfg, &guichet.Channel{}, &now); err != nil {
			return err
		}
		if err := d.Store.SaveChannelBy(ctx, now, string(who)); err != nil {
			return err
		}
		now.Version = 1
		out = &now
		return nil
	})
	return out, err
}

// proven reports nil if mail may be sent and received for a domain of the tenant.
func (d *Desk) proven(ctx context.Context, cfg *store.Config, domain string) error {
	if !slices.Contains(cfg.Tenant.Domains, domain) {
		return guichet.Codef(guichet.Permanent, "domain_unverified", "domain", "the domain %s is not yours yet: claim it and prove it first", domain)
	}
	if d.Identities == nil {
		return guichet.Errorf(guichet.Other, "this house does not know where domains are proven")
	}
	id, err := d.Identities.Identity(ctx, domain)
	if err != nil && !guichet.Is(err, guichet.NotFound) {
		return err
	}
	if err != nil || !id.Verified {
		return guichet.Codef(guichet.Permanent, "domain_unverified", "domain", "the domain %s is not verified yet: put its records into DNS, and wait until they are found", domain)
	}
	return nil
}

// freeID makes an id of a local part that no channel has or had.
func freeID(cfg *store.Config, local string) guichet.ChannelID {
	id := strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r)) {
			return unicode.ToLower(r)
		}
		return '-'
	}, strings.TrimSpace(local))
	id = id[:min(len(id), 24)]
	if len(id) < 2 {
		id = "ch-" + id
	}
	for n, base := 2, id; cfg.Channels[guichet.ChannelID(id)] != nil; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return guichet.ChannelID(id)
}

// ChangeChannel changes what a channel has set. Version is the one that the caller read, 0 for whatever stands. What change leaves as it was is saved as no version.
// Errors: Denied; NotFound; Invalid naming the field; Conflict: somebody changed it since; Permanent with a code.
func (d *Desk) ChangeChannel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, version int64, change func(*guichet.Channel) error) (*guichet.Channel, error) {
	var out *guichet.Channel
	err := d.tryAgain(ctx, version, func() error {
		was, cfg, err := d.configured(ctx, t, who, id)
		if err != nil {
			return err
		}
		if was.Deleted {
			return guichet.Errorf(guichet.NotFound, "channel")
		}
		if err := stale(version, was.Version); err != nil {
			return err
		}
		now := *was
		now.Numbers = slices.Clone(was.Numbers)
		if err := change(&now); err != nil {
			return err
		}
		out = &now
		if store.SameChannel(was, &now) {
			return nil
		}
		if err := CheckChannel(cfg, was, &now); err != nil {
			return err
		}
		if err := d.Store.SaveChannelBy(ctx, now, string(who)); err != nil {
			return err
		}
		out.Version++
		return nil
	})
	return out, err
}

// configured loads a channel for somebody who may configure it. One who may neither configure nor read it does not learn that it is there.
func (d *Desk) configured(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (*guichet.Channel, *store.Config, error) {
	cfg, err := d.Configures(ctx, t, who, id)
	if guichet.Is(err, guichet.Denied) {
		if a, aerr := d.Store.Agent(ctx, t, who); aerr == nil {
			if cfg, cerr := d.Store.Config(ctx, t); cerr == nil && (cfg.Channels[id] == nil || !cfg.Role(a).May(guichet.CanRead, id)) {
				return nil, nil, guichet.Errorf(guichet.NotFound, "channel")
			}
		}
	}
	if err != nil {
		return nil, nil, err
	}
	ch := cfg.Channels[id]
	if ch == nil {
		return nil, nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	return ch, cfg, nil
}

// DeleteChannel takes a channel out of service: mail to its point of contact is nobody's, its cases stay readable, its name and address are free for a new one.
// A second time changes nothing. Errors as those of ChangeChannel.
func (d *Desk) DeleteChannel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, version int64) error {
	return d.tryAgain(ctx, version, func() error {
		ch, _, err := d.configured(ctx, t, who, id)
		if err != nil || ch.Deleted {
			return err
		}
		if err := stale(version, ch.Version); err != nil {
			return err
		}
		now := *ch
		now.Deleted, now.Outbound = true, false
		return d.Store.SaveChannelBy(ctx, now, string(who))
	})
}

// sends reports nil if agents may send on the channel now (T1, A046, A048).
func sends(ch *guichet.Channel) error {
	switch {
	case ch.Deleted:
		return guichet.Codef(guichet.Denied, "channel_deleted", "", "the channel %s is deleted: nothing is sent on it any more", ch.Name)
	case !ch.Outbound:
		return guichet.Codef(guichet.Denied, "outbound_off", "", "the outbound flow of channel %s is off: who may configure it can switch it on", ch.Name)
	}
	return nil
}
