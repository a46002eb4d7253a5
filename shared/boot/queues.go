package boot

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// Queues returns the way to the FIFO queues of the functions that wait for facts: GUICHET_QUEUE_<NAME> is the URL of each.
func (e *Env) Queues() Queue {
	client, urls := sqs.NewFromConfig(e.aws), map[string]string{}
	for _, r := range plan.Rows {
		if r.Trigger == plan.Facts {
			urls[r.Name] = e.must("GUICHET_QUEUE_" + strings.ToUpper(r.Name))
		}
	}
	return func(ctx context.Context, function string, batch []Message) (int, error) {
		out, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: aws.String(urls[function]), Entries: entries(ctx, batch)})
		if err != nil {
			return 0, guichet.Errorf(guichet.Temporary, "send to the queue of %s: %w", function, err)
		}
		return taken(len(batch), out.Failed)
	}
}

func entries(ctx context.Context, batch []Message) []types.SendMessageBatchRequestEntry {
	out := make([]types.SendMessageBatchRequestEntry, len(batch))
	for i, m := range batch {
		out[i] = types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), MessageBody: &m.Body, MessageGroupId: &m.Group, MessageDeduplicationId: &m.Dedup,
		}
		if trace := traceOf(ctx); trace != "" {
			out[i].MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
				string(types.MessageSystemAttributeNameForSendsAWSTraceHeader): {DataType: aws.String("String"), StringValue: &trace},
			}
		}
	}
	return out
}

// traceOf returns the X-Ray trace of this call, so that what it sends on belongs to it; empty outside of Lambda.
func traceOf(ctx context.Context) string {
	s, _ := ctx.Value("x-amzn-trace-id").(string) // aws-lambda-go puts it there under a plain string
	return s
}

// taken returns how many from the front of a batch the queue took, and why not more.
func taken(n int, failed []types.BatchResultErrorEntry) (int, error) {
	var err error
	for _, f := range failed {
		i, bad := strconv.Atoi(aws.ToString(f.Id))
		if bad != nil || i < 0 {
			i = 0
		}
		if i < n {
			n, err = i, guichet.Errorf(guichet.Temporary, "the queue refused a message: %s", aws.ToString(f.Code))
		}
	}
	return n, err
}
