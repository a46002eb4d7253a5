package main

import (
	"context"

	"guichet/infra/tenant/setup"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// demo is the tenant of a new house.
const demo guichet.TenantID = "demo"

// seed gives a new house its demo tenant: two points of contact, three skills, three agents, a service level in business hours of Paris. A
// house that has one keeps it; a seed that was cut off is finished.
func seed(ctx context.Context, s *store.Store, lang string) error {
	if agents, err := s.Agents(ctx, demo); err != nil || len(agents) >= 3 {
		return err
	}
	_, err := demoWish(lang).Apply(ctx, s, now())
	return err
}

func demoWish(lang string) setup.Wish {
	week := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"09:00-18:00"}
	}
	w := setup.Wish{Roles: setup.Roles(), Tenant: guichet.Tenant{
		ID: demo, Name: "Demo", Domains: []string{"demo.example"}, Language: lang,
		SLA: guichet.SLA{First: 4 * 3600, Resolution: 2 * 24 * 3600, Calendar: guichet.Calendar{Zone: "Europe/Paris", Week: week}},
	}}
	display := map[string][2]string{"fr": {"Assistance Démo", "Facturation Démo"}, "en": {"Demo Support", "Demo Billing"}}[lang]
	for i, id := range []string{"support", "billing"} {
		w.Channels = append(w.Channels, guichet.Channel{ID: guichet.ChannelID(id), Kind: "email", Name: id, Address: id + "@demo.example", Display: display[i],
			Outbound: true, Skill: guichet.SkillID(id), SpamTag: "spam", Language: lang})
	}
	for _, k := range []guichet.SkillID{"support", "billing", "returns"} {
		w.Skills = append(w.Skills, guichet.Skill{ID: k, Name: string(k)})
	}
	w.Agents = []guichet.Agent{
		{ID: "ana", Name: "Ana Lopes", Role: "supervisor", Limit: 20, Skills: map[guichet.SkillID]int{"support": 1, "billing": 10, "returns": 5}},
		{ID: "bruno", Name: "Bruno Keller", Role: "agent", Limit: 10, Skills: map[guichet.SkillID]int{"support": 3, "returns": 1}},
		{ID: "chloe", Name: "Chloé Martin", Role: "agent", Limit: 15, Skills: map[guichet.SkillID]int{"billing": 1, "support": 8}},
	}
	for i := range w.Agents {
		a := &w.Agents[i]
		a.Email, a.Presence, a.Language = string(a.ID)+"@demo.example", guichet.Available, lang
	}
	return w
}
