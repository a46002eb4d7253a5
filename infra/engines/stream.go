package engines

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
)

// A Stream reads the stream of a table from an engine, as Lambda's event source does on AWS. It speaks the wire protocol
// itself, so that no SDK client is linked for tests alone.
type Stream struct {
	endpoint, table string

	mu      sync.Mutex
	arn     string
	shards  map[string]string // shard -> iterator to go on with
	changes []ledger.Change
}

// NewStream is the stream of the table at the engine.
func NewStream(endpoint, table string) *Stream {
	return &Stream{endpoint: endpoint, table: table, shards: map[string]string{}}
}

// A Record is one record of the stream.
type Record struct {
	EventName string `json:"eventName"`
	Dynamodb  struct {
		NewImage, OldImage map[string]struct {
			S, N string
			B    []byte
		}
		SequenceNumber string
	} `json:"dynamodb"`
}

// Changes gives the announced items that were created, up to limit after position after, as the relay sees them.
func (s *Stream) Changes(ctx context.Context, after int64, limit int) ([]ledger.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	records, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		it, ok, err := dynamo.Created(image(r.Dynamodb.OldImage), image(r.Dynamodb.NewImage))
		if err != nil {
			return nil, err
		}
		if ok {
			s.changes = append(s.changes, ledger.Change{Seq: int64(len(s.changes) + 1), Item: it})
		}
	}
	from := min(int(after), len(s.changes))
	return s.changes[from:min(from+limit, len(s.changes))], nil
}

func image(attrs map[string]struct {
	S, N string
	B    []byte
}) dynamo.Image {
	if attrs == nil {
		return nil
	}
	m := dynamo.Image{}
	for k, v := range attrs {
		m[k] = dynamo.Value(v)
	}
	return m
}

// Records gives what came on the stream since the last call, in order within a shard. Don't mix with Changes.
func (s *Stream) Records(ctx context.Context) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read(ctx)
}

func (s *Stream) read(ctx context.Context) (all []Record, err error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	for shard, iterator := range s.shards {
		for iterator != "" {
			var out struct {
				Records           []Record
				NextShardIterator string
			}
			if err := s.call(ctx, "DynamoDBStreams_20120810.GetRecords", map[string]any{"ShardIterator": iterator}, &out); err != nil {
				return nil, err
			}
			all, iterator = append(all, out.Records...), out.NextShardIterator
			s.shards[shard] = iterator
			if len(out.Records) == 0 {
				break
			}
		}
	}
	return all, nil
}

// open finds the shards and an iterator at the start of each new one.
func (s *Stream) open(ctx context.Context) error {
	if s.arn == "" {
		var out struct {
			Table struct{ LatestStreamArn string }
		}
		if err := s.call(ctx, "DynamoDB_20120810.DescribeTable", map[string]any{"TableName": s.table}, &out); err != nil {
			return err
		}
		s.arn = out.Table.LatestStreamArn
	}
	var out struct {
		StreamDescription struct{ Shards []struct{ ShardId string } }
	}
	if err := s.call(ctx, "DynamoDBStreams_20120810.DescribeStream", map[string]any{"StreamArn": s.arn}, &out); err != nil {
		return err
	}
	for _, shard := range out.StreamDescription.Shards {
		if _, ok := s.shards[shard.ShardId]; ok {
			continue
		}
		var it struct{ ShardIterator string }
		ask := map[string]any{"StreamArn": s.arn, "ShardId": shard.ShardId, "ShardIteratorType": "TRIM_HORIZON"}
		if err := s.call(ctx, "DynamoDBStreams_20120810.GetShardIterator", ask, &it); err != nil {
			return err
		}
		s.shards[shard.ShardId] = it.ShardIterator
	}
	return nil
}

// call sends one request. The engines look at no signature, but moto finds the service and region in it.
func (s *Stream) call(ctx context.Context, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/"+Region+"/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		var why bytes.Buffer
		why.ReadFrom(answer.Body)
		return fmt.Errorf("%s: %s: %.300s", target, answer.Status, why.String())
	}
	return json.NewDecoder(answer.Body).Decode(out)
}
