package inbox

import (
	"errors"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// asError is errors.As, for switches.
func asError[E error](err error, into *E) bool { return errors.As(err, into) }

// channelRoutes lists the API of channels: the Digital Engagement API's, and below /guichet what it has no word for.
func (h *door) channelRoutes() map[string]action {
	return map[string]action{
		"GET /dfo/3.0/channels/{ch}":          h.channel,
		"POST /dfo/3.0/channels":              h.createChannel,
		"PUT /dfo/3.0/channels/{ch}":          h.changeChannel,
		"PATCH /dfo/3.0/channels/{ch}":        h.changeChannel,
		"DELETE /dfo/3.0/channels/{ch}":       h.deleteChannel,
		"GET /guichet/channels/{ch}/versions": h.channelVersions,
		"GET /guichet/channels/{ch}/lint":     h.lintFormat,
		"GET /guichet/channels/{ch}/dns":      h.channelDNS,
	}
}

// channel gives one channel: all of it to who may configure it, its flags to who may read it.
func (h *door) channel(c *call) (any, error) {
	cfg, err := h.d.Store.FreshConfig(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	ch, role := cfg.Channels[c.channelID()], cfg.Role(c.me)
	switch {
	case ch == nil:
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	case role.May(guichet.CanConfigure, ch.ID):
		return withRelay(cfg, ch), nil
	case role.May(guichet.CanRead, ch.ID):
		return wireChannel(ch), nil
	}
	return nil, guichet.Errorf(guichet.NotFound, "channel")
}

// createChannel makes a channel; of one whose id is there it is a change, as in the API.
func (h *door) createChannel(c *call) (any, error) {
	var in channelIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if old := c.cfg.Channels[guichet.ChannelID(in.ID)]; old != nil && !old.Deleted {
		return h.applyChannel(c, old.ID, &in)
	}
	local, domain := in.place()
	ch := guichet.Channel{ID: guichet.ChannelID(in.ID)}
	if err := in.apply(&ch); err != nil {
		return nil, err
	}
	if in.talks() {
		return h.createTalk(c, &in, ch)
	}
	made, err := h.d.CreateChannel(c.Context(), c.t, c.me.ID, local, domain, ch)
	if err != nil {
		return nil, err
	}
	return created{wireChannelDetail(made)}, nil
}

func (h *door) changeChannel(c *call) (any, error) {
	var in channelIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return h.applyChannel(c, c.channelID(), &in)
}

func (h *door) applyChannel(c *call, id guichet.ChannelID, in *channelIn) (any, error) {
	version, err := c.version(in.Version)
	if err != nil {
		return nil, err
	}
	local, domain := in.place()
	now, err := h.d.ChangeChannel(c.Context(), c.t, c.me.ID, id, version, func(ch *guichet.Channel) error {
		if local+domain != "" && local+"@"+domain != ch.Address {
			return guichet.Wrongf("local_part", "a channel keeps its point of contact %s: make a new one for another", ch.Address)
		}
		return in.apply(ch)
	})
	if err != nil {
		return nil, h.withChannel(c, id, err)
	}
	return h.channelDetail(c, now)
}

// withChannel gives a conflict the channel that stands.
func (h *door) withChannel(c *call, id guichet.ChannelID, err error) error {
	if !guichet.Is(err, guichet.Conflict) {
		return err
	}
	cfg, cerr := h.d.Store.FreshConfig(c.Context(), c.t)
	if cerr != nil || cfg.Channels[id] == nil {
		return err
	}
	return &meanwhile{err, withRelay(cfg, cfg.Channels[id])}
}

func (h *door) deleteChannel(c *call) (any, error) {
	version, err := c.version(0)
	if err != nil {
		return nil, err
	}
	return nil, h.withChannel(c, c.channelID(), h.d.DeleteChannel(c.Context(), c.t, c.me.ID, c.channelID(), version))
}

// channelVersions lists what a channel had set, and who changed it when, newest first.
func (h *door) channelVersions(c *call) (any, error) {
	if _, err := h.d.Configures(c.Context(), c.t, c.me.ID, c.channelID()); err != nil {
		return nil, err
	}
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	list, next, err := h.d.Store.ChannelVersions(c.Context(), c.t, c.channelID(), size, c.URL.Query().Get("scrollToken"))
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(list), Data: []any{}, ScrollToken: next}
	for i := range list {
		out.Data = append(out.Data, wireChannelVersion(&list[i]))
	}
	return out, nil
}

// lintFormat tells how a ticket format would have fared on the channel's last mails.
func (h *door) lintFormat(c *call) (any, error) {
	q := c.URL.Query()
	n, err := c.number("mails", 500, desk.MaxLint)
	if err != nil {
		return nil, err
	}
	f := formatDTO{Position: q.Get("position"), Delimiter: q.Get("delimiter"), Hidden: q.Get("hidden") == "true"}
	next, now, err := h.d.LintFormat(c.Context(), c.t, c.me.ID, c.channelID(), f.format(), n)
	if err != nil {
		return nil, err
	}
	return lintDTO{wireLint(next), wireLint(now)}, nil
}

// channelDNS gives the records of the channel's domain, to who may configure the channel (A044).
func (h *door) channelDNS(c *call) (any, error) {
	s, err := h.d.DomainOfChannel(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	return wireDomain(s), nil
}
