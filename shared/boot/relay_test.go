package boot

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"pgregory.net/rapid"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// shelf is FIFO queues in memory: it drops doubles as SQS does, and refuses what it is told to.
type shelf struct {
	taken  map[string][]Message
	dedup  map[string]bool
	refuse func(function string, call int) bool
	calls  int
	err    string // what a batch may never be
}

func newShelf() *shelf { return &shelf{taken: map[string][]Message{}, dedup: map[string]bool{}} }

func (s *shelf) send(_ context.Context, function string, batch []Message) (int, error) {
	groups := map[string]bool{}
	for _, m := range batch {
		if groups[m.Group] || m.Function != function {
			s.err = "a group stands twice in one request, or a message is in the wrong queue"
		}
		groups[m.Group] = true
	}
	if len(batch) == 0 || len(batch) > 10 {
		s.err = fmt.Sprintf("a request of %d messages", len(batch))
	}
	for i, m := range batch {
		s.calls++
		if s.refuse != nil && s.refuse(function, s.calls) {
			return i, errors.New("refused")
		}
		if !s.dedup[m.Dedup] {
			s.dedup[m.Dedup] = true
			s.taken[function] = append(s.taken[function], m)
		}
	}
	return len(batch), nil
}

func (s *shelf) ids(function string) (ids []string) {
	for _, m := range s.taken[function] {
		var f guichet.Fact
		_ = json.Unmarshal([]byte(m.Body), &f)
		ids = append(ids, m.Group+" "+f.ID)
	}
	return ids
}

// record is the stream record of an announced item with these facts.
func record(seq string, facts ...guichet.Fact) string {
	body, _ := json.Marshal(facts)
	return `{"eventName":"INSERT","dynamodb":{"SequenceNumber":"` + seq + `","NewImage":{"p":{"S":"demo#case#1"},"s":{"S":"f#1"},"v":{"N":"1"},"a":{"N":"1"},"b":{"B":"` +
		base64.StdEncoding.EncodeToString(body) + `"}}}}`
}

func stream(t testing.TB, records ...string) (e events.DynamoDBEvent) {
	t.Helper()
	if err := json.Unmarshal([]byte(`{"Records":[`+strings.Join(records, ",")+`]}`), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func fact(k guichet.FactKind, c guichet.CaseID, v int64) guichet.Fact {
	return guichet.Fact{ID: guichet.FactID(k, v), Kind: k, Tenant: "demo", Case: c, Version: v}
}

// again returns the sequence number from which the stream is to come again.
func again(t testing.TB, s *shelf, e events.DynamoDBEvent) string {
	t.Helper()
	out, err := Relay(s.send)(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if s.err != "" {
		t.Fatal(s.err)
	}
	if len(out.BatchItemFailures) == 0 {
		return ""
	}
	return out.BatchItemFailures[0].ItemIdentifier
}

func TestFactsGoWhereTheyAreWaitedFor(t *testing.T) {
	s := newShelf()
	var e events.DynamoDBEvent
	if err := json.Unmarshal([]byte(sample(t, "relay")), &e); err != nil {
		t.Fatal(err)
	}
	if seq := again(t, s, e); seq != "" {
		t.Fatalf("comes again from %s", seq)
	}
	if got := s.ids("routing"); !slices.Equal(got, []string{"demo/100014 case.waiting@1"}) || len(s.taken) != 1 {
		t.Errorf("routing got %v, all %v", got, s.taken)
	}
	t.Run("the stream comes again", func(t *testing.T) {
		if seq := again(t, s, e); seq != "" || len(s.taken["routing"]) != 1 {
			t.Errorf("from %q, routing has %d", seq, len(s.taken["routing"]))
		}
	})
}

func TestWhatIsNoFactNeverHoldsUpTheShard(t *testing.T) {
	good := record("7", fact(guichet.CaseWaiting, "100014", 1))
	for name, bad := range map[string]string{
		"a body that is no JSON":     strings.Replace(good, `"b":{"B":"`, `"b":{"B":"AAAA`, 1),
		"no body":                    strings.Replace(good, `"b":{"B"`, `"z":{"B"`, 1),
		"a body of another type":     strings.Replace(good, `"b":{"B":"`, `"b":{"S":"`, 1),
		"no key":                     strings.Replace(good, `"p":{"S"`, `"z":{"S"`, 1),
		"a fact without a tenant":    strings.Replace(record("6", guichet.Fact{ID: "x@1", Kind: guichet.CaseWaiting}), "demo#case#1", "demo#log#1", 1),
		"an object in place of list": record("6")[:0] + strings.Replace(record("6"), "bnVsbA==", base64.StdEncoding.EncodeToString([]byte(`{"kind":1}`)), 1),
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			if seq := again(t, s, stream(t, bad, good)); seq != "" {
				t.Errorf("comes again from %s", seq)
			}
			if len(s.taken["routing"]) != 1 {
				t.Errorf("routing has %v, want what stands behind", s.taken)
			}
		})
	}
}

func TestWhatIsNotAnnouncedIsLeftAlone(t *testing.T) {
	good := record("7", fact(guichet.CaseWaiting, "100014", 1))
	for name, r := range map[string]string{
		"not marked":       strings.Replace(good, `"a":{"N"`, `"z":{"N"`, 1),
		"a later version":  strings.Replace(good, `"v":{"N":"1"}`, `"v":{"N":"2"}`, 1),
		"removed":          strings.Replace(good, "NewImage", "OldImage", 1),
		"its counter ran":  strings.Replace(good, `"NewImage":`, `"OldImage":{"v":{"N":"1"},"a":{"N":"1"}},"NewImage":`, 1),
		"nothing inside":   `{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1"}}`,
		"an unknown shape": `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			if seq := again(t, s, stream(t, r)); seq != "" || len(s.taken) != 0 {
				t.Errorf("from %q, taken %v", seq, s.taken)
			}
		})
	}
}

func TestARefusalBringsTheStreamAgainFromThere(t *testing.T) {
	var records []string
	for i := int64(1); i <= 25; i++ {
		c := guichet.NewCaseID(i)
		records = append(records, record(fmt.Sprint(i), fact(guichet.CaseWaiting, c, i), fact(guichet.InteractionSuspected, c, i)))
	}
	s := newShelf()
	s.refuse = func(function string, _ int) bool { return function == "routing" && len(s.taken["routing"]) == 13 }
	if seq := again(t, s, stream(t, records...)); seq != "14" {
		t.Errorf("from %q, want 14", seq)
	}
	if len(s.taken["spam"]) != 25 {
		t.Errorf("spam has %d, want all 25: it is another queue", len(s.taken["spam"]))
	}
}

// TestTheRelayLosesDoublesAndTurnsNothing: whatever is refused whenever, in the end each function has each fact that it waits for once, and each
// group in order.
func TestTheRelayLosesDoublesAndTurnsNothing(t *testing.T) {
	kinds := []guichet.FactKind{guichet.CaseWaiting, guichet.InteractionSuspected, guichet.ReplyQueued, guichet.CaseOpened, guichet.CaseReturned}
	rapid.Check(t, func(rt *rapid.T) {
		var records []string
		want := map[string][]string{}
		versions := map[guichet.CaseID]int64{} // each case counts for itself: ids of facts are alike in different cases
		for i := range rapid.IntRange(1, 40).Draw(rt, "records") {
			c := guichet.NewCaseID(rapid.Int64Range(1, 4).Draw(rt, "case"))
			versions[c]++
			var facts []guichet.Fact
			for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 1, 3, func(k guichet.FactKind) guichet.FactKind { return k }).Draw(rt, "kinds") {
				f := fact(k, c, versions[c])
				facts = append(facts, f)
				for _, fn := range plan.Waiting(k) {
					want[fn] = append(want[fn], f.Group()+" "+f.ID)
				}
			}
			records = append(records, record(fmt.Sprint(i), facts...))
		}
		s := newShelf()
		s.refuse = func(string, int) bool { return rapid.IntRange(0, 9).Draw(rt, "luck") == 0 }
		from := 0
		for tries := 0; ; tries++ {
			if tries == 5 {
				s.refuse = nil
			}
			seq := again(t, s, stream(t, records[from:]...))
			if seq == "" {
				break
			}
			fmt.Sscan(seq, &from)
		}
		for fn, ids := range want {
			for _, group := range groups(ids) {
				if got, want := of(group, s.ids(fn)), of(group, ids); !slices.Equal(got, want) {
					rt.Fatalf("%s of %s: got %v, want %v", group, fn, got, want)
				}
			}
			if len(s.taken[fn]) != len(ids) {
				rt.Fatalf("%s has %d, want %d", fn, len(s.taken[fn]), len(ids))
			}
		}
	})
}

func groups(ids []string) (out []string) {
	for _, id := range ids {
		g, _, _ := strings.Cut(id, " ")
		out = append(out, g)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func of(group string, ids []string) (out []string) {
	for _, id := range ids {
		if strings.HasPrefix(id, group+" ") {
			out = append(out, id)
		}
	}
	return out
}

func TestIdsThatSQSTakes(t *testing.T) {
	for name, f := range map[string]guichet.Fact{
		"a case":                  fact(guichet.CaseWaiting, "100014", 1),
		"an agent with a space":   {ID: "agent.changed@1", Kind: guichet.AgentPresence, Tenant: "demo", Agent: "Ana Ölçer"},
		"an agent without an end": {ID: "agent.changed@1", Kind: guichet.AgentPresence, Tenant: "demo", Agent: guichet.AgentID(strings.Repeat("a", 200))},
	} {
		t.Run(name, func(t *testing.T) {
			ms := Messages([]guichet.Fact{f})
			if len(ms) != 1 {
				t.Fatalf("%d messages", len(ms))
			}
			for _, id := range []string{ms[0].Group, ms[0].Dedup} {
				if id == "" || len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
					t.Errorf("SQS does not take %q", id)
				}
			}
		})
	}
}

func TestWhatOfABatchWasTaken(t *testing.T) {
	refused := func(ids ...string) (out []types.BatchResultErrorEntry) {
		for _, id := range ids {
			out = append(out, types.BatchResultErrorEntry{Id: aws.String(id), Code: aws.String("InternalError")})
		}
		return out
	}
	for _, c := range []struct {
		name   string
		failed []types.BatchResultErrorEntry
		want   int
	}{
		{"all", nil, 5}, {"the first is refused", refused("0", "3"), 0}, {"the third is refused", refused("4", "2"), 2}, {"an id that is none", refused("x"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n, err := taken(5, c.failed); n != c.want || (err != nil) != (c.want < 5) {
				t.Errorf("got %d, %v; want %d", n, err, c.want)
			}
		})
	}
}

func TestATraceIsPassedOn(t *testing.T) {
	batch := Messages([]guichet.Fact{fact(guichet.CaseWaiting, "100014", 1)})
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-a;Sampled=1") //nolint:revive,staticcheck // as aws-lambda-go has it
	e := entries(ctx, batch)[0]
	if got := e.MessageSystemAttributes["AWSTraceHeader"].StringValue; aws.ToString(got) != "Root=1-a;Sampled=1" {
		t.Errorf("trace %v", got)
	}
	if e := entries(t.Context(), batch)[0]; e.MessageSystemAttributes != nil || *e.MessageGroupId != "demo/100014" || *e.MessageDeduplicationId != batch[0].Dedup {
		t.Errorf("entry %+v", e)
	}
}

// TestTheExportStopsNobody: a queue of the export that is gone holds the stream for a while, in case it is not; then what it would have told is left behind, and what the
// others wait for goes on. The queues of the others hold it for as long as it takes.
func TestTheExportStopsNobody(t *testing.T) {
	leaving := fact(guichet.CaseWaiting, "100014", 1)
	leaving.Leaves = true
	aged := func(age time.Duration) events.DynamoDBEvent {
		e := stream(t, record("1", leaving), record("2", fact(guichet.CaseWaiting, "100023", 1)))
		for i := range e.Records {
			e.Records[i].Change.ApproximateCreationDateTime = events.SecondsEpochTime{Time: time.Now().Add(-age)}
		}
		return e
	}
	for name, c := range map[string]struct {
		refuses string
		age     time.Duration
		want    string // from which record the stream comes again
	}{
		"just now":              {"export", time.Second, "1"},
		"for a while":           {"export", patience - time.Minute, "1"},
		"for too long":          {"export", patience + time.Minute, ""},
		"another, however long": {"routing", 24 * time.Hour, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			s.refuse = func(function string, _ int) bool { return function == c.refuses }
			if got := again(t, s, aged(c.age)); got != c.want {
				t.Errorf("the stream comes again from %q, want %q", got, c.want)
			}
			if c.refuses == "export" && len(s.taken["routing"]) != 2 {
				t.Errorf("routing got %v", s.ids("routing"))
			}
		})
	}
}
