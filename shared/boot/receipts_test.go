package boot

import (
	"encoding/json"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// answer has ana answer the case.
func (h *house) answer(t *testing.T, id guichet.CaseID) *guichet.Message {
	t.Helper()
	m, err := h.Reply(t.Context(), tenant, "ana", id, desk.Answer{Text: "A new one is on its way."})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEventsOfSES(t *testing.T) {
	const mailID = "0102019f3c8e5b21-7d1e1c7a-2b1f-4f39-9d6e-6f3f1c2a9e10-000000@eu-west-1.amazonses.com"
	bo, both := []string{"bo@customer.example"}, []string{"bo@customer.example", "cy@customer.example"}
	for _, c := range []struct {
		sample string
		want   guichet.Delivery // empty: left alone
		stop   string
		at     string
		reason string
		to     []string
		code   string
	}{
		{"ses-send", guichet.Sent, "", "2026-03-02T09:12:04Z", "", bo, ""},
		{"ses-delivery", guichet.Delivered, "", "2026-03-02T09:12:06.133Z", "", bo, ""},
		{"ses-delivery-delay", guichet.Delayed, "", "2026-03-02T09:42:06Z", "TransientCommunicationFailure: smtp; 421 4.4.1 Unable to connect to remote host", bo, "delay.TransientCommunicationFailure"},
		{"ses-bounce-permanent", guichet.Bounced, guichet.StoppedByBounce, "2026-03-02T09:12:07.669Z", "Permanent NoEmail: smtp; 550 5.1.1 user unknown", bo, "bounce.NoEmail"},
		{"ses-bounce-transient", guichet.Bounced, "", "2026-03-02T23:12:07.669Z", "Transient MailboxFull: smtp; 552 5.2.2 mailbox full", both, "bounce.MailboxFull"},
		{"ses-bounce-tls-expired", guichet.Bounced, guichet.StoppedByTLS, "2026-03-02T09:22:07.669Z", "Transient General: smtp; 550 4.4.7 Message expired: unable to deliver in 10 minutes.<421 4.4.1 Failed to establish connection>", bo, guichet.StoppedByTLS},
		{"ses-complaint", guichet.Complained, guichet.StoppedByComplaint, "2026-03-02T10:41:02.669Z", "abuse", bo, "complaint"},
		{"ses-reject", guichet.Failed, "", "2026-03-02T09:12:04Z", "SES rejected the mail: Bad content", bo, "rejected"},
		{"ses-rendering-failure", guichet.Failed, "", "2026-03-02T09:12:04Z", "SES could not make the mail: Attribute 'attributeName' is not present in the rendering data.", bo, "rejected"},
		{"ses-complaint-not-spam", "", "", "", "", nil, ""},
		{"ses-subscription", "", "", "", "", nil, ""},
		{"ses-others-mail", "", "", "", "", nil, ""},
		{"ses-notification-bounce", "", "", "", "", nil, ""}, // without tags nobody knows whose it is
	} {
		t.Run(c.sample, func(t *testing.T) {
			e, ok, err := sendingEvent(sample(t, c.sample))
			if err != nil || !ok {
				t.Fatalf("not read: %v, %v", ok, err)
			}
			r, ok := e.receipt()
			if !ok || c.want == "" {
				if ok || c.want != "" {
					t.Errorf("means something: %v, want %v", ok, c.want != "")
				}
				return
			}
			want := desk.Receipt{Tenant: "demo", Message: "100014-2", MailID: mailID, Delivery: c.want, Stop: c.stop, Code: c.code, Reason: c.reason, Recipients: c.to}
			if at := r.At.Format("2006-01-02T15:04:05.999Z07:00"); at != c.at {
				t.Errorf("at %s, want %s", at, c.at)
			}
			want.At = r.At
			if asText(r) != asText(want) {
				t.Errorf("got  %s\nwant %s", asText(r), asText(want))
			}
		})
	}
}

// TestBounces: what a mail that came back means for the mail and for the address (D-43, D-73).
func TestBounces(t *testing.T) {
	for _, c := range []struct {
		name, kind, sub, status, tls string
		want                         guichet.Delivery
		code, stop                   string
	}{
		{"no such mailbox", "Permanent", "NoEmail", "5.1.1", "", guichet.Bounced, "bounce.NoEmail", guichet.StoppedByBounce},
		{"on SES's own list", "Permanent", "OnAccountSuppressionList", "", "", guichet.Bounced, "bounce.OnAccountSuppressionList", guichet.StoppedByBounce},
		{"a full mailbox", "Transient", "MailboxFull", "4.2.2", "", guichet.Bounced, "bounce.MailboxFull", ""},
		{"out of office, which SES takes for a bounce", "Transient", "General", "", "", guichet.Returned, "bounce.General", ""},
		{"nobody knows", "Undetermined", "Undetermined", "", "", guichet.Returned, "bounce.Undetermined", ""},
		{"out of time", "Transient", "General", "4.4.7", "", guichet.Bounced, "bounce.expired", ""},
		{"out of time, and TLS was asked for", "Transient", "General", "4.4.7", "required", guichet.Bounced, guichet.StoppedByTLS, guichet.StoppedByTLS},
		{"TLS was asked for, but there is no such mailbox", "Permanent", "NoEmail", "5.1.1", "required", guichet.Bounced, "bounce.NoEmail", guichet.StoppedByBounce},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := `{"eventType":"Bounce","mail":{"messageId":"m","timestamp":"2026-03-02T09:00:00.000Z","destination":["bo@customer.example"],"tags":{"tenant":["demo"],"message":["100014-2"],"tls":["` + c.tls + `"]}},
				"bounce":{"bounceType":"` + c.kind + `","bounceSubType":"` + c.sub + `","bouncedRecipients":[{"emailAddress":"bo@customer.example","status":"` + c.status + `"}]}}`
			e, ok, err := sendingEvent(body)
			r, means := e.receipt()
			if err != nil || !ok || !means || r.Delivery != c.want || r.Code != c.code || r.Stop != c.stop {
				t.Errorf("got %v %s, %s, stop %q; want %s, %s, stop %q", err, r.Delivery, r.Code, r.Stop, c.want, c.code, c.stop)
			}
		})
	}
}

func TestWhatIsNoEventOfSES(t *testing.T) {
	for name, body := range map[string]string{"no JSON": "{", "no type": `{"mail":{}}`, "wrong types": `{"eventType":"Bounce","bounce":7}`} {
		t.Run(name, func(t *testing.T) {
			if _, ok, err := sendingEvent(body); ok || !guichet.Is(err, guichet.Poison) {
				t.Errorf("got %v, %v; want poison", ok, err)
			}
		})
	}
}

func TestReceiptsReachTheMessage(t *testing.T) {
	h := newHouse(t)
	failed(t, Mail(h.Desk), batch(h.arrives(t, "one")))
	first := guichet.NewCaseID(1)
	m := h.answer(t, first)
	failed(t, Facts("deliver", h.Deliver), h.waiting(t, "deliver"))
	wrapped, _ := json.Marshal(envelope{Type: "Notification", Message: sample(t, "ses-delivery")})
	steps := []struct {
		name, body string
		want       guichet.Delivery
	}{
		{"sent", sample(t, "ses-send"), guichet.Sent},
		{"delivered, in an envelope of SNS", string(wrapped), guichet.Delivered},
		{"delayed comes late and is the weaker word", sample(t, "ses-delivery-delay"), guichet.Delivered},
		{"opened is nobody's business", sample(t, "ses-open"), guichet.Delivered},
		{"complained", sample(t, "ses-complaint"), guichet.Complained},
		{"delivered comes again", sample(t, "ses-delivery"), guichet.Complained},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			if got := failed(t, Receipts(h.Desk), batch(s.body)); got != "" {
				t.Fatalf("failed %q", got)
			}
			now, err := h.Store.Message(t.Context(), tenant, m.ID())
			if err != nil || now.Delivery != s.want {
				t.Errorf("message is %s (%v), want %s", now.Delivery, err, s.want)
			}
		})
	}
	t.Run("who complained gets no more mail", func(t *testing.T) {
		c, err := h.Store.Contact(t.Context(), tenant, "bo@customer.example")
		if err != nil || c.State.Reason != guichet.StoppedByComplaint {
			t.Errorf("contact %+v, %v; want it stopped", c, err)
		}
	})
	t.Run("an event of a message that is not there fails alone", func(t *testing.T) {
		other := newHouse(t)
		if got := failed(t, Receipts(other.Desk), batch("Successfully validated SNS topic for x", sample(t, "ses-delivery"))); got != "b" {
			t.Errorf("failed %q, want b", got)
		}
	})
}

func FuzzReceipts(f *testing.F) {
	f.Add(`{"eventType":"Bounce","bounce":{"bouncedRecipients":[{}]},"mail":{"tags":{"tenant":["demo"],"message":["100014-2"]}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		e, ok, err := sendingEvent(body)
		if err != nil && !guichet.Is(err, guichet.Poison) {
			t.Errorf("failed otherwise than as poison: %v", err)
		}
		if r, means := e.receipt(); ok && means && (r.Tenant == "" || r.Message == "" || r.Delivery == "" && !r.Opened) {
			t.Errorf("half a receipt: %+v", r)
		}
	})
}
