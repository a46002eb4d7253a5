package desk

import (
	"context"
	"maps"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// SetFields gives custom fields of a case their values; nil takes one away. All or none: Invalid names the first field that is not as it is defined.
func (d *Desk) SetFields(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, values map[string]any) error {
	return d.moveCase(ctx, t, who, id, func(w *worker, _ *store.Tx) ([]guichet.Fact, error) {
		fields := maps.Clone(w.c.Fields)
		if fields == nil {
			fields = map[string]any{}
		}
		var facts []guichet.Fact
		for _, name := range slices.Sorted(maps.Keys(values)) {
			i := slices.IndexFunc(w.cfg.Fields.List, func(f guichet.Field) bool { return f.Name == name && !f.Gone })
			if i < 0 {
				return nil, guichet.Wrongf(cut(name, 40), "there is no custom field %q", cut(name, 40))
			}
			was, had := fields[name]
			if values[name] == nil {
				delete(fields, name)
				if had {
					facts = append(facts, d.fact(guichet.CaseFieldSet, string(who), "field", name, "from", textOf(was)))
				}
				continue
			}
			v, err := w.cfg.Fields.List[i].Value(values[name])
			if err != nil {
				return nil, err
			}
			if had && was == v {
				continue
			}
			from := ""
			if had {
				from = textOf(was)
			}
			fields[name] = v
			facts = append(facts, d.fact(guichet.CaseFieldSet, string(who), "field", name, "from", from, "to", textOf(v)))
		}
		w.c.Fields = fields
		return facts, nil
	}, guichet.CanReply)
}

// SaveFields replaces the tenant's custom fields. A field that was stays: it may be retired, and its type never changes. Version 0: whatever stands.
func (d *Desk) SaveFields(ctx context.Context, t guichet.TenantID, who guichet.AgentID, in store.Fields) (store.Fields, error) {
	var out store.Fields
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if err := stale(in.Version, cfg.Fields.Version); err != nil {
			return guichet.Wrongf("version", "%s", err.Error())
		}
		list, err := fieldsAfter(cfg.Fields.List, in.List)
		if err != nil {
			return err
		}
		out = store.Fields{List: list, Version: cfg.Fields.Version}
		if err := d.Store.SaveFields(ctx, t, out); err != nil {
			return err
		}
		out.Version++
		return nil
	})
	return out, err
}

// fieldsAfter checks the fields that are to be, and keeps those that were.
func fieldsAfter(was, now []guichet.Field) ([]guichet.Field, error) {
	list := slices.Clone(now)
	for i, f := range list {
		if err := guichet.ValidField(f); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list[:i], func(o guichet.Field) bool { return o.Name == f.Name }) {
			return nil, guichet.Wrongf("name", "there are two fields %s", f.Name)
		}
		if j := slices.IndexFunc(was, func(o guichet.Field) bool { return o.Name == f.Name }); j >= 0 && was[j].Type != f.Type {
			return nil, guichet.Wrongf("type", "%s is a %s and stays one: cases have values of it; retire it and make another", f.Name, was[j].Type)
		}
	}
	for _, f := range was {
		if !slices.ContainsFunc(list, func(o guichet.Field) bool { return o.Name == f.Name }) {
			f.Gone = true
			list = append(list, f)
		}
	}
	if len(list) > guichet.MaxFields {
		return nil, guichet.Wrongf("fields", "%d custom fields, the retired ones included; at most %d", len(list), guichet.MaxFields)
	}
	return list, nil
}

// VisitorActed notes on a case what somebody did elsewhere: in a shop, on a page (A143). Rules may wait for it. Key names the doing: told twice with the same key, it was
// done once; empty: each time it is told is a time.
func (d *Desk) VisitorActed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, name, value, key string) error {
	if err := guichet.ValidName("name", name); err != nil {
		return err
	}
	if len(value) > 1000 || len(key) > 100 {
		return guichet.Wrongf("value", "a value has at most 1000 bytes, and a key 100")
	}
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		f := d.fact(guichet.VisitorActed, string(who), "name", name, "value", cut(value, len(value)))
		if key == "" {
			return []guichet.Fact{f}, nil
		}
		ref := "event:" + string(w.c.ID) + ":" + name + ":" + key
		refs, err := d.Store.Refs(ctx, t, []string{ref})
		if err != nil || refs[ref].In(w.c.Channel) != nil {
			return nil, err
		}
		tx.Ref(t, &store.Ref{ID: ref, Entries: []store.RefEntry{{Kind: store.RefMessage, Channel: w.c.Channel, Case: w.c.ID}}})
		return []guichet.Fact{f}, nil
	}, guichet.CanNote)
}
