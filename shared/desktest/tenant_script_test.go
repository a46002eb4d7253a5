package desktest

import (
	"context"
	"fmt"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// scriptCrossings are the calls of scripts, rules and custom fields, as acme's eve. Demo has one of each, and a case whose rules were asked.
func scriptCrossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s, id := h.Desk, h.Store, guichet.NewCaseID(1)
	ctx := t.Context()
	tx := &store.Tx{}
	asked := guichet.Fact{ID: "case.tagged@9", Kind: guichet.CaseTagged, Tenant: Tenant, Case: id}
	tx.Asked(asked)
	_, serr := d.SaveScript(ctx, Tenant, "ana", "theirs", []byte(`{"id":"theirs","steps":[{"id":"a"}]}`), true)
	_, rerr := d.SaveRule(ctx, Tenant, "ana", "theirs", []byte(`{"id":"theirs","enabled":true,"on":["case.tagged"],"do":[{"tag":"theirs"}]}`))
	_, ferr := d.SaveFields(ctx, Tenant, "ana", store.Fields{List: []guichet.Field{{Name: "theirs", Type: guichet.StringField}}})
	for _, err := range []error{serr, rerr, ferr, s.Commit(ctx, tx)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.FreshConfig(ctx, acme); err != nil {
		t.Fatal(err)
	}
	ours := []byte(`{"id":"ours","steps":[{"id":"a","if":"field.theirs == ''"}]}`)
	fact := func(k guichet.FactKind) guichet.Fact {
		return guichet.Fact{ID: guichet.FactID(k, 9), Kind: k, Tenant: acme, Case: id, Detail: map[string]string{"rule": "theirs", "run": "1"}}
	}
	return map[string]func(context.Context) error{
		"desk.Desk.Workflow": func(ctx context.Context) error {
			for _, k := range []guichet.FactKind{guichet.ScriptDue, guichet.RuleDue, guichet.CaseTagged} {
				if err := d.Workflow(ctx, fact(k)); err != nil {
					return err
				}
			}
			return nil
		},
		"desk.Desk.SetFields": func(ctx context.Context) error {
			return refused(d.SetFields(ctx, acme, "eve", id, map[string]any{"theirs": "x"}))
		},
		"desk.Desk.VisitorActed": func(ctx context.Context) error {
			return refused(d.VisitorActed(ctx, acme, "eve", id, "cart", "", "1"))
		},
		"desk.Desk.SaveFields": func(ctx context.Context) error {
			_, err := d.SaveFields(ctx, acme, "ana", store.Fields{})
			return refused(err)
		},
		"desk.Desk.SaveScript": func(ctx context.Context) error {
			_, err := d.SaveScript(ctx, acme, "eve", "ours", ours, false)
			if err == nil {
				return fmt.Errorf("a script of acme speaks of demo's field")
			}
			_, err = d.SaveScript(ctx, acme, "ana", "ours", []byte(`{"id":"ours","steps":[{"id":"a"}]}`), true)
			return refused(err)
		},
		"desk.Desk.CheckScript": func(ctx context.Context) error {
			if d.CheckScript(ctx, acme, "eve", "ours", ours) == nil {
				return fmt.Errorf("a script of acme speaks of demo's field")
			}
			return nil
		},
		"desk.Desk.CheckRule": func(ctx context.Context) error {
			return refused(d.CheckRule(ctx, acme, "ana", "ours", []byte(`{"id":"ours","on":["case.tagged"],"do":[{"tag":"xx"}]}`)))
		},
		"desk.Desk.ActivateScript": func(ctx context.Context) error {
			return refused(d.ActivateScript(ctx, acme, "eve", "theirs", 1))
		},
		"desk.Desk.SaveRule": func(ctx context.Context) error {
			_, err := d.SaveRule(ctx, acme, "ana", "ours", []byte(`{"id":"ours","on":["case.tagged"],"do":[{"tag":"xx"}]}`))
			return refused(err)
		},
		"desk.Desk.Try": func(ctx context.Context) error {
			r, err := d.Try(ctx, acme, desk.Trial{Skills: map[guichet.SkillID]guichet.SkillID{"support": "support"}, Cursor: "9"})
			return nothing(err, r.Cases)
		},
		"desk.Desk.DryRun": func(ctx context.Context) error {
			_, err := d.DryRun(ctx, acme, "ana", desk.Trial{Skills: map[guichet.SkillID]guichet.SkillID{"support": "support"}})
			return refused(err)
		},
		"desk.Desk.EnableRule": func(ctx context.Context) error { return refused(d.EnableRule(ctx, acme, "eve", "theirs", false)) },
		"desk.Desk.SetChannelScript": func(ctx context.Context) error {
			if err := refused(d.SetChannelScript(ctx, acme, "eve", "billing", "")); err != nil {
				return err
			}
			return refused(d.SetChannelScript(ctx, acme, "eve", "support", "theirs"))
		},
		"store.Store.Doc": func(ctx context.Context) error {
			_, err := s.Doc(ctx, acme, store.ScriptDoc, "theirs", 1)
			return refused(err)
		},
		"store.Store.Docs": func(ctx context.Context) error {
			l, _, err := s.Docs(ctx, acme, store.RuleDoc, "theirs", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.WasAsked": func(ctx context.Context) error {
			f := asked
			f.Tenant = acme
			was, err := s.WasAsked(ctx, f)
			if was {
				return fmt.Errorf("acme's rules were asked about demo's fact")
			}
			return err
		},
	}
}
