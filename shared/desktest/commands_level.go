package desktest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
)

func init() {
	for name, c := range map[string]command{"level": (*story).level, "clock": (*story).clock, "fact": (*story).fact, "apply": (*story).apply, "applied": (*story).applied} {
		commands[name] = c
	}
}

// level [channel=support] [first=4h] [next=2h] [resolution=18h] [pause=pending,escalated] [warn=50,80] [days=working] [hours=always] [urgent=10:first:30m] [mode=general|own]: what is not
// named stays.
func (s *story) level(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	o := options(args)
	level := cfg.Tenant.SLA
	ch := cfg.Channels[guichet.ChannelID(o["channel"])]
	if ch != nil && ch.SLA != nil {
		level = *ch.SLA
	}
	if err := setLevel(&level, o); err != nil {
		return err
	}
	if ch == nil {
		t := cfg.Tenant
		t.SLA = level
		return s.h.Store.SaveTenant(ctx, t)
	}
	own := *ch
	own.SLA, own.OwnSLA = &level, o["mode"] != "general"
	return s.h.Store.SaveChannel(ctx, own)
}

func setLevel(level *guichet.SLA, o map[string]string) (err error) {
	seconds := func(text string) int64 {
		d, e := time.ParseDuration(strings.Replace(text, "-", "0s", 1))
		if err == nil {
			err = e
		}
		return int64(d / time.Second)
	}
	for k, v := range o {
		switch k {
		case "first":
			level.First = seconds(v)
		case "next":
			level.Next = seconds(v)
		case "resolution":
			level.Resolution = seconds(v)
		case "pause":
			level.Pause = nil
			for _, w := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '-' }) {
				level.Pause = append(level.Pause, guichet.Status(w))
			}
		case "warn":
			level.Warn = nil
			for _, w := range strings.Split(v, ",") {
				n, e := strconv.Atoi(w)
				if level.Warn = append(level.Warn, n); e != nil {
					return e
				}
			}
		case "urgent":
			u := strings.Split(v, ":")
			n, e := strconv.Atoi(u[0])
			if level.Urgent = []guichet.Urgency{{From: n, First: seconds(u[2])}}; e != nil {
				return e
			}
		case "days":
			level.WorkingDays = v == "working"
		case "hours":
			level.Calendar = guichet.Calendar{AlwaysOn: true}
		case "channel", "mode":
		default:
			return fmt.Errorf("no setting %s", k)
		}
	}
	return err
}

// clock 1 next none|running|paused|met|late [due='2026-03-02 13:00'] [left=2h]: the state of a clock of case 1; late is missed and not met, times are UTC.
func (s *story) clock(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	k := map[string]guichet.Clock{"first": c.First, "next": c.Next, "resolution": c.Resolution}[args[1]]
	if got := stateOf(k); got != args[2] {
		return mismatch("clock "+args[1], got, args[2])
	}
	o := options(args[3:])
	if due := strings.Join(args[3:], " "); strings.HasPrefix(due, "due=") {
		if got := k.Due.Format("2006-01-02 15:04"); got != strings.TrimPrefix(due, "due=") {
			return mismatch("due", got, due)
		}
	}
	if left := o["left"]; left != "" && !sameDuration(time.Duration(k.Left).String(), left) {
		return mismatch("left", time.Duration(k.Left), left)
	}
	return nil
}

func stateOf(k guichet.Clock) string {
	switch {
	case k.Due.IsZero():
		return "none"
	case !k.Met.IsZero():
		return "met"
	case !k.Breached.IsZero():
		return "late"
	case !k.Paused.IsZero():
		return "paused"
	}
	return "running"
}

// fact 1 sla.warned first 2026-03-02 12:12: the newest fact of that kind and clock of case 1 is of that instant (UTC).
func (s *story) fact(ctx context.Context, args []string) error {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, args[0]), 0, 1000)
	if err != nil {
		return err
	}
	got := "none"
	for _, f := range all {
		if string(f.Kind) == args[1] && f.Detail["clock"] == args[2] {
			got = f.At.Format("2006-01-02 15:04")
		}
	}
	if want := strings.Join(args[3:], " "); got != want {
		return mismatch(args[1]+" "+args[2], got, want)
	}
	return nil
}

// apply by ana: the open cases get the service levels that are set now, in the sweeps that come.
func (s *story) apply(ctx context.Context, args []string) error {
	_, err := s.h.Desk.ApplyLevels(ctx, Tenant, guichet.AgentID(args[1]))
	return err
}

// applied by ana: that work is done.
func (s *story) applied(ctx context.Context, args []string) error {
	m, err := s.h.Desk.Applying(ctx, Tenant, guichet.AgentID(args[1]))
	if err == nil && m.Done.IsZero() {
		err = fmt.Errorf("not done: %+v", m)
	}
	return err
}
