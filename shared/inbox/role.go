package inbox

import (
	"maps"
	"slices"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// roleRoutes lists the API of roles: who may do what on which channel.
func (h *door) roleRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/roles":                h.roles,
		"POST /guichet/roles":               h.createRole,
		"GET /guichet/roles/{role}":         h.role,
		"PATCH /guichet/roles/{role}":       h.changeRole,
		"DELETE /guichet/roles/{role}":      h.deleteRole,
		"GET /guichet/roles/{role}/missing": h.missingRights,
		"PUT /guichet/users/{id}/role":      h.giveRole,
	}
}

type roleDTO struct {
	ID      string              `json:"id"`
	Name    string              `json:"name"`
	Rights  map[string][]string `json:"rights"` // permissions by channel; "*" stands for all, those to come too
	Version int64               `json:"version"`
}

func wireRole(r *guichet.Role) roleDTO {
	out := roleDTO{string(r.ID), orElse(r.Name, string(r.ID)), map[string][]string{}, r.Version}
	for ch, list := range r.Rights {
		for _, p := range list {
			out.Rights[string(ch)] = append(out.Rights[string(ch)], string(p))
		}
	}
	return out
}

// rolesDTO is the matrix: its roles, and what its other two sides are.
type rolesDTO struct {
	Hits        int                  `json:"hits"`
	Data        []roleDTO            `json:"data"`
	Permissions []guichet.Permission `json:"permissions"`
}

// roles lists them, as they are now (A083).
func (h *door) roles(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	out := rolesDTO{len(cfg.Roles), []roleDTO{}, guichet.Permissions}
	for _, id := range slices.Sorted(maps.Keys(cfg.Roles)) {
		out.Data = append(out.Data, wireRole(cfg.Roles[id]))
	}
	return out, nil
}

func (h *door) role(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	r := cfg.Roles[guichet.RoleID(c.PathValue("role"))]
	if r == nil {
		return nil, guichet.Errorf(guichet.NotFound, "role")
	}
	return wireRole(r), nil
}

func (h *door) createRole(c *call) (any, error) {
	var in struct{ ID, Name string }
	if err := c.read(&in); err != nil {
		return nil, err
	}
	r, err := h.d.CreateRole(c.Context(), c.t, c.me.ID, guichet.RoleID(in.ID), in.Name)
	if err != nil {
		return nil, err
	}
	return created{wireRole(r)}, nil
}

// changeRole renames a role, or sets cells of its matrix: one as {channel, permission, on}, several as a list "cells" of these.
func (h *door) changeRole(c *call) (any, error) {
	type cell struct {
		Channel    string `json:"channel"`
		Permission string `json:"permission"`
		On         bool   `json:"on"`
	}
	var in struct {
		cell
		Name    string `json:"name"`
		Cells   []cell `json:"cells"`
		Version int64  `json:"version"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	version, err := c.version(in.Version)
	if err != nil {
		return nil, err
	}
	if in.Channel+in.Permission != "" {
		in.Cells = append(in.Cells, in.cell)
	}
	var cells []desk.Right
	for _, x := range in.Cells {
		cells = append(cells, desk.Right{Channel: guichet.ChannelID(x.Channel), Permission: guichet.Permission(x.Permission), On: x.On})
	}
	id := guichet.RoleID(c.PathValue("role"))
	r, err := h.d.ChangeRole(c.Context(), c.t, c.me.ID, id, version, in.Name, cells...)
	if guichet.Is(err, guichet.Conflict) {
		if cfg, cerr := h.d.Store.FreshConfig(c.Context(), c.t); cerr == nil && cfg.Roles[id] != nil {
			return nil, &meanwhile{err, wireRole(cfg.Roles[id])}
		}
	}
	if err != nil {
		return nil, err
	}
	return wireRole(r), nil
}

func (h *door) deleteRole(c *call) (any, error) {
	return nil, h.d.DeleteRole(c.Context(), c.t, c.me.ID, guichet.RoleID(c.PathValue("role")))
}

// missingRights lists what a role lacks for mail, by channel.
func (h *door) missingRights(c *call) (any, error) {
	if f := c.URL.Query().Get("for"); f != "" && f != "email" {
		return nil, guichet.Wrongf("for", "for is email, not %.20q", f)
	}
	m, err := h.d.MissingRights(c.Context(), c.t, c.me.ID, guichet.RoleID(c.PathValue("role")))
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(m), Data: []any{}}
	for _, ch := range slices.Sorted(maps.Keys(m)) {
		out.Data = append(out.Data, map[string]any{"channel": ch, "permissions": m[ch]})
	}
	return out, nil
}

func (h *door) giveRole(c *call) (any, error) {
	var in struct {
		Role string `json:"role"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return nil, h.d.GiveRole(c.Context(), c.t, c.me.ID, guichet.AgentID(c.PathValue("id")), guichet.RoleID(in.Role))
}
