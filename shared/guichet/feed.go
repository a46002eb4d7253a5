package guichet

import "time"

// Feed is where a calendar's holidays come from by themselves: an iCalendar file at an address, read once a day.
type Feed struct {
	Tenant   TenantID   `json:"-"`
	Calendar CalendarID `json:"-"`
	URL      string     `json:"u"`
	By       AgentID    `json:"by"`            // who set it
	Tag      string     `json:"e,omitempty"`   // the server's mark of what was read last (ETag, RFC 9110 8.8.3)
	Read     time.Time  `json:"r,omitzero"`    // when it was read last; zero: never yet
	Tried    time.Time  `json:"t,omitzero"`    // when that was tried last
	Next     time.Time  `json:"n"`             // when it is tried next
	Fails    int        `json:"f,omitempty"`   // tries since then that failed
	Reason   string     `json:"why,omitempty"` // why the last one did, for people
	Left     string     `json:"l,omitempty"`   // what of the file could not be read
	Version  int64      `json:"-"`
}

// The pace of feeds.
const (
	FeedEvery = 24 * time.Hour
	feedSoon  = time.Hour // after the first failure; then twice as long each time, up to FeedEvery
)

// Worked notes that the feed was read at; tag is the server's mark of it, left what of it could not be read.
func (f *Feed) Worked(at time.Time, tag, left string) {
	f.Read, f.Tried, f.Next = at, at, at.Add(FeedEvery)
	f.Tag, f.Left, f.Fails, f.Reason = tag, left, 0, ""
}

// Failed notes that the feed could not be read at. The holidays that are there stay.
func (f *Feed) Failed(at time.Time, reason string) {
	f.Fails++
	f.Tried, f.Reason = at, reason
	f.Next = at.Add(min(FeedEvery, feedSoon<<min(f.Fails-1, 10)))
}
