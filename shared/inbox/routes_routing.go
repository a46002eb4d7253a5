package inbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// routingRoutes lists the API of skills, agents, queues, offers.
func (h *door) routingRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/skills":                   h.skills,
		"POST /guichet/skills":                  h.newSkill,
		"GET /guichet/skills/{id}":              h.skill,
		"PATCH /guichet/skills/{id}":            h.changeSkill,
		"DELETE /guichet/skills/{id}":           h.deleteSkill,
		"GET /guichet/agents":                   h.agents,
		"POST /guichet/agents":                  h.newAgent,
		"GET /guichet/agents/{id}":              h.agent,
		"PATCH /guichet/agents/{id}":            h.changeAgent,
		"PUT /guichet/agents/{id}/voice":        h.voice,
		"GET /guichet/people":                   h.people,
		"GET /guichet/campaigns":                h.campaigns,
		"POST /guichet/campaigns":               h.setCampaign,
		"PUT /guichet/campaigns/{id}":           h.setCampaign,
		"DELETE /guichet/campaigns/{id}":        h.deleteCampaign,
		"GET /guichet/queues":                   h.oldQueues,
		"PATCH /guichet/queues/{id}":            h.changeQueue,
		"POST /dfo/3.0/routing-queues":          h.noNewQueue,
		"PATCH /dfo/3.0/routing-queues/{id}":    h.changeQueue,
		"GET /guichet/routing":                  h.routing,
		"PUT /guichet/routing":                  h.setRouting,
		"GET /guichet/contacts/{n}/routing":     h.explain,
		"POST /guichet/contacts/{n}/acceptance": h.accept,
		"POST /guichet/contacts/{n}/rejection":  h.reject,
	}
}

// once reads the request's body and returns what decodes it into a thing that is there, as often as a flow is tried: what the body does not name stays. A null
// for one of the fields in never is refused, as if it were empty.
func (c *call) once(never ...string) (func(into any) error, int64, error) {
	var raw json.RawMessage
	if err := c.read(&raw); err != nil {
		return nil, 0, err
	}
	decode := func(into any) error {
		r, again := *c.Request, *c
		r.Body = io.NopCloser(bytes.NewReader(raw))
		again.Request = &r
		return again.read(into)
	}
	fields := map[string]json.RawMessage{}
	if err := decode(&fields); err != nil {
		return nil, 0, err
	}
	for _, f := range never {
		if v, ok := fields[f]; ok && (string(v) == "null" || string(v) == `""`) {
			return nil, 0, guichet.Wrongf(f, "%s may not be empty", f)
		}
	}
	var made struct {
		Version int64 `json:"version"`
	}
	err := decode(&made)
	return decode, made.Version, err
}

func (h *door) skills(c *call) (any, error) {
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range slices.Sorted(maps.Keys(cfg.Skills)) {
		if k := cfg.Skills[id]; !k.Deleted {
			out = append(out, wireSkill(cfg, *k, nil))
		}
	}
	return c.list(out)
}

func (h *door) skill(c *call) (any, error) {
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	k := cfg.Skills[guichet.SkillID(c.PathValue("id"))]
	if k == nil || k.Deleted {
		return nil, guichet.Errorf(guichet.NotFound, "skill")
	}
	return wireSkill(cfg, *k, nil), nil
}

func (h *door) newSkill(c *call) (any, error) {
	decode, _, err := c.once("timeout")
	if err != nil {
		return nil, err
	}
	k := guichet.Skill{Media: guichet.MediaDigital, Direction: guichet.InboundSkill}
	if err := decode(&k); err != nil {
		return nil, err
	}
	k.Deleted = false
	k, advice, err := h.d.CreateSkill(c.Context(), c.t, c.me.ID, k)
	if err != nil {
		return nil, err
	}
	cfg, err := h.d.Store.FreshConfig(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	return created{wireSkill(cfg, k, advice)}, nil
}

func (h *door) changeSkill(c *call) (any, error) {
	decode, version, err := c.once("timeout")
	if err != nil {
		return nil, err
	}
	k, advice, err := h.d.ChangeSkill(c.Context(), c.t, c.me.ID, guichet.SkillID(c.PathValue("id")), version, func(k *guichet.Skill) error {
		deleted := k.Deleted
		if k.SLA != nil { // its parts are changed one by one, on a copy
			level := *k.SLA
			k.SLA = &level
		}
		err := decode(k)
		k.Deleted = deleted
		return err
	})
	if err != nil {
		return nil, err
	}
	cfg, err := h.d.Store.FreshConfig(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	return wireSkill(cfg, k, advice), nil
}

func (h *door) deleteSkill(c *call) (any, error) {
	return nil, h.d.DeleteSkill(c.Context(), c.t, c.me.ID, guichet.SkillID(c.PathValue("id")))
}

// agents lists the agents with what routing knows of them, a page at a time.
func (h *door) agents(c *call) (any, error) {
	if _, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID); err != nil {
		return nil, err
	}
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	list, next, err := h.d.Store.AgentPage(c.Context(), c.t, size, c.URL.Query().Get("scrollToken"))
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(list), Data: []any{}, ScrollToken: next}
	for i := range list {
		out.Data = append(out.Data, wireAgent(&list[i]))
	}
	return out, nil
}

func (h *door) agent(c *call) (any, error) {
	if _, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID); err != nil {
		return nil, err
	}
	a, err := h.d.Store.Agent(c.Context(), c.t, guichet.AgentID(c.PathValue("id")))
	if err != nil {
		return nil, err
	}
	return wireAgent(a), nil
}

func (h *door) newAgent(c *call) (any, error) {
	var in agentIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	a := guichet.Agent{ID: guichet.AgentID(in.ID), Skills: map[guichet.SkillID]int{}}
	in.into(&a)
	out, err := h.d.CreateAgent(c.Context(), c.t, c.me.ID, a)
	if err != nil {
		return nil, err
	}
	return created{wireAgent(out)}, nil
}

func (h *door) changeAgent(c *call) (any, error) {
	var in agentIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	a, err := h.d.ChangeAgent(c.Context(), c.t, c.me.ID, guichet.AgentID(c.PathValue("id")), func(a *guichet.Agent) error {
		if in.Version != 0 && in.Settings != "" && in.Settings != settingsOf(a) {
			return guichet.Errorf(guichet.Permanent, "somebody changed this agent since you read it: load it again")
		}
		in.into(a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return wireAgent(a), nil
}

// voice notes that an agent is on a call: himself, or a telephone system with the right to configure.
func (h *door) voice(c *call) (any, error) {
	var in struct {
		OnCall *bool `json:"onCall"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.OnCall == nil {
		return nil, guichet.Wrongf("onCall", "say whether the agent is on a call: true or false")
	}
	id := guichet.AgentID(c.PathValue("id"))
	if id == "me" {
		id = c.me.ID
	}
	if id != c.me.ID && !c.role.May(guichet.CanConfigure, "*") {
		return nil, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanConfigure), Text: "agents say it of themselves alone"}
	}
	if err := h.d.SetVoice(c.Context(), c.t, id, *in.OnCall); err != nil {
		return nil, err
	}
	a, err := h.d.Store.Agent(c.Context(), c.t, id)
	if err != nil {
		return nil, err
	}
	return wireAgent(a), nil
}

func (h *door) campaigns(c *call) (any, error) {
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range slices.Sorted(maps.Keys(cfg.Campaigns)) {
		out = append(out, wireCampaign(*cfg.Campaigns[id]))
	}
	return c.list(out)
}

func (h *door) setCampaign(c *call) (any, error) {
	var in campaignDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id := guichet.CampaignID(c.PathValue("id"))
	out, err := h.d.SetCampaign(c.Context(), c.t, c.me.ID, guichet.Campaign{ID: id, Name: in.Name, Version: in.Version})
	switch {
	case err != nil:
		return nil, err
	case id == "":
		return created{wireCampaign(out)}, nil
	}
	return wireCampaign(out), nil
}

func (h *door) deleteCampaign(c *call) (any, error) {
	return nil, h.d.DeleteCampaign(c.Context(), c.t, c.me.ID, guichet.CampaignID(c.PathValue("id")))
}

// oldQueues lists the routing queues of the old kind, with their filters, in the order in which they are asked.
func (h *door) oldQueues(c *call) (any, error) {
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	order := slices.SortedFunc(maps.Values(cfg.Queues), func(a, b *guichet.Queue) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	out := []any{}
	for _, q := range order {
		out = append(out, wireOldQueue(*q))
	}
	return c.list(out)
}

// noNewQueue refuses a new routing queue (A093).
func (h *door) noNewQueue(c *call) (any, error) {
	return nil, &wrong{status: http.StatusGone, code: "gone", text: "routing queues are not made any more: create a skill (POST /guichet/skills), and let a script choose it. Queues that are there can be changed"}
}

func (h *door) changeQueue(c *call) (any, error) {
	decode, version, err := c.once()
	if err != nil {
		return nil, err
	}
	q, err := h.d.ChangeQueue(c.Context(), c.t, c.me.ID, guichet.QueueID(c.PathValue("id")), version, func(q *guichet.Queue) error {
		var named struct {
			Filters *json.RawMessage `json:"filters"`
		}
		if err := decode(&named); err == nil && named.Filters != nil {
			q.Filters = nil // a list is given whole
		}
		return decode(q)
	})
	if guichet.Is(err, guichet.NotFound) && c.cfg.Skills[guichet.SkillID(c.PathValue("id"))] != nil {
		return nil, guichet.Wrongf("id", "this is the queue of a skill: change the skill (PATCH /guichet/skills/%s)", c.PathValue("id"))
	}
	if err != nil {
		return nil, err
	}
	return wireOldQueue(q), nil
}

func (h *door) routing(c *call) (any, error) {
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return wireRouting(cfg), nil
}

func (h *door) setRouting(c *call) (any, error) {
	decode, _, err := c.once()
	if err != nil {
		return nil, err
	}
	cfg, err := h.d.RoutingSettings(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	r := cfg.Tenant.Routing
	if err := decode(&r); err != nil {
		return nil, err
	}
	if err := h.d.SetRouting(c.Context(), c.t, c.me.ID, r); err != nil {
		return nil, err
	}
	if cfg, err = h.d.Store.FreshConfig(c.Context(), c.t); err != nil {
		return nil, err
	}
	return wireRouting(cfg), nil
}

func (h *door) accept(c *call) (any, error) {
	return h.moved(c, h.d.Accept(c.Context(), c.t, c.me.ID, c.caseID()))
}

func (h *door) reject(c *call) (any, error) {
	return h.moved(c, h.d.Reject(c.Context(), c.t, c.me.ID, c.caseID()))
}

// ways are the facts of a case's way to an agent.
var ways = []guichet.FactKind{
	guichet.CaseAssigned, guichet.CaseOffered, guichet.CaseAccepted, guichet.CaseRejected, guichet.CaseOfferExpired, guichet.CaseReturned, guichet.CaseUnassigned, guichet.CaseTransferred,
	guichet.ScriptRan,
}

// explain says why a case is where it is: what was recorded of its way, and who would get it now and who would not: those who come first, and a page of all agents; ?scrollToken
// goes on with the others, ?agent asks for one.
func (h *door) explain(c *call) (any, error) {
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	out := explainDTO{Case: string(s.Case.ID), Skill: string(s.Case.Skill), Agent: string(s.Case.Agent), WaitsFor: string(s.Case.For), LooksAgain: timeOf(s.Case.Wake), Past: []choiceDTO{}}
	for after := int64(0); ; {
		facts, err := h.d.Store.History(c.Context(), c.t, s.Case.ID, after, 500)
		if err != nil {
			return nil, err
		}
		if len(facts) == 0 {
			break
		}
		for _, f := range facts {
			after = f.Version
			if slices.Contains(ways, f.Kind) {
				out.Past = append(out.Past, wireWay(f))
			}
		}
	}
	q := c.URL.Query()
	now, err := h.d.Considered(c.Context(), c.t, c.me.ID, c.caseID(), q.Get("scrollToken"), guichet.AgentID(q.Get("agent")))
	if err != nil {
		return nil, err
	}
	out.ScrollToken = now.More
	out.Now = choiceDTO{At: timeOf(h.d.Now()), By: "guichet", Agent: string(now.Agent), Reason: now.Reason, Considered: []consideredDTO{}, Unlisted: now.Unlisted}
	for _, one := range now.Considered {
		out.Now.Considered = append(out.Now.Considered, consideredDTO{string(one.Agent), one.Why})
	}
	for _, one := range append(out.Past, out.Now) {
		for i := range one.Considered {
			one.Considered[i].Why = c.said(one.Considered[i].Why)
		}
	}
	for i := range out.Past {
		out.Past[i].Reason = c.said(out.Past[i].Reason)
	}
	out.Now.Reason = c.said(out.Now.Reason)
	return out, nil
}

// considered reads what the desk wrote into a fact: "ana: why; bo: why".
func considered(text string) []consideredDTO {
	out := []consideredDTO{}
	for part := range strings.SplitSeq(text, "; ") {
		if agent, why, ok := strings.Cut(part, ": "); ok {
			out = append(out, consideredDTO{agent, why})
		}
	}
	return out
}
