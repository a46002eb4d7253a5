package setup

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/routing"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// check refuses a wish that cannot be, before anything is written.
func (k *worker) check(ctx context.Context) error {
	if err := k.checkDomains(ctx); err != nil {
		return err
	}
	if _, err := sla.Compile(k.Tenant.SLA.Calendar); err != nil {
		return err
	}
	for _, sk := range k.Skills {
		if err := guichet.ValidName("skill", string(sk.ID)); err != nil {
			return err
		}
	}
	for _, c := range k.Channels {
		if err := k.checkChannel(c); err != nil {
			return err
		}
	}
	for _, a := range k.Wish.Agents {
		if err := k.checkAgent(a); err != nil {
			return err
		}
	}
	return k.checkQueues()
}

func (k *worker) checkDomains(ctx context.Context) error {
	if len(k.Tenant.Domains)+len(k.have.Tenant.Domains) == 0 {
		return guichet.Wrongf("domain", "a tenant has at least one domain")
	}
	for _, d := range k.Tenant.Domains {
		if out, err := mail.OwnDomain(d); err != nil || out != d {
			return guichet.Wrongf("domain", "%.80q is not a domain that gets mail, as help.example", d)
		}
		owner, err := k.TenantOf(ctx, d)
		switch {
		case guichet.Is(err, guichet.NotFound):
		case err != nil:
			return err
		case owner != k.Tenant.ID:
			return guichet.Errorf(guichet.Conflict, "domain %s belongs to tenant %s, and a domain has one tenant alone", d, owner)
		}
	}
	return nil
}

func (k *worker) checkChannel(c guichet.Channel) error {
	if err := guichet.ValidName("channel", string(c.ID)); err != nil {
		return err
	}
	if k.have.Channels[c.ID] != nil {
		return nil // it is kept as it is
	}
	local, domain, _ := strings.Cut(c.Address, "@")
	out, err := mail.PointOfContact(local, domain)
	if err != nil {
		return guichet.Wrongf("channel", "%.80q cannot be a point of contact: %s", c.Address, reason(err))
	}
	if out != c.Address {
		return guichet.Wrongf("channel", "%.80q cannot be a point of contact: it is written %s", c.Address, out)
	}
	if !slices.Contains(k.Tenant.Domains, domain) && !slices.Contains(k.have.Tenant.Domains, domain) {
		return guichet.Wrongf("channel", "the point of contact %s is not of a domain of tenant %s", c.Address, k.Tenant.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(k.have.Channels)) {
		if old := k.have.Channels[id]; old.Address == c.Address && !old.Deleted {
			return guichet.Errorf(guichet.Conflict, "%s is the point of contact of channel %s already", c.Address, id)
		}
	}
	if !k.hasSkill(c.Skill) {
		return guichet.Wrongf("channel", "channel %s needs skill %s, which tenant %s does not have", c.ID, c.Skill, k.Tenant.ID)
	}
	if err := desk.CheckChannel(k.then(c), &guichet.Channel{}, &c); err != nil {
		return guichet.Wrongf("channel", "channel %s: %s", c.ID, reason(err))
	}
	return nil
}

// then is what the tenant will have set when a channel is made: what stands, what is wished, and the tag that the channel names.
func (k *worker) then(c guichet.Channel) *store.Config {
	cfg := *k.have
	cfg.Skills, cfg.Tags = map[guichet.SkillID]*guichet.Skill{}, map[string]*guichet.Tag{c.SpamTag: {ID: c.SpamTag}}
	maps.Copy(cfg.Skills, k.have.Skills)
	maps.Copy(cfg.Tags, k.have.Tags)
	for i := range k.Skills {
		cfg.Skills[k.Skills[i].ID] = &k.Skills[i]
	}
	return &cfg
}

func (k *worker) checkAgent(a guichet.Agent) error {
	if err := guichet.ValidName("agent", string(a.ID)); err != nil {
		return err
	}
	known := func(r guichet.Role) bool { return r.ID == a.Role }
	if k.have.Roles[a.Role] == nil && !slices.ContainsFunc(k.Roles, known) {
		return guichet.Wrongf("role", "there is no role %.40q", a.Role)
	}
	if a.Limit < 1 {
		return guichet.Wrongf("limit", "agent %s needs a limit of cases of at least 1", a.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(a.Skills)) {
		if n := a.Skills[id]; n < 1 || n > 20 || !k.hasSkill(id) {
			return guichet.Wrongf("agent", "agent %s: there is no skill %.40q, or its proficiency %d is not 1 to 20", a.ID, id, n)
		}
	}
	return nil
}

func (k *worker) hasSkill(id guichet.SkillID) bool {
	wished := func(sk guichet.Skill) bool { return sk.ID == id }
	return k.have.Skills[id] != nil || slices.ContainsFunc(k.Skills, wished)
}

// teach gives an agent the skills that he lacks, and returns which.
func teach(a *guichet.Agent, skills map[guichet.SkillID]int) (lacked []string) {
	all := map[guichet.SkillID]int{}
	maps.Copy(all, a.Skills)
	for _, id := range slices.Sorted(maps.Keys(skills)) {
		if all[id] == 0 {
			all[id] = skills[id]
			lacked = append(lacked, string(id))
		}
	}
	a.Skills = all
	return lacked
}

// reason is what an error of the house says to people.
func reason(err error) string {
	var e *guichet.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return err.Error()
}

// checkQueues refuses queues that lead nowhere.
func (k *worker) checkQueues() error {
	skills, channels := maps.Clone(k.have.Skills), maps.Clone(k.have.Channels)
	if skills == nil {
		skills, channels = map[guichet.SkillID]*guichet.Skill{}, map[guichet.ChannelID]*guichet.Channel{}
	}
	for i := range k.Skills {
		skills[k.Skills[i].ID] = &k.Skills[i]
	}
	for i := range k.Channels {
		channels[k.Channels[i].ID] = &k.Channels[i]
	}
	for _, q := range k.Queues {
		if err := guichet.ValidName("id", string(q.ID)); err != nil {
			return err
		}
		if err := routing.CheckQueue(q, skills, channels); err != nil {
			return err
		}
	}
	return nil
}
