package guichet

import (
	"slices"
	"time"
)

// Timer is something that is to happen to a case at a time, unless it is stopped before: a countdown, an offer that ends, a message that is to
// leave later, the next step of a script. It stands on the case, and the due index finds it: a timer may be seconds or months long (T12). It rings at least once,
// within a minute of its time; who handles it takes it off in the transaction of what it does, so that it does that once.
type Timer struct {
	Kind TimerKind `json:"k"`
	At   time.Time `json:"t"`
	Key  string    `json:"n,omitempty"` // which of its kind: a message, an agent, a step; empty where there is one alone
}

// TimerKind says what a timer is for.
type TimerKind string

// maxTimers bounds Case.Timers: a case is read whole.
const maxTimers = 20

// SetTimer sets the timer of that kind and key, in place of one that was. It is false if the case has as many as it can hold.
func (c *Case) SetTimer(k TimerKind, key string, at time.Time) bool {
	c.StopTimer(k, key)
	if len(c.Timers) >= maxTimers {
		return false
	}
	c.Timers = append(c.Timers, Timer{Kind: k, At: at, Key: key})
	return true
}

// StopTimer takes the timer of that kind and key off; false if there is none.
func (c *Case) StopTimer(k TimerKind, key string) bool {
	n := len(c.Timers)
	c.Timers = slices.DeleteFunc(c.Timers, func(t Timer) bool { return t.Kind == k && t.Key == key })
	return len(c.Timers) < n
}

// Timer returns the timer of that kind and key; ok is false if there is none.
func (c *Case) Timer(k TimerKind, key string) (t Timer, ok bool) {
	i := slices.IndexFunc(c.Timers, func(t Timer) bool { return t.Kind == k && t.Key == key })
	if i < 0 {
		return Timer{}, false
	}
	return c.Timers[i], true
}

// Ringing lists the timers whose time has come, soonest first.
func (c *Case) Ringing(now time.Time) []Timer {
	var out []Timer
	for _, t := range c.Timers {
		if !t.At.After(now) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Timer) int { return a.At.Compare(b.At) })
	return out
}
