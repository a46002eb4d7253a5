package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"pgregory.net/rapid"

	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
)

// TestEveryEventHasItsFile: one file per type of what is told outside, read and written without loss and without a word that is not in the form.
func TestEveryEventHasItsFile(t *testing.T) {
	promised := files(t, "export")
	for _, typ := range guichet.EventTypes() {
		b, ok := promised[string(typ)]
		if !ok {
			t.Errorf("events/export/%s.json is missing", typ)
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		var e guichet.Event
		if err := dec.Decode(&e); err != nil || e.Type != typ || e.Schema != guichet.EventSchema || !strings.HasPrefix(e.ID, string(e.Tenant)+"/") || e.At.IsZero() {
			t.Errorf("%s: %+v, %v", typ, e, err)
		}
		again, err := json.Marshal(e)
		var was, is any
		if err != nil || json.Unmarshal(b, &was) != nil || json.Unmarshal(again, &is) != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("%s: a field is lost or was added on its way\ngot  %s\nwant %s", typ, again, b)
		}
		delete(promised, string(typ))
	}
	for name := range promised {
		t.Errorf("events/export/%s.json promises what nobody tells", name)
	}
}

// bus is a bus that takes PutEvents, and refuses entries as it is told to.
type bus struct {
	*httptest.Server
	refuse func(id string) string // error code; empty: taken
	taken  []string               // ids, in order
	calls  int
	bytes  int // of the largest request's details
}

func newBus(t *testing.T) *bus {
	b := &bus{refuse: func(string) string { return "" }}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Entries []struct{ EventBusName, Source, DetailType, Detail string }
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutEvents") || len(in.Entries) > 10 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b.calls++
		size, failed := 0, 0
		var out []map[string]string
		for _, e := range in.Entries {
			size += len(e.Detail) + len(e.DetailType) + len(e.Source)
			var ev guichet.Event
			if err := json.Unmarshal([]byte(e.Detail), &ev); err != nil || e.EventBusName != "guichet-export" || e.Source != "guichet" || e.DetailType != string(ev.Type) {
				t.Errorf("entry: %+v, %v", e, err)
			}
			if code := b.refuse(ev.ID); code != "" {
				failed++
				out = append(out, map[string]string{"ErrorCode": code, "ErrorMessage": "no"})
				continue
			}
			b.taken = append(b.taken, ev.ID)
			out = append(out, map[string]string{"EventId": fmt.Sprint("e", len(b.taken))})
		}
		b.bytes = max(b.bytes, size)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"FailedEntryCount": failed, "Entries": out})
	}))
	t.Cleanup(b.Close)
	return b
}

// tell returns the way to it, as a function has it.
func (b *bus) tell() func(context.Context, []guichet.Event) []error {
	env := map[string]string{"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": b.URL, "GUICHET_EXPORT_BUS": "guichet-export"}
	return NewEnv(func(k string) string { return env[k] }).Tell()
}

func eventNo(n int) guichet.Event {
	return guichet.Event{ID: fmt.Sprint("demo/", n), Type: "case.opened", Schema: 1, Tenant: "demo", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

// TestARefusedEntryComesAgainAlone: EventBridge says entry by entry what it took; throttled entries are tried again, those that it never takes are poison.
func TestARefusedEntryComesAgainAlone(t *testing.T) {
	b := newBus(t)
	b.refuse = func(id string) string {
		return map[string]string{"demo/3": "ThrottlingException", "demo/14": "InternalFailure", "demo/20": "MalformedDetail"}[id]
	}
	var list []guichet.Event
	for n := range 25 {
		list = append(list, eventNo(n))
	}
	fails := b.tell()(t.Context(), list)
	want := map[int]guichet.Kind{3: guichet.Temporary, 14: guichet.Temporary, 20: guichet.Poison}
	for n, err := range fails {
		if k, bad := want[n]; bad != (err != nil) || bad && !guichet.Is(err, k) {
			t.Errorf("event %d: %v", n, err)
		}
	}
	if len(b.taken) != 22 || b.calls != 3 || len(fails) != 25 {
		t.Errorf("%d taken in %d requests, %d answers; want 22, 3, 25", len(b.taken), b.calls, len(fails))
	}
	b.Close()
	for n, err := range b.tell()(shortly(t), list[:2]) {
		if !guichet.Is(err, guichet.Temporary) {
			t.Errorf("without a bus, event %d: %v", n, err)
		}
	}
}

// shortly is a context that ends before the SDK has tried often.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// TestNoRequestIsTooLarge: whatever events hold, each request stays within what EventBridge takes, and each event is told or refused by name.
func TestNoRequestIsTooLarge(t *testing.T) {
	b := newBus(t)
	tell := b.tell()
	rapid.Check(t, func(rt *rapid.T) {
		b.taken, b.bytes = nil, 0
		list := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) guichet.Event {
			e := eventNo(rapid.Int().Draw(rt, "n"))
			text := strings.Repeat(rapid.SampledFrom([]string{"a", "\x01", "é", "<", "\U0001F600"}).Draw(rt, "letter"), rapid.SampledFrom([]int{0, 2000, 60_000, 300_000}).Draw(rt, "length"))
			e.Message = &guichet.EventMessage{Text: text, To: []guichet.EventPerson{{Address: text[:len(text)/2]}}}
			if rapid.Bool().Draw(rt, "detail") {
				e.Detail = map[string]string{"reason": text}
			}
			return e
		}), 0, 30).Draw(rt, "events")
		fails := tell(t.Context(), list)
		told := 0
		for i, err := range fails {
			if err == nil {
				told++
			} else if !guichet.Is(err, guichet.Poison) || !strings.Contains(err.Error(), list[i].ID) {
				rt.Fatalf("event %d: %v", i, err)
			}
		}
		if len(fails) != len(list) || told != len(b.taken) || told != len(list) || b.bytes > maxEntryBytes {
			rt.Fatalf("%d events, %d answers, %d told, %d taken, the largest request of %d bytes", len(list), len(fails), told, len(b.taken), b.bytes)
		}
	})
}

// exporting is a house with a case, whose tenant lets out what happens, and the facts that leave.
func exporting(t *testing.T) (*desktest.House, []guichet.Fact) {
	db, err := sqlite.Open(t.TempDir()+"/ledger.db", desktest.LedgerNow, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h := desktest.New(t, db)
	if err := h.Store.SaveExport(t.Context(), desktest.Tenant, guichet.Export{Enabled: true, Words: true}); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		in, err := h.Put(t.Context(), fmt.Appendf(nil, "From: Bo <b%d@customer.example>\r\nSubject: Kettle\r\nMessage-ID: <%[1]d@x.example>\r\n\r\nIt leaks.\r\n", n))
		if err != nil {
			t.Fatal(err)
		}
		in.From, in.Recipients = "b@customer.example", []string{"support@demo.example"}
		if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	var facts []guichet.Fact
	for n := range int64(3) {
		list, err := h.Store.History(t.Context(), desktest.Tenant, guichet.NewCaseID(n+1), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if f.Leaves {
				facts = append(facts, f)
			}
		}
	}
	return h, facts
}

// TestTheBatchOfTheExport: what could not be told comes again, with what stands behind it of its case, and nothing else; poison holds nothing up.
func TestTheBatchOfTheExport(t *testing.T) {
	h, facts := exporting(t)
	if len(facts) != 6 { // opened and received, of three cases
		t.Fatalf("%d facts leave: %+v", len(facts), facts)
	}
	b := newBus(t)
	h.Desk.Tell = b.tell()
	run := Export(h.Desk)
	batch := func() events.SQSEvent {
		var e events.SQSEvent
		for i, f := range facts {
			body, _ := json.Marshal(f)
			e.Records = append(e.Records, events.SQSMessage{MessageId: fmt.Sprint(i), Body: string(body), Attributes: map[string]string{"MessageGroupId": f.Group()}})
		}
		e.Records = append(e.Records, events.SQSMessage{MessageId: "bad", Body: "{", Attributes: map[string]string{"MessageGroupId": facts[5].Group()}})
		return e
	}
	again := func(code string) []string {
		b.refuse = func(id string) string {
			if id == facts[2].EventID("case.opened") {
				return code
			}
			return ""
		}
		out, err := run(t.Context(), batch())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, f := range out.BatchItemFailures {
			ids = append(ids, f.ItemIdentifier)
		}
		return ids
	}
	for code, want := range map[string][]string{"": {"bad"}, "ThrottlingException": {"2", "3", "bad"}, "MalformedDetail": {"2", "bad"}} {
		if got := again(code); !slices.Equal(got, want) {
			t.Errorf("%q: come again %v, want %v", code, got, want)
		}
	}
}

// TestNothingIsQueuedWhereNothingLeaves: a tenant that lets out nothing pays for nothing.
func TestNothingIsQueuedWhereNothingLeaves(t *testing.T) {
	_, facts := exporting(t)
	to := func() (n int) {
		for _, m := range Messages(facts) {
			if m.Function == "export" {
				n++
			}
		}
		return n
	}
	if to() != len(facts) {
		t.Errorf("%d messages for %d facts that leave", to(), len(facts))
	}
	for i := range facts {
		facts[i].Leaves = false
	}
	if to() != 0 {
		t.Errorf("%d messages for facts that stay", to())
	}
}
