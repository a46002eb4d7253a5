package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

const (
	rawIn          = "in/"      // SES writes what came in
	rawForms       = "in/form-" // webhook writes what forms of websites sent
	rawChats       = "in/byoc-" // webhook writes what middlewares sent, and the mails made of it
	rawOut         = "out/"     // deliver writes what goes out
	noncurrentDays = 30         // a deleted mail can be had back for so long, and is gone after
)

// rawMail makes the bucket of raw mail: encrypted with our key (a bucket key makes KMS's share of the bill vanish), closed to the public
// and to plain HTTP.
func (h *house) rawMail() {
	h.raw = awss3.NewCfnBucket(h.Stack, str("RawBucket"), &awss3.CfnBucketProps{
		BucketEncryption: &awss3.CfnBucket_BucketEncryptionProperty{
			ServerSideEncryptionConfiguration: []any{&awss3.CfnBucket_ServerSideEncryptionRuleProperty{
				BucketKeyEnabled: yes,
				ServerSideEncryptionByDefault: &awss3.CfnBucket_ServerSideEncryptionByDefaultProperty{
					SseAlgorithm: str("aws:kms"), KmsMasterKeyId: h.dataKey.AttrArn(),
				},
			}},
		},
		LifecycleConfiguration: &awss3.CfnBucket_LifecycleConfigurationProperty{Rules: h.lifecycle()},
		OwnershipControls: &awss3.CfnBucket_OwnershipControlsProperty{
			Rules: []any{&awss3.CfnBucket_OwnershipControlsRuleProperty{ObjectOwnership: str("BucketOwnerEnforced")}},
		},
		PublicAccessBlockConfiguration: &awss3.CfnBucket_PublicAccessBlockConfigurationProperty{
			BlockPublicAcls: yes, BlockPublicPolicy: yes, IgnorePublicAcls: yes, RestrictPublicBuckets: yes,
		},
		VersioningConfiguration: &awss3.CfnBucket_VersioningConfigurationProperty{Status: str("Enabled")},
	})
	h.keep(h.raw)
	put := h.allowService("ses.amazonaws.com", []string{"s3:PutObject"}, *h.raw.AttrArn()+"/"+rawIn+"*")
	awss3.NewCfnBucketPolicy(h.Stack, str("RawBucketPolicy"), &awss3.CfnBucketPolicyProps{
		Bucket: h.raw.Ref(),
		PolicyDocument: doc(
			when(put, "StringEquals", "aws:SourceArn", h.receiptRuleArn()),
			denyPlain([]string{"s3:*"}, *h.raw.AttrArn(), *h.raw.AttrArn()+"/*"),
		),
	})
}

// lifecycle moves big old mails to cheaper storage, and deletes all of them after the days that the person who deploys chose; files that wait to
// be sent go sooner.
//
// QUIRK: the cheap classes bill at least 128 KB an object (2026-11): a mail of 75 KB costs less where it is.
func (h *house) lifecycle() []any {
	move := func(days int, class string) any {
		return &awss3.CfnBucket_TransitionProperty{TransitionInDays: num(days), StorageClass: &class}
	}
	var rules []any
	for _, prefix := range []string{rawIn, rawOut} {
		big := &awss3.CfnBucket_RuleProperty{
			Id: str("big-" + prefix[:len(prefix)-1]), Status: str("Enabled"), Prefix: str(prefix), ObjectSizeGreaterThan: num(128 << 10),
		}
		var moves []any
		if h.conf.MailDays == 0 || h.conf.MailDays > 60 {
			moves = append(moves, move(30, "STANDARD_IA"))
		}
		if h.conf.MailDays == 0 || h.conf.MailDays > 270 {
			moves = append(moves, move(180, "GLACIER_IR"))
		}
		if len(moves) > 0 {
			big.Transitions = moves
			rules = append(rules, big)
		}
		if h.conf.MailDays > 0 {
			rules = append(rules, &awss3.CfnBucket_RuleProperty{
				Id: str("expire-" + prefix[:len(prefix)-1]), Status: str("Enabled"), Prefix: str(prefix), ExpirationInDays: num(h.conf.MailDays),
			})
		}
	}
	rules = append(rules, &awss3.CfnBucket_RuleProperty{ // an agent's file is attached within two days, or never
		Id: str("waiting-files"), Status: str("Enabled"), Prefix: str(rawOut + "_tmp/"), ExpirationInDays: num(3),
	})
	return append(rules, &awss3.CfnBucket_RuleProperty{
		Id: str("tidy"), Status: str("Enabled"),
		AbortIncompleteMultipartUpload: &awss3.CfnBucket_AbortIncompleteMultipartUploadProperty{DaysAfterInitiation: num(1)},
		NoncurrentVersionExpiration:    &awss3.CfnBucket_NoncurrentVersionExpirationProperty{NoncurrentDays: num(noncurrentDays)},
		ExpiredObjectDeleteMarker:      yes,
	})
}
