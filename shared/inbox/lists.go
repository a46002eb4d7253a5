package inbox

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
)

// me says who is signed in, of which tenant, and what he may do on at least one channel.
func (h *door) me(c *call) (any, error) {
	return meDTO{
		User: wireUser(c.me), Brand: brandDTO{numberOf(string(c.t)), string(c.t), c.cfg.Tenant.Name}, Permissions: wirePermissions(c.anywhere),
		Language: orElse(c.me.Language, c.lang), SignIn: h.o.SignIn, SentMail: h.o.SentMail != nil, VoiceBlocks: c.cfg.Tenant.Routing.VoiceBlocks,
	}, nil
}

// anywhere reports whether the caller has the right on at least one channel.
func (c *call) anywhere(p guichet.Permission) bool {
	for ch := range c.role.Rights {
		if c.role.May(p, ch) {
			return true
		}
	}
	return false
}

// users lists the agents, a page at a time: a plain array, as clients of the API expect, and where to go on in a header.
func (h *door) users(c *call) (any, error) {
	out, err := h.findPeople(c)
	if err != nil {
		return nil, err
	}
	if out.ScrollToken != "" {
		c.w.Header().Set("X-Scroll-Token", out.ScrollToken)
	}
	return c.list(out.Data)
}

// people lists agents for a page: those of these ids, those of whom a word of the name begins so, or all, a page at a time.
func (h *door) people(c *call) (any, error) { return h.findPeople(c) }

func (h *door) findPeople(c *call) (listDTO, error) {
	out := listDTO{Data: []any{}}
	size, err := c.number("size", maxPage, maxPage)
	if err != nil {
		return out, err
	}
	q, st := c.URL.Query(), h.d.Store
	var list []guichet.Agent
	switch ids := strings.Split(q.Get("ids"), ","); {
	case q.Get("ids") != "" && len(ids) > maxPage:
		return out, guichet.Wrongf("ids", "ids are at most %d", maxPage)
	case q.Get("ids") != "":
		of := make([]guichet.AgentID, 0, len(ids))
		for _, id := range ids {
			if len(id) <= 60 {
				of = append(of, guichet.AgentID(id))
			}
		}
		list, err = st.AgentsByID(c.Context(), c.t, of)
	case strings.TrimSpace(q.Get("query")) != "":
		list, err = st.Find(c.Context(), c.t, q.Get("query"), size)
	default:
		list, out.ScrollToken, err = st.AgentPage(c.Context(), c.t, size, q.Get("scrollToken"))
	}
	for i := range list {
		out.Data = append(out.Data, wireUser(&list[i]))
	}
	out.Hits = len(list)
	return out, err
}

// list answers with a plain array, as clients of the API expect of small lists.
func (c *call) list(out []any) (any, error) { return out, nil }

// channels lists the channels that the agent may read (A078).
func (h *door) channels(c *call) (any, error) {
	q := c.URL.Query()
	deleted := q.Get("includeDeleted") == "1"
	shown, wire := guichet.CanRead, func(ch *guichet.Channel) any { return wireChannel(ch) }
	if q.Get("settings") == "1" { // of those that one may configure, all that is set
		shown, wire = guichet.CanConfigure, func(ch *guichet.Channel) any { return wireChannelDetail(ch) }
	}
	var list []*guichet.Channel
	for _, id := range slices.Sorted(maps.Keys(c.cfg.Channels)) {
		ch := c.cfg.Channels[id]
		if c.role.May(shown, id) && (deleted || !ch.Deleted) {
			list = append(list, ch)
		}
	}
	if q.Get("orderBy") == "name" {
		slices.SortStableFunc(list, func(a, b *guichet.Channel) int { return strings.Compare(a.Name, b.Name) })
	}
	out := []any{}
	for _, ch := range list {
		out = append(out, wire(ch))
	}
	if strings.EqualFold(q.Get("order"), "desc") {
		slices.Reverse(out)
	}
	return c.list(out)
}

func (h *door) queues(c *call) (any, error) {
	out := []any{}
	for _, id := range slices.Sorted(maps.Keys(c.cfg.Skills)) {
		if !c.cfg.Skills[id].Deleted {
			out = append(out, wireQueue(c.cfg.Skills[id]))
		}
	}
	return c.list(out)
}

// presence changes an agent's presence: one's own.
func (h *door) presence(c *call) (any, error) {
	var in struct {
		Status guichet.Presence `json:"status"`
	}
	if who := idText(c.PathValue("id")); who != "me" && !who.is(string(c.me.ID)) {
		return nil, guichet.Errorf(guichet.Denied, "agents change their own presence alone")
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if err := h.d.SetPresence(c.Context(), c.t, c.me.ID, in.Status); err != nil {
		return nil, err
	}
	a, err := h.d.Store.Agent(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return wireUser(a), nil
}

// quarantine lists what was kept apart, newest first: of the channels where the agent may release.
func (h *door) quarantine(c *call) (any, error) {
	if !c.anywhere(guichet.CanRelease) {
		return nil, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanRelease), Text: "the permission release is missing on every channel: ask your administrator"}
	}
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	list, next, err := h.d.Store.Quarantined(c.Context(), c.t, size, c.URL.Query().Get("scrollToken"))
	if err != nil {
		return nil, err
	}
	out := listDTO{Data: []any{}, ScrollToken: next}
	var made strings.Builder
	for _, q := range list {
		if c.role.May(guichet.CanRelease, q.Channel) {
			one := wireHeld(q)
			one.Reason = c.said(one.Reason)
			out.Data = append(out.Data, one)
			made.WriteString(q.ID + "@" + strconv.FormatInt(q.Version, 10) + " ")
		}
	}
	out.Hits = len(out.Data)
	if c.fresh(made.String() + next) {
		return same{}, nil
	}
	return out, nil
}

func (h *door) release(c *call) (any, error) {
	return nil, h.d.Release(c.Context(), c.t, c.me.ID, c.messageID())
}

// maxSent is how many mails of the folder are shown.
const maxSent = 100

// sent lists the mails that left into a folder. They are all tenants': a house with such a folder is one for trying out.
func (h *door) sent(c *call) (any, error) {
	if h.o.SentMail == nil {
		return nil, guichet.Errorf(guichet.NotFound, "sent mail")
	}
	list, err := h.o.SentMail()
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "list sent mail: %w", err)
	}
	out := listDTO{Hits: len(list), Data: []any{}}
	list = list[:min(len(list), maxSent)]
	var made strings.Builder
	for _, s := range list {
		made.WriteString(s.ID + " ")
	}
	if c.fresh(made.String()) {
		return same{}, nil
	}
	for _, s := range list {
		out.Data = append(out.Data, wireSent(s))
	}
	return out, nil
}
