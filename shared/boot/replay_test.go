package boot

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"guichet/shared/blob/folder"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

func TestInboundTakesMailAndReplays(t *testing.T) {
	h := newHouse(t)
	inbound := lambda.NewHandler(Inbound(h.Desk))
	invoke := func(payload string) (string, error) {
		b, err := inbound.Invoke(t.Context(), []byte(payload))
		return string(b), err
	}
	mails, _ := json.Marshal(batch(h.arrives(t, "first"), "}not json{"))
	answer, err := invoke(string(mails))
	if err != nil {
		t.Fatal(err)
	}
	var failed events.SQSEventResponse
	if err := json.Unmarshal([]byte(answer), &failed); err != nil || len(failed.BatchItemFailures) != 1 || failed.BatchItemFailures[0].ItemIdentifier != "b" {
		t.Fatalf("a batch is answered %s, %v; want the second as failed", answer, err)
	}
	id := string(guichet.NewCaseID(1).Message(1))
	if n := messageCount(t, h, guichet.NewCaseID(1)); n != 1 {
		t.Fatalf("case has %d messages, want 1", n)
	}
	writes, facts := h.db.Usage().Writes, len(h.facts(t))
	answer, err = invoke(`{"replay":{"tenant":"demo","message":"` + id + `"}}`)
	var r desk.Replayed
	if err != nil || json.Unmarshal([]byte(answer), &r) != nil || !r.Same || r.Now.Rule != "new" || string(r.Message) != id {
		t.Fatalf("a replay is answered %s, %v", answer, err)
	}
	if h.db.Usage().Writes != writes || len(h.facts(t)) != facts {
		t.Error("a replay wrote")
	}
	for payload, want := range map[string]guichet.Kind{
		`{"replay":{"tenant":"demo","message":"100014-99"}}`:              guichet.NotFound,
		`{"replay":{"tenant":"demo","message":"` + "x#y" + `"}}`:          guichet.NotFound,
		`{"replay":{"tenant":"other","message":"` + id + `"}}`:            guichet.NotFound,
		`{"replay":{"tenant":"~sla#x","message":"` + id + `"}}`:           guichet.Invalid,
		`{"replay":{"message":"` + id + `"}}`:                             guichet.Invalid,
		`{"replay":["demo"]}`:                                             guichet.Poison,
		`{"Records":"none"}`:                                              guichet.Poison,
		`"replay"`:                                                        guichet.Poison,
		`{"Records":1,"replay":{"tenant":"demo","message":"` + id + `"}}`: guichet.Poison,
	} {
		if _, err := Inbound(h.Desk)(t.Context(), json.RawMessage(payload)); guichet.KindOf(err) != want {
			t.Errorf("%s: %v, want the kind %v", payload, err, want)
		}
	}
	t.Run("a mail that speaks of a replay is a mail", func(t *testing.T) {
		note := strings.Replace(h.arrives(t, "second"), `{`, `{"replay":{"tenant":"demo","message":"`+id+`"},`, 1)
		mails, _ := json.Marshal(batch(note))
		if answer, err := invoke(string(mails)); err != nil || answer != `{"batchItemFailures":null}` && answer != `{"batchItemFailures":[]}` {
			t.Errorf("answered %s, %v", answer, err)
		}
		messageCount(t, h, guichet.NewCaseID(2))
	})
}

func FuzzInbound(f *testing.F) {
	f.Add(`{"replay":{"tenant":"demo","message":"100014-1"}}`)
	f.Add(`{"Records":[{"body":"{}"}],"replay":null}`)
	f.Add(`{"replay":{"tenant":"demo","message":"100014-99999999999999999999"}}`)
	f.Add(`[]`)
	l := memory(f)
	d := &desk.Desk{Store: l, Now: time.Now, Key: make([]byte, 32)}
	f.Fuzz(func(t *testing.T, payload string) {
		answer, err := Inbound(d)(t.Context(), json.RawMessage(payload))
		if err == nil && answer == nil {
			t.Errorf("%q gave %v and %v", payload, answer, err)
		}
		if k := guichet.KindOf(err); err != nil && k != guichet.Poison && k != guichet.Invalid && k != guichet.NotFound {
			t.Errorf("%q failed as %v: %v", payload, k, err)
		}
	})
}

func memory(t testing.TB) *store.Store {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	blobs, err := folder.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return store.New(db, blobs, time.Now)
}
