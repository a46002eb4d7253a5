package guichet

import "time"

// Clock is one service-level clock of a case. The zero Clock does not run: there is no target.
type Clock struct {
	Target   int64     `json:"t,omitempty"` // seconds of business time
	Due      time.Time `json:"d,omitzero"`
	Met      time.Time `json:"m,omitzero"`   // when it stopped
	Breached time.Time `json:"b,omitzero"`   // the instant it was due, once it was missed; a late answer does not take it away (D-79)
	Began    time.Time `json:"s,omitzero"`   // zero: when the case was opened
	Paused   time.Time `json:"p,omitzero"`   // it stands still since then; Due is what it was
	Left     int64     `json:"l,omitempty"`  // while it stands still: nanoseconds of business time until it is due
	Pauses   int       `json:"n,omitempty"`  // how often it stood still
	Warn     time.Time `json:"w,omitzero"`   // when the next warning is due; zero: none
	Warned   int       `json:"wp,omitempty"` // the last threshold that was told, in per cent of the target
}

// Runs reports whether the clock has a due time ahead, does not stand still, and is neither met nor breached.
func (c Clock) Runs() bool {
	return !c.Due.IsZero() && c.Met.IsZero() && c.Breached.IsZero() && c.Paused.IsZero()
}

// Open reports whether the clock was started and is not met: it runs, stands still, or was missed and still waits.
func (c Clock) Open() bool { return !c.Due.IsZero() && c.Met.IsZero() }

// Next returns when something is to be told of the clock: its warning, or that it was missed. Zero if it does not run.
func (c Clock) Next() time.Time {
	if !c.Runs() {
		return time.Time{}
	}
	if !c.Warn.IsZero() && c.Warn.Before(c.Due) {
		return c.Warn
	}
	return c.Due
}

// Since returns when the clock began; opened is when its case was.
func (c Clock) Since(opened time.Time) time.Time {
	if c.Began.IsZero() {
		return opened
	}
	return c.Began
}

// Stop returns the clock met at, and breached if that was late. A clock that is met stays as it is; one that stands still cannot be late.
func (c Clock) Stop(at time.Time) Clock {
	if !c.Open() {
		return c
	}
	if c.Runs() && at.After(c.Due) {
		c.Breached = c.Due
	}
	c.Met, c.Warn = at, time.Time{}
	return c
}

// Clocks returns the clocks of the case, in the order in which they are shown.
func (c *Case) Clocks() []*Clock { return []*Clock{&c.First, &c.Next, &c.Resolution} }

// NextDue returns the due time that the case shows: the earliest of its running clocks, which are independent of each other (D-77). Zero if none runs.
func (c *Case) NextDue() time.Time {
	var due time.Time
	for _, k := range c.Clocks() {
		if k.Runs() && (due.IsZero() || k.Due.Before(due)) {
			due = k.Due
		}
	}
	return due
}
