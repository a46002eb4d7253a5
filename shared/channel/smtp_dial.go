package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"guichet/shared/guichet"
)

// smtpLine is one open connection to a relay.
type smtpLine struct {
	client   *smtp.Client
	verified bool        // the certificate was checked and is right
	stop     func() bool // ends the watch over the context
}

func (l *smtpLine) close() {
	l.stop()
	_ = l.client.Close()
}

// secure reports whether the connection is encrypted to whom we meant.
func (l *smtpLine) secure() bool {
	state, ok := l.client.TLSConnectionState()
	return ok && state.HandshakeComplete && l.verified
}

// dial opens a connection and greets. force makes an opportunistic or plain mode insist.
func (s SMTP) dial(ctx context.Context, force bool) (*smtpLine, error) {
	switch s.TLS {
	case TLSNone, "":
		if force {
			return nil, insecure(nil, "a secure connection is required, and this relay is set up without")
		}
		return s.open(ctx, TLSNone)
	case TLSStart, TLSImplicit:
		return s.open(ctx, s.TLS)
	case TLSOpportunistic:
		if force {
			return s.open(ctx, TLSStart)
		}
		l, err := s.open(ctx, TLSOpportunistic)
		if errors.Is(err, TLSRequired) { // not offered, or broken beyond use
			return s.open(ctx, TLSNone)
		}
		return l, err
	}
	return nil, fail(guichet.Permanent, nil, "the relay's TLS setting is none, starttls, implicit or opportunistic")
}

// open connects once, in one mode.
func (s SMTP) open(ctx context.Context, mode TLSMode) (*smtpLine, error) {
	d := net.Dialer{Timeout: s.Timeout}
	if d.Timeout <= 0 {
		d.Timeout = smtpTimeout
	}
	if s.Public {
		d.ControlContext = publicOnly
	}
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if errors.Is(err, errInside) {
		return nil, fail(guichet.Permanent, err, "the relay's address is not a public one")
	}
	if err != nil {
		return nil, fail(guichet.Temporary, err, "the relay cannot be reached")
	}
	first, cancel := context.WithTimeout(ctx, d.Timeout)
	defer cancel()
	hurry := context.AfterFunc(first, func() { conn.Close() })
	l := &smtpLine{stop: context.AfterFunc(ctx, func() { conn.Close() })}
	err = s.greet(l, conn, mode)
	if !hurry() && err == nil {
		err = fail(guichet.Temporary, first.Err(), "the relay is too slow")
	}
	if err != nil {
		l.stop()
		conn.Close()
		return nil, err
	}
	return l, nil
}

// greet makes the connection secure as mode says and says hello on it.
func (s SMTP) greet(l *smtpLine, conn net.Conn, mode TLSMode) (err error) {
	conf := s.tls(l, mode)
	switch mode {
	case TLSImplicit:
		l.client = smtp.NewClient(tls.Client(conn, conf))
	case TLSNone:
		l.client = smtp.NewClient(conn)
	default:
		if l.client, err = smtp.NewClientStartTLS(conn, conf); err != nil {
			return smtpStart(err)
		}
	}
	s.timeouts(l.client)
	hello := s.Hello
	if hello == "" {
		hello = "localhost"
	}
	if err := l.client.Hello(hello); err != nil {
		return smtpHandshake(err)
	}
	return nil
}

// smtpStart tells a relay that does not offer STARTTLS from one that fails at it.
func smtpStart(err error) error {
	if err.Error() == "smtp: server doesn't support STARTTLS" { // go-smtp has no value for it
		return insecure(err, "the relay offers no secure connection")
	}
	return smtpHandshake(err)
}

// tls returns the configuration; with it, l.verified tells afterwards whether the certificate was right.
func (s SMTP) tls(l *smtpLine, mode TLSMode) *tls.Config {
	host, _, _ := net.SplitHostPort(s.Addr)
	return &tls.Config{
		ServerName:         host,
		RootCAs:            s.RootCAs,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: mode == TLSOpportunistic, //nolint:gosec // encrypted to somebody is better than read by everybody (RFC 7435)
		VerifyConnection: func(state tls.ConnectionState) error {
			l.verified = len(state.VerifiedChains) > 0 || smtpVerify(state, host, s.RootCAs) == nil
			return nil // where it must be right, crypto/tls has said so before
		},
	}
}

func smtpVerify(state tls.ConnectionState, host string, roots *x509.CertPool) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between})
	return err
}

// smtpHandshake says what an error of the first words means: what the relay said, what TLS said, or the network.
func smtpHandshake(err error) error {
	var (
		said   *smtp.SMTPError
		cert   *tls.CertificateVerificationError
		alert  tls.AlertError
		record tls.RecordHeaderError
		host   x509.HostnameError
		signer x509.UnknownAuthorityError
		bad    x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &said):
		return smtpSaid(said, "the relay does not want to talk to us")
	case errors.As(err, &cert), errors.As(err, &host), errors.As(err, &signer), errors.As(err, &bad):
		return insecure(err, "the relay's certificate is not valid")
	case errors.As(err, &alert), errors.As(err, &record), strings.Contains(err.Error(), "tls: "):
		return insecure(err, "no secure connection to the relay could be made")
	}
	return fail(guichet.Temporary, err, "the relay broke off")
}

// login authenticates, if there is a user name. The relay's words are not passed on: some repeat what they were given.
func (s SMTP) login(l *smtpLine) error {
	if s.Username == "" {
		return nil
	}
	if !l.secure() {
		return insecure(nil, "the password is not sent over a connection that is not secure")
	}
	var auth sasl.Client
	switch s.mechanism(l) {
	case sasl.Plain:
		auth = sasl.NewPlainClient("", s.Username, s.Password)
	case sasl.Login:
		auth = &loginClient{answers: []string{s.Username, s.Password}}
	default:
		return fail(guichet.Permanent, nil, "the relay offers neither AUTH PLAIN nor AUTH LOGIN")
	}
	err := l.client.Auth(auth)
	var said *smtp.SMTPError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && said.Code >= 500:
		return fail(guichet.Permanent, nil, "the relay refused the user name or the password")
	case errors.As(err, &said):
		return fail(guichet.Temporary, nil, "the relay cannot check the password for now")
	}
	return fail(guichet.Temporary, err, "the relay broke off")
}

// mechanism is how the password is given to the relay: AUTH PLAIN before AUTH LOGIN; empty if it offers neither.
func (s SMTP) mechanism(l *smtpLine) string {
	for _, m := range []string{sasl.Plain, sasl.Login} {
		if l.client.SupportsAuth(m) {
			return m
		}
	}
	return ""
}

// loginClient speaks AUTH LOGIN: it answers the first question with the user name and the second with the password, whatever their words.
//
// QUIRK: go-sasl's own sends the user name unasked and insists on "Password:"; Exchange asks in its own words and order (2026-11).
type loginClient struct{ answers []string }

func (l *loginClient) Start() (string, []byte, error) { return sasl.Login, nil, nil }

func (l *loginClient) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	a := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(a), nil
}
