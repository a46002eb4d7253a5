package boot

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// Deliver returns the handler of the deliver function's queue: Facts, and one thing more. An answer that the world would not take until the last of the plan's
// attempts is not left waiting in a dead-letter queue while its agent believes that it is on its way: it ends as failed, with the reason.
func Deliver(d *desk.Desk) Queued {
	row, _ := plan.Find("deliver")
	return Facts("deliver", func(ctx context.Context, f guichet.Fact) error {
		err := d.Deliver(ctx, f)
		if guichet.Is(err, guichet.Temporary) && triesOf(ctx) >= row.Attempts {
			slog.ErrorContext(ctx, "given up", append(ofFact(f), "error", discreet(err))...)
			return d.GiveUp(ctx, f, err)
		}
		return err
	})
}

type triesKey struct{}

// withTries notes how often a message was handed out.
func withTries(ctx context.Context, m events.SQSMessage) context.Context {
	return context.WithValue(ctx, triesKey{}, received(m))
}

// triesOf returns it; 1 where nobody noted it.
func triesOf(ctx context.Context) int {
	if n, ok := ctx.Value(triesKey{}).(int); ok {
		return n
	}
	return 1
}
