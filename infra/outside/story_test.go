//go:build outside

package outside

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"guichet/infra/engines"
	"guichet/shared/boot"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// mail puts a raw mail where SES puts it, and publishes SES's notification of it.
func (h *house) mail(id, raw string, verdicts guichet.Verdicts) {
	h.Helper()
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	in := desk.Incoming{Raw: store.InKey(id), From: "bo@customer.example", Recipients: []string{"support@demo.example"}, ReceivedAt: time.Now().UTC(), Receipt: id, Verdicts: verdicts}
	_, err := h.s3.PutObject(h.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &in.Raw, Body: strings.NewReader(raw)})
	h.must(err)
	h.publish("inbound", boot.Notice(in))
}

var clean = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}

// ask calls the inbox as API Gateway does, signed in as ana, and returns status and body.
func (h *house) ask(method, path, body string) (int, map[string]any) {
	h.Helper()
	return h.askOf("inbox", method, path, body)
}

// askOf is ask of another function that serves a part of the API.
func (h *house) askOf(function, method, path, body string) (int, map[string]any) {
	h.Helper()
	var e events.APIGatewayV2HTTPRequest
	b, err := os.ReadFile("../../events/aws/inbox.json")
	h.must(err)
	h.must(json.Unmarshal(b, &e))
	path, e.RawQueryString, _ = strings.Cut(path, "?")
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path, e.RawPath, e.Body = method, path, path, body
	e.Headers["content-type"] = "application/json"
	var out events.APIGatewayV2HTTPResponse
	h.must(json.Unmarshal(h.invoke(function, e), &out))
	var data map[string]any
	if err := json.Unmarshal([]byte(out.Body), &data); err != nil && out.Body != "" {
		h.Fatalf("%s %s: %d, not JSON: %.200s", method, path, out.StatusCode, out.Body)
	}
	return out.StatusCode, data
}

// sentMail is what the SES engine took.
type sentMail struct {
	ID           string   `json:"id"`
	Source       string   `json:"source"`
	Destinations []string `json:"destinations"`
	Raw          string   `json:"raw_data"`
}

// sent returns the raw mails that the SES engine took, in order.
func (h *house) sent() []sentMail {
	h.Helper()
	r, err := http.Get(h.moto + "/moto-api/data.json")
	h.must(err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	h.must(err)
	var all struct {
		SES struct{ RawMessage []sentMail } `json:"ses"`
	}
	h.must(json.Unmarshal(b, &all))
	return all.SES.RawMessage
}

// readByPython reads a mail with Python's own parser, in its strict policy: headers as the standard has them, and the defects that it found.
func (h *house) readByPython(raw string) (m struct {
	MessageID, InReplyTo, References, Subject, From, To, Text string
	Defects                                                   []string
}) {
	h.Helper()
	const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
h = lambda n: str(m[n] or "")
text = m.get_body(("plain",)).get_content()
defects = [repr(d) for p in m.walk() for d in p.defects] + [repr(d) for n in m.keys() for d in m[n].defects]
print(json.dumps({"MessageID": h("Message-ID"), "InReplyTo": h("In-Reply-To"), "References": h("References"), "Subject": h("Subject"), "From": h("From"), "To": h("To"), "Text": text, "Defects": defects}))`
	root, err := engines.Root()
	h.must(err)
	cmd := exec.Command(filepath.Join(root, ".tools/venv/bin/python"), "-c", script)
	cmd.Stdin = strings.NewReader(raw)
	out, err := cmd.Output()
	h.must(err)
	h.must(json.Unmarshal(out, &m))
	return m
}

// event publishes one of the samples of SES's sending events, as being about this mail and message.
func (h *house) event(sample, sesID string, id guichet.MessageID) {
	h.Helper()
	b, err := os.ReadFile("../../events/aws/" + sample + ".json")
	h.must(err)
	var e map[string]any
	h.must(json.Unmarshal(b, &e))
	m := e["mail"].(map[string]any)
	m["messageId"] = sesID
	tags := m["tags"].(map[string]any)
	tags["case"], tags["message"] = []string{string(id.Case())}, []string{string(id)}
	b, err = json.Marshal(e)
	h.must(err)
	h.publish("receipts", string(b))
}

func (h *house) message(id guichet.MessageID) *guichet.Message {
	h.Helper()
	m, err := h.store.Message(h.Context(), tenant, id)
	h.must(err)
	return m
}

func (h *house) theCase(id guichet.CaseID) *guichet.Case {
	h.Helper()
	c, err := h.store.Case(h.Context(), tenant, id)
	h.must(err)
	return c
}

func (h *house) history(id guichet.CaseID) (kinds []string) {
	h.Helper()
	facts, err := h.store.History(h.Context(), tenant, id, 0, 100)
	h.must(err)
	for _, f := range facts {
		kinds = append(kinds, string(f.Kind))
	}
	return kinds
}

const firstMail = `From: Bo <bo@customer.example>
To: support@demo.example
Subject: Broken kettle
Message-ID: <k1@customer.example>
References: <k0@customer.example>
Date: Mon, 2 Mar 2026 10:00:00 +0100

It is broken.
`

// TestAMailIsAnsweredByTheDeployedHouse is the whole way, through every function but the clock: a mail comes in, is routed, answered and delivered, and the
// contact's next word finds the case.
func TestAMailIsAnsweredByTheDeployedHouse(t *testing.T) {
	h := newHouse(t)
	id := guichet.NewCaseID(1)
	h.mail("first", firstMail, clean)
	h.settle()
	if c := h.theCase(id); c.Agent != "ana" || c.Status != guichet.Open || c.Messages != 1 {
		t.Fatalf("case %+v, want it open with ana", c)
	}
	if strings.Contains(h.fns["spam"].Said(), "message_id") {
		t.Errorf("clean mail woke the spam function: %s", h.fns["spam"].Said())
	}

	status, _ := h.ask("POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+string(id)+`"},"messageContent":{"type":"TEXT","payload":{"text":"A new one is on its way: déjà parti."}}}`)
	if status != http.StatusCreated {
		t.Fatalf("the answer was not taken: %d", status)
	}
	h.settle()
	mails := h.sent()
	if len(mails) != 1 {
		t.Fatalf("SES took %d mails, want 1", len(mails))
	}
	answer := id.Message(2)
	out := h.message(answer)
	m := h.readByPython(mails[0].Raw)
	for what, ok := range map[string]bool{
		"Message-ID":    m.MessageID == "<"+out.MailID+">" && h.isOurs(out.MailID, answer),
		"In-Reply-To":   m.InReplyTo == "<k1@customer.example>",
		"References":    m.References == "<k0@customer.example> <k1@customer.example>",
		"ticket number": m.Subject == "Re: Broken kettle "+string(id),
		"From":          m.From == "Demo support <support@demo.example>",
		"To":            m.To == "Bo <bo@customer.example>",
		"text":          strings.Contains(m.Text, "A new one is on its way: déjà parti."),
		"no defects":    len(m.Defects) == 0,
		"envelope":      slices.Contains(mails[0].Destinations, "bo@customer.example") && strings.Contains(mails[0].Source, "support@demo.example"),
	} {
		if !ok {
			t.Errorf("%s is not right in %+v of %+v", what, m, mails[0])
		}
	}

	sesID := mails[0].ID
	if out.Delivery != guichet.Accepted || out.SentID != sesID+"@eu-west-1.amazonses.com" {
		t.Errorf("answer is %s under %q, want accepted under SES's id %s", out.Delivery, out.SentID, sesID)
	}
	h.event("ses-delivery", sesID, answer)
	h.event("ses-send", sesID, answer) // in the wrong order, as SES does
	h.settle()
	if got := h.message(answer); got.Delivery != guichet.Delivered {
		t.Errorf("answer is %s, want delivered", got.Delivery)
	}
	if _, detail := h.ask("GET", "/dfo/3.0/contacts/"+string(id)+"/detail", ""); !strings.Contains(asJSON(detail), `"delivered"`) {
		t.Errorf("the agent does not see that it was delivered: %.600s", asJSON(detail))
	}

	h.mail("second", "From: Bo <bo@customer.example>\nTo: support@demo.example\nSubject: Thanks\nMessage-ID: <k2@customer.example>\nIn-Reply-To: <"+sesID+"@eu-west-1.amazonses.com>\n\nThank you.\n", clean)
	h.settle()
	if c := h.theCase(id); c.Messages != 3 {
		t.Errorf("the contact's reply to SES's id: case has %d messages, want 3", c.Messages)
	}
	before := len(h.history(id))
	h.mail("first", firstMail, clean)
	h.settle()
	if c := h.theCase(id); c.Messages != 3 || len(h.history(id)) != before || len(h.sent()) != 1 {
		t.Errorf("the first mail again: %d messages, %d facts, %d sent; want 3, %d, 1", c.Messages, len(h.history(id)), len(h.sent()), before)
	}

	t.Run("the stream and every queue once more change nothing", func(t *testing.T) {
		before, sent := h.history(id), len(h.sent())
		h.stream = engines.NewStream(h.dynoxide, table)
		if n := h.relay(); n == 0 {
			t.Fatal("the stream did not come again")
		}
		h.settle()
		if after := h.history(id); !slices.Equal(after, before) || len(h.sent()) != sent {
			t.Errorf("history %v, want %v; %d mails sent, want %d", after, before, len(h.sent()), sent)
		}
	})
	t.Run("suspected mail is judged before routing", func(t *testing.T) {
		bad := clean
		bad.Spam, bad.DMARC, bad.Policy = "FAIL", "FAIL", "reject"
		h.mail("third", "From: Eve <eve@evil.example>\nTo: support@demo.example\nSubject: Win\nMessage-ID: <e1@evil.example>\n\nClick.\n", bad)
		h.settle()
		second := guichet.NewCaseID(2)
		if kinds := h.history(second); !slices.Contains(kinds, string(guichet.InteractionJudged)) {
			t.Errorf("history %v, want a judgement", kinds)
		}
		if !strings.Contains(h.fns["spam"].Said(), "interaction.suspected@1") {
			t.Errorf("the spam function was not asked: %s", h.fns["spam"].Said())
		}
	})
	t.Run("another tenant's case is none", func(t *testing.T) {
		if status, _ := h.ask("GET", "/dfo/3.0/contacts/100046/detail", ""); status != http.StatusNotFound {
			t.Errorf("status %d, want 404", status)
		}
	})
	t.Run("logs and metrics", func(t *testing.T) {
		said := h.fns["inbound"].Said()
		if !strings.Contains(said, `"request_id":"8476a536`) || !strings.Contains(said, `"MailsReceived":1`) || !strings.Contains(said, `"WriteUnits"`) {
			t.Errorf("inbound said: %s", said)
		}
		for name, f := range h.fns {
			if s := f.Said(); strings.Contains(s, "customer.example") || strings.Contains(s, "It is broken") {
				t.Errorf("%s says who wrote, or what: %s", name, s)
			}
		}
	})
}

func asJSON(v any) string { b, _ := json.Marshal(v); return string(b) }

// TestTheClockMarksABreachOnce: nobody answers, and the sweep says so, once, however often it ticks.
func TestTheClockMarksABreachOnce(t *testing.T) {
	h := newHouse(t)
	id := guichet.NewCaseID(1)
	h.mail("first", firstMail, clean)
	h.settle()
	tick, err := os.ReadFile("../../events/aws/sla.json")
	h.must(err)
	breaches := func() (n int) {
		for _, k := range h.history(id) {
			if k == string(guichet.SLABreached) {
				n++
			}
		}
		return n
	}
	late := time.Now().Add(20 * time.Second)
	for breaches() == 0 && time.Now().Before(late) {
		h.invoke("sla", json.RawMessage(tick))
	}
	for range 3 {
		h.invoke("sla", json.RawMessage(tick))
	}
	if n := breaches(); n != 1 {
		t.Errorf("%d breaches, want 1", n)
	}
}

// TestPoisonEndsInTheDeadLetterQueue: what can never be handled is parked after the attempts of the plan, its reason is in the log, and all else
// goes on.
func TestPoisonEndsInTheDeadLetterQueue(t *testing.T) {
	h := newHouse(t)
	h.publish("inbound", `{"notificationType":"Received","mail":{},"receipt":{}}`)
	queue := h.queues["routing"]
	_, err := h.sqs.SendMessage(h.Context(), &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: aws.String("no fact"), MessageGroupId: aws.String("demo/100014"), MessageDeduplicationId: aws.String("x")})
	h.must(err)
	h.mail("first", firstMail, clean)
	for range 20 {
		h.relay()
		h.pump("inbound")
		h.pump("routing")
	}
	for _, name := range []string{"inbound", "routing"} {
		if n := h.waiting(h.parked[name]); n != 1 {
			t.Errorf("%d messages of %s are parked, want 1", n, name)
		}
		if n := h.waiting(h.queues[name]); n != 0 {
			t.Errorf("%d messages still wait for %s", n, name)
		}
	}
	said := h.fns["inbound"].Said()
	if !strings.Contains(said, `"kind":"poison"`) || !strings.Contains(said, "a notification that names no mail") || !strings.Contains(said, `"received":8`) {
		t.Errorf("the log does not say why: %s", said)
	}
	if c := h.theCase(guichet.NewCaseID(1)); c.Agent != "ana" {
		t.Errorf("the good mail's case is with %q, want ana", c.Agent)
	}
	if bytes.Contains([]byte(said), []byte(`"received":9`)) {
		t.Error("it was tried more often than the plan says")
	}
}

// TestAFunctionSaysWhatItMisses: without its environment a function ends at once, with one line that names what is not there.
func TestAFunctionSaysWhatItMisses(t *testing.T) {
	dir := bootstraps(t, runtime.GOARCH)
	for name, misses := range map[string]string{
		"inbound": "GUICHET_TABLE GUICHET_RAW_BUCKET GUICHET_TOKEN_KEY", "relay": "GUICHET_QUEUE_SPAM GUICHET_QUEUE_ROUTING GUICHET_QUEUE_DELIVER", "sla": "GUICHET_TABLE",
	} {
		f, err := Run(filepath.Join(dir, name), "AWS_REGION=eu-west-1")
		if err == nil {
			f.Stop()
			t.Errorf("%s runs without an environment", name)
			continue
		}
		for _, v := range strings.Fields(misses) {
			if !strings.Contains(err.Error(), v+" is not set") {
				t.Errorf("%s does not say that %s is missing: %v", name, v, err)
			}
		}
	}
}
