//go:build outside

package outside

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"guichet/infra/engines"
	"guichet/shared/guichet"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/mail"
	"guichet/shared/plan"
	"guichet/shared/store"
)

const (
	tenant guichet.TenantID = "demo"
	bucket                  = "guichet-raw"
	table                   = "guichet"
)

// house is the house as it is deployed: engines in place of AWS, the real functions, and the pumps that AWS runs between them.
type house struct {
	*testing.T
	moto, dynoxide string
	sqs            *sqs.Client
	sns            *sns.Client
	s3             *s3.Client
	kms            *kms.Client
	key, secretKey string            // ARNs of the keys that sign our Message-IDs and seal the passwords of relays
	queues         map[string]string // URL by function
	parked         map[string]string // URL of its dead-letter queue
	topics         map[string]string // ARN by function
	stream         *engines.Stream
	fns            map[string]*Function
	store          *store.Store // to seed, and to look
}

func newHouse(t *testing.T) *house {
	h := &house{T: t, moto: engines.Moto(t), dynoxide: engines.Dynoxide(t), queues: map[string]string{}, parked: map[string]string{}, topics: map[string]string{}, fns: map[string]*Function{}}
	conf := engines.Config(h.moto)
	h.sqs, h.sns = sqs.NewFromConfig(conf), sns.NewFromConfig(conf)
	h.s3 = s3.NewFromConfig(conf, func(o *s3.Options) { o.UsePathStyle = true })
	db := dynamodb.NewFromConfig(engines.Config(h.dynoxide))
	_, err := db.CreateTable(t.Context(), dynamo.Table(table))
	h.must(err)
	h.stream = engines.NewStream(h.dynoxide, table)
	h.store = store.New(dynamo.New(db, table, time.Now), nil, time.Now)
	_, err = h.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: engines.Region}})
	h.must(err)
	ses := sesv2.NewFromConfig(conf)
	_, err = ses.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String("demo.example")})
	h.must(err)
	for _, set := range []string{"guichet-usual", "guichet-tls"} {
		_, err = ses.CreateConfigurationSet(t.Context(), &sesv2.CreateConfigurationSetInput{ConfigurationSetName: &set})
		h.must(err)
	}
	h.kms = kms.NewFromConfig(conf)
	key, err := h.kms.CreateKey(t.Context(), &kms.CreateKeyInput{KeySpec: kmstypes.KeySpecHmac256, KeyUsage: kmstypes.KeyUsageTypeGenerateVerifyMac})
	h.must(err)
	secrets, err := h.kms.CreateKey(t.Context(), &kms.CreateKeyInput{})
	h.must(err)
	h.secretKey = aws.ToString(secrets.KeyMetadata.Arn)
	h.lanes()
	h.key = aws.ToString(key.KeyMetadata.Arn)
	h.start()
	h.seed()
	return h
}

// isOurs reports whether a Message-ID was made with the key that KMS derives from the label of the house. The label stands here once more on purpose: if it
// changed, the ids of all mails that ever went out would be strangers' ids.
func (h *house) isOurs(mailID string, id guichet.MessageID) bool {
	h.Helper()
	out, err := h.kms.GenerateMac(h.Context(), &kms.GenerateMacInput{KeyId: &h.key, Message: []byte("guichet message-id key, version 1"), MacAlgorithm: kmstypes.MacAlgorithmSpecHmacSha256})
	h.must(err)
	got, ok := mail.OwnMessageID(out.Mac, tenant, mailID)
	return ok && got == id
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// lanes makes the queues, dead-letter queues and topics of the plan, as infra/cdk does.
func (h *house) lanes() {
	for _, r := range plan.Rows {
		fifo := map[string]string{}
		suffix := ""
		switch r.Trigger {
		case plan.Facts:
			suffix, fifo = ".fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "false"}
		case plan.Mail, plan.Receipts:
		default:
			continue
		}
		parked, err := h.sqs.CreateQueue(h.Context(), &sqs.CreateQueueInput{QueueName: aws.String("parked-" + r.Name + suffix), Attributes: fifo})
		h.must(err)
		arn := h.queueARN(*parked.QueueUrl)
		attrs := map[string]string{"VisibilityTimeout": strconv.Itoa(int(r.Backoff.Seconds())), "RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"%d"}`, arn, r.Attempts)}
		for k, v := range fifo {
			attrs[k] = v
		}
		main, err := h.sqs.CreateQueue(h.Context(), &sqs.CreateQueueInput{QueueName: aws.String("queue-" + r.Name + suffix), Attributes: attrs})
		h.must(err)
		h.queues[r.Name], h.parked[r.Name] = *main.QueueUrl, *parked.QueueUrl
		if r.Trigger != plan.Facts {
			h.topic(r, h.queueARN(*main.QueueUrl))
		}
	}
}

// topic makes the topic that feeds a function. Mail comes raw, as infra/cdk has it; receipts in SNS's envelope, so that both forms are met.
func (h *house) topic(r plan.Row, queue string) {
	topic, err := h.sns.CreateTopic(h.Context(), &sns.CreateTopicInput{Name: aws.String("guichet-" + r.Name)})
	h.must(err)
	raw := strconv.FormatBool(r.Trigger == plan.Mail)
	_, err = h.sns.Subscribe(h.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &queue, Attributes: map[string]string{"RawMessageDelivery": raw}})
	h.must(err)
	h.topics[r.Name] = *topic.TopicArn
}

func (h *house) queueARN(url string) string {
	out, err := h.sqs.GetQueueAttributes(h.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	h.must(err)
	return out.Attributes["QueueArn"]
}

// start runs every function of the plan.
func (h *house) start() {
	for _, r := range plan.Rows {
		h.fns[r.Name] = h.run(r.Name)
	}
}

// run runs one function, with all that any of them is told: what it may not touch is for infra/cdk to refuse. Further variables go before those of
// the house.
func (h *house) run(name string, further ...string) *Function {
	h.Helper()
	id, err := engines.Credentials.Retrieve(h.Context())
	h.must(err)
	env := []string{
		"GUICHET_FUNCTION=" + name, "AWS_REGION=" + engines.Region, "AWS_ACCESS_KEY_ID=" + id.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + id.SecretAccessKey,
		"AWS_ENDPOINT_URL=" + h.moto, "AWS_ENDPOINT_URL_DYNAMODB=" + h.dynoxide, "AWS_LAMBDA_LOG_LEVEL=DEBUG",
		"GUICHET_TABLE=" + table, "GUICHET_RAW_BUCKET=" + bucket, "GUICHET_CONFIG_SET=guichet-usual", "GUICHET_CONFIG_SET_TLS=guichet-tls", "GUICHET_SEND_RATE=1000", "GUICHET_SECRET_KEY=" + h.secretKey, "GUICHET_HOUSE=guichet", "GUICHET_RULE_SET=guichet", "GUICHET_TOKEN_KEY=" + h.key, "GUICHET_EXPORT_BUS=guichet-export",
	}
	for to, url := range h.queues {
		env = append(env, "GUICHET_QUEUE_"+strings.ToUpper(to)+"="+url)
	}
	f, err := Run(filepath.Join(bootstraps(h, runtime.GOARCH), name), append(env, further...)...)
	h.must(err)
	h.Cleanup(func() {
		f.Stop()
		if h.Failed() {
			h.Logf("%s said:\n%s", name, f.Said())
		}
	})
	return f
}

// seed gives the house its tenant: a channel, a skill, an agent, and a first answer that is due within a second of receipt.
func (h *house) seed() {
	ctx := h.Context()
	all := []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote, guichet.CanConfigure, guichet.CanRelease}
	level := guichet.SLA{First: 1, Resolution: 86400, Calendar: guichet.Calendar{Zone: "UTC", AlwaysOn: true}}
	h.must(h.store.SaveTenant(ctx, guichet.Tenant{ID: tenant, Name: "Demo", Domains: []string{"demo.example"}, SLA: level}))
	h.must(h.store.SaveChannel(ctx, guichet.Channel{Tenant: tenant, ID: "support", Kind: "email", Name: "support", Address: "support@demo.example", Display: "Demo support", Outbound: true, Skill: "support"}))
	h.must(h.store.SaveSkill(ctx, tenant, guichet.Skill{ID: "support", Name: "support"}))
	h.must(h.store.SaveRole(ctx, tenant, guichet.Role{ID: "agent", Name: "Agent", Rights: map[guichet.ChannelID][]guichet.Permission{"*": all}}))
	h.must(h.store.SaveAgent(ctx, tenant, guichet.Agent{ID: "ana", Name: "Ana", Role: "agent", Presence: guichet.Available, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}))
}

// invoke calls a function with an event, and fails the test if the function fails as a whole.
func (h *house) invoke(name string, event any) []byte {
	h.Helper()
	payload, err := json.Marshal(event)
	h.must(err)
	out, err := h.fns[name].Invoke(h.Context(), payload)
	if err != nil {
		h.Fatalf("%s: %v", name, err)
	}
	return out
}

// pump takes what waits in a function's queue, hands it to the function and deletes what did not fail, as Lambda's event source does. What failed may be
// received again at once. It returns how many messages were handed over and how many failed.
func (h *house) pump(name string) (given, failed int) {
	h.Helper()
	given, failed, err := h.feed(name, h.fns[name])
	if err != nil {
		h.Fatalf("%s: %v", name, err)
	}
	return given, failed
}

// feed is a pump with any function at its end. If the function dies, all come again, and err says so.
func (h *house) feed(name string, f *Function) (given, failed int, err error) {
	h.Helper()
	url := h.queues[name]
	row, _ := plan.Find(name)
	got, err := h.sqs.ReceiveMessage(h.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: int32(min(row.Batch, 10)), MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
	})
	h.must(err)
	if len(got.Messages) == 0 {
		return 0, 0, nil
	}
	var e events.SQSEvent
	for _, m := range got.Messages {
		e.Records = append(e.Records, events.SQSMessage{MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes, EventSource: "aws:sqs", AWSRegion: engines.Region})
	}
	payload, err := json.Marshal(e)
	h.must(err)
	answer, died := f.Invoke(h.Context(), payload)
	var out events.SQSEventResponse
	if died == nil {
		h.must(json.Unmarshal(answer, &out))
	}
	again := map[string]bool{}
	for _, f := range out.BatchItemFailures {
		again[f.ItemIdentifier] = true
	}
	for _, m := range got.Messages {
		if died != nil || again[*m.MessageId] {
			failed++
			_, err = h.sqs.ChangeMessageVisibility(h.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
		} else {
			_, err = h.sqs.DeleteMessage(h.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
		}
		h.must(err)
	}
	return len(got.Messages), failed, died
}

// relay brings what came on the table's stream to the relay, in Lambda's form.
func (h *house) relay() int {
	h.Helper()
	records, err := h.stream.Records(h.Context())
	h.must(err)
	var list []any
	for _, r := range records {
		change := map[string]any{"SequenceNumber": r.Dynamodb.SequenceNumber, "StreamViewType": "NEW_AND_OLD_IMAGES"}
		for name, image := range map[string]map[string]struct {
			S, N string
			B    []byte
		}{"NewImage": r.Dynamodb.NewImage, "OldImage": r.Dynamodb.OldImage} {
			if len(image) > 0 {
				change[name] = attributes(image)
			}
		}
		list = append(list, map[string]any{"eventName": r.EventName, "eventSource": "aws:dynamodb", "dynamodb": change})
	}
	if len(list) == 0 {
		return 0
	}
	if out := h.invoke("relay", map[string]any{"Records": list}); bytes.Contains(out, []byte("itemIdentifier")) {
		h.Fatalf("the relay wants the stream again: %s", out)
	}
	return len(list)
}

func attributes(image map[string]struct {
	S, N string
	B    []byte
}) map[string]any {
	out := map[string]any{}
	for name, v := range image {
		switch {
		case v.B != nil:
			out[name] = map[string]any{"B": v.B}
		case v.N != "":
			out[name] = map[string]any{"N": v.N}
		default:
			out[name] = map[string]any{"S": v.S}
		}
	}
	return out
}

// settle runs the pumps until nothing moves any more. What fails is not tried again here.
func (h *house) settle() {
	h.Helper()
	for range 50 {
		moved := h.relay()
		for name := range h.queues {
			given, failed := h.pump(name)
			if failed > 0 {
				h.Fatalf("%s failed on %d of %d", name, failed, given)
			}
			moved += given
		}
		if moved == 0 {
			return
		}
	}
	h.Fatal("the house does not come to rest")
}

func (h *house) publish(function, body string) {
	h.Helper()
	topic := h.topics[function]
	_, err := h.sns.Publish(h.Context(), &sns.PublishInput{TopicArn: &topic, Message: &body})
	h.must(err)
}

// waiting returns how many messages wait in a queue, to be received or in flight.
func (h *house) waiting(url string) int {
	h.Helper()
	names := []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible}
	out, err := h.sqs.GetQueueAttributes(context.WithoutCancel(h.Context()), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: names})
	h.must(err)
	n := 0
	for _, name := range names {
		v, err := strconv.Atoi(out.Attributes[string(name)])
		h.must(err)
		n += v
	}
	return n
}
