package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"guichet/shared/plan"
)

// feeds makes the topic that SES tells of mails (trigger Mail) and the one that it tells of bounces, complaints and deliveries (Receipts).
func (h *house) feeds() {
	for _, r := range h.conf.Rows {
		if r.Trigger == plan.Mail || r.Trigger == plan.Receipts {
			h.topics[r.Name] = h.topic("Topic"+title(r.Name), "ses.amazonaws.com")
		}
	}
}

// topic makes an encrypted topic that the service alone may publish to, for this account, over TLS.
func (h *house) topic(id, service string) awssns.CfnTopic {
	t := awssns.NewCfnTopic(h.Stack, &id, &awssns.CfnTopicProps{KmsMasterKeyId: h.dataKey.AttrArn()})
	awssns.NewCfnTopicPolicy(h.Stack, str(id+"Policy"), &awssns.CfnTopicPolicyProps{
		Topics: strs(*t.Ref()),
		PolicyDocument: doc(
			h.allowService(service, []string{"sns:Publish"}, *t.Ref()),
			denyPlain([]string{"sns:Publish"}, *t.Ref()),
		),
	})
	return t
}

// subscriptions brings each topic to its function's queue, as SES wrote it (raw). What SNS can't deliver is parked.
func (h *house) subscriptions() {
	for _, r := range h.conf.Rows {
		topic := h.topics[r.Name]
		if topic == nil {
			continue
		}
		l := h.lanes[r.Name]
		awssns.NewCfnSubscription(h.Stack, str("Subscription"+title(r.Name)), &awssns.CfnSubscriptionProps{
			TopicArn: topic.Ref(), Protocol: str("sqs"), Endpoint: l.Main.AttrArn(), RawMessageDelivery: yes,
			RedrivePolicy: map[string]any{"deadLetterTargetArn": l.Parked.AttrArn()},
		})
	}
}
