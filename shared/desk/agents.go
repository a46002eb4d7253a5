package desk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// maxSkills bounds an agent's skills: all of them move when he gets a case.
const maxSkills = 30

// CreateAgent makes an agent, offline until he comes. Errors: Denied; Invalid names the field; Exists.
func (d *Desk) CreateAgent(ctx context.Context, t guichet.TenantID, who guichet.AgentID, a guichet.Agent) (*guichet.Agent, error) {
	cfg, err := d.allows(ctx, t, who, guichet.CanConfigure)
	if err != nil {
		return nil, err
	}
	if id := string(a.ID); len(id) < 1 || len(id) > 40 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return nil, guichet.Wrongf("id", "an agent's id is 1 to 40 of a-z, 0-9 and - _ .")
	}
	a.Version, a.Presence, a.Since = 0, guichet.Offline, d.Now()
	if err := d.checkAgent(cfg, a); err != nil {
		return nil, err
	}
	err = d.Store.SaveAgent(ctx, t, a, d.agentChanged(t, a.ID, who))
	if guichet.Is(err, guichet.Exists) {
		return nil, guichet.Errorf(guichet.Exists, "there is an agent %s already", a.ID)
	}
	if err != nil {
		return nil, err
	}
	return d.Store.Agent(ctx, t, a.ID)
}

// ChangeAgent changes an agent by what change does to him: his one role (A081: another one takes its place), skills, limit, app. Presence, load and calls are
// not for it to change.
func (d *Desk) ChangeAgent(ctx context.Context, t guichet.TenantID, who, id guichet.AgentID, change func(*guichet.Agent) error) (*guichet.Agent, error) {
	err := again(ctx, func() error {
		cfg, err := d.allows(ctx, t, who, guichet.CanConfigure)
		if err != nil {
			return err
		}
		old, err := d.Store.Agent(ctx, t, id)
		if err != nil {
			return err
		}
		a := *old
		a.Skills = maps.Clone(old.Skills)
		if err := change(&a); err != nil {
			return err
		}
		a.ID, a.Version, a.Presence, a.Since, a.Voice = old.ID, old.Version, old.Presence, old.Since, old.Voice
		if err := d.checkAgent(cfg, a); err != nil {
			return err
		}
		return d.Store.SaveAgent(ctx, t, a, d.agentChanged(t, id, who))
	})
	if err != nil {
		return nil, err
	}
	return d.Store.Agent(ctx, t, id)
}

func (d *Desk) agentChanged(t guichet.TenantID, id, by guichet.AgentID) guichet.Fact {
	f := d.fact(guichet.AgentPresence, string(by), "settings", "yes")
	f.Tenant, f.Agent = t, id
	return f
}

func (d *Desk) checkAgent(cfg *store.Config, a guichet.Agent) error {
	if err := routing.ValidateAgent(a); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(a.Name) == "" || len(a.Name) > 100:
		return guichet.Wrongf("name", "say what the agent is called: 1 to 100 characters")
	case cfg.Roles[a.Role] == nil:
		return guichet.Wrongf("role", "there is no role %.40q", a.Role)
	case a.Limit > 10_000:
		return guichet.Wrongf("limit", "the total contact limit is at most 10000")
	case !slices.Contains([]guichet.App{"", guichet.AgentApp, guichet.MaxApp, guichet.ClassicApp}, a.App):
		return guichet.Wrongf("app", "%.20q is none of agent, max, sfa-classic", a.App)
	case len(a.Skills) > maxSkills:
		return guichet.Wrongf("skills", "an agent has at most %d skills", maxSkills)
	case a.Email != "" && !mailbox(a.Email):
		return guichet.Wrongf("email", "%.60q is no mail address", a.Email)
	}
	for _, id := range slices.Sorted(maps.Keys(a.Skills)) {
		k := cfg.Skills[id]
		if k == nil || k.Deleted {
			return guichet.Wrongf("skills", "there is no skill %.40q", id)
		}
		if k.Accept && a.App == guichet.ClassicApp {
			return guichet.Wrongf("app", "SFA Classic cannot accept or reject, and the skill %s wants that (A118)", k.Name)
		}
	}
	return nil
}

func mailbox(s string) bool {
	list := mail.ParseAddresses(s)
	return len(list) == 1 && list[0].Addr == s
}
