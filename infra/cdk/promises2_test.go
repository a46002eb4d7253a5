package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guichet/shared/plan"
)

func keepLanes(c *checker) {
	c.all("AWS::SQS::Queue", map[string]any{"MessageRetentionPeriod": 1209600, "SqsManagedSseEnabled": true})
	for _, r := range plan.Rows {
		id, parked, wake := "Queue"+title(r.Name), "Parked"+title(r.Name), "Wake"+title(r.Name)
		if !slices.Contains([]plan.Trigger{plan.Mail, plan.Facts, plan.Receipts}, r.Trigger) {
			c.is(id, nil, "VisibilityTimeout")
			continue
		}
		c.is(id, r.Backoff.Seconds(), "VisibilityTimeout")
		c.is(id, float64(r.Attempts), "RedrivePolicy", "maxReceiveCount")
		c.is(id, "${"+parked+".Arn}", "RedrivePolicy", "deadLetterTargetArn")
		c.is(wake, "${"+id+".Arn}", "EventSourceArn")
		c.is(wake, float64(r.Batch), "BatchSize")
		c.is(wake, "ReportBatchItemFailures", "FunctionResponseTypes", "0")
		if r.Backoff < r.Timeout {
			c.fail("%s: Lambda refuses a visibility timeout below the function's", r.Name)
		}
		if r.Batch < 1 || r.Batch > 10 {
			c.fail("%s: a FIFO queue gives 1 to 10 messages, not %d", r.Name, r.Batch)
		}
		for _, q := range []string{id, parked} {
			want := any(nil)
			if r.Trigger == plan.Facts {
				want = true
				c.is(q, false, "ContentBasedDeduplication")
				c.is(q, "messageGroup", "DeduplicationScope")
			}
			c.is(q, want, "FifoQueue")
		}
	}
}

func keepQueuePolicies(c *checker) {
	for _, id := range c.tpl.of("AWS::SQS::Queue") {
		s := statements(c.tpl.props(id + "Policy")["PolicyDocument"])
		if s[0]["Effect"] != "Deny" || text(at(s[0], "Condition", "Bool", "aws:SecureTransport")) != "false" {
			c.fail("%s takes plain HTTP", id)
		}
	}
	for _, name := range []string{"Inbound", "Receipts"} {
		id := "Subscription" + name
		c.is(id, "${Topic"+name+"}", "TopicArn")
		c.is(id, "${Queue"+name+".Arn}", "Endpoint")
		c.is(id, true, "RawMessageDelivery")
		c.is(id, "${Parked"+name+".Arn}", "RedrivePolicy", "deadLetterTargetArn")
		c.is("Topic"+name, "${DataKey.Arn}", "KmsMasterKeyId")
		allowed := statements(c.tpl.props("Queue" + name + "Policy")["PolicyDocument"])
		if got := text(at(allowed[len(allowed)-1], "Condition", "ArnEquals", "aws:SourceArn")); got != "${Topic"+name+"}" {
			c.fail("who may send to %s: %s", name, got)
		}
	}
}

func keepRelay(c *checker) {
	c.has("AWS::Lambda::EventSourceMapping", map[string]any{
		"BisectBatchOnFunctionError": true, "ParallelizationFactor": 1, "MaximumRetryAttempts": 10000, "StartingPosition": "TRIM_HORIZON",
		"FunctionResponseTypes": []any{"ReportBatchItemFailures"},
	})
	c.is("WakeRelay", "${Table.StreamArn}", "EventSourceArn")
	c.is("WakeRelay", "${ParkedRelay.Arn}", "DestinationConfig", "OnFailure", "Destination")
	readers := 0
	for _, id := range c.tpl.of("AWS::Lambda::EventSourceMapping") {
		if text(at(c.tpl.props(id), "EventSourceArn")) == "${Table.StreamArn}" {
			readers++
		}
	}
	if readers != 1 {
		c.fail("%d readers of the stream; a shard bears two, and one is ours to spare", readers)
	}
}

func keepClock(c *checker) {
	c.count("AWS::Scheduler::Schedule", 1)
	c.is("ScheduleSla", "rate(1 minute)", "ScheduleExpression")
	c.is("ScheduleSla", "ENABLED", "State")
	c.is("ScheduleSla", "${FunctionSla.Arn}", "Target", "Arn")
	c.is("ScheduleSla", 3.0, "Target", "RetryPolicy", "MaximumRetryAttempts")
	c.is("ScheduleSla", "${ParkedSla.Arn}", "Target", "DeadLetterConfig", "Arn")
	c.is("RetrySla", "${ParkedSla.Arn}", "DestinationConfig", "OnFailure", "Destination")
}

// grantedActions is what each word of the plan may come to, written a second time by hand.
var grantedActions = map[plan.Grant][]string{
	plan.TableRead:   {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "kms:Decrypt", "kms:DescribeKey"},
	plan.TableWrite:  {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
	plan.RawRead:     {"s3:GetObject", "s3:ListBucket", "kms:Decrypt"},
	plan.RawWrite:    {"s3:PutObject", "s3:AbortMultipartUpload", "kms:Decrypt", "kms:GenerateDataKey"},
	plan.RawShred:    {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"},
	plan.RawForms:    {"s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey"},
	plan.SendMail:    {"ses:SendEmail", "ses:SendRawEmail"},
	plan.MailAccount: {"ses:GetAccount", "ses:DeleteSuppressedDestination"},
	plan.SecretSeal:  {"kms:Encrypt"},
	plan.SecretOpen:  {"kms:Decrypt"},
	plan.SendQueues:  {"sqs:SendMessage"},
	plan.TellEvents:  {"events:PutEvents"},
	tokenDerive:      {"kms:GenerateMac"},
	plan.Domains: {"ses:CreateEmailIdentity", "ses:TagResource", "ses:DeleteEmailIdentity", "ses:PutEmailIdentityFeedbackAttributes", "ses:PutEmailIdentityMailFromAttributes",
		"ses:GetEmailIdentity", "ses:CreateTenant", "ses:GetTenant", "ses:CreateTenantResourceAssociation", "ses:DescribeActiveReceiptRuleSet"},
}

// starred are the actions that know no resource.
var starred = []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments", "dynamodb:ListStreams", "ses:GetAccount", "ses:DeleteSuppressedDestination", "ses:DescribeActiveReceiptRuleSet"}

func keepRoles(c *checker) {
	c.count("AWS::IAM::Policy", 0)
	c.count("AWS::IAM::ManagedPolicy", 0)
	for _, r := range plan.Rows {
		id := "Role" + title(r.Name)
		c.is(id, nil, "ManagedPolicyArns")
		c.is(id, "lambda.amazonaws.com", "AssumeRolePolicyDocument", "Statement", "0", "Principal", "Service")
		var want []string
		for _, g := range r.Grants {
			want = append(want, grantedActions[g]...)
		}
		got := actions(c.policy(id, "plan"))
		slices.Sort(want)
		if want = slices.Compact(want); !slices.Equal(got, want) {
			c.fail("%s may %v, the plan says %v", r.Name, got, want)
		}
		for _, p := range []string{"house", "plan", "trigger"} {
			for _, s := range statements(c.policy(id, p)) {
				c.narrow(r.Name, s)
			}
		}
	}
}

// narrow: no star in an action, none in a resource but below a folder of raw mail or where AWS knows no resources; keys through a service.
func (c *checker) narrow(who string, s map[string]any) {
	for _, a := range texts(s["Action"]) {
		if strings.Contains(a, "*") {
			c.fail("%s may %s", who, a)
		}
		if strings.HasPrefix(a, "kms:") && a != "kms:GenerateMac" && at(s, "Condition", "StringEquals", "kms:ViaService") == nil && at(s, "Condition", "Null", "kms:EncryptionContext:tenant") != "false" {
			c.fail("%s may %s directly", who, a)
		}
		for _, res := range texts(s["Resource"]) {
			below := strings.HasPrefix(res, "${RawBucket.Arn}/") && strings.HasPrefix(a, "s3:")
			if strings.Contains(res, "*") && !below && !slices.Contains(starred, a) && !ofTheHouse(s, a, res) {
				c.fail("%s may %s on %s", who, a, res)
			}
		}
	}
}

// policy returns the document of a role's inline policy of that name; nil if there is none.
// ofTheHouse reports whether a statement reaches identities with the house's tag alone (to look at, any), or tenants of SES with its name.
func ofTheHouse(s map[string]any, action, res string) bool {
	tagged := func(key string) bool {
		return text(at(s, "Condition", "StringEquals", "aws:"+key+"/guichet")) == "guichet"
	}
	switch {
	case strings.HasSuffix(res, ":identity/*"):
		return action == "ses:GetEmailIdentity" || tagged("ResourceTag") || tagged("RequestTag") && (action == "ses:CreateEmailIdentity" || action == "ses:TagResource")
	case strings.HasSuffix(res, ":tenant/guichet-*"):
		return strings.HasPrefix(action, "ses:")
	}
	return false
}

// identityCalls are what may be done with identities beyond those that the template names, by which tag, and by whom.
var identityCalls = map[string]string{
	"inbox ses:CreateEmailIdentity": "aws:RequestTag/guichet", "inbox ses:TagResource": "aws:RequestTag/guichet",
	"inbox ses:DeleteEmailIdentity": "aws:ResourceTag/guichet", "inbox ses:PutEmailIdentityFeedbackAttributes": "aws:ResourceTag/guichet",
	"inbox ses:PutEmailIdentityMailFromAttributes": "aws:ResourceTag/guichet", "inbox ses:CreateTenantResourceAssociation": "aws:ResourceTag/guichet",
	"inbox ses:GetEmailIdentity": "", "deliver ses:SendEmail": "aws:ResourceTag/guichet", "deliver ses:SendRawEmail": "aws:ResourceTag/guichet",
}

func keepDomains(c *checker) {
	seen := map[string]bool{}
	for _, r := range plan.Rows {
		for _, s := range statements(c.policy("Role"+title(r.Name), "plan")) {
			if !strings.HasSuffix(strings.Join(texts(s["Resource"]), " "), ":identity/*") {
				continue
			}
			for _, a := range texts(s["Action"]) {
				tag, known := identityCalls[r.Name+" "+a]
				if seen[r.Name+" "+a] = true; !known || tag != "" && text(at(s, "Condition", "StringEquals", tag)) != "guichet" {
					c.fail("%s may %s of any identity, by %v", r.Name, a, s["Condition"])
				}
			}
		}
	}
	if len(seen) != len(identityCalls) {
		c.fail("calls of identities: %v, want %v", seen, identityCalls)
	}
}

func (c *checker) policy(role, name string) any {
	list, _ := c.tpl.props(role)["Policies"].([]any)
	for _, p := range list {
		if at(p, "PolicyName") == name {
			return at(p, "PolicyDocument")
		}
	}
	return nil
}

func keepSecretKey(c *checker) {
	c.is("SecretKey", true, "EnableKeyRotation")
	c.is("SecretKeyAlias", "alias/guichet/secrets", "AliasName")
	c.is("SecretKeyAlias", "${SecretKey.Arn}", "TargetKeyId")
	if got := at(c.tpl.resources(), "SecretKey", "DeletionPolicy"); got != "Retain" {
		c.fail("the key goes with the stack, and with it every password: %v", got)
	}
	all := statements(c.tpl.props("SecretKey")["KeyPolicy"])
	deny := all[len(all)-1]
	if deny["Effect"] != "Deny" || text(at(deny, "Condition", "Null", "kms:EncryptionContext:tenant")) != "true" || !slices.Contains(texts(deny["Action"]), "kms:Decrypt") {
		c.fail("it opens without a tenant: %v", deny)
	}
	for _, s := range all {
		if at(s, "Principal", "Service") != nil {
			c.fail("a service may use it: %v", s)
		}
	}
}

// sealers are who may do what with the secret key.
var sealers = map[string]string{"inbox": "kms:Encrypt", "deliver": "kms:Decrypt"}

func keepSealed(c *checker) {
	for _, r := range plan.Rows {
		var got []string
		for _, s := range statements(c.policy("Role"+title(r.Name), "plan")) {
			if text(at(s, "Resource")) != "${SecretKey.Arn}" && !slices.Contains(texts(s["Resource"]), "${SecretKey.Arn}") {
				continue
			}
			got = append(got, texts(s["Action"])...)
			for path, want := range map[string]string{"tenant": "false", "channel": "false"} {
				if v := text(at(s, "Condition", "Null", "kms:EncryptionContext:"+path)); v != want {
					c.fail("%s may use the key without a %s", r.Name, path)
				}
			}
			if keys := texts(at(s, "Condition", "ForAllValues:StringEquals", "kms:EncryptionContextKeys")); !slices.Equal(keys, []string{"tenant", "channel"}) {
				c.fail("%s may use the key with %v in the context", r.Name, keys)
			}
		}
		if strings.Join(got, " ") != sealers[r.Name] {
			c.fail("%s may %v with the key of passwords, want %q", r.Name, got, sealers[r.Name])
		}
	}
}

func keepPace(c *checker) {
	c.is("WakeDeliver", 50.0, "ScalingConfig", "MaximumConcurrency")
	for _, id := range c.tpl.of("AWS::Lambda::EventSourceMapping") {
		if id != "WakeDeliver" {
			c.is(id, nil, "ScalingConfig")
		}
	}
	for _, id := range []string{"ConfigSetEvents", "ConfigSetTLSEvents"} {
		for _, kind := range texts(at(c.tpl.props(id), "EventDestination", "MatchingEventTypes")) {
			if kind == "open" || kind == "click" {
				c.fail("%s puts a picture into people's mail, to tell when it is opened", id)
			}
		}
	}
}

func keepAPI(c *checker) {
	closed := map[string]bool{"ANY /dfo/3.0/{proxy+}": true, "ANY /engager/{proxy+}": true, "ANY /guichet/{proxy+}": true, "ANY /guichet/automation/{proxy+}": true,
		"GET /": false, "POST /dfo/3.0/channels/{ch}/messages": false, "PUT /dfo/3.0/channels/{ch}/messages/{id}/status": false, "GET /chat/{proxy+}": false, "POST /chat/{proxy+}": false, "POST /forms/{id}": false, "GET /forms/{id}": false, "OPTIONS /forms/{id}": false, "GET /page/{proxy+}": false, "GET /guichet/sign-in": false}
	for _, id := range c.tpl.of("AWS::ApiGatewayV2::Route") {
		key := text(c.tpl.props(id)["RouteKey"])
		jwt, known := closed[key]
		if !known {
			c.fail("a route that nobody decided: %s", key)
		}
		if jwt {
			c.is(id, "JWT", "AuthorizationType")
			c.is(id, "${Authorizer}", "AuthorizerId")
		} else {
			c.is(id, "NONE", "AuthorizationType")
		}
		delete(closed, key)
	}
	if len(closed) > 0 {
		c.fail("routes missing: %v", closed)
	}
	c.is("Authorizer", "${Users.ProviderURL}", "JwtConfiguration", "Issuer")
	c.is("Authorizer", "${Page}", "JwtConfiguration", "Audience", "0")
	c.is("Stage", "${LogApi.Arn}", "AccessLogSettings", "DestinationArn")
	if rate, _ := at(c.tpl.props("Stage"), "DefaultRouteSettings", "ThrottlingRateLimit").(float64); rate <= 0 {
		c.fail("the API is not throttled")
	}
	for _, route := range chatRoutes {
		if rate, _ := at(c.tpl.props("Stage"), "RouteSettings", route[1], "ThrottlingRateLimit").(float64); rate <= 0 || rate > 200 {
			c.fail("%s is not held back", route[1])
		}
		c.is(route[0], "integrations/${IntegrationHooks}", "Target")
	}
	for _, route := range hookRoutes {
		if rate, _ := at(c.tpl.props("Stage"), "RouteSettings", route[1], "ThrottlingRateLimit").(float64); rate <= 0 || rate > 50 {
			c.fail("%s is not held back", route[1])
		}
		c.is(route[0], "integrations/${IntegrationHooks}", "Target")
	}
	if log := text(at(c.tpl.props("Stage"), "AccessLogSettings", "Format")); strings.Contains(log, "path") || strings.Contains(log, "sourceIp") {
		c.fail("the access log says who or what was looked at: %s", log)
	}
}

func keepUsers(c *checker) {
	c.has("AWS::Cognito::UserPool", map[string]any{
		"AdminCreateUserConfig": map[string]any{"AllowAdminCreateUserOnly": true}, "MfaConfiguration": "ON",
		"EnabledMfas": []any{"SOFTWARE_TOKEN_MFA"}, "DeletionProtection": "ACTIVE",
	})
	if n, _ := at(c.tpl.props("Users"), "Policies", "PasswordPolicy", "MinimumLength").(float64); n < 12 {
		c.fail("passwords of %v characters", n)
	}
	c.is("Page", false, "GenerateSecret")
	c.is("Page", `["code"]`, "AllowedOAuthFlows")
	c.is("Page", `["name"]`, "WriteAttributes")
	c.is("Page", "ENABLED", "PreventUserExistenceErrors")
}

func keepAlarms(c *checker) {
	c.all("AWS::CloudWatch::Alarm", map[string]any{"AlarmActions": []any{map[string]any{"Ref": "Alarms"}}})
	watched := map[string]bool{} // "metric of dimension"
	for _, id := range c.tpl.of("AWS::CloudWatch::Alarm") {
		p := c.tpl.props(id)
		watched[text(p["MetricName"])+" of "+text(at(p, "Dimensions", "0", "Value"))] = true
	}
	var want []string
	for _, id := range c.tpl.of("AWS::SQS::Queue") {
		if strings.HasPrefix(id, "Parked") {
			want = append(want, "ApproximateNumberOfMessagesVisible of ${"+id+".QueueName}")
		} else {
			want = append(want, "ApproximateAgeOfOldestMessage of ${"+id+".QueueName}")
		}
	}
	for _, id := range c.tpl.of("AWS::Lambda::Function") {
		want = append(want, "Errors of ${"+id+"}", "Throttles of ${"+id+"}")
	}
	want = append(want, "IteratorAge of ${FunctionRelay}", "Invocations of ${FunctionSla}", "5xx of ${Api}",
		"PublishFailure of guichet", "Reputation.BounceRate of null")
	for _, w := range want {
		if !watched[w] {
			c.fail("no alarm watches %s", w)
		}
	}
	c.is("AlarmStandsSla", "breaching", "TreatMissingData")
	c.is("AlarmEmail", "ops@help.example", "Endpoint")
}

func keepLogs(c *checker) {
	c.all("AWS::Logs::LogGroup", map[string]any{"RetentionInDays": 30})
	c.count("AWS::Logs::LogGroup", len(plan.Rows)+1)
	c.count("AWS::CloudWatch::Dashboard", 1)
	body := text(c.tpl.props("Board")["DashboardBody"])
	if !json.Valid([]byte(body)) {
		c.fail("CloudWatch refuses a dashboard that is no JSON: %.200s", body)
	}
	for _, name := range []string{"MailsReceived", "CasesOpened", "Facts", "ReadUnits", "ApproximateAgeOfOldestMessage", "Errors"} {
		if !strings.Contains(body, name) {
			c.fail("the dashboard does not show %s", name)
		}
	}
}

// keepIdle: every type is one that we decided on, and none of them is provisioned.
func keepIdle(c *checker) {
	for id, r := range c.tpl.resources() {
		kind := text(at(r, "Type"))
		if !slices.Contains(knownTypes, kind) {
			c.fail("%s is a %s: what does it cost while nothing happens?", id, kind)
		}
		body := text(r)
		for _, word := range []string{"ProvisionedThroughput", "ProvisionedConcurrency", "ProvisionedPollerConfig", "VpcConfig"} {
			if strings.Contains(body, fmt.Sprintf("%q", word)) {
				c.fail("%s has %s", id, word)
			}
		}
	}
}

var knownTypes = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
	"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain",
	"AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::IAM::Role", "AWS::KMS::Alias", "AWS::KMS::Key", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping",
	"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SES::ConfigurationSet",
	"AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity", "AWS::SES::ReceiptRule", "AWS::SES::ReceiptRuleSet", "AWS::SNS::Subscription",
	"AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::Scheduler::Schedule", "AWS::XRay::SamplingRule",
}

func keepOutputs(c *checker) {
	out, _ := c.tpl["Outputs"].(map[string]any)
	want := map[string]string{
		"DnsMXHelpExample":          "help.example. MX 10 inbound-smtp.${AWS::Region}.amazonaws.com.",
		"DnsMailFromMXHelpExample":  "bounces.help.example. MX 10 feedback-smtp.${AWS::Region}.amazonses.com.",
		"DnsMailFromSPFHelpExample": `bounces.help.example. TXT "v=spf1 include:amazonses.com ~all"`,
		"DnsDKIM3ADashBExample":     "${IdentityADashBExample.DkimDNSTokenName3}. CNAME ${IdentityADashBExample.DkimDNSTokenValue3}.",
		"ActivateReceiving":         "aws ses set-active-receipt-rule-set --region ${AWS::Region} --rule-set-name guichet",
		"ApiUrl":                    "${Api.ApiEndpoint}",
		"UserPool":                  "${Users}",
		"UserPoolClient":            "${Page}",
		"Bucket":                    "${RawBucket}",
		"TableName":                 "${Table}",
	}
	for name, value := range want {
		if got := text(at(out, name, "Value")); got != value {
			c.fail("output %s is %s, want %s", name, got, value)
		}
	}
}

// statements returns those of a policy document; one empty statement if there are none.
func statements(doc any) []map[string]any {
	list, _ := at(doc, "Statement").([]any)
	var out []map[string]any
	for _, s := range list {
		if m, ok := s.(map[string]any); ok {
			out = append(out, m)
		}
	}
	if out == nil {
		return []map[string]any{{}}
	}
	return out
}

// actions returns what a document allows, sorted, each once.
func actions(doc any) []string {
	var list []string
	for _, s := range statements(doc) {
		list = append(list, texts(s["Action"])...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
