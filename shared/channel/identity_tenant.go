package channel

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sesv1types "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"guichet/shared/guichet"
)

// Account makes the tenant of SES for one of ours, so that a bad sender is paused alone, and ties its domains and the house's configuration sets to it: SES sends for
// a tenant with what is tied to it alone. It returns the name to send with; empty where there are none. It can be called again.
func (s *SESIdentities) Account(ctx context.Context, t guichet.TenantID, domains []string) (string, error) {
	if s.NoTenants {
		return "", nil
	}
	name := s.House + "-" + string(t)
	arn, err := s.tenantArn(ctx, name)
	if err != nil {
		return "", settingsError("make the tenant of SES for "+string(t), err)
	}
	at := strings.Index(arn, ":tenant/")
	if at < 0 {
		return "", guichet.Errorf(guichet.Other, "the tenant of SES for %s has an ARN that is none: %q", t, arn)
	}
	var things []string
	for _, d := range domains {
		things = append(things, "identity/"+d)
	}
	for _, c := range s.ConfigSets {
		if c != "" {
			things = append(things, "configuration-set/"+c)
		}
	}
	for _, thing := range things {
		_, err := s.V2.CreateTenantResourceAssociation(ctx, &sesv2.CreateTenantResourceAssociationInput{TenantName: &name, ResourceArn: aws.String(arn[:at+1] + thing)})
		var exists *types.AlreadyExistsException
		if err != nil && !errors.As(err, &exists) {
			return "", settingsError("tie "+thing+" to the tenant of SES", err)
		}
	}
	return name, nil
}

// tenantArn finds a tenant of SES, or makes it.
func (s *SESIdentities) tenantArn(ctx context.Context, name string) (string, error) {
	got, err := s.V2.GetTenant(ctx, &sesv2.GetTenantInput{TenantName: &name})
	if err == nil {
		return aws.ToString(got.Tenant.TenantArn), nil
	}
	if !isMissing(err) {
		return "", err
	}
	made, err := s.V2.CreateTenant(ctx, &sesv2.CreateTenantInput{TenantName: &name, Tags: []types.Tag{{Key: aws.String(houseTag), Value: &s.House}}})
	var exists *types.AlreadyExistsException
	if errors.As(err, &exists) { // by another call at this moment
		if got, err = s.V2.GetTenant(ctx, &sesv2.GetTenantInput{TenantName: &name}); err == nil {
			return aws.ToString(got.Tenant.TenantArn), nil
		}
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(made.TenantArn), nil
}

// Receiving looks at the account's active receipt rule set, as it is: one account and region has one.
func (s *SESIdentities) Receiving(ctx context.Context) (Receiving, error) {
	out, err := s.V1.DescribeActiveReceiptRuleSet(ctx, &ses.DescribeActiveReceiptRuleSetInput{})
	if err != nil && codeOf(err) != "RuleSetDoesNotExist" {
		return Receiving{}, settingsError("look at the receipt rules", err)
	}
	r := Receiving{}
	if err == nil && out.Metadata != nil {
		r.RuleSet = aws.ToString(out.Metadata.Name)
		r.Ours = r.RuleSet == s.RuleSet
		for _, rule := range out.Rules {
			s.judge(&r, rule)
		}
	}
	for _, w := range []struct {
		ok  bool
		say string
	}{
		{r.RuleSet != "", "no receipt rule set is active: run make activate"},
		{r.RuleSet == "" || r.Ours, "the active receipt rule set is " + r.RuleSet + ", not this house's " + s.RuleSet + ": run make activate"},
		{!r.Ours || r.Enabled, "no rule for all recipients is switched on: deploy the house again"},
		{!r.Enabled || r.Stores, "the rule does not store the mail in this house's bucket: deploy the house again"},
		{!r.Enabled || r.Tells, "the rule does not tell this house's topic: deploy the house again"},
		{!r.Enabled || r.Scans, "the rule does not look for spam and viruses: deploy the house again"},
	} {
		if !w.ok {
			r.Wrong = append(r.Wrong, w.say)
		}
	}
	return r, nil
}

// judge takes the good of a rule that takes mail for everybody.
func (s *SESIdentities) judge(r *Receiving, rule sesv1types.ReceiptRule) {
	if !rule.Enabled || len(rule.Recipients) > 0 {
		return
	}
	r.Enabled = true
	r.Scans = r.Scans || rule.ScanEnabled
	for _, a := range rule.Actions {
		if s3 := a.S3Action; s3 != nil && (s.Bucket == "" || aws.ToString(s3.BucketName) == s.Bucket) {
			r.Stores = true
			r.Tells = r.Tells || aws.ToString(s3.TopicArn) != "" && (s.Topic == "" || aws.ToString(s3.TopicArn) == s.Topic)
		}
	}
}
