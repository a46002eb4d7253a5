package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"guichet/shared/ledger/dynamo"
	"guichet/shared/pace"
	"guichet/shared/plan"
)

// wake joins each function to its queue or to the stream. A handler answers which records failed, so that the others are done.
func (h *house) wake() {
	for _, r := range h.conf.Rows {
		switch r.Trigger {
		case plan.Mail, plan.Facts, plan.Receipts:
			awslambda.NewCfnEventSourceMapping(h.Stack, str("Wake"+title(r.Name)), &awslambda.CfnEventSourceMappingProps{
				FunctionName: h.fns[r.Name].Ref(), EventSourceArn: h.lanes[r.Name].Main.AttrArn(), BatchSize: num(r.Batch),
				FunctionResponseTypes: strs("ReportBatchItemFailures"), ScalingConfig: h.workers(r),
			})
		case plan.Stream:
			h.wakeByStream(r)
		}
	}
}

// fewestSenders is how many answers may be on their way at once, at least: one tenant's relay that is slow must not hold up the others.
const fewestSenders = 50

// workers bounds how many answers are sent at once. More than a quarter beyond what the account's rate can use would only wait for their turn, and be paid for it.
func (h *house) workers(r plan.Row) *awslambda.CfnEventSourceMapping_ScalingConfigProperty {
	if !has(r, plan.SendMail) {
		return nil
	}
	lanes := int(pace.Rate(h.conf.SendRate).Lanes())
	return &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: num(min(max(fewestSenders, lanes*5/4), 1000))}
}

// wakeByStream reads the stream from its oldest record, so that a mapping made anew loses nothing of the last day; the receivers know facts
// that they had before. Only what the ledger created and marked for the feed wakes it: the rest of the stream, most of it, costs nothing. A batch that fails is halved until the bad record stands alone, tried Attempts times, and its place is parked.
func (h *house) wakeByStream(r plan.Row) {
	awslambda.NewCfnEventSourceMapping(h.Stack, str("Wake"+title(r.Name)), &awslambda.CfnEventSourceMappingProps{
		FunctionName: h.fns[r.Name].Ref(), EventSourceArn: h.table.AttrStreamArn(), BatchSize: num(r.Batch),
		StartingPosition: str("TRIM_HORIZON"),
		FilterCriteria: &awslambda.CfnEventSourceMapping_FilterCriteriaProperty{
			Filters: []any{&awslambda.CfnEventSourceMapping_FilterProperty{Pattern: str(dynamo.StreamFilter)}},
		},
		FunctionResponseTypes:      strs("ReportBatchItemFailures"),
		BisectBatchOnFunctionError: yes,
		ParallelizationFactor:      num(1),
		MaximumRetryAttempts:       num(r.Attempts),
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: h.lanes[r.Name].Parked.AttrArn()},
		},
	})
}
