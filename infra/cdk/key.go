package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"

	"guichet/shared/plan"
)

// tokenDerive lets a function derive the key that signs the ids in our Message-IDs: kms:GenerateMac over a fixed label, once per cold start.
const tokenDerive plan.Grant = "token:derive"

// keys makes the customer key for table, raw mail and topics, the one under which tenants' passwords are sealed, and the HMAC key that signs our Message-IDs.
// Three keys are all that costs money while nothing happens, beside storage and alarms.
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
	if h.granted(plan.SecretSeal) || h.granted(plan.SecretOpen) {
		h.secrets(root)
	}
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

// secrets makes the key under which the passwords of tenants' relays are sealed (A041). It is apart from the data key, so that who may read the table opens no
// password. It is never used but with the tenant and the channel in the encryption context; that stands in the roles, and here for everybody else.
func (h *house) secrets(root map[string]any) {
	bare := map[string]any{
		"Effect": "Deny", "Principal": map[string]any{"AWS": "*"}, "Action": []string{"kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}, "Resource": "*",
		"Condition": map[string]any{"Null": map[string]any{"kms:EncryptionContext:tenant": "true"}},
	}
	h.secretKey = awskms.NewCfnKey(h.Stack, str("SecretKey"), &awskms.CfnKeyProps{
		Description: str("guichet: passwords of tenants' relays"), EnableKeyRotation: yes, KeyPolicy: doc(root, bare),
	})
	h.keep(h.secretKey)
	awskms.NewCfnAlias(h.Stack, str("SecretKeyAlias"), &awskms.CfnAliasProps{
		AliasName: str("alias/" + h.conf.Stack + "/secrets"), TargetKeyId: h.secretKey.AttrArn(),
	})
}

// sealed lets the secret key be used for what is sealed with a tenant and a channel in its encryption context, and with nothing beside.
func (h *house) sealed(action string) map[string]any {
	s := allow([]string{action}, []string{*h.secretKey.AttrArn()})
	when(s, "Null", "kms:EncryptionContext:tenant", "false")
	when(s, "Null", "kms:EncryptionContext:channel", "false")
	return when(s, "ForAllValues:StringEquals", "kms:EncryptionContextKeys", []string{"tenant", "channel"})
}
