package guichet

// SLA is a service level: targets in business time of a calendar, in seconds. A target of zero is none; the zero SLA has no clocks (A129).
//
// A day of a target is 24 hours of business time. Where WorkingDays is set it is one working day of the calendar instead, and the hours and minutes beside the days
// stay what they are: of 1 day and 2 hours under a calendar of 9 hours a day, 11 hours. See sla.Level.
type SLA struct {
	First       int64      `json:"first,omitempty"`      // to the first response
	Resolution  int64      `json:"resolution,omitempty"` // to the resolution
	Next        int64      `json:"next,omitempty"`       // to the next response, once the contact wrote again
	Urgent      []Urgency  `json:"urgent,omitempty"`     // other targets for other priorities
	WorkingDays bool       `json:"working_days,omitempty"`
	Pause       []Status   `json:"pause,omitempty"` // in these the clocks stand still: pending, escalated. A case at rest has none that runs
	Warn        []int      `json:"warn,omitempty"`  // per cent of a target, 1..99, growing
	Uses        CalendarID `json:"calendar_id,omitempty"`
	Calendar    Calendar   `json:"calendar,omitzero"` // of its own, where it uses none of the tenant's
}

// Urgency is what a service level promises to cases of a priority of its own. A target of zero is the ordinary one.
type Urgency struct {
	From       int   `json:"from"` // priorities of that and more; below zero: of that and less
	First      int64 `json:"first,omitempty"`
	Resolution int64 `json:"resolution,omitempty"`
	Next       int64 `json:"next,omitempty"`
}

// Holds reports whether the urgency is for that priority.
func (u Urgency) Holds(priority int) bool {
	return u.From > 0 && priority >= u.From || u.From < 0 && priority <= u.From
}

// Calendar says when the house is open. The zero Calendar is never open; see sla.Always for one that is.
type Calendar struct {
	Zone     string              `json:"zone"`               // IANA name
	Week     map[string][]string `json:"week"`               // "mon".."sun" -> intervals "09:00-12:30", "22:00-06:00" goes over midnight
	Closed   []string            `json:"closed,omitempty"`   // days "2026-12-25" on which no interval begins
	Holidays []string            `json:"holidays,omitempty"` // the same, from an iCalendar file
	Special  map[string][]string `json:"special,omitempty"`  // days with intervals of their own
	AlwaysOn bool                `json:"always,omitempty"`   // 24x7; the rest is ignored
}

// CalendarID names a calendar of a tenant: a name by the rules of names.
type CalendarID string

// Hours is a calendar with a name, which service levels use.
type Hours struct {
	ID       CalendarID `json:"id"`
	Name     string     `json:"name"`
	Calendar Calendar   `json:"calendar"`
	Deleted  bool       `json:"deleted,omitempty"` // kept for the clocks of levels that named it while it went
	Version  int64      `json:"-"`
}
