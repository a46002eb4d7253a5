package channel

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"guichet/shared/guichet"
)

// SESIdentities proves domains to SES, and has SES sign for them and receive for them. Every identity that it makes carries two tags, the house and the tenant:
// what is another's is neither taken over nor deleted.
type SESIdentities struct {
	V2         *sesv2.Client
	V1         *ses.Client // knows receipt rules
	Region     string
	House      string   // value of the tag "guichet"
	ConfigSets []string // of the house; the first is the default of each identity, and a tenant of SES may use all
	RuleSet    string   // ours, that should be the active one
	Bucket     string   // where the rule stores
	Topic      string   // ARN of the topic that it tells
	NoTenants  bool     // the engine has no tenants (SES has, since 2025)
	DNS        Resolver // to look for records that SES does not; nil: nobody looks
}

// Resolver is what is asked of DNS; *net.Resolver does it.
type Resolver interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// The tags of an identity.
const (
	houseTag  = "guichet"
	tenantTag = "guichet-tenant"
)

// SESPatience makes calls of the API for settings wait for their turn: SES takes one a second of most (D-74). What is throttled is tried again after one second,
// then two, then four; after five times it is Temporary.
func SESPatience(pause func(attempt int) time.Duration) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 5
		o.RateLimiter = nobodyElse{}
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) { return pause(attempt), nil })
	})
}

// Seconds is the pause of SESPatience on AWS: 1, 2, 4, 8 seconds.
func Seconds(attempt int) time.Duration { return time.Second << max(0, min(attempt-1, 3)) }

// nobodyElse lets every try through: the pause alone slows us down.
type nobodyElse struct{}

// GetToken always has one.
func (nobodyElse) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}

// AddTokens has enough.
func (nobodyElse) AddTokens(uint) error { return nil }

// Claim makes the identity with Easy DKIM (2048 bits), its MAIL FROM, and bounces that come as events alone. Permanent with code "domain_taken" for an identity that this
// house did not make for this tenant.
func (s *SESIdentities) Claim(ctx context.Context, t guichet.TenantID, domain, mailFrom string) error {
	in := &sesv2.CreateEmailIdentityInput{
		EmailIdentity: &domain, DkimSigningAttributes: &types.DkimSigningAttributes{NextSigningKeyLength: types.DkimSigningKeyLengthRsa2048Bit},
		Tags: []types.Tag{{Key: aws.String(houseTag), Value: &s.House}, {Key: aws.String(tenantTag), Value: aws.String(string(t))}},
	}
	if len(s.ConfigSets) > 0 {
		in.ConfigurationSetName = optional(s.ConfigSets[0])
	}
	_, err := s.V2.CreateEmailIdentity(ctx, in)
	var exists *types.AlreadyExistsException
	if errors.As(err, &exists) || codeOf(err) == "BadRequestException" {
		err = s.ours(ctx, t, domain, err)
	}
	if err != nil {
		return settingsError("claim "+domain, err)
	}
	if _, err := s.V2.PutEmailIdentityFeedbackAttributes(ctx, &sesv2.PutEmailIdentityFeedbackAttributesInput{EmailIdentity: &domain, EmailForwardingEnabled: false}); err != nil {
		return settingsError("settle the bounces of "+domain, err)
	}
	return s.SetMailFrom(ctx, domain, mailFrom)
}

// ours reports nil if an identity is there that this house made for the tenant; else why, or cause.
func (s *SESIdentities) ours(ctx context.Context, t guichet.TenantID, domain string, cause error) error {
	out, err := s.V2.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: &domain})
	switch {
	case isMissing(err):
		return cause
	case err != nil:
		return err
	case s.tagged(out.Tags, t):
		return nil
	}
	return guichet.Codef(guichet.Permanent, "domain_taken", "domain", "SES has %s already, and not by this tenant's wish: ask who runs this house", domain)
}

func (s *SESIdentities) tagged(tags []types.Tag, t guichet.TenantID) bool {
	has := func(key, value string) bool {
		return slices.ContainsFunc(tags, func(g types.Tag) bool { return aws.ToString(g.Key) == key && aws.ToString(g.Value) == value })
	}
	return has(houseTag, s.House) && has(tenantTag, string(t))
}

// Identity asks SES how far the proof is, and DNS for what SES does not look at.
func (s *SESIdentities) Identity(ctx context.Context, domain string) (Identity, error) {
	out, err := s.V2.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: &domain})
	if isMissing(err) {
		return Identity{}, guichet.Errorf(guichet.NotFound, "identity")
	}
	if err != nil {
		return Identity{}, settingsError("look at "+domain, err)
	}
	id := Identity{Domain: domain, Region: s.Region, Verified: out.VerifiedForSendingStatus, DKIM: RecordUnknown, Bounces: RecordUnknown}
	if d := out.DkimAttributes; d != nil {
		id.Tokens, id.Zone, id.DKIM = d.Tokens, aws.ToString(d.SigningHostedZone), stateOf(string(d.Status))
	}
	if m := out.MailFromAttributes; m != nil {
		id.MailFrom, id.Bounces = aws.ToString(m.MailFromDomain), stateOf(string(m.MailFromDomainStatus))
	}
	id.MX, id.DMARC = s.look(ctx, domain)
	return id, nil
}

// stateOf translates SES's words.
func stateOf(status string) string {
	switch status {
	case "SUCCESS":
		return RecordFound
	case "PENDING":
		return RecordPending
	case "FAILED", "NOT_STARTED":
		return RecordMissing
	}
	return RecordUnknown
}

// dnsTime bounds what is asked of DNS: an answer that comes late is none.
const dnsTime = 2 * time.Second

// look asks DNS for the MX by which mail comes in, and for a DMARC policy.
func (s *SESIdentities) look(ctx context.Context, domain string) (mx, dmarc string) {
	if s.DNS == nil {
		return RecordUnknown, RecordUnknown
	}
	ctx, stop := context.WithTimeout(ctx, dnsTime)
	defer stop()
	servers, err := s.DNS.LookupMX(ctx, domain)
	mx = lookedUp(err, slices.ContainsFunc(servers, func(m *net.MX) bool { return strings.EqualFold(strings.TrimSuffix(m.Host, "."), MXOf(s.Region)) }))
	texts, err := s.DNS.LookupTXT(ctx, "_dmarc."+domain)
	dmarc = lookedUp(err, slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(strings.TrimSpace(t), "v=DMARC1") }))
	return mx, dmarc
}

func lookedUp(err error, found bool) string {
	var dns *net.DNSError
	switch {
	case found:
		return RecordFound
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		return RecordMissing
	}
	return RecordUnknown
}

// SetMailFrom sets where bounces come to. While its MX is missing, SES uses its own.
func (s *SESIdentities) SetMailFrom(ctx context.Context, domain, mailFrom string) error {
	_, err := s.V2.PutEmailIdentityMailFromAttributes(ctx, &sesv2.PutEmailIdentityMailFromAttributesInput{
		EmailIdentity: &domain, MailFromDomain: &mailFrom, BehaviorOnMxFailure: types.BehaviorOnMxFailureUseDefaultValue,
	})
	if isMissing(err) {
		return guichet.Errorf(guichet.NotFound, "identity")
	}
	return settingsError("set the MAIL FROM of "+domain, err)
}

// Release deletes the identity, if this house made it for the tenant.
func (s *SESIdentities) Release(ctx context.Context, t guichet.TenantID, domain string) error {
	out, err := s.V2.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: &domain})
	if isMissing(err) || err == nil && !s.tagged(out.Tags, t) {
		return nil
	}
	if err == nil {
		_, err = s.V2.DeleteEmailIdentity(ctx, &sesv2.DeleteEmailIdentityInput{EmailIdentity: &domain})
	}
	if isMissing(err) {
		return nil
	}
	return settingsError("release "+domain, err)
}

func isMissing(err error) bool {
	var none *types.NotFoundException
	return errors.As(err, &none)
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// settingsError says what an error of SES means for somebody who sets something. What the house said itself stays.
func settingsError(doing string, err error) error {
	var own *guichet.Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	switch code := codeOf(err); code {
	case "BadRequestException", "ValidationException", "InvalidParameterValue":
		return guichet.Errorf(guichet.Permanent, "%s: SES does not take it: %w", doing, err)
	case "LimitExceededException":
		return guichet.Errorf(guichet.Permanent, "%s: the account has as many as SES allows: %w", doing, err)
	}
	return guichet.Errorf(guichet.Temporary, "%s: %w", doing, err)
}
