package desktest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

const acme guichet.TenantID = "acme"

// twoTenants is a house with the demo tenant at work and a second one that has a channel, an agent of every right, and no case.
func twoTenants(t *testing.T) *House {
	ctx := t.Context()
	h := New(t, open(t))
	for _, err := range []error{
		chaosAgent(ctx, h),
		h.Store.SaveTenant(ctx, guichet.Tenant{ID: acme, Name: "Acme", Domains: []string{"acme.example"}}),
		h.Store.SaveChannel(ctx, guichet.Channel{Tenant: acme, ID: "support", Kind: "email", Address: "help@acme.example", Outbound: true, Skill: "support"}),
		h.Store.SaveSkill(ctx, acme, guichet.Skill{ID: "support", Name: "support"}),
		h.Store.SaveRole(ctx, acme, Everything),
		h.Store.SaveAgent(ctx, acme, guichet.Agent{ID: "eve", Name: "eve", Role: "agent", Presence: guichet.Offline, Limit: 9, Skills: map[guichet.SkillID]int{"support": 1}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 {
		arrive(t, h, "support@demo.example", fmt.Sprintf("Bo <bo@customer.example>|Kettle %d|k%d@customer.example|", i+1, i+1))
		if _, err := h.Desk.Reply(ctx, Tenant, "ana", guichet.NewCaseID(int64(i+1)), desk.Answer{Text: "Which model?"}); err != nil {
			t.Fatal(err)
		}
		h.Settle(ctx)
	}
	arriveAs(t, h, "support@demo.example", "Vi <vi@rus.example>|Open me|v1@rus.example|", guichet.Verdicts{Virus: "FAIL"})
	return h
}

// arrive delivers a mail written as "from|subject|message id|in-reply-to", from a proven sender.
func arrive(t *testing.T, h *House, to, text string) desk.Outcome {
	return arriveAs(t, h, to, text, guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"})
}

func arriveAs(t *testing.T, h *House, to, text string, v guichet.Verdicts) desk.Outcome {
	t.Helper()
	f := strings.Split(text, "|")
	raw := "From: " + f[0] + "\r\nTo: " + to + "\r\nSubject: " + f[1] + "\r\nMessage-ID: <" + f[2] + ">\r\n"
	if f[3] != "" {
		raw += "In-Reply-To: <" + f[3] + ">\r\nReferences: <" + f[3] + ">\r\n"
	}
	in, err := h.Put(t.Context(), []byte(raw+"\r\nHello.\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.Recipients, in.Verdicts = "someone@elsewhere.example", []string{to}, v
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 1 {
		t.Fatalf("%s: %v, %v", text, out, err)
	}
	h.Settle(t.Context())
	return out[0]
}

// TestMailFindsNothingOfAnotherTenant: whatever of demo's a mail to acme names, it opens a case of acme's own.
func TestMailFindsNothingOfAnotherTenant(t *testing.T) {
	h := twoTenants(t)
	number := guichet.NewCaseID(1)
	sent := func(n int64) *guichet.Message {
		m, err := h.Store.Message(t.Context(), Tenant, guichet.NewCaseID(n).Message(2))
		if err != nil || m.SentID == "" {
			t.Fatalf("demo's answer: %v, %v", m, err)
		}
		return m
	}
	plus := mail.PlusAddress(h.Desk.Key, Tenant, number, "help@acme.example")
	for i, c := range []struct{ name, to, text string }{
		{"the ticket number of a case", "help@acme.example", "Bo <bo@customer.example>|Re: Kettle " + string(number) + "|x1@customer.example|"},
		{"the Message-ID of the very mail", "help@acme.example", "Bo <bo@customer.example>|Kettle 1|k1@customer.example|"},
		{"an answer to a mail of the contact", "help@acme.example", "Bo <bo@customer.example>|Re: Kettle|x3@customer.example|k2@customer.example"},
		{"an answer to a signed Message-ID", "help@acme.example", "Bo <bo@customer.example>|Re: Kettle|x4@customer.example|" + sent(3).MailID},
		{"an answer to what SES made of it", "help@acme.example", "Bo <bo@customer.example>|Re: Kettle|x5@customer.example|" + sent(4).SentID},
		{"a signed plus address", plus, "Bo <bo@customer.example>|Re: Kettle|x6@customer.example|"},
	} {
		o := arrive(t, h, c.to, c.text)
		if o.Result != desk.NewCase || o.Tenant != acme || o.Message.Case() != guichet.NewCaseID(int64(i+1)) {
			t.Errorf("%s: %+v, want acme's %d. case", c.name, o, i+1)
		}
	}
	for n := range int64(4) {
		if c, err := h.Store.Case(t.Context(), Tenant, guichet.NewCaseID(n+1)); err != nil || c.Messages != 2 {
			t.Errorf("demo's %d. case: %+v, %v", n+1, c, err)
		}
	}
	if c, err := h.Store.Case(t.Context(), acme, number); err != nil || c.Tenant != acme || c.People[0] != "bo@customer.example" || c.Subject == "Kettle 1" {
		t.Errorf("acme's case with the same number: %+v, %v", c, err)
	}
}

// nothing is what a call with another tenant's id may give: an error that says no more than "not there", or an empty answer.
func nothing(err error, found int) error {
	switch {
	case found != 0:
		return fmt.Errorf("found %d", found)
	case err == nil, guichet.Is(err, guichet.NotFound), guichet.Is(err, guichet.Denied), guichet.Is(err, guichet.Invalid):
		return nil
	}
	return err
}

// areaCrossings are the calls of an area that its own file adds, by init.
var areaCrossings []func(*testing.T, *House) map[string]func(context.Context) error

// TestNoCallCrossesTenants: every call of the desk and the store, as acme and with demo's ids, finds nothing and changes nothing of demo's.
func TestNoCallCrossesTenants(t *testing.T) {
	h := twoTenants(t)
	ctx := t.Context()
	calls := crossings(t, h)
	for _, area := range append(areaCrossings, settingsCrossings, sendingCrossings, brandCrossings, levelCrossings, scriptCrossings) {
		maps.Copy(calls, area(t, h))
	}
	before, err := h.Shape(ctx, Whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range calls {
		if err := f(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.Settle(ctx)
	if len(h.Fails) > 0 {
		t.Errorf("failed: %v", h.Fails)
	}
	if after, err := h.Shape(ctx, Whole); err != nil || after != before {
		t.Errorf("demo changed: %v\n%s", err, diff(string(before), string(after)))
	}
	if n := len(h.World.Sent); n != 4 {
		t.Errorf("%d mails went out, want demo's 4", n)
	}
	for _, of := range []any{h.Desk, h.Store} {
		rt := reflect.TypeOf(of)
		for i := range rt.NumMethod() {
			name := strings.TrimPrefix(rt.String(), "*") + "." + rt.Method(i).Name
			if calls[name] == nil && !slices.Contains(noTenant, name) {
				t.Errorf("%s is not tried with another tenant's ids: add it to crossings", name)
			}
		}
	}
}

// noTenant are the calls that know no tenant, or that are given one by the caller's own transaction.
var noTenant = []string{
	"desk.Desk.ReceiveMail", "desk.Desk.KnownRecipient", "desk.Desk.SweepSLA", // by address, see above; by the clock
	"store.Store.TakeLane", "store.Store.Quota", "store.Store.SaveQuota", // the account's
	"store.Store.Relays", "store.Store.SaveRelay", "store.Store.DropRelay", "desk.Desk.Reseal", // an operator's, who looks after all; a relay names its tenant
	"store.Store.DueFeeds", "store.Store.SaveFeed", "store.Store.DropFeed", // by the clock; a feed names its tenant
	"store.Store.Commit", "store.Store.Due", "store.Store.Swept", "store.Store.SetSwept", "store.Store.MissedTurns", "store.Store.SaveMissed", "store.Store.DropMissed", "store.Store.SaveHours", "store.Store.SaveMoving", "store.Store.ToMove", "store.Store.ToSeat", // by the clock
	"store.Store.SaveChannelWith", "store.Store.NextBrand", "store.Store.SetWriting",
	"store.Store.Commit", "store.Store.Due", "store.Store.Swept", "store.Store.SetSwept", "store.Store.NextCase",
	"store.Store.PutNotice", "store.Store.Park", "store.Store.Unpark", "store.Store.GiveUp", "store.Store.Parked", "store.Store.Dead", "store.Store.FeedRead", "store.Store.SetFeedRead",
	"store.Store.SaveTenant", "store.Store.SaveChannel", "store.Store.SaveSkill", "store.Store.SaveRole", "store.Store.SaveLists", "store.Store.SaveAgent", // below: domains
	"store.Store.SaveChannelBy", "store.Store.SaveTag", "store.Store.SaveDomain", "store.Store.ReleaseDomain",
	"store.Store.SaveScript", "store.Store.SaveRule", "store.Store.SaveFields",
	"store.Store.PutSkill", "store.Store.SaveCampaign", "store.Store.SaveQueue",
}

// crossings are all calls, by name, as acme's eve.
func crossings(t *testing.T, h *House) map[string]func(context.Context) error {
	d, s, id := h.Desk, h.Store, guichet.NewCaseID(1)
	msg, held := id.Message(2), guichet.NewCaseID(5).Message(1)
	bo := store.ContactID("bo@customer.example")
	kept, _, err := d.KeepFile(t.Context(), Tenant, "ana", []byte("demo's"))
	if err != nil {
		t.Fatal(err)
	}
	fact := func(k guichet.FactKind) guichet.Fact {
		return guichet.Fact{ID: guichet.FactID(k, 9), Kind: k, Tenant: acme, Case: id, Message: msg, Agent: "ana"}
	}
	calls := routingCrossings(d, s, id)
	maps.Copy(calls, map[string]func(context.Context) error{
		"desk.Desk.See": func(ctx context.Context) error {
			seen, err := d.See(ctx, acme, "eve", id)
			if err == nil {
				return fmt.Errorf("saw %+v", seen.Case)
			}
			return nothing(err, 0)
		},
		"desk.Desk.Reply": func(ctx context.Context) error {
			_, err := d.Reply(ctx, acme, "eve", id, desk.Answer{Text: "x"})
			return refused(err)
		},
		"desk.Desk.KeepFile": func(ctx context.Context) error {
			_, _, err := d.KeepFile(ctx, acme, "ana", []byte("x"))
			return refused(err)
		},
		"desk.Desk.KeptFile": func(ctx context.Context) error { _, err := d.KeptFile(ctx, acme, kept); return refused(err) },
		"desk.Desk.AddNote": func(ctx context.Context) error {
			_, err := d.AddNote(ctx, acme, "eve", id, "x", "")
			return refused(err)
		},
		"desk.Desk.SetStatus": func(ctx context.Context) error {
			return refused(d.SetStatus(ctx, acme, "eve", id, guichet.Resolved))
		},
		"desk.Desk.Assign":   func(ctx context.Context) error { return refused(d.Assign(ctx, acme, "eve", id, "eve")) },
		"desk.Desk.Return":   func(ctx context.Context) error { return refused(d.Return(ctx, acme, "eve", id)) },
		"desk.Desk.Transfer": func(ctx context.Context) error { return refused(d.Transfer(ctx, acme, "eve", id, "support")) },
		"desk.Desk.SetTag":   func(ctx context.Context) error { return refused(d.SetTag(ctx, acme, "eve", id, "spam", true)) },
		"desk.Desk.Merge": func(ctx context.Context) error {
			return refused(d.Merge(ctx, acme, "eve", guichet.NewCaseID(2), id))
		},
		"desk.Desk.Unmerge": func(ctx context.Context) error { return refused(d.Unmerge(ctx, acme, "eve", id)) },
		"desk.Desk.Split": func(ctx context.Context) error {
			_, err := d.Split(ctx, acme, "eve", id.Message(1))
			return refused(err)
		},
		"desk.Desk.Release":  func(ctx context.Context) error { return refused(d.Release(ctx, acme, "eve", held)) },
		"desk.Desk.MarkSpam": func(ctx context.Context) error { return refused(d.MarkSpam(ctx, acme, "eve", msg, true)) },
		"desk.Desk.CaseAt":   func(ctx context.Context) error { _, err := d.CaseAt(ctx, acme, id, 1); return refused(err) },
		"desk.Desk.Replay":   func(ctx context.Context) error { _, err := d.Replay(ctx, acme, id.Message(1)); return refused(err) },
		"desk.Desk.SetPresence": func(ctx context.Context) error {
			return refused(d.SetPresence(ctx, acme, "ana", guichet.Offline))
		},
		"desk.Desk.Receipt": func(ctx context.Context) error {
			return refused(d.Receipt(ctx, desk.Receipt{Tenant: acme, Message: msg, Delivery: guichet.Bounced, At: h.Now()}))
		},
		"desk.Desk.Route": func(ctx context.Context) error {
			return nothing(d.Route(ctx, fact(guichet.CaseWaiting)), 0)
		},
		"desk.Desk.Deliver": func(ctx context.Context) error { return refused(d.Deliver(ctx, fact(guichet.ReplyQueued))) },
		"desk.Desk.GiveUp": func(ctx context.Context) error {
			return refused(d.GiveUp(ctx, fact(guichet.ReplyQueued), guichet.Errorf(guichet.Temporary, "no answer")))
		},
		"desk.Desk.JudgeSpam": func(ctx context.Context) error { return refused(d.JudgeSpam(ctx, fact(guichet.InteractionSuspected))) },
		"store.Store.Case":    func(ctx context.Context) error { _, err := s.Case(ctx, acme, id); return refused(err) },
		"store.Store.LiveCase": func(ctx context.Context) error {
			_, err := s.LiveCase(ctx, acme, id)
			return refused(err)
		},
		"store.Store.Follow": func(ctx context.Context) error {
			n := 0
			_, err := s.Follow(ctx, acme, id, func(*guichet.Case) { n++ })
			return cmp.Or(refused(err), nothing(nil, n))
		},
		"store.Store.Cases": func(ctx context.Context) error {
			m, err := s.Cases(ctx, acme, []guichet.CaseID{id}, func(*guichet.Case) {})
			return nothing(err, len(m))
		},
		"store.Store.Inbox": func(ctx context.Context) error {
			l, _, err := s.Inbox(ctx, acme, "ana", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.Queue": func(ctx context.Context) error {
			l, _, err := s.Queue(ctx, acme, "support", 9, "")
			return nothing(err, len(l))
		},
		"store.Store.OfContact": func(ctx context.Context) error {
			l, _, err := s.OfContact(ctx, acme, bo, 9, "")
			return nothing(err, len(l))
		},
		"store.Store.Recent":  func(ctx context.Context) error { l, _, err := s.Recent(ctx, acme, 9, "5"); return nothing(err, len(l)) },
		"store.Store.Message": func(ctx context.Context) error { _, err := s.Message(ctx, acme, msg); return refused(err) },
		"store.Store.Messages": func(ctx context.Context) error {
			l, err := s.Messages(ctx, acme, id, 1, 9)
			return nothing(err, len(l))
		},
		"store.Store.History": func(ctx context.Context) error { l, err := s.History(ctx, acme, id, 0, 9); return nothing(err, len(l)) },
		"store.Store.Agent":   func(ctx context.Context) error { _, err := s.Agent(ctx, acme, "ana"); return refused(err) },
		"store.Store.Agents": func(ctx context.Context) error {
			l, err := s.Agents(ctx, acme)
			return nothing(err, len(slices.DeleteFunc(l, func(a guichet.Agent) bool { return a.ID == "eve" })))
		},
		"store.Store.Contact": func(ctx context.Context) error {
			c, err := s.Contact(ctx, acme, "bo@customer.example")
			return nothing(err, int(c.Version))
		},
		"store.Store.ContactByID": func(ctx context.Context) error {
			c, err := s.ContactByID(ctx, acme, bo)
			return nothing(err, int(c.Version))
		},
		"store.Store.Quarantined": func(ctx context.Context) error {
			l, _, err := s.Quarantined(ctx, acme, 9, "")
			return nothing(err, len(l))
		},
		"store.Store.HeldMail": func(ctx context.Context) error {
			_, err := s.HeldMail(ctx, acme, h.Now(), string(held))
			return refused(err)
		},
		"store.Store.Refs": func(ctx context.Context) error {
			m, err := s.Refs(ctx, acme, []string{"k1@customer.example"})
			return nothing(err, len(m["k1@customer.example"].Entries))
		},
		"store.Store.Config": func(ctx context.Context) error {
			c, err := s.Config(ctx, acme)
			if err == nil && (c.Tenant.ID != acme || len(c.Channels) != 1 || c.Owns("support@demo.example")) {
				return fmt.Errorf("acme's configuration holds demo's")
			}
			return err
		},
		"store.Store.FreshConfig": func(ctx context.Context) error {
			c, err := s.FreshConfig(ctx, acme)
			if err == nil && (len(c.Channels) != 1 || len(c.Roles) != 1) {
				return fmt.Errorf("acme's configuration holds demo's")
			}
			return err
		},
		"store.Store.TenantOf": func(ctx context.Context) error {
			of, err := s.TenantOf(ctx, "demo.example")
			if err != nil || of != Tenant {
				return fmt.Errorf("demo's domain belongs to %q, %v", of, err)
			}
			// A tenant that claims another's domain gets nothing.
			if err := s.SaveTenant(ctx, guichet.Tenant{ID: "thief", Name: "Thief", Domains: []string{"demo.example"}}); !guichet.Is(err, guichet.Conflict) {
				return fmt.Errorf("a thief took demo's domain: %v", err)
			}
			return nil
		},
	})
	return calls
}

// refused says that a call must fail, as if there were nothing.
func refused(err error) error {
	if err == nil {
		return fmt.Errorf("it did not fail")
	}
	return nothing(err, 0)
}
