//go:build outside

package outside

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"guichet/infra/engines"
	"guichet/shared/channel/smtptest"
	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// TestARelayOfTheDeployedHouse: through the deployed functions, a password is sealed by KMS in inbox, opened by KMS in deliver, which refuses an address within, and
// stands in nothing that is kept or logged.
func TestARelayOfTheDeployedHouse(t *testing.T) {
	h := newHouse(t)
	srv := smtptest.New(t, smtptest.Start)
	const path, password = "/guichet/channels/support/relay", "m4rker-Pa55word-of-a-relay"
	body := fmt.Sprintf(`{"host":"localhost","port":%d,"tls":"starttls","user":"ana","password":"%s"}`, srv.Port, password)
	if status, r := h.ask("PUT", path, body); status != 200 || r["hasPassword"] != true {
		t.Fatalf("set: %d %v", status, r)
	}
	r, err := h.store.Relay(t.Context(), tenant, "support")
	h.must(err)
	if plain, err := (secret.KMS{Client: h.kms, Key: h.secretKey}).Open(t.Context(), secret.Owner{Tenant: tenant, Channel: "support"}, r.Sealed); err != nil || string(plain) != password {
		t.Errorf("what was sealed opens to %d bytes, %v", len(plain), err)
	}
	if status, _ := h.ask("POST", path+"/test", ""); status != 201 {
		t.Fatalf("asked: %d", status)
	}
	h.settle()
	if r, err = h.store.Relay(t.Context(), tenant, "support"); err != nil || r.Test.OK || !strings.Contains(r.Test.Reason, "not a public one") || srv.Asked != 0 {
		t.Errorf("tested: %+v, %v; want it refused for its address, its password opened before", r.Test, err)
	}
	id := guichet.NewCaseID(1)
	h.mail("first", firstMail, clean)
	h.settle()
	if status, _ := h.ask("POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+string(id)+`"},"messageContent":{"text":"On its way."}}`); status != 201 {
		t.Fatalf("answered: %d", status)
	}
	h.settle()
	if m := h.message(id.Message(2)); m.Delivery != guichet.Failed || !strings.Contains(m.Reason, "not a public one") || m.Fates[0].Code != "refused" || len(h.sent()) != 0 {
		t.Errorf("the answer: %s (%s), and SES has %d mails", m.Delivery, m.Reason, len(h.sent()))
	}
	all, items := h.all()
	for name, f := range h.fns {
		all += f.Said()
		if name == "deliver" && f.Said() == "" {
			t.Error("deliver said nothing: there is no log to search")
		}
	}
	if items < 10 || !strings.Contains(all, "Broken kettle") {
		t.Errorf("%d items were searched, and the subject was not among them", items)
	}
	for skip := range 3 {
		b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + password))
		for _, form := range []string{password, b[(skip*8+5)/6 : len(b)-4]} {
			if strings.Contains(all, form) {
				t.Errorf("something holds %s", form)
			}
		}
	}
}

// all is what the house keeps, as one text: the table's items and the bucket's objects.
func (h *house) all() (text string, items int) {
	h.Helper()
	var b strings.Builder
	db := dynamodb.NewFromConfig(engines.Config(h.dynoxide))
	var from map[string]types.AttributeValue
	for {
		name := table
		page, err := db.Scan(h.Context(), &dynamodb.ScanInput{TableName: &name, ExclusiveStartKey: from})
		h.must(err)
		for _, it := range page.Items {
			items++
			for _, v := range it {
				switch v := v.(type) {
				case *types.AttributeValueMemberB:
					b.Write(v.Value)
				case *types.AttributeValueMemberS:
					b.WriteString(v.Value)
				}
				b.WriteByte('\n')
			}
		}
		if from = page.LastEvaluatedKey; from == nil {
			break
		}
	}
	name := bucket
	list, err := h.s3.ListObjectsV2(h.Context(), &s3.ListObjectsV2Input{Bucket: &name})
	h.must(err)
	for _, o := range list.Contents {
		got, err := h.s3.GetObject(h.Context(), &s3.GetObjectInput{Bucket: &name, Key: o.Key})
		h.must(err)
		fmt.Fprintln(&b, *o.Key)
		raw := make([]byte, 1<<20)
		n, _ := got.Body.Read(raw)
		b.Write(raw[:n])
		got.Body.Close()
	}
	return b.String(), items
}
