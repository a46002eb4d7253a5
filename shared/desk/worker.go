package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// worker is an agent at a case, with what he may do there.
type worker struct {
	cfg     *store.Config
	agent   *guichet.Agent
	role    *guichet.Role
	c       *guichet.Case
	channel *guichet.Channel
	from    *guichet.Channel // whose address an answer carries; the case's channel, unless sendFrom says otherwise
}

// acting loads the agent who does something. Denied if there is none.
func (d *Desk) acting(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (*guichet.Agent, error) {
	a, err := d.Store.Agent(ctx, t, who)
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.Denied, "no agent %s", who)
	}
	return a, err
}

// worker loads an agent and a case for a move. An agent without the right to read the case's channel does not learn that it is there: NotFound.
func (d *Desk) worker(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) (*worker, error) {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return nil, err
	}
	c, err := d.Store.LiveCase(ctx, t, id)
	if err != nil {
		return nil, err
	}
	ch := cfg.Channels[c.Channel]
	if ch == nil {
		ch = &guichet.Channel{ID: c.Channel, Tenant: t, Deleted: true}
	}
	w := &worker{cfg: cfg, agent: a, role: cfg.Role(a), c: c, channel: ch, from: ch}
	if !w.role.May(guichet.CanRead, ch.ID) {
		return nil, guichet.Errorf(guichet.NotFound, "case")
	}
	return w, nil
}

// needs says which of the permissions is missing, if one is (A088).
func (w *worker) needs(all ...guichet.Permission) error {
	for _, p := range all {
		if w.c != nil && !w.c.Gone.IsZero() && p != guichet.CanShred {
			return guichet.Wrongf("contactId", "case %s was deleted for good", w.c.ID)
		}
		if !w.role.May(p, w.channel.ID) {
			return &guichet.Error{Kind: guichet.Denied, Field: string(p), Text: "the permission " + string(p) + " on channel " + w.channel.Name + " is missing"}
		}
	}
	return nil
}

// sendFrom takes another channel's address for an answer (A036): its role must have Reply there, too. Empty: the case's own.
func (w *worker) sendFrom(id guichet.ChannelID) error {
	if id == "" || id == w.c.Channel {
		return nil
	}
	ch := w.cfg.Channels[id]
	switch {
	case ch == nil || ch.Deleted || !w.role.May(guichet.CanRead, id):
		return guichet.Wrongf("originChannel", "there is no channel %.40q to send from", id)
	case !w.role.May(guichet.CanReply, id):
		return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanReply), Text: "the permission " + string(guichet.CanReply) + " on channel " + ch.Name + " is missing: its address cannot be used"}
	}
	w.from = ch
	return sends(ch)
}

// Seen is a case as one agent may see it.
type Seen struct {
	Case    *guichet.Case
	Channel *guichet.Channel
	Config  *store.Config
	Role    *guichet.Role
}

// See loads a case for an agent who may read its channel; NotFound otherwise, also for another tenant's case.
func (d *Desk) See(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) (Seen, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return Seen{}, err
	}
	return Seen{w.c, w.channel, w.cfg, w.role}, nil
}
