package main

import (
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"guichet/shared/plan"
)

// reason is why a rule of cdk-nag's AwsSolutions pack is not followed at one place. Finding is the exact finding; empty: the rule as a whole.
type reason struct{ id, rule, finding, why string }

// excuseAll writes each reason into the metadata of what it excuses. A finding without one fails the tests, and so does a reason without a
// finding.
func (h *house) excuseAll() {
	for _, x := range h.reasons() {
		s := &cdknag.NagPackSuppression{Id: &x.rule, Reason: &x.why}
		if x.finding != "" {
			s.AppliesTo = &[]any{x.finding}
		}
		cdknag.NagSuppressions_AddResourceSuppressions(h.Node().FindChild(&x.id), &[]*cdknag.NagPackSuppression{s}, no)
	}
}

// reasons are all of them.
func (h *house) reasons() []reason {
	list := []reason{
		{"RawBucket", "AwsSolutions-S1", "", "Server access logs would be a second record of who wrote to us; the roles of the plan alone read the bucket, and CloudTrail's data events are the operator's choice."},
		{"Users", "AwsSolutions-COG3", "", "Threat protection costs a price per user and month; a second factor is asked of everybody and nobody signs up."},
	}
	for _, route := range openRoutes {
		list = append(list, reason{route[0], "AwsSolutions-APIG4", "", "The page must load, and say how to sign in, before anybody can; it holds no data."})
	}
	for _, route := range hookRoutes {
		list = append(list, reason{route[0], "AwsSolutions-APIG4", "", "Visitors of a website are nobody's agents: the form's id is not guessable, and origins, rates and sizes are checked."})
	}
	for _, route := range chatRoutes {
		list = append(list, reason{route[0], "AwsSolutions-APIG4", "", "A tenant's middleware is nobody's agent: it brings the token of its channel, of which the house keeps a hash. A visitor of a chat page has the signed token of a conversation."})
	}
	for _, r := range h.conf.Rows {
		list = append(list, h.rowReasons(r)...)
	}
	return list
}

// rowReasons are the wildcards in the role of one function, and its parking place.
func (h *house) rowReasons(r plan.Row) []reason {
	role := "Role" + title(r.Name)
	list := []reason{{role, "AwsSolutions-IAM5", "Resource::*", "X-Ray's two put actions, and ListStreams for the relay, know no resources (service authorization reference, 2026-11)."}}
	if has(r, plan.RawRead) {
		list = append(list, reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawIn + "*", "SES chooses the names of the objects that it stores below in/, one for each mail that comes in."})
	}
	if has(r, plan.RawForms) {
		list = append(list, reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawForms + "*", "One object for each message of a website's form, below in/form-."},
			reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawChats + "*", "Two objects for each message of a messaging channel, below in/byoc-: what was sent, and the mail made of it."})
	}
	if has(r, plan.RawRead) || has(r, plan.RawWrite) {
		list = append(list, reason{role, "AwsSolutions-IAM5", "Resource::<RawBucket.Arn>/" + rawOut + "*", "One object for each mail that we send, below out/."})
	}
	if has(r, plan.Domains) || has(r, plan.SendMail) {
		list = append(list,
			reason{role, "AwsSolutions-IAM5", "Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*", "Tenants bring domains while the house runs: by the tag that it gave them, the house uses its own alone; it looks at any."},
			reason{role, "AwsSolutions-IAM5", "Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:tenant/" + h.conf.Stack + "-*", "One tenant of SES for each customer, made while the house runs, below the house's name."})
	}
	if r.Trigger == plan.Clock || r.Trigger == plan.Stream {
		list = append(list, reason{"Parked" + title(r.Name), "AwsSolutions-SQS3", "", "This is a dead-letter queue: of a schedule or a stream, where the rule doesn't look."})
	}
	return list
}
