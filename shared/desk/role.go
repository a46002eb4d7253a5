package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// forMail are the permissions without which an agent can't work on a channel of mail (A082).
var forMail = []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills}

// CreateRole makes a role without rights (A080). An empty id is made from the name. The same call again, with an id, finds it made. Errors: Denied; Invalid naming the field;
// Permanent with code "id_taken".
func (d *Desk) CreateRole(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RoleID, name string) (*guichet.Role, error) {
	r := guichet.Role{ID: id, Name: strings.TrimSpace(name), Rights: map[guichet.ChannelID][]guichet.Permission{}}
	if err := validRoleName(r.Name); err != nil {
		return nil, err
	}
	if id != "" {
		if err := guichet.ValidName("id", string(id)); err != nil {
			return nil, err
		}
	}
	var out *guichet.Role
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if id == "" {
			r.ID = freeRole(cfg, r.Name)
		}
		if old := cfg.Roles[r.ID]; old != nil {
			if out = old; old.Name != r.Name {
				return guichet.Codef(guichet.Permanent, "id_taken", "id", "the id %s is another role's: choose another", r.ID)
			}
			return nil
		}
		if err := d.Store.SaveRole(ctx, t, r); err != nil {
			return err
		}
		made := r
		made.Version = 1
		out = &made
		return nil
	})
	return out, err
}

func validRoleName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > 60 || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return guichet.Wrongf("name", "a role's name has 1 to 60 characters, on one line")
	}
	return nil
}

// freeRole makes an id of a name that no role has.
func freeRole(cfg *store.Config, name string) guichet.RoleID {
	ids := &store.Config{Channels: map[guichet.ChannelID]*guichet.Channel{}}
	for id := range cfg.Roles {
		ids.Channels[guichet.ChannelID(id)] = &guichet.Channel{}
	}
	return guichet.RoleID(freeID(ids, name))
}

// Right is one cell of the matrix of roles: a permission on a channel, or on Whole.
type Right struct {
	Channel    guichet.ChannelID
	Permission guichet.Permission
	On         bool
}

// ChangeRole renames a role (an empty name keeps it) and sets cells of its matrix (A079). Nobody takes from himself the right to configure all. Version is the one that the
// caller read, 0 for whatever stands. Errors: Denied, also for a right that no tenant's role can have (A071); NotFound; Invalid naming the field; Conflict.
func (d *Desk) ChangeRole(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RoleID, version int64, name string, cells ...Right) (*guichet.Role, error) {
	if name = strings.TrimSpace(name); name != "" {
		if err := validRoleName(name); err != nil {
			return nil, err
		}
	}
	var out *guichet.Role
	err := d.tryAgain(ctx, version, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		was := cfg.Roles[id]
		if was == nil {
			return guichet.Errorf(guichet.NotFound, "role")
		}
		if err := stale(version, was.Version); err != nil {
			return err
		}
		now := *was
		now.Rights = maps.Clone(was.Rights)
		if name != "" {
			now.Name = name
		}
		for _, c := range cells {
			if err := setCell(cfg, &now, c); err != nil {
				return err
			}
		}
		if out = &now; sameRole(was, &now) {
			return nil
		}
		if err := d.keepsOwn(ctx, t, who, &now); err != nil {
			return err
		}
		if err := d.Store.SaveRole(ctx, t, now); err != nil {
			return err
		}
		out.Version++
		return nil
	})
	return out, err
}

func sameRole(a, b *guichet.Role) bool {
	return a.Name == b.Name && maps.EqualFunc(a.Rights, b.Rights, slices.Equal)
}

func setCell(cfg *store.Config, r *guichet.Role, c Right) error {
	if c.Permission == guichet.CanOperate {
		return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanOperate), Text: "the right to operate is given by who runs this house alone"}
	}
	if !slices.Contains(guichet.Permissions, c.Permission) {
		return guichet.Wrongf("permission", "a permission is one of %q, not %.40q", guichet.Permissions, c.Permission)
	}
	if ch := cfg.Channels[c.Channel]; c.Channel != Whole && (ch == nil || ch.Deleted && c.On) {
		return guichet.Wrongf("channel", "there is no channel %.40q", c.Channel)
	}
	list := slices.DeleteFunc(slices.Clone(r.Rights[c.Channel]), func(p guichet.Permission) bool { return p == c.Permission })
	if c.On {
		list = append(list, c.Permission)
		slices.SortFunc(list, func(a, b guichet.Permission) int {
			return slices.Index(guichet.Permissions, a) - slices.Index(guichet.Permissions, b)
		})
	}
	if r.Rights == nil {
		r.Rights = map[guichet.ChannelID][]guichet.Permission{}
	}
	if r.Rights[c.Channel] = list; len(list) == 0 {
		delete(r.Rights, c.Channel)
	}
	return nil
}

// keepsOwn refuses a change of one's own role that takes away the right to configure all: somebody else must do that.
func (d *Desk) keepsOwn(ctx context.Context, t guichet.TenantID, who guichet.AgentID, now *guichet.Role) error {
	a, err := d.Store.Agent(ctx, t, who)
	if err != nil {
		return err
	}
	if a.Role == now.ID && !now.May(guichet.CanConfigure, Whole) {
		return guichet.Codef(guichet.Permanent, "own_rights", "permission", "this is your own right to configure all: somebody else who has it can take it from you")
	}
	return nil
}

// DeleteRole takes away a role that no agent has. Should one get it at this very moment, he has no rights: nothing is opened by it. Errors: Denied; Permanent with code "in_use".
func (d *Desk) DeleteRole(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RoleID) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		role := cfg.Roles[id]
		if role == nil {
			return nil
		}
		ids, err := d.Store.RoleUsers(ctx, t, id, 5)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			users := make([]string, len(ids))
			for i, a := range ids {
				users[i] = string(a)
			}
			return store.InUse("role", string(id), users)
		}
		return d.Store.DeleteRole(ctx, t, *role)
	})
}

// GiveRole makes a role an agent's one role, in place of the one that he had (A081). Errors: Denied; NotFound; Invalid, field "role"; Permanent with code "own_rights".
func (d *Desk) GiveRole(ctx context.Context, t guichet.TenantID, who, agent guichet.AgentID, id guichet.RoleID) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		role := cfg.Roles[id]
		if role == nil {
			return guichet.Wrongf("role", "there is no role %.40q", id)
		}
		a, err := d.Store.Agent(ctx, t, agent)
		if err != nil || a.Role == id {
			return err
		}
		if agent == who && !role.May(guichet.CanConfigure, Whole) {
			return guichet.Codef(guichet.Permanent, "own_rights", "role", "with that role you could not configure all any more: somebody else who can may give it to you")
		}
		if cfg.Role(a).May(guichet.CanOperate, Whole) || role.May(guichet.CanOperate, Whole) {
			return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanOperate), Text: "the right to operate is given and taken by who runs this house alone"}
		}
		a.Role = id
		f := d.fact(guichet.AgentPresence, string(who), "role", string(id))
		f.Tenant, f.Agent = t, agent
		return d.Store.SaveAgent(ctx, t, *a, f)
	})
}

// MissingRights lists what a role lacks to work on each channel (A082).
func (d *Desk) MissingRights(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RoleID) (map[guichet.ChannelID][]guichet.Permission, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return nil, err
	}
	role := cfg.Roles[id]
	if role == nil {
		return nil, guichet.Errorf(guichet.NotFound, "role")
	}
	out := map[guichet.ChannelID][]guichet.Permission{}
	for ch, c := range cfg.Channels {
		for _, p := range forMail {
			if !c.Deleted && !role.May(p, ch) {
				out[ch] = append(out[ch], p)
			}
		}
	}
	return out, nil
}
