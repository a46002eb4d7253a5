//go:build outside

package outside

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"guichet/infra/engines"
	"guichet/shared/guichet"
)

// TestTheDeployedExport: the deployed function tells on a bus that nobody here wrote, and a rule of somebody else's finds a tenant's cases on it (A033). A bus that is
// not there keeps the facts in their queue, and the house goes on.
func TestTheDeployedExport(t *testing.T) {
	h := newHouse(t)
	h.mail("first", firstMail, clean)
	h.settle()
	if n := h.waiting(h.queues["export"]); n != 0 {
		t.Errorf("%d facts wait to leave, of a tenant that lets out nothing", n)
	}
	h.must(h.store.SaveExport(h.Context(), tenant, guichet.Export{Enabled: true, Words: true}))
	time.Sleep(21 * time.Second) // the functions trust what they read of the configuration for 20 seconds
	h.mail("second", `From: Cy <cy@customer.example>
To: support@demo.example
Subject: Toaster
Message-ID: <t1@customer.example>

It burns.
`, clean)
	h.pump("inbound")
	h.relay()
	if given, failed := h.pump("export"); given == 0 || failed != given {
		t.Errorf("without a bus: %d given, %d failed", given, failed)
	}

	bus := eventbridge.NewFromConfig(engines.Config(h.moto))
	_, err := bus.CreateEventBus(h.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("guichet-export")})
	h.must(err)
	q, err := h.sqs.CreateQueue(h.Context(), &sqs.CreateQueueInput{QueueName: aws.String("quality")})
	h.must(err)
	pattern := `{"source":["guichet"],"detail-type":["case.opened","message.created"],"detail":{"tenant":["` + string(tenant) + `"]}}`
	_, err = bus.PutRule(h.Context(), &eventbridge.PutRuleInput{Name: aws.String("quality"), EventBusName: aws.String("guichet-export"), EventPattern: &pattern})
	h.must(err)
	_, err = bus.PutTargets(h.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("quality"), EventBusName: aws.String("guichet-export"),
		Targets: []types.Target{{Id: aws.String("q"), Arn: aws.String(h.queueARN(*q.QueueUrl))}}})
	h.must(err)
	h.settle()
	var got []string
	for range 20 {
		out, err := h.sqs.ReceiveMessage(h.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl, MaxNumberOfMessages: 10})
		h.must(err)
		if len(out.Messages) == 0 {
			break
		}
		for _, m := range out.Messages {
			var e struct {
				Source string        `json:"source"`
				Type   string        `json:"detail-type"`
				Detail guichet.Event `json:"detail"`
			}
			h.must(json.Unmarshal([]byte(*m.Body), &e))
			if e.Source != "guichet" || e.Type != string(e.Detail.Type) {
				t.Errorf("%s", *m.Body)
			}
			got = append(got, e.Detail.ID)
			if e.Detail.Type == guichet.EventMessageCreated && (e.Detail.Message == nil || e.Detail.Message.Text != "It burns.") {
				t.Errorf("the message: %s", *m.Body)
			}
			_, err = h.sqs.DeleteMessage(h.Context(), &sqs.DeleteMessageInput{QueueUrl: q.QueueUrl, ReceiptHandle: m.ReceiptHandle})
			h.must(err)
		}
	}
	slices.Sort(got)
	id := string(guichet.NewCaseID(2))
	want := []string{string(tenant) + "/" + id + "-1/message.created", string(tenant) + "/" + id + "/case.opened@1"}
	if !slices.Equal(slices.Compact(got), want) {
		t.Errorf("told outside: %v, want %v", got, want)
	}
	if n := h.waiting(h.queues["export"]); n != 0 {
		t.Errorf("%d facts still wait", n)
	}
}
