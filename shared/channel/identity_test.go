package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"guichet/shared/guichet"
)

// sesAPI is what of SES the settings call, over HTTP for the real SDK: identities with their tags, tenants with what is tied to them.
type sesAPI struct {
	mu       sync.Mutex
	calls    []string
	busy     int // so many calls are throttled first
	tags     map[string]map[string]string
	mailFrom map[string]string
	verified map[string]bool
	tenants  map[string][]string
	rules    string // the answer of v1
}

func (a *sesAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	in := map[string]any{}
	_ = json.Unmarshal(body, &in)
	path := strings.TrimPrefix(r.URL.Path, "/v2/email/")
	a.calls = append(a.calls, r.Method+" "+path)
	if a.busy > 0 {
		a.busy--
		refuse(w, 429, "TooManyRequestsException")
		return
	}
	what, rest, _ := strings.Cut(path, "/")
	domain, more, _ := strings.Cut(rest, "/")
	switch {
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, a.rules)
	case r.Method == "POST" && path == "identities":
		a.create(w, in)
	case what == "identities" && a.tags[domain] == nil:
		refuse(w, 404, "NotFoundException")
	case what == "identities" && r.Method == "GET":
		a.get(w, domain)
	case what == "identities" && r.Method == "DELETE":
		delete(a.tags, domain)
		fmt.Fprint(w, "{}")
	case what == "identities" && more == "mail-from":
		a.mailFrom[domain] = in["MailFromDomain"].(string)
		fmt.Fprint(w, "{}")
	case what == "identities" && more == "feedback":
		fmt.Fprint(w, "{}")
	case what == "tenants":
		a.tenant(w, rest, in)
	default:
		refuse(w, 400, "BadRequestException")
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, `{"message":"no"}`)
}

func (a *sesAPI) create(w http.ResponseWriter, in map[string]any) {
	domain := in["EmailIdentity"].(string)
	if a.tags[domain] != nil {
		refuse(w, 400, "AlreadyExistsException")
		return
	}
	a.tags[domain] = map[string]string{}
	for _, t := range in["Tags"].([]any) {
		t := t.(map[string]any)
		a.tags[domain][t["Key"].(string)] = t["Value"].(string)
	}
	fmt.Fprint(w, `{"IdentityType":"DOMAIN"}`)
}

func (a *sesAPI) get(w http.ResponseWriter, domain string) {
	var tags []map[string]string
	for k, v := range a.tags[domain] {
		tags = append(tags, map[string]string{"Key": k, "Value": v})
	}
	status := map[bool]string{true: "SUCCESS", false: "PENDING"}[a.verified[domain]]
	_ = json.NewEncoder(w).Encode(map[string]any{
		"VerifiedForSendingStatus": a.verified[domain], "Tags": tags,
		"DkimAttributes":     map[string]any{"Status": status, "Tokens": []string{"k1", "k2", "k3"}, "SigningHostedZone": "dkim.amazonses.com"},
		"MailFromAttributes": map[string]any{"MailFromDomain": a.mailFrom[domain], "MailFromDomainStatus": "FAILED", "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
	})
}

func (a *sesAPI) tenant(w http.ResponseWriter, op string, in map[string]any) {
	name, _ := in["TenantName"].(string)
	arn := `"TenantArn":"arn:aws:ses:eu-west-1:111122223333:tenant/` + name + `/tn-1"`
	switch {
	case op == "get" && a.tenants[name] == nil:
		refuse(w, 404, "NotFoundException")
	case op == "get":
		fmt.Fprint(w, `{"Tenant":{`+arn+`}}`)
	case op == "resources":
		thing := in["ResourceArn"].(string)
		if slices.Contains(a.tenants[name], thing) {
			refuse(w, 400, "AlreadyExistsException")
			return
		}
		a.tenants[name] = append(a.tenants[name], thing)
		fmt.Fprint(w, "{}")
	case op == "":
		a.tenants[name] = []string{}
		fmt.Fprint(w, `{`+arn+`}`)
	default:
		refuse(w, 400, "BadRequestException")
	}
}

// dns is a DNS that knows a few records.
type dns struct {
	mx  map[string]string
	txt map[string]string
}

func (d dns) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if d.mx[name] == "" {
		return nil, &net.DNSError{IsNotFound: true}
	}
	return []*net.MX{{Host: d.mx[name], Pref: 10}}, nil
}

func (d dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	if d.txt[name] == "" {
		return nil, errors.New("the server does not answer")
	}
	return []string{d.txt[name]}, nil
}

func identitiesAt(t *testing.T) (*SESIdentities, *sesAPI) {
	api := &sesAPI{tags: map[string]map[string]string{}, mailFrom: map[string]string{}, verified: map[string]bool{}, tenants: map[string][]string{}}
	srv := httptest.NewServer(api)
	t.Cleanup(srv.Close)
	creds := credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")
	patience := SESPatience(func(int) time.Duration { return 0 })
	return &SESIdentities{
		V2:     sesv2.New(sesv2.Options{Region: "eu-west-1", BaseEndpoint: aws.String(srv.URL), Credentials: creds, Retryer: patience}),
		V1:     ses.New(ses.Options{Region: "eu-west-1", BaseEndpoint: aws.String(srv.URL), Credentials: creds, Retryer: patience}),
		Region: "eu-west-1", House: "guichet", ConfigSets: []string{"mail", "mail-tls"}, RuleSet: "guichet", Bucket: "raw", Topic: "arn:topic",
	}, api
}

// TestADomainIsClaimedOfSES: what is asked of SES, and what belongs into DNS then (A044). A second claim, and one that was throttled, end the same.
func TestADomainIsClaimedOfSES(t *testing.T) {
	s, api := identitiesAt(t)
	ctx := t.Context()
	if _, err := s.Identity(ctx, "new.example"); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("before: %v", err)
	}
	api.busy = 3 // D-74
	for range 2 {
		if err := s.Claim(ctx, "acme", "new.example", "bounces.new.example"); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(api.tags["new.example"]) != "map[guichet:guichet guichet-tenant:acme]" || api.mailFrom["new.example"] != "bounces.new.example" {
		t.Errorf("the identity has %v, %v", api.tags, api.mailFrom)
	}
	s.DNS = dns{mx: map[string]string{"new.example": "Inbound-smtp.eu-west-1.amazonaws.com."}}
	id, err := s.Identity(ctx, "new.example")
	if err != nil || id.Verified {
		t.Fatalf("%+v, %v", id, err)
	}
	var said []string
	for _, r := range id.Records() {
		said = append(said, fmt.Sprintf("%s %s %s %d %s: %s %v", r.Purpose, r.Type, r.Name, r.Priority, r.Value, r.State, r.Optional))
	}
	want := `dkim CNAME k1._domainkey.new.example 0 k1.dkim.amazonses.com: pending false
dkim CNAME k2._domainkey.new.example 0 k2.dkim.amazonses.com: pending false
dkim CNAME k3._domainkey.new.example 0 k3.dkim.amazonses.com: pending false
receiving MX new.example 10 inbound-smtp.eu-west-1.amazonaws.com: found false
mail-from MX bounces.new.example 10 feedback-smtp.eu-west-1.amazonses.com: missing true
spf TXT bounces.new.example 0 v=spf1 include:amazonses.com ~all: missing true
dmarc TXT _dmarc.new.example 0 v=DMARC1; p=none; rua=mailto:postmaster@new.example: unknown true`
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("records:\n%s\nwant\n%s", got, want)
	}
	api.verified["new.example"] = true
	if id, err = s.Identity(ctx, "new.example"); err != nil || !id.Verified || id.DKIM != RecordFound {
		t.Errorf("verified: %+v, %v", id, err)
	}
}

// TestAnIdentityOfOthersIsLeftAlone: another tenant's, and one that this house did not make.
func TestAnIdentityOfOthersIsLeftAlone(t *testing.T) {
	s, api := identitiesAt(t)
	api.tags["theirs.example"] = map[string]string{"guichet": "guichet", "guichet-tenant": "zeta"}
	api.tags["foreign.example"] = map[string]string{}
	for domain := range api.tags {
		var e *guichet.Error
		if err := s.Claim(t.Context(), "acme", domain, "bounces."+domain); !errors.As(err, &e) || e.Code != "domain_taken" {
			t.Errorf("claim of %s: %v", domain, err)
		}
		if err := s.Release(t.Context(), "acme", domain); err != nil || api.tags[domain] == nil || api.mailFrom[domain] != "" {
			t.Errorf("release of %s: %v; it is there: %v", domain, err, api.tags[domain] != nil)
		}
	}
	if err := s.Release(t.Context(), "zeta", "theirs.example"); err != nil || api.tags["theirs.example"] != nil {
		t.Errorf("its own: %v", err)
	}
	if err := s.Release(t.Context(), "zeta", "theirs.example"); err != nil {
		t.Errorf("once more: %v", err)
	}
}

// TestBusyForLongIsTemporary: D-74.
func TestBusyForLongIsTemporary(t *testing.T) {
	s, api := identitiesAt(t)
	api.busy = 100
	if err := s.Claim(t.Context(), "acme", "new.example", "bounces.new.example"); !guichet.Is(err, guichet.Temporary) {
		t.Errorf("got %v, want to try again later", err)
	}
	if len(api.calls) != 5 {
		t.Errorf("%d calls, want 5 with pauses between", len(api.calls))
	}
	var waits []time.Duration
	for i := 1; i <= 5; i++ {
		waits = append(waits, Seconds(i))
	}
	if fmt.Sprint(waits) != "[1s 2s 4s 8s 8s]" {
		t.Errorf("pauses: %v", waits)
	}
}

// TestOneCustomerIsOneTenantOfSES: its domains and the house's configuration sets are tied to it, once.
func TestOneCustomerIsOneTenantOfSES(t *testing.T) {
	s, api := identitiesAt(t)
	for range 2 {
		name, err := s.Account(t.Context(), "acme", []string{"acme.example", "new.example"})
		if err != nil || name != "guichet-acme" {
			t.Fatalf("%q, %v", name, err)
		}
	}
	const arn = "arn:aws:ses:eu-west-1:111122223333:"
	want := []string{arn + "identity/acme.example", arn + "identity/new.example", arn + "configuration-set/mail", arn + "configuration-set/mail-tls"}
	if !slices.Equal(api.tenants["guichet-acme"], want) {
		t.Errorf("tied: %v, want %v", api.tenants["guichet-acme"], want)
	}
	s.NoTenants = true
	if name, err := s.Account(t.Context(), "zeta", nil); name != "" || err != nil || len(api.tenants) != 1 {
		t.Errorf("an engine without tenants: %q, %v", name, err)
	}
}

// TestReceivingIsLookedAt: is the active rule set ours, on, storing, telling, scanning?
func TestReceivingIsLookedAt(t *testing.T) {
	rule := func(enabled, scan bool, recipients, bucket, topic string) string {
		return fmt.Sprintf(`<member><Name>all</Name><Enabled>%v</Enabled><ScanEnabled>%v</ScanEnabled>%s<Actions><member><S3Action><BucketName>%s</BucketName><TopicArn>%s</TopicArn></S3Action></member></Actions></member>`,
			enabled, scan, recipients, bucket, topic)
	}
	set := func(name, rules string) string {
		if name != "" {
			name = "<Metadata><Name>" + name + "</Name></Metadata>"
		}
		return `<DescribeActiveReceiptRuleSetResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><DescribeActiveReceiptRuleSetResult>` + name + `<Rules>` + rules + `</Rules></DescribeActiveReceiptRuleSetResult></DescribeActiveReceiptRuleSetResponse>`
	}
	for name, c := range map[string]struct {
		answer string
		wrong  string // in the one complaint; empty: none
	}{
		"all is well":          {set("guichet", rule(true, true, "", "raw", "arn:topic")), ""},
		"none is active":       {set("", ""), "make activate"},
		"another is active":    {set("legacy", rule(true, true, "", "raw", "arn:topic")), "legacy"},
		"the rule is off":      {set("guichet", rule(false, true, "", "raw", "arn:topic")), "switched on"},
		"for some alone":       {set("guichet", rule(true, true, "<Recipients><member>a@b.example</member></Recipients>", "raw", "arn:topic")), "switched on"},
		"into another bucket":  {set("guichet", rule(true, true, "", "attic", "arn:topic")), "bucket"},
		"tells nobody of ours": {set("guichet", rule(true, true, "", "raw", "arn:other")), "topic"},
		"without a scan":       {set("guichet", rule(true, false, "", "raw", "arn:topic")), "spam"},
	} {
		s, api := identitiesAt(t)
		api.rules = c.answer
		r, err := s.Receiving(t.Context())
		if err != nil || (c.wrong == "") != (len(r.Wrong) == 0) || !strings.Contains(strings.Join(r.Wrong, "\n"), c.wrong) {
			t.Errorf("%s: %+v, %v; want a complaint of %q", name, r, err, c.wrong)
		}
	}
}

func TestOnOneMachineEveryDomainIsProven(t *testing.T) {
	var o OneMachine
	ctx := t.Context()
	id, err := o.Identity(ctx, "New.example")
	if err != nil || !id.Verified || id.Note == "" || len(id.Records()) != 0 {
		t.Errorf("%+v, %v", id, err)
	}
	account, err := o.Account(ctx, "acme", []string{"a.example"})
	if err := errors.Join(err, o.Claim(ctx, "acme", "a.example", ""), o.SetMailFrom(ctx, "a.example", ""), o.Release(ctx, "acme", "a.example")); err != nil || account != "" {
		t.Errorf("%q, %v", account, err)
	}
	if r, err := o.Receiving(ctx); err != nil || len(r.Wrong) > 0 || r.Note == "" {
		t.Errorf("%+v, %v", r, err)
	}
}
