package desktest

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/tools/txtar"

	"guichet/shared/boot"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// TestD25EveryAnswerIsThreaded: of all mails that leave in any story, each carries its own Message-ID, names the mail that it answers, and has each
// header once, as SES demands (D-70b).
func TestD25EveryAnswerIsThreaded(t *testing.T) {
	seen := 0
	everyMailSent(t, func(t *testing.T, h *House, sent channel.Outgoing) {
		seen++
		if err := threaded(t, h, sent.MailID, sent.Raw); err != nil {
			t.Errorf("message %s: %v", sent.Message, err)
		}
	})
	if seen < 40 {
		t.Errorf("only %d mails left in all stories: they show nothing", seen)
	}
	t.Logf("%d mails left", seen)
}

// threaded checks one mail of ours as its receiver reads it.
func threaded(t *testing.T, h *House, id string, raw []byte) error {
	m := mail.Parse(raw)
	own, ok := mail.OwnMessageID(h.Desk.Key, Tenant, m.MessageID)
	if m.MessageID == "" || m.MessageID != id || !ok {
		return fmt.Errorf("its Message-ID %q is not signed by us", m.MessageID)
	}
	for _, name := range []string{"Message-ID", "In-Reply-To", "References", "Thread-Index", "Thread-Topic", "From", "To", "Cc", "Subject", "Date", "MIME-Version"} {
		if n := len(m.Values(name)); n > 1 {
			return fmt.Errorf("%s stands there %d times", name, n)
		}
	}
	msg, err := h.Store.Message(t.Context(), Tenant, own)
	if err != nil || msg.Raw == "" {
		return fmt.Errorf("its id leads nowhere: %v", err)
	}
	if c, err := h.Store.Case(t.Context(), Tenant, msg.Case); err != nil || c.Started && msg.N == 1 { // an agent's first word answers nothing
		return err
	}
	if strings.Contains(msg.InReplyTo, "sha256.") { // the answered mail had no id to name
		return nil
	}
	if len(m.InReplyTo) != 1 || len(m.References) == 0 {
		return fmt.Errorf("it answers %q in %q: want one, and a list", m.InReplyTo, m.References)
	}
	return nil
}

// TestD08NothingIsLostWhenTheWorldStops: the ledger takes nothing for a while, a thousand mails come, then it takes all again: a thousand cases, nothing
// given up, nothing twice.
func TestD08NothingIsLostWhenTheWorldStops(t *testing.T) {
	n := 1000
	if *full {
		n = 10_000
	}
	h := New(t, open(t))
	down := true
	tr := newTroubled(t, h, &txtar.Archive{}, func(_ int, c call) (Fault, bool) { return FailBefore, down && c.name != "read" })
	var queue []desk.Incoming
	for i := range n {
		queue = append(queue, incoming1(t, h, fmt.Sprintf("m%d", i)))
	}
	tr.faults.arm(true)
	for round := range 3 {
		var again []desk.Incoming
		for _, in := range queue {
			if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
				if !guichet.Is(err, guichet.Temporary) {
					t.Fatalf("%v: want temporary, so that the queue keeps it", err)
				}
				again = append(again, in)
			}
		}
		if want := map[bool]int{true: n, false: 0}[down]; len(again) != want {
			t.Fatalf("round %d: %d mails wait, want %d", round, len(again), want)
		}
		if queue, down = again, round == 0; len(again) == 0 {
			break
		}
	}
	groups, err := h.groups(t.Context())
	if err != nil || len(groups) != n {
		t.Errorf("%d cases, %v; want %d", len(groups), err, n)
	}
}

// TestD37TwoHousesAnswerEachOther: two tenants of one house write to each other, their agents answer once each, and both sides send out-of-office answers and
// bounces of everything. After a day of sweeps and redeliveries nothing has left but what agents wrote.
func TestD37TwoHousesAnswerEachOther(t *testing.T) {
	h := twoTenants(t)
	ctx := t.Context()
	before := len(h.World.Sent)
	first := arrive(t, h, "support@demo.example", "Acme <help@acme.example>|Our kettle|h1@acme.example|")
	if _, err := h.Desk.Reply(ctx, Tenant, "ana", first.Message.Case(), desk.Answer{Text: "Which model?"}); err != nil {
		t.Fatal(err)
	}
	h.Settle(ctx)
	at := 0
	for hour := range 24 {
		for ; at < len(h.World.Sent); at++ {
			pass(t, h, h.World.Sent[at].To, h.World.Sent[at].Raw)
			for _, own := range h.World.Sent[at].To {
				auto := "From: " + own + "\r\nTo: " + h.World.Sent[at].From + "\r\nSubject: Automatic reply\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <" +
					h.World.Sent[at].MailID + ">\r\nMessage-ID: <auto" + fmt.Sprint(hour, at) + "@acme.example>\r\n\r\nWe have your mail.\r\n"
				pass(t, h, []string{h.World.Sent[at].From}, []byte(auto))
			}
		}
		h.SetNow(h.Now().Add(time.Hour))
		if err := h.Desk.SweepSLA(ctx); err != nil {
			t.Fatal(err)
		}
		h.Redeliver(ctx)
	}
	if got := len(h.World.Sent) - before; got != 1 {
		t.Errorf("%d mails left in a day, want the agent's one", got)
	}
	if c, err := h.Store.Case(ctx, acme, guichet.NewCaseID(1)); err != nil || c.People[0] != "support@demo.example" {
		t.Errorf("acme's case of it: %+v, %v", c, err)
	}
}

// pass delivers a mail that left one of our tenants to another, if it is for one.
func pass(t *testing.T, h *House, to []string, raw []byte) {
	for _, rcpt := range to {
		if ok, err := h.Desk.KnownRecipient(t.Context(), rcpt); err != nil || !ok {
			continue
		}
		in, err := h.Put(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		in.Recipients = []string{rcpt}
		if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		h.Settle(t.Context())
	}
}

// TestD70cTheEventIsNotTheMail: the notification lacks References (headersTruncated), names other recipients than the mail, and has no dmarcPolicy. The mail
// threads by what is stored, and goes where the envelope says.
func TestD70cTheEventIsNotTheMail(t *testing.T) {
	log := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	defer slog.SetDefault(log)
	h := New(t, open(t))
	first := arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
	raw := "From: bo@customer.example\r\nTo: somebody@else.example\r\nSubject: Re\r\nMessage-ID: <k2@customer.example>\r\nReferences: <k1@customer.example>\r\n\r\nMore.\r\n"
	if err := h.Blobs.Put(t.Context(), store.InKey("abc"), strings.NewReader(raw), int64(len(raw))); err != nil {
		t.Fatal(err)
	}
	pass := map[string]string{"status": "PASS"}
	body, err := json.Marshal(map[string]any{
		"notificationType": "Received",
		"mail": map[string]any{"messageId": "abc", "source": "bo@customer.example", "timestamp": "2026-03-02T08:00:00.000Z", "destination": []string{"somebody@else.example"},
			"headersTruncated": true, "headers": []map[string]string{{"name": "From", "value": "bo@customer.example"}}},
		"receipt": map[string]any{"timestamp": "2026-03-02T08:00:01.000Z", "recipients": []string{"support@demo.example"}, "spamVerdict": pass, "virusVerdict": pass,
			"spfVerdict": pass, "dkimVerdict": pass, "dmarcVerdict": pass, "action": map[string]string{"type": "S3", "objectKey": store.InKey("abc")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := boot.Mail(h.Desk)(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "q", Body: string(body)}}})
	if err != nil || len(out.BatchItemFailures) != 0 {
		t.Fatalf("%v, %v", out, err)
	}
	m, err := h.Store.Message(t.Context(), Tenant, first.Message.Case().Message(2))
	if err != nil || m.MailID != "k2@customer.example" || m.Why.Rule != mail.ByReferences {
		t.Errorf("%+v, %v: want the second message of the case, by its References", m, err)
	}
}

// TestD29ForeignDomain: a point of contact under a domain with an umlaut is one, written as people write it or as machines do.
func TestD29ForeignDomain(t *testing.T) {
	h := New(t, open(t))
	ctx := t.Context()
	cfg, err := h.Store.Config(ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	tenant := cfg.Tenant
	tenant.Domains = append(tenant.Domains, mail.FoldDomain("münchen.example"))
	ch := guichet.Channel{Tenant: Tenant, ID: "munich", Kind: "email", Name: "munich", Address: mail.FoldAddress("info@münchen.example"), Outbound: true, Skill: "support"}
	for _, err := range []error{h.Store.SaveTenant(ctx, tenant), h.Store.SaveChannel(ctx, ch)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, to := range []string{"info@münchen.example", "INFO@MÜNCHEN.Example", "info@xn--mnchen-3ya.example", "Info@XN--MNCHEN-3YA.EXAMPLE.", "info+x@münchen.example"} {
		o := arrive(t, h, to, fmt.Sprintf("Bo <bo@customer.example>|Kettle|k%d@customer.example|", i))
		if o.Channel != "munich" || o.Result != desk.NewCase {
			t.Errorf("%s: %+v", to, o)
		}
	}
	if o := arrive(t, h, "info@munchen.example", "Bo <bo@customer.example>|Kettle|k9@customer.example|"); o.Result != desk.Unknown {
		t.Errorf("another domain: %+v", o)
	}
}

// TestD05BytesOnce: one mail to two of our addresses is two messages of the same bytes.
func TestD05BytesOnce(t *testing.T) {
	h := New(t, open(t))
	in := incoming1(t, h, "both")
	in.Recipients = []string{"support@demo.example", "billing@demo.example", "SUPPORT@demo.example"}
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 2 || out[0].Message == out[1].Message {
		t.Fatalf("%v, %v: want a message in each channel", out, err)
	}
	for _, o := range out {
		if m, err := h.Store.Message(t.Context(), Tenant, o.Message); err != nil || m.Raw != in.Raw {
			t.Errorf("%+v, %v: want the bytes at %s", m, err, in.Raw)
		}
	}
	if list, err := h.Blobs.List(t.Context(), "", "", 1000); err != nil || len(list) != 1 {
		t.Errorf("%d blobs, %v; want 1", len(list), err)
	}
}
