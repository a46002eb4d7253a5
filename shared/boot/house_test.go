package boot

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/blob/folder"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

const tenant guichet.TenantID = "demo"

// world takes every mail, as SES would.
type world struct{ sent []channel.Outgoing }

func (w *world) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	w.sent = append(w.sent, m)
	id := "0102019f3c8e5b21-7d1e1c7a-2b1f-4f39-9d6e-6f3f1c2a9e10-000000"
	return channel.Sent{ID: id, MailID: channel.SESMailID(id, "eu-west-1"), Secure: true}, nil
}

// house is the real desk on SQLite and a folder, at a standing clock, with the tenant demo and the agent ana.
type house struct {
	*desk.Desk
	db    *sqlite.DB
	world *world
}

func newHouse(t *testing.T) *house {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	blobs, err := folder.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: db, world: &world{}}
	h.Desk = &desk.Desk{Store: store.New(db, blobs, now), Now: now, Key: []byte("a key for tests, 32 bytes of it.."), Send: func(*guichet.Channel) channel.Sender { return h.world }}
	ctx := t.Context()
	all := []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote}
	for _, err := range []error{
		h.Store.SaveTenant(ctx, guichet.Tenant{ID: tenant, Name: "Demo", Domains: []string{"demo.example"}}),
		h.Store.SaveChannel(ctx, guichet.Channel{Tenant: tenant, ID: "support", Kind: "email", Address: "support@demo.example", Outbound: true, Skill: "support"}),
		h.Store.SaveSkill(ctx, tenant, guichet.Skill{ID: "support", Name: "support"}),
		h.Store.SaveRole(ctx, tenant, guichet.Role{ID: "agent", Rights: map[guichet.ChannelID][]guichet.Permission{"*": all}}),
		h.Store.SaveAgent(ctx, tenant, guichet.Agent{ID: "ana", Name: "Ana", Role: "agent", Presence: guichet.Available, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// arrives stores a mail as SES does, and returns the notification of it.
func (h *house) arrives(t *testing.T, id string) string {
	t.Helper()
	raw := "From: Bo <bo@customer.example>\r\nTo: support@demo.example\r\nSubject: Broken kettle\r\nMessage-ID: <" + id + "@customer.example>\r\n\r\nIt is broken.\r\n"
	in := desk.Incoming{
		Raw: store.InKey(id), From: "bo@customer.example", Recipients: []string{"support@demo.example"}, ReceivedAt: h.Now(), Receipt: id,
		Verdicts: guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"},
	}
	if err := h.Store.Blobs.Put(t.Context(), in.Raw, strings.NewReader(raw), int64(len(raw))); err != nil {
		t.Fatal(err)
	}
	return Notice(in)
}

// facts returns what happened in the house, in order.
func (h *house) facts(t *testing.T) []guichet.Fact {
	t.Helper()
	changes, err := h.db.Changes(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []guichet.Fact
	for _, c := range changes {
		f, err := store.Facts(c.Item)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f...)
	}
	return out
}

// waiting returns the messages for one function that the relay would put on its queue.
func (h *house) waiting(t *testing.T, function string) events.SQSEvent {
	var e events.SQSEvent
	for _, m := range Messages(h.facts(t)) {
		if m.Function == function {
			e.Records = append(e.Records, queued(m.Dedup, m.Group, 1, m.Body))
		}
	}
	return e
}

// queued is a message as Lambda hands it over.
func queued(id, group string, times int, body string) events.SQSMessage {
	b, _ := json.Marshal(times)
	return events.SQSMessage{MessageId: id, Body: body, Attributes: map[string]string{"MessageGroupId": group, "ApproximateReceiveCount": string(b)}}
}

func batch(bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, b := range bodies {
		e.Records = append(e.Records, queued(string(rune('a'+i)), "", 1, b))
	}
	return e
}

// failed returns the ids that a handler wants again, "a b".
func failed(t *testing.T, h Queued, e events.SQSEvent) string {
	t.Helper()
	out, err := h(t.Context(), e)
	if err != nil {
		t.Fatalf("the handler failed as a whole: %v", err)
	}
	var ids []string
	for _, f := range out.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// sample reads a file of events/aws.
func sample(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../events/aws", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func messageCount(t *testing.T, h *house, id guichet.CaseID) int {
	t.Helper()
	c, err := h.Store.Case(t.Context(), tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Messages
}

// TestMain keeps the log of what is meant to fail out of the way; -v shows it.
func TestMain(m *testing.M) {
	flag.Parse()
	if !testing.Verbose() {
		slog.SetDefault(slog.New(slog.DiscardHandler))
	}
	os.Exit(m.Run())
}
