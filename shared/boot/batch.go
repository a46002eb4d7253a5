package boot

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
)

// Queued is a handler of a queue's messages: those that it names in its answer come again, the others are done.
type Queued = func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// one handles one message of a queue.
type one func(ctx context.Context, m events.SQSMessage) error

// each hands the messages of a standard queue to f, one after the other: one that fails comes again alone.
func each(f one) Queued {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var out events.SQSEventResponse
		for _, m := range e.Records {
			if err := attempt(ctx, m, f); err != nil {
				report(ctx, m, err)
				out.BatchItemFailures = append(out.BatchItemFailures, failure(m))
			}
		}
		return out, nil
	}
}

// inOrder hands the messages of a FIFO queue to f in order. Behind one that fails, those of its group come again with it, untried, and the other
// groups go on: order holds where it means something. Two are not held back: what stands behind poison, for it waits for
// nothing, and what would be parked if it came again.
func inOrder(attempts int, f one) Queued {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var out events.SQSEventResponse
		held := map[string]bool{}
		for _, m := range e.Records {
			group := m.Attributes["MessageGroupId"]
			if held[group] && received(m) < attempts {
				out.BatchItemFailures = append(out.BatchItemFailures, failure(m))
				continue
			}
			if err := attempt(ctx, m, f); err != nil {
				report(ctx, m, err)
				out.BatchItemFailures = append(out.BatchItemFailures, failure(m))
				held[group] = held[group] || !guichet.Is(err, guichet.Poison)
			}
		}
		return out, nil
	}
}

// attempt runs f on one message. Without time left it is not begun; a panic is this message's failure and nobody else's.
func attempt(ctx context.Context, m events.SQSMessage, f one) (err error) {
	if ctx.Err() != nil {
		return guichet.Errorf(guichet.Temporary, "no time left for this message: %w", ctx.Err())
	}
	defer func() {
		if p := recover(); p != nil {
			err = guichet.Errorf(guichet.Other, "panic: %v", p)
			slog.ErrorContext(ctx, "panic", "stack", string(debug.Stack()))
		}
	}()
	return f(withTries(ctx, m), m)
}

// report logs a failure once, with its kind: the reason by which a message in a dead-letter queue is found again.
func report(ctx context.Context, m events.SQSMessage, err error) {
	count(ctx, failures, 1)
	say := slog.WarnContext
	switch guichet.KindOf(err) {
	case guichet.Poison:
		count(ctx, poisoned, 1)
		say = slog.ErrorContext
	case guichet.Other, guichet.NotFound:
		say = slog.ErrorContext
	}
	var a about
	errors.As(err, &a)
	say(ctx, "failed", append(a.what, "queue_message", m.MessageId, "received", received(m), "kind", guichet.KindOf(err).String(), "error", discreet(err))...)
}

// about is an error with what it is about, for the log.
type about struct {
	error
	what []any
}

// Unwrap returns the error alone.
func (a about) Unwrap() error { return a.error }

// received says how often a message was handed out, this time included; 1 when not said.
func received(m events.SQSMessage) int {
	n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func failure(m events.SQSMessage) events.SQSBatchItemFailure {
	return events.SQSBatchItemFailure{ItemIdentifier: m.MessageId}
}
