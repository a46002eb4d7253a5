package inbox

import (
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// sendingRoutes lists the API of relays of the tenant's own, suppressed addresses, and what became of a mail.
func (h *door) sendingRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/channels/{ch}/relay":         h.relay,
		"PUT /guichet/channels/{ch}/relay":         h.setRelay,
		"DELETE /guichet/channels/{ch}/relay":      h.dropRelay,
		"POST /guichet/channels/{ch}/relay/test":   h.testRelay,
		"GET /guichet/channels/{ch}/relay/history": h.relayHistory,
		"PUT /guichet/channels/{ch}/mail-from":     h.mailFrom,
		"GET /guichet/suppressed":                  h.suppressed,
		"DELETE /guichet/suppressed/{address}":     h.lift,
	}
}

func (c *call) channelID() guichet.ChannelID { return guichet.ChannelID(c.PathValue("ch")) }

// relay shows a channel's relay: all but its password.
func (h *door) relay(c *call) (any, error) {
	r, err := h.d.RelayOf(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	return wireRelay(r), nil
}

func (h *door) setRelay(c *call) (any, error) {
	var in relayIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	r, err := h.d.SetRelay(c.Context(), c.t, c.me.ID, c.channelID(), desk.RelayWish{
		Host: strings.ToLower(strings.TrimSpace(in.Host)), Port: in.Port, TLS: in.TLS, User: in.User, Password: in.Password, ForceTLS: in.ForceTLS, Version: in.Version,
	})
	if err != nil {
		return nil, err
	}
	return wireRelay(r), nil
}

func (h *door) dropRelay(c *call) (any, error) {
	return nil, h.d.DropRelay(c.Context(), c.t, c.me.ID, c.channelID())
}

// testRelay has the relay tested, which sends nothing: the answer stands in the relay when it is there.
func (h *door) testRelay(c *call) (any, error) {
	r, err := h.d.AskRelay(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	return created{wireRelay(r)}, nil
}

// relayHistory tells who set, tried and took away a channel's relay, and when, newest first.
func (h *door) relayHistory(c *call) (any, error) {
	if _, err := h.d.Configures(c.Context(), c.t, c.me.ID, c.channelID()); err != nil {
		return nil, err
	}
	all, err := h.d.Store.RelayHistory(c.Context(), c.t, c.channelID())
	if err != nil {
		return nil, err
	}
	var of []guichet.AgentID
	for _, f := range all[max(0, len(all)-maxPage):] {
		of = append(of, guichet.AgentID(f.By), f.Agent)
	}
	names, err := h.names(c, of...)
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(all), Data: []any{}}
	for i := len(all) - 1; i >= max(0, len(all)-maxPage); i-- {
		out.Data = append(out.Data, wireFact(all[i], names))
	}
	return out, nil
}

// mailFrom refuses: what bounces come back to is a matter of DNS, which the operator of the house sets with it (A071).
func (h *door) mailFrom(*call) (any, error) {
	return nil, guichet.Errorf(guichet.Denied, "the MAIL FROM domain is set by the operator of this house, not here: ask your administrator")
}

// suppressed lists the addresses that take no mail.
func (h *door) suppressed(c *call) (any, error) {
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	list, next, err := h.d.Suppressed(c.Context(), c.t, c.me.ID, size, c.URL.Query().Get("scrollToken"))
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(list), Data: []any{}, ScrollToken: next}
	var made strings.Builder
	for _, p := range list {
		out.Data = append(out.Data, wireSuppressed(p))
		made.WriteString(string(p.ID) + "@" + strconv.FormatInt(p.Version, 10) + " ")
	}
	if c.fresh(made.String() + next) {
		return same{}, nil
	}
	return out, nil
}

// lift lets mail go to an address again.
func (h *door) lift(c *call) (any, error) {
	return nil, h.d.Lift(c.Context(), c.t, c.me.ID, c.PathValue("address"))
}
