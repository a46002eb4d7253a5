package channel

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/emersion/go-smtp"
)

// TLSMode says how a connection to an SMTP relay is made secure.
type TLSMode string

const (
	TLSNone          TLSMode = "none"          // never: a relay on loopback
	TLSStart         TLSMode = "starttls"      // STARTTLS or nothing (RFC 3207), usual on port 587
	TLSImplicit      TLSMode = "implicit"      // from the first byte (RFC 8314 3), usual on port 465
	TLSOpportunistic TLSMode = "opportunistic" // STARTTLS if offered, with any certificate; else plain
)

const (
	smtpTimeout  = 30 * time.Second
	smtpPatience = 10 * time.Minute // RFC 5321 4.5.3.2.6: less makes doubles
)

// SMTP sends through a relay, one connection per mail. It has no limit of size of its own (A040).
type SMTP struct {
	Addr     string // host:port
	TLS      TLSMode
	Username string // empty: no AUTH. The password is never sent over a connection that is not secure
	Password string
	RootCAs  *x509.CertPool // nil: those of the system
	Hello    string         // the name we give; empty: localhost
	Timeout  time.Duration  // for the connection and each command; 0: 30 s
	Public   bool           // connects to public addresses alone: a tenant's relay on AWS may not lead to what is inside
	Patience time.Duration  // for the answer to the whole mail; 0: 10 min. The context's deadline holds besides
}

// Send hands the mail to the relay. The relay keeps our Message-ID. Recipients that are refused for good (5xx) are in Sent.Failed and the
// others get the mail; if one is refused for now (4xx), nobody gets it and the error is Temporary: a second try must not double it.
//
// Errors: Temporary for 4xx and the network; then InDoubt says whether the mail may have been taken all the same. Permanent for 5xx, with
// the relay's words, and with the cause TLSRequired where the connection is not secure but must be. TooLarge for 552 and a SIZE exceeded.
func (s SMTP) Send(ctx context.Context, m Outgoing) (Sent, error) {
	env, err := envelopeOf(m)
	if err != nil {
		return Sent{}, err
	}
	l, err := s.dial(ctx, m.ForceTLS)
	if err != nil {
		return Sent{}, err
	}
	defer l.close()
	if err := s.login(l); err != nil {
		return Sent{}, err
	}
	sent := Sent{Secure: l.secure()}
	if sent.Failed, err = l.envelope(env, len(m.Raw)); err != nil {
		return Sent{}, err
	}
	if err := l.data(m.Raw); err != nil {
		return Sent{}, err
	}
	_ = l.client.Quit() // the mail is theirs, whatever they say to this
	return sent, nil
}

func (s SMTP) timeouts(c *smtp.Client) {
	c.CommandTimeout, c.SubmissionTimeout = s.Timeout, s.Patience
	if c.CommandTimeout <= 0 {
		c.CommandTimeout = smtpTimeout
	}
	if c.SubmissionTimeout <= 0 {
		c.SubmissionTimeout = smtpPatience
	}
}

// String names the relay. The password stands in no print of an SMTP, nor the user name.
func (s SMTP) String() string { return "SMTP relay " + s.Addr + " (" + string(s.TLS) + ")" }

// GoString is String.
func (s SMTP) GoString() string { return s.String() }

// MarshalText is String, for logs that write JSON.
func (s SMTP) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
