package desktest

import (
	"context"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// routingCrossings are the calls of routing, as acme's eve.
func routingCrossings(d *desk.Desk, s *store.Store, id guichet.CaseID) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"desk.Desk.Accept":   func(ctx context.Context) error { return refused(d.Accept(ctx, acme, "eve", id)) },
		"desk.Desk.Reject":   func(ctx context.Context) error { return refused(d.Reject(ctx, acme, "eve", id)) },
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
			l, err := s.Seated(ctx, acme, "support", "agent", 9)
			return nothing(err, len(l)) // eve is offline
		},
		"store.Store.Heads": func(ctx context.Context) error {
			l, _, err := s.Heads(ctx, acme, "support", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.HeldFor": func(ctx context.Context) error {
			l, err := s.HeldFor(ctx, acme, "support", "ana", 9)
			return nothing(err, len(l))
		},
		"store.Store.Reseat": func(ctx context.Context) error {
			return s.Reseat(ctx, acme, func(a *guichet.Agent) bool {
				if a.ID != "eve" {
					panic("acme seats " + a.ID)
				}
				return true
			})
		},
		"store.Store.SaveRouting": func(ctx context.Context) error {
			return s.SaveRouting(ctx, acme, guichet.Routing{Leave: guichet.LeaveNow})
		},
	}
}
