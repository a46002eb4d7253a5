package boot

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/blob"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// notification is what SES publishes when it has stored a mail, as far as we read it. Source: SES developer guide, "Contents of notifications
// for Amazon SES email receiving". The headers that come with it are not read: they may be cut short, and the stored mail has them.
type notification struct {
	Type string `json:"notificationType"`
	Mail struct {
		ID        string  `json:"messageId"`
		Source    string  `json:"source"` // envelope sender
		Timestamp instant `json:"timestamp"`
	} `json:"mail"`
	Receipt struct {
		Timestamp   instant  `json:"timestamp"`
		Recipients  []string `json:"recipients"` // of the envelope, as far as they are ours
		Spam        verdict  `json:"spamVerdict"`
		Virus       verdict  `json:"virusVerdict"`
		SPF         verdict  `json:"spfVerdict"`
		DKIM        verdict  `json:"dkimVerdict"`
		DMARC       verdict  `json:"dmarcVerdict"`
		DMARCPolicy string   `json:"dmarcPolicy,omitempty"` // said only when DMARC failed
		Action      struct {
			Type      string `json:"type"`
			Bucket    string `json:"bucketName,omitempty"`
			ObjectKey string `json:"objectKey,omitempty"`
		} `json:"action"`
	} `json:"receipt"`
}

type verdict struct {
	Status guichet.Verdict `json:"status"`
}

// setupObject is the name of what SES writes into a bucket when a rule is made: no mail.
const setupObject = "AMAZON_SES_SETUP_NOTIFICATION"

// Mail returns the handler of SES's notifications of received mail, as SNS brings them to a queue: raw or in its envelope. A message that
// can't be understood fails as Poison: the queue parks it, and the log has the reason.
func Mail(d *desk.Desk) Queued {
	return each(func(ctx context.Context, m events.SQSMessage) error {
		in, ok, err := incoming(m.Body)
		if err != nil || !ok {
			return err
		}
		if in.ReceivedAt.IsZero() {
			in.ReceivedAt = d.Now()
		}
		in.Force, _ = ctx.Value(forced{}).(bool)
		count(ctx, mailsReceived, 1)
		out, err := d.ReceiveMail(ctx, in)
		for _, o := range out {
			count(ctx, outcomes[o.Result], 1)
			slog.InfoContext(ctx, "mail", "result", o.Result, "tenant", o.Tenant, "channel", o.Channel, "case", o.Message.Case(), "message_id", o.Message,
				"why", withoutAddresses(o.Reason), "receipt", in.Receipt)
		}
		if err != nil {
			return about{err, []any{"receipt", in.Receipt}}
		}
		return nil
	})
}

var outcomes = map[string]string{
	desk.Threaded: mailsThreaded, desk.NewCase: mailsNew, desk.Duplicate: mailsDuplicate, desk.Unknown: mailsUnknown,
}

// incoming reads a notification. ok is false for one that announces no mail.
func incoming(body string) (in desk.Incoming, ok bool, err error) {
	text, ok, err := unwrap(body)
	if err != nil || !ok {
		return in, false, err
	}
	var n notification
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return in, false, guichet.Errorf(guichet.Poison, "not a notification of SES: %w", err)
	}
	switch {
	case n.Type == "AmazonSnsSubscriptionSucceeded", n.Mail.ID == setupObject, strings.HasSuffix(n.Receipt.Action.ObjectKey, setupObject):
		return in, false, nil
	case n.Type != "Received":
		return in, false, guichet.Errorf(guichet.Poison, "a notification of type %q, not of received mail", n.Type)
	case n.Mail.ID == "" && n.Receipt.Action.ObjectKey == "":
		return in, false, guichet.Errorf(guichet.Poison, "a notification that names no mail")
	case len(n.Receipt.Recipients) == 0:
		return in, false, guichet.Errorf(guichet.Poison, "a notification without recipients")
	}
	in = n.incoming()
	if blob.CheckKey(in.Raw) != nil {
		return in, false, guichet.Errorf(guichet.Poison, "a notification with an object key that is none")
	}
	return in, true, nil
}

func (n *notification) incoming() desk.Incoming {
	r := &n.Receipt
	in := desk.Incoming{
		Raw: r.Action.ObjectKey, From: n.Mail.Source, Recipients: r.Recipients, Receipt: n.Mail.ID,
		ReceivedAt: firstOf(r.Timestamp.Time, n.Mail.Timestamp.Time),
		Verdicts: guichet.Verdicts{
			Spam: r.Spam.Status, Virus: r.Virus.Status, SPF: r.SPF.Status, DKIM: r.DKIM.Status, DMARC: r.DMARC.Status, Policy: strings.ToLower(r.DMARCPolicy),
		},
	}
	if in.Raw == "" {
		in.Raw = store.InKey(n.Mail.ID)
	}
	if in.From == "<>" {
		in.From = ""
	}
	return in
}

// Notice returns the notification that SES would have published of a mail: what a receiver that is not SES gives to Mail.
func Notice(in desk.Incoming) string {
	var n notification
	n.Type, n.Mail.ID, n.Mail.Source, n.Mail.Timestamp = "Received", in.Receipt, in.From, instant{in.ReceivedAt}
	r, v := &n.Receipt, in.Verdicts
	r.Timestamp, r.Recipients, r.DMARCPolicy = instant{in.ReceivedAt}, in.Recipients, v.Policy
	r.Spam, r.Virus, r.SPF, r.DKIM, r.DMARC = verdict{v.Spam}, verdict{v.Virus}, verdict{v.SPF}, verdict{v.DKIM}, verdict{v.DMARC}
	r.Action.Type, r.Action.ObjectKey = "S3", in.Raw
	if in.From == "" {
		n.Mail.Source = "<>"
	}
	b, _ := json.Marshal(&n) // strings and times: it encodes
	return string(b)
}
