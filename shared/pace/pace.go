// Package pace says when mails may leave so that in no second more leave than an account may send, however many workers send them, and hardly less.
//
// Time is cut into frames, each a little longer than a second, and a frame into as many slots as mails may leave within a second: evenly, each for one recipient.
// Since the slots of two frames are that little further apart than a second, one may be used that little late. Slots are handed out by the lane: every n-th slot of
// a frame, as far apart as a worker needs for one mail. So a worker asks for several slots with one write to the ledger, and uses all that it asked for.
package pace

import (
	"math"
	"time"
)

const (
	second = time.Second
	// Late is how late a slot may be used, at most: the lateness of a timer and of a goroutine that it wakes.
	Late = 20 * time.Millisecond
	// Frame is how long a frame is.
	Frame = second + Late
	// perLane is how many slots a lane has in a frame, at most: a worker that has one sends a mail every quarter of a second.
	perLane = 4
)

// Rate is how many recipients may be sent to within a second; below 1 counts as 1. SES counts recipients, not mails (SES developer guide, "Managing your Amazon
// SES sending limits").
type Rate float64

func (r Rate) slots() int64 { return max(1, int64(math.Floor(float64(r)))) }

// Lanes returns how many lanes a frame has.
func (r Rate) Lanes() int64 { return (r.slots() + perLane - 1) / perLane }

// Gap returns how far apart two slots of a lane are.
func (r Rate) Gap() time.Duration { return r.offset(r.Lanes()) }

// offset is where the n-th slot of a frame begins.
func (r Rate) offset(n int64) time.Duration {
	return time.Duration(n * int64(Frame) / r.slots())
}

// FrameAt returns the number of the frame that holds the instant.
func FrameAt(t time.Time) int64 {
	n := t.UnixNano()
	if n < 0 {
		return (n+1)/int64(Frame) - 1
	}
	return n / int64(Frame)
}

// Start returns when a frame begins.
func Start(frame int64) time.Time { return time.Unix(0, frame*int64(Frame)) }

// Slots returns the slots of the n-th lane of a frame, n from 0, in order; none for a lane that there is not.
func (r Rate) Slots(frame, n int64) []time.Time {
	var out []time.Time
	if n < 0 || n >= r.Lanes() {
		return nil
	}
	for ; n < r.slots(); n += r.Lanes() {
		out = append(out, Start(frame).Add(r.offset(n)))
	}
	return out
}

// Usable reports whether a slot may still be used, by a worker that is ready now.
func Usable(slot, now time.Time) bool { return !now.After(slot.Add(Late)) }

// Backoff returns how long to wait before the n-th time, from 0, that a mail is tried again which was refused because too many left within a second: a second,
// then twice as long each time, half a minute at most.
func Backoff(n int) time.Duration {
	return min(second<<min(n, 5), 30*second)
}

// Quota is what an account may send, as it said at a time.
type Quota struct {
	Rate   Rate    `json:"rate"`
	Max24  float64 `json:"max24"`  // recipients within 24 hours; negative: no limit
	Sent24 float64 `json:"sent24"` // of the last 24 hours
	At     int64   `json:"at"`     // Unix milliseconds
}

// Room reports whether n recipients more may be sent to, of which `more` were sent to since the account was asked.
func (q Quota) Room(n, more int) bool {
	return q.Max24 < 0 || q.Sent24+float64(more)+float64(n) <= q.Max24
}
