package desk

import (
	"context"
	"net"
	"strconv"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/secret"
	"guichet/shared/store"
)

// RelayWish is what somebody wants the relay of a channel to be.
type RelayWish struct {
	Host, TLS, User string
	Port            int
	Password        string // empty: the one that is kept, if it goes where it went
	ForceTLS        bool
	Version         int64 // of the relay that was shown; 0: whatever stands
}

// SetRelay has a channel's mail leave by an SMTP server of the tenant's own. The password is sealed before anything is written, and never shown again. Errors:
// Denied without the right to configure the channel; Invalid names the field; Conflict if somebody was faster, or the house keeps no secrets.
func (d *Desk) SetRelay(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID, w RelayWish) (*guichet.Relay, error) {
	was, err := d.relayOf(ctx, t, who, ch, w.Version)
	if err != nil {
		return nil, err
	}
	r := &guichet.Relay{Tenant: t, Channel: ch, Host: w.Host, Port: w.Port, TLS: w.TLS, User: w.User, ForceTLS: w.ForceTLS, Changed: d.Now(), By: who}
	if was != nil {
		r.Version = was.Version
	}
	if err := guichet.ValidRelay(r); err != nil {
		return nil, err
	}
	if r.User != "" && w.Password == "" && r.SameDoor(was) {
		r.Sealed = was.Sealed
	} else if err := d.seal(ctx, r, w.Password); err != nil {
		return nil, err
	}
	f := d.relayFact(guichet.RelayChanged, who, ch, "what", "set", "host", r.Host)
	if err := d.Store.SaveRelay(ctx, r, f); err != nil {
		return nil, faster(err)
	}
	r.Version++
	return r, nil
}

// seal puts the sealed password into the relay.
func (d *Desk) seal(ctx context.Context, r *guichet.Relay, password string) error {
	if err := guichet.ValidPassword(r.User, password); err != nil || password == "" {
		return err
	}
	if d.Vault == nil {
		return guichet.Errorf(guichet.Conflict, "this house has no key to seal passwords with: ask your administrator")
	}
	var err error
	r.Sealed, err = d.Vault.Seal(ctx, owner(r), []byte(password))
	return err
}

func owner(r *guichet.Relay) secret.Owner { return secret.Owner{Tenant: r.Tenant, Channel: r.Channel} }

// relayOf loads a channel's relay for somebody who may configure it; nil if it has none.
func (d *Desk) relayOf(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID, version int64) (*guichet.Relay, error) {
	cfg, err := d.Configures(ctx, t, who, ch)
	if err != nil {
		return nil, err
	}
	if c := cfg.Channels[ch]; c == nil || c.Deleted || c.Kind != "email" {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	r := cfg.Relays[ch]
	stands := int64(0)
	if r != nil {
		stands = r.Version
	}
	return r, stale(version, stands)
}

func (d *Desk) relayFact(k guichet.FactKind, who guichet.AgentID, ch guichet.ChannelID, detail ...string) guichet.Fact {
	f := d.fact(k, string(who), append([]string{"channel", string(ch)}, detail...)...)
	f.Agent = who
	return f
}

// faster says in people's words that somebody else changed it.
func faster(err error) error {
	if guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists) {
		return guichet.Errorf(guichet.Conflict, "somebody changed this at the same time: load it again")
	}
	return err
}

// RelayOf shows a channel's relay to somebody who may configure it. NotFound if it has none.
func (d *Desk) RelayOf(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID) (*guichet.Relay, error) {
	r, err := d.relayOf(ctx, t, who, ch, 0)
	if err == nil && r == nil {
		err = guichet.Errorf(guichet.NotFound, "relay")
	}
	return r, err
}

// DropRelay has a channel's mail leave by the house's own way again; the sealed password goes with the relay. A channel without one is left as it is.
func (d *Desk) DropRelay(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID) error {
	r, err := d.relayOf(ctx, t, who, ch, 0)
	if err != nil || r == nil {
		return err
	}
	return faster(d.Store.DropRelay(ctx, r, d.relayFact(guichet.RelayChanged, who, ch, "what", "removed", "host", r.Host)))
}

// AskRelay wants a channel's relay tested: deliver does it, who alone may open the password, and notes in the relay what it found.
func (d *Desk) AskRelay(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID) (*guichet.Relay, error) {
	r, err := d.RelayOf(ctx, t, who, ch)
	if err != nil {
		return nil, err
	}
	f := d.relayFact(guichet.RelayAsked, who, ch)
	r.Test = guichet.RelayTest{Asked: f.At, By: who}
	if err := d.Store.SaveRelay(ctx, r, f); err != nil {
		return nil, faster(err)
	}
	r.Version++
	return r, nil
}

// tryRelay does the test that a relay.asked fact wants, unless it was done, or the relay is another by now.
func (d *Desk) tryRelay(ctx context.Context, f guichet.Fact) error {
	return again(ctx, func() error {
		r, err := d.Store.Relay(ctx, f.Tenant, guichet.ChannelID(f.Detail["channel"]))
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil || !r.Test.Asked.Equal(f.At) || !r.Test.At.IsZero() {
			return err
		}
		found, err := d.probe(ctx, r)
		r.Test.At, r.Test.OK, r.Test.Secure, r.Test.Auth = d.Now(), err == nil, found.Secure, found.Auth
		if err != nil {
			r.Test.Reason = cut(channel.Said(err), 300)
		}
		return d.Store.SaveRelay(ctx, r)
	})
}

func (d *Desk) probe(ctx context.Context, r *guichet.Relay) (channel.Found, error) {
	p, err := d.dialer(ctx, r)
	if err != nil {
		return channel.Found{}, err
	}
	return p.Probe(ctx, r.ForceTLS)
}

// dialer makes the sender of a relay, its password opened.
func (d *Desk) dialer(ctx context.Context, r *guichet.Relay) (channel.Prober, error) {
	s := channel.SMTP{Addr: net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), Username: r.User, Public: true, TLS: channel.TLSOpportunistic}
	switch {
	case r.TLS == guichet.RelayImplicit:
		s.TLS = channel.TLSImplicit
	case r.User != "" || r.ForceTLS:
		s.TLS = channel.TLSStart
	}
	cfg, err := d.Store.Config(ctx, r.Tenant)
	if err != nil {
		return nil, err
	}
	if ch := cfg.Channels[r.Channel]; ch != nil {
		s.Hello = domainOf(ch.Address) // a name that DNS knows: some servers turn others away (RFC 5321 4.1.4)
	}
	if r.User != "" {
		if d.Vault == nil {
			return nil, guichet.Errorf(guichet.Temporary, "this house has no key to open the relay's password with")
		}
		password, err := d.Vault.Open(ctx, owner(r), r.Sealed)
		if err != nil {
			return nil, &guichet.Error{Kind: guichet.Temporary, Text: "the relay's password cannot be opened: set it again, or ask your administrator", Cause: err}
		}
		s.Password = string(password)
	}
	if d.Relay != nil {
		return d.Relay(s), nil
	}
	return s, nil
}

// wayOut returns what the mail of a channel leaves by, and whether it must be secure (A050: that is said where the server is said).
func (d *Desk) wayOut(ctx context.Context, cfg *store.Config, ch *guichet.Channel) (s channel.Sender, relay *guichet.Relay, force bool, err error) {
	if ch.Talks() {
		s, err = d.boxOf(ctx, cfg, ch)
		return s, nil, false, err
	}
	if relay = cfg.Relays[ch.ID]; relay == nil {
		return d.Send(ch), nil, ch.ForceTLS, nil
	}
	s, err = d.dialer(ctx, relay)
	return s, relay, relay.ForceTLS, err
}

// Reseal seals the passwords of all relays and the secrets of all integration boxes of the house under the newest key, one after the other: mail goes on meanwhile, since the old ones open until their
// key goes. It is for an operator, whose vault may; run again, it does it again.
func (d *Desk) Reseal(ctx context.Context) (n int, err error) {
	err = d.Store.Relays(ctx, func(r *guichet.Relay) error {
		if len(r.Sealed) == 0 {
			return nil
		}
		n++
		return again(ctx, func() error {
			now, err := d.Store.Relay(ctx, r.Tenant, r.Channel)
			if guichet.Is(err, guichet.NotFound) {
				return nil // taken away meanwhile
			}
			if err != nil || len(now.Sealed) == 0 {
				return err
			}
			if now.Sealed, err = d.Vault.Reseal(ctx, owner(now), now.Sealed); err != nil {
				return err
			}
			return d.Store.SaveRelay(ctx, now)
		})
	})
	if err != nil {
		return n, err
	}
	boxes, err := d.resealBoxes(ctx)
	return n + boxes, err
}

// wayOfChannel: where a channel's mail leaves by a relay of the tenant's own, there is no display name (A053), and force TLS is said where the relay is (A050).
func wayOfChannel(cfg *store.Config, was, now *guichet.Channel) error {
	relay := cfg.Relays[now.ID]
	if relay == nil {
		return nil
	}
	if now.Display != "" && now.Display != was.Display {
		return guichet.Codef(guichet.Invalid, "display_name_unsupported", "display_name", "mail of this channel leaves by a relay of its own, which shows the address alone: leave display_name out")
	}
	if now.ForceTLS != was.ForceTLS && now.ForceTLS != relay.ForceTLS {
		return guichet.Codef(guichet.Invalid, "set_on_relay", "force_tls", "mail of this channel leaves by a relay of its own: force_tls is set there, with its server")
	}
	now.ForceTLS = was.ForceTLS // what is shown is the relay's: a client that sends it back changes nothing
	return nil
}
