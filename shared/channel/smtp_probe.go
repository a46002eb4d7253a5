package channel

import (
	"context"
	"errors"

	"guichet/shared/guichet"
)

// Found is what a relay said when it was tried without a mail.
type Found struct {
	Secure bool   // the connection was encrypted and its certificate is right
	Auth   string // the mechanism by which it took the password; empty: it was not asked to
}

// Prober is a sender that can be tried without a mail.
type Prober interface {
	Sender
	// Probe connects and authenticates as for a mail, and sends none. Errors are those of Send before a mail.
	Probe(ctx context.Context, force bool) (Found, error)
}

// Probe implements Prober.
func (s SMTP) Probe(ctx context.Context, force bool) (Found, error) {
	l, err := s.dial(ctx, force)
	if err != nil {
		return Found{}, err
	}
	defer l.close()
	if err := s.login(l); err != nil {
		return Found{}, err
	}
	found := Found{Secure: l.secure(), Auth: s.mechanism(l)}
	if s.Username == "" {
		found.Auth = ""
	}
	_ = l.client.Quit()
	return found, nil
}

// Said is what an error of a sender says to people: its words, without what the network or the code knows beside.
func Said(err error) string {
	var e *guichet.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return "it did not work, and nobody knows why"
}
