package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"

	"guichet/shared/plan"
)

// tokenDerive lets a function derive the key that signs the ids in our Message-IDs: kms:GenerateMac over a fixed label, once per cold start.
const tokenDerive plan.Grant = "token:derive"

// keys makes the customer key for table, raw mail and topics, and the HMAC key that signs our Message-IDs. Two keys are all that costs
// money while nothing happens, beside storage and alarms.
func (h *house) keys() {
	root := map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"AWS": "arn:" + *h.Partition() + ":iam::" + *h.Account() + ":root"},
		"Action": "kms:*", "Resource": "*",
	}
	use := []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"}
	h.dataKey = awskms.NewCfnKey(h.Stack, str("DataKey"), &awskms.CfnKeyProps{
		Description:       str("guichet: table, raw mail, topics"),
		EnableKeyRotation: yes,
		// SES writes raw mail and publishes to encrypted topics; CloudWatch publishes alarms. Roles get theirs from the plan.
		KeyPolicy: doc(root, h.allowService("ses.amazonaws.com", use, "*"), h.allowService("cloudwatch.amazonaws.com", use, "*")),
	})
	h.keep(h.dataKey)
	awskms.NewCfnAlias(h.Stack, str("DataKeyAlias"), &awskms.CfnAliasProps{
		AliasName: str("alias/" + h.conf.Stack + "/data"), TargetKeyId: h.dataKey.AttrArn(),
	})
	if !h.granted(tokenDerive) {
		return
	}
	h.tokenKey = awskms.NewCfnKey(h.Stack, str("TokenKey"), &awskms.CfnKeyProps{
		Description: str("guichet: signs the ids in our Message-IDs"),
		KeySpec:     str("HMAC_256"), KeyUsage: str("GENERATE_VERIFY_MAC"), // KMS can't rotate HMAC keys
		KeyPolicy: doc(root),
	})
	h.keep(h.tokenKey)
}
