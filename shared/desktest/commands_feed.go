package desktest

import (
	"context"
	"strings"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

func init() {
	for name, c := range map[string]command{"calendar": (*story).calendar, "days": (*story).days, "feed": (*story).feed, "holidays": (*story).holidays} {
		commands[name] = c
	}
}

// daysOf is the world where feeds are read.
type daysOf struct {
	channel.Feed
	w *World
}

// Fetch answers with the days that the world publishes.
func (d daysOf) Fetch(_ context.Context, _, tag string) ([]byte, string, error) {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	if d.w.Days == "down" {
		return nil, "", guichet.Errorf(guichet.Temporary, "the server of the feed answered 503")
	}
	if tag == d.w.Days {
		return nil, tag, nil
	}
	text := "BEGIN:VCALENDAR\r\n"
	for _, day := range strings.Split(d.w.Days, ",") {
		text += "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" + strings.ReplaceAll(day, "-", "") + "\r\nEND:VEVENT\r\n"
	}
	return []byte(text + "END:VCALENDAR\r\n"), d.w.Days, nil
}

// calendar office: a calendar of weekdays 09:00-18:00 in Paris, which the general service level uses.
func (s *story) calendar(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	h := guichet.Hours{ID: guichet.CalendarID(args[0]), Name: args[0], Calendar: cfg.Tenant.SLA.Calendar}
	if err := s.h.Store.SaveHours(ctx, Tenant, h); err != nil {
		return err
	}
	t := cfg.Tenant
	t.SLA.Uses, t.SLA.Calendar = h.ID, guichet.Calendar{}
	return s.h.Store.SaveTenant(ctx, t)
}

// days 2026-03-03,2026-03-04: what the authority publishes at its address; days down: nothing.
func (s *story) days(_ context.Context, args []string) error {
	s.h.World.mu.Lock()
	defer s.h.World.mu.Unlock()
	s.h.World.Days = args[0]
	return nil
}

// feed office https://days.example/fr.ics by ana; feed office none by ana takes it away.
func (s *story) feed(ctx context.Context, args []string) error {
	id, who := guichet.CalendarID(args[0]), guichet.AgentID(args[3])
	if args[1] == "none" {
		return s.h.Desk.DropFeed(ctx, Tenant, who, id)
	}
	_, err := s.h.Desk.SetFeed(ctx, Tenant, who, id, args[1])
	return err
}

// holidays office 2026-03-03,2026-03-04 fails=0: what the calendar has of its feed, and how often that failed since it was read last.
func (s *story) holidays(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	id := guichet.CalendarID(args[0])
	if got := strings.Join(cfg.Hours[id].Calendar.Holidays, ","); got != args[1] {
		return mismatch("holidays", got, args[1])
	}
	f, err := s.h.Store.Feed(ctx, Tenant, id)
	if guichet.Is(err, guichet.NotFound) {
		err = nil
	}
	if want := options(args[2:])["fails"]; err == nil && want != "" && (f.Fails == 0) != (want == "0") {
		return mismatch("fails", f.Fails, want)
	}
	return err
}
