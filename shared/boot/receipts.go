package boot

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// Receipts returns the handler of what SES says of mails that it took. SES's events come late, twice and in any order: the desk knows. Events
// without our tags are of mails that others sent from this account, and are left alone.
func Receipts(d *desk.Desk) Queued {
	return each(func(ctx context.Context, m events.SQSMessage) error {
		e, ok, err := sendingEvent(m.Body)
		if err != nil || !ok {
			return err
		}
		r, ok := e.receipt()
		if !ok {
			slog.InfoContext(ctx, "left alone", "event", e.kind(), "tenant", e.tag("tenant"), "mail", e.Mail.ID)
			return nil
		}
		if r.At.IsZero() {
			r.At = d.Now()
		}
		if err := d.Receipt(ctx, r); err != nil {
			return about{err, []any{"tenant", r.Tenant, "case", r.Message.Case(), "message_id", r.Message, "event", e.kind()}}
		}
		return nil
	})
}

// sending is an event of SES about a mail that it sends, as far as we read it: event publishing says eventType, feedback notifications
// say notificationType. Source: SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
type sending struct {
	EventType        string `json:"eventType,omitempty"`
	NotificationType string `json:"notificationType,omitempty"`
	Mail             struct {
		ID        string              `json:"messageId"` // SES's, bare
		Timestamp instant             `json:"timestamp"`
		SourceARN string              `json:"sourceArn,omitempty"`
		To        []string            `json:"destination,omitempty"`
		Tags      map[string][]string `json:"tags,omitempty"`
	} `json:"mail"`
	Bounce *struct {
		Type       string      `json:"bounceType"`
		SubType    string      `json:"bounceSubType"`
		Timestamp  instant     `json:"timestamp"`
		Recipients []recipient `json:"bouncedRecipients"`
	} `json:"bounce,omitempty"`
	Complaint *struct {
		SubType    string      `json:"complaintSubType,omitempty"`
		Feedback   string      `json:"complaintFeedbackType,omitempty"`
		Timestamp  instant     `json:"timestamp"`
		Recipients []recipient `json:"complainedRecipients"`
	} `json:"complaint,omitempty"`
	Delivery *struct {
		Timestamp  instant  `json:"timestamp"`
		Recipients []string `json:"recipients"`
	} `json:"delivery,omitempty"`
	Delay *struct {
		Type       string      `json:"delayType"`
		Timestamp  instant     `json:"timestamp"`
		Recipients []recipient `json:"delayedRecipients"`
	} `json:"deliveryDelay,omitempty"`
	Reject *struct {
		Reason string `json:"reason"`
	} `json:"reject,omitempty"`
	Failure *struct {
		Message string `json:"errorMessage"`
	} `json:"failure,omitempty"`
	Open  *happened `json:"open,omitempty"`
	Click *happened `json:"click,omitempty"`
}

type happened struct {
	Timestamp instant `json:"timestamp"`
}

type recipient struct {
	Addr   string `json:"emailAddress"`
	Status string `json:"status,omitempty"`
	Said   string `json:"diagnosticCode,omitempty"`
}

// sendingEvent reads an event. ok is false for what is none, but no mistake either.
func sendingEvent(body string) (e sending, ok bool, err error) {
	text, ok, err := unwrap(body)
	if err != nil || !ok {
		return e, false, err
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return e, false, guichet.Errorf(guichet.Poison, "not an event of SES: %w", err)
	}
	if e.kind() == "AmazonSnsSubscriptionSucceeded" {
		return e, false, nil
	}
	if e.kind() == "" {
		return e, false, guichet.Errorf(guichet.Poison, "an event without a type")
	}
	return e, true, nil
}

func (e *sending) kind() string {
	if e.EventType != "" {
		return e.EventType
	}
	return e.NotificationType
}

// tag returns the first value of a tag that we gave the mail; empty if it has none.
func (e *sending) tag(name string) string {
	if v := e.Mail.Tags[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// receipt says what the event means for our message; ok is false if nothing.
func (e *sending) receipt() (r desk.Receipt, ok bool) {
	r = desk.Receipt{
		Tenant: guichet.TenantID(e.tag("tenant")), Message: guichet.MessageID(e.tag("message")), At: e.Mail.Timestamp.Time, Recipients: e.Mail.To,
	}
	if e.Mail.ID != "" {
		r.MailID = channel.SESMailID(e.Mail.ID, region(e.Mail.SourceARN))
	}
	return r, r.Tenant != "" && r.Message != "" && e.fill(&r)
}

// fill reads the part of the event that its type names.
func (e *sending) fill(r *desk.Receipt) bool {
	switch k := e.kind(); {
	case k == "Send":
		r.Delivery = guichet.Sent
	case k == "Delivery" && e.Delivery != nil:
		r.Delivery = guichet.Delivered
		narrow(r, e.Delivery.Timestamp.Time, e.Delivery.Recipients)
	case k == "DeliveryDelay" && e.Delay != nil:
		r.Delivery, r.Code, r.Reason = guichet.Delayed, "delay."+e.Delay.Type, reason(e.Delay.Type, e.Delay.Recipients)
		narrow(r, e.Delay.Timestamp.Time, addresses(e.Delay.Recipients))
	case k == "Bounce" && e.Bounce != nil:
		e.bounce(r)
	case k == "Complaint" && e.Complaint != nil && e.Complaint.Feedback != "not-spam":
		r.Delivery, r.Stop, r.Reason = guichet.Complained, guichet.StoppedByComplaint, strings.TrimSpace(e.Complaint.Feedback+" "+e.Complaint.SubType)
		r.Code = "complaint"
		narrow(r, e.Complaint.Timestamp.Time, addresses(e.Complaint.Recipients))
	case k == "Reject" && e.Reject != nil:
		r.Delivery, r.Code, r.Reason = guichet.Failed, "rejected", "SES rejected the mail: "+e.Reject.Reason
	case k == "Rendering Failure" && e.Failure != nil:
		r.Delivery, r.Code, r.Reason = guichet.Failed, "rejected", "SES could not make the mail: "+e.Failure.Message
	case k == "Open", k == "Click":
		r.Opened = true
		for _, part := range []*happened{e.Open, e.Click} {
			if part != nil {
				r.At = firstOf(part.Timestamp.Time, r.At)
			}
		}
	default:
		return false
	}
	return true
}

// bounce reads a mail that came back. For good: the address is stopped. Out of time on a way that needs a secure connection (D-73): likewise, for that is what a
// server without TLS looks like from SES. With no reason given (General, Undetermined) it may be an automatic answer to a mail that arrived: SES takes those for
// bounces, too, and so this word is weaker than delivered.
func (e *sending) bounce(r *desk.Receipt) {
	b := e.Bounce
	r.Delivery, r.Code, r.Reason = guichet.Bounced, "bounce."+b.SubType, reason(b.Type+" "+b.SubType, b.Recipients)
	narrow(r, b.Timestamp.Time, addresses(b.Recipients))
	switch {
	case b.Type == "Permanent":
		r.Stop = guichet.StoppedByBounce
	case e.tag("tls") == "required" && expired(b.Recipients):
		r.Stop, r.Code = guichet.StoppedByTLS, guichet.StoppedByTLS
	case expired(b.Recipients):
		r.Code = "bounce.expired"
	case b.Type == "Undetermined" || b.SubType == "General":
		r.Delivery = guichet.Returned
	}
}

// expired reports whether a mail came back because nobody took it in time: 4.4.7 (RFC 3463 3.5, "delivery time expired").
func expired(list []recipient) bool {
	return slices.ContainsFunc(list, func(p recipient) bool {
		return p.Status == "4.4.7" || strings.Contains(p.Said, "4.4.7") || strings.Contains(strings.ToLower(p.Said), "delivery expired")
	})
}

// narrow notes when the event happened and whom it speaks of, where it says.
func narrow(r *desk.Receipt, at time.Time, recipients []string) {
	r.At = firstOf(at, r.At)
	if len(recipients) > 0 {
		r.Recipients = recipients
	}
}

func addresses(list []recipient) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Addr)
	}
	return out
}

// reason is the sentence for the agent: what SES calls it, and what the other side said first.
func reason(kind string, list []recipient) string {
	for _, p := range list {
		if said := strings.TrimSpace(p.Said); said != "" {
			return kind + ": " + said
		}
		if p.Status != "" {
			return kind + ": " + p.Status
		}
	}
	return kind
}

// region returns the region of an ARN, "arn:aws:ses:eu-west-1:…"; empty if it is none.
func region(arn string) string {
	if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return ""
}
