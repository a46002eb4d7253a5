// Package setup gives a tenant what it needs to work: its domains, points of contact, skills, roles, agents and service level. What is missing is
// made; what stands is left as people made it since, so that the same wish can be applied again and again.
package setup

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// Wish is what a tenant is to have. Its zero parts wish for nothing. What Tenant.SLA says (a target, a calendar) is put in place of what stands: it is
// the one thing that a wish changes. Targets without any calendar run around the clock.
type Wish struct {
	Tenant   guichet.Tenant // ID and Domains, folded
	Channels []guichet.Channel
	Skills   []guichet.Skill
	Roles    []guichet.Role
	Agents   []guichet.Agent
	Queues   []guichet.Queue // routing queues that are taken over from elsewhere (A093): the house makes none
}

// Step is one thing that Apply did, or found done.
type Step struct {
	Did  string // "made", "added", "changed" or "kept"
	What string // for people: "channel support at support@help.example"
}

// String is a line of a report.
func (s Step) String() string { return fmt.Sprintf("%-8s %s", s.Did, s.What) }

// worker applies one wish.
type worker struct {
	*store.Store
	Wish
	at    time.Time
	have  *store.Config // what stands; empty for a new tenant
	crew  map[guichet.AgentID]guichet.Agent
	steps []Step
}

// Apply makes what is missing, at the moment at, and returns what it did. Nothing is written for a wish that cannot be: Invalid names the field,
// Conflict a domain or address that is somebody else's. An Apply that was cut off is finished by the next.
func (w Wish) Apply(ctx context.Context, s *store.Store, at time.Time) ([]Step, error) {
	k := &worker{Store: s, Wish: w, at: at, crew: map[guichet.AgentID]guichet.Agent{}}
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	if err := k.check(ctx); err != nil {
		return nil, err
	}
	for _, do := range []func(context.Context) error{k.tenant, k.roles, k.skills, k.channels, k.agents, k.queues} {
		if err := do(ctx); err != nil {
			return k.steps, err
		}
	}
	return k.steps, nil
}

func (k *worker) load(ctx context.Context) error {
	if err := guichet.ValidTenant(string(k.Tenant.ID)); err != nil {
		return err
	}
	var err error
	if k.have, err = k.FreshConfig(ctx, k.Tenant.ID); guichet.Is(err, guichet.NotFound) {
		k.have, err = &store.Config{}, nil
	}
	if err != nil {
		return err
	}
	all, err := k.Store.Agents(ctx, k.Tenant.ID)
	for _, a := range all {
		k.crew[a.ID] = a
	}
	return err
}

func (k *worker) did(what, format string, args ...any) {
	k.steps = append(k.steps, Step{what, fmt.Sprintf(format, args...)})
}

// tenant makes the tenant, or completes its domains and sets its service level.
func (k *worker) tenant(ctx context.Context) error {
	t := k.have.Tenant
	if t.ID == "" {
		t = k.Tenant
		t.SLA = level(guichet.SLA{}, t.SLA)
		k.did("made", "tenant %s, domain %s", t.ID, strings.Join(t.Domains, ", "))
		return k.SaveTenant(ctx, t)
	}
	before := len(k.steps)
	t.Domains = slices.Clone(t.Domains)
	for _, d := range k.Tenant.Domains {
		if !slices.Contains(t.Domains, d) {
			t.Domains = append(t.Domains, d)
			k.did("added", "domain %s to tenant %s", d, t.ID)
		}
	}
	if want := level(t.SLA, k.Tenant.SLA); !reflect.DeepEqual(want, t.SLA) {
		t.SLA = want
		k.did("changed", "service level of tenant %s", t.ID)
	}
	if len(k.steps) == before {
		k.did("kept", "tenant %s, domain %s", t.ID, strings.Join(t.Domains, ", "))
		return nil
	}
	return k.SaveTenant(ctx, t)
}

// level is the service level that stands, with what is wished in its place.
func level(have, want guichet.SLA) guichet.SLA {
	if want.First != 0 {
		have.First = want.First
	}
	if want.Resolution != 0 {
		have.Resolution = want.Resolution
	}
	none := reflect.DeepEqual(have.Calendar, guichet.Calendar{})
	switch {
	case !reflect.DeepEqual(want.Calendar, guichet.Calendar{}):
		have.Calendar = want.Calendar
	case none && have.First+have.Resolution != 0:
		have.Calendar = sla.Always()
	}
	return have
}

func (k *worker) roles(ctx context.Context) error {
	for _, r := range k.Roles {
		if k.have.Roles[r.ID] != nil {
			k.did("kept", "role %s", r.ID)
			continue
		}
		if err := k.SaveRole(ctx, k.Tenant.ID, r); err != nil {
			return err
		}
		k.did("made", "role %s", r.ID)
	}
	return nil
}

func (k *worker) skills(ctx context.Context) error {
	for _, sk := range k.Skills {
		if k.have.Skills[sk.ID] != nil {
			k.did("kept", "skill %s", sk.ID)
			continue
		}
		if sk.Campaign == "" {
			if err := k.campaign(ctx); err != nil {
				return err
			}
			sk.Campaign = general.ID
		}
		if err := k.SaveSkill(ctx, k.Tenant.ID, sk); err != nil {
			return err
		}
		k.did("made", "skill %s", sk.ID)
	}
	return nil
}

// general is the campaign of skills that name none (A102).
var general = guichet.Campaign{ID: "general", Name: "General"}

func (k *worker) campaign(ctx context.Context) error {
	if k.have.Campaigns[general.ID] != nil {
		return nil
	}
	err := k.SaveCampaign(ctx, k.Tenant.ID, general)
	if guichet.Is(err, guichet.Exists) { // made for the skill before, or by an Apply that was cut off
		return nil
	}
	return err
}

// queues takes over routing queues of the old kind. One that stands is kept.
func (k *worker) queues(ctx context.Context) error {
	for _, q := range k.Queues {
		if k.have.Queues[q.ID] != nil {
			k.did("kept", "routing queue %s", q.ID)
			continue
		}
		q.Version = 0
		if err := k.SaveQueue(ctx, k.Tenant.ID, q); err != nil {
			return err
		}
		k.did("made", "routing queue %s, for skill %s", q.ID, q.Skill)
	}
	return nil
}

func (k *worker) channels(ctx context.Context) error {
	for _, c := range k.Channels {
		if old := k.have.Channels[c.ID]; old != nil {
			k.did("kept", "channel %s at %s%s", old.ID, old.Address, map[bool]string{true: ", which is deleted"}[old.Deleted])
			continue
		}
		c.Tenant = k.Tenant.ID
		if err := k.tag(ctx, c.SpamTag); err != nil {
			return err
		}
		if err := k.SaveChannel(ctx, c); err != nil {
			return err
		}
		k.did("made", "channel %s at %s, for skill %s", c.ID, c.Address, c.Skill)
	}
	return nil
}

// tag makes a tag that a channel names.
func (k *worker) tag(ctx context.Context, id string) error {
	if id == "" || k.have.Tags[id] != nil {
		return nil
	}
	err := k.SaveTag(ctx, k.Tenant.ID, guichet.Tag{ID: id})
	if guichet.Is(err, guichet.Exists) { // by the channel before
		return nil
	}
	return err
}

// agents makes agents, and gives those that stand the skills that they lack.
func (k *worker) agents(ctx context.Context) error {
	for _, a := range k.Wish.Agents {
		old, stands := k.crew[a.ID]
		if stands {
			lacks := teach(&old, a.Skills)
			if len(lacks) == 0 {
				k.did("kept", "agent %s, %s", a.ID, old.Role)
				continue
			}
			k.did("added", "skill %s to agent %s", strings.Join(lacks, ", "), a.ID)
			a = old
		} else {
			k.did("made", "agent %s, %s", a.ID, a.Role)
			a.Since = k.at
		}
		f := guichet.Fact{Kind: guichet.AgentPresence, Tenant: k.Tenant.ID, Agent: a.ID, At: k.at, By: "guichet"}
		if err := k.SaveAgent(ctx, k.Tenant.ID, a, f); err != nil {
			return err
		}
	}
	return nil
}
