package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"guichet/shared/plan"
)

// reason is why a rule of cdk-nag's AwsSolutions pack is not followed at one place. Finding is the exact finding; empty: the rule as a whole.
type reason struct{ id, rule, finding, why string }

// reasons writes each exception beside what it excuses. A finding without a reason here fails the tests, and so would a cdk-nag that one
// day finds more.
func (h *house) reasons() {
	list := []reason{
		{"RawBucket", "AwsSolutions-S1", "", "Server access logs would be a second record of who wrote to us; the roles of the plan alone read the bucket, and CloudTrail's data events are the operator's choice."},
		{"Users", "AwsSolutions-COG3", "", "Threat protection costs a price per user and month; a second factor is asked of everybody and nobody signs up."},
		{"Users", "AwsSolutions-COG8", "", "The Plus tier costs a price per user and month; a second factor is asked of everybody and nobody signs up."},
	}
	for _, route := range openRoutes {
		list = append(list, reason{route[0], "AwsSolutions-APIG4", "", "The page must load before anybody can sign in; it holds no data."})
	}
	for _, r := range h.conf.Rows {
		list = append(list, h.rowReasons(r)...)
	}
	for _, x := range list {
		h.excuse(x)
	}
}

// rowReasons are the wildcards in the role of one function, and its parking place.
func (h *house) rowReasons(r plan.Row) []reason {
	role := "Role" + title(r.Name)
	list := []reason{{role, "AwsSolutions-IAM5", "Resource::*", "X-Ray's two put actions, and ListStreams for the relay, know no resources (service authorization reference, 2026-11)."}}
	if has(r, plan.RawRead) {
		list = append(list, reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawIn + "*", "SES chooses the object names below in/."})
	}
	if has(r, plan.RawRead) || has(r, plan.RawWrite) {
		list = append(list, reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawOut + "*", "One object for each mail that we send, below out/."})
	}
	if r.Trigger == plan.Clock || r.Trigger == plan.Stream {
		list = append(list, reason{"Parked" + title(r.Name), "AwsSolutions-SQS3", "", "This is a dead-letter queue: of a schedule or a stream, where the rule doesn't look."})
	}
	return list
}

// excuse writes one reason on the resource; a reason for something that isn't there is left out.
func (h *house) excuse(x reason) {
	child, ok := h.Node().TryFindChild(&x.id).(constructs.IConstruct)
	if !ok || child == nil {
		return
	}
	s := &cdknag.NagPackSuppression{Id: &x.rule, Reason: &x.why}
	if x.finding != "" {
		s.AppliesTo = &[]any{x.finding}
	}
	cdknag.NagSuppressions_AddResourceSuppressions(child, &[]*cdknag.NagPackSuppression{s}, no)
}
