package boot

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/pace"
	"guichet/shared/secret"
)

// SendBySES gives the desk SES as the way out of every channel that has no relay of its own, at the account's rate, with the configuration sets GUICHET_CONFIG_SET,
// GUICHET_CONFIG_SET_TLS (TLS or nothing) and GUICHET_CONFIG_SET_OPENS (tells when a mail is opened; usually there is none). Where the first is not set, the
// identity's default holds. Addresses that are lifted are taken off SES's own list too, where the function may.
func (e *Env) SendBySES(d *desk.Desk) {
	client := sesv2.NewFromConfig(e.aws)
	ses := &desk.Paced{
		Sender: channel.SES{
			Client: client, Region: e.aws.Region,
			ConfigSet: e.get("GUICHET_CONFIG_SET"), ConfigSetTLS: e.get("GUICHET_CONFIG_SET_TLS"), ConfigSetOpens: e.get("GUICHET_CONFIG_SET_OPENS"),
		},
		Store: d.Store, Now: time.Now, Wait: waitUntil,
		Ask: func(ctx context.Context) (pace.Quota, error) { return e.quotaOf(ctx, client) },
	}
	d.Send = func(*guichet.Channel) channel.Sender { return ses }
	d.Unlist = func(ctx context.Context, addr string) error { return unlist(ctx, client, addr) }
}

// SealRelays gives the desk the KMS key GUICHET_SECRET_KEY, under which the passwords of tenants' relays are sealed. Whether it may seal or open is a matter of
// the function's grants.
func (e *Env) SealRelays(d *desk.Desk) {
	d.Vault = secret.KMS{Client: kms.NewFromConfig(e.aws), Key: e.must("GUICHET_SECRET_KEY")}
}

// ReadFeeds lets the desk read calendars at public addresses.
func (e *Env) ReadFeeds(d *desk.Desk) { d.Feeds = channel.Feed{} }

// waitUntil returns at that time, or when ctx ends.
func waitUntil(ctx context.Context, at time.Time) error {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// quotaOf asks SES what the account may send. Where it does not say, GUICHET_SEND_RATE is what may be sent a second; without that, nothing is.
func (e *Env) quotaOf(ctx context.Context, client *sesv2.Client) (pace.Quota, error) {
	out, err := client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		if rate, perr := strconv.ParseFloat(e.get("GUICHET_SEND_RATE"), 64); perr == nil && rate > 0 {
			slog.WarnContext(ctx, "SES does not say what may be sent: the rate of the house's settings holds", "rate", rate, "error", discreet(err))
			return pace.Quota{Rate: pace.Rate(rate), Max24: -1}, nil
		}
		return pace.Quota{}, err
	}
	if out.SendQuota == nil {
		return pace.Quota{}, guichet.Errorf(guichet.Other, "SES told no quota")
	}
	q := out.SendQuota
	return pace.Quota{Rate: pace.Rate(q.MaxSendRate), Max24: q.Max24HourSend, Sent24: q.SentLast24Hours}, nil
}

// unlist takes an address off the account's suppression list. One that is not on it is off; a function that may not says so in the log, and SES goes on refusing.
func unlist(ctx context.Context, client *sesv2.Client, addr string) error {
	_, err := client.DeleteSuppressedDestination(ctx, &sesv2.DeleteSuppressedDestinationInput{EmailAddress: &addr})
	var none *types.NotFoundException
	var api smithy.APIError
	switch {
	case err == nil, errors.As(err, &none):
		return nil
	case errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException":
		slog.WarnContext(ctx, "an address was lifted, and stays on SES's own list: this function may not take it off")
		return nil
	}
	return guichet.Errorf(guichet.Temporary, "take an address off SES's list: %w", err)
}
