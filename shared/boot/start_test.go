package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

func TestACallIsCounted(t *testing.T) {
	h := newHouse(t)
	note := h.arrives(t, "one")
	var out bytes.Buffer
	s := &shell{env: &Env{ledger: h.db}, inner: lambda.NewHandler(Mail(h.Desk)), out: &out, name: "inbound"}
	payload, _ := json.Marshal(batch(note, "{"))
	answer, err := s.Invoke(t.Context(), payload)
	if err != nil || strings.TrimSpace(string(answer)) != `{"batchItemFailures":[{"itemIdentifier":"b"}]}` {
		t.Fatalf("answer %s, %v", answer, err)
	}
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		t.Fatalf("metrics are not one line of JSON: %v\n%s", err, out.String())
	}
	directive := line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)[0].(map[string]any)
	if directive["Namespace"] != "guichet" || line["function"] != "inbound" {
		t.Errorf("line %v", line)
	}
	var named []string
	for _, m := range directive["Metrics"].([]any) {
		named = append(named, m.(map[string]any)["Name"].(string))
	}
	if want := []string{failures, mailsNew, mailsReceived, poisoned, readUnits, writeUnits}; !slices.Equal(named, want) {
		t.Errorf("metrics %v, want %v", named, want)
	}
	for _, n := range named {
		if v, _ := line[n].(float64); v <= 0 {
			t.Errorf("%s is %v", n, line[n])
		}
	}
	t.Run("nothing to count, nothing to pay", func(t *testing.T) {
		out.Reset()
		if _, err := s.Invoke(t.Context(), []byte(`{"Records":[]}`)); err != nil || out.Len() != 0 {
			t.Errorf("wrote %q, %v", out.String(), err)
		}
	})
}

func TestWhatMustBeDoneFirstIsTriedAgain(t *testing.T) {
	tries, calls := 0, 0
	second := 0
	s := &shell{out: io.Discard, env: &Env{first: []func(context.Context) error{func(context.Context) error {
		if tries++; tries < 3 {
			return errors.New("KMS is busy")
		}
		return nil
	}, func(context.Context) error { second++; return nil }}}, inner: lambda.NewHandler(func() error { calls++; return nil })}
	for i := range 5 {
		_, err := s.Invoke(t.Context(), []byte("{}"))
		if (err != nil) != (i < 2) {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	if tries != 3 || second != 1 || calls != 3 {
		t.Errorf("%d tries, %d of the second, %d calls; want 3, 1 and 3", tries, second, calls)
	}
}

func TestTheLogIsDiscreet(t *testing.T) {
	var out bytes.Buffer
	old := slog.Default()
	defer slog.SetDefault(old)
	slog.SetDefault(newLog(&out, levelOf("info")))
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	f := guichet.Fact{ID: "reply.queued@3", Kind: guichet.ReplyQueued, Tenant: "demo", Case: "100014", Message: "100014-2"}
	cause := errors.New("550 <bo@customer.example> unknown, see bo@customer.example")
	report(ctx, queued("q-1", "demo/100014", 3, "the body"), about{guichet.Errorf(guichet.Temporary, "send: %w", cause), ofFact(f)})
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	want := map[string]any{"level": "WARN", "message": "failed", "tenant": "demo", "case": "100014", "fact": "reply.queued@3", "request_id": "r-1", "kind": "temporary", "received": 3.0}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if line[k] != want[k] {
			t.Errorf("%s is %v, want %v", k, line[k], want[k])
		}
	}
	if s := out.String(); strings.Contains(s, "customer.example") || strings.Contains(s, "the body") || !strings.Contains(s, `"timestamp"`) {
		t.Errorf("the line says too much or too little: %s", s)
	}
	out.Reset()
	slog.DebugContext(ctx, "done", ofFact(f)...)
	if out.Len() != 0 {
		t.Errorf("debug is not silent: %s", out.String())
	}
}

func TestEndpointsOfOtherEngines(t *testing.T) {
	env := map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://table", "AWS_REGION": "eu-west-1"}
	e := NewEnv(func(k string) string { return env[k] })
	if url, ok, _ := endpoints(e.get).GetServiceBaseEndpoint(t.Context(), "DynamoDB"); url != "http://table" || !ok {
		t.Errorf("DynamoDB at %q, %v", url, ok)
	}
	if _, ok, _ := endpoints(e.get).GetServiceBaseEndpoint(t.Context(), "SESv2"); ok || *e.aws.BaseEndpoint != "http://all" {
		t.Errorf("SES is not where all are")
	}
	e.SignWith(&desk.Desk{})
	e.must("GUICHET_TABLE")
	if got := strings.Join(e.wrong, "; "); got != "GUICHET_TOKEN_KEY is not set; GUICHET_TABLE is not set" {
		t.Errorf("wrong: %s", got)
	}
	if _, err := e.aws.Credentials.Retrieve(t.Context()); !guichet.Is(err, guichet.Other) {
		t.Errorf("no keys: %v", err)
	}
}

func TestTheKeyOfOurMessageIDs(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   map[string]string
		wrong bool
		later int // calls before the first event
	}{
		{"the key itself", map[string]string{"GUICHET_TOKEN_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}, false, 0},
		{"an ARN of KMS", map[string]string{"GUICHET_TOKEN_KEY": "arn:aws:kms:eu-west-1:123456789012:key/1"}, false, 1},
		{"an alias of KMS", map[string]string{"GUICHET_TOKEN_KEY_ID": "alias/guichet/token"}, false, 1},
		{"a key too short to keep a secret", map[string]string{"GUICHET_TOKEN_KEY": "c2hvcnQ="}, true, 0},
		{"no base64", map[string]string{"GUICHET_TOKEN_KEY": "not a key"}, true, 0},
		{"none", nil, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, d := NewEnv(func(k string) string { return c.env[k] }), &desk.Desk{}
			e.SignWith(d)
			if (len(e.wrong) > 0) != c.wrong || len(e.first) != c.later || c.later == 0 && !c.wrong && len(d.Key) != 32 {
				t.Errorf("wrong %v, %d calls to come, key of %d bytes", e.wrong, len(e.first), len(d.Key))
			}
		})
	}
}

func TestMemoryLimit(t *testing.T) {
	for mb, want := range map[string]int64{"512": 429496728, "128": 107374180, "": 0, "x": 0, "-1": 0, "0": 0} {
		if got := memoryLimit(mb); got != want {
			t.Errorf("%q: %d, want %d", mb, got, want)
		}
	}
}
