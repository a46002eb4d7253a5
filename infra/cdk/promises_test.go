package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"

	"guichet/shared/plan"
)

// promise is one thing that the template must keep. The planted mistakes run against the same list.
type promise struct {
	name string
	keep func(c *checker)
}

var promises = []promise{
	{"one receipt rule takes all mail, scans it, stores it under in/ and tells the topic", keepReceiving},
	{"raw mail is encrypted with our key, closed to the public, and tidied", keepRaw},
	{"SES alone, for this account and this rule, writes raw mail", keepRawPolicy},
	{"the data key rotates, and SES and CloudWatch use it for this account alone", keepKey},
	{"both configuration sets report, and one wants TLS and gives up soon", keepSending},
	{"each domain signs with DKIM and bounces to its own MAIL FROM", keepIdentities},
	{"the table has its keys, three key-only indexes, a stream, expiry, backups, our key", keepTable},
	{"each function is what the plan says", keepFunctions},
	{"each function that waits for messages has its lane with the plan's attempts and backoff", keepLanes},
	{"no queue takes plain HTTP, and each topic feeds one queue as it is", keepQueuePolicies},
	{"the relay alone reads the stream, halves what fails, and parks the rest", keepRelay},
	{"the clock ticks each minute, tries again and parks", keepClock},
	{"no role may do more than the plan and its trigger say", keepRoles},
	{"the API asks a token for all but the page", keepAPI},
	{"agents are invited, with two factors, and can't write who they are", keepUsers},
	{"there is an alarm for each parking place, failure, throttle, wait and still clock", keepAlarms},
	{"logs end, and one dashboard shows the house", keepLogs},
	{"nothing costs by the hour", keepIdle},
	{"the person who deploys is told the records, the address and the next step", keepOutputs},
	{"the key of tenants' passwords rotates, stays, and opens nothing without its tenant", keepSecretKey},
	{"the API seals and deliver opens, each for a tenant and a channel, and nobody else either", keepSealed},
	{"answers are sent by as many workers as the rate can use, and none tells when mail is opened", keepPace},
	{"identities are made with the house's tag, and used, changed and deleted by it alone", keepDomains},
	{"one function tells on the bus what tenants let out, and nobody else does", keepExport},
	{"mail comes in by SES alone", keepIngress},
}

// checker runs promises on a template and collects what is broken.
type checker struct {
	tpl    template
	cdk    assertions.Template
	broken []string
}

func (c *checker) fail(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

// all: every resource of that type has these properties, and there is at least one.
func (c *checker) all(kind string, props map[string]any) {
	c.attempt(func() { c.cdk.AllResourcesProperties(&kind, props) })
}

// has: some resource of that type has these properties.
func (c *checker) has(kind string, props map[string]any) {
	c.attempt(func() { c.cdk.HasResourceProperties(&kind, props) })
}

func (c *checker) count(kind string, n int) {
	c.attempt(func() { c.cdk.ResourceCountIs(&kind, num(n)) })
}

// attempt turns the panic of a CDK assertion into a broken promise.
func (c *checker) attempt(f func()) {
	defer func() {
		if p := recover(); p != nil {
			c.fail("%.300s", strings.TrimPrefix(fmt.Sprint(p), "Error: "))
		}
	}()
	f()
}

// is: the value of one resource at a path is want, spelt out as text does.
func (c *checker) is(id string, want any, path ...string) {
	got := at(c.tpl.props(id), path...)
	if text(got) != text(want) {
		c.fail("%s.%s is %s, want %s", id, strings.Join(path, "."), text(got), text(want))
	}
}

// breaks returns what promise p finds broken in the template.
func breaks(tpl template, p promise) []string {
	c := &checker{tpl: tpl}
	c.attempt(func() { c.cdk = assertions.Template_FromJSON((*map[string]any)(&tpl), nil) }) // refuses cycles
	if c.broken == nil {
		p.keep(c)
	}
	return c.broken
}

func TestPromises(t *testing.T) {
	tpl := usual(t)
	c := &checker{tpl: tpl, cdk: assertions.Template_FromJSON((*map[string]any)(&tpl), nil)}
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			c.broken = nil
			p.keep(c)
			for _, b := range c.broken {
				t.Error(b)
			}
		})
	}
}

func keepReceiving(c *checker) {
	c.count("AWS::SES::ReceiptRule", 1)
	c.is("ReceiptRule", true, "Rule", "Enabled")
	c.is("ReceiptRule", true, "Rule", "ScanEnabled")
	c.is("ReceiptRule", nil, "Rule", "Recipients")
	c.is("ReceiptRule", "${RawBucket}", "Rule", "Actions", "0", "S3Action", "BucketName")
	c.is("ReceiptRule", "in/", "Rule", "Actions", "0", "S3Action", "ObjectKeyPrefix")
	c.is("ReceiptRule", "${TopicInbound}", "Rule", "Actions", "0", "S3Action", "TopicArn")
	for _, id := range []string{"RawBucketPolicy", "TopicInboundPolicy"} {
		if !slices.Contains(texts(at(c.tpl.resources(), "ReceiptRule", "DependsOn")), id) {
			c.fail("the rule does not wait for %s", id)
		}
	}
}

func keepRaw(c *checker) {
	c.count("AWS::S3::Bucket", 1)
	c.has("AWS::S3::Bucket", map[string]any{
		"PublicAccessBlockConfiguration": map[string]any{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
		"OwnershipControls": map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
	})
	rule := []string{"BucketEncryption", "ServerSideEncryptionConfiguration", "0"}
	c.is("RawBucket", true, append(rule, "BucketKeyEnabled")...)
	c.is("RawBucket", "aws:kms", append(rule, "ServerSideEncryptionByDefault", "SSEAlgorithm")...)
	c.is("RawBucket", "${DataKey.Arn}", append(rule, "ServerSideEncryptionByDefault", "KMSMasterKeyID")...)
	rules, _ := at(c.tpl.props("RawBucket"), "LifecycleConfiguration", "Rules").([]any)
	aborts, moves := 0, 0
	for _, r := range rules {
		if at(r, "AbortIncompleteMultipartUpload", "DaysAfterInitiation") == 1.0 {
			aborts++
		}
		if at(r, "Transitions") != nil {
			moves++
			if at(r, "ObjectSizeGreaterThan") != float64(128<<10) {
				c.fail("small mails are moved to storage that bills them as 128 KB: %v", r)
			}
		}
	}
	if aborts != 1 || moves != 2 {
		c.fail("lifecycle: %d rules abort uploads, %d move mails; want 1 and 2", aborts, moves)
	}
}

func keepRawPolicy(c *checker) {
	s := statements(c.tpl.props("RawBucketPolicy")["PolicyDocument"])
	ses, plain := s[0], s[len(s)-1]
	want := map[string]string{
		"aws:SourceAccount": "${AWS::AccountId}",
		"aws:SourceArn":     "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:receipt-rule-set/guichet:receipt-rule/all",
	}
	for key, value := range want {
		if got := text(at(ses, "Condition", "StringEquals", key)); got != value {
			c.fail("SES's %s is %s, want %s", key, got, value)
		}
	}
	if got := text(at(ses, "Principal", "Service")) + " " + strings.Join(texts(ses["Action"]), " ") + " " + text(ses["Resource"]); got != "ses.amazonaws.com s3:PutObject ${RawBucket.Arn}/in/*" {
		c.fail("who may write: %s", got)
	}
	if plain["Effect"] != "Deny" || text(at(plain, "Condition", "Bool", "aws:SecureTransport")) != "false" || len(s) != 2 {
		c.fail("plain HTTP is not refused, or there is a third statement: %v", s)
	}
}

func keepKey(c *checker) {
	c.is("DataKey", true, "EnableKeyRotation")
	services := map[string]bool{}
	for _, s := range statements(c.tpl.props("DataKey")["KeyPolicy"]) {
		service, ok := at(s, "Principal", "Service").(string)
		if !ok {
			continue
		}
		services[service] = true
		if text(at(s, "Condition", "StringEquals", "aws:SourceAccount")) != "${AWS::AccountId}" {
			c.fail("%s may use the key for other accounts", service)
		}
	}
	if !services["ses.amazonaws.com"] || !services["cloudwatch.amazonaws.com"] || len(services) != 2 {
		c.fail("services with the key: %v", slices.Sorted(maps.Keys(services)))
	}
	for _, id := range []string{"DataKey", "SecretKey", "RawBucket", "Table", "Users"} {
		if got := at(c.tpl.resources(), id, "DeletionPolicy"); got != "Retain" {
			c.fail("%s is deleted with the stack: %v", id, got)
		}
	}
}

func keepSending(c *checker) {
	c.count("AWS::SES::ConfigurationSet", 2)
	c.is("ConfigSet", "OPTIONAL", "DeliveryOptions", "TlsPolicy")
	c.is("ConfigSetTLS", "REQUIRE", "DeliveryOptions", "TlsPolicy")
	if s, _ := at(c.tpl.props("ConfigSetTLS"), "DeliveryOptions", "MaxDeliverySeconds").(float64); s < 300 || s > 3600 {
		c.fail("a server without TLS is tried for %v s; SES takes 300..50400, an agent an hour", s)
	}
	for id, set := range map[string]string{"ConfigSetEvents": "${ConfigSet}", "ConfigSetTLSEvents": "${ConfigSetTLS}"} {
		c.is(id, set, "ConfigurationSetName")
		c.is(id, "${TopicReceipts}", "EventDestination", "SnsDestination", "TopicARN")
		got := texts(at(c.tpl.props(id), "EventDestination", "MatchingEventTypes"))
		for _, kind := range []string{"send", "bounce", "complaint", "delivery", "deliveryDelay", "reject", "renderingFailure"} {
			if !slices.Contains(got, kind) {
				c.fail("%s does not report %s", id, kind)
			}
		}
	}
}

func keepIdentities(c *checker) {
	c.count("AWS::SES::EmailIdentity", 2)
	c.all("AWS::SES::EmailIdentity", map[string]any{
		"DkimAttributes":        map[string]any{"SigningEnabled": true},
		"DkimSigningAttributes": map[string]any{"NextSigningKeyLength": "RSA_2048_BIT"},
		"FeedbackAttributes":    map[string]any{"EmailForwardingEnabled": false},
	})
	c.is("IdentityHelpExample", "bounces.help.example", "MailFromAttributes", "MailFromDomain")
	c.is("IdentityADashBExample", "bounces.a-b.example", "MailFromAttributes", "MailFromDomain")
}

func keepTable(c *checker) {
	c.count("AWS::DynamoDB::Table", 1)
	c.has("AWS::DynamoDB::Table", map[string]any{
		"BillingMode":                      "PAY_PER_REQUEST",
		"DeletionProtectionEnabled":        true,
		"PointInTimeRecoverySpecification": map[string]any{"PointInTimeRecoveryEnabled": true},
		"StreamSpecification":              map[string]any{"StreamViewType": "NEW_AND_OLD_IMAGES"},
		"TimeToLiveSpecification":          map[string]any{"AttributeName": "x", "Enabled": true},
	})
	c.is("Table", "${DataKey.Arn}", "SSESpecification", "KMSMasterKeyId")
	c.is("Table", "p", "KeySchema", "0", "AttributeName")
	c.is("Table", "s", "KeySchema", "1", "AttributeName")
	for i := range 3 {
		at := func(path ...string) []string {
			return append([]string{"GlobalSecondaryIndexes", fmt.Sprint(i)}, path...)
		}
		c.is("Table", fmt.Sprintf("by%d", i+1), at("IndexName")...)
		c.is("Table", "KEYS_ONLY", at("Projection", "ProjectionType")...)
		c.is("Table", fmt.Sprintf("p%d", i+1), at("KeySchema", "0", "AttributeName")...)
		c.is("Table", fmt.Sprintf("s%d", i+1), at("KeySchema", "1", "AttributeName")...)
	}
	c.is("Table", nil, "GlobalSecondaryIndexes", "3")
}

func keepFunctions(c *checker) {
	c.count("AWS::Lambda::Function", len(plan.Rows))
	c.all("AWS::Lambda::Function", map[string]any{
		"Runtime": "provided.al2023", "Architectures": []any{"arm64"}, "Handler": "bootstrap",
		"LoggingConfig": map[string]any{"LogFormat": "JSON"}, "TracingConfig": map[string]any{"Mode": "Active"},
	})
	for _, r := range plan.Rows {
		id := "Function" + title(r.Name)
		c.is(id, float64(r.Memory), "MemorySize")
		c.is(id, r.Timeout.Seconds(), "Timeout")
		c.is(id, "${Role"+title(r.Name)+".Arn}", "Role")
		c.is(id, "${Log"+title(r.Name)+"}", "LoggingConfig", "LogGroup")
		env := at(c.tpl.props(id), "Environment", "Variables")
		for name, g := range map[string][]plan.Grant{
			"GUICHET_TABLE": {plan.TableRead, plan.TableWrite}, "GUICHET_RAW_BUCKET": {plan.RawRead, plan.RawWrite},
			"GUICHET_CONFIG_SET": {plan.SendMail, plan.Domains}, "GUICHET_CONFIG_SET_TLS": {plan.SendMail, plan.Domains},
			"GUICHET_HOUSE": {plan.Domains}, "GUICHET_RULE_SET": {plan.Domains}, "GUICHET_MAIL_TOPIC": {plan.Domains},
			"GUICHET_QUEUE_DELIVER": {plan.SendQueues}, "GUICHET_TOKEN_KEY": {tokenDerive},
		} {
			want := slices.ContainsFunc(g, func(g plan.Grant) bool { return has(r, g) })
			if got := at(env, name) != nil; got != want {
				c.fail("%s is told %s: %v, want %v", r.Name, name, got, want)
			}
		}
	}
	c.is("Sampling", 0.05, "SamplingRule", "FixedRate")
	c.is("Sampling", 0.0, "SamplingRule", "ReservoirSize")
}
