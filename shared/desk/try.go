package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// Trial is a change of settings that is run against what happened, without being made: at least one of its parts. Channels, skills and service levels may be changed beside a
// script, a rule is tried alone.
type Trial struct {
	Channel  guichet.ChannelID                   `json:"channel,omitempty"`  // whose cases; empty: those of all channels
	Script   json.RawMessage                     `json:"script,omitempty"`   // in place of the script of that channel; without a channel, of those that have the script of that id
	Rule     json.RawMessage                     `json:"rule,omitempty"`     // beside or in place of the rule of that id
	Channels map[guichet.ChannelID]TrialChannel  `json:"channels,omitempty"` // other defaults
	Skills   map[guichet.SkillID]guichet.SkillID `json:"skills,omitempty"`   // what went to the one goes to the other
	SLA      *guichet.SLA                        `json:"sla,omitempty"`      // in place of the general one; with a channel, its own
	Days     int                                 `json:"days,omitempty"`     // how far back, 1 to 90; 0: 30
	Size     int                                 `json:"size,omitempty"`     // cases looked at on a page, at most 100; 0: 50
	Cursor   string                              `json:"cursor,omitempty"`
}

// TrialChannel are other defaults of a channel; nil leaves one as it is.
type TrialChannel struct {
	Skill  *guichet.SkillID  `json:"skill,omitempty"`
	Script *guichet.ScriptID `json:"script,omitempty"`
}

// Tried is what a page of cases would have become. Counts are of this page: whoever turns the pages adds them up.
type Tried struct {
	Cases    int        `json:"cases"`    // that were looked at
	Judged   int        `json:"judged"`   // of which the change has something to say
	Other    int        `json:"other"`    // that would have gone otherwise
	Counts   []TryCount `json:"counts"`   // how often which difference, the most frequent first
	Examples []TryCase  `json:"examples"` // of each difference a few
	Oldest   *time.Time `json:"oldest,omitempty"`
	Since    time.Time  `json:"since"`            // how far back this goes
	Left     int        `json:"left"`             // about how many cases are still to be looked at
	Cursor   string     `json:"cursor,omitempty"` // of the next page; empty: this was the last
}

// TryCount is one difference.
type TryCount struct {
	What string `json:"what"` // "skill", "priority", "tags", "end", "rule", or a clock: "first", "next", "resolution"
	From string `json:"from"`
	To   string `json:"to"`
	N    int    `json:"n"`
}

// TryCase is one case that would have gone otherwise.
type TryCase struct {
	Case  guichet.CaseID `json:"case"`
	What  string         `json:"what"`
	From  string         `json:"from"`
	To    string         `json:"to"`
	Fact  string         `json:"fact,omitempty"`  // that woke the rule
	Steps []script.Taken `json:"steps,omitempty"` // how it would have come to this
	Asked *script.Asked  `json:"asked,omitempty"`
}

// Bounds of a trial.
const (
	tryDays     = 30
	maxTryDays  = 90
	trySize     = 50
	maxTrySize  = 100
	tryExamples = 5   // of each difference
	tryFacts    = 500 // of a case are looked at
)

// DryRun is Try for an agent who may configure the whole tenant.
func (d *Desk) DryRun(ctx context.Context, t guichet.TenantID, who guichet.AgentID, trial Trial) (Tried, error) {
	if _, err := d.Configures(ctx, t, who, Whole); err != nil {
		return Tried{}, err
	}
	return d.Try(ctx, t, trial)
}

// Try says what would have become of a page of the tenant's newest cases under other settings: with the same rules that decide every day, from the facts as they are
// stored, and without a single write. Errors: script.Problems; Invalid names the field.
func (d *Desk) Try(ctx context.Context, t guichet.TenantID, trial Trial) (Tried, error) {
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return Tried{}, err
	}
	tr, err := d.newTry(ctx, t, cfg, trial)
	if err != nil {
		return Tried{}, err
	}
	out := Tried{Since: d.Now().AddDate(0, 0, -tr.Days), Counts: []TryCount{}, Examples: []TryCase{}}
	list, cursor, err := d.Store.Recent(ctx, t, tr.Size, tr.Cursor)
	if err != nil {
		return out, err
	}
	for _, c := range list {
		if c.Opened.Before(out.Since) {
			cursor = ""
			continue
		}
		out.Oldest = &c.Opened
		out.Cases++
		if err := tr.one(c, &out); err != nil {
			return out, err
		}
	}
	if out.Cursor = cursor; cursor != "" {
		out.Left = leftOf(cursor)
	}
	slices.SortStableFunc(out.Counts, func(a, b TryCount) int { return cmp.Compare(b.N, a.N) })
	return out, nil
}

// leftOf is how many numbers there are below a cursor of the list of cases.
func leftOf(cursor string) int {
	n := 0
	for _, c := range cursor {
		n = n*10 + int(c-'0')
	}
	return n
}

// try is a trial that was read and checked.
type try struct {
	Trial
	d    *Desk
	ctx  context.Context //nolint:containedctx // of one call
	t    guichet.TenantID
	was  *store.Config // as it is
	cfg  *store.Config // as it would be
	prog *script.Program
	id   guichet.ScriptID // of prog
	rule *script.RuleProgram
	head *store.RuleHead
}

func (d *Desk) newTry(ctx context.Context, t guichet.TenantID, cfg *store.Config, trial Trial) (*try, error) {
	tr := &try{Trial: trial, d: d, ctx: ctx, t: t, was: cfg}
	tr.Days, tr.Size = cmp.Or(tr.Days, tryDays), cmp.Or(tr.Size, trySize)
	switch {
	case tr.Days < 1 || tr.Days > maxTryDays:
		return nil, guichet.Wrongf("days", "days is 1 to %d, not %d", maxTryDays, tr.Days)
	case tr.Size < 1 || tr.Size > maxTrySize:
		return nil, guichet.Wrongf("size", "size is 1 to %d, not %d", maxTrySize, tr.Size)
	case tr.Channel != "" && cfg.Channels[tr.Channel] == nil:
		return nil, guichet.Wrongf("channel", "there is no channel %q", cut(string(tr.Channel), 40))
	case len(tr.Script) == 0 && len(tr.Rule) == 0 && len(tr.Channels) == 0 && len(tr.Skills) == 0 && tr.SLA == nil:
		return nil, guichet.Wrongf("script", "name a change to try: a script, a rule, channels, skills or sla")
	}
	if err := tr.world(); err != nil {
		return nil, err
	}
	if len(tr.Script) > 0 {
		if err := tr.readScript(); err != nil {
			return nil, err
		}
	}
	if len(tr.Rule) > 0 {
		return tr, tr.readRule()
	}
	return tr, nil
}

// world makes the configuration as it would be.
func (tr *try) world() error {
	now := *tr.was
	now.Channels = make(map[guichet.ChannelID]*guichet.Channel, len(tr.was.Channels))
	for id, ch := range tr.was.Channels {
		now.Channels[id] = ch
	}
	for id, change := range tr.Channels {
		was := now.Channels[id]
		if was == nil {
			return guichet.Wrongf("channels", "there is no channel %q", cut(string(id), 40))
		}
		ch := *was
		if change.Skill != nil {
			if ch.Skill = *change.Skill; tr.was.Skills[ch.Skill] == nil {
				return guichet.Wrongf("channels", "there is no skill %q", cut(string(ch.Skill), 40))
			}
		}
		if change.Script != nil {
			ch.Script = *change.Script
		}
		now.Channels[id] = &ch
	}
	for _, to := range tr.Skills {
		if tr.was.Skills[to] == nil {
			return guichet.Wrongf("skills", "there is no skill %q", cut(string(to), 40))
		}
	}
	if tr.SLA != nil {
		if err := tr.withLevel(&now); err != nil {
			return err
		}
	}
	tr.cfg = &now
	return nil
}

func (tr *try) readScript() error {
	s, err := script.Read(tr.Script)
	if err != nil {
		return err
	}
	if tr.prog, err = script.Compile(s, worldNow(tr.cfg), tr.d.Lang); err != nil {
		return err
	}
	if tr.id = s.ID; tr.Channel != "" {
		ch := *tr.cfg.Channels[tr.Channel]
		ch.Script = s.ID
		tr.cfg.Channels[tr.Channel] = &ch
	}
	return nil
}

func (tr *try) readRule() error {
	r, err := script.ReadRule(tr.Rule)
	if err != nil {
		return err
	}
	if tr.rule, err = script.CompileRule(r, worldNow(tr.cfg), tr.d.Lang); err != nil {
		return err
	}
	tr.head = &store.RuleHead{ID: r.ID, Name: r.Name, On: r.On, After: r.After}
	return nil
}

// one looks at one case.
func (tr *try) one(c *guichet.Case, out *Tried) error {
	if tr.Channel != "" && c.Channel != tr.Channel {
		return nil
	}
	facts, err := tr.d.Store.History(tr.ctx, tr.t, c.ID, 0, tryFacts)
	if err != nil || len(facts) == 0 {
		return err
	}
	p := &pastCase{try: tr, c: c, facts: facts}
	var found []TryCase
	switch {
	case tr.rule != nil:
		found, err = p.tryRule()
	case tr.SLA != nil:
		found = p.tryLevel()
	default:
		found, err = p.tryRoute()
	}
	if err != nil {
		return err
	}
	if p.judged {
		out.Judged++
	}
	if len(found) > 0 {
		out.Other++
	}
	for _, f := range found {
		f.Case = c.ID
		out.add(f)
	}
	return nil
}

// add counts a difference, and keeps the first few of each.
func (o *Tried) add(f TryCase) {
	i := slices.IndexFunc(o.Counts, func(c TryCount) bool { return c.What == f.What && c.From == f.From && c.To == f.To })
	if i < 0 {
		i = len(o.Counts)
		o.Counts = append(o.Counts, TryCount{What: f.What, From: f.From, To: f.To})
	}
	if o.Counts[i].N++; o.Counts[i].N <= tryExamples {
		o.Examples = append(o.Examples, f)
	}
}
