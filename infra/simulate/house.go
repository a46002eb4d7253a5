package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// The tenant of a simulated house, and its domain.
const (
	tenant guichet.TenantID = "sim"
	domain string           = "house.example"
)

// clerk is who closes the cases of contacts who gave up. He has every right and never gets a case.
const clerk guichet.AgentID = "clerk"

// house is the product, whole, in memory and in virtual time: its desk, its rules, its table of who waits for which fact.
type house struct {
	desk   *desk.Desk
	store  *store.Store
	ledger *memory.Ledger
	blobs  *memory.Blobs
	now    time.Time
	read   int64 // position on the change feed
	sent   int   // mails that left
	seen   func(guichet.Fact)
	waits  map[guichet.FactKind][]func(context.Context, guichet.Fact) error
}

// newHouse builds and furnishes the house of a scenario. Each fact goes to seen, then to the functions that wait for it.
func newHouse(ctx context.Context, s *Scenario, seen func(guichet.Fact)) (*house, error) {
	h := &house{now: s.begin.UTC(), seen: seen, waits: map[guichet.FactKind][]func(context.Context, guichet.Fact) error{}}
	clock := func() time.Time { return h.now }
	h.ledger, h.blobs = memory.New(clock), memory.NewBlobs(clock)
	h.store = store.New(h.ledger, h.blobs, clock)
	h.desk = &desk.Desk{Store: h.store, Now: clock, Key: []byte("a simulated house signs with this"), Send: func(*guichet.Channel) channel.Sender { return h }}
	flows := map[string]func(context.Context, guichet.Fact) error{"spam": h.desk.JudgeSpam, "routing": h.desk.Route, "deliver": h.desk.Deliver, plan.Workflow: h.desk.Workflow, plan.Export: h.desk.Export}
	for _, row := range plan.Rows {
		for _, k := range row.Facts {
			if flows[row.Name] == nil {
				return nil, fmt.Errorf("function %s waits for facts, and the simulated house does not know it", row.Name)
			}
			h.waits[k] = append(h.waits[k], flows[row.Name])
		}
	}
	return h, furnish(ctx, h.store, s)
}

var everything = guichet.Role{ID: "agent", Name: "Agent", Rights: map[guichet.ChannelID][]guichet.Permission{
	"*": {guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote, guichet.CanRelease},
}}

// furnish saves the tenant, a channel for each skill, and the clerk.
func furnish(ctx context.Context, to *store.Store, s *Scenario) error {
	t := guichet.Tenant{ID: tenant, Name: s.Name, Domains: []string{domain}, SLA: s.SLA.level(s.zone.String())}
	err := errors.Join(to.SaveTenant(ctx, t), to.SaveRole(ctx, tenant, everything),
		to.SaveAgent(ctx, tenant, guichet.Agent{ID: clerk, Name: "Clerk", Role: everything.ID, Presence: guichet.Offline}))
	for _, k := range s.Skills {
		ch := guichet.Channel{Tenant: tenant, ID: guichet.ChannelID(k.Name), Kind: "email", Name: k.Name, Address: k.Name + "@" + domain, Outbound: true,
			Skill: guichet.SkillID(k.Name)}
		if k.SLA != nil {
			level := k.SLA.level(s.zone.String())
			ch.SLA, ch.OwnSLA = &level, true
		}
		err = errors.Join(err, to.SaveSkill(ctx, tenant, k.skill()), to.SaveChannel(ctx, ch))
	}
	return err
}

// Send takes every mail, as SES would: it gives it an id of its own.
func (h *house) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	h.sent++
	id := fmt.Sprintf("0102018d%024d-000000", h.sent)
	return channel.Sent{ID: id, MailID: id + "@eu-west-1.amazonses.com"}, nil
}

// settle hands out the facts by the plan until nothing happens any more.
func (h *house) settle(ctx context.Context) error {
	for {
		changes, err := h.ledger.Changes(ctx, h.read, ledger.MaxPage)
		if err != nil || len(changes) == 0 {
			return err
		}
		for _, c := range changes {
			facts, err := store.Facts(c.Item)
			if err != nil {
				return err
			}
			for _, f := range facts {
				h.seen(f)
				for _, flow := range h.waits[f.Kind] {
					if err := flow(ctx, f); err != nil {
						return fmt.Errorf("%s of case %s: %w", f.Kind, f.Case, err)
					}
				}
			}
			h.read = c.Seq
			h.ledger.Forget(c.Item.Key) // no flow reads facts back: they are for the history on the screen
		}
		h.ledger.Trim(h.read)
	}
}

// receive brings a mail of a contact to the house and returns its case.
func (h *house) receive(ctx context.Context, r *request) (guichet.CaseID, error) {
	name := fmt.Sprintf("%s-%d", r.stream.id, r.n)
	raw := r.mail(name, h.now)
	key := store.InKey(name)
	if err := h.blobs.Put(ctx, key, bytes.NewReader(raw), int64(len(raw))); err != nil {
		return "", err
	}
	out, err := h.desk.ReceiveMail(ctx, r.incoming(key, name, h.now))
	if err != nil {
		return "", err
	}
	if len(out) != 1 || out[0].Result != desk.NewCase {
		return "", fmt.Errorf("mail %s did not become a case: %+v", name, out)
	}
	return out[0].Message.Case(), nil
}

// from is the contact's address.
func (r *request) from() string {
	return fmt.Sprintf("c%d@%s.contacts.example", r.contact, r.stream.id)
}

// mail is what the contact writes.
func (r *request) mail(name string, now time.Time) []byte {
	return fmt.Appendf(nil, "From: Contact %d <%s>\r\nTo: <%s@%s>\r\nSubject: Question %s\r\nDate: %s\r\nMessage-ID: <%s@contacts.example>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nplease help me with my order %s.\r\n",
		r.contact, r.from(), r.stream.Skill, domain, name, now.Format(time.RFC1123Z), name, name)
}

// incoming is how it arrives.
func (r *request) incoming(key, name string, now time.Time) desk.Incoming {
	pass := guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
	return desk.Incoming{Raw: key, From: r.from(), Recipients: []string{r.stream.Skill + "@" + domain}, ReceivedAt: now, Receipt: name, Verdicts: pass}
}

// answer is an agent's answer to a case, which resolves it.
func (h *house) answer(ctx context.Context, who guichet.AgentID, r *request, id guichet.CaseID) error {
	m, err := h.desk.Reply(ctx, tenant, who, id, desk.Answer{Text: "Dear contact,\n\nthis is the answer to your question. It is on its way.\n\nYour house"})
	if err == nil {
		err = h.settle(ctx)
	}
	if err == nil {
		err = h.desk.SetStatus(ctx, tenant, who, id, guichet.Resolved)
	}
	if err == nil {
		err = h.settle(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s answers case %s: %w", who, id, err)
	}
	h.blobs.Forget(m.Raw) // nobody asks for them again
	h.blobs.Forget(store.InKey(fmt.Sprintf("%s-%d", r.stream.id, r.n)))
	return nil
}
