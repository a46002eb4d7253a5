package desk

import (
	"context"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

// Identities is where domains are proven to be somebody's, and where mail for them is received.
type Identities interface {
	// Claim makes the identity of a domain with its DKIM keys and MAIL FROM, for one tenant alone. What is there stays: it can be called again.
	Claim(ctx context.Context, t guichet.TenantID, domain, mailFrom string) error
	// Identity says how far the proof is. NotFound: it was never begun.
	Identity(ctx context.Context, domain string) (channel.Identity, error)
	// SetMailFrom changes where bounces come to.
	SetMailFrom(ctx context.Context, domain, mailFrom string) error
	// Release takes the identity away. What is not there is released.
	Release(ctx context.Context, t guichet.TenantID, domain string) error
	// Receiving looks at the rules by which mail comes in.
	Receiving(ctx context.Context) (channel.Receiving, error)
}
