package mail

import (
	"strings"
	"testing"
	"unicode/utf8"
)

const reportHead = "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: help@shop.example\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\nMIME-Version: 1.0\n\n"

func deliveryReport(status string) string {
	return reportHead + "--b\nContent-Type: text/plain\n\nI'm sorry.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" + status +
		"\n--b\nContent-Type: message/rfc822\n\nFrom: help@shop.example\nTo: bo@customer.example\nMessage-ID: <sent-1@shop.example>\nSubject: Your order\n\nHello\n\n--b--\n"
}

// Every code is read, none is listed (D-39: 5.7.129 and 5.7.133 were missed elsewhere), and the bounce names the message that it is about, so that it
// can be put on its case (D-38).
func TestD38ReportNamesItsMessage(t *testing.T) {
	for name, c := range map[string]struct {
		status   string
		is       bool
		delayed  bool
		hard     bool
		code, to string
	}{
		"unknown":                {"Final-Recipient: rfc822; bo@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n", true, false, true, "5.1.1", "bo@customer.example"},
		"restricted 129":         {"Final-Recipient: rfc822;Bo@Customer.example\nAction: failed\nStatus: 5.7.129\n", true, false, false, "5.7.129", "bo@customer.example"},
		"restricted 133":         {"Final-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.7.133\n", true, false, false, "5.7.133", "bo@customer.example"},
		"full":                   {"Final-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.2.2 (over quota)\n", true, false, false, "5.2.2", "bo@customer.example"},
		"code in the words":      {"Final-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.1.1 The account does not exist\n", true, false, true, "5.1.1", "bo@customer.example"},
		"words only":             {"Final-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 No such user here\n", true, false, true, "5.1.1", "bo@customer.example"},
		"delayed":                {"Final-Recipient: rfc822;bo@customer.example\nAction: delayed\nStatus: 4.4.7\n", true, true, false, "4.4.7", "bo@customer.example"},
		"no action":              {"Final-Recipient: rfc822;bo@customer.example\nStatus: 5.4.4\n", true, false, true, "5.4.4", "bo@customer.example"},
		"only original":          {"Original-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.1.1\n", true, false, true, "5.1.1", "bo@customer.example"},
		"nobody named":           {"Action: failed\nStatus: 5.1.1\n", true, false, true, "5.1.1", "bo@customer.example"},
		"delivered":              {"Final-Recipient: rfc822;bo@customer.example\nAction: delivered\nStatus: 2.0.0\n", false, false, false, "", ""},
		"relayed":                {"Final-Recipient: rfc822;bo@customer.example\nAction: relayed\nStatus: 2.0.0\n", false, false, false, "", ""},
		"one of two delivered":   {"Final-Recipient: rfc822;al@customer.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.1.1\n", true, false, true, "5.1.1", "bo@customer.example"},
		"an address in brackets": {"Final-Recipient: rfc822; <bo@customer.example>\nAction: failed\nStatus: 5.1.1\n", true, false, true, "5.1.1", "bo@customer.example"},
	} {
		b := Bounced(Parse([]byte(deliveryReport(c.status))), "<>")
		to := ""
		if len(b.Recipients) > 0 {
			to = b.Recipients[0].Address
		}
		if b.Is != c.is || b.Delayed != c.delayed || b.Hard != c.hard || b.Status != c.code || to != c.to {
			t.Errorf("%s: %+v", name, b)
		}
		if b.Is && b.Original != "sent-1@shop.example" {
			t.Errorf("%s: original %q", name, b.Original)
		}
	}
}

// The report is read, and is no file on the agent's screen.
func TestD64ReportIsNoAttachment(t *testing.T) {
	m := Parse([]byte(deliveryReport("Final-Recipient: rfc822; bo@customer.example\nAction: failed\nStatus: 5.1.1\n")))
	if len(m.Parts) != 0 {
		t.Errorf("%d attachments: %+v", len(m.Parts), m.Parts)
	}
	if !Bounced(m, "").Is {
		t.Error("no bounce")
	}
}

// Notices without a report, in the words of many mail systems: written for this test after their forms.
var ownNotices = []struct{ name, head, text, to, code, original string }{
	{"qmail", "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n", "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<bo@customer.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <help@shop.example>\nMessage-ID: <sent-1@shop.example>\nTo: bo@customer.example\n\nHello\n", "bo@customer.example", "5.1.1", "sent-1@shop.example"},
	{"exim", "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: bo@customer.example\nSubject: Mail delivery failed: returning message to sender\n", "A message that you sent could not be delivered to one or more of its recipients.\n\n  bo@customer.example\n    SMTP error from remote mail server: 550 5.2.2 mailbox full\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <help@shop.example>\nMessage-Id: <sent-1@shop.example>\n", "bo@customer.example", "5.2.2", "sent-1@shop.example"},
	{"old sendmail", "From: Mail Delivery Subsystem <MAILER-DAEMON>\nSubject: Returned mail: User unknown\n", "   ----- The following addresses had permanent fatal errors -----\n<bo@customer.example>\n\n   ----- Transcript of session follows -----\n... while talking to mx.customer.example.:\n>>> RCPT To:<bo@customer.example>\n<<< 550 User unknown\n\n   ----- Original message follows -----\n\nReceived: from shop.example\nMessage-ID: <sent-1@shop.example>\n", "bo@customer.example", "5.1.1", "sent-1@shop.example"},
	{"old postfix", "From: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\n", "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not be delivered.\n\n<bo@customer.example>: host mx.customer.example[192.0.2.1] said: 554 5.7.1 rejected\n    (in reply to RCPT TO command)\n", "bo@customer.example", "5.7.1", ""},
	{"exchange", "From: System Administrator <postmaster@customer.example>\nSubject: Undeliverable: Your order\n", "Your message\n\n  To:      bo\n  Subject: Your order\n\ndid not reach the following recipient(s):\n\nbo@customer.example on Wed, 15 Feb 2006 04:25:29 -0500\n    The recipient name is not recognized\n", "bo@customer.example", "5.1.1", ""},
	{"domino", "From: Postmaster@customer.example\nSubject: DELIVERY FAILURE: User bo (bo@customer.example) not listed in Domino Directory\n", "Your message\n\n  Subject: Your order\n\nwas not delivered to:\n\n  bo@customer.example\n\nbecause:\n\n  User bo (bo@customer.example) not listed in Domino Directory\n", "bo@customer.example", "5.1.1", ""},
	{"gmail", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: bo@customer.example\nSubject: Delivery Status Notification (Failure)\n", "Delivery to the following recipient failed permanently:\n\n     bo@customer.example\n\nTechnical details of permanent failure:\nThe error that the other server returned was: 550 550 5.1.1 <bo@customer.example>: Recipient address rejected\n\n----- Original message -----\n\nMIME-Version: 1.0\nMessage-ID: <sent-1@shop.example>\n", "bo@customer.example", "5.1.1", "sent-1@shop.example"},
	{"russian", "From: mailer-daemon@mx.example\nSubject: =?UTF-8?B?0JLQsNGI0LUg0YHQvtC+0LHRidC10L3QuNC1INC90LUg0LTQvtGB0YLQsNCy0LvQtdC90L4=?=\n", "Письмо не было доставлено\n\n  bo@customer.example\n    550 user not found\n", "bo@customer.example", "5.1.1", ""},
	{"german", "From: postmaster@mx.example\nSubject: Unzustellbar: Ihre Bestellung\n", "Die Nachricht konnte nicht zugestellt werden an:\n\nbo@customer.example\n", "bo@customer.example", "", ""},
	{"japanese", "From: postmaster@mx.example\nSubject: =?UTF-8?B?6YWN5L+h5LiN6IO9?=\n", "次の宛先に配信できませんでした。\n\n<bo@customer.example>\n", "bo@customer.example", "", ""},
	{"mdaemon", "From: MDaemon@mx.example\nSubject: Permanent Delivery Failure\n", "The attached message had PERMANENT fatal delivery errors!\n\nThe following addresses did NOT receive a copy of your message:\n\n> bo@customer.example\n\n--- Session Transcript ---\n", "bo@customer.example", "", ""},
	{"a gateway of mail", "From: ESMTP_Mail_Service@mx.example\nSubject: Returned Mail - Error During Delivery\n", "------ Failed Recipients ------\n\n<bo@customer.example>: Requested action not taken: mailbox unavailable. [SMTP Error Code 550]\n", "bo@customer.example", "5.1.1", ""},
	{"the null sender in From, with a name", "From: \"Jetmail System\" <>\nSubject: Mail Error\n", "Your mail cannot be delivered to the following address(es):\n\n bo@customer.example\n", "bo@customer.example", "", ""},
	{"an address of X.400", "From: System Administrator <postmaster@mx.example>\nSubject: Undeliverable: Your order\n", "Your message did not reach the following recipient(s):\n\nc=US;a= ;p=X;o=Y;dda:SMTP=bo@customer.example; on Fri, 4 Oct 2002\n    The recipient name is not recognized\n", "bo@customer.example", "5.1.1", ""},
	{"a bare name", "From: MAILER-DAEMON@customer.example\nSubject: Mail Delivery Problem\n", "Your mail to the following recipients could not be delivered:\n\tbo\n", "bo@customer.example", "", ""},
}

func TestBounceNotices(t *testing.T) {
	for _, c := range ownNotices {
		b := Bounced(Parse([]byte("To: help@shop.example\n"+c.head+"Content-Type: text/plain; charset=utf-8\n\n"+c.text)), "<>")
		if !b.Is || len(b.Recipients) != 1 || b.Recipients[0].Address != c.to || b.Status != c.code || b.Original != c.original {
			t.Errorf("%s: %+v", c.name, b)
		}
	}
}

// The report names who was written to beside who it went to, and says "failure".
func TestBounceAskedRecipient(t *testing.T) {
	b := Bounced(Parse([]byte(deliveryReport("Original-Recipient: rfc822;Bo@customer.example\nFinal-Recipient: rfc822;bo7@mx.customer.example\nAction: failure\nStatus: 553 too large\n"))), "")
	if !b.Is || len(b.Recipients) != 1 || b.Recipients[0].Address != "bo7@mx.customer.example" || b.Recipients[0].Asked != "bo@customer.example" || b.Recipients[0].Action != "failed" {
		t.Errorf("got %+v", b)
	}
}

// Ordinary mail that speaks of bounces, and reports that are none (D-40).
func TestBounceFalseAlarms(t *testing.T) {
	for name, raw := range map[string]string{
		"a question":             "From: ann@customer.example\nSubject: Undelivered Mail Returned to Sender\n\nI got this: 550 5.1.1 user unknown <bo@shop.example>. Why?\n",
		"a reply":                "From: ann@customer.example\nSubject: Re: failure notice\nIn-Reply-To: <x@y>\n\nMy message could not be delivered to you.\n",
		"a postmaster writes":    "From: postmaster@customer.example\nSubject: Your order\n\nWe moved. Regards, Ann\n",
		"a complaint":            "From: fbl@mail.example\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nAbuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <sent-1@shop.example>\n\nx\n--b--\n",
		"a read receipt":         "From: ann@customer.example\nSubject: Read: Your order\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\nRead\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@customer.example\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
		"an absence note":        "From: Ann <ann@customer.example>\nReturn-Path: <>\nSubject: Out of office\n\nI am away until Monday.\n",
		"no sender's address":    "From: Ann <>\nSubject: Your order\n\nWhere is it? The parcel could not be delivered.\n",
		"a service that writes":  "From: Mail Service <mailservice@customer.example>\nSubject: Your order\n\nPlease send two more.\n",
		"a notice by a shop":     "From: no-reply@parcels.example\nSubject: Delivery failed\n\nYour parcel could not be delivered. Track 5.1.1234.\n",
		"a parcel was delivered": "From: no-reply@parcels.example\nSubject: Delivery notification\n\nYour parcel was delivered.\n",
	} {
		if b := Bounced(Parse([]byte(raw)), ""); b.Is {
			t.Errorf("%s: taken for a bounce: %q", name, b.Reasons)
		}
	}
}

func FuzzBounce(f *testing.F) {
	for _, c := range ownNotices {
		f.Add([]byte(c.head + "\n" + c.text))
	}
	f.Add([]byte(deliveryReport("Final-Recipient: rfc822; bo@customer.example\nAction: failed\nStatus: 5.1.1\n")))
	f.Add([]byte("From: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nİ@.İ\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw)
		b := Bounced(m, "<>")
		if len(b.Recipients) > maxFailed || !b.Is && len(b.Recipients) > 0 {
			t.Fatalf("%+v", b)
		}
		for _, r := range b.Recipients {
			if r.Address != "" && !strings.Contains(r.Address, "@") || !utf8.ValidString(r.Address+r.Diagnostic+r.Status) || len(r.Diagnostic) > maxDiagnostic {
				t.Fatalf("%+v", r)
			}
		}
	})
}
