package desk

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// maxOddDays bounds a calendar: the settings of a tenant are read whole.
const maxOddDays = 3000

// SaveHours creates a calendar (no id) or changes one; h.Version is the one that was changed, 0: whatever stands. Service levels that use it follow at once, for new
// cases; open ones keep what they were promised, see ApplyLevels. Errors: Denied; Invalid names the day and the interval; Exists for a name that is taken.
func (d *Desk) SaveHours(ctx context.Context, t guichet.TenantID, who guichet.AgentID, h guichet.Hours) (guichet.Hours, error) {
	h.Name = strings.TrimSpace(h.Name)
	if n := len([]rune(h.Name)); n < 1 || n > 60 {
		return h, guichet.Wrongf("name", "a calendar needs a name of 1 to 60 characters")
	}
	if _, err := sla.Compile(h.Calendar); err != nil {
		return h, err
	}
	if n := len(h.Calendar.Closed) + len(h.Calendar.Holidays) + len(h.Calendar.Special); n > maxOddDays {
		return h, guichet.Wrongf("calendar.closed", "a calendar has at most %d closed days, holidays and special days, not %d", maxOddDays, n)
	}
	fresh := h.ID == ""
	err := d.tryAgain(ctx, h.Version, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if fresh {
			h.ID = store.HoursID(h.Name)
		}
		was := cfg.Hours[h.ID]
		switch {
		case h.ID == "":
			return guichet.Wrongf("name", "a calendar's name needs some of a-z and 0-9: links are made of it")
		case fresh && was != nil && !was.Deleted && reflect.DeepEqual(was.Calendar, h.Calendar):
			return nil // made by the call before, whose answer was lost
		case fresh && was != nil && !was.Deleted:
			return guichet.Wrongf("name", "there is a calendar of that name: %.60q", was.Name)
		case !fresh && (was == nil || was.Deleted):
			return guichet.Errorf(guichet.NotFound, "calendar")
		}
		now := h
		if now.Version = 0; was != nil {
			if err := stale(h.Version, was.Version); err != nil && !fresh {
				return err
			}
			now.Version = was.Version
		}
		if err := stillReady(cfg, now); err != nil {
			return err
		}
		return d.Store.SaveHours(ctx, t, now)
	})
	if err != nil {
		return h, err
	}
	return d.hoursOf(ctx, t, h.ID)
}

// stillReady reports nil if the service levels that use a calendar can be kept with it: those in working days need some.
func stillReady(cfg *store.Config, h guichet.Hours) error {
	for _, user := range cfg.UsersOf(h.ID) {
		level := cfg.Tenant.SLA
		if user != "general" {
			level = *cfg.Channels[guichet.ChannelID(user)].SLA
		}
		level.Calendar = h.Calendar
		if _, err := sla.Ready(level); err != nil {
			return guichet.Wrongf("calendar.week", "the service level of %s is in working days: the week needs hours", user)
		}
	}
	return nil
}

func (d *Desk) hoursOf(ctx context.Context, t guichet.TenantID, id guichet.CalendarID) (guichet.Hours, error) {
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return guichet.Hours{}, err
	}
	h := cfg.Hours[id]
	if h == nil || h.Deleted {
		return guichet.Hours{}, guichet.Errorf(guichet.NotFound, "calendar")
	}
	return *h, nil
}

// DeleteHours takes a calendar away. One that a service level uses, also one that is switched off just now, stays: Conflict says where.
func (d *Desk) DeleteHours(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CalendarID) error {
	return again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		h := cfg.Hours[id]
		if h == nil || h.Deleted {
			return guichet.Errorf(guichet.NotFound, "calendar")
		}
		if used := cfg.UsersOf(id); len(used) > 0 {
			return &guichet.Error{Kind: guichet.Permanent, Field: "calendarId", Text: "the calendar is used by " + strings.Join(used, ", ") + ": choose another one there first"}
		}
		gone := *h
		gone.Deleted = true
		return d.Store.SaveHours(ctx, t, gone)
	})
}

// SetHolidays replaces the holidays of a calendar by the all-day events of an iCalendar file. What of it cannot be read is left out and said in the second result.
// Errors: Denied; NotFound; Invalid for what is no such file.
func (d *Desk) SetHolidays(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CalendarID, ics []byte) (guichet.Hours, string, error) {
	days, bad := sla.Holidays(ics)
	if bad != nil && len(days) == 0 {
		return guichet.Hours{}, "", bad
	}
	if len(days) > maxOddDays {
		return guichet.Hours{}, "", guichet.Wrongf("ics", "the file has %d days; a calendar has at most %d", len(days), maxOddDays)
	}
	left := ""
	if bad != nil {
		left = bad.Error()
	}
	err := again(ctx, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if _, err := d.Store.Feed(ctx, t, id); err == nil {
			return guichet.Wrongf("ics", "the holidays of this calendar come from a feed: take that away first")
		} else if !guichet.Is(err, guichet.NotFound) {
			return err
		}
		return d.closeOn(ctx, cfg, t, id, days)
	})
	if err != nil {
		return guichet.Hours{}, "", err
	}
	h, err := d.hoursOf(ctx, t, id)
	return h, left, err
}

// closeOn gives a calendar its holidays; where it has them, nothing is written.
func (d *Desk) closeOn(ctx context.Context, cfg *store.Config, t guichet.TenantID, id guichet.CalendarID, days []string) error {
	h := cfg.Hours[id]
	switch {
	case h == nil || h.Deleted:
		return guichet.Errorf(guichet.NotFound, "calendar")
	case slices.Equal(h.Calendar.Holidays, days):
		return nil
	case len(h.Calendar.Closed)+len(days)+len(h.Calendar.Special) > maxOddDays:
		return guichet.Wrongf("ics", "a calendar has at most %d closed days, holidays and special days; with the %d of this file it has more", maxOddDays, len(days))
	}
	now := *h
	now.Calendar.Holidays = days
	if _, err := sla.Compile(now.Calendar); err != nil {
		return err
	}
	return d.Store.SaveHours(ctx, t, now)
}
