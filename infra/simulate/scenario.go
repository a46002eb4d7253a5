package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"guichet/shared/guichet"
)

// Scenario is a contact centre to be played: its file is TOML, its keys are the names in backquotes. See testdata for whole ones.
type Scenario struct {
	Name  string  `toml:"name"`
	Seed  uint64  `toml:"seed"`  // of all that is drawn
	Start string  `toml:"start"` // the first day, "2026-03-02", from midnight in the zone
	Days  int     `toml:"days"`
	Zone  string  `toml:"zone"`         // IANA; of hours, shifts and the calendar. Empty: UTC
	Warm  float64 `toml:"warm_up_days"` // at the start, that the figures leave out
	Sweep Span    `toml:"sweep"`        // how often the service levels are swept; 0: each minute, as in the house

	SLA      Level      `toml:"sla"`
	Skills   []Skill    `toml:"skills"`
	Arrivals []Arrivals `toml:"arrivals"`
	Agents   []Team     `toml:"agents"`

	zone  *time.Location
	begin time.Time
}

// Level is a service level.
type Level struct {
	First      Span                `toml:"first"`
	Resolution Span                `toml:"resolution"`
	Week       map[string][]string `toml:"week"` // "mon" -> ["09:00-18:00"]; none: 24x7
	Closed     []string            `toml:"closed"`
}

// Skill is a skill with its queue and its channel, which is named after it.
type Skill struct {
	Name     string `toml:"name"`
	Criteria string `toml:"criteria"` // as in guichet.Skill
	PreferBy string `toml:"preferred_by"`
	Fallback string `toml:"fallback_when"`
	Timeout  Span   `toml:"timeout"`
	SLA      *Level `toml:"sla"` // its channel's own; none: the general one
}

// Arrivals is one stream of new cases for a skill: a Poisson process whose rate follows the hours of the day and the days of the week.
type Arrivals struct {
	Skill    string    `toml:"skill"`
	PerDay   float64   `toml:"per_day"`  // on a day of weight 1
	Hours    []float64 `toml:"hours"`    // 24 weights, from midnight; only their proportions count. None: the same all day
	Week     []float64 `toml:"days"`     // 7 weights, from Monday, each times per_day. None: 1 each
	Contacts int       `toml:"contacts"` // how many people write; 0: 1000
	Handling Draw      `toml:"handling"` // time that an agent works on a case
	Patience Draw      `toml:"patience"` // after which a contact whose case still waits for an agent gives up; none: never
	Bursts   []Burst   `toml:"bursts"`

	id string // "s1", "s2", ...: in addresses
}

// Burst is a time in which so many times the usual number of cases come: a mailing, an outage. Of 0 none come. Bursts at the same time multiply.
type Burst struct {
	At    string  `toml:"at"` // "2026-03-10 09:00", in the zone
	For   Span    `toml:"for"`
	Times float64 `toml:"times"`

	from, until time.Time
}

// Team is a number of agents who are alike.
type Team struct {
	Name   string         `toml:"name"` // agents are called name-01, name-02, ...
	Count  int            `toml:"count"`
	Skills map[string]int `toml:"skills"`       // proficiency 1 (best) .. 20
	Limit  int64          `toml:"limit"`        // cases in his inbox
	AtOnce int            `toml:"at_once"`      // cases that he works on at the same time; 0: 1
	Shifts []Shift        `toml:"shifts"`       // none: always there
	End    string         `toml:"at_shift_end"` // "return" (default): what he has not begun goes back to the queue; "keep": it waits for him
	Speed  float64        `toml:"speed"`        // handling times are divided by it; 0: 1
}

// Shift is a time of the week.
type Shift struct {
	Days []string `toml:"days"`   // "mon".."sun"; none: every day
	From string   `toml:"from"`   // "09:00"
	To   string   `toml:"to"`     // "17:30"; at or before From: over midnight
	Late Span     `toml:"jitter"` // each agent comes and goes up to so much later, drawn once a shift
}

// Span is a time as in Go, "90s", "4h30m", or with days, "2d".
type Span time.Duration

// UnmarshalText reads it.
func (s *Span) UnmarshalText(b []byte) error {
	days, rest, found := strings.Cut(string(b), "d")
	var total time.Duration
	if found {
		var n int
		if _, err := fmt.Sscanf(days+"\n", "%d\n", &n); err != nil || n < 0 || n > 3660 {
			return fmt.Errorf("%q is no time span: write 90s, 4h30m or 2d", b)
		}
		total = time.Duration(n) * 24 * time.Hour
	} else {
		rest = string(b)
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || d > 3660*24*time.Hour {
			return fmt.Errorf("%q is no time span: write 90s, 4h30m or 2d", b)
		}
		total += d
	}
	*s = Span(total)
	return nil
}

// Read reads a scenario and fills in what it leaves open. An error names line and field.
func Read(text string) (*Scenario, error) {
	s := &Scenario{}
	meta, err := toml.Decode(text, s)
	if err != nil {
		return nil, err
	}
	if left := meta.Undecoded(); len(left) > 0 {
		key := left[0].String()
		return nil, &mistake{line: unknownLine(text, key), field: key, err: errors.New("there is no such key")}
	}
	err = s.check()
	var m *mistake
	if errors.As(err, &m) {
		m.line = lineOf(lines(text), m.field)
	}
	return s, err
}

// skill is how the house knows it.
func (k Skill) skill() guichet.Skill {
	return guichet.Skill{ID: guichet.SkillID(k.Name), Name: k.Name, Criteria: k.Criteria, PreferBy: k.PreferBy, Fallback: k.Fallback,
		Timeout: int64(time.Duration(k.Timeout) / time.Second)}
}

// level is how the house knows it.
func (l *Level) level(zone string) guichet.SLA {
	out := guichet.SLA{First: int64(time.Duration(l.First) / time.Second), Resolution: int64(time.Duration(l.Resolution) / time.Second)}
	out.Calendar = guichet.Calendar{Zone: zone, Week: l.Week, Closed: l.Closed, AlwaysOn: len(l.Week) == 0}
	return out
}
