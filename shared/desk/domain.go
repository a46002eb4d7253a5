package desk

import (
	"context"
	"slices"
	"strings"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Identities is where domains are proven to be somebody's, and where mail for them is received.
type Identities interface {
	// Claim makes the identity of a domain with its DKIM keys and MAIL FROM, for one tenant alone. What is there stays: it can be called again.
	Claim(ctx context.Context, t guichet.TenantID, domain, mailFrom string) error
	// Account makes what the tenant sends by, ties all its domains to it, and returns its name; empty where there is no such thing. It can be called again.
	Account(ctx context.Context, t guichet.TenantID, domains []string) (string, error)
	// Identity says how far the proof is. NotFound: it was never begun.
	Identity(ctx context.Context, domain string) (channel.Identity, error)
	// SetMailFrom changes where bounces come to.
	SetMailFrom(ctx context.Context, domain, mailFrom string) error
	// Release takes away the identity that was claimed for that tenant. What is not there is released.
	Release(ctx context.Context, t guichet.TenantID, domain string) error
	// Receiving looks at the rules by which mail comes in.
	Receiving(ctx context.Context) (channel.Receiving, error)
}

// maxDomains bounds the domains of a tenant: they stand in its one item.
const maxDomains = 200

// DomainState is a domain of the tenant, and how far its proof is.
type DomainState struct {
	guichet.Domain
	Identity channel.Identity
	Begun    bool // the proof was begun
}

// ClaimDomain makes a domain the tenant's and begins its proof (A037, A044). The same call again goes on where one before was cut off. Errors: Denied; Invalid, field
// "domain"; Permanent with code "domain_taken"; Temporary: the claim stands, the proof is to be begun again.
func (d *Desk) ClaimDomain(ctx context.Context, t guichet.TenantID, who guichet.AgentID, name string) (DomainState, error) {
	name, err := mail.OwnDomain(name)
	if err != nil {
		return DomainState{}, err
	}
	var cfg *store.Config
	err = again(ctx, func() error {
		if cfg, err = d.Configures(ctx, t, who, Whole); err != nil || slices.Contains(cfg.Tenant.Domains, name) {
			return err
		}
		if len(cfg.Tenant.Domains) >= maxDomains {
			return guichet.Wrongf("domain", "a tenant has %d domains at most", maxDomains)
		}
		return d.Store.ClaimDomain(ctx, cfg.Tenant, guichet.Domain{Name: name, Since: d.Now(), By: string(who)})
	})
	if err != nil {
		return DomainState{}, err
	}
	if err := d.beginProof(ctx, t, name); err != nil {
		return DomainState{}, err
	}
	return d.Domain(ctx, t, who, name)
}

// beginProof makes the identity of a tenant's domain, and ties it to what the tenant sends by.
func (d *Desk) beginProof(ctx context.Context, t guichet.TenantID, name string) error {
	if d.Identities == nil {
		return guichet.Errorf(guichet.Other, "this house does not know where domains are proven")
	}
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return err
	}
	if of := cfg.Domains[name]; of != nil { // one that the operator gave is proven by the operator
		if err := d.Identities.Claim(ctx, t, name, of.Bounces()); err != nil {
			return err
		}
	}
	account, err := d.Identities.Account(ctx, t, cfg.Tenant.Domains)
	if err != nil || account == "" {
		return err
	}
	return again(ctx, func() error {
		cfg, err := d.Store.FreshConfig(ctx, t)
		if err != nil || cfg.Tenant.SESTenant != "" {
			return err
		}
		now := cfg.Tenant
		now.SESTenant = account
		return d.Store.SaveTenant(ctx, now)
	})
}

// Domain tells how far the proof of one of the tenant's domains is. NotFound for one that is not its own.
func (d *Desk) Domain(ctx context.Context, t guichet.TenantID, who guichet.AgentID, name string) (DomainState, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return DomainState{}, err
	}
	return d.proofOf(ctx, cfg, mail.FoldDomain(name))
}

func (d *Desk) proofOf(ctx context.Context, cfg *store.Config, name string) (DomainState, error) {
	if !slices.Contains(cfg.Tenant.Domains, name) || d.Identities == nil {
		return DomainState{}, guichet.Errorf(guichet.NotFound, "domain")
	}
	out := DomainState{Domain: guichet.Domain{Name: name}}
	if of := cfg.Domains[name]; of != nil {
		out.Domain = *of
	}
	id, err := d.Identities.Identity(ctx, name)
	switch {
	case guichet.Is(err, guichet.NotFound):
		out.Identity = channel.Identity{Domain: name}
	case err != nil:
		return out, err
	default:
		out.Identity, out.Begun = id, true
	}
	return out, nil
}

// DomainOfChannel tells how far the proof of a channel's domain is, to who may configure the channel.
func (d *Desk) DomainOfChannel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (DomainState, error) {
	ch, cfg, err := d.configured(ctx, t, who, id)
	if err != nil {
		return DomainState{}, err
	}
	return d.proofOf(ctx, cfg, domainOf(ch.Address))
}

// Domains lists the tenant's domains by name, without asking how far their proof is.
func (d *Desk) Domains(ctx context.Context, t guichet.TenantID, who guichet.AgentID) ([]guichet.Domain, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return nil, err
	}
	var out []guichet.Domain
	for _, name := range slices.Sorted(slices.Values(cfg.Tenant.Domains)) {
		if of := cfg.Domains[name]; of != nil {
			out = append(out, *of)
		} else {
			out = append(out, guichet.Domain{Name: name})
		}
	}
	return out, nil
}

// ReleaseDomain gives up a domain that no channel uses. The same call again finishes one that was cut off. Errors: Denied; Permanent with code "in_use".
func (d *Desk) ReleaseDomain(ctx context.Context, t guichet.TenantID, who guichet.AgentID, name string) error {
	name = mail.FoldDomain(name)
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil || !slices.Contains(cfg.Tenant.Domains, name) {
			return err
		}
		if users := receivingAt(cfg, name); len(users) > 0 {
			return store.InUse("domain", name, users)
		}
		var version int64
		if of := cfg.Domains[name]; of != nil {
			version = of.Version
		}
		return d.Store.ReleaseDomain(ctx, cfg.Tenant, name, version)
	})
	if err != nil || d.Identities == nil {
		return err
	}
	return d.Identities.Release(ctx, t, name)
}

// receivingAt lists the channels whose point of contact is in a domain.
func receivingAt(cfg *store.Config, domain string) []string {
	var out []string
	for id, ch := range cfg.Channels {
		if !ch.Deleted && domainOf(ch.Address) == domain {
			out = append(out, "channel "+string(id))
		}
	}
	return out
}

// SetMailFrom changes the MAIL FROM of a domain: an operator's right (A071), which no role of a tenant can be given. It must lie below the domain, and nothing else
// may use it. Errors: Denied; NotFound; Invalid, field "mail_from".
func (d *Desk) SetMailFrom(ctx context.Context, t guichet.TenantID, who guichet.AgentID, name, mailFrom string) (DomainState, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return DomainState{}, err
	}
	a, err := d.Store.Agent(ctx, t, who)
	if err != nil {
		return DomainState{}, err
	}
	if !cfg.Role(a).May(guichet.CanOperate, Whole) {
		return DomainState{}, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanOperate), Text: "the MAIL FROM of a domain is changed by who runs this house alone"}
	}
	name = mail.FoldDomain(name)
	of := cfg.Domains[name]
	if of == nil {
		return DomainState{}, guichet.Errorf(guichet.NotFound, "domain")
	}
	from, err := mail.OwnDomain(mailFrom)
	if err != nil || !strings.HasSuffix(from, "."+name) {
		return DomainState{}, guichet.Wrongf("mail_from", "the MAIL FROM is a domain below %s, as %s", name, of.Bounces())
	}
	if err := d.Identities.SetMailFrom(ctx, name, from); err != nil {
		return DomainState{}, err
	}
	now := *of
	if now.MailFrom = from; now != *of {
		if err := d.Store.SaveDomain(ctx, t, now); err != nil {
			return DomainState{}, err
		}
	}
	return d.Domain(ctx, t, who, name)
}

// Receiving tells how mail comes in, to who may configure all.
func (d *Desk) Receiving(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (channel.Receiving, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return channel.Receiving{}, err
	}
	if d.Identities == nil {
		return channel.Receiving{}, guichet.Errorf(guichet.NotFound, "receiving")
	}
	return d.Identities.Receiving(ctx)
}
