package boot

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// Export returns the handler of the export function's queue. The events of a batch are told together; a fact of which one could not be told comes again, and with it
// those of its case that stand behind it: who reads the events knows those that he has by their ids.
func Export(d *desk.Desk) Queued {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		fails := make([]error, len(e.Records))
		var all []guichet.Event
		var of []int // which record each event is of
		for i, m := range e.Records {
			fails[i] = attempt(ctx, m, func(ctx context.Context, m events.SQSMessage) error {
				f, err := factOf([]byte(m.Body))
				if err != nil {
					return err
				}
				count(ctx, factsSeen, 1)
				list, err := d.Events(ctx, f)
				if err != nil {
					return about{err, ofFact(f)}
				}
				for _, ev := range list {
					all, of = append(all, ev), append(of, i)
				}
				return nil
			})
		}
		if d.Tell != nil && len(all) > 0 {
			for k, err := range d.Tell(ctx, all) {
				if err != nil && fails[of[k]] == nil {
					fails[of[k]] = about{err, []any{"event", all[k].ID}}
				}
			}
		}
		return notTold(ctx, e.Records, fails), nil
	}
}

// notTold names the messages that come again: those that failed, and those of the same group behind them, but for poison, which waits for nothing.
func notTold(ctx context.Context, records []events.SQSMessage, fails []error) events.SQSEventResponse {
	var out events.SQSEventResponse
	held := map[string]bool{}
	for i, m := range records {
		group := m.Attributes["MessageGroupId"]
		switch {
		case fails[i] != nil:
			report(ctx, m, fails[i])
			held[group] = held[group] || !guichet.Is(fails[i], guichet.Poison)
		case !held[group]:
			continue
		}
		out.BatchItemFailures = append(out.BatchItemFailures, failure(m))
	}
	return out
}

// What EventBridge takes in one request: entries, and bytes of all of them together. Source: EventBridge user guide, "Calculating Amazon EventBridge event size".
const (
	maxEntries    = 10
	maxEntryBytes = 256 << 10
	timeBytes     = 14 // of an entry's Time
)

// eventSource is the source of every event of a house.
const eventSource = "guichet"

// Tell returns the way to the bus GUICHET_EXPORT_BUS.
func (e *Env) Tell() func(context.Context, []guichet.Event) []error {
	client, bus := eventbridge.NewFromConfig(e.aws), e.must("GUICHET_EXPORT_BUS")
	return func(ctx context.Context, list []guichet.Event) []error {
		fails := make([]error, len(list))
		var batch []types.PutEventsRequestEntry
		var of []int
		bytes := 0
		flush := func() {
			if len(batch) > 0 {
				putEvents(ctx, client, batch, of, fails)
			}
			batch, of, bytes = nil, nil, 0
		}
		for i, ev := range list {
			entry, size := entryOf(bus, ev)
			if size > maxEntryBytes {
				fails[i] = guichet.Errorf(guichet.Poison, "event %s has %d bytes, more than the %d that EventBridge takes", ev.ID, size, maxEntryBytes)
				continue
			}
			if len(batch) == maxEntries || bytes+size > maxEntryBytes {
				flush()
			}
			batch, of, bytes = append(batch, entry), append(of, i), bytes+size
		}
		flush()
		return fails
	}
}

// entryOf is an event as EventBridge takes it, and how many bytes it counts for it. One that is too large says less, until it is small enough.
func entryOf(bus string, ev guichet.Event) (types.PutEventsRequestEntry, int) {
	for step := 0; ; step++ {
		detail, _ := json.Marshal(ev) // strings, numbers and times: it encodes
		size := timeBytes + len(eventSource) + len(ev.Type) + len(detail)
		if size > maxEntryBytes && step < 3 {
			ev = shorter(ev, step)
			continue
		}
		at := ev.At
		return types.PutEventsRequestEntry{EventBusName: &bus, Source: aws.String(eventSource), DetailType: aws.String(string(ev.Type)), Detail: aws.String(string(detail)), Time: &at}, size
	}
}

// shorter leaves out the text of an event's message, then the people, then all details.
func shorter(ev guichet.Event, step int) guichet.Event {
	if ev.Message != nil {
		m := *ev.Message
		m.Text, m.TextCut = "", m.TextCut || m.Text != ""
		if step > 0 {
			m.To, m.Cc = nil, nil
		}
		ev.Message = &m
	}
	if step > 1 {
		ev.Detail = nil
		if ev.Case != nil {
			c := *ev.Case
			c.Tags = nil
			ev.Case = &c
		}
	}
	return ev
}

// putEvents hands over one request and notes for each of its entries why EventBridge did not take it.
func putEvents(ctx context.Context, client *eventbridge.Client, batch []types.PutEventsRequestEntry, of []int, fails []error) {
	out, err := client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: batch})
	for k, i := range of {
		switch {
		case err != nil:
			fails[i] = guichet.Errorf(guichet.Temporary, "put events: %w", err)
		case k >= len(out.Entries):
			fails[i] = guichet.Errorf(guichet.Temporary, "EventBridge said nothing of this event")
		case out.Entries[k].ErrorCode != nil:
			fails[i] = guichet.Errorf(entryKind(*out.Entries[k].ErrorCode), "EventBridge refused the event: %s", *out.Entries[k].ErrorCode)
		}
	}
	if err == nil && out.FailedEntryCount > 0 {
		slog.WarnContext(ctx, "not all events were taken", "given", len(batch), "refused", out.FailedEntryCount)
	}
}

// entryKind says of an entry's error code whether trying again helps. Source: EventBridge API reference, PutEventsResultEntry.
func entryKind(code string) guichet.Kind {
	switch code {
	case "InvalidArgument", "MalformedDetail", "RedactionFailure", "NotAuthorizedForSourceException", "NotAuthorizedForDetailTypeException":
		return guichet.Poison
	}
	return guichet.Temporary
}
