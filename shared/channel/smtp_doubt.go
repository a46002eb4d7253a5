package channel

import (
	"errors"

	"guichet/shared/guichet"
)

// TLSRequired is the cause of a Permanent error of a mail that did not go out because its connection could not be made secure (A049): no
// DATA was sent. Ask with errors.Is.
var TLSRequired = errors.New("tls_required")

// Doubt is the cause of a Temporary error after which nobody knows whether the other side has the mail: the whole of it was sent, the
// answer never came. Sending again may double it; see decisions/exactly-once-mail.md. Ask with InDoubt.
type Doubt struct{ Cause error }

// Error says what happened to the connection.
func (d *Doubt) Error() string {
	return "no answer to a mail that was sent in full: " + d.Cause.Error()
}

// Unwrap returns the cause.
func (d *Doubt) Unwrap() error { return d.Cause }

// InDoubt reports whether the mail may have gone out although err says that it did not.
func InDoubt(err error) bool {
	var d *Doubt
	return errors.As(err, &d)
}

func fail(kind guichet.Kind, cause error, text string) error {
	return &guichet.Error{Kind: kind, Text: text, Cause: cause}
}

func doubtful(cause error, text string) error { return fail(guichet.Temporary, &Doubt{cause}, text) }

func insecure(cause error, text string) error {
	if cause == nil {
		return fail(guichet.Permanent, TLSRequired, text)
	}
	return fail(guichet.Permanent, errors.Join(TLSRequired, cause), text)
}
