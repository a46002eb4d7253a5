//go:build outside

package engines_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"

	"guichet/infra/engines"
	"guichet/shared/channel"
)

// Whether mail comes in is read from an engine that nobody here wrote: the active receipt rule set as API v1 shows it.
//
// QUIRK: moto 5.2 writes LastKeyGenerationTimestamp of a domain as text, which SES does not and the SDK does not read (2026-11): identities of domains stand before a
// server of our own, in shared/channel.
func TestReceivingOnMoto(t *testing.T) {
	url := engines.Moto(t)
	conf := engines.Config(url)
	v1 := ses.NewFromConfig(conf)
	bucket := s3.NewFromConfig(conf, func(o *s3.Options) { o.UsePathStyle = true })
	s := &channel.SESIdentities{V1: v1, RuleSet: "guichet", Bucket: "raw", Topic: "arn:aws:sns:eu-west-1:123456789012:mail"}
	ctx, name := t.Context(), aws.String("guichet")
	if r, err := s.Receiving(ctx); err != nil || r.RuleSet != "" || len(r.Wrong) == 0 {
		t.Errorf("without an active rule set: %+v, %v", r, err)
	}
	_, err0 := bucket.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("raw"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: engines.Region}})
	makeTopic(t, url, "mail")
	_, err1 := v1.CreateReceiptRuleSet(ctx, &ses.CreateReceiptRuleSetInput{RuleSetName: name})
	_, err2 := v1.CreateReceiptRule(ctx, &ses.CreateReceiptRuleInput{RuleSetName: name, Rule: &types.ReceiptRule{
		Name: aws.String("all"), Enabled: true, ScanEnabled: true, Actions: []types.ReceiptAction{{S3Action: &types.S3Action{BucketName: aws.String("raw"), TopicArn: aws.String(s.Topic)}}},
	}})
	_, err3 := v1.SetActiveReceiptRuleSet(ctx, &ses.SetActiveReceiptRuleSetInput{RuleSetName: name})
	if err := errors.Join(err0, err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Receiving(ctx); err != nil || len(r.Wrong) > 0 || !r.Ours || !r.Scans || !r.Tells {
		t.Errorf("ours, active: %+v, %v", r, err)
	}
	s.Topic = "arn:aws:sns:eu-west-1:123456789012:other"
	if r, err := s.Receiving(ctx); err != nil || r.Tells || len(r.Wrong) != 1 {
		t.Errorf("it tells another topic: %+v, %v", r, err)
	}
}

// makeTopic makes an SNS topic, without the SDK of a service that the house itself never calls.
func makeTopic(t *testing.T, url, name string) {
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader("Action=CreateTopic&Version=2010-03-31&Name="+name))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260302/"+engines.Region+"/sns/aws4_request, SignedHeaders=host, Signature=x")
	got, err := http.DefaultClient.Do(r)
	if err != nil || got.StatusCode != http.StatusOK {
		t.Fatal(got, err)
	}
	got.Body.Close()
}
