package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/boot"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// receiver stands in for SES receiving: it stores the raw mail, then the notice that SES would publish, and only then says 250. It judges nothing.
type receiver struct {
	desk *desk.Desk
}

// NewSession begins a session; the address of the other side is not kept.
func (r *receiver) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{receiver: r}, nil }

// maxMail is the size of mail that SES receives: 40 MB.
const maxMail = 40 << 20

// newSMTP returns the server of the receiver.
func newSMTP(d *desk.Desk) *smtp.Server {
	s := smtp.NewServer(&receiver{d})
	s.Domain, s.MaxMessageBytes, s.MaxRecipients = "guichet", maxMail, 100
	s.MaxLineLength = 1 << 20 // QUIRK: real mail has lines far over the 998 of RFC 5322; the default of 2000 would turn it away (2026-11)
	s.ReadTimeout, s.WriteTimeout = 5*time.Minute, time.Minute
	s.EnableSMTPUTF8, s.AllowInsecureAuth = true, false
	s.ErrorLog = quietLog{}
	return s
}

// quietLog keeps what a broken client does to itself out of the operator's log, but at debug.
type quietLog struct{}

func (quietLog) Printf(format string, v ...any) { slog.Debug("smtp: "+format, "args", v) }
func (quietLog) Println(v ...any)               { slog.Debug("smtp", "args", v) }

type session struct {
	*receiver
	from string
	to   []string
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt says 550 to an address that is no point of contact, so that the sender learns it at once.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	known, err := s.desk.KnownRecipient(context.Background(), to)
	if err != nil {
		return busy(err)
	}
	if !known {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such point of contact"}
	}
	s.to = append(s.to, to)
	return nil
}

// Data stores the mail. When it returns nil the mail is safe.
func (s *session) Data(r io.Reader) error {
	var buf bytes.Buffer
	if _, err := io.Copy(&buf, io.LimitReader(r, maxMail+1)); err != nil {
		return err
	}
	if buf.Len() > maxMail {
		return smtp.ErrDataTooLarge
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	in := desk.Incoming{Receipt: strings.ToLower(rand.Text()), From: s.from, Recipients: s.to, ReceivedAt: now()}
	in.Raw = store.InKey(in.Receipt)
	if err := s.desk.Store.Blobs.Put(ctx, in.Raw, &buf, int64(buf.Len())); err != nil {
		return busy(err)
	}
	if err := s.desk.Store.PutNotice(ctx, in.Receipt, boot.Notice(in), in.ReceivedAt); err != nil {
		return busy(err)
	}
	return nil
}

// busy asks the sender to try again: nothing was promised.
func busy(err error) error {
	slog.Error("mail could not be stored", "kind", guichet.KindOf(err).String(), "error", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not stored, try again"}
}

// serveSMTP serves until the listener is closed.
func serveSMTP(s *smtp.Server, l net.Listener) {
	if err := s.Serve(l); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		slog.Error("smtp", "error", err)
	}
}
