package mail

import (
	"slices"
	"strings"
	"testing"
)

const arf = `From: fbl@isp.example
To: support@demo.example
Subject: Abuse report
Message-ID: <arf1@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: Abuse
User-Agent: ISP/1.0
Version: 1
Original-Rcpt-To: <Bo@Customer.example>

--b1
Content-Type: message/rfc822

From: support@demo.example
To: cy@customer.example, Di <di@customer.example>
Message-ID: <ours@demo.example>

Hello.
--b1--
`

// TestComplaining: which message a feedback report is about, and who complains (RFC 5965 3.2).
func TestComplaining(t *testing.T) {
	for name, c := range map[string]struct {
		mail      string
		originals []string
		addresses []string
		kind      string
	}{
		"as the RFC has it":      {arf, []string{"ours@demo.example"}, []string{"bo@customer.example"}, "abuse"},
		"the recipient left out": {strings.Replace(arf, "Original-Rcpt-To: <Bo@Customer.example>\n", "", 1), []string{"ours@demo.example"}, []string{"cy@customer.example", "di@customer.example"}, "abuse"},
		"headers alone":          {strings.Replace(arf, "message/rfc822", "text/rfc822-headers", 1), []string{"ours@demo.example"}, []string{"bo@customer.example"}, "abuse"},
		"no original":            {arf[:strings.Index(arf, "--b1\nContent-Type: message/rfc822")] + "--b1--\n", nil, []string{"bo@customer.example"}, "abuse"},
		"no spam":                {strings.Replace(arf, "Abuse\n", "not-spam\n", 1), []string{"ours@demo.example"}, []string{"bo@customer.example"}, "not-spam"},
		"cut off":                {arf[:strings.Index(arf, "Message-ID: <ours")], nil, []string{"bo@customer.example"}, "abuse"},
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(strings.ReplaceAll(c.mail, "\n", "\r\n")))
			if k := Automatic(m, "<>").Kind; k != Complaint {
				t.Errorf("it is taken for %s", k)
			}
			got := Complaining(m)
			if !slices.Equal(got.Originals, c.originals) || !slices.Equal(got.Addresses, c.addresses) || got.Kind != c.kind {
				t.Errorf("got %+v, want %v, %v, %s", got, c.originals, c.addresses, c.kind)
			}
		})
	}
}

// FuzzComplaining: whatever a report is like, it names a bounded number of folded addresses and ids.
func FuzzComplaining(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(arf, "\n", "\r\n")))
	f.Add([]byte("Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nOriginal-Rcpt-To: a@b, c@d\r\nRemoval-Recipient: <@>\r\n"))
	f.Add([]byte("X-HmXmrOriginalRecipient: di@customer.example\r\nSubject: complaint about message from 192.0.2.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := Complaining(Parse(raw))
		if len(got.Addresses) > maxFailed+1 {
			t.Errorf("%d addresses", len(got.Addresses))
		}
		for _, a := range got.Addresses {
			if a == "" || a != FoldAddress(a) {
				t.Errorf("address %q", a)
			}
		}
	})
}
