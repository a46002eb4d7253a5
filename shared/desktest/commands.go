package desktest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Plus returns the signed address of a case on the support channel.
func (h *House) Plus(c guichet.CaseID) string {
	return mail.PlusAddress(h.Desk.Key, Tenant, c, "support@demo.example")
}

// agent ana [skills=support:1,billing:5] [room=3] [role=reader] [presence=offline] [app=agent] [digital=yes]
func (s *story) agent(ctx context.Context, args []string) error {
	o := options(args[1:])
	a := guichet.Agent{ID: guichet.AgentID(args[0]), Name: args[0], Email: args[0] + "@demo.example", Role: "agent", Presence: guichet.Available, Limit: 5,
		Skills: map[guichet.SkillID]int{}, Since: s.h.Now()}
	if o["role"] != "" {
		a.Role = guichet.RoleID(o["role"])
	}
	if o["presence"] != "" {
		a.Presence = guichet.Presence(o["presence"])
	}
	if o["room"] != "" {
		a.Limit, _ = strconv.ParseInt(o["room"], 10, 64)
	}
	skills := o["skills"]
	if skills == "" {
		skills = "support:1,billing:1"
	}
	a.Skills, a.App, a.Digital = skillsOf(skills), guichet.App(o["app"]), o["digital"] == "yes"
	f := guichet.Fact{Kind: guichet.AgentPresence, Tenant: Tenant, Agent: a.ID, At: s.h.Now(), By: desk.Self}
	if err := s.h.Store.SaveAgent(ctx, Tenant, a, f); err != nil {
		return err
	}
	s.h.Settle(ctx)
	return nil
}

// channel support [threading=ignore_in_reply_to] [format=square|curly|none] [position=prefix] [anyone=yes] [reopen=never] [days=3] [spam=tag|-] [bulk=...]
func (s *story) channel(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	ch := *cfg.Channels[guichet.ChannelID(args[0])]
	for k, v := range options(args[1:]) {
		switch k {
		case "threading":
			ch.Thread = guichet.Threading(v)
		case "format":
			ch.Numbers = append(ch.Numbers, guichet.TicketFormat{Delimiter: v, Position: options(args)["position"]})
		case "hidden":
			ch.Numbers = append(ch.Numbers, guichet.TicketFormat{Hidden: v == "yes"})
		case "anyone":
			ch.Anyone = v == "yes"
		case "reopen":
			ch.Reopen = v
		case "days":
			ch.ReopenN, _ = strconv.Atoi(v)
		case "spam":
			ch.SpamTag = strings.Trim(v, "-")
		case "spam_skill":
			ch.SpamTo = guichet.SkillID(strings.Trim(v, "-"))
		case "reply_to":
			ch.ReplyTo = v
		case "burst":
			ch.Burst, _ = strconv.Atoi(v)
		case "calm":
			ch.Calm, _ = strconv.Atoi(v)
		case "max":
			ch.MaxMail, _ = strconv.Atoi(v)
		case "notice":
			ch.RejectNotice = v
		case "quotes":
			ch.Quotes = v == "yes"
		case "thanks":
			ch.Thanks = v == "stay"
		case "window":
			d, err := time.ParseDuration(v)
			if err != nil {
				return err
			}
			ch.Window = int64(d / time.Second)
		case "outbound":
			ch.Outbound = v == "yes"
		case "ack":
			ch.Ack = v
		case "position":
		default:
			return fmt.Errorf("no setting %s", k)
		}
	}
	return s.h.Store.SaveChannel(ctx, ch)
}

// lists allow=a@b.example,c.example block=...
func (s *story) lists(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	o := options(args)
	l := store.Lists{Version: cfg.Lists.Version}
	if o["allow"] != "" {
		l.Allow = strings.Split(o["allow"], ",")
	}
	if o["block"] != "" {
		l.Block = strings.Split(o["block"], ",")
	}
	return s.h.Store.SaveLists(ctx, Tenant, l)
}

// case 1 is open [skill=x] [agent=x|-] [tag=x] [merged=2] [contact=a@b] | case 1 has 3 messages | case 2
func (s *story) caseIs(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil || len(args) == 1 {
		return err
	}
	if args[1] == "has" {
		n := c.Messages
		for _, p := range c.Parts {
			part, err := s.h.Store.Case(ctx, Tenant, p)
			if err != nil {
				return err
			}
			n += part.Messages
		}
		if want, _ := strconv.Atoi(args[2]); n != want {
			return mismatch("messages", n, want)
		}
		return nil
	}
	if string(c.Status) != args[2] {
		return mismatch("status", c.Status, args[2])
	}
	for k, v := range options(args[3:]) {
		got := map[string]string{"skill": string(c.Skill), "agent": string(c.Agent), "merged": string(c.Merged), "tag": strings.Join(c.Tags, ","),
			"contact": "", "waiting": strconv.FormatBool(c.Waiting()), "subject": c.Subject, "offer": strconv.FormatBool(c.Offer), "for": string(c.For)}
		if len(c.People) > 0 {
			got["contact"] = c.People[0]
		}
		v = strings.Trim(v, "-")
		if k == "merged" && v != "" {
			v = string(s.id(ctx, v))
		}
		if k == "tag" && v != "" && slices.Contains(c.Tags, v) {
			continue
		}
		if got[k] != v {
			return mismatch(k, got[k], v)
		}
	}
	return nil
}

// reply 1 by ana 'text' [key=x] [missing=permission]
func (s *story) reply(ctx context.Context, args []string) error {
	o := options(args[4:])
	_, err := s.h.Desk.Reply(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]), desk.Answer{Text: args[3], Key: o["key"], All: o["all"] == "yes"})
	if o["missing"] != "" {
		if !guichet.Is(err, guichet.Denied) || !strings.Contains(err.Error(), o["missing"]) {
			return mismatch("error", err, "denied, naming "+o["missing"])
		}
		return nil
	}
	s.h.Settle(ctx)
	return err
}

// note 1 by ana 'text'
func (s *story) note(ctx context.Context, args []string) error {
	_, err := s.h.Desk.AddNote(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]), args[3], args[3])
	s.h.Settle(ctx)
	return err
}

// status 1 resolved by ana
func (s *story) status(ctx context.Context, args []string) error {
	err := s.h.Desk.SetStatus(ctx, Tenant, guichet.AgentID(args[3]), s.id(ctx, args[0]), guichet.Status(args[1]))
	s.h.Settle(ctx)
	return err
}

// assign 1 to bo by ana
func (s *story) assign(ctx context.Context, args []string) error {
	err := s.h.Desk.Assign(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]), guichet.AgentID(args[2]))
	s.h.Settle(ctx)
	return err
}

// return 1 by ana
func (s *story) giveBack(ctx context.Context, args []string) error {
	err := s.h.Desk.Return(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]))
	s.h.Settle(ctx)
	return err
}

// presence ana offline
func (s *story) presence(ctx context.Context, args []string) error {
	err := s.h.Desk.SetPresence(ctx, Tenant, guichet.AgentID(args[0]), guichet.Presence(args[1]))
	s.h.Settle(ctx)
	return err
}

// sent 1 [frt=12m]: the newest answer of case 1 has left; the first response took so long.
func (s *story) sent(ctx context.Context, args []string) error {
	m := s.lastOut(ctx, s.id(ctx, args[0]))
	if m == nil || m.SentAt.IsZero() {
		return fmt.Errorf("no sent answer in case %s", args[0])
	}
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	if want := options(args)["frt"]; want != "" {
		if got := c.First.Met.Sub(c.Opened).String(); c.First.Met.IsZero() || !sameDuration(got, want) {
			return mismatch("first response after", got, want)
		}
	}
	return nil
}

func sameDuration(got, want string) bool {
	a, err1 := time.ParseDuration(got)
	b, err2 := time.ParseDuration(want)
	return err1 == nil && err2 == nil && a == b
}

// outbox 2: so many mails went into the world.
func (s *story) outbox(_ context.Context, args []string) error {
	if want, _ := strconv.Atoi(args[0]); len(s.h.World.Sent) != want {
		return mismatch("mails sent", len(s.h.World.Sent), want)
	}
	return nil
}

// subject 1 'Re: Broken kettle 100012': of the newest answer of case 1.
func (s *story) subject(ctx context.Context, args []string) error {
	m := s.lastOut(ctx, s.id(ctx, args[0]))
	if want := s.fill(ctx, args[1]); m == nil || m.Subject != want {
		return mismatch("subject", m, want)
	}
	return nil
}

// delivery 1 delivered: state of the newest answer of case 1.
func (s *story) delivery(ctx context.Context, args []string) error {
	if m := s.lastOut(ctx, s.id(ctx, args[0])); m == nil || string(m.Delivery) != args[1] {
		return mismatch("delivery", m, args[1])
	}
	return nil
}

// receipt 1 delivered [hard=yes] [tls=yes] [reason=x] [to=a@b.example,c@d.example]: the channel says so of the newest answer of case 1; hard: the address takes no
// mail for good, tls: for there is no secure way to it. receipt 1 opened: somebody opened it.
func (s *story) receipt(ctx context.Context, args []string) error {
	m := s.lastOut(ctx, s.id(ctx, args[0]))
	if m == nil {
		return fmt.Errorf("no answer in case %s", args[0])
	}
	o := options(args)
	r := desk.Receipt{Tenant: Tenant, Message: m.ID(), MailID: "0102aa-1@eu-west-1.amazonses.com", Delivery: guichet.Delivery(args[1]), At: s.h.Now(),
		Recipients: envelope(m), Reason: o["reason"], Opened: args[1] == "opened"}
	if o["to"] != "" {
		r.Recipients = strings.Split(o["to"], ",")
	}
	switch {
	case o["tls"] == "yes":
		r.Stop = guichet.StoppedByTLS
	case o["hard"] == "yes" && r.Delivery == guichet.Complained:
		r.Stop = guichet.StoppedByComplaint
	case o["hard"] == "yes":
		r.Stop = guichet.StoppedByBounce
	}
	err := s.h.Desk.Receipt(ctx, r)
	s.h.Settle(ctx)
	return err
}

func envelope(m *guichet.Message) []string {
	var out []string
	for _, list := range [][]guichet.Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			out = append(out, p.Addr)
		}
	}
	return out
}

// relay down | up | refuses 'reason' | smtp
func (s *story) relay(ctx context.Context, args []string) error {
	s.h.World.Down = args[0] == "down"
	s.h.World.Refuse = ""
	switch args[0] {
	case "refuses":
		s.h.World.Refuse = args[1]
	case "smtp":
		s.h.World.SES = false
	}
	return nil
}

func (s *story) settle(ctx context.Context, _ []string) error { s.h.Settle(ctx); return nil }

// redeliver hands out all facts again.
func (s *story) redeliver(ctx context.Context, _ []string) error { s.h.Redeliver(ctx); return nil }

// sweep [times]
func (s *story) sweep(ctx context.Context, args []string) error {
	n := 1
	if len(args) > 0 {
		n, _ = strconv.Atoi(args[0])
	}
	for range n {
		if err := s.h.Desk.SweepSLA(ctx); err != nil {
			return err
		}
	}
	s.h.Settle(ctx)
	return nil
}

// facts 1 sla.breached 1: case 1 has so many facts of that kind. The count must be exact.
func (s *story) facts(ctx context.Context, args []string) error {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, args[0]), 0, 1000)
	if err != nil {
		return err
	}
	n := 0
	for _, f := range all {
		if string(f.Kind) == args[1] {
			n++
		}
	}
	if want, _ := strconv.Atoi(args[2]); n != want {
		return mismatch("facts "+args[1], n, want)
	}
	return nil
}

// breached 1 first 2026-03-02 13:00: the clock was missed at that instant (UTC).
func (s *story) breached(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	clock := map[string]guichet.Clock{"first": c.First, "resolution": c.Resolution}[args[1]]
	want, err := time.Parse("2006-01-02 15:04", strings.Join(args[2:], " "))
	if err != nil || !clock.Breached.Equal(want) {
		return mismatch("breached", clock.Breached, want)
	}
	return nil
}

// outcome new_case|threaded|duplicate|unknown_recipient: of the last mail, for its first recipient.
func (s *story) outcome(_ context.Context, args []string) error {
	var got []string
	for _, o := range s.last {
		got = append(got, o.Result)
	}
	if strings.Join(got, " ") != strings.Join(args, " ") {
		return mismatch("outcome", got, args)
	}
	return nil
}

// why 1 2 references: by which rule the 2nd message of case 1 found it.
func (s *story) why(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	m, err := s.h.Store.Message(ctx, Tenant, s.id(ctx, args[0]).Message(n))
	if err != nil {
		return err
	}
	if m.Why == nil || m.Why.Rule != args[2] {
		return mismatch("rule", m.Why, args[2])
	}
	return nil
}

// message 1 2 [auto=bounce] [text='...'] [files=2] [from=a@b] [warning=word] [held=yes] [subject=..]
func (s *story) message(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	m, err := s.h.Store.Message(ctx, Tenant, s.id(ctx, args[0]).Message(n))
	if err != nil {
		return err
	}
	for k, v := range options(args[2:]) {
		switch k {
		case "auto":
			if m.Auto != strings.Trim(v, "-") {
				return mismatch(k, m.Auto, v)
			}
		case "from":
			if m.From.Addr != v {
				return mismatch(k, m.From.Addr, v)
			}
		case "files":
			if strconv.Itoa(len(m.Files)) != v {
				return mismatch(k, m.Files, v)
			}
		case "text":
			if !strings.Contains(m.Text, strings.ReplaceAll(v, "_", " ")) {
				return mismatch(k, m.Text, v)
			}
		case "warning":
			if !slices.ContainsFunc(m.Warnings, func(w string) bool { return strings.Contains(w, v) }) {
				return mismatch(k, m.Warnings, v)
			}
		case "mood":
			if got := m.Sentiment; got == nil || string(got.Mood) != v {
				return mismatch(k, got, v)
			}
		case "held":
			if (m.Held != "") != (v == "yes") {
				return mismatch(k, m.Held, v)
			}
		default:
			return fmt.Errorf("no field %s", k)
		}
	}
	return nil
}

// quarantine 1: so many mails wait there, not yet released.
func (s *story) quarantine(ctx context.Context, args []string) error {
	list, _, err := s.h.Store.Quarantined(ctx, Tenant, 100, "")
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(h *store.Held) bool { return !h.Released.IsZero() })
	if want, _ := strconv.Atoi(args[0]); len(list) != want {
		return mismatch("quarantined", len(list), want)
	}
	return nil
}

// release 1 1 by ana
func (s *story) release(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	err := s.h.Desk.Release(ctx, Tenant, guichet.AgentID(args[3]), s.id(ctx, args[0]).Message(n))
	s.h.Settle(ctx)
	return err
}

// tag 1 spam on|off by ana
func (s *story) tag(ctx context.Context, args []string) error {
	err := s.h.Desk.SetTag(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]), args[1], args[2] == "on")
	s.h.Settle(ctx)
	return err
}
