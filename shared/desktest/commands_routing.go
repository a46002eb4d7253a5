package desktest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"guichet/shared/guichet"
)

func init() {
	for name, c := range map[string]command{
		"skill": (*story).skill, "rule": (*story).rule, "accept": (*story).accept, "reject": (*story).reject, "voice": (*story).voice, "load": (*story).load,
		"transfer": (*story).transfer, "change": (*story).change, "assigned": (*story).assigned, "popped": (*story).popped,
	} {
		commands[name] = c
	}
}

// skill support [criteria=preferred] [by=contact] [fallback=offline] [timeout=900] [accept=yes] [in=60] [agent=300] [customer=600] [first=3600]
func (s *story) skill(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	k := guichet.Skill{ID: guichet.SkillID(args[0]), Name: args[0]}
	if old := cfg.Skills[k.ID]; old != nil {
		k = *old
	}
	for name, v := range options(args[1:]) {
		n, _ := strconv.ParseInt(v, 10, 64)
		switch name {
		case "criteria":
			k.Criteria = v
		case "by":
			k.PreferBy = v
		case "fallback":
			k.Fallback = v
		case "timeout":
			k.Timeout = n
		case "first":
			k.SLA = &guichet.SLA{First: n}
		case "accept":
			k.Accept = v == "yes"
		case "in":
			k.AcceptIn = n
		case "agent":
			k.AgentAnswers = n
		case "customer":
			k.ContactWrites = n
		default:
			return fmt.Errorf("no setting %s", name)
		}
	}
	return s.h.Store.SaveSkill(ctx, Tenant, k)
}

// rule [leave=keep|later|return] [after=600] [voice=blocks]: how the tenant routes.
func (s *story) rule(ctx context.Context, args []string) error {
	o := options(args)
	after, _ := strconv.ParseInt(o["after"], 10, 64)
	return s.h.Store.SaveRouting(ctx, Tenant, guichet.Routing{Leave: guichet.Leave(o["leave"]), LeaveAfter: after, VoiceBlocks: o["voice"] == "blocks"})
}

// accept 1 by ana
func (s *story) accept(ctx context.Context, args []string) error {
	err := s.h.Desk.Accept(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]))
	s.h.Settle(ctx)
	return err
}

// reject 1 by ana
func (s *story) reject(ctx context.Context, args []string) error {
	err := s.h.Desk.Reject(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]))
	s.h.Settle(ctx)
	return err
}

// voice ana on|off: a call begins, or ends.
func (s *story) voice(ctx context.Context, args []string) error {
	err := s.h.Desk.SetVoice(ctx, Tenant, guichet.AgentID(args[0]), args[1] == "on")
	s.h.Settle(ctx)
	return err
}

// transfer 1 to billing by ana
func (s *story) transfer(ctx context.Context, args []string) error {
	err := s.h.Desk.Transfer(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]), guichet.SkillID(args[2]))
	s.h.Settle(ctx)
	return err
}

// load ana 2: so many cases are with ana.
func (s *story) load(ctx context.Context, args []string) error {
	a, err := s.h.Store.Agent(ctx, Tenant, guichet.AgentID(args[0]))
	if err != nil {
		return err
	}
	if got := strconv.FormatInt(a.Load, 10); got != args[1] {
		return mismatch("load of "+args[0], got, args[1])
	}
	return nil
}

// change ana room=3 skills=support:2: the administrator changes an agent.
func (s *story) change(ctx context.Context, args []string) error {
	a, err := s.h.Store.Agent(ctx, Tenant, guichet.AgentID(args[0]))
	if err != nil {
		return err
	}
	o := options(args[1:])
	if o["room"] != "" {
		a.Limit, _ = strconv.ParseInt(o["room"], 10, 64)
	}
	if o["skills"] != "" {
		a.Skills = skillsOf(o["skills"])
	}
	f := guichet.Fact{Kind: guichet.AgentPresence, Tenant: Tenant, Agent: a.ID, At: s.h.Now(), By: "admin"}
	if err := s.h.Store.SaveAgent(ctx, Tenant, *a, f); err != nil {
		return err
	}
	s.h.Settle(ctx)
	return nil
}

// skillsOf reads "support:1,billing".
func skillsOf(text string) map[guichet.SkillID]int {
	out := map[guichet.SkillID]int{}
	for _, k := range strings.Split(text, ",") {
		name, level, _ := strings.Cut(k, ":")
		n, _ := strconv.Atoi(level)
		out[guichet.SkillID(name)] = max(n, 1)
	}
	return out
}

// assigned 1 ana,bo,ana: who got case 1, one after the other; - for nobody.
func (s *story) assigned(ctx context.Context, args []string) error {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, args[0]), 0, 1000)
	if err != nil {
		return err
	}
	var got []string
	for _, f := range all {
		if f.Kind == guichet.CaseAssigned || f.Kind == guichet.CaseOffered {
			got = append(got, string(f.Agent))
		}
	}
	if strings.Join(got, ",") != strings.Trim(args[1], "-") {
		return mismatch("assigned", got, args[1])
	}
	return nil
}

// popped 1 ana https://crm.example/: the last page of another system that came up with case 1, and for whom.
func (s *story) popped(ctx context.Context, args []string) error {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, args[0]), 0, 1000)
	if err != nil {
		return err
	}
	got := ""
	for _, f := range all {
		if f.Kind == guichet.CasePopURL {
			got = string(f.Agent) + " " + f.Detail["url"]
		}
	}
	if want := strings.Join(args[1:], " "); got != want {
		return mismatch("popped", got, want)
	}
	return nil
}
