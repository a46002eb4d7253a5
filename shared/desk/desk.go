// Package desk is the flows, one file each. Each loads what the ledger knows, lets a pure rule decide, and commits the case (if nobody moved
// it), its messages and the facts in one transaction. Every flow is safe when it is called twice, late, beside another, or after a
// crash between any two of its calls.
package desk

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/secret"
	"guichet/shared/store"
)

// Desk does the work of the house. Store, Now and Key are needed; Send by Deliver; the others by what they name.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Key   []byte // signs our Message-IDs and plus addresses; the same for the life of the house
	Send  func(ch *guichet.Channel) channel.Sender

	Vault  secret.Vault                                 // seals and opens the passwords of relays; nil: there can be none
	Relay  func(channel.SMTP) channel.Prober            // finishes a tenant's relay; nil: it may lead to public addresses alone
	Unlist func(ctx context.Context, addr string) error // takes an address off SES's own list; nil: there is none

	Near   bool                             // integration boxes of tenants may be nearby: a house on one machine
	Boxes  func(channel.Box) channel.Sender // finishes a tenant's integration box; nil: it is the one that is set
	tokens channel.Tokens                   // what the boxes gave, while it counts
	Feeds  Feeds                            // reads calendars at addresses; nil: this function does not

	// Lang is the language of conditions; nil: this function runs no scripts and no rules.
	Lang     script.Language
	programs programs

	press  press
	levels sync.Map // sla.Level by the text of its settings

	// Tell tells events outside, and gives for each, in their order, why it could not; nil: nobody outside listens, and Export ends without a word.
	Tell func(ctx context.Context, events []guichet.Event) []error

	Identities Identities // where domains are proven: for the settings alone
}

// maxTries bounds how often a flow loads again because somebody moved first. Each loser had a winner, so the house as a whole goes on.
const maxTries = 20

// again runs a move until it is not beaten by another any more. A move loads, decides and commits.
func again(ctx context.Context, move func() error) error {
	var err error
	for range maxTries {
		err = move()
		if !guichet.Is(err, guichet.Conflict) && !guichet.Is(err, guichet.Exists) {
			return err
		}
		if ctx.Err() != nil {
			return guichet.Errorf(guichet.Temporary, "stopped while trying again: %w", ctx.Err())
		}
	}
	return guichet.Errorf(guichet.Temporary, "beaten %d times: %w", maxTries, err)
}

// Self is who moves when no agent does.
const Self = "guichet"

// fact makes a fact of this moment; its id and version come when its case is stored.
func (d *Desk) fact(k guichet.FactKind, by string, detail ...string) guichet.Fact {
	f := guichet.Fact{Kind: k, By: by, At: d.Now()}
	for i := 0; i+1 < len(detail); i += 2 {
		if detail[i+1] == "" {
			continue
		}
		if f.Detail == nil {
			f.Detail = map[string]string{}
		}
		f.Detail[detail[i]] = detail[i+1]
	}
	return f
}

// Outcome tells what became of one mail for one of its recipients.
type Outcome struct {
	Recipient string
	Tenant    guichet.TenantID
	Channel   guichet.ChannelID
	Result    string            // see the Result constants
	Message   guichet.MessageID // where it is; empty for unknown recipients
	Reason    string
}

// The results of receiving a mail. Every mail ends in exactly one of them for each recipient.
const (
	Threaded  = "threaded"
	NewCase   = "new_case"
	Duplicate = "duplicate"
	Unknown   = "unknown_recipient"
)

// levelKey is the text of a service level: equal ones are compiled once.
func levelKey(l guichet.SLA) string {
	b, _ := json.Marshal(l)
	return string(b)
}
