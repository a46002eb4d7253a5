package main

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// demo is the tenant of a new house.
const demo guichet.TenantID = "demo"

// seed gives a new house its demo tenant: two points of contact, three skills, three agents, a service level in business hours of Paris. A
// house that has one keeps it; a seed that was cut off is finished.
func seed(ctx context.Context, s *store.Store, lang string) error {
	_, err := s.Config(ctx, demo)
	if err != nil && !guichet.Is(err, guichet.NotFound) {
		return err
	}
	if err == nil {
		if agents, err := s.Agents(ctx, demo); err != nil || len(agents) > 0 {
			return err
		}
	}
	for _, step := range []func(context.Context, *store.Store, string) error{seedTenant, seedRoles, seedChannels, seedAgents} {
		if err := step(ctx, s, lang); err != nil {
			return err
		}
	}
	return nil
}

// there makes a step that was done before a success.
func there(err error) error {
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

func seedTenant(ctx context.Context, s *store.Store, lang string) error {
	week := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"09:00-18:00"}
	}
	return there(s.SaveTenant(ctx, guichet.Tenant{
		ID: demo, Name: "Demo", Domains: []string{"demo.example"}, Language: lang,
		SLA: guichet.SLA{First: 4 * 3600, Resolution: 2 * 24 * 3600, Calendar: guichet.Calendar{Zone: "Europe/Paris", Week: week}},
	}))
}

func seedRoles(ctx context.Context, s *store.Store, _ string) error {
	all := []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote, guichet.CanConfigure, guichet.CanRelease}
	for _, r := range []guichet.Role{
		{ID: "supervisor", Name: "Supervisor", Rights: map[guichet.ChannelID][]guichet.Permission{"*": all}},
		{ID: "agent", Name: "Agent", Rights: map[guichet.ChannelID][]guichet.Permission{"*": all[:5]}},
	} {
		if err := there(s.SaveRole(ctx, demo, r)); err != nil {
			return err
		}
	}
	return nil
}

func seedChannels(ctx context.Context, s *store.Store, lang string) error {
	names := map[string][2]string{"fr": {"Assistance Démo", "Facturation Démo"}}
	display, ok := names[lang]
	if !ok {
		display = [2]string{"Demo Support", "Demo Billing"}
	}
	for i, id := range []string{"support", "billing"} {
		ch := guichet.Channel{Tenant: demo, ID: guichet.ChannelID(id), Kind: "email", Name: id, Address: id + "@demo.example", Display: display[i],
			Outbound: true, Skill: guichet.SkillID(id), SpamTag: "spam", Language: lang}
		if err := there(s.SaveChannel(ctx, ch)); err != nil {
			return err
		}
	}
	for _, k := range []guichet.SkillID{"support", "billing", "returns"} {
		if err := there(s.SaveSkill(ctx, demo, guichet.Skill{ID: k, Name: string(k)})); err != nil {
			return err
		}
	}
	return nil
}

func seedAgents(ctx context.Context, s *store.Store, lang string) error {
	at := now()
	for _, a := range []guichet.Agent{
		{ID: "ana", Name: "Ana Lopes", Role: "supervisor", Limit: 20, Skills: map[guichet.SkillID]int{"support": 1, "billing": 10, "returns": 5}},
		{ID: "bruno", Name: "Bruno Keller", Role: "agent", Limit: 10, Skills: map[guichet.SkillID]int{"support": 3, "returns": 1}},
		{ID: "chloe", Name: "Chloé Martin", Role: "agent", Limit: 15, Skills: map[guichet.SkillID]int{"billing": 1, "support": 8}},
	} {
		a.Email, a.Presence, a.Since, a.Language = string(a.ID)+"@demo.example", guichet.Available, at, lang
		f := guichet.Fact{Kind: guichet.AgentPresence, Tenant: demo, Agent: a.ID, At: at, By: "guichet"}
		if err := there(s.SaveAgent(ctx, demo, a, f)); err != nil {
			return err
		}
	}
	return nil
}
