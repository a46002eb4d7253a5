package desktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// A031: whatever a message came by, the same code makes a case of it, finds its skill and its agent, and runs its clocks. Each scenario below is played by mail, by a
// form and by a messaging channel, in a house of its own; what can be seen of the house at the end must be the same to the word.

// medium is a way into the house.
type medium struct {
	name    string
	channel guichet.ChannelID
	// says brings a message of a person in a conversation; the same id is the same message.
	says func(ctx context.Context, s *scene, who, thread, id, text string) (desk.Outcome, error)
	addr func(s *scene, who string) string
	told func(s *scene, m *guichet.Message, delivery guichet.Delivery) error // the channel says what became of an answer
	left func(h *House) int                                                  // how many answers went out
}

// scene is a house in which one scenario is played by one medium.
type scene struct {
	*House
	t       *testing.T
	m       medium
	tenant  guichet.TenantID
	began   map[string]guichet.CaseID // the case of each conversation, by its name
	cases   []guichet.CaseID          // in the order in which they came
	results []string
}

var media = []medium{
	{name: "mail", channel: "support", says: byMail, addr: func(_ *scene, who string) string { return who + "@customer.example" }, told: toldBySES, left: func(h *House) int { return len(h.World.Sent) }},
	{name: "form", channel: "support", says: byForm, addr: func(_ *scene, who string) string { return who + "@customer.example" }, told: toldBySES, left: func(h *House) int { return len(h.World.Sent) }},
	{name: "byoc", channel: "chat", says: byChat, addr: func(s *scene, who string) string {
		return mail.ChatAddress(&guichet.Channel{Tenant: s.tenant, ID: "chat"}, who)
	}, told: toldByBox, left: func(h *House) int { return len(h.World.Boxed) }},
}

func byMail(ctx context.Context, s *scene, who, thread, id, text string) (desk.Outcome, error) {
	to := map[guichet.TenantID]string{Tenant: "support@demo.example", acme: "help@acme.example"}[s.tenant]
	raw := fmt.Sprintf("From: %s@customer.example\r\nTo: %s\r\nSubject: About %s\r\nMessage-ID: <%s@customer.example>\r\nReferences: <root-%s@customer.example>\r\n\r\n%s\r\n", who, to, thread, id, thread, text)
	in := desk.Incoming{Raw: store.InKey("media-" + string(s.tenant) + id), ReceivedAt: s.Now(), Receipt: "media-" + id, From: who + "@customer.example", Recipients: []string{to},
		Verdicts: guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}}
	if err := s.Blobs.Put(ctx, in.Raw, bytes.NewReader([]byte(raw)), int64(len(raw))); err != nil && !guichet.Is(err, guichet.Exists) {
		return desk.Outcome{}, err
	}
	out, err := s.Desk.ReceiveMail(ctx, in)
	if err != nil {
		return desk.Outcome{}, err
	}
	return out[0], nil
}

// byForm: a form knows no conversations but by the ticket number.
func byForm(ctx context.Context, s *scene, who, thread, id, text string) (desk.Outcome, error) {
	subject := "About " + thread
	if c := s.began[thread]; c != "" {
		subject += " " + string(c)
	}
	form := TheForm
	if s.tenant == acme {
		form = "acme-abcdefghijklmnopqrstuvwxyz"
	}
	before := s.tickets()
	got, err := s.Desk.SubmitForm(ctx, form, desk.Submission{Key: id, IP: "192.0.2.1", Values: map[string][]string{"email": {who + "@customer.example"}, "subject": {subject}, "text": {text}}})
	o := desk.Outcome{Tenant: s.tenant, Channel: "support", Message: got.Case.Message(1), Result: desk.Threaded}
	if s.tickets() > before {
		o.Result = desk.NewCase
	}
	return o, err
}

func byChat(ctx context.Context, s *scene, who, thread, id, text string) (desk.Outcome, error) {
	body, err := json.Marshal(map[string]any{
		"idOnExternalPlatform": id, "direction": "inbound", "thread": map[string]any{"idOnExternalPlatform": thread}, "title": "About " + thread,
		"authorEndUserIdentity": map[string]any{"idOnExternalPlatform": who}, "messageContent": map[string]any{"type": "TEXT", "payload": map[string]any{"text": text}},
	})
	if err != nil {
		return desk.Outcome{}, err
	}
	got, err := s.Desk.ReceiveChat(ctx, "chat", strings.Replace(ChatToken, "demo.", string(s.tenant)+".", 1), body)
	return got.Outcome, err
}

func toldBySES(s *scene, m *guichet.Message, d guichet.Delivery) error {
	return s.Desk.Receipt(s.t.Context(), desk.Receipt{Tenant: s.tenant, Message: m.ID(), MailID: m.SentID, Delivery: d, At: s.Now(), Recipients: envelope(m), Code: "refused"})
}

func toldByBox(s *scene, m *guichet.Message, d guichet.Delivery) error {
	return s.Desk.ChatStatus(s.t.Context(), "chat", ChatToken, m.Envelope.Chat.Message, []byte(`{"status":"`+string(d)+`"}`))
}

// told has the channel say what became of the newest answer of the n-th case.
func (s *scene) told(n int, d guichet.Delivery) {
	s.t.Helper()
	list, err := s.Store.Messages(s.t.Context(), s.tenant, s.cases[n-1], 1, 100)
	s.must(err)
	s.then(s.m.told(s, list[len(list)-1], d))
}

func (s *scene) tickets() int {
	all, _, err := s.Store.Recent(s.t.Context(), s.tenant, 100, "")
	s.must(err)
	return len(all)
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// say brings a message, and lets the house do what follows. What the same message became the second time says so.
func (s *scene) say(who, thread, id, text string) desk.Outcome {
	s.t.Helper()
	before := s.messages()
	o, err := s.m.says(s.t.Context(), s, who, thread, id, text)
	s.must(err)
	s.Settle(s.t.Context())
	if s.messages() == before {
		o.Result = desk.Duplicate
	}
	if o.Result == desk.NewCase {
		s.cases = append(s.cases, o.Message.Case())
	}
	if o.Result != desk.Duplicate {
		s.began[thread] = o.Message.Case()
	}
	s.results = append(s.results, o.Result)
	return o
}

func (s *scene) messages() (n int) {
	all, _, err := s.Store.Recent(s.t.Context(), s.tenant, 100, "")
	s.must(err)
	for _, c := range all {
		n += c.Messages
	}
	return n
}

func (s *scene) wait(d time.Duration) { s.SetNow(s.Now().Add(d)) }

// set changes the channel's settings.
func (s *scene) set(change func(*guichet.Channel)) {
	cfg, err := s.Store.FreshConfig(s.t.Context(), s.tenant)
	s.must(err)
	ch := *cfg.Channels[s.m.channel]
	change(&ch)
	s.must(s.Store.SaveChannel(s.t.Context(), ch))
}

// then settles what a move led to.
func (s *scene) then(err error) {
	s.t.Helper()
	s.must(err)
	s.Settle(s.t.Context())
}

func (s *scene) answer(n int, text string) {
	s.t.Helper()
	_, err := s.Desk.Reply(s.t.Context(), s.tenant, "ana", s.cases[n-1], desk.Answer{Text: text})
	s.then(err)
}

// newScene furnishes a house for a medium: the same agents, skills, targets and settings for all.
func newScene(t *testing.T, m medium) *scene {
	s := &scene{House: New(t, open(t)), t: t, m: m, tenant: Tenant, began: map[string]guichet.CaseID{}}
	ctx := t.Context()
	s.SetNow(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	s.must(s.Talk(ctx, "chat", nil))
	s.must(s.Store.SaveForm(ctx, guichet.Form{ID: TheForm, Name: "Form", Channel: "support", Enabled: true, PerHour: 1000, Acknowledge: true,
		Fields: guichet.FormFields{Email: "email", Subject: "subject", Text: "text"}}))
	s.must(s.Store.SaveTag(ctx, Tenant, guichet.Tag{ID: "spam"}))
	for id, k := range map[guichet.AgentID]guichet.SkillID{"ana": "support", "bo": "billing"} {
		s.must(s.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: id, Name: string(id), Role: "agent", Presence: guichet.Available, Limit: 3, Skills: map[guichet.SkillID]int{k: 1}}))
	}
	s.set(func(c *guichet.Channel) { c.Anyone = m.name == "form" })
	return s
}

// view is all that can be seen of the house, in words that no medium has for itself.
func (s *scene) view() string {
	var b strings.Builder
	fmt.Fprintf(&b, "results %v, answers out %d\n", s.results, s.m.left(s.House))
	all, _, err := s.Store.Recent(s.t.Context(), s.tenant, 100, "")
	s.must(err)
	slices.Reverse(all)
	for i, c := range all {
		fmt.Fprintf(&b, "case %d: %s skill=%s agent=%s waiting=%v people=%v tags=%v messages=%d in=%d out=%d held=%v merged=%v parts=%d subject=%q opened=%s\n", i+1, c.Status, c.Skill, c.Agent, c.Waiting(),
			len(c.People), c.Tags, c.Messages, c.In, c.Out, c.Held, c.Merged != "", len(c.Parts), c.Subject, c.Opened.Format("15:04"))
		fmt.Fprintf(&b, "  clocks %+v %+v %+v\n", c.First, c.Next, c.Resolution)
		list, err := s.Store.Messages(s.t.Context(), s.tenant, c.ID, 1, 100)
		s.must(err)
		for _, m := range list {
			fmt.Fprintf(&b, "  %s by=%s from=%s text=%q held=%q delivery=%s\n", m.Direction, m.By, m.From.Addr, strings.TrimSpace(m.Text), m.Held, m.Delivery)
		}
		facts, err := s.Store.History(s.t.Context(), s.tenant, c.ID, 0, 1000)
		s.must(err)
		for _, f := range facts {
			for _, k := range []string{"rule", "reason", "related", "considered", "channel"} {
				delete(f.Detail, k)
			}
			fmt.Fprintf(&b, "  %s %s by=%s at=%s %v\n", f.ID, f.Message, f.By, f.At.Format("15:04"), f.Detail)
		}
	}
	text := b.String()
	for _, who := range []string{"bo", "cy", "di"} {
		text = strings.ReplaceAll(text, s.m.addr(s, who), who)
	}
	for i, c := range all {
		text = strings.ReplaceAll(text, string(c.ID), fmt.Sprintf("#%d", i+1))
	}
	for _, ch := range []string{"support@demo.example", mail.ChatPoint("chat")} {
		text = strings.ReplaceAll(text, ch, "us")
	}
	return numberInSubject.ReplaceAllString(text, `"`)
}

// numberInSubject is what a form alone needs to say which case it is about.
var numberInSubject = regexp.MustCompile(` #\d+"`)

// scenario is one row of the table: what happens, and what must stand in the view of every medium, so that nothing is equal because nothing happened.
type scenario struct {
	name string
	play func(s *scene)
	see  []string
	not  map[string]string // media that cannot have it, and why
}

var noThread = map[string]string{"form": "what a form sends names no other message"}

var scenarios = []scenario{
	{"a new case", func(s *scene) { s.say("bo", "k", "k1", "Broken") },
		[]string{"results [new_case]", "case 1: open skill=support agent=ana", "case.opened@1", "interaction.received@1", "case.assigned@2", "sla.started@1", "subject=\"About k\""}, nil},
	{"it joins", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.wait(time.Minute)
		s.say("bo", "k", "k2", "Still broken")
	}, []string{"results [new_case threaded]", "messages=2 in=2"}, nil},
	{"two conversations of one person", func(s *scene) { s.say("bo", "k", "k1", "Broken"); s.say("bo", "l", "l1", "Lost") }, []string{"results [new_case new_case]", "case 2:"}, nil},
	{"again and again", func(s *scene) {
		for range 3 {
			s.say("bo", "k", "k1", "Broken")
		}
		s.say("bo", "k", "k2", "Still")
		s.say("bo", "k", "k1", "Broken")
		s.Redeliver(s.t.Context())
	}, []string{"results [new_case duplicate duplicate threaded duplicate]", "messages=2"}, map[string]string{"form": "the number in its subject makes another message of it"}},
	{"the later one first", func(s *scene) {
		s.say("bo", "k", "k2", "Still")
		s.say("bo", "k", "root-k", "Broken")
	}, []string{"results [new_case threaded]", "messages=2"}, noThread},
	{"the skill of the channel", func(s *scene) {
		s.set(func(c *guichet.Channel) { c.Skill = "billing" })
		s.say("bo", "k", "k1", "My bill")
	}, []string{"skill=billing agent=bo"}, nil},
	{"nobody free, then somebody", func(s *scene) {
		s.must(s.Desk.SetPresence(s.t.Context(), s.tenant, "ana", guichet.Offline))
		s.say("bo", "k", "k1", "Broken")
		s.wait(5 * time.Minute)
		s.then(s.Desk.SetPresence(s.t.Context(), s.tenant, "ana", guichet.Available))
	}, []string{"case.waiting@1", "case.assigned@3", "at=09:05"}, nil},
	{"to another skill", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.then(s.Desk.Transfer(s.t.Context(), s.tenant, "ana", s.cases[0], "billing"))
	}, []string{"skill=billing agent=bo", "case.transferred"}, nil},
	{"no more than one can hold", func(s *scene) {
		for _, k := range []string{"a", "b", "c", "d"} {
			s.say("bo", k, k+"1", "Broken")
		}
	}, []string{"case 3: open skill=support agent=ana", "case 4: new skill=support agent= waiting=true"}, nil},
	{"an answer stops the clock at sent", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.wait(11 * time.Minute)
		s.answer(1, "Mended")
	}, []string{"answers out 1", "Met:2026-03-02 09:11:00", "reply.sent@", "sla.met@"}, nil},
	{"what became of an answer", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.answer(1, "Mended")
		s.wait(time.Minute)
		s.told(1, guichet.Delivered)
		s.told(1, guichet.Delivered)
		s.told(1, guichet.Failed) // a weaker word takes nothing back
		s.answer(1, "Really")
		s.told(1, guichet.Failed)
	}, []string{"delivery=delivered", "delivery=failed", "reply.delivery@"}, nil},
	{"an answer that waits, and one that is refused", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.World.Down, s.World.Box.Down = true, true
		_, err := s.Desk.Reply(s.t.Context(), s.tenant, "ana", s.cases[0], desk.Answer{Text: "Mended"})
		s.must(err)
		s.Settle(s.t.Context())
		s.World.Down, s.World.Box.Down = false, false
		s.wait(10 * time.Minute)
		s.Settle(s.t.Context())
		s.World.Refuse, s.World.Box.Refuse = "no such user", "no such user"
		s.answer(1, "Hello?")
	}, []string{"reply.sent@", "at=09:10", "delivery=failed", "reply.failed@"}, nil},
	{"acknowledged once", func(s *scene) {
		s.set(func(c *guichet.Channel) { c.Ack = "We have it: {ticket}" })
		s.say("bo", "k", "k1", "Broken")
		s.say("bo", "l", "l1", "Lost")
	}, []string{"answers out 1", "We have it:", "kind:auto-reply"}, nil},
	{"late, and told once", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.wait(5 * time.Hour)
		s.must(s.Desk.SweepSLA(s.t.Context()))
		s.must(s.Desk.SweepSLA(s.t.Context()))
		s.answer(1, "Sorry")
	}, []string{"sla.breached@", "Breached:2026-03-02 13:00:00"}, nil},
	{"over night the clock stands", func(s *scene) {
		s.wait(7*time.Hour + 30*time.Minute) // 17:30 in Paris
		s.say("bo", "k", "k1", "Broken")
		s.wait(17 * time.Hour)
		s.must(s.Desk.SweepSLA(s.t.Context()))
	}, []string{"Due:2026-03-03 11:30:00"}, nil},
	{"the channel's own targets", func(s *scene) {
		s.set(func(c *guichet.Channel) {
			c.SLA, c.OwnSLA = &guichet.SLA{First: 60, Resolution: 3600, Calendar: guichet.Calendar{Zone: "UTC", AlwaysOn: true}}, true
		})
		s.say("bo", "k", "k1", "Broken")
		s.wait(2 * time.Minute)
		s.must(s.Desk.SweepSLA(s.t.Context()))
	}, []string{"Breached:2026-03-02 09:01:00"}, nil},
	{"next response", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.answer(1, "Which?")
		s.wait(time.Hour)
		s.say("bo", "k", "k2", "The blue one")
		s.wait(time.Minute)
		s.answer(1, "Ah")
	}, []string{"answers out 2", "messages=4 in=2 out=2"}, nil},
	{"pending wakes", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.then(s.Desk.SetStatus(s.t.Context(), s.tenant, "ana", s.cases[0], guichet.Pending))
		s.wait(time.Hour)
		s.say("bo", "k", "k2", "Here is the number")
	}, []string{"case.status-changed", "case 1: open"}, nil},
	{"a blocked sender waits in quarantine, and is released", func(s *scene) {
		s.must(s.Store.SaveLists(s.t.Context(), s.tenant, store.Lists{Block: []string{s.m.addr(s, "bo")}}))
		s.say("bo", "k", "k1", "Buy")
		s.say("cy", "l", "l1", "Broken")
		s.wait(time.Minute)
		s.then(s.Desk.Release(s.t.Context(), s.tenant, "ana", s.cases[0].Message(1)))
	}, []string{"interaction.suspected", "interaction.quarantined", "interaction.released", "case 2: open"}, nil},
	{"too many within ten minutes", func(s *scene) {
		s.set(func(c *guichet.Channel) { c.Burst = 2 })
		for i := range 4 {
			s.say("bo", fmt.Sprint("k", i), fmt.Sprint("m", i), "Buy")
		}
	}, []string{"burst.began", "interaction.quarantined", "held=true"}, nil},
	{"reopened", func(s *scene) { rest(s, "") }, []string{"results [new_case threaded]", "case.reopened", "case 1: open"}, nil},
	{"never reopened", func(s *scene) { rest(s, "never") }, []string{"results [new_case new_case]", "case 1: closed"}, nil},
	{"reopened within a day", func(s *scene) { s.set(func(c *guichet.Channel) { c.ReopenN = 1 }); rest(s, "new-after") }, []string{"results [new_case threaded]", "case 1: open"}, nil},
	{"not reopened after days", func(s *scene) {
		s.set(func(c *guichet.Channel) { c.ReopenN = 1 })
		s.say("bo", "k", "k1", "Broken")
		s.then(s.Desk.SetStatus(s.t.Context(), s.tenant, "ana", s.cases[0], guichet.Closed))
		s.wait(50 * time.Hour)
		s.set(func(c *guichet.Channel) { c.Reopen = "new-after" })
		s.say("bo", "k", "k2", "Again")
	}, []string{"results [new_case new_case]", "case 2: open"}, nil},
	{"merged, answered, parted", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.say("bo", "l", "l1", "Lost")
		s.then(s.Desk.Merge(s.t.Context(), s.tenant, "ana", s.cases[1], s.cases[0]))
		s.say("bo", "l", "l2", "Really lost")
		s.answer(1, "We look")
		s.then(s.Desk.Unmerge(s.t.Context(), s.tenant, "ana", s.cases[1]))
	}, []string{"results [new_case new_case threaded]", "case.merged", "case.unmerged", "answers out 1"}, nil},
	{"split", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.say("bo", "k", "k2", "And something else")
		c, err := s.Desk.Split(s.t.Context(), s.tenant, "ana", s.cases[0].Message(2))
		s.cases = append(s.cases, c)
		s.then(err)
		s.say("bo", "k", "k3", "Of the first")
	}, []string{"case.split"}, nil},
	{"two persons in one conversation", func(s *scene) { s.say("bo", "k", "k1", "Broken"); s.say("cy", "k", "k2", "Here, too") }, []string{"results [new_case threaded]", "people=2"},
		map[string]string{"mail": "an unseen mail connects them, and they share nobody", "form": noThread["form"]}},
	{"the agent leaves", func(s *scene) {
		s.say("bo", "k", "k1", "Broken")
		s.then(s.Desk.Return(s.t.Context(), s.tenant, "ana", s.cases[0]))
	}, []string{"case.returned"}, nil},
}

// rest closes a case, and has its contact write an hour later.
func rest(s *scene, policy string) {
	s.set(func(c *guichet.Channel) { c.Reopen = policy })
	s.say("bo", "k", "k1", "Broken")
	s.answer(1, "Mended")
	s.then(s.Desk.SetStatus(s.t.Context(), s.tenant, "ana", s.cases[0], guichet.Closed))
	s.wait(time.Hour)
	s.say("bo", "k", "k2", "Broken again")
}

// TestA031TenantsNeverMeet: by every medium the same person, the same ids and the same words open a case of the other tenant's own.
func TestA031TenantsNeverMeet(t *testing.T) {
	for _, m := range media {
		t.Run(m.name, func(t *testing.T) {
			h := twoTenants(t)
			ctx := t.Context()
			s := &scene{House: h, t: t, m: m, tenant: Tenant, began: map[string]guichet.CaseID{}}
			s.must(h.Talk(ctx, "chat", nil))
			theirs := desk.TalkChannel(acme, "chat")
			theirs.Name, theirs.Skill = "chat", "support"
			s.must(h.Store.SaveChannel(ctx, theirs))
			s.must(h.Store.SaveBox(ctx, &guichet.Box{Tenant: acme, Channel: "chat", Token: desk.TokenHash(strings.Replace(ChatToken, "demo.", "acme.", 1))}))
			for _, id := range []guichet.FormID{TheForm, "acme-abcdefghijklmnopqrstuvwxyz"} {
				s.must(h.Store.SaveForm(ctx, guichet.Form{ID: id, Name: "Form", Channel: "support", Enabled: true, PerHour: 1000, Fields: guichet.FormFields{Email: "email", Subject: "subject", Text: "text"}}))
			}
			s.set(func(c *guichet.Channel) { c.Anyone = true })
			s.say("bo", "k", "k1", "Ours")
			s.say("bo", "k", "k2", "Ours")
			before, err := h.Shape(ctx, Whole)
			s.must(err)
			s.tenant = acme
			s.set(func(c *guichet.Channel) { c.Anyone = true })
			for i, id := range []string{"k1", "k2", "k9"} {
				s.tenant, s.began["k"] = acme, s.cases[0] // the number of demo's case, where a form names one
				o := s.say("bo", "k", id, "Theirs")
				if o.Tenant != acme || o.Result == desk.Duplicate {
					t.Errorf("message %d of acme's: %+v", i+1, o)
				}
			}
			all, _, err := h.Store.Recent(ctx, acme, 100, "")
			s.must(err)
			want := 1
			if m.name == "form" { // it knows acme's number only from the second on, and is told demo's
				want = len(all)
			}
			n := 0
			for _, c := range all {
				n += c.Messages
			}
			if len(all) != want || n != 3 {
				t.Errorf("acme has %d cases with %d messages, want %d with 3", len(all), n, want)
			}
			after, err := h.Shape(ctx, Whole)
			if err != nil || after != before {
				t.Errorf("demo changed: %v\n%s", err, diff(string(before), string(after)))
			}
		})
	}
}

// TestA031OneWayForAllMedia plays every scenario by every medium.
func TestA031OneWayForAllMedia(t *testing.T) {
	played := 0
	for _, c := range scenarios {
		t.Run(c.name, func(t *testing.T) {
			first, by := "", ""
			for _, m := range media {
				if c.not[m.name] != "" {
					continue
				}
				s := newScene(t, m)
				c.play(s)
				view := s.view()
				if len(s.Fails) > 0 {
					t.Errorf("by %s: %v", m.name, s.Fails)
				}
				for _, want := range c.see {
					if !strings.Contains(view, want) {
						t.Errorf("by %s: there is no %q in\n%s", m.name, want, view)
					}
				}
				if played++; first == "" {
					first, by = view, m.name
				} else if view != first {
					t.Errorf("by %s it ends otherwise than by %s:\n%s", m.name, by, diff(first, view))
				}
			}
		})
	}
	t.Logf("%d scenarios, played %d times", len(scenarios), played)
}
