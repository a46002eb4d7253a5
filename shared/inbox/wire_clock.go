package inbox

import (
	"time"

	"guichet/shared/guichet"
	"guichet/shared/sla"
)

// clockDTO is one service-level clock (A022): until the breach elapsed_ms + remaining_ms = target_ms, also while it stands still.
type clockDTO struct {
	Raw        int64   `json:"raw"` // seconds elapsed
	HasValue   bool    `json:"alreadyHasValue"`
	ElapsedMS  int64   `json:"elapsed_ms"`
	Remaining  int64   `json:"remaining_ms"`
	TargetMS   int64   `json:"target_ms"`
	WallMS     int64   `json:"wall_ms"` // by the clock on the wall, nights and standing still included
	Started    *string `json:"startedAt"`
	Due        *string `json:"due"` // null while it stands still
	MetAt      *string `json:"metAt"`
	Breached   bool    `json:"breached"`
	BreachedAt *string `json:"breachedAt"`
	Paused     bool    `json:"paused"`
	PausedAt   *string `json:"pausedAt"`
	Warned     int     `json:"warned_percent"` // the last warning that was told; 0: none
}

// wireClock returns nil for a clock that has no target.
func wireClock(k guichet.Clock, opened, now time.Time, s *sla.Schedule) *clockDTO {
	if k.Target <= 0 {
		return nil
	}
	elapsed, left := sla.Progress(k, opened, now, s)
	late := !k.Breached.IsZero() || k.Runs() && !now.Before(k.Due)
	at := k.Breached
	if late && at.IsZero() {
		at = k.Due
	}
	out := clockDTO{
		Raw: int64(elapsed / time.Second), HasValue: !k.Met.IsZero(), ElapsedMS: elapsed.Milliseconds(), Remaining: k.Target*1000 - min(elapsed.Milliseconds(), k.Target*1000),
		TargetMS: k.Target * 1000, WallMS: sla.Wall(k, opened, now).Milliseconds(), Started: timeOf(k.Since(opened)), Due: timeOf(k.Due), MetAt: timeOf(k.Met), Breached: late,
		BreachedAt: timeOf(at), Paused: !k.Paused.IsZero() && k.Met.IsZero(), Warned: k.Warned,
	}
	if left == 0 {
		out.Remaining = 0
	}
	if out.Paused {
		out.Due, out.PausedAt = nil, timeOf(k.Paused)
	}
	return &out
}

// setClocks shows the clocks of a case, and which due time is the nearest.
func (h *door) setClocks(c *call, out *caseDTO, k *guichet.Case) {
	s, now := h.schedule(c.cfg, c.cfg.Channels[k.Channel]), h.d.Now()
	out.First, out.NextResponse, out.Solution = wireClock(k.First, k.Opened, now, s), wireClock(k.Next, k.Opened, now, s), wireClock(k.Resolution, k.Opened, now, s)
	if k.Status.Live() && k.Merged == "" {
		out.NextDue = timeOf(k.NextDue())
	}
}

// slaDTO is what an agent sees of the service level when he begins to write (A023).
type slaDTO struct {
	At      *string        `json:"at"`
	Clocks  []namedClock   `json:"clocks"` // those with a target, in the order in which they are shown
	NextDue *string        `json:"nextDue"`
	Next    string         `json:"nextClock"` // the name of the clock that is due next; empty: none runs
	Rights  permissionDTO  `json:"rolePermissions"`
	Channel channelDTO     `json:"channel"`
	Status  guichet.Status `json:"status"`
}

type namedClock struct {
	Name string `json:"clock"` // "first", "next", "resolution"
	clockDTO
}

// compose gives what an agent needs who clicks into the reply field: the clocks as they are at this moment, whatever the list showed before.
func (h *door) compose(c *call) (any, error) {
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	var k caseDTO
	h.setClocks(c, &k, s.Case)
	out := slaDTO{At: timeOf(h.d.Now()), Clocks: []namedClock{}, NextDue: k.NextDue, Channel: wireChannel(s.Channel), Status: s.Case.Status,
		Rights: wirePermissions(func(p guichet.Permission) bool { return s.Role.May(p, s.Channel.ID) })}
	for i, clock := range []*clockDTO{k.First, k.NextResponse, k.Solution} {
		if clock == nil {
			continue
		}
		out.Clocks = append(out.Clocks, namedClock{sla.Names[i], *clock})
		if k.NextDue != nil && clock.Due != nil && *clock.Due == *k.NextDue && !clock.HasValue && !clock.Breached {
			out.Next = sla.Names[i]
		}
	}
	return out, nil
}
