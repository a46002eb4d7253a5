// Package channel is the door to the outside of each medium: one file per channel.
package channel

import (
	"context"

	"guichet/shared/guichet"
)

// Outgoing is one composed mail on its way out. The same Outgoing may be given to a Sender again after a crash.
type Outgoing struct {
	Tenant   guichet.TenantID
	Case     guichet.CaseID
	Message  guichet.MessageID
	MailID   string   // its Message-ID, without brackets
	From     string   // envelope sender
	To       []string // envelope recipients: To, Cc and Bcc; at least one
	Raw      []byte   // CRLF line ends, lines of at most 998 bytes
	ForceTLS bool     // no secure connection, no mail (A049)
	Opens    bool     // the channel wants to know when it is opened, where the way out can tell
	Chat     *Chat    // the answer of a messaging channel, which Raw is kept as; nil: a mail
	Account  string   // the tenant of SES that it goes out for, so that a bad sender is paused alone; empty: none
}

// Sent is what a channel said when it took a mail.
type Sent struct {
	ID     string   // the id that the channel gave; empty if it keeps ours
	MailID string   // the Message-ID under which the mail goes out, when the channel replaces it; empty: ours
	Secure bool     // the connection to the next hop was encrypted and its certificate checked
	Thread string   // where the other side goes on, if it is another thread than the one it was sent to
	Failed []Failed // recipients that were refused for good while others were taken
}

// Failed is one refused recipient.
type Failed struct{ Addr, Reason string }

// Sender sends mail. Errors: Temporary (try again later), Permanent (tell the agent; the text says what the other side said), TooLarge.
// After a nil error the mail is the other side's.
type Sender interface {
	Send(ctx context.Context, m Outgoing) (Sent, error)
}
