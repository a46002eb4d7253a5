package desk

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// programs keeps what was compiled: versions never change, so that it is compiled once.
type programs struct {
	mu sync.Mutex
	m  map[string]any
}

// maxPrograms bounds what is kept; then it begins anew.
const maxPrograms = 500

func (p *programs) get(key string, make_ func() (any, error)) (any, error) {
	p.mu.Lock()
	v, ok := p.m[key]
	p.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := make_()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.m == nil || len(p.m) >= maxPrograms {
		p.m = map[string]any{}
	}
	p.m[key] = v
	return v, nil
}

// program loads a version of a script, ready to run. What cannot be run any more (a field is gone, the document is) is Invalid or NotFound; the world's failures
// are Temporary.
func (d *Desk) program(ctx context.Context, t guichet.TenantID, cfg *store.Config, id guichet.ScriptID, n int) (*script.Program, error) {
	v, err := d.compiled(ctx, t, cfg, store.ScriptDoc, string(id), n, func(source []byte) (any, error) {
		s, err := script.Read(source)
		if err != nil {
			return nil, err
		}
		s.Version = n
		return script.Compile(s, worldThen(cfg), d.Lang)
	})
	if err != nil {
		return nil, err
	}
	return v.(*script.Program), nil //nolint:forcetypeassert // of that kind alone
}

// ruleProgram is program for a rule.
func (d *Desk) ruleProgram(ctx context.Context, t guichet.TenantID, cfg *store.Config, id guichet.RuleID, n int) (*script.RuleProgram, error) {
	v, err := d.compiled(ctx, t, cfg, store.RuleDoc, string(id), n, func(source []byte) (any, error) {
		r, err := script.ReadRule(source)
		if err != nil {
			return nil, err
		}
		r.Version = n
		return script.CompileRule(r, worldThen(cfg), d.Lang)
	})
	if err != nil {
		return nil, err
	}
	return v.(*script.RuleProgram), nil //nolint:forcetypeassert // of that kind alone
}

func (d *Desk) compiled(ctx context.Context, t guichet.TenantID, cfg *store.Config, kind store.DocKind, id string, n int, compile func([]byte) (any, error)) (any, error) {
	if d.Lang == nil {
		return nil, guichet.Errorf(guichet.Other, "this function has no language for conditions")
	}
	key := fmt.Sprintf("%s %s %s@%d fields@%d", t, kind, id, n, cfg.Fields.Version)
	return d.programs.get(key, func() (any, error) {
		doc, err := d.Store.Doc(ctx, t, kind, id, n)
		if err != nil {
			return nil, err
		}
		v, err := compile(doc.Source)
		if err != nil {
			return nil, guichet.Errorf(guichet.Invalid, "version %d cannot be run any more: %w", n, err)
		}
		return v, nil
	})
}

// worldNow is what a script that is saved may name: what there is.
func worldNow(cfg *store.Config) script.World {
	live := slices.DeleteFunc(slices.Clone(cfg.Fields.List), func(f guichet.Field) bool { return f.Gone })
	return script.World{Skills: liveSkills(cfg), Tags: cfg.Tags, Fields: live}
}

// liveSkills are those to which cases can go.
func liveSkills(cfg *store.Config) map[guichet.SkillID]*guichet.Skill {
	out := make(map[guichet.SkillID]*guichet.Skill, len(cfg.Skills))
	for id, k := range cfg.Skills {
		if !k.Deleted {
			out[id] = k
		}
	}
	return out
}

// worldThen is what a script that was saved may have named: fields that are retired by now as well. What is done with them is told when it is tried.
func worldThen(cfg *store.Config) script.World {
	all := slices.Clone(cfg.Fields.List)
	for i := range all {
		all[i].Gone = false
	}
	return script.World{Fields: all}
}
