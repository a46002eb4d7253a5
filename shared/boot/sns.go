package boot

import (
	"encoding/json"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// envelope is what SNS puts around a message unless its subscription says raw delivery.
type envelope struct {
	Type    string `json:"Type"`
	Message string `json:"Message"`
}

// unwrap returns what was published: the body itself, or what its SNS envelope holds. ok is false for what SNS and SES say on their own
// account: confirmations, and their words when they try a topic.
func unwrap(body string) (text string, ok bool, err error) {
	text = strings.TrimSpace(body)
	if tried(text) {
		return "", false, nil
	}
	var e envelope
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return "", false, guichet.Errorf(guichet.Poison, "not JSON: %w", err)
	}
	switch e.Type {
	case "Notification":
		return e.Message, !tried(e.Message), nil
	case "SubscriptionConfirmation", "UnsubscribeConfirmation":
		return "", false, nil
	}
	return text, true, nil
}

// tried reports whether a text is what SES publishes, as plain text, when an event destination is made.
//
// QUIRK: "Successfully validated SNS topic for Amazon SES event publishing." is no JSON, whatever the other messages are (2026-11).
func tried(text string) bool { return strings.HasPrefix(text, "Successfully validated SNS topic") }

// instant is a time of an event; one that can't be read is zero, and no reason to lose the event.
type instant struct{ time.Time }

// UnmarshalJSON reads RFC 3339; anything else leaves the zero time.
func (i *instant) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		i.Time = t
	}
	return nil
}

// MarshalJSON writes RFC 3339 in UTC to the millisecond, as SES does.
func (i instant) MarshalJSON() ([]byte, error) {
	return json.Marshal(i.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// first returns the earliest given of several times; zero if none is.
func firstOf(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
