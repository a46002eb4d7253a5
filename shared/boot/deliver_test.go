package boot

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// TestTheLastTryTellsTheAgent: an answer that the world would not take waits until the last attempt, and then is failed, not lost from sight.
func TestTheLastTryTellsTheAgent(t *testing.T) {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := store.New(db, downBlobs{}, time.Now)
	d := &desk.Desk{Store: s, Now: time.Now, Send: func(*guichet.Channel) channel.Sender { return nil }}
	if err := s.SaveTenant(t.Context(), guichet.Tenant{ID: "demo"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveChannel(t.Context(), guichet.Channel{Tenant: "demo", ID: "support"}); err != nil {
		t.Fatal(err)
	}
	m := &guichet.Message{Tenant: "demo", Case: "100014", N: 1, Direction: guichet.Outbound, Channel: "support", Delivery: guichet.Queued, Raw: "out/x"}
	tx := &store.Tx{}
	tx.Message(m)
	tx.Case(&guichet.Case{Tenant: "demo", ID: "100014", Channel: "support", Status: guichet.Open, Messages: 1})
	if err := s.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	row, _ := plan.Find("deliver")
	body, _ := json.Marshal(guichet.Fact{ID: "reply.queued@1", Kind: guichet.ReplyQueued, Tenant: "demo", Case: "100014", Message: m.ID()})
	for _, c := range []struct {
		tries int
		fails int
		want  guichet.Delivery
	}{{1, 1, guichet.Queued}, {row.Attempts - 1, 1, guichet.Queued}, {row.Attempts, 0, guichet.Failed}, {row.Attempts + 1, 0, guichet.Failed}} {
		out, err := Deliver(d)(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{
			MessageId: "m", Body: string(body), Attributes: map[string]string{"MessageGroupId": "g", "ApproximateReceiveCount": strconv.Itoa(c.tries)}}}})
		if err != nil || len(out.BatchItemFailures) != c.fails {
			t.Errorf("try %d: got %v, %v; want %d failures", c.tries, out, err, c.fails)
		}
		if now, err := s.Message(t.Context(), "demo", m.ID()); err != nil || now.Delivery != c.want {
			t.Errorf("try %d: the answer is %v, %v; want %s", c.tries, now.Delivery, err, c.want)
		}
	}
}
