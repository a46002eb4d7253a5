package channel

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/guichet"
)

func TestSMTPSends(t *testing.T) {
	for name, c := range map[string]struct {
		mode  relayTLS
		tls   TLSMode
		force bool
		want  bool
	}{
		"plain":                        {without, TLSNone, false, false},
		"STARTTLS":                     {startable, TLSStart, true, true},
		"implicit TLS":                 {implicit, TLSImplicit, true, true},
		"opportunistic, offered":       {startable, TLSOpportunistic, false, true},
		"opportunistic, forced":        {startable, TLSOpportunistic, true, true},
		"opportunistic, not offered":   {without, TLSOpportunistic, false, false},
		"plain though it could be TLS": {startable, TLSNone, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &relay{}
			s, _ := r.start(t, c.mode)
			m := mailOut()
			s.TLS, m.ForceTLS = c.tls, c.force
			sent, err := s.Send(context.Background(), m)
			if err != nil || sent.Secure != c.want || sent.ID != "" || sent.MailID != "" || len(sent.Failed) != 0 {
				t.Fatalf("got %+v, %v", sent, err)
			}
			if len(r.raw) != 1 || !bytes.Equal(r.raw[0], m.Raw) || strings.Join(r.to, " ") != strings.Join(m.To, " ") || (r.tls == 1) != c.want {
				t.Errorf("the relay has %q for %v, secure %d", r.raw, r.to, r.tls)
			}
		})
	}
}

// A049: no secure connection, no DATA.
func TestSMTPInsecure(t *testing.T) {
	for name, c := range map[string]struct {
		mode  relayTLS
		tls   TLSMode
		force bool
		pool  bool // the relay's certificate is known
		host  string
	}{
		"forced, relay set up without":        {without, TLSNone, true, true, ""},
		"forced, not offered":                 {without, TLSOpportunistic, true, true, ""},
		"STARTTLS wanted, not offered":        {without, TLSStart, false, true, ""},
		"STARTTLS, unknown certificate":       {startable, TLSStart, true, false, ""},
		"forced opportunistic, unknown":       {startable, TLSOpportunistic, true, false, ""},
		"implicit, unknown certificate":       {implicit, TLSImplicit, false, false, ""},
		"STARTTLS, certificate of another":    {startable, TLSStart, true, true, "localhost"},
		"implicit wanted, relay speaks plain": {without, TLSImplicit, false, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := &relay{}
			s, _ := r.start(t, c.mode)
			m := mailOut()
			s.TLS, m.ForceTLS = c.tls, c.force
			if !c.pool {
				s.RootCAs = x509.NewCertPool()
			}
			if c.host != "" {
				s.Addr = strings.Replace(s.Addr, "127.0.0.1", c.host, 1)
			}
			sent, err := s.Send(context.Background(), m)
			if !insecureError(err) || InDoubt(err) || len(r.raw) != 0 {
				t.Errorf("got %+v, %v; want Permanent for tls_required and no DATA (%d)", sent, err, len(r.raw))
			}
		})
	}
}

func TestSMTPOpportunisticUnknownCertificate(t *testing.T) {
	r := &relay{}
	s, _ := r.start(t, startable)
	s.TLS, s.RootCAs = TLSOpportunistic, x509.NewCertPool()
	if sent, err := s.Send(context.Background(), mailOut()); err != nil || sent.Secure || r.tls != 1 {
		t.Errorf("got %+v, %v, encrypted %d; want it encrypted but not called secure", sent, err, r.tls)
	}
}

func TestSMTPLogin(t *testing.T) {
	for name, c := range map[string]struct {
		mode  relayTLS
		mechs []string
		pass  string
		kind  guichet.Kind
	}{
		"PLAIN":            {startable, []string{"PLAIN", "LOGIN"}, "p4ss", guichet.Other},
		"LOGIN":            {implicit, []string{"LOGIN"}, "p4ss", guichet.Other},
		"wrong password":   {startable, []string{"PLAIN"}, "wr0ng", guichet.Permanent},
		"wrong, LOGIN":     {startable, []string{"LOGIN"}, "wr0ng", guichet.Permanent},
		"no mechanism":     {startable, nil, "p4ss", guichet.Permanent},
		"not over a plain": {without, []string{"PLAIN"}, "p4ss", guichet.Permanent},
	} {
		t.Run(name, func(t *testing.T) {
			r := &relay{mechs: c.mechs}
			s, _ := r.start(t, c.mode)
			s.Username, s.Password = "ana", c.pass
			_, err := s.Send(context.Background(), mailOut())
			if c.kind == guichet.Other {
				if err != nil || r.logins != 1 || len(r.raw) != 1 {
					t.Errorf("got %v, %d logins, %d mails", err, r.logins, len(r.raw))
				}
				return
			}
			if c.mode == without && !insecureError(err) {
				t.Errorf("the password went over a plain connection: %v", err)
			}
			if !guichet.Is(err, c.kind) || len(r.raw)+r.logins != 0 || strings.Contains(err.Error(), c.pass) {
				t.Errorf("got %v, %d mails; want %s without the password in it", err, len(r.raw), c.kind)
			}
		})
	}
}

func busy(code int) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 2, 0}, Message: "said the relay"}
}

func TestSMTPAnswers(t *testing.T) {
	tooLarge := &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "too big"}
	full := &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"}
	for name, c := range map[string]struct {
		at   string
		said *smtp.SMTPError
		kind guichet.Kind
		text string
	}{
		"sender refused for good": {"mail", busy(550), guichet.Permanent, "550 5.2.0 said the relay"},
		"sender refused for now":  {"mail", busy(451), guichet.Temporary, "451 4.2.0 said the relay"},
		"a recipient for now":     {"secret@customer.example", busy(450), guichet.Temporary, "450 4.2.0"},
		"the mail for now":        {"data", busy(452), guichet.Temporary, "452"},
		"the mail for good":       {"data", busy(554), guichet.Permanent, "554 5.2.0 said the relay"},
		"the mail is too large":   {"data", tooLarge, guichet.TooLarge, "552"},
		"a mailbox is full":       {"data", full, guichet.Permanent, "552"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &relay{refuse: map[string]*smtp.SMTPError{c.at: c.said}, once: true}
			s, _ := r.start(t, without)
			_, err := s.Send(context.Background(), mailOut())
			if !guichet.Is(err, c.kind) || InDoubt(err) || !strings.Contains(err.Error(), c.text) || len(r.raw) != 0 {
				t.Errorf("got %v, %d mails; want %s with %q", err, len(r.raw), c.kind, c.text)
			}
			if _, err := s.Send(context.Background(), mailOut()); err != nil || len(r.raw) != 1 {
				t.Errorf("the second time: %v, %d mails", err, len(r.raw))
			}
		})
	}
}

func TestSMTPOneOfThreeRefused(t *testing.T) {
	r := &relay{refuse: map[string]*smtp.SMTPError{"gone@customer.example": busy(550)}}
	s, _ := r.start(t, without)
	m := mailOut()
	m.To = []string{"bo@customer.example", "gone@customer.example", "secret@customer.example"}
	sent, err := s.Send(context.Background(), m)
	if err != nil || len(sent.Failed) != 1 || sent.Failed[0] != (Failed{"gone@customer.example", "550 5.2.0 said the relay"}) {
		t.Errorf("got %+v, %v", sent, err)
	}
	if strings.Join(r.to, " ") != "bo@customer.example secret@customer.example" {
		t.Errorf("the relay has it for %v", r.to)
	}
	r.refuse["gone@xn--bcher-kva.example"] = busy(550)
	m.To = []string{"bo@customer.example", "gone@bücher.example"}
	if sent, err := s.Send(context.Background(), m); err != nil || len(sent.Failed) != 1 || sent.Failed[0].Addr != "gone@bücher.example" {
		t.Errorf("a domain in Unicode: got %+v, %v", sent, err)
	}
	m.To = m.To[1:2]
	if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.Permanent) || !strings.Contains(err.Error(), "every recipient: 550 5.2.0 said the relay") {
		t.Errorf("all refused: %v", err)
	}
}

// After the whole mail was sent, a lost connection leaves a doubt; before, it does not.
func TestSMTPDoubt(t *testing.T) {
	r := &relay{drop: true}
	s, _ := r.start(t, without)
	if _, err := s.Send(context.Background(), mailOut()); !guichet.Is(err, guichet.Temporary) || !InDoubt(err) {
		t.Errorf("dropped after DATA: %v, doubt %v; want Temporary and in doubt", err, InDoubt(err))
	}
	r = &relay{dropIn: true}
	s, _ = r.start(t, without)
	m := mailOut()
	m.Raw = append(m.Raw, bytes.Repeat([]byte("line\r\n"), 4<<20)...) // more than any buffer between us holds
	if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.Temporary) || InDoubt(err) {
		t.Errorf("dropped within DATA: %v, doubt %v; want Temporary and no doubt", err, InDoubt(err))
	}
}

func TestSMTPTimesOut(t *testing.T) {
	for name, c := range map[string]struct {
		answers []string
		doubt   bool
	}{
		"no greeting":       {nil, false},
		"no answer to EHLO": {[]string{"220 hi"}, false},
		"no answer to MAIL": {[]string{"220 hi", "250 relay"}, false},
		"no answer to DATA": {[]string{"220 hi", "250 relay", "250 ok", "250 ok", "250 ok"}, false},
		"none to the mail":  {[]string{"220 hi", "250 relay", "250 ok", "250 ok", "250 ok", "354 go"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := SMTP{Addr: silent(t, c.answers...), TLS: TLSNone, Timeout: 50 * time.Millisecond, Patience: 50 * time.Millisecond}
			if _, err := s.Send(context.Background(), mailOut()); !guichet.Is(err, guichet.Temporary) || InDoubt(err) != c.doubt {
				t.Errorf("got %v, doubt %v; want Temporary, doubt %v", err, InDoubt(err), c.doubt)
			}
		})
		t.Run(name+", context ends", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			s := SMTP{Addr: silent(t, c.answers...), TLS: TLSNone, Timeout: time.Hour, Patience: time.Hour}
			if _, err := s.Send(ctx, mailOut()); !guichet.Is(err, guichet.Temporary) || InDoubt(err) != c.doubt {
				t.Errorf("got %v, doubt %v; want Temporary, doubt %v", err, InDoubt(err), c.doubt)
			}
		})
	}
}

func TestSMTPNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := (SMTP{Addr: l.Addr().String()}).Send(context.Background(), mailOut()); !guichet.Is(err, guichet.Temporary) || InDoubt(err) {
		t.Errorf("got %v", err)
	}
}

func TestSMTPEnvelopeCannotCommand(t *testing.T) {
	r := &relay{}
	s, _ := r.start(t, without)
	for _, a := range []string{"bo@x.example> NOTIFY=NEVER", "bo@x.example\r\nRCPT TO:<all@x.example", "bö@x.example", "b\x00@x.example"} {
		m := mailOut()
		m.To[1] = a
		if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.Permanent) || len(r.raw) != 0 {
			t.Errorf("%q: %v, %d mails", a, err, len(r.raw))
		}
		m = mailOut()
		m.From = a
		if _, err := s.Send(context.Background(), m); !guichet.Is(err, guichet.Permanent) || len(r.raw) != 0 {
			t.Errorf("from %q: %v, %d mails", a, err, len(r.raw))
		}
	}
}

func TestSMTPWords(t *testing.T) {
	long := &smtp.SMTPError{Code: 550, Message: strings.Repeat("é", 500)}
	for _, c := range []struct {
		said *smtp.SMTPError
		want string
	}{
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such\n  user\there"}, "550 5.1.1 no such user here"},
		{&smtp.SMTPError{Code: 421, EnhancedCode: smtp.NoEnhancedCode, Message: ""}, "421 "},
		{&smtp.SMTPError{Code: 550, Message: "a\xffb"}, "550 a?b"},
		{long, "550 " + strings.Repeat("é", 148)},
	} {
		if got := smtpWords(c.said); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestSMTPPrintsNoSecret(t *testing.T) {
	s := SMTP{Addr: "relay.example:587", TLS: TLSStart, Username: "ana", Password: "p4ss"}
	j, err := json.Marshal(map[string]any{"relay": s, "same": &s})
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "relay", s, "same", &s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "relay", s, "same", &s)
	said := fmt.Sprintf("%v %+v %#v %s %v %+v", s, s, s, s, &s, []any{s}) + string(j) + log.String()
	if err != nil || strings.Contains(said, "p4ss") || strings.Contains(said, "ana") || !strings.Contains(said, "relay.example:587") {
		t.Errorf("%v: %s", err, said)
	}
}
