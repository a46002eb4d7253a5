package channel

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"guichet/shared/guichet"
)

// What SES takes in one call.
const (
	sesRecipients = 50
	sesBytes      = 40 << 20
)

// SESClient is the one call of sesv2.Client that sends.
type SESClient interface {
	SendEmail(ctx context.Context, in *sesv2.SendEmailInput, opts ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
}

// SES sends through Amazon SES, API v2, raw.
type SES struct {
	Client         SESClient
	Region         string // "eu-west-1"
	ConfigSet      string // configuration set with event destinations; empty: the identity's default
	ConfigSetTLS   string // the one with TlsPolicy Require; a mail with ForceTLS goes out through no other
	ConfigSetOpens string // the one that reports when a mail is opened, for channels that want to know; empty: nobody is asked
}

// Send hands the mail to SES. Sent.ID is the bare id, as in SES's events; Sent.MailID is the Message-ID that SES writes in place of ours,
// which answers name (D-10). Accepted is not sent: what becomes of it comes as events (D-70b).
func (s SES) Send(ctx context.Context, m Outgoing) (Sent, error) {
	in, err := s.input(m)
	if err != nil {
		return Sent{}, err
	}
	out, err := s.Client.SendEmail(ctx, in, sesOnce)
	if err != nil {
		return Sent{}, sesError(err)
	}
	id := aws.ToString(out.MessageId)
	if id == "" {
		return Sent{}, nil
	}
	return Sent{ID: id, MailID: SESMailID(id, s.Region)}, nil
}

// sesOnce keeps the SDK from sending again by itself: SendEmail knows no idempotency token, and what a lost answer means is for the desk
// to decide.
func sesOnce(o *sesv2.Options) { o.RetryMaxAttempts = 1 }

func (s SES) input(m Outgoing) (*sesv2.SendEmailInput, error) {
	if len(m.Raw) > sesBytes {
		return nil, fail(guichet.TooLarge, nil, "the mail has "+strconv.Itoa(len(m.Raw))+" bytes when encoded, SES takes "+strconv.Itoa(sesBytes))
	}
	env, err := envelopeOf(m)
	if err != nil {
		return nil, err
	}
	if n := len(env.to); n > sesRecipients {
		return nil, fail(guichet.Permanent, nil, "SES takes a mail to 1 to 50 recipients, not to "+strconv.Itoa(n))
	}
	set := s.ConfigSet
	if m.Opens && s.ConfigSetOpens != "" {
		set = s.ConfigSetOpens
	}
	if m.ForceTLS {
		if set = s.ConfigSetTLS; set == "" {
			return nil, insecure(nil, "a secure connection is required, and no configuration set that requires one is set up")
		}
	}
	return &sesv2.SendEmailInput{
		Content:              &types.EmailContent{Raw: &types.RawMessage{Data: m.Raw}},
		Destination:          &types.Destination{ToAddresses: env.wires()}, // the envelope: To, Cc and Bcc alike
		FromEmailAddress:     optional(env.from),
		ConfigurationSetName: optional(set),
		TenantName:           optional(m.Account),
		EmailTags:            sesTags(m),
	}, nil
}

// sesTags come back with every event of the mail.
func sesTags(m Outgoing) []types.MessageTag {
	var tags []types.MessageTag
	for _, t := range [][2]string{{"tenant", string(m.Tenant)}, {"case", string(m.Case)}, {"message", string(m.Message)}} {
		if t[1] != "" {
			tags = append(tags, types.MessageTag{Name: aws.String(t[0]), Value: aws.String(t[1])})
		}
	}
	if m.ForceTLS {
		tags = append(tags, types.MessageTag{Name: aws.String("tls"), Value: aws.String("required")})
	}
	return tags
}

// SESMailID returns the Message-ID, without brackets, that SES gives the mail with this id: in us-east-1 the domain is
// email.amazonses.com, elsewhere REGION.amazonses.com.
func SESMailID(id, region string) string {
	if region == "us-east-1" || region == "" {
		region = "email"
	}
	return id + "@" + region + ".amazonses.com"
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
