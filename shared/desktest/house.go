// Package desktest builds a house for a test: standing clock, counting ids, facts that go by the plan, a world that can be down. It runs
// the stories of testdata/stories on any ledger engine.
package desktest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"guichet/shared/blob"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/plan"
	"guichet/shared/script/expr"
	"guichet/shared/store"
)

// Tenant is the tenant of every house.
const Tenant guichet.TenantID = "demo"

// lang is the language of conditions of every house: it knows no tenant and keeps no state but what it compiled its names to.
var lang = &expr.CEL{}

// House is a whole contact centre in memory, but for its ledger.
type House struct {
	Desk  *desk.Desk
	Store *store.Store
	Blobs blob.Blobs
	World *World
	Feed  *Recorder

	mu    sync.Mutex
	now   time.Time
	mails int
	done  int // facts that were handed out
	Fails []error

	Lame   bool // the function that runs scripts fails at each call
	Queued int  // deliveries of facts to functions so far
}

// LedgerNow is the clock of a ledger under a house of this package: its first moment, so that nothing of a story has expired before it began.
func LedgerNow() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) }

// New builds a house with the demo tenant on a ledger, for a test.
func New(t testing.TB, l ledger.Ledger) *House {
	h, err := Build(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Build builds a house with the demo tenant on a ledger.
func Build(ctx context.Context, l ledger.Ledger) (*House, error) {
	h := &House{now: LedgerNow(), Feed: &Recorder{Ledger: l}, Blobs: NewBlobs(), World: &World{SES: true}}
	h.Store = store.New(h.Feed, h.Blobs, h.Now)
	h.Desk = &desk.Desk{Store: h.Store, Now: h.Now, Lang: lang, Key: []byte("a key for tests, 32 bytes of it.."), Send: func(*guichet.Channel) channel.Sender { return h.World }}
	h.Desk.Vault, h.Desk.Relay = vault(), func(s channel.SMTP) channel.Prober { return &theirs{h.World, s} }
	h.Desk.Unlist, h.Desk.Tell = h.World.unlist, h.World.tell
	h.Desk.Boxes = func(b channel.Box) channel.Sender { return &boxes{h.World, b} }
	h.Desk.Identities, h.Desk.Feeds = channel.OneMachine{}, daysOf{w: h.World}
	return h, h.furnish(ctx)
}

// Now is the standing clock.
func (h *House) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// SetNow moves the clock.
func (h *House) SetNow(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = t.UTC()
}

// Everything is the role that may do everything.
var Everything = guichet.Role{ID: "agent", Name: "Agent", Rights: map[guichet.ChannelID][]guichet.Permission{
	"*": {guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote, guichet.CanConfigure, guichet.CanRelease,
		guichet.CanCreateSkills, guichet.CanEditSkills, guichet.CanShred, guichet.CanRate},
}}

// furnish gives the house its tenant: two channels, two skills, roles, an SLA in business hours of Paris.
func (h *House) furnish(ctx context.Context) error {
	week := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"09:00-18:00"}
	}
	err := h.Store.SaveTenant(ctx, guichet.Tenant{ID: Tenant, Name: "Demo", Domains: []string{"demo.example"}, SLA: guichet.SLA{
		First: 4 * 3600, Resolution: 18 * 3600, Calendar: guichet.Calendar{Zone: "Europe/Paris", Week: week}}})
	if err != nil {
		return err
	}
	for _, name := range []string{"support", "billing"} {
		ch := guichet.Channel{Tenant: Tenant, ID: guichet.ChannelID(name), Kind: "email", Name: name, Address: name + "@demo.example", Display: "Demo " + name,
			Outbound: true, Skill: guichet.SkillID(name), SpamTag: "spam"}
		if err := h.Store.SaveChannel(ctx, ch); err != nil {
			return err
		}
		if err := h.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: guichet.SkillID(name), Name: name}); err != nil {
			return err
		}
	}
	reader := guichet.Role{ID: "reader", Name: "Reader", Rights: map[guichet.ChannelID][]guichet.Permission{"*": {guichet.CanRead}}}
	blind := guichet.Role{ID: "blind", Name: "No skills", Rights: map[guichet.ChannelID][]guichet.Permission{"*": {guichet.CanRead, guichet.CanReply}}}
	for _, r := range []guichet.Role{Everything, reader, blind} {
		if err := h.Store.SaveRole(ctx, Tenant, r); err != nil {
			return err
		}
	}
	return nil
}

// Put stores the bytes of a mail as the receiving server does; those of one that is there already stay.
func (h *House) Put(ctx context.Context, raw []byte) (desk.Incoming, error) {
	h.mu.Lock()
	h.mails++
	id := fmt.Sprintf("receipt%06d", h.mails)
	at := h.now
	h.mu.Unlock()
	in := desk.Incoming{Raw: store.InKey(id), ReceivedAt: at, Receipt: id}
	err := h.Blobs.Put(ctx, in.Raw, bytes.NewReader(raw), int64(len(raw)))
	if guichet.Is(err, guichet.Exists) {
		err = nil
	}
	return in, err
}

// Flow returns what a function does with a fact.
func (h *House) Flow(function string) func(context.Context, guichet.Fact) error {
	if h.Lame && function == plan.Workflow {
		return Lost
	}
	return map[string]func(context.Context, guichet.Fact) error{
		"spam": h.Desk.JudgeSpam, "routing": h.Desk.Route, "deliver": h.Desk.Deliver, plan.Workflow: h.Desk.Workflow, plan.Export: h.Desk.Export,
	}[function]
}

// Settle hands out the facts by the plan until nothing happens any more. What fails for now is tried again by the next Settle, as a queue would; what it holds up of its own case waits with it.
func (h *House) Settle(ctx context.Context) {
	h.Fails = nil
	held := map[string]bool{}
	var again []Delivery
	run := func(d Delivery) {
		h.Queued++
		key := d.Function + " " + d.Fact.Group()
		if held[key] {
			again = append(again, d)
			return
		}
		if err := h.Flow(d.Function)(ctx, d.Fact); err != nil {
			held[key] = true
			again = append(again, d)
			h.Fails = append(h.Fails, fmt.Errorf("%s %s: %w", d.Function, d.Fact.ID, err))
		}
	}
	for _, d := range h.Feed.takeWaiting() {
		run(d)
	}
	for {
		fresh := h.Feed.since(&h.done)
		if len(fresh) == 0 {
			break
		}
		for _, f := range fresh {
			for _, fn := range plan.WaitingFor(f) {
				run(Delivery{fn, f})
			}
		}
	}
	h.Feed.wait(again)
}

// Redeliver hands out every fact that ever was, once more, as a queue that forgot what it delivered.
func (h *House) Redeliver(ctx context.Context) {
	h.done = 0
	h.Settle(ctx)
}

// Delivery is a fact on its way to a function.
type Delivery struct {
	Function string
	Fact     guichet.Fact
}
