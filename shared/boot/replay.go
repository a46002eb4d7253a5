package boot

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// order is what a function of received mail is invoked with: the messages of its queue, or by an operator {"replay":{"tenant":"demo","message":"100014-3"}}.
type order struct {
	Records json.RawMessage `json:"Records"`
	Force   bool            `json:"force"` // bring back what was deleted for good, from bytes that an operator put there again
	Replay  *struct {
		Tenant  guichet.TenantID  `json:"tenant"`
		Message guichet.MessageID `json:"message"`
	} `json:"replay"`
}

// forced marks the context of mail that an operator brings back.
type forced struct{}

// Inbound returns the handler of received mail and of replays: a batch of a queue is answered as by Mail, a replay by the desk.Replayed. A replay writes nothing.
// Who may invoke the function may ask for it: the payload of a queue can't hold one, since a mail is never more than the text of a record.
func Inbound(d *desk.Desk) func(context.Context, json.RawMessage) (any, error) {
	batch := Mail(d)
	return func(ctx context.Context, payload json.RawMessage) (any, error) {
		var o order
		if err := json.Unmarshal(payload, &o); err != nil {
			return nil, guichet.Errorf(guichet.Poison, "an event that is none: %w", err)
		}
		if o.Replay != nil && o.Records == nil {
			if err := guichet.ValidTenant(string(o.Replay.Tenant)); err != nil {
				return nil, err
			}
			return d.Replay(ctx, o.Replay.Tenant, o.Replay.Message)
		}
		var e events.SQSEvent
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, guichet.Errorf(guichet.Poison, "an event that is not of a queue: %w", err)
		}
		if o.Force {
			ctx = context.WithValue(ctx, forced{}, true)
		}
		return batch(ctx, e)
	}
}
