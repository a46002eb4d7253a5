package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// Level returns the service level of a channel: its own, or the general one (A124), with the calendar that it uses filled in. A nil channel has the general one.
func (c *Config) Level(ch *guichet.Channel) guichet.SLA {
	if ch == nil {
		ch = &guichet.Channel{}
	}
	return c.WithCalendar(ch.ServiceLevel(&c.Tenant))
}

// LevelOf returns the service level of a case: its channel's own; else the general one, with the default targets of its skill where that has some (A116).
func (c *Config) LevelOf(k *guichet.Case) guichet.SLA {
	ch := c.Channels[k.Channel]
	level := c.Level(ch)
	s := c.Skills[k.Skill]
	if s == nil || s.SLA == nil || ch != nil && ch.OwnSLA && ch.SLA != nil {
		return level
	}
	if s.SLA.First > 0 {
		level.First = s.SLA.First
	}
	if s.SLA.Resolution > 0 {
		level.Resolution = s.SLA.Resolution
	}
	return level
}

// WithCalendar returns a service level with the hours of the calendar that it names. A name that is not there leaves it without hours: its clocks do not run.
func (c *Config) WithCalendar(level guichet.SLA) guichet.SLA {
	if level.Uses == "" {
		return level
	}
	level.Calendar = guichet.Calendar{}
	if h := c.Hours[level.Uses]; h != nil {
		level.Calendar = h.Calendar
	}
	return level
}

// UsersOf lists where a calendar is used: "general", and the ids of channels, also of those whose own service level is switched off just now.
func (c *Config) UsersOf(id guichet.CalendarID) []string {
	var out []string
	if c.Tenant.SLA.Uses == id {
		out = append(out, "general")
	}
	for _, ch := range slices.Sorted(maps.Keys(c.Channels)) {
		if own := c.Channels[ch].SLA; own != nil && own.Uses == id && !c.Channels[ch].Deleted {
			out = append(out, string(ch))
		}
	}
	return out
}

// SaveHours creates (Version 0) or replaces a calendar.
func (s *Store) SaveHours(ctx context.Context, t guichet.TenantID, h guichet.Hours) error {
	return s.saveConfig(ctx, t, "calendar#"+string(h.ID), h.Version, h)
}

// HoursID makes the id of a calendar of its name: what of it is a-z, 0-9 or "-", at most 40 of them.
func HoursID(name string) guichet.CalendarID {
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '_' || r == '.':
			return '-'
		}
		return -1
	}, strings.ToLower(name))
	id = strings.Trim(id[:min(len(id), 40)], "-")
	return guichet.CalendarID(id)
}
