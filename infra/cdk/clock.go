package main

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"guichet/shared/plan"
)

// clock makes the schedule of each function that the clock wakes. There are two places to fail, and both park what failed in one queue: the
// scheduler could not call Lambda; Lambda called and the function failed. A tick is worth trying again for an hour at most: the next one does
// the same work.
func (h *house) clock() {
	for _, r := range h.conf.Rows {
		if r.Trigger != plan.Clock {
			continue
		}
		name, fn, parked := title(r.Name), h.fns[r.Name], h.lanes[r.Name].Parked
		role := awsiam.NewCfnRole(h.Stack, str("RoleSchedule"+name), &awsiam.CfnRoleProps{
			Description: str("the schedule of " + r.Name), AssumeRolePolicyDocument: h.assumedByScheduler(),
			Policies: []any{policy("call",
				allow([]string{"lambda:InvokeFunction"}, []string{*fn.AttrArn()}),
				allow([]string{"sqs:SendMessage"}, []string{*parked.AttrArn()}))},
		})
		awsscheduler.NewCfnSchedule(h.Stack, str("Schedule"+name), &awsscheduler.CfnScheduleProps{
			Description:        str("guichet: wakes " + r.Name),
			ScheduleExpression: str(rate(r.Every)),
			FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: str("OFF")},
			State:              str("ENABLED"),
			Target: &awsscheduler.CfnSchedule_TargetProperty{
				Arn: fn.AttrArn(), RoleArn: role.AttrArn(),
				RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
					MaximumRetryAttempts: num(r.Attempts), MaximumEventAgeInSeconds: num(3600),
				},
				DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: parked.AttrArn()},
			},
		})
		h.afterFailure(r, fn, parked)
	}
}

// assumedByScheduler is the trust of a schedule's role: EventBridge Scheduler, for this account alone.
func (h *house) assumedByScheduler() map[string]any {
	d := assumedBy("scheduler.amazonaws.com")
	when(d["Statement"].([]any)[0].(map[string]any), "StringEquals", "aws:SourceAccount", *h.Account())
	return d
}

// afterFailure has Lambda try a failed tick again, and park it then. Lambda allows two more attempts (2026-11).
func (h *house) afterFailure(r plan.Row, fn awslambda.CfnFunction, parked awssqs.CfnQueue) {
	awslambda.NewCfnEventInvokeConfig(h.Stack, str("Retry"+title(r.Name)), &awslambda.CfnEventInvokeConfigProps{
		FunctionName: fn.Ref(), Qualifier: str("$LATEST"),
		MaximumRetryAttempts: num(min(r.Attempts-1, 2)), MaximumEventAgeInSeconds: num(3600),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: parked.AttrArn()},
		},
	})
}

// rate says every in the scheduler's words, in whole minutes: "rate(1 minute)", "rate(5 minutes)".
func rate(every time.Duration) string {
	n := max(int(every.Minutes()), 1)
	if n == 1 {
		return "rate(1 minute)"
	}
	return fmt.Sprintf("rate(%d minutes)", n)
}
