package desk

import (
	"context"
	"maps"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// LevelChange is a change of service levels or calendars, to be saved or looked at before. The zero value changes nothing.
type LevelChange struct {
	Channel guichet.ChannelID // whose own level it is; empty: the general one
	Level   *guichet.SLA      // nil: it stays as it is
	Own     *bool             // the channel has its own, or the general one; nil: as it is. Its own is kept when it is switched off (A124)
	Hours   *guichet.Hours    // a calendar, new or changed
	Version int64             // of the tenant or channel that was changed; 0: whatever stands
}

// changed returns the configuration as the change would make it. Errors are Invalid and name the field, NotFound, or Conflict.
func (ch LevelChange) changed(cfg *store.Config) (*store.Config, error) {
	out := *cfg
	if ch.Hours != nil {
		out.Hours = maps.Clone(cfg.Hours)
		out.Hours[ch.Hours.ID] = ch.Hours
	}
	if ch.Channel == "" {
		if ch.Level != nil {
			out.Tenant.SLA = *ch.Level
		}
		return &out, ch.check(&out, cfg.Tenant.Version)
	}
	was := cfg.Channels[ch.Channel]
	if was == nil || was.Deleted {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	now := *was
	if ch.Level != nil {
		now.SLA = ch.Level
	}
	if ch.Own != nil {
		if now.OwnSLA = *ch.Own; now.OwnSLA && now.SLA == nil {
			return nil, guichet.Wrongf("own", "a channel with a service level of its own needs one: say its targets and its calendar")
		}
	}
	out.Channels = maps.Clone(cfg.Channels)
	out.Channels[ch.Channel] = &now
	return &out, ch.check(&out, was.Version)
}

func (ch LevelChange) check(cfg *store.Config, version int64) error {
	if err := stale(ch.Version, version); err != nil {
		return err
	}
	if ch.Hours != nil {
		if _, err := sla.Compile(ch.Hours.Calendar); err != nil {
			return err
		}
	}
	if ch.Level == nil {
		return nil
	}
	if h := cfg.Hours[ch.Level.Uses]; ch.Level.Uses != "" && (h == nil || h.Deleted) {
		return guichet.Wrongf("calendarId", "there is no calendar %.40q", ch.Level.Uses)
	}
	if _, err := sla.Ready(cfg.WithCalendar(*ch.Level)); err != nil {
		return err
	}
	targets := ch.Level.First + ch.Level.Next + ch.Level.Resolution
	if c := ch.Level.Calendar; targets > 0 && ch.Level.Uses == "" && !c.AlwaysOn && c.Zone == "" {
		return guichet.Wrongf("calendarId", "targets need a calendar: choose one")
	}
	return nil
}

// SetLevel saves the general service level, or a channel's own and which of the two it has. Cases that are open keep what they were promised, see ApplyLevels.
func (d *Desk) SetLevel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch LevelChange) (*store.Config, error) {
	var out *store.Config
	err := d.tryAgain(ctx, ch.Version, func() error {
		cfg, err := d.mayChange(ctx, t, who, ch)
		if err != nil {
			return err
		}
		if out, err = ch.changed(cfg); err != nil {
			return err
		}
		if ch.Channel == "" {
			return d.Store.SaveTenant(ctx, out.Tenant)
		}
		return d.Store.SaveChannelBy(ctx, *out.Channels[ch.Channel], string(who))
	})
	if err != nil {
		return nil, err
	}
	return d.Store.FreshConfig(ctx, t)
}

func (d *Desk) mayChange(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch LevelChange) (*store.Config, error) {
	if ch.Channel != "" {
		return d.Configures(ctx, t, who, ch.Channel)
	}
	return d.Configures(ctx, t, who, Whole)
}

// LevelPreview says what a change of service levels would do.
type LevelPreview struct {
	Promises []Promise // to a case that is opened now
	Looked   int       // cases looked at, the newest
	All      bool      // there are no more
	Open     int       // of them open
	Moved    int       // of the open ones moved, if the change is applied to them
	Moves    []sla.Moved
}

// Promise is when a clock of a case that is opened now would be due.
type Promise struct {
	Channel  guichet.ChannelID // empty: where the general service level holds
	Clock    string
	Priority int
	Target   int64 // seconds of business time
	Due      time.Time
}

// How much a preview looks at, and shows.
const (
	previewCases = 5000
	previewMoves = 20
)

// PreviewLevel says, without writing, what a change would promise to new cases, and which open ones it would move if it were applied to them. Errors are those of
// SetLevel.
func (d *Desk) PreviewLevel(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch LevelChange) (LevelPreview, error) {
	cfg, err := d.mayChange(ctx, t, who, ch)
	if err != nil {
		return LevelPreview{}, err
	}
	next, err := ch.changed(cfg)
	if err != nil {
		return LevelPreview{}, err
	}
	p := LevelPreview{Promises: d.promises(next, ch)}
	for cursor := ""; p.Looked < previewCases; {
		list, more, err := d.Store.Recent(ctx, t, 100, cursor)
		if err != nil {
			return p, err
		}
		for _, c := range list {
			d.wouldMove(next, c, &p)
		}
		if cursor = more; more == "" {
			p.All = true
			break
		}
	}
	return p, nil
}

func (d *Desk) wouldMove(next *store.Config, c *guichet.Case, p *LevelPreview) {
	p.Looked++
	if !c.Status.Live() || c.Merged != "" {
		return
	}
	p.Open++
	moves := sla.Moves(c, d.level(next.LevelOf(c)), d.Now())
	if len(moves) == 0 {
		return
	}
	p.Moved++
	if room := previewMoves - len(p.Moves); room > 0 {
		p.Moves = append(p.Moves, moves[:min(room, len(moves))]...)
	}
}

// promises lists what is promised to a case of now, by clock and priority, where the change is.
func (d *Desk) promises(next *store.Config, ch LevelChange) []Promise {
	of := []guichet.ChannelID{ch.Channel}
	if ch.Hours != nil && ch.Level == nil { // of a calendar: wherever it is used
		of = nil
		for _, user := range next.UsersOf(ch.Hours.ID) {
			if user == "general" {
				user = ""
			}
			of = append(of, guichet.ChannelID(user))
		}
	}
	var out []Promise
	for _, id := range of {
		level := next.WithCalendar(next.Tenant.SLA)
		if id != "" {
			level = next.Level(next.Channels[id])
		}
		l := d.level(level)
		for _, clock := range sla.Names {
			for _, priority := range append([]int{0}, froms(level.Urgent)...) {
				if goal := l.Goal(clock, priority); goal > 0 {
					out = append(out, Promise{id, clock, priority, goal, l.Due(d.Now(), time.Duration(goal)*time.Second)})
				}
			}
		}
	}
	return out
}

func froms(all []guichet.Urgency) []int {
	var out []int
	for _, u := range all {
		out = append(out, u.From)
	}
	return out
}
