package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"guichet/shared/plan"
)

// alarm is one thing that somebody should look at.
type alarm struct {
	id, says, space, metric, stat string
	dims                          map[string]*string
	period, periods               int // seconds; how many of them in a row
	below                         bool
	limit                         float64
	silent                        string // what no data means: notBreaching (nothing happened) or breaching
}

// watch makes the alarms and the topic that they speak to.
func (h *house) watch() {
	h.alarms = h.topic("Alarms", "cloudwatch.amazonaws.com")
	if h.conf.AlarmEmail != "" {
		awssns.NewCfnSubscription(h.Stack, str("AlarmEmail"), &awssns.CfnSubscriptionProps{
			TopicArn: h.alarms.Ref(), Protocol: str("email"), Endpoint: &h.conf.AlarmEmail,
		})
	}
	for _, r := range h.conf.Rows {
		for _, a := range append(h.functionAlarms(r), h.queueAlarms(r)...) {
			h.alarm(a)
		}
	}
	for _, a := range h.doorAlarms() {
		h.alarm(a)
	}
}

// functionAlarms watch one function: it fails, it is refused a place to run, its clock stands, its stream runs away.
func (h *house) functionAlarms(r plan.Row) []alarm {
	name, dims := title(r.Name), map[string]*string{"FunctionName": h.fns[r.Name].Ref()}
	list := []alarm{
		{id: "AlarmErrors" + name, says: r.Name + " fails: see its log", space: "AWS/Lambda", metric: "Errors", stat: "Sum", dims: dims,
			period: 300, periods: 1, limit: 0},
		{id: "AlarmThrottles" + name, says: r.Name + " is throttled: the account's concurrency is used up", space: "AWS/Lambda",
			metric: "Throttles", stat: "Sum", dims: dims, period: 300, periods: 2, limit: 0},
	}
	switch r.Trigger {
	case plan.Clock:
		list = append(list, alarm{id: "AlarmStands" + name, says: r.Name + " has not run for five ticks: is its schedule on?", space: "AWS/Lambda",
			metric: "Invocations", stat: "Sum", dims: dims, period: max(int(r.Every.Seconds()), 60), periods: 5, below: true, limit: 1, silent: "breaching"})
	case plan.Stream:
		list = append(list, alarm{id: "AlarmBehind" + name, says: r.Name + " is more than a minute behind the table's stream", space: "AWS/Lambda",
			metric: "IteratorAge", stat: "Maximum", dims: dims, period: 60, periods: 3, limit: 60_000})
	}
	return list
}

// queueAlarms watch one lane: something is parked, something waits longer than two attempts take.
func (h *house) queueAlarms(r plan.Row) []alarm {
	l, name := h.lanes[r.Name], title(r.Name)
	var list []alarm
	if l.Parked != nil {
		list = append(list, alarm{id: "AlarmParked" + name, says: r.Name + " gave up on a message: look at it, mend, redrive", space: "AWS/SQS",
			metric: "ApproximateNumberOfMessagesVisible", stat: "Maximum", dims: map[string]*string{"QueueName": l.Parked.AttrQueueName()},
			period: 60, periods: 1, limit: 0})
	}
	if l.Main != nil {
		list = append(list, alarm{id: "AlarmAge" + name, says: "a message waits too long for " + r.Name, space: "AWS/SQS",
			metric: "ApproximateAgeOfOldestMessage", stat: "Maximum", dims: map[string]*string{"QueueName": l.Main.AttrQueueName()},
			period: 60, periods: 5, limit: max(2*r.Backoff.Seconds(), 600)})
	}
	return list
}

// doorAlarms watch the doors to the world: SES could not store a mail, our name as a sender suffers, the API fails.
func (h *house) doorAlarms() []alarm {
	return []alarm{
		{id: "AlarmMailNotStored", says: "SES could not store a mail that came in: it tries for four hours", space: "AWS/SES",
			metric: "PublishFailure", stat: "Sum", dims: map[string]*string{"RuleSetName": str(h.ruleSet())}, period: 300, periods: 1, limit: 0},
		{id: "AlarmMailLost", says: "SES gave up storing a mail that came in", space: "AWS/SES",
			metric: "PublishExpired", stat: "Sum", dims: map[string]*string{"RuleSetName": str(h.ruleSet())}, period: 300, periods: 1, limit: 0},
		{id: "AlarmBounces", says: "more than 4 of 100 mails bounce: SES pauses senders at 10", space: "AWS/SES",
			metric: "Reputation.BounceRate", stat: "Average", period: 3600, periods: 1, limit: 0.04},
		{id: "AlarmComplaints", says: "more than 8 of 10,000 mails are called spam: SES pauses senders at 50", space: "AWS/SES",
			metric: "Reputation.ComplaintRate", stat: "Average", period: 3600, periods: 1, limit: 0.0008},
		{id: "AlarmApi", says: "the API answers 5xx", space: "AWS/ApiGateway", metric: "5xx", stat: "Sum",
			dims: map[string]*string{"ApiId": h.api.Ref()}, period: 300, periods: 1, limit: 0},
	}
}

// alarm makes one. It speaks when it goes off and when all is well again.
func (h *house) alarm(a alarm) {
	compare := "GreaterThanThreshold"
	if a.below {
		compare = "LessThanThreshold"
	}
	var dims []any
	for name, value := range a.dims { // one dimension at most
		dims = append(dims, &awscloudwatch.CfnAlarm_DimensionProperty{Name: str(name), Value: value})
	}
	props := &awscloudwatch.CfnAlarmProps{
		AlarmDescription: str(a.says), Namespace: str(a.space), MetricName: str(a.metric), Statistic: str(a.stat),
		Period: num(a.period), EvaluationPeriods: num(a.periods), Threshold: &a.limit,
		ComparisonOperator: &compare, TreatMissingData: str(or(a.silent, "notBreaching")),
		AlarmActions: strs(*h.alarms.Ref()), OkActions: strs(*h.alarms.Ref()),
	}
	if dims != nil {
		props.Dimensions = dims
	}
	awscloudwatch.NewCfnAlarm(h.Stack, &a.id, props)
}
