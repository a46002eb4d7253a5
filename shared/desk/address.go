package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// stops notes that addresses take no mail for good, for every path (D-43), in the transaction of what was learnt. It returns a fact for each that is new.
func (d *Desk) stops(ctx context.Context, tx *store.Tx, m *guichet.Message, addrs []string, state guichet.AddressState) ([]guichet.Fact, error) {
	state.Message, state.Channel, state.Said = m.ID(), m.Channel, cut(state.Said, 300)
	state.Status = guichet.AddressBarred
	if state.Reason == guichet.StoppedByTLS {
		state.Status = guichet.AddressInvalid
	}
	seen := map[string]bool{}
	var facts []guichet.Fact
	for _, addr := range addrs {
		if addr = mail.FoldAddress(addr); addr == "" || seen[addr] {
			continue
		}
		seen[addr] = true
		c, err := d.Store.Contact(ctx, m.Tenant, addr)
		if err != nil {
			return nil, err
		}
		next, changed := c.State.Next(state)
		if !changed {
			continue
		}
		if c.Version == 0 {
			c.Addr, c.Since = addr, state.At
		}
		c.State = next
		tx.Contact(c)
		f := d.fact(guichet.AddressSuppressed, Self, "address", addr, "status", string(next.Status), "reason", next.Reason, "said", next.Said, "who", next.By)
		f.Message, f.At = m.ID(), state.At
		facts = append(facts, f)
	}
	return facts, nil
}

// reach tells those of a mail's recipients who get it from those to whom nothing may be sent. It is asked before anything leaves, on every path.
func (d *Desk) reach(ctx context.Context, m *guichet.Message, relay *guichet.Relay) (open []string, stopped map[string]guichet.AddressState, err error) {
	stopped = map[string]guichet.AddressState{}
	for _, addr := range envelopeTo(m) {
		c, err := d.Store.Contact(ctx, m.Tenant, mail.FoldAddress(addr))
		if err != nil {
			return nil, nil, err
		}
		if c.State.Stops(m.Channel, relay) {
			stopped[addr] = c.State
		} else {
			open = append(open, addr)
		}
	}
	return open, stopped, nil
}

// nobody says why a mail goes to nobody: its writer meant those in To, and none of them can be reached. Empty if one can.
func nobody(m *guichet.Message, stopped map[string]guichet.AddressState) (code, reason string) {
	for _, p := range m.To {
		s, ok := stopped[p.Addr]
		if !ok {
			return "", ""
		}
		code, reason = "stopped."+s.Reason, "an address takes no mail: "+stopWords[s.Reason]+" on "+s.At.UTC().Format("2006-01-02")
	}
	return code, reason
}

// stopWords says why an address takes no mail, for the API; the page has words of its own.
var stopWords = map[string]string{
	guichet.StoppedByBounce: "mail came back for good", guichet.StoppedByComplaint: "its owner reported a mail as spam",
	guichet.StoppedByTLS: "no secure connection could be made, and the channel asks for one (tls_required)",
}

// Suppressed lists the addresses that take no mail, newest first: of the channels where the agent may release. Denied if that is nowhere.
func (d *Desk) Suppressed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, limit int, cursor string) ([]*guichet.Contact, string, error) {
	may, err := d.releases(ctx, t, who)
	if err != nil {
		return nil, "", err
	}
	list, next, err := d.Store.Suppressed(ctx, t, limit, cursor)
	if err != nil {
		return nil, "", err
	}
	out := make([]*guichet.Contact, 0, len(list))
	for _, c := range list {
		if may(c.State.Channel) {
			out = append(out, c)
		}
	}
	return out, next, nil
}

// releases returns on which channels an agent may release; Denied if on none.
func (d *Desk) releases(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (func(guichet.ChannelID) bool, error) {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return nil, err
	}
	role := cfg.Role(a)
	for ch := range role.Rights {
		if role.May(guichet.CanRelease, ch) {
			return func(ch guichet.ChannelID) bool { return role.May(guichet.CanRelease, ch) }, nil
		}
	}
	return nil, noRelease("on every channel")
}

func noRelease(where string) error {
	return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanRelease), Text: "the permission " + string(guichet.CanRelease) + " is missing " + where + ": ask your administrator"}
}

// Lift lets mail go to an address again. Who did it, and when, stands on the address and in the history of the case whose mail had stopped it. An address that
// takes mail is left as it is; one that nobody knows is NotFound.
func (d *Desk) Lift(ctx context.Context, t guichet.TenantID, who guichet.AgentID, addr string) error {
	may, err := d.releases(ctx, t, who)
	if err != nil {
		return err
	}
	addr = mail.FoldAddress(addr)
	return again(ctx, func() error {
		c, err := d.Store.Contact(ctx, t, addr)
		switch {
		case err != nil:
			return err
		case c.Version == 0:
			return guichet.Errorf(guichet.NotFound, "address")
		case !c.State.Stopped():
			return nil
		case !may(c.State.Channel):
			return noRelease("on channel " + string(c.State.Channel))
		}
		was := c.State
		c.State, _ = c.State.Next(guichet.AddressState{By: string(who), At: d.Now(), Message: was.Message, Channel: was.Channel})
		f := d.fact(guichet.AddressLifted, string(who), "address", addr, "reason", was.Reason, "who", was.By)
		f.Agent, f.Message = who, was.Message
		tx := &store.Tx{}
		tx.Contact(c)
		if err := d.tellLifted(ctx, tx, c, f); err != nil {
			return err
		}
		return d.Store.Commit(ctx, tx)
	})
}

// tellLifted puts the fact into the history of the case, or where there is none (any more), beside the contact.
func (d *Desk) tellLifted(ctx context.Context, tx *store.Tx, c *guichet.Contact, f guichet.Fact) error {
	k, err := d.Store.LiveCase(ctx, c.Tenant, f.Message.Case())
	switch {
	case guichet.Is(err, guichet.NotFound):
		tx.ContactFact(c, f)
	case err != nil:
		return err
	default:
		tx.Case(k, f)
	}
	return nil
}

// unlist takes an address off the list that SES keeps for the account, once it was lifted: SES would go on refusing it by itself.
func (d *Desk) unlist(ctx context.Context, f guichet.Fact) error {
	if d.Unlist == nil || f.Detail["who"] != guichet.BySES {
		return nil
	}
	return d.Unlist(ctx, f.Detail["address"])
}
