package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// Saved says which version of a script or a rule a document became.
type Saved struct {
	Version int
	Active  int  // in force; 0: none
	Same    bool // it is the latest version, word for word
}

// SaveScript keeps a script as its next version, if it may be run here; with activate it is in force from the next message on (A008). The same document again makes no new
// version. Errors: script.Problems names step and field; Denied.
func (d *Desk) SaveScript(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ScriptID, source []byte, activate bool) (Saved, error) {
	var out Saved
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		s, err := d.checkScript(cfg, id, source)
		if err != nil {
			return err
		}
		h := store.ScriptHead{ID: id}
		if was := cfg.Scripts[id]; was != nil {
			h = *was
		} else if len(cfg.Scripts) >= maxScripts {
			return guichet.Wrongf("id", "there are %d scripts, which is the limit", maxScripts)
		}
		var doc *store.Doc
		text, hash := compact(source)
		if out.Same = h.Latest > 0 && h.Hash == hash; !out.Same {
			h.Latest++
			h.Hash, h.Name = hash, cut(s.Name, 100)
			doc = &store.Doc{N: h.Latest, Source: text, By: who, At: d.Now()}
		}
		if activate {
			h.Active, h.Log = h.Latest, d.activated(h.Log, h.Active, h.Latest, who)
		}
		out.Version, out.Active = h.Latest, h.Active
		if out.Same && !activate {
			return nil
		}
		return d.Store.SaveScript(ctx, t, h, doc)
	})
	return out, err
}

// Bounds of what a tenant has, since every function loads the list of it.
const (
	maxScripts   = 50
	maxRules     = 100
	maxActivated = 50
)

// CheckScript says what is wrong with a script, without saving it.
func (d *Desk) CheckScript(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ScriptID, source []byte) error {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err == nil {
		_, err = d.checkScript(cfg, id, source)
	}
	return err
}

func (d *Desk) checkScript(cfg *store.Config, id guichet.ScriptID, source []byte) (guichet.Script, error) {
	if d.Lang == nil {
		return guichet.Script{}, guichet.Errorf(guichet.Other, "this function has no language for conditions")
	}
	s, err := script.Read(source)
	if err == nil && s.ID != id {
		err = script.Problems{{Field: "id", Text: "the id of the document is not that of the address"}}
	}
	if err == nil {
		_, err = script.Compile(s, worldNow(cfg), d.Lang)
	}
	return s, err
}

// ActivateScript puts a version of a script in force, an older one too; 0: none. It is checked again: what it names may be gone.
func (d *Desk) ActivateScript(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ScriptID, n int) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		was := cfg.Scripts[id]
		switch {
		case was == nil:
			return guichet.Errorf(guichet.NotFound, "script")
		case n < 0 || n > was.Latest:
			return guichet.Wrongf("version", "the script has versions 1 to %d, not %d", was.Latest, n)
		case was.Active == n:
			return nil
		}
		if n > 0 {
			doc, err := d.Store.Doc(ctx, t, store.ScriptDoc, string(id), n)
			if err != nil {
				return err
			}
			if _, err := d.checkScript(cfg, id, doc.Source); err != nil {
				return err
			}
		}
		h := *was
		h.Active, h.Log = n, d.activated(h.Log, h.Active, n, who)
		return d.Store.SaveScript(ctx, t, h, nil)
	})
}

// activated notes a change of the version in force.
func (d *Desk) activated(log []store.Activated, was, now int, who guichet.AgentID) []store.Activated {
	if was == now {
		return log
	}
	out := append([]store.Activated{{Active: now, By: who, At: d.Now()}}, log...)
	return out[:min(len(out), maxActivated)]
}

// SaveRule keeps a rule as its next version, in force if the document says that it is enabled.
func (d *Desk) SaveRule(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RuleID, source []byte) (Saved, error) {
	var out Saved
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		r, err := d.checkRule(cfg, id, source)
		if err != nil {
			return err
		}
		h := store.RuleHead{ID: id}
		if was := cfg.Rules[id]; was != nil {
			h = *was
		} else if len(cfg.Rules) >= maxRules {
			return guichet.Wrongf("id", "there are %d rules, which is the limit", maxRules)
		}
		var doc *store.Doc
		text, hash := compact(source)
		was := inForce(&h)
		if out.Same = h.Latest > 0 && h.Hash == hash; !out.Same {
			h.Latest++
			h.Hash = hash
			doc = &store.Doc{N: h.Latest, Source: text, By: who, At: d.Now()}
		}
		h.Name, h.Order, h.Stop, h.On, h.After, h.Enabled, h.Active = cut(r.Name, 100), r.Order, r.Stop, r.On, r.After, r.Enabled, h.Latest
		h.Log = d.activated(h.Log, was, inForce(&h), who)
		out.Version, out.Active = h.Latest, inForce(&h)
		return d.Store.SaveRule(ctx, t, h, doc)
	})
	return out, err
}

// CheckRule says what is wrong with a rule, without saving it.
func (d *Desk) CheckRule(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RuleID, source []byte) error {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err == nil {
		_, err = d.checkRule(cfg, id, source)
	}
	return err
}

func (d *Desk) checkRule(cfg *store.Config, id guichet.RuleID, source []byte) (guichet.Rule, error) {
	if d.Lang == nil {
		return guichet.Rule{}, guichet.Errorf(guichet.Other, "this function has no language for conditions")
	}
	r, err := script.ReadRule(source)
	if err == nil && r.ID != id {
		err = script.Problems{{Field: "id", Text: "the id of the document is not that of the address"}}
	}
	if err == nil {
		_, err = script.CompileRule(r, worldNow(cfg), d.Lang)
	}
	return r, err
}

func inForce(h *store.RuleHead) int {
	if h.Works() {
		return h.Active
	}
	return 0
}

// EnableRule switches a rule on or off.
func (d *Desk) EnableRule(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.RuleID, on bool) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		was := cfg.Rules[id]
		if was == nil {
			return guichet.Errorf(guichet.NotFound, "rule")
		}
		if was.Enabled == on {
			return nil
		}
		h := *was
		h.Enabled = on
		h.Log = d.activated(h.Log, inForce(was), inForce(&h), who)
		return d.Store.SaveRule(ctx, t, h, nil)
	})
}

// SetChannelScript gives a channel its default script; empty: the built-in one, which leaves cases to the default skill (A095).
func (d *Desk) SetChannelScript(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID, id guichet.ScriptID) error {
	_, err := d.ChangeChannel(ctx, t, who, ch, 0, func(c *guichet.Channel) error {
		c.Script = id
		return nil
	})
	return err
}

func init() { channelChecks = append(channelChecks, scriptOfChannel) }

// scriptOfChannel refuses a default script that is not in force.
func scriptOfChannel(cfg *store.Config, was, now *guichet.Channel) error {
	if now.Script != was.Script && now.Script != "" && cfg.ScriptOf(now) == nil {
		return guichet.Wrongf("script", "there is no script %q in force: save it and activate a version first", cut(string(now.Script), 40))
	}
	return nil
}

// compact is a document without what JSON lets be, and its hash: the same content is the same version. The order of fields is kept for people.
func compact(source []byte) (json.RawMessage, string) {
	var b bytes.Buffer
	if err := json.Compact(&b, source); err != nil {
		return slices.Clone(source), ""
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(sum[:12])
}

// AsProblems returns what is wrong with a script, if that is what the error says.
func AsProblems(err error) (script.Problems, bool) {
	var p script.Problems
	ok := errors.As(err, &p)
	return p, ok
}
