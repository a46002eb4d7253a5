package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"guichet/shared/plan"
)

// space is the namespace of the metrics that the functions write into their logs (embedded metric format).
const space = "guichet"

// board makes the one dashboard: what came in, what became of it, what waits, what fails, what it costs.
func (h *house) board() {
	var waits, parked, errors, times []any
	for _, r := range h.conf.Rows {
		l, fn := h.lanes[r.Name], h.fns[r.Name]
		errors = append(errors, metric("AWS/Lambda", "Errors", "Sum", r.Name, "FunctionName", fn.Ref()))
		times = append(times, metric("AWS/Lambda", "Duration", "p99", r.Name, "FunctionName", fn.Ref()))
		if l.Main != nil {
			waits = append(waits, metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", r.Name, "QueueName", l.Main.AttrQueueName()))
		}
		if l.Parked != nil {
			parked = append(parked, metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", r.Name, "QueueName", l.Parked.AttrQueueName()))
		}
		if r.Trigger == plan.Stream {
			waits = append(waits, metric("AWS/Lambda", "IteratorAge", "Maximum", r.Name+" (ms)", "FunctionName", fn.Ref()))
		}
	}
	api := h.api.Ref()
	widgets := []any{
		h.graph(0, "Mails in", "Sum", ours1("MailsReceived")), h.graph(1, "Cases", "Sum", ours1("CasesOpened"), ours1("CasesAssigned")),
		h.graph(2, "Facts", "Sum", ours1("Facts")), h.graph(3, "Answers", "Sum", ours1("RepliesSent"), ours1("RepliesFailed")),
		h.graph(4, "Waiting: age of the oldest, s", "Maximum", waits...), h.graph(5, "Parked: look at these", "Maximum", parked...),
		h.graph(6, "Errors", "Sum", errors...), h.graph(7, "Time of a call, p99, ms", "p99", times...),
		h.graph(8, "API", "Sum", metric("AWS/ApiGateway", "Count", "Sum", "calls", "ApiId", api),
			metric("AWS/ApiGateway", "4xx", "Sum", "4xx", "ApiId", api), metric("AWS/ApiGateway", "5xx", "Sum", "5xx", "ApiId", api)),
		h.graph(9, "Costs: DynamoDB units", "Sum", ours1("ReadUnits"), ours1("WriteUnits")),
		h.graph(10, "First response breached", "Sum", ours1("SLABreached")),
		h.graph(11, "Sender's name", "Average", []any{"AWS/SES", "Reputation.BounceRate"}, []any{"AWS/SES", "Reputation.ComplaintRate"}),
	}
	awscloudwatch.NewCfnDashboard(h.Stack, str("Board"), &awscloudwatch.CfnDashboardProps{
		DashboardName: &h.conf.Stack, DashboardBody: h.ToJsonString(map[string]any{"widgets": widgets}, nil),
	})
}

// graph is the n-th widget, three in a row.
func (h *house) graph(n int, name, stat string, metrics ...any) any {
	return map[string]any{"type": "metric", "x": n % 3 * 8, "y": n / 3 * 6, "width": 8, "height": 6, "properties": map[string]any{
		"title": name, "region": *h.Region(), "stat": stat, "period": 300, "metrics": metrics, "view": "timeSeries",
	}}
}

func metric(space, name, stat, label, dimension string, value *string) any {
	return []any{space, name, dimension, *value, map[string]any{"stat": stat, "label": label}}
}

// ours1 is a metric of our own, whatever the dimensions under which the functions write it.
func ours1(name string) any {
	return []any{map[string]any{
		"expression": fmt.Sprintf(`SEARCH('Namespace="%s" MetricName="%s"', 'Sum', 300)`, space, name), "label": name,
	}}
}
