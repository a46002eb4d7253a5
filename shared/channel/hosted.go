package channel

import "context"

// Hosted is the way out of a chat on a page of the house's own: the page looks for answers, so that what is kept has been sent.
type Hosted struct{}

// Send takes every answer.
func (Hosted) Send(context.Context, Outgoing) (Sent, error) { return Sent{Secure: true}, nil }
