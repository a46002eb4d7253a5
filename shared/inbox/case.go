package inbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// schedule returns the compiled calendar by which a channel's clocks run.
func (h *door) schedule(cfg *store.Config, ch *guichet.Channel) *sla.Schedule {
	cal := cfg.Level(ch).Calendar
	b, _ := json.Marshal(cal)
	if s, ok := h.calendars.Load(string(b)); ok {
		return s.(*sla.Schedule)
	}
	s, err := sla.Compile(cal)
	if err != nil {
		s = nil // never open, as the desk holds it
	}
	h.calendars.Store(string(b), s)
	return s
}

func (c *call) caseID() guichet.CaseID { return guichet.CaseID(c.PathValue("n")) }

// see loads the case of the path for who calls; NotFound also when he may not know of it.
func (h *door) see(c *call) (desk.Seen, error) {
	return h.d.See(c.Context(), c.t, c.me.ID, c.caseID())
}

// contact shows one case.
func (h *door) contact(c *call) (any, error) {
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	if c.fresh(stampOf([]*guichet.Case{s.Case}, h)) {
		return same{}, nil
	}
	return h.wireCase(c, s.Case), nil
}

// detail shows a case with all that the page needs to open it: its channel, its contact, what the caller may do, its newest messages.
func (h *door) detail(c *call) (any, error) {
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	who, err := h.d.Store.ContactByID(c.Context(), c.t, s.Case.Contact)
	if err != nil {
		return nil, err
	}
	if c.fresh(stampOf([]*guichet.Case{s.Case}, h) + strconv.FormatInt(who.Version, 10)) {
		return same{}, nil
	}
	list, err := h.timeline(c, s.Case, defaultPage, nil)
	if err != nil {
		return nil, err
	}
	k := h.wireCase(c, s.Case)
	if k.Author != nil && who.Name != "" {
		k.Author.FullName = who.Name
	}
	id := string(s.Case.ID)
	return detailDTO{
		Case: k, Contact: k, Channel: wireChannel(s.Channel), Thread: threadDTO{id, id, string(s.Channel.ID), s.Case.Subject},
		Customer: customerDTO{string(s.Case.Contact), orElse(who.Name, chatName(who.Addr)), mailOf(who.Addr), timeOf(who.Since), who.State.Reason, wireState(who.State), wireIndicators(who)},
		Standing: standingDTO{who.Spam, who.Ham}, External: append([]string{}, s.Case.External...),
		Permissions: wirePermissions(func(p guichet.Permission) bool { return s.Role.May(p, s.Channel.ID) }),
		Messages:    list.Data, ScrollToken: list.ScrollToken, Fields: wireValues(s.Config, s.Case, c.lang), Chats: wireChats(s.Config, s.Chats()),
	}, nil
}

// moved answers a move with the case as it is then.
func (h *door) moved(c *call, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	return h.wireCase(c, s.Case), nil
}

func (h *door) setStatus(c *call) (any, error) {
	var in struct {
		Status guichet.Status `json:"status"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return h.moved(c, h.d.SetStatus(c.Context(), c.t, c.me.ID, c.caseID(), in.Status))
}

// assign gives the case to an agent, whom clients name in three ways.
func (h *door) assign(c *call) (any, error) {
	var in struct {
		CXone    idText `json:"inboxAssigneeCxoneId"`
		User     idText `json:"userId"`
		Assignee idText `json:"inboxAssignee"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	to := in.CXone
	for _, other := range []idText{in.User, in.Assignee} {
		if to == "" {
			to = other
		}
	}
	if to == "" {
		return nil, guichet.Wrongf("inboxAssigneeCxoneId", "say to whom: inboxAssigneeCxoneId is an agent's id")
	}
	id, err := h.agentOf(c, to)
	if err != nil {
		return nil, err
	}
	return h.moved(c, h.d.Assign(c.Context(), c.t, c.me.ID, c.caseID(), id))
}

// agentOf finds the agent whom a client names by our id or by its number. Who is not there stays what it is: the flow says so.
func (h *door) agentOf(c *call, who idText) (guichet.AgentID, error) {
	if who == "me" || who.is(string(c.me.ID)) {
		return c.me.ID, nil
	}
	if !digits(string(who)) {
		return guichet.AgentID(who), nil
	}
	ids, err := h.d.Store.Numbered(c.Context(), c.t, string(who))
	if err != nil || len(ids) == 0 {
		return guichet.AgentID(who), err
	}
	return ids[0], nil
}

func (h *door) unassign(c *call) (any, error) {
	return h.moved(c, h.d.Return(c.Context(), c.t, c.me.ID, c.caseID()))
}

func (h *door) transfer(c *call) (any, error) {
	var in struct {
		Skill idText `json:"skillId"`
		Queue idText `json:"routingQueueId"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	to := in.Skill
	if to == "" {
		to = in.Queue
	}
	if to == "" {
		return nil, guichet.Wrongf("skillId", "say where to: skillId is a skill's id")
	}
	id := guichet.SkillID(to)
	for _, k := range slices.Sorted(maps.Keys(c.cfg.Skills)) {
		if to.is(string(k)) {
			id = k
		}
	}
	if q := c.cfg.Queues[guichet.QueueID(to)]; q != nil && c.cfg.Skills[id] == nil { // a queue of the old kind is its skill
		id = q.Skill
	}
	return h.moved(c, h.d.Transfer(c.Context(), c.t, c.me.ID, c.caseID(), id))
}

// note writes a note. The same Idempotency-Key is one note.
func (h *door) note(c *call) (any, error) {
	var in struct {
		Content string `json:"content"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	m, err := h.d.AddNote(c.Context(), c.t, c.me.ID, c.caseID(), in.Content, key)
	if err != nil {
		return nil, err
	}
	return created{wireMessage(m, map[guichet.AgentID]string{c.me.ID: c.me.Name})}, nil
}

func (h *door) tag(c *call) (any, error)   { return h.setTag(c, c.caseID(), true) }
func (h *door) untag(c *call) (any, error) { return h.setTag(c, c.caseID(), false) }

// tagMessage puts a tag on the case of a message: here cases carry the tags.
func (h *door) tagMessage(c *call) (any, error)   { return h.setTag(c, c.messageID().Case(), true) }
func (h *door) untagMessage(c *call) (any, error) { return h.setTag(c, c.messageID().Case(), false) }

func (h *door) setTag(c *call, id guichet.CaseID, on bool) (any, error) {
	if err := h.d.SetTag(c.Context(), c.t, c.me.ID, id, c.PathValue("tag"), on); err != nil {
		return nil, err
	}
	return nil, nil
}

// history shows what happened to a case and to those that are part of it, oldest first.
func (h *door) history(c *call) (any, error) {
	page, err := c.number("page", 1, 1000)
	if err != nil {
		return nil, err
	}
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	if page*size > maxHistory {
		return nil, guichet.Wrongf("page", "the history is shown up to its entry %d: ask for a smaller page", maxHistory)
	}
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	if c.fresh(string(s.Case.ID) + "@" + strconv.FormatInt(s.Case.Version, 10)) {
		return same{}, nil
	}
	all, err := h.facts(c, s.Case, page*size+1)
	if err != nil {
		return nil, err
	}
	of := []guichet.AgentID{}
	for _, f := range all {
		of = append(of, guichet.AgentID(f.By))
	}
	names, err := h.names(c, of...)
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(all), Data: []any{}}
	if len(all) > page*size {
		out.ScrollToken = strconv.Itoa(page + 1)
	}
	for _, f := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		one := wireFact(f, names)
		if reason := one.Detail["reason"]; reason != "" {
			one.Detail = maps.Clone(one.Detail)
			one.Detail["reason"] = c.said(reason)
		}
		out.Data = append(out.Data, one)
	}
	return out, nil
}

// maxHistory is how many entries of a history can be paged through.
const maxHistory = 990

func (h *door) facts(c *call, k *guichet.Case, limit int) ([]guichet.Fact, error) {
	var all []guichet.Fact
	for _, id := range append([]guichet.CaseID{k.ID}, k.Parts...) {
		list, err := h.d.Store.History(c.Context(), c.t, id, 0, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if len(k.Parts) > 0 {
		slices.SortStableFunc(all, func(a, b guichet.Fact) int { return a.At.Compare(b.At) })
	}
	return all, nil
}

// names are the names of these agents by id.
func (h *door) names(c *call, of ...guichet.AgentID) (map[guichet.AgentID]string, error) {
	list, err := h.d.Store.AgentsByID(c.Context(), c.t, of)
	out := make(map[guichet.AgentID]string, len(list))
	for _, a := range list {
		out[a.ID] = a.Name
	}
	return out, err
}
