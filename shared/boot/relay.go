package boot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// Message is one fact on its way to the queue of one function.
type Message struct {
	Function string
	Group    string // what stays in order: the case, or the agent
	Dedup    string // the same for the same fact, however often the stream brings it
	Body     string // JSON of the fact
	seq      string // of the stream record that it came with
	at       time.Time
}

// Queue puts messages for one function on its FIFO queue, in order. It returns how many from the front are on it; with fewer than
// all, err says why. A message that it is given again within minutes stands there once.
type Queue func(ctx context.Context, function string, batch []Message) (int, error)

// Messages returns a message for each fact and function that waits for it, in the order of the facts.
func Messages(facts []guichet.Fact) []Message {
	var out []Message
	for _, f := range facts {
		waiting := plan.WaitingFor(f)
		if len(waiting) == 0 {
			continue
		}
		body, _ := json.Marshal(f) // strings and a time: it encodes
		for _, function := range waiting {
			out = append(out, Message{Function: function, Group: groupID(f), Dedup: dedupID(f, function), Body: string(body)})
		}
	}
	return out
}

// maxID is what SQS takes as group or deduplication id, in characters.
const maxID = 128

// groupID is the fact's group; a hash of it where SQS would not take it as it is.
func groupID(f guichet.Fact) string {
	g := f.Group()
	plain := len(g) > 0 && len(g) <= maxID
	for i := range len(g) {
		plain = plain && g[i] > ' ' && g[i] < 0x7f
	}
	if plain {
		return g
	}
	sum := sha256.Sum256([]byte(g))
	return hex.EncodeToString(sum[:])
}

// dedupID names a fact and who waits for it, in 64 characters.
func dedupID(f guichet.Fact, function string) string {
	sum := sha256.Sum256([]byte(f.Group() + "\x00" + f.ID + "\x00" + function))
	return hex.EncodeToString(sum[:])
}

// Relay returns the handler of the table's stream: the facts of each announced item go to the functions that wait for them, in the order of
// the stream. When a queue does not take one, the stream comes again from that record on. A record that holds no facts can never be
// relayed: it is logged with its reason and left behind, so that it doesn't hold up the shard.
func Relay(send Queue) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		var waiting []Message
		for _, r := range e.Records {
			facts, err := announced(r)
			if err != nil {
				count(ctx, poisoned, 1)
				slog.ErrorContext(ctx, "left behind", "sequence", r.Change.SequenceNumber, "kind", guichet.KindOf(err).String(), "error", discreet(err))
				continue
			}
			countFacts(ctx, facts)
			for _, m := range Messages(facts) {
				m.seq, m.at = r.Change.SequenceNumber, r.Change.ApproximateCreationDateTime.Time
				waiting = append(waiting, m)
			}
		}
		var out events.DynamoDBEventResponse
		if seq := sendAll(ctx, send, waiting); seq != "" {
			out.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: seq}}
		}
		return out, nil
	}
}

// announced returns the facts of a stream record: those of an announced item that came into being. Other records have none.
func announced(r events.DynamoDBEventRecord) ([]guichet.Fact, error) {
	it, ok, err := dynamo.Created(image(r.Change.OldImage), image(r.Change.NewImage))
	if err != nil || !ok {
		return nil, err
	}
	facts, err := store.Facts(it)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		if f.Kind == "" || f.ID == "" || f.Tenant == "" {
			return nil, guichet.Errorf(guichet.Poison, "an announced item with a fact without kind, id or tenant")
		}
	}
	return facts, nil
}

// image turns Lambda's form of an item into the ledger's; attributes of other types are none of ours.
func image(attrs map[string]events.DynamoDBAttributeValue) dynamo.Image {
	if attrs == nil {
		return nil
	}
	m := make(dynamo.Image, len(attrs))
	for name, v := range attrs {
		switch v.DataType() {
		case events.DataTypeString:
			m[name] = dynamo.Value{S: v.String()}
		case events.DataTypeNumber:
			m[name] = dynamo.Value{N: v.Number()}
		case events.DataTypeBinary:
			m[name] = dynamo.Value{B: v.Binary()}
		}
	}
	return m
}

// sendAll puts each function's messages on its queue. It returns the sequence number of the earliest record of which a message was not
// taken; empty if all were.
func sendAll(ctx context.Context, send Queue, all []Message) string {
	at := len(all)
	for _, row := range plan.Rows {
		var mine []Message
		var places []int
		for i, m := range all {
			if m.Function == row.Name {
				mine, places = append(mine, m), append(places, i)
			}
		}
		if n := sendTo(ctx, send, row.Name, mine); n < len(mine) && !leftUntold(ctx, row.Name, mine[n:]) {
			at = min(at, places[n])
		}
	}
	if at == len(all) {
		return ""
	}
	return all[at].seq
}

// patience is how long the stream waits for the queue of what is told outside. SQS does not refuse that long: somebody took the queue away, or the right to it.
const patience = 15 * time.Minute

// leftUntold reports whether messages that their queue does not take are left behind. Those of the export are, after patience: whatever becomes of it must not stop
// the house. The log names them, so that they can be told by hand.
func leftUntold(ctx context.Context, function string, rest []Message) bool {
	if function != plan.Export || rest[0].at.IsZero() || time.Since(rest[0].at) < patience {
		return false
	}
	count(ctx, poisoned, float64(len(rest)))
	for _, m := range rest {
		slog.ErrorContext(ctx, "left behind untold", "function", function, "group", m.Group, "sequence", m.seq)
	}
	return true
}

// sendTo puts messages on one queue, in batches in which each group stands once: SQS may take the second of a batch and refuse the first.
// It returns how many from the front were taken.
func sendTo(ctx context.Context, send Queue, function string, mine []Message) int {
	done := 0
	for done < len(mine) {
		batch := mine[done : front(mine[done:])+done]
		n, err := send(ctx, function, batch)
		done += n
		if n < len(batch) {
			count(ctx, failures, 1)
			if err == nil {
				err = guichet.Errorf(guichet.Temporary, "the queue took %d of %d", n, len(batch))
			}
			slog.WarnContext(ctx, "not relayed", "function", function, "waiting", len(mine)-done, "kind", guichet.KindOf(err).String(), "error", discreet(err))
			return done
		}
	}
	return done
}

// What SQS takes in one request: messages, and bytes with room for the names around them.
const (
	maxBatch      = 10
	maxBatchBytes = 200 << 10
)

// front returns how many from the front of list go into one request.
func front(list []Message) int {
	groups, bytes := map[string]bool{}, 0
	for i, m := range list {
		bytes += len(m.Body)
		if i > 0 && (i == maxBatch || groups[m.Group] || bytes > maxBatchBytes) {
			return i
		}
		groups[m.Group] = true
	}
	return len(list)
}

// countFacts counts what happened in the house: every fact comes by here once, or again after a failure.
func countFacts(ctx context.Context, facts []guichet.Fact) {
	for _, f := range facts {
		count(ctx, factsSeen, 1)
		if name := shown[f.Kind]; name != "" {
			count(ctx, name, 1)
		}
	}
}

// shown are the facts that the dashboard shows on their own.
var shown = map[guichet.FactKind]string{
	guichet.CaseOpened: "CasesOpened", guichet.CaseAssigned: "CasesAssigned", guichet.ReplySent: "RepliesSent", guichet.ReplyFailed: "RepliesFailed",
	guichet.SLABreached: "SLABreached", guichet.InteractionQuarantine: "Quarantined",
}
