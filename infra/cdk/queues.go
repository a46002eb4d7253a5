package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"guichet/shared/plan"
)

// fourteenDays is the longest that SQS keeps a message.
const fourteenDays = 14 * 24 * 3600

// queues makes the lane of each function that the plan wakes by message: FIFO for facts (the case is the group, so that what happens to one
// case stays in order), standard for what SNS brings. Clock and stream have a parking place alone.
func (h *house) queues() {
	for _, r := range h.conf.Rows {
		fifo := r.Trigger == plan.Facts
		var l lane
		switch r.Trigger {
		case plan.HTTP, plan.Hooks:
			continue
		case plan.Clock, plan.Stream:
			l.Parked = h.queue("Parked"+title(r.Name), false, nil)
		case plan.Facts, plan.Mail, plan.Receipts:
			l.Parked = h.queue("Parked"+title(r.Name), fifo, nil)
			l.Main = h.queue("Queue"+title(r.Name), fifo, &awssqs.CfnQueueProps{
				VisibilityTimeout: num(int(r.Backoff.Seconds())),
				RedrivePolicy:     map[string]any{"deadLetterTargetArn": l.Parked.AttrArn(), "maxReceiveCount": r.Attempts},
			})
		}
		h.lanes[r.Name] = l
	}
	for _, r := range h.conf.Rows {
		h.queuePolicy(r, "Parked", h.lanes[r.Name].Parked)
		h.queuePolicy(r, "Queue", h.lanes[r.Name].Main)
	}
}

// queue makes one queue, encrypted with SQS's own key (no request to KMS for each message), that keeps messages as long as it can.
func (h *house) queue(id string, fifo bool, p *awssqs.CfnQueueProps) awssqs.CfnQueue {
	if p == nil {
		p = &awssqs.CfnQueueProps{}
	}
	p.MessageRetentionPeriod = num(fourteenDays)
	p.SqsManagedSseEnabled = yes
	if fifo {
		p.FifoQueue = yes
		p.ContentBasedDeduplication = no // the relay says which fact it is
		p.DeduplicationScope = str("messageGroup")
		p.FifoThroughputLimit = str("perMessageGroupId")
	}
	return awssqs.NewCfnQueue(h.Stack, &id, p)
}

// queuePolicy refuses plain HTTP, and lets SNS in where a topic feeds the function: into the queue, and into the parking place for what SNS
// could not deliver. A nil queue has none.
func (h *house) queuePolicy(r plan.Row, kind string, q awssqs.CfnQueue) {
	if q == nil {
		return
	}
	statements := []map[string]any{denyPlain([]string{"sqs:*"}, *q.AttrArn())}
	if topic := h.topics[r.Name]; topic != nil {
		in := h.allowService("sns.amazonaws.com", []string{"sqs:SendMessage"}, *q.AttrArn())
		statements = append(statements, when(in, "ArnEquals", "aws:SourceArn", *topic.Ref()))
	}
	awssqs.NewCfnQueuePolicy(h.Stack, str(kind+title(r.Name)+"Policy"), &awssqs.CfnQueuePolicyProps{
		Queues: strs(*q.Ref()), PolicyDocument: doc(statements...),
	})
}
