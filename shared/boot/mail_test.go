package boot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"pgregory.net/rapid"
)

func TestAMailBecomesACase(t *testing.T) {
	h := newHouse(t)
	note := h.arrives(t, "first")
	wrapped, _ := json.Marshal(envelope{Type: "Notification", Message: note})
	if got := failed(t, Mail(h.Desk), batch(note)); got != "" {
		t.Fatalf("failed %q", got)
	}
	first := guichet.NewCaseID(1)
	if n := messageCount(t, h, first); n != 1 {
		t.Fatalf("case has %d messages, want 1", n)
	}
	t.Run("a second delivery changes nothing, in whatever form", func(t *testing.T) {
		before := len(h.facts(t))
		if got := failed(t, Mail(h.Desk), batch(string(wrapped), note)); got != "" {
			t.Fatalf("failed %q", got)
		}
		if n := messageCount(t, h, first); n != 1 || len(h.facts(t)) != before {
			t.Errorf("case has %d messages and %d facts, want 1 and %d", n, len(h.facts(t)), before)
		}
	})
}

func TestOneBadMailOfABatchFailsAlone(t *testing.T) {
	h := newHouse(t)
	gone := strings.Replace(h.arrives(t, "second"), "in/second", "in/gone", 1)
	if got := failed(t, Mail(h.Desk), batch(h.arrives(t, "one"), gone, "}not json{", h.arrives(t, "four"))); got != "b c" {
		t.Errorf("failed %q, want the one whose bytes are gone and the one that is no JSON", got)
	}
	for n := int64(1); n <= 2; n++ {
		messageCount(t, h, guichet.NewCaseID(n))
	}
}

func TestNotificationsOfSES(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 1, 412e6, time.UTC)
	const id = "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"
	plain := desk.Incoming{
		Raw: "in/" + id, From: "bo@customer.example", Recipients: []string{"support@demo.example"}, ReceivedAt: at, Receipt: id,
		Verdicts: guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"},
	}
	forged, bounce := plain, plain
	forged.Verdicts = guichet.Verdicts{Spam: "FAIL", Virus: "PASS", SPF: "FAIL", DKIM: "GRAY", DMARC: "FAIL", Policy: "reject"}
	bounce.From = ""
	none := desk.Incoming{}
	read := func(name string) string { return sample(t, name) }
	for _, c := range []struct {
		name, body string
		want       desk.Incoming
		ok, poison bool
	}{
		{"a clean mail", read("ses-received"), plain, true, false},
		{"verdicts that failed, with the policy", read("ses-received-forged"), forged, true, false},
		{"a bounce has no sender", read("ses-received-bounce"), bounce, true, false},
		{"the object that SES writes to try a bucket", read("ses-received-setup"), none, false, false},
		{"a topic is subscribed", read("ses-subscription-succeeded"), none, false, false},
		{"a topic is tried in plain text", "Successfully validated SNS topic for Amazon SES event publishing.", none, false, false},
		{"a subscription is to be confirmed", `{"Type":"SubscriptionConfirmation","Message":"You have chosen"}`, none, false, false},
		{"an object key that is not said is the receipt's", strings.Replace(read("ses-received"), `"objectKey": "in/`+id+`"`, `"objectKey": ""`, 1), plain, true, false},
		{"no JSON", "hello", none, false, true},
		{"an event of sending", read("ses-delivery"), none, false, true},
		{"a notification of something else", strings.Replace(read("ses-received"), `"Received"`, `"Bounce"`, 1), none, false, true},
		{"recipients that are none", strings.Replace(read("ses-received"), `"recipients": [`, `"others": [`, 1), none, false, true},
		{"a key that climbs", strings.Replace(read("ses-received"), `"in/`+id+`"`, `"../x"`, 1), none, false, true},
		{"recipients of a wrong type", strings.Replace(read("ses-received"), `"recipients": [`, `"recipients": 1, "others": [`, 1), none, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, ok, err := incoming(c.body)
			if ok != c.ok || guichet.Is(err, guichet.Poison) != c.poison || err != nil && !c.poison {
				t.Fatalf("ok %v, err %v; want ok %v, poison %v", ok, err, c.ok, c.poison)
			}
			if ok && asText(in) != asText(c.want) {
				t.Errorf("got  %s\nwant %s", asText(in), asText(c.want))
			}
		})
	}
}

func asText(v any) string { b, _ := json.Marshal(v); return string(b) }

// TestNoticeIsReadBack: what Notice writes, Mail reads, whatever the receiver knew.
func TestNoticeIsReadBack(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-Z0-9@.<>é"\\ -]{1,12}`)
	verdict := rapid.SampledFrom([]guichet.Verdict{"", "PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED"})
	rapid.Check(t, func(rt *rapid.T) {
		in := desk.Incoming{
			Raw: "in/" + rapid.StringMatching(`[a-z0-9]{1,20}`).Draw(rt, "raw"), From: word.Draw(rt, "from"), Receipt: word.Draw(rt, "receipt"),
			Recipients: rapid.SliceOfN(word, 1, 4).Draw(rt, "to"), ReceivedAt: time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(rt, "at")).UTC(),
			Verdicts: guichet.Verdicts{Spam: verdict.Draw(rt, "s"), Virus: verdict.Draw(rt, "v"), DMARC: verdict.Draw(rt, "m"), Policy: rapid.SampledFrom([]string{"", "none", "reject"}).Draw(rt, "p")},
		}
		if in.From == "<>" {
			in.From = ""
		}
		got, ok, err := incoming(Notice(in))
		if !ok || err != nil || asText(got) != asText(in) {
			rt.Fatalf("got %s, %v, %v\nwant %s", asText(got), ok, err, asText(in))
		}
	})
}

func FuzzMail(f *testing.F) {
	f.Add(`{"notificationType":"Received","mail":{"messageId":"x"},"receipt":{"recipients":["a@b"]}}`)
	f.Add(`{"Type":"Notification","Message":"{}"}`)
	f.Fuzz(func(t *testing.T, body string) {
		in, ok, err := incoming(body)
		if ok && (err != nil || in.Raw == "" || len(in.Recipients) == 0) {
			t.Errorf("%q gave %+v, %v", body, in, err)
		}
		if err != nil && !guichet.Is(err, guichet.Poison) {
			t.Errorf("%q failed otherwise than as poison: %v", body, err)
		}
	})
}
