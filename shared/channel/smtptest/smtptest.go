// Package smtptest is a tenant's SMTP relay for tests of the whole house: a real server (go-smtp) on loopback, with and without TLS, which refuses, stumbles and
// falls silent as it is told.
package smtptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"guichet/shared/channel"
)

// TLS is how a server speaks.
type TLS int

// A server offers no TLS, STARTTLS, or speaks TLS from the first byte.
const (
	Plain TLS = iota
	Start
	Implicit
)

// Server is a relay. Its fields are for the test to set before a mail, and to read after it, under Lock.
type Server struct {
	sync.Mutex
	Host  string // 127.0.0.1
	Port  int
	Roots *x509.CertPool // with the certificate that it shows

	User, Password string                       // empty: it asks for none
	Refuse         map[string][]*smtp.SMTPError // by recipient; "data" for the mail; one after the other, the last nil: then it takes it
	Silent         bool                         // it takes the mail, and does not answer: it hangs up when the test is over
	Hang           bool                         // it takes the mail, and hangs up
	Mails          []Mail
	Asked          int // sessions that came as far as naming a sender

	done chan struct{}
}

// Mail is one that the server has.
type Mail struct {
	From   string
	To     []string
	Raw    []byte
	Secure bool
}

// New starts a server, which ends with the test.
func New(t testing.TB, mode TLS) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cert, pool, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Host: "127.0.0.1", Roots: pool, Refuse: map[string][]*smtp.SMTPError{}, done: make(chan struct{})}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s.Port, _ = strconv.Atoi(port)
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.ErrorLog, srv.EnableSMTPUTF8 = "relay.example", true, quiet{}, true
	conf := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	switch mode {
	case Start:
		srv.TLSConfig = conf
	case Implicit:
		l = tls.NewListener(l, conf)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { close(s.done); srv.Close() })
	return s
}

// Finish makes of a relay's sender one that trusts this server's certificate and waits for it no longer than a test may.
func (s *Server) Finish(c channel.SMTP) channel.Prober {
	c.Public, c.RootCAs, c.Timeout, c.Patience = false, s.Roots, 5*time.Second, 200*time.Millisecond
	return c
}

// Got returns the mails that the server has.
func (s *Server) Got() []Mail {
	s.Lock()
	defer s.Unlock()
	return slices.Clone(s.Mails)
}

// Said makes an answer of the server.
func Said(code int, words string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: words}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }

type session struct {
	s      *Server
	c      *smtp.Conn
	mail   Mail
	logged bool
}

func (x *session) Reset()        { x.mail = Mail{} }
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	x.s.Lock()
	defer x.s.Unlock()
	x.s.Asked++
	if x.s.User != "" && !x.logged {
		return smtp.ErrAuthRequired
	}
	x.mail.From = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := x.said(to); err != nil {
		return err
	}
	x.mail.To = append(x.mail.To, to)
	return nil
}

func (x *session) said(what string) error {
	x.s.Lock()
	defer x.s.Unlock()
	all := x.s.Refuse[what]
	if len(all) == 0 {
		return nil
	}
	if len(all) > 1 {
		x.s.Refuse[what] = all[1:]
	}
	if all[0] == nil {
		return nil
	}
	return all[0]
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := x.said("data"); err != nil {
		return err
	}
	x.s.Lock()
	x.mail.Raw = raw
	_, x.mail.Secure = x.c.TLSConnectionState()
	x.s.Mails = append(x.s.Mails, x.mail)
	silent, hang := x.s.Silent, x.s.Hang
	x.s.Unlock()
	if silent {
		<-x.s.done
	}
	if hang || silent {
		x.c.Conn().Close()
	}
	return nil
}

func (x *session) AuthMechanisms() []string {
	if x.s.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != x.s.User || pass != x.s.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "not with " + pass} // some servers say what they were given
		}
		x.logged = true
		return nil
	}), nil
}

// certificate makes one that the server signs itself, for 127.0.0.1.
func certificate() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	tpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool, nil
}
