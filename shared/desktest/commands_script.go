package desktest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

func init() {
	maps.Copy(commands, map[string]command{
		"boss": (*story).boss, "has-skill": (*story).skill, "field": (*story).field, "script": (*story).saveScript, "automate": (*story).saveRule, "routed-by": (*story).routedBy, "trace": (*story).trace,
		"asked": (*story).asked, "priority": (*story).priority, "fields": (*story).fields, "value": (*story).value, "acted": (*story).acted, "timer": (*story).timer,
		"noscript": (*story).noScript, "unrun": (*story).unrun,
	})
}

// boss is who sets scripts and rules in stories: an agent who is never asked to answer.
func (s *story) boss(ctx context.Context, _ []string) error {
	return s.h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "boss", Name: "Boss", Role: "agent", Presence: guichet.Offline})
}

// field tier string: cases have such a custom field.
func (s *story) field(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	f := cfg.Fields
	f.List = append(slices.Clone(f.List), guichet.Field{Name: args[0], Type: guichet.FieldType(args[1])})
	_, err = s.h.Desk.SaveFields(ctx, Tenant, "boss", f)
	return err
}

// script triage.json [channel=support] [activate=no] [version=2]: saved by boss, in force, and the channel's own.
func (s *story) saveScript(ctx context.Context, args []string) error {
	o := options(args[1:])
	id := guichet.ScriptID(strings.TrimSuffix(args[0], ".json"))
	source := s.files[args[0]]
	if o["as"] != "" {
		source = s.files[o["as"]]
	}
	got, err := s.h.Desk.SaveScript(ctx, Tenant, "boss", id, []byte(source), o["activate"] != "no")
	if err != nil {
		return err
	}
	if v := o["version"]; v != "" && v != strconv.Itoa(got.Version) {
		return mismatch("version", got.Version, v)
	}
	if o["channel"] != "" {
		return s.h.Desk.SetChannelScript(ctx, Tenant, "boss", guichet.ChannelID(o["channel"]), id)
	}
	return nil
}

// noscript support: the channel has the built-in script again.
func (s *story) noScript(ctx context.Context, args []string) error {
	return s.h.Desk.SetChannelScript(ctx, Tenant, "boss", guichet.ChannelID(args[0]), "")
}

// automate spam.json [enabled=no]: boss saves that rule.
func (s *story) saveRule(ctx context.Context, args []string) error {
	id := guichet.RuleID(strings.TrimSuffix(args[0], ".json"))
	if _, err := s.h.Desk.SaveRule(ctx, Tenant, "boss", id, []byte(s.files[args[0]])); err != nil {
		return err
	}
	if options(args)["enabled"] == "no" {
		return s.h.Desk.EnableRule(ctx, Tenant, "boss", id, false)
	}
	return nil
}

// facts of a case by kind, oldest first.
func (s *story) factsOf(ctx context.Context, n string, k guichet.FactKind) ([]guichet.Fact, error) {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, n), 0, 1000)
	return slices.DeleteFunc(all, func(f guichet.Fact) bool { return f.Kind != k }), err
}

// routed-by 1 triage@2 [end=routed] [reason=word]: which version of which script had case 1 last, and how that ended.
func (s *story) routedBy(ctx context.Context, args []string) error {
	ran, err := s.factsOf(ctx, args[0], guichet.ScriptRan)
	if err != nil || len(ran) == 0 {
		return fmt.Errorf("no script ran: %w", err)
	}
	d := ran[len(ran)-1].Detail
	o := options(args[2:])
	if got := d["script"] + "@" + d["version"]; got != args[1] || o["end"] != "" && o["end"] != d["end"] || !strings.Contains(d["reason"], strings.ReplaceAll(o["reason"], "_", " ")) {
		return mismatch("routed", d, args)
	}
	return nil
}

// trace 1 vip- money+ hours-: the steps of all runs of case 1's script, and which conditions held.
func (s *story) trace(ctx context.Context, args []string) error {
	ran, err := s.factsOf(ctx, args[0], guichet.ScriptRan)
	if err != nil {
		return err
	}
	var got []string
	for _, f := range ran {
		var steps []script.Taken
		if err := json.Unmarshal([]byte(f.Detail["trace"]), &steps); err != nil {
			return err
		}
		for _, t := range steps {
			mark := "-"
			switch {
			case t.Error != "":
				mark = "!"
			case t.Held:
				mark = "+"
			}
			got = append(got, t.Step+mark)
		}
	}
	if strings.Join(got, " ") != strings.Join(args[1:], " ") {
		return mismatch("trace", got, args[1:])
	}
	return nil
}

// asked 1 spam+ silent- loud?: which rules were asked about case 1, in order, and whether they matched; ? matched and did nothing, ~ not asked, both with a reason.
func (s *story) asked(ctx context.Context, args []string) error {
	ran, err := s.factsOf(ctx, args[0], guichet.RulesRan)
	if err != nil {
		return err
	}
	var got []string
	for _, f := range ran {
		var list []script.Asked
		if err := json.Unmarshal([]byte(f.Detail["trace"]), &list); err != nil {
			return err
		}
		for _, a := range list {
			mark := map[[2]bool]string{{true, true}: "?", {true, false}: "+", {false, false}: "-", {false, true}: "~"}[[2]bool{a.Matched, a.Why != ""}]
			got = append(got, string(a.Rule)+mark)
		}
	}
	if strings.Join(got, " ") != strings.Join(args[1:], " ") {
		return mismatch("asked", got, args[1:])
	}
	return nil
}

// priority 1 10
func (s *story) priority(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil || strconv.Itoa(c.Priority) != args[1] {
		return mismatch("priority", c.Priority, args[1])
	}
	return nil
}

// fields 1 tier=gold order=12: the custom fields of case 1 that have a value.
func (s *story) fields(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	var got []string
	for name, v := range c.Fields {
		got = append(got, fmt.Sprintf("%s=%v", name, v))
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(got, want) {
		return mismatch("fields", got, want)
	}
	return nil
}

// value 1 tier gold by ana: an agent sets a text field.
func (s *story) value(ctx context.Context, args []string) error {
	var v any = args[2]
	if args[2] == "-" {
		v = nil
	}
	err := s.h.Desk.SetFields(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]), map[string]any{args[1]: v})
	s.h.Settle(ctx)
	return err
}

// acted 1 cart.left by ana: something outside tells of a visitor, once for each name.
func (s *story) acted(ctx context.Context, args []string) error {
	err := s.h.Desk.VisitorActed(ctx, Tenant, guichet.AgentID(args[3]), s.id(ctx, args[0]), args[1], "", args[1])
	s.h.Settle(ctx)
	return err
}

// timer 1 script|rule:silent yes|no: the case has that timer.
func (s *story) timer(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	kind, key, _ := strings.Cut(args[1], ":")
	if _, ok := c.Timer(guichet.TimerKind(kind), key); ok != (args[2] == "yes") {
		return mismatch("timer", c.Timers, args)
	}
	return nil
}

// unrun: the function that runs scripts does not work any more.
func (s *story) unrun(context.Context, []string) error {
	s.h.Lame = true
	return nil
}

// Lost is the flow of a function that does not work.
func Lost(context.Context, guichet.Fact) error {
	return guichet.Errorf(guichet.Temporary, "the function does not start")
}
