package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"guichet/shared/plan"
)

// role makes what the function r may do: what its row grants, what its trigger needs, its own log, traces. Nothing is granted elsewhere.
func (h *house) role(r plan.Row, log awslogs.CfnLogGroup) awsiam.CfnRole {
	var grants []map[string]any
	for _, g := range r.Grants {
		grants = append(grants, h.grant(r, g)...)
	}
	policies := []any{policy("house", h.base(log)...)}
	if len(grants) > 0 {
		policies = append(policies, policy("plan", grants...))
	}
	if s := h.trigger(r); len(s) > 0 {
		policies = append(policies, policy("trigger", s...))
	}
	return awsiam.NewCfnRole(h.Stack, str("Role"+title(r.Name)), &awsiam.CfnRoleProps{
		Description:              str("what " + r.Name + " may do: shared/plan"),
		AssumeRolePolicyDocument: assumedBy("lambda.amazonaws.com"),
		Policies:                 policies,
	})
}

func policy(name string, statements ...map[string]any) any {
	return &awsiam.CfnRole_PolicyProperty{PolicyName: &name, PolicyDocument: doc(statements...)}
}

func assumedBy(service string) map[string]any {
	return doc(map[string]any{"Effect": "Allow", "Principal": map[string]any{"Service": service}, "Action": "sts:AssumeRole"})
}

// base is what every function may do: write its log, hand over its traces.
func (h *house) base(log awslogs.CfnLogGroup) []map[string]any {
	return []map[string]any{
		allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{*log.AttrArn()}),
		allow([]string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, []string{"*"}),
	}
}

// grant turns one word of the plan into statements.
func (h *house) grant(r plan.Row, g plan.Grant) []map[string]any {
	bucket := *h.raw.AttrArn()
	switch g {
	case plan.TableRead:
		return []map[string]any{
			allow([]string{"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}, append(h.indexArns(), *h.table.AttrArn())),
			h.dataKeyVia("dynamodb", "kms:Decrypt", "kms:DescribeKey"),
		}
	case plan.TableWrite:
		return []map[string]any{
			allow([]string{"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, []string{*h.table.AttrArn()}),
			h.dataKeyVia("dynamodb", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
		}
	case plan.RawRead: // without ListBucket, S3 answers 403 and not 404 to a key that isn't there
		return []map[string]any{
			allow([]string{"s3:GetObject"}, []string{bucket + "/" + rawIn + "*", bucket + "/" + rawOut + "*"}),
			allow([]string{"s3:ListBucket"}, []string{bucket}),
			h.dataKeyVia("s3", "kms:Decrypt"),
		}
	case plan.RawWrite: // Decrypt: S3 checks the parts of a multipart upload
		return []map[string]any{
			allow([]string{"s3:AbortMultipartUpload", "s3:PutObject"}, []string{bucket + "/" + rawOut + "*"}),
			h.dataKeyVia("s3", "kms:Decrypt", "kms:GenerateDataKey"),
		}
	case plan.RawShred: // every version: a mark of deletion alone would leave the bytes there
		return []map[string]any{
			allow([]string{"s3:DeleteObject", "s3:DeleteObjectVersion"}, []string{bucket + "/" + rawIn + "*", bucket + "/" + rawOut + "*"}),
			allow([]string{"s3:ListBucketVersions"}, []string{bucket}),
		}
	case plan.RawForms:
		return []map[string]any{
			allow([]string{"s3:PutObject"}, []string{bucket + "/" + rawForms + "*", bucket + "/" + rawChats + "*"}),
			h.dataKeyVia("s3", "kms:Decrypt", "kms:GenerateDataKey"),
		}
	case plan.SendMail: // QUIRK: SES asks for SendRawEmail or SendEmail by the shape of the content (2026-11)
		send := []string{"ses:SendEmail", "ses:SendRawEmail"}
		return []map[string]any{allow(send, append(h.sendersArns(), h.tenantArns())), h.tagged(send)}
	case plan.Domains:
		return h.domains()
	case plan.MailAccount: // both know no resource
		return []map[string]any{allow([]string{"ses:DeleteSuppressedDestination", "ses:GetAccount"}, []string{"*"})}
	case plan.SecretSeal:
		return []map[string]any{h.sealed("kms:Encrypt")}
	case plan.SecretOpen:
		return []map[string]any{h.sealed("kms:Decrypt")}
	case plan.TellEvents:
		return []map[string]any{allow([]string{"events:PutEvents"}, []string{*h.bus.AttrArn()})}
	case plan.SendQueues:
		return []map[string]any{allow([]string{"sqs:SendMessage"}, h.factQueueArns())}
	case tokenDerive:
		s := allow([]string{"kms:GenerateMac"}, []string{*h.tokenKey.AttrArn()})
		return []map[string]any{when(s, "StringEquals", "kms:MacAlgorithm", "HMAC_SHA_256")}
	}
	panic("infra/cdk: " + r.Name + " has a grant that nobody knows: " + string(g))
}

// trigger is what Lambda needs to fetch the function's messages in its name, and to park what failed.
func (h *house) trigger(r plan.Row) []map[string]any {
	l := h.lanes[r.Name]
	park := func() map[string]any { return allow([]string{"sqs:SendMessage"}, []string{*l.Parked.AttrArn()}) }
	switch r.Trigger {
	case plan.Mail, plan.Facts, plan.Receipts:
		return []map[string]any{allow(
			[]string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}, []string{*l.Main.AttrArn()})}
	case plan.Clock:
		return []map[string]any{park()}
	case plan.Stream:
		return []map[string]any{
			allow([]string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, []string{*h.table.AttrStreamArn()}),
			allow([]string{"dynamodb:ListStreams"}, []string{"*"}),
			h.dataKeyVia("dynamodb", "kms:Decrypt", "kms:DescribeKey"),
			park(),
		}
	}
	return nil
}

// dataKeyVia lets the data key be used through one AWS service alone, never directly.
func (h *house) dataKeyVia(service string, actions ...string) map[string]any {
	s := allow(actions, []string{*h.dataKey.AttrArn()})
	return when(s, "StringEquals", "kms:ViaService", service+"."+*h.Region()+".amazonaws.com")
}

func (h *house) indexArns() []string {
	var arns []string
	for _, name := range h.indexNames {
		arns = append(arns, *h.table.AttrArn()+"/index/"+name)
	}
	return arns
}

// sendersArns are the identities and configuration sets of the house.
func (h *house) sendersArns() []string {
	var arns []string
	for _, d := range h.conf.Domains {
		arns = append(arns, h.arn("ses", "identity/"+d))
	}
	for _, n := range h.setNames() {
		arns = append(arns, h.arn("ses", "configuration-set/"+n))
	}
	if h.conf.Opens {
		arns = append(arns, h.arn("ses", "configuration-set/"+h.opensName()))
	}
	return arns
}

// houseTag is the tag of the identities that the settings make; shared/channel writes it.
const houseTag = "guichet"

// tenantArns are the tenants of SES that the house makes, one for each customer.
func (h *house) tenantArns() string { return h.arn("ses", "tenant/"+h.conf.Stack+"-*") }

// tagged allows what is done with identities that this house made for its tenants: those with its tag alone.
func (h *house) tagged(actions []string) map[string]any {
	return when(allow(actions, []string{h.arn("ses", "identity/*")}), "StringEquals", "aws:ResourceTag/"+houseTag, h.conf.Stack)
}

// domains is what the settings of domains do: make identities with the house's tag, change and release those with it, look at any; make tenants of SES and tie
// identities and the house's configuration sets to them; look at the receipt rules.
func (h *house) domains() []map[string]any {
	identities := []string{h.arn("ses", "identity/*")}
	make := when(allow([]string{"ses:CreateEmailIdentity", "ses:TagResource"}, identities), "StringEquals", "aws:RequestTag/"+houseTag, h.conf.Stack)
	return []map[string]any{
		make,
		h.tagged([]string{"ses:DeleteEmailIdentity", "ses:PutEmailIdentityFeedbackAttributes", "ses:PutEmailIdentityMailFromAttributes"}),
		allow([]string{"ses:GetEmailIdentity"}, identities),
		allow([]string{"ses:CreateTenant", "ses:GetTenant", "ses:TagResource"}, []string{h.tenantArns()}),
		allow([]string{"ses:CreateTenantResourceAssociation"}, append(h.sendersArns(), h.tenantArns())),
		h.tagged([]string{"ses:CreateTenantResourceAssociation"}),
		allow([]string{"ses:DescribeActiveReceiptRuleSet"}, []string{"*"}), // knows no resource
	}
}

func (h *house) factQueueArns() []string {
	var arns []string
	for _, r := range h.conf.Rows {
		if r.Trigger == plan.Facts {
			arns = append(arns, *h.lanes[r.Name].Main.AttrArn())
		}
	}
	return arns
}
