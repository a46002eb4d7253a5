package desktest

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// routingCrossings are the calls of routing, as acme's eve.
func routingCrossings(d *desk.Desk, s *store.Store, id guichet.CaseID) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"desk.Desk.Accept":          func(ctx context.Context) error { return refused(d.Accept(ctx, acme, "eve", id)) },
		"desk.Desk.Reject":          func(ctx context.Context) error { return refused(d.Reject(ctx, acme, "eve", id)) },
		"desk.Desk.RoutingSettings": func(ctx context.Context) error { _, err := d.RoutingSettings(ctx, acme, "ana"); return refused(err) },
		"desk.Desk.CreateSkill": func(ctx context.Context) error {
			_, _, err := d.CreateSkill(ctx, acme, "ana", guichet.Skill{Name: "stolen"})
			return refused(err)
		},
		"desk.Desk.ChangeSkill": func(ctx context.Context) error {
			_, _, err := d.ChangeSkill(ctx, acme, "eve", "billing", 0, func(*guichet.Skill) error { return nil })
			return refused(err)
		},
		"desk.Desk.DeleteSkill": func(ctx context.Context) error { return refused(d.DeleteSkill(ctx, acme, "eve", "billing")) },
		"desk.Desk.ChangeQueue": func(ctx context.Context) error {
			_, err := d.ChangeQueue(ctx, acme, "ana", "vip", 0, func(*guichet.Queue) error { return nil })
			return refused(err)
		},
		"desk.Desk.SetCampaign": func(ctx context.Context) error {
			_, err := d.SetCampaign(ctx, acme, "ana", guichet.Campaign{Name: "stolen"})
			return refused(err)
		},
		"desk.Desk.DeleteCampaign": func(ctx context.Context) error { return refused(d.DeleteCampaign(ctx, acme, "ana", "service")) },
		"desk.Desk.SetRouting":     func(ctx context.Context) error { return refused(d.SetRouting(ctx, acme, "ana", guichet.Routing{})) },
		"desk.Desk.CreateAgent": func(ctx context.Context) error {
			_, err := d.CreateAgent(ctx, acme, "ana", guichet.Agent{ID: "zoe", Name: "Zoe", Role: "agent"})
			return refused(err)
		},
		"desk.Desk.ChangeAgent": func(ctx context.Context) error {
			_, err := d.ChangeAgent(ctx, acme, "eve", "ana", func(*guichet.Agent) error { return nil })
			return refused(err)
		},
		"desk.Desk.Considered": func(ctx context.Context) error {
			_, err := d.Considered(ctx, acme, "eve", id, "", "")
			return refused(err)
		},
		"store.Store.AgentPage": func(ctx context.Context) error {
			l, _, err := s.AgentPage(ctx, acme, 9, "")
			return nothing(err, len(slices.DeleteFunc(l, func(a guichet.Agent) bool { return a.ID == "eve" })))
		},
		"store.Store.DeleteCampaign": func(ctx context.Context) error {
			if err := s.DeleteCampaign(ctx, acme, guichet.Campaign{ID: "service", Version: 1}); !guichet.Is(err, guichet.Conflict) {
				return refused(err)
			}
			return nil
		},
		"desk.Desk.SetVoice": func(ctx context.Context) error { return refused(d.SetVoice(ctx, acme, "ana", true)) },
		"store.Store.AgentsAt": func(ctx context.Context) error {
			cfg, err := s.Config(ctx, acme)
			if err != nil {
				return err
			}
			m, err := s.AgentsAt(ctx, cfg, "ana@demo.example")
			return nothing(err, len(m))
		},
		"store.Store.AgentsByID": func(ctx context.Context) error {
			l, err := s.AgentsByID(ctx, acme, []guichet.AgentID{"ana"})
			return nothing(err, len(l))
		},
		"store.Store.Seated": func(ctx context.Context) error {
			cfg, err := s.Config(ctx, acme)
			if err != nil {
				return err
			}
			l, err := s.Seated(ctx, cfg, "support", "agent", 9)
			return nothing(err, len(l)) // eve is offline
		},
		"store.Store.Find": func(ctx context.Context) error {
			l, err := s.Find(ctx, acme, "ana", 9)
			return nothing(err, len(l))
		},
		"store.Store.Numbered": func(ctx context.Context) error {
			l, err := s.Numbered(ctx, acme, strconv.FormatInt(guichet.Number("ana"), 10))
			return nothing(err, len(l))
		},
		"store.Store.RoleUsers": func(ctx context.Context) error {
			l, err := s.RoleUsers(ctx, acme, "agent", 9)
			if err == nil && slices.Contains(l, "ana") {
				return errors.New("acme sees ana")
			}
			return err
		},
		"store.Store.Heads": func(ctx context.Context) error {
			l, _, err := s.Heads(ctx, acme, "support", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.HeldFor": func(ctx context.Context) error {
			l, err := s.HeldFor(ctx, acme, "support", "ana", 9)
			return nothing(err, len(l))
		},
		"store.Store.Seat": func(ctx context.Context) error {
			if err := s.SaveSkill(ctx, acme, guichet.Skill{ID: "support", Criteria: "least-busy"}); err != nil {
				return err
			}
			if err := s.Seat(ctx, acme, 9); err != nil {
				return err
			}
			cfg, err := s.FreshConfig(ctx, Tenant)
			return nothing(err, int(cfg.Seating.Gen))
		},
		"store.Store.Held": func(ctx context.Context) error {
			l, _, err := s.Held(ctx, acme, "support", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.SaveHeld": func(ctx context.Context) error {
			cfg, err := s.FreshConfig(ctx, acme)
			if err != nil {
				return err
			}
			if err := s.SaveHeld(ctx, acme, &cfg.Seating, "support", ""); err != nil {
				return err
			}
			demo, err := s.FreshConfig(ctx, Tenant)
			return nothing(err, len(demo.Seating.Held))
		},
		"store.Store.SaveRouting": func(ctx context.Context) error {
			return s.SaveRouting(ctx, acme, guichet.Routing{Leave: guichet.LeaveNow})
		},
	}
}
