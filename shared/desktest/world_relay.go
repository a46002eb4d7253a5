package desktest

import (
	"context"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// vault is the key file of a house for tests.
func vault() secret.Vault {
	text, err := secret.AddKey(nil)
	if err != nil {
		panic(err)
	}
	v, err := secret.ReadKeys(text)
	if err != nil {
		panic(err)
	}
	return v
}

// theirs is a tenant's relay in the world of tests: it keeps our Message-ID, asks for a password, and may have no TLS.
type theirs struct {
	*World
	smtp channel.SMTP
}

// Probe says how it would take a mail.
func (r *theirs) Probe(_ context.Context, force bool) (channel.Found, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.open(force); err != nil {
		return channel.Found{}, err
	}
	found := channel.Found{Secure: !r.Insecure}
	if r.smtp.Username != "" {
		found.Auth = "PLAIN"
	}
	return found, nil
}

func (r *theirs) open(force bool) error {
	switch {
	case r.Down:
		return guichet.Errorf(guichet.Temporary, "the relay does not answer")
	case r.Insecure && (force || r.smtp.TLS != channel.TLSOpportunistic):
		return &guichet.Error{Kind: guichet.Permanent, Text: "the relay offers no secure connection", Cause: channel.TLSRequired}
	case r.Password != "" && r.smtp.Password != r.Password:
		return guichet.Errorf(guichet.Permanent, "the relay refused the user name or the password")
	}
	return nil
}

// Send takes a mail.
func (r *theirs) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.open(m.ForceTLS); err != nil {
		return channel.Sent{}, err
	}
	sent := channel.Sent{Secure: !r.Insecure}
	for _, a := range m.To {
		if said := r.Refused[a]; said != "" {
			sent.Failed = append(sent.Failed, channel.Failed{Addr: a, Reason: said})
		}
	}
	if len(sent.Failed) == len(m.To) {
		return channel.Sent{}, guichet.Errorf(guichet.Permanent, "the relay refused every recipient: %s", sent.Failed[0].Reason)
	}
	r.Sent, r.IDs = append(r.Sent, m), append(r.IDs, "")
	r.Relayed = append(r.Relayed, r.smtp.Addr+" "+r.smtp.Username)
	return sent, nil
}

func (w *World) unlist(_ context.Context, addr string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Unlisted = append(w.Unlisted, addr)
	return nil
}
