package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"guichet/shared/guichet"
)

func insecureError(err error) bool {
	return guichet.Is(err, guichet.Permanent) && errors.Is(err, TLSRequired)
}

// relay is an SMTP server of go-smtp that keeps what it was told.
type relay struct {
	mu     sync.Mutex
	refuse map[string]*smtp.SMTPError // by recipient, "data" for the whole mail, "mail" for the sender
	once   bool                       // refuse for the first session only
	drop   bool                       // hang up instead of answering the mail
	dropIn bool                       // hang up while the mail comes in
	mechs  []string                   // of AUTH; the user is "ana" with "p4ss"
	raw    [][]byte
	to     []string
	tls    int // sessions that were secure
	logins int
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &relaySession{r: r, c: c}, nil
}

type relaySession struct {
	r  *relay
	c  *smtp.Conn
	to []string
}

func (s *relaySession) said(key string) error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if e := s.r.refuse[key]; e != nil {
		if s.r.once {
			delete(s.r.refuse, key)
		}
		return e
	}
	return nil
}

func (s *relaySession) Reset()                                      {}
func (s *relaySession) Logout() error                               { return nil }
func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error { return s.said("mail") }
func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.said(to); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *relaySession) Data(r io.Reader) error {
	if s.r.dropIn {
		s.c.Conn().Close()
		return nil
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.r.drop {
		s.c.Conn().Close()
		return nil
	}
	if err := s.said("data"); err != nil {
		return err
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.r.raw, s.r.to = append(s.r.raw, b), append(s.r.to, s.to...)
	if _, ok := s.c.TLSConnectionState(); ok {
		s.r.tls++
	}
	return nil
}

func (s *relaySession) AuthMechanisms() []string { return s.r.mechs }

func (s *relaySession) Auth(mech string) (sasl.Server, error) {
	check := func(user, pass string) error {
		if user != "ana" || pass != "p4ss" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "bad password " + pass}
		}
		s.r.mu.Lock()
		defer s.r.mu.Unlock()
		s.r.logins++
		return nil
	}
	if mech == sasl.Plain {
		return sasl.NewPlainServer(func(_, user, pass string) error { return check(user, pass) }), nil
	}
	return &loginServer{check: check}, nil
}

// loginServer asks for user and password one after the other (AUTH LOGIN).
type loginServer struct {
	step  int
	user  string
	check func(user, pass string) error
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

type relayTLS int

const (
	without relayTLS = iota
	startable
	implicit
)

// start runs the relay on loopback. The pool holds the certificate that it shows.
func (r *relay) start(t *testing.T, mode relayTLS) (SMTP, *x509.CertPool) {
	t.Helper()
	cert, pool := selfSigned(t, "127.0.0.1")
	srv := smtp.NewServer(r)
	srv.Domain, srv.EnableSMTPUTF8, srv.AllowInsecureAuth = "relay.example", true, true
	srv.ErrorLog = quietLog{}
	conf := &tls.Config{Certificates: []tls.Certificate{cert}}
	if mode == startable {
		srv.TLSConfig = conf
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if mode == implicit {
		l = tls.NewListener(l, conf)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { srv.Close() })
	how := map[relayTLS]TLSMode{without: TLSNone, startable: TLSStart, implicit: TLSImplicit}[mode]
	return SMTP{Addr: addr, TLS: how, RootCAs: pool, Hello: "mail.demo.example", Timeout: 10 * time.Second}, pool
}

type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}

func selfSigned(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	if ip := net.ParseIP(host); ip != nil {
		tpl.IPAddresses = []net.IP{ip}
	} else {
		tpl.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(der)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// silent takes a connection and answers the first n lines, then nothing.
func silent(t *testing.T, answers ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { close(done); l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 4096)
				for _, a := range answers {
					if a != "" {
						if _, err := io.WriteString(c, a+"\r\n"); err != nil {
							return
						}
					}
					if _, err := c.Read(buf); err != nil {
						return
					}
				}
				<-done
			}()
		}
	}()
	return l.Addr().String()
}
