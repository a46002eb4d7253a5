package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/infra/tenant/setup"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// flags are what was asked for. Lists are separated by commas.
type flags struct {
	table, region, data           string
	tenant, lang                  string
	domains, channels             string
	display                       string
	agent, agentName, email, role string
	limit                         int64
	first, resolution             time.Duration
	zone, hours, days             string
	set, queues                   many
	rotate, reseal, recount       bool
	key                           string
}

func readFlags(args []string) (*flags, error) {
	f := &flags{}
	set := flag.NewFlagSet("tenant", flag.ContinueOnError)
	set.StringVar(&f.table, "table", "", "DynamoDB table of the house (output TableName of the stack)")
	set.StringVar(&f.region, "region", "", "AWS region of the table; empty: that of the AWS configuration")
	set.StringVar(&f.data, "data", "", "data folder of a house on this machine, in place of -table")
	set.StringVar(&f.tenant, "tenant", "", "id of the tenant: a-z, 0-9 and -")
	set.StringVar(&f.lang, "lang", "en", "language of the tenant: en or fr")
	set.StringVar(&f.domains, "domain", "", "its domains, the first that of the points of contact")
	set.StringVar(&f.channels, "channel", "", "its points of contact: local parts, each with a channel and a skill of that name")
	set.StringVar(&f.display, "display", "", "what contacts see beside a new point of contact's address")
	set.StringVar(&f.agent, "agent", "", "id of an agent, who gets the skills of all -channel")
	set.StringVar(&f.agentName, "name", "", "name of the agent")
	set.StringVar(&f.email, "email", "", "address of the agent")
	set.StringVar(&f.role, "role", "supervisor", "role of the agent: supervisor or agent")
	set.Int64Var(&f.limit, "limit", 20, "cases that the agent may hold at once")
	set.DurationVar(&f.first, "first", 0, "business time to the first answer, as 4h")
	set.DurationVar(&f.resolution, "resolution", 0, "business time to the resolution, as 16h")
	set.StringVar(&f.zone, "zone", "", "time zone of the business hours, as Europe/Paris; without any, targets run around the clock")
	set.StringVar(&f.hours, "hours", "09:00-18:00", "business hours of each of -days")
	set.StringVar(&f.days, "days", "mon,tue,wed,thu,fri", "business days")
	set.Var(&f.set, "set", `settings of a channel, as 'support={"acknowledgement":"We have your mail: {ticket}"}'; may stand several times`)
	set.BoolVar(&f.reseal, "reseal", false, "seal the passwords of all relays of the house anew, under the newest key material; mail goes on meanwhile")
	set.BoolVar(&f.rotate, "rotate", false, "make new key material first (AWS: RotateKeyOnDemand), then -reseal")
	set.BoolVar(&f.recount, "recount", false, "count the moods of all messages of -tenant again, and put right the cards of contacts that say otherwise")
	set.StringVar(&f.key, "key", "alias/guichet/secrets", "KMS key of the passwords, with -table: its alias, id or ARN")
	set.Var(&f.queues, "queue", `a routing queue to take over, as '{"id":"vip","name":"vip","skill":"sales","filters":[{"conditions":[{"type":"tags","values":["vip"]}]}]}'; may stand several times`)
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	return f, f.check(set)
}

func (f *flags) check(set *flag.FlagSet) error {
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) { given[g.Name] = true })
	switch {
	case set.NArg() > 0:
		return fmt.Errorf("%q is not understood; -help lists the flags", set.Arg(0))
	case (f.table == "") == (f.data == ""):
		return fmt.Errorf("name the house with -table, or with -data: one of them")
	case f.rotate || f.reseal:
		if f.tenant != "" || f.channels != "" || f.agent != "" || len(f.set) > 0 {
			return fmt.Errorf("-rotate and -reseal are for the whole house: leave the other flags out")
		}
		return nil
	case f.tenant == "":
		return fmt.Errorf("name the tenant with -tenant")
	case f.recount && (f.channels != "" || f.agent != "" || len(f.set) > 0):
		return fmt.Errorf("-recount changes no settings: leave the other flags out")
	case f.lang != "en" && f.lang != "fr":
		return fmt.Errorf("language %q is not spoken here; choose en or fr with -lang", f.lang)
	case f.zone == "" && (given["hours"] || given["days"]):
		return fmt.Errorf("-hours and -days need the time zone that they are in: name it with -zone")
	case f.first < 0 || f.resolution < 0:
		return fmt.Errorf("-first and -resolution are times, as 4h")
	case f.agent == "" && (f.agentName != "" || f.email != ""):
		return fmt.Errorf("-name and -email are those of an agent: name the id with -agent")
	case f.channels != "" && f.domains == "":
		return fmt.Errorf("-channel needs the -domain of its address")
	}
	return nil
}

// list splits at commas; spaces and empty entries fall away.
func list(s string) (out []string) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// wish says the flags in the nouns of the house.
func (f *flags) wish() (setup.Wish, error) {
	w := setup.Wish{Roles: setup.Roles(), Tenant: guichet.Tenant{ID: guichet.TenantID(f.tenant), Name: f.tenant, Language: f.lang}}
	for _, d := range list(f.domains) {
		w.Tenant.Domains = append(w.Tenant.Domains, mail.FoldDomain(d))
	}
	skills := map[guichet.SkillID]int{}
	for _, local := range list(strings.ToLower(f.channels)) {
		w.Channels = append(w.Channels, guichet.Channel{ID: guichet.ChannelID(local), Kind: "email", Name: local, Address: local + "@" + w.Tenant.Domains[0],
			Display: f.display, Outbound: true, Skill: guichet.SkillID(local), SpamTag: "spam", Language: f.lang})
		w.Skills = append(w.Skills, guichet.Skill{ID: guichet.SkillID(local), Name: local})
		skills[guichet.SkillID(local)] = 1
	}
	if f.agent != "" {
		w.Agents = []guichet.Agent{{ID: guichet.AgentID(f.agent), Name: cmp.Or(f.agentName, f.agent), Email: f.email, Role: guichet.RoleID(f.role), Limit: f.limit,
			Skills: skills, Presence: guichet.Offline, Language: f.lang}}
	}
	if f.email != "" {
		if _, err := mail.OutAddr(f.email); err != nil {
			return w, fmt.Errorf("-email %.80q is not an address", f.email)
		}
	}
	for _, text := range f.queues {
		var q guichet.Queue
		if err := json.Unmarshal([]byte(text), &q); err != nil {
			return w, fmt.Errorf("-queue %.80q: %w", text, err)
		}
		w.Queues = append(w.Queues, q)
	}
	w.Tenant.SLA = f.sla()
	return w, nil
}

// sla is what the flags say of the service level; the zero SLA if they say nothing.
func (f *flags) sla() guichet.SLA {
	s := guichet.SLA{First: int64(f.first / time.Second), Resolution: int64(f.resolution / time.Second)}
	if f.zone == "" {
		return s
	}
	s.Calendar = guichet.Calendar{Zone: f.zone, Week: map[string][]string{}}
	for _, d := range list(strings.ToLower(f.days)) {
		s.Calendar.Week[d] = list(f.hours)
	}
	return s
}
