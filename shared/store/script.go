package store

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Automation is what a tenant has set of scripts, rules and custom fields: what every function needs to know of them, and no more. Their documents stand apart.
type Automation struct {
	Scripts map[guichet.ScriptID]*ScriptHead
	Rules   map[guichet.RuleID]*RuleHead
	Fields  Fields

	watched map[guichet.FactKind]bool // some rule waits for it
}

// ScriptHead says which version of a script is in force.
type ScriptHead struct {
	ID     guichet.ScriptID `json:"id"`
	Name   string           `json:"name"`
	Active int              `json:"active,omitempty"` // 0: none is, and channels with this script leave their cases to the default skill
	Latest int              `json:"latest"`
	Hash   string           `json:"hash"`          // of the latest document
	Log    []Activated      `json:"log,omitempty"` // the newest first, at most 50

	Version int64 `json:"-"`
}

// Activated is one change of the version in force.
type Activated struct {
	Active int             `json:"v"`
	By     guichet.AgentID `json:"by"`
	At     time.Time       `json:"at"`
}

// RuleHead says which version of a rule is in force, and what it waits for.
type RuleHead struct {
	ID      guichet.RuleID     `json:"id"`
	Name    string             `json:"name"`
	Order   int                `json:"order,omitempty"`
	Enabled bool               `json:"enabled,omitempty"`
	Stop    bool               `json:"stop,omitempty"`
	On      []guichet.FactKind `json:"on,omitempty"`
	After   *guichet.After     `json:"after,omitempty"`
	Active  int                `json:"active,omitempty"`
	Latest  int                `json:"latest"`
	Hash    string             `json:"hash"`
	Log     []Activated        `json:"log,omitempty"` // Active 0: it was switched off

	Version int64 `json:"-"`
}

// Works reports whether the rule is in force.
func (r *RuleHead) Works() bool { return r.Enabled && r.Active > 0 }

// Fields are the tenant's custom fields of cases, in their order.
type Fields struct {
	List    []guichet.Field `json:"fields"`
	Version int64           `json:"-"`
}

// ScriptOf returns the script of a channel that is in force; nil if the channel has the built-in one.
func (c *Config) ScriptOf(ch *guichet.Channel) *ScriptHead {
	if ch == nil || ch.Script == "" {
		return nil
	}
	if h := c.Scripts[ch.Script]; h != nil && h.Active > 0 {
		return h
	}
	return nil
}

// Watches reports whether a rule that is in force waits for facts of that kind.
func (c *Config) Watches(k guichet.FactKind) bool { return c.watched[k] }

// Working lists the rules that are in force, in the order in which they are asked.
func (c *Config) Working() []*RuleHead {
	list := slices.DeleteFunc(slices.Collect(maps.Values(c.Rules)), func(r *RuleHead) bool { return !r.Works() })
	slices.SortFunc(list, func(a, b *RuleHead) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	return list
}

// addAutomation takes one item of the configuration.
func (c *Config) addAutomation(kind string, it ledger.Item) error {
	switch kind {
	case "script":
		h := &ScriptHead{Version: it.Version}
		if err := read(it, h); err != nil {
			return err
		}
		if c.Scripts == nil {
			c.Scripts = map[guichet.ScriptID]*ScriptHead{}
		}
		c.Scripts[h.ID] = h
	case "rule":
		h := &RuleHead{Version: it.Version}
		if err := read(it, h); err != nil {
			return err
		}
		if c.Rules == nil {
			c.Rules, c.watched = map[guichet.RuleID]*RuleHead{}, map[guichet.FactKind]bool{}
		}
		c.Rules[h.ID] = h
		if h.Works() {
			for _, k := range (&guichet.Rule{On: h.On, After: h.After}).Watches() {
				c.watched[k] = true
			}
		}
	case "fields":
		c.Fields.Version = it.Version
		return read(it, &c.Fields)
	}
	return nil
}

// DocKind says of what a document is.
type DocKind string

// The documents that have versions.
const (
	ScriptDoc DocKind = "script"
	RuleDoc   DocKind = "rule"
)

// Doc is one version of a script or a rule, as it was saved. It is never altered.
type Doc struct {
	N      int             `json:"-"`
	Source json.RawMessage `json:"source"`
	By     guichet.AgentID `json:"by"`
	At     time.Time       `json:"at"`
}

// Doc returns one version of a document. NotFound if there is none.
func (s *Store) Doc(ctx context.Context, t guichet.TenantID, kind DocKind, id string, n int) (*Doc, error) {
	if !plainID(id) || n < 1 {
		return nil, guichet.Errorf(guichet.NotFound, "version")
	}
	it, err := s.Ledger.Get(ctx, docKey(t, kind, id, n))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "version")
	}
	if err != nil {
		return nil, err
	}
	d := &Doc{N: n}
	return d, read(it, d)
}

// Docs returns the versions of a document, newest first.
func (s *Store) Docs(ctx context.Context, t guichet.TenantID, kind DocKind, id string, limit int, cursor string) ([]*Doc, string, error) {
	if !plainID(id) {
		return nil, "", guichet.Errorf(guichet.NotFound, "document")
	}
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: docKey(t, kind, id, 1).P, Limit: limit, Cursor: cursor, Desc: true})
	if err != nil {
		return nil, "", err
	}
	var out []*Doc
	for _, it := range page.Items {
		d := &Doc{N: docNumber(it.S)}
		if err := read(it, d); err != nil {
			return nil, "", err
		}
		out = append(out, d)
	}
	return out, page.Cursor, nil
}

// SaveScript stores the head of a script, unless somebody changed it since (Conflict), and with it a new version of its document; nil: none.
func (s *Store) SaveScript(ctx context.Context, t guichet.TenantID, h ScriptHead, d *Doc) error {
	return s.saveHead(ctx, t, ScriptDoc, string(h.ID), h.Version, h, d)
}

// SaveRule is SaveScript for a rule.
func (s *Store) SaveRule(ctx context.Context, t guichet.TenantID, h RuleHead, d *Doc) error {
	return s.saveHead(ctx, t, RuleDoc, string(h.ID), h.Version, h, d)
}

func (s *Store) saveHead(ctx context.Context, t guichet.TenantID, kind DocKind, id string, version int64, head any, d *Doc) error {
	defer s.forget(t)
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: configKey(t, string(kind)+"#"+id), Version: version, Body: body(head)}}}
	if d != nil {
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: docKey(t, kind, id, d.N), Body: body(d)}})
	}
	return s.Ledger.Commit(ctx, writes...)
}

// SaveFields replaces the custom fields.
func (s *Store) SaveFields(ctx context.Context, t guichet.TenantID, f Fields) error {
	return s.saveConfig(ctx, t, "fields", f.Version, f)
}

// Asked notes that rules were asked about a fact, once: a second time is Exists. The note stays with the case: a queue that gave up may be told to try again months later.
func (tx *Tx) Asked(f guichet.Fact) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: askedKey(f.Tenant, f.Case, f.ID), Body: []byte(`{}`)}})
}

// WasAsked reports whether rules were asked about that fact before.
func (s *Store) WasAsked(ctx context.Context, f guichet.Fact) (bool, error) {
	_, err := s.Ledger.Get(ctx, askedKey(f.Tenant, f.Case, f.ID))
	if guichet.Is(err, guichet.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// told are the facts of one commit of a case, and where they stand in the transaction.
type told struct {
	at     int
	tenant guichet.TenantID
	facts  []guichet.Fact
}

// maxChain is how many rules may stand one behind the other: what the last of them does wakes none.
const maxChain = 3

// watch marks the facts that a rule of the tenant waits for, so that they, and they alone, go to the function that asks rules; and those that the tenant lets out
// of the house, likewise. A tenant without either pays for nothing: the
// configuration was read by the flow, or is read once in a while.
func (s *Store) watch(ctx context.Context, tx *Tx) error {
	for _, l := range tx.told {
		cfg, err := s.Config(ctx, l.tenant)
		if guichet.Is(err, guichet.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		any := false
		for i := range l.facts {
			f := &l.facts[i]
			f.Watched = cfg.Watches(f.Kind) && len(f.Chain()) < maxChain
			f.Leaves = cfg.Export.Enabled && len(f.Tells()) > 0
			any = any || f.Watched || f.Leaves
		}
		if p, ok := tx.writes[l.at].(ledger.Put); ok && any {
			p.Item.Body = body(brief(l.facts))
			tx.writes[l.at] = p
		}
	}
	return nil
}
