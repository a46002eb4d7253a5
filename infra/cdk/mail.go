package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"guichet/shared/plan"
)

// The one rule of receiving has a fixed name: policies name it before it is there.
func (h *house) ruleSet() string { return h.conf.Stack }
func (h *house) receiptRuleArn() string {
	return h.arn("ses", "receipt-rule-set/"+h.ruleSet()+":receipt-rule/all")
}

// receiving makes the receipt rule set with its one rule: no recipients, so it takes mail for every verified domain; it stores the raw mail
// and tells the topic (shared/decisions/ses-one-rule.md). CloudFormation can't make a rule set the active one: see the output ActivateReceiving.
func (h *house) receiving() {
	set := awsses.NewCfnReceiptRuleSet(h.Stack, str("ReceiptRuleSet"), &awsses.CfnReceiptRuleSetProps{RuleSetName: str(h.ruleSet())})
	rule := awsses.NewCfnReceiptRule(h.Stack, str("ReceiptRule"), &awsses.CfnReceiptRuleProps{
		RuleSetName: set.Ref(),
		Rule: &awsses.CfnReceiptRule_RuleProperty{
			Name: str("all"), Enabled: yes,
			ScanEnabled: yes,             // verdicts of spam and virus come with the notification
			TlsPolicy:   str("Optional"), // a public MX that demands TLS loses mail
			Actions: []any{&awsses.CfnReceiptRule_ActionProperty{S3Action: &awsses.CfnReceiptRule_S3ActionProperty{
				BucketName: h.raw.Ref(), ObjectKeyPrefix: str(rawIn), TopicArn: h.feedOf(plan.Mail).Ref(),
			}}},
		},
	})
	for _, id := range []string{"RawBucketPolicy", "Topic" + title(h.rowOf(plan.Mail).Name) + "Policy"} {
		// SES tries both when the rule is made, and refuses it if it may not.
		rule.AddDependency(h.Node().FindChild(&id).(awscdk.CfnResource))
	}
}

// rowOf returns the first row of that trigger. The plan has one for each of Mail and Receipts; the first of HTTP serves all that no other does.
func (h *house) rowOf(t plan.Trigger) plan.Row {
	for _, r := range h.conf.Rows {
		if r.Trigger == t {
			return r
		}
	}
	panic("infra/cdk: the plan has no function for " + string(t))
}

func (h *house) feedOf(t plan.Trigger) awssns.CfnTopic { return h.topics[h.rowOf(t).Name] }
