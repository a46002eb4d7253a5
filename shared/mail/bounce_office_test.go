package mail

import (
	"slices"
	"strings"
	"testing"
)

// The people who run a mail system write under its name, too: their words are no notice (D-40).
func TestBounceOfAPostmaster(t *testing.T) {
	for name, c := range map[string]struct {
		head, text string
		want       []string // nil: no bounce
	}{
		"a postmaster asks": {"From: Postmaster <postmaster@dest.example>\nSubject: Your mail server\n",
			"Dear colleagues,\n\nyour server sends mail to unknown users at a high rate. We answer 550 5.1.1 and it tries again.\n\nTim, postmaster\n", nil},
		"a postmaster answers a question about a bounce": {"From: postmaster@dest.example\nSubject: Re: Undelivered Mail Returned to Sender\n",
			"The user was unknown until today, 550 5.1.1. Please send it again.\n", nil},
		"a postmaster passes a bounce on": {"From: postmaster@dest.example\nSubject: Fwd: Mail delivery failed\n",
			"Is this yours? It says 550 5.1.1 user unknown.\n", nil},
		"its program writes": {"From: postmaster@dest.example\nSubject: Mail delivery failed\n",
			"Could not deliver to ana@dest.example: 550 5.1.1 user unknown\n", []string{"ana@dest.example"}},
		"a transcript under the subject of the message": {"From: postmaster@dest.example\nSubject: Re: your order\n",
			"Error message below:\n550 - no such user here\n\nMessage details:\n  MAIL FROM: help@shop.example\n  RCPT TO: ana@dest.example\n", []string{"ana@dest.example"}},
		"the null sender tells them apart": {"Return-Path: <>\nFrom: postmaster@dest.example\nSubject: your order\n",
			"ana@dest.example: user unknown, 550 5.1.1\n", []string{"ana@dest.example"}},
		"Domino in German": {"From: postmaster@dest.example\nSubject: ZUSTELLFEHLER: Benutzer ana nicht aufgelistet\n",
			"Ihr Dokument:\n\n  Re: order\n\nwurde nicht zugestellt an:\n\n  ana@dest.example\n", []string{"ana@dest.example"}},
		"Chinese, no space around the address": {"From: PostMaster@mail.example\nSubject: 系统退信\n",
			"抱歉，您的邮件被退回来了\n收件人：ana@dest.example，原因：550 user not found\n", []string{"ana@dest.example"}},
	} {
		b := Bounced(Parse([]byte("To: help@shop.example\n"+c.head+"\n"+c.text)), "")
		got := []string(nil)
		for _, r := range b.Recipients {
			got = append(got, r.Address)
		}
		if b.Is != (c.want != nil) || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v of %q (%q), want %q", name, b.Is, got, b.Reasons, c.want)
		}
	}
}

// A filter that refuses answers with a receipt; a person who deletes unread does so as well, in other words.
func TestBounceByReceipt(t *testing.T) {
	mdn := func(text, how string) Bounce {
		raw := "Return-Path: <>\nFrom: postmaster@dest.example\nTo: help@shop.example\nSubject: x\nMIME-Version: 1.0\n" +
			"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\n" + text +
			"\n--b\nContent-Type: message/disposition-notification\n\nReporting-UA: dest.example\nFinal-Recipient: rfc822; ana@dest.example\nOriginal-Message-ID: <7@shop.example>\nDisposition: " + how +
			"\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <7@shop.example>\nSubject: order\n\n--b--\n"
		return Bounced(Parse([]byte(raw)), "")
	}
	b := mdn("Your message was automatically rejected by Sieve.\nReason: this mailbox is closed.", "automatic-action/MDN-sent-automatically; deleted")
	if !b.Is || len(b.Recipients) != 1 || b.Recipients[0].Address != "ana@dest.example" || b.Original != "7@shop.example" || b.Hard {
		t.Errorf("refused: %+v", b)
	}
	for text, how := range map[string]string{
		"Your message was deleted without being read.": "automatic-action/MDN-sent-automatically; deleted",
		"Your message was read on Monday.":             "manual-action/MDN-sent-manually; displayed",
		"It was rejected by me, I read it.":            "manual-action/MDN-sent-manually; displayed",
	} {
		if b := mdn(text, how); b.Is {
			t.Errorf("%s: %+v", text, b)
		}
	}
}

// 5.1.7 and 5.1.8 are about the sender: the address of the recipient may be good.
func TestBounceOfOurOwnAddress(t *testing.T) {
	for status, hard := range map[string]bool{"5.1.1": true, "5.1.7": false, "5.1.8": false} {
		raw := "Return-Path: <>\nFrom: mailer-daemon@mx.example\nTo: help@shop.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n" +
			"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ana@dest.example\nAction: failed\nStatus: " + status +
			"\nDiagnostic-Code: smtp; 550 " + status + " the sender's domain does not exist\n\n--b--\n"
		if b := Bounced(Parse([]byte(raw)), ""); !b.Is || b.Hard != hard {
			t.Errorf("%s: hard %v, want %v", status, b.Hard, hard)
		}
	}
}

// A program that answers puts its title before our subject, and has our id; a person has "Re:" before it, or the title is the topic.
func TestD41SubjectOfAnAnswer(t *testing.T) {
	const answers = "In-Reply-To: <7@shop.example>\n"
	for _, c := range []struct {
		subject, head string
		inert, may    bool
	}{
		{"Automatic reply: Your order", answers, true, false},
		{"Automatic reply: Your order", "", false, false},
		{"Automatic reply: Re: Your order", "", true, false},
		{"[Auto-Reply] Your order", answers, true, false},
		{"Réponse automatique : votre commande", answers, true, false},
		{"Abwesenheitsnotiz", answers, true, false},
		{"Abwesend: AW: Ihre Bestellung", "", true, false},
		{"自动答复：订单", answers, true, false},
		{"Re: Automatic reply: Your order", answers, false, false},
		{"AW: Abwesenheitsnotiz", answers, false, false},
		{"Absence: my son Bo", "", false, true},
		{"Absence of parts in my parcel", answers, false, true},
		{"Automatic reply button is broken", answers, false, true},
		{"Out of stock: when again?", answers, false, true},
	} {
		a := Automatic(Parse([]byte("From: ann@customer.example\nTo: help@shop.example\nSubject: "+c.subject+"\n"+c.head+"\nHello\n")), "ann@customer.example")
		if a.Inert() != c.inert || a.MayAnswer != c.may {
			t.Errorf("%q %q: inert %v, may answer %v (%q); want %v, %v", c.subject, c.head, a.Inert(), a.MayAnswer, a.Reasons, c.inert, c.may)
		}
	}
}

// What forbids an automatic answer, and what only looks so.
func TestD39MoreSignsThatNobodyAnswers(t *testing.T) {
	for head, want := range map[string]struct {
		inert, may bool
	}{
		"X-Auto-Response-Suppress: DR, RN, NRN": {false, true},
		"X-Auto-Response-Suppress: DR, OOF":     {false, false},
		"X-Auto-Response-Suppress: All":         {false, false},
		"X-Mailer: vacation 1.2":                {true, false},
		"X-Cron-Env: <SHELL=/bin/sh>":           {true, false},
		"Preference: auto_reply":                {true, false},
		"X-Autoreply: no":                       {false, true},
	} {
		a := Automatic(Parse([]byte("From: ann@customer.example\nSubject: My order\n"+head+"\n\nHello\n")), "ann@customer.example")
		if a.Inert() != want.inert || a.MayAnswer != want.may {
			t.Errorf("%s: inert %v, may answer %v (%q); want %v", head, a.Inert(), a.MayAnswer, a.Reasons, want)
		}
	}
	for from, may := range map[string]bool{"From: bounce@customer.example\n": false, "From: bounce+7@customer.example\nReply-To: ann@customer.example\n": true, "From: ann@customer.example\n": true} {
		if a := Automatic(Parse([]byte(from+"Subject: My order\n\nHello\n")), "bounces+7@esp.example"); a.MayAnswer != may || a.Inert() {
			t.Errorf("%s through a provider: %+v, want may answer %v", from, a, may)
		}
	}
	told := Parse([]byte("From: ann@customer.example\nSubject: My order\n\n" + strings.Repeat(" ", 10) + "This is an automated response. We have your message.\n"))
	if a := Automatic(told, "ann@customer.example"); a.MayAnswer || a.Inert() {
		t.Errorf("a text that says it: %+v", a)
	}
}

// A bounce whose header was lost: no person writes without a sender, and the delivery status stands in the text.
func TestBounceWithoutHeader(t *testing.T) {
	const status = "--b\n\nThe message was not delivered.\n\n--b\ncontent-type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
		"Final-Recipient: rfc822;ana@dest.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
	lost := Bounced(Parse([]byte("  Date: Thu, 7 Jul 1994 From: Mail Delivery Subsystem\n<MAILER-DAEMON@mx.example> Subject: Returned mail\n\n"+status)), "")
	if !lost.Is || len(lost.Recipients) != 1 || lost.Recipients[0].Address != "ana@dest.example" || !lost.Hard {
		t.Errorf("header lost: %+v", lost)
	}
	if b := Bounced(Parse([]byte("From: ann@customer.example\nSubject: What is this?\n\n"+status)), ""); b.Is {
		t.Errorf("a person pastes it: %+v", b)
	}
	if b := Bounced(Parse([]byte("Subject: hello\n\nNo sender, and nothing of a report.\n")), ""); b.Is {
		t.Errorf("no sender: %+v", b)
	}
}
