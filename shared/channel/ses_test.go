package channel

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"guichet/shared/guichet"
)

// sesServer answers the real SDK client over HTTP and keeps what it was asked.
type sesServer struct {
	status      int
	kind, reply string
	drop        bool // hangs up instead of answering
	calls       atomic.Int32
	asked       map[string]any
}

func (s *sesServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &s.asked)
	if s.drop {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	if s.kind != "" {
		w.Header().Set("X-Amzn-Errortype", s.kind)
	}
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.reply)
}

func sesAt(t *testing.T, url string) SES {
	t.Helper()
	c := sesv2.New(sesv2.Options{Region: "eu-west-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")})
	return SES{Client: c, Region: "eu-west-1", ConfigSet: "mail", ConfigSetTLS: "mail-tls"}
}

func sesOf(t *testing.T, s *sesServer) SES {
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return sesAt(t, srv.URL)
}

func mailOut() Outgoing {
	return Outgoing{Tenant: "acme", Account: "acme", Case: "100012", Message: "100012-2", MailID: "m1@demo.example", From: "support@demo.example",
		To: []string{"bo@customer.example", "secret@customer.example"}, Raw: []byte("Subject: x\r\nFrom: support@demo.example\r\n\r\n.hello\r\n")}
}

func TestSESSends(t *testing.T) {
	srv := &sesServer{status: 200, reply: `{"MessageId":"0102-abc-000000"}`}
	sent, err := sesOf(t, srv).Send(context.Background(), mailOut())
	if err != nil || sent.ID != "0102-abc-000000" || sent.MailID != "0102-abc-000000@eu-west-1.amazonses.com" {
		t.Fatalf("got %+v, %v", sent, err)
	}
	raw := srv.asked["Content"].(map[string]any)["Raw"].(map[string]any)["Data"].(string)
	if b, _ := base64.StdEncoding.DecodeString(raw); string(b) != string(mailOut().Raw) {
		t.Errorf("the raw mail is not byte for byte: %q", b)
	}
	got, _ := json.Marshal([]any{srv.asked["ConfigurationSetName"], srv.asked["TenantName"], srv.asked["FromEmailAddress"], srv.asked["Destination"], srv.asked["EmailTags"]})
	want := `["mail","acme","support@demo.example",{"ToAddresses":["bo@customer.example","secret@customer.example"]},` +
		`[{"Name":"tenant","Value":"acme"},{"Name":"case","Value":"100012"},{"Name":"message","Value":"100012-2"}]]`
	if string(got) != want {
		t.Errorf("asked SES\n%s\nwant\n%s", got, want)
	}
}

func TestSESUnicodeDomain(t *testing.T) {
	srv := &sesServer{status: 200, reply: `{"MessageId":"a"}`}
	m := mailOut()
	m.To = []string{"zoe@bücher.example"}
	_, err := sesOf(t, srv).Send(context.Background(), m)
	if got, _ := json.Marshal(srv.asked["Destination"]); err != nil || string(got) != `{"ToAddresses":["zoe@xn--bcher-kva.example"]}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSESMailID(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "i@email.amazonses.com", "eu-west-3": "i@eu-west-3.amazonses.com"} {
		if got := SESMailID("i", region); got != want {
			t.Errorf("%s: got %s, want %s", region, got, want)
		}
	}
}

func TestSESForceTLS(t *testing.T) {
	srv := &sesServer{status: 200, reply: `{"MessageId":"a"}`}
	s, m := sesOf(t, srv), mailOut()
	m.ForceTLS = true
	if _, err := s.Send(context.Background(), m); err != nil || srv.asked["ConfigurationSetName"] != "mail-tls" {
		t.Errorf("went out through %v, %v", srv.asked["ConfigurationSetName"], err)
	}
	s.ConfigSetTLS = ""
	srv.calls.Store(0)
	if _, err := s.Send(context.Background(), m); !insecureError(err) || srv.calls.Load() != 0 {
		t.Errorf("without such a set: %v after %d calls; want tls_required before any", err, srv.calls.Load())
	}
}

func TestSESRefusesBeforeTheCall(t *testing.T) {
	srv := &sesServer{status: 200, reply: `{"MessageId":"a"}`}
	s, m := sesOf(t, srv), mailOut()
	m.Raw = make([]byte, 41943041)
	if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.TooLarge) || !strings.Contains(err.Error(), "41943041") {
		t.Errorf("one byte over 40 MB: %v", err)
	}
	for _, to := range [][]string{nil, slices.Repeat([]string{"bo@customer.example"}, 51), {"bo@customer.example\r\n"}, {"bö@customer.example"}} {
		m = mailOut()
		m.To = to
		if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.Permanent) {
			t.Errorf("%d recipients: %v", len(to), err)
		}
	}
	if srv.calls.Load() != 0 {
		t.Errorf("SES was called %d times", srv.calls.Load())
	}
}

func TestSESAnswers(t *testing.T) {
	for _, c := range []struct {
		name  string
		srv   *sesServer
		kind  guichet.Kind
		doubt bool
		text  string
	}{
		{"rejected", &sesServer{status: 400, kind: "MessageRejected", reply: `{"message":"Email address is not verified."}`}, guichet.Permanent, false, "SES refused the mail: Email address is not verified."},
		{"domain not verified", &sesServer{status: 400, kind: "MailFromDomainNotVerifiedException", reply: `{}`}, guichet.Permanent, false, "not verified in SES"},
		{"account suspended", &sesServer{status: 400, kind: "AccountSuspendedException", reply: `{}`}, guichet.Permanent, false, "suspended"},
		{"sending paused", &sesServer{status: 400, kind: "SendingPausedException:http://internal/", reply: `{}`}, guichet.Permanent, false, "paused"},
		{"no such set", &sesServer{status: 404, kind: "NotFoundException", reply: `{}`}, guichet.Permanent, false, "not there"},
		{"bad request", &sesServer{status: 400, kind: "BadRequestException", reply: `{}`}, guichet.Permanent, false, "could not read"},
		{"too fast", &sesServer{status: 429, kind: "TooManyRequestsException", reply: `{}`}, guichet.Temporary, false, "per second"},
		{"throttled", &sesServer{status: 400, kind: "ThrottlingException", reply: `{}`}, guichet.Temporary, false, "per second"},
		{"quota used up", &sesServer{status: 400, kind: "LimitExceededException", reply: `{}`}, guichet.Temporary, false, "quota"},
		{"not allowed", &sesServer{status: 403, kind: "AccessDeniedException", reply: `{}`}, guichet.Temporary, false, "may not send"},
		{"unavailable", &sesServer{status: 503, kind: "Whatever", reply: `{}`}, guichet.Temporary, false, "for now"},
		{"too large for the gateway", &sesServer{status: 413, kind: "RequestEntityTooLarge", reply: `{}`}, guichet.TooLarge, false, "too large"},
		{"internal error", &sesServer{status: 500, kind: "InternalServiceErrorException", reply: `{}`}, guichet.Temporary, true, "error of its own"},
		{"gateway time-out", &sesServer{status: 504, kind: "Whatever", reply: `{}`}, guichet.Temporary, true, "error of its own"},
		{"hangs up", &sesServer{drop: true}, guichet.Temporary, true, "did not answer"},
		{"answers nonsense", &sesServer{status: 200, reply: `{"MessageId":`}, guichet.Temporary, true, "did not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sesOf(t, c.srv).Send(context.Background(), mailOut())
			if !guichet.Is(err, c.kind) || InDoubt(err) != c.doubt || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v (doubt %v); want %s, doubt %v, with %q", err, InDoubt(err), c.kind, c.doubt, c.text)
			}
			if c.srv.calls.Load() != 1 {
				t.Errorf("SES was called %d times for one Send", c.srv.calls.Load())
			}
		})
	}
}

func TestSESNotReached(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := sesAt(t, "http://"+l.Addr().String()).Send(context.Background(), mailOut()); !guichet.Is(err, guichet.Temporary) || InDoubt(err) {
		t.Errorf("nobody listens: %v, doubt %v; the mail is certainly not sent", err, InDoubt(err))
	}
}
