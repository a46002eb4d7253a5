package desk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// allows loads the settings for an agent who has one of the permissions for the whole tenant. Denied names the first.
func (d *Desk) allows(ctx context.Context, t guichet.TenantID, who guichet.AgentID, any ...guichet.Permission) (*store.Config, error) {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return nil, err
	}
	role := cfg.Role(a)
	if slices.ContainsFunc(any, func(p guichet.Permission) bool { return role.May(p, Whole) }) {
		return cfg, nil
	}
	return nil, &guichet.Error{Kind: guichet.Denied, Field: string(any[0]), Text: "the permission " + string(any[0]) + " for all channels is missing"}
}

// RoutingSettings loads what skills, agents and queues are made of, for who may see skills (A088), make or change them, or configure.
func (d *Desk) RoutingSettings(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (*store.Config, error) {
	return d.allows(ctx, t, who, guichet.CanViewSkills, guichet.CanConfigure, guichet.CanEditSkills, guichet.CanCreateSkills)
}

// CreateSkill makes a skill (A089, A099-A106); its id is its name in lower case, and stays when it is renamed. It returns what there is to say about it
// besides. Errors: Denied; Invalid names the field; Exists.
func (d *Desk) CreateSkill(ctx context.Context, t guichet.TenantID, who guichet.AgentID, k guichet.Skill) (guichet.Skill, []string, error) {
	cfg, err := d.allows(ctx, t, who, guichet.CanCreateSkills)
	if err != nil {
		return k, nil, err
	}
	k.ID, k.Version = guichet.SkillID(strings.ToLower(k.Name)), 0
	return d.putSkill(ctx, cfg, k)
}

// ChangeSkill changes a skill (A121) by what change does to it. Version 0 changes whatever stands.
func (d *Desk) ChangeSkill(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.SkillID, version int64, change func(*guichet.Skill) error) (guichet.Skill, []string, error) {
	cfg, err := d.allows(ctx, t, who, guichet.CanEditSkills)
	if err != nil {
		return guichet.Skill{}, nil, err
	}
	old := cfg.Skills[id]
	if old == nil || old.Deleted {
		return guichet.Skill{}, nil, guichet.Errorf(guichet.NotFound, "skill %s", id)
	}
	if err := stale(version, old.Version); err != nil {
		return guichet.Skill{}, nil, err
	}
	k := *old
	if err := change(&k); err != nil {
		return k, nil, err
	}
	k.ID, k.Version = old.ID, old.Version
	return d.putSkill(ctx, cfg, k)
}

func (d *Desk) putSkill(ctx context.Context, cfg *store.Config, k guichet.Skill) (guichet.Skill, []string, error) {
	t := cfg.Tenant.ID
	if err := routing.Check(k, cfg.Campaigns, cfg.Tenant.Routing); err != nil {
		return k, nil, err
	}
	for id, other := range cfg.Skills {
		if id != k.ID && !other.Deleted && strings.EqualFold(other.Name, k.Name) {
			return k, nil, guichet.Errorf(guichet.Exists, "there is a skill %s already", other.Name)
		}
	}
	if k.Template != "" {
		b, err := d.Store.Brand(ctx, t, guichet.TemplateID(k.Template), "")
		if err != nil {
			return k, nil, err
		}
		if b.Template == nil {
			return k, nil, guichet.Wrongf("message_template", "there is no template %.40q", k.Template)
		}
	}
	var has []guichet.Agent
	if k.Accept || k.AgentAnswers > 0 || k.ContactWrites > 0 { // nothing else asks where they work
		var err error
		if has, err = d.withSkill(ctx, t, k.ID); err != nil {
			return k, nil, err
		}
	}
	classic := slices.IndexFunc(has, func(a guichet.Agent) bool { return a.App == guichet.ClassicApp })
	if k.Accept && classic >= 0 {
		return k, nil, classicRefuses(has[classic].Name)
	}
	queued := slices.ContainsFunc(slices.Collect(maps.Values(cfg.Queues)), func(q *guichet.Queue) bool { return q.Skill == k.ID })
	advice := routing.Advice(k, cfg.Tenant.Routing, has, queued)
	k.SubSkills = k.SubSkills && queued // T10
	err := d.Store.PutSkill(ctx, t, k)
	if guichet.Is(err, guichet.Exists) {
		return k, nil, guichet.Errorf(guichet.Exists, "there is a skill %s already, or was: take another name", k.Name)
	}
	if err != nil {
		return k, nil, err
	}
	cfg, err = d.Store.FreshConfig(ctx, t)
	if err != nil || cfg.Skills[k.ID] == nil {
		return k, advice, err
	}
	return *cfg.Skills[k.ID], advice, nil
}

// classicRefuses is why accept and reject cannot be: SFA Classic would reject every contact by itself (A118).
func classicRefuses(name string) error {
	return guichet.Wrongf("accept_reject", "%s works in SFA Classic, which cannot accept or reject: every offer would be lost", name)
}

// withSkill lists the agents who have a skill.
func (d *Desk) withSkill(ctx context.Context, t guichet.TenantID, k guichet.SkillID) ([]guichet.Agent, error) {
	all, err := d.Store.Agents(ctx, t)
	return slices.DeleteFunc(all, func(a guichet.Agent) bool { _, has := a.Skills[k]; return !has }), err
}

// DeleteSkill takes a skill out of use: nothing new goes there. Errors: Denied, NotFound; Conflict while a channel or a queue leads there, or cases wait.
func (d *Desk) DeleteSkill(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.SkillID) error {
	cfg, err := d.allows(ctx, t, who, guichet.CanEditSkills)
	if err != nil {
		return err
	}
	k := cfg.Skills[id]
	if k == nil || k.Deleted {
		return guichet.Errorf(guichet.NotFound, "skill %s", id)
	}
	for _, ch := range cfg.Channels {
		if !ch.Deleted && (ch.Skill == id || ch.SpamTo == id) {
			return guichet.Errorf(guichet.Conflict, "cases of channel %s wait for this skill: give the channel another one first", ch.Name)
		}
	}
	for _, q := range cfg.Queues {
		if q.Skill == id {
			return guichet.Errorf(guichet.Conflict, "the routing queue %s leads to this skill: change it first", q.Name)
		}
	}
	waiting, _, err := d.Store.Queue(ctx, t, id, 1, "")
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return guichet.Errorf(guichet.Conflict, "cases wait for this skill: transfer or answer them first")
	}
	gone := *k
	gone.Deleted = true
	return d.Store.PutSkill(ctx, t, gone)
}

// ChangeQueue changes a routing queue that is there (A093). New ones are not made any more.
func (d *Desk) ChangeQueue(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.QueueID, version int64, change func(*guichet.Queue) error) (guichet.Queue, error) {
	cfg, err := d.allows(ctx, t, who, guichet.CanEditSkills, guichet.CanConfigure)
	if err != nil {
		return guichet.Queue{}, err
	}
	old := cfg.Queues[id]
	if old == nil {
		return guichet.Queue{}, guichet.Errorf(guichet.NotFound, "queue %s", id)
	}
	if err := stale(version, old.Version); err != nil {
		return *old, err
	}
	q := *old
	if err := change(&q); err != nil {
		return q, err
	}
	q.ID, q.Version = old.ID, old.Version
	if err := routing.CheckQueue(q, cfg.Skills, cfg.Channels); err != nil {
		return q, err
	}
	if err := d.Store.SaveQueue(ctx, t, q); err != nil {
		return q, err
	}
	q.Version++
	return q, nil
}

// SetCampaign makes a campaign (Version 0) or renames one (A102).
func (d *Desk) SetCampaign(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.Campaign) (guichet.Campaign, error) {
	cfg, err := d.allows(ctx, t, who, guichet.CanConfigure)
	if err != nil {
		return c, err
	}
	if err := guichet.ValidName("name", c.Name); err != nil {
		return c, err
	}
	old := cfg.Campaigns[c.ID]
	switch {
	case c.ID == "":
		c.ID, c.Version = guichet.CampaignID(strings.ToLower(c.Name)), 0
	case old == nil:
		return c, guichet.Errorf(guichet.NotFound, "campaign %s", c.ID)
	default:
		if err := stale(c.Version, old.Version); err != nil {
			return c, err
		}
		c.Version = old.Version
	}
	err = d.Store.SaveCampaign(ctx, t, c)
	if guichet.Is(err, guichet.Exists) {
		return c, guichet.Errorf(guichet.Exists, "there is a campaign %s already", c.Name)
	}
	c.Version++
	return c, err
}

// DeleteCampaign removes a campaign that no skill belongs to.
func (d *Desk) DeleteCampaign(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CampaignID) error {
	cfg, err := d.allows(ctx, t, who, guichet.CanConfigure)
	if err != nil {
		return err
	}
	c := cfg.Campaigns[id]
	if c == nil {
		return guichet.Errorf(guichet.NotFound, "campaign %s", id)
	}
	for _, k := range cfg.Skills {
		if k.Campaign == id && !k.Deleted {
			return guichet.Errorf(guichet.Conflict, "the skill %s belongs to this campaign: move it to another one first", k.Name)
		}
	}
	return d.Store.DeleteCampaign(ctx, t, *c)
}

// SetRouting changes how the tenant routes.
func (d *Desk) SetRouting(ctx context.Context, t guichet.TenantID, who guichet.AgentID, r guichet.Routing) error {
	cfg, err := d.allows(ctx, t, who, guichet.CanConfigure)
	if err != nil {
		return err
	}
	if err := routing.CheckPolicy(r); err != nil {
		return err
	}
	for _, k := range cfg.Skills {
		if r.Static && !k.Deleted && k.Criteria != "" && k.Criteria != routing.Proficiency {
			return guichet.Wrongf("static_delivery", "the skill %s goes by %s: change that first", k.Name, k.Criteria)
		}
	}
	return d.Store.SaveRouting(ctx, t, r)
}
