package channel

import (
	"context"
	"errors"
	"testing"

	"guichet/shared/guichet"
)

// TestSESLimits: SES has two limits and says the same of both, but for the words.
func TestSESLimits(t *testing.T) {
	for name, c := range map[string]struct {
		kind, said string
		want       error
	}{
		"too fast":                    {"TooManyRequestsException", "Maximum sending rate exceeded.", Throttled},
		"too fast, as version 1 says": {"Throttling", "Maximum sending rate exceeded.", Throttled},
		"too fast, in general":        {"ThrottlingException", "Rate exceeded", Throttled},
		"all of 24 hours":             {"TooManyRequestsException", "Daily message quota exceeded.", QuotaUsed},
		"all of 24 hours, otherwise":  {"LimitExceededException", "", QuotaUsed},
		"something else":              {"ServiceUnavailable", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sesOf(t, &sesServer{status: 429, kind: c.kind, reply: `{"message":"` + c.said + `"}`}).Send(context.Background(), mailOut())
			if !guichet.Is(err, guichet.Temporary) || InDoubt(err) || errors.Is(err, Throttled) != (c.want == Throttled) || errors.Is(err, QuotaUsed) != (c.want == QuotaUsed) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestSESWays: by which configuration set a mail leaves, and what comes back with its events.
func TestSESWays(t *testing.T) {
	for name, c := range map[string]struct {
		tls, opens bool
		opensSet   string
		want       string
		tags       int
	}{
		"usual":                           {false, false, "mail-opens", "mail", 3},
		"tell when it is opened":          {false, true, "mail-opens", "mail-opens", 3},
		"tell, but the house asks nobody": {false, true, "", "mail", 3},
		"secure, whatever else is wanted": {true, true, "mail-opens", "mail-tls", 4},
	} {
		t.Run(name, func(t *testing.T) {
			srv := &sesServer{status: 200, reply: `{"MessageId":"a"}`}
			s, m := sesOf(t, srv), mailOut()
			s.ConfigSetOpens, m.ForceTLS, m.Opens = c.opensSet, c.tls, c.opens
			if _, err := s.Send(context.Background(), m); err != nil || srv.asked["ConfigurationSetName"] != c.want || len(srv.asked["EmailTags"].([]any)) != c.tags {
				t.Errorf("%v, by %v with %v; want %s and %d tags", err, srv.asked["ConfigurationSetName"], srv.asked["EmailTags"], c.want, c.tags)
			}
		})
	}
}
