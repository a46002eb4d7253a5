package inbox

import (
	"fmt"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// The shapes of service levels and calendars.

// targetDTO is a target in days, hours and minutes of business time (A126); hours are 0 to 23 and minutes and seconds 0 to 59, so that days stay days.
type targetDTO struct {
	D int64 `json:"d"`
	H int64 `json:"h"`
	M int64 `json:"m"`
	S int64 `json:"s,omitempty"`
}

func wireTarget(seconds int64) *targetDTO {
	if seconds <= 0 {
		return nil
	}
	return &targetDTO{seconds / 86400, seconds % 86400 / 3600, seconds % 3600 / 60, seconds % 60}
}

// maxDaysOfTarget bounds d.
const maxDaysOfTarget = 3660

// seconds reads a target; nil is none. Errors name the part.
func (t *targetDTO) seconds(field string) (int64, error) {
	if t == nil {
		return 0, nil
	}
	for _, p := range []struct {
		name   string
		n, max int64
	}{{"d", t.D, maxDaysOfTarget}, {"h", t.H, 23}, {"m", t.M, 59}, {"s", t.S, 59}} {
		if p.n < 0 || p.n > p.max {
			return 0, guichet.Wrongf(field+"."+p.name, "%s.%s is a whole number from 0 to %d, not %d", field, p.name, p.max, p.n)
		}
	}
	return t.D*86400 + t.H*3600 + t.M*60 + t.S, nil
}

type levelDTO struct {
	First      *targetDTO   `json:"first"` // null: none
	Next       *targetDTO   `json:"next"`
	Resolution *targetDTO   `json:"resolution"`
	Urgent     []urgencyDTO `json:"urgent"`
	Day        string       `json:"day"` // "24h", or "working": a working day of the calendar
	Pause      []string     `json:"pause"`
	Warn       []int        `json:"warn"`
	CalendarID string       `json:"calendarId"`
	Calendar   *calendarDTO `json:"calendar"` // hours of its own, where calendarId is empty
	Workday    *int64       `json:"workday_ms,omitempty"`
	Version    int64        `json:"version,omitempty"` // of a change: the one that was changed
}

type urgencyDTO struct {
	From       int        `json:"from"`
	First      *targetDTO `json:"first"`
	Next       *targetDTO `json:"next"`
	Resolution *targetDTO `json:"resolution"`
}

func wireLevel(cfg *store.Config, l guichet.SLA) *levelDTO {
	out := &levelDTO{
		First: wireTarget(l.First), Next: wireTarget(l.Next), Resolution: wireTarget(l.Resolution), Urgent: []urgencyDTO{}, Day: "24h", Pause: []string{},
		Warn: append([]int{}, l.Warn...), CalendarID: string(l.Uses),
	}
	if l.WorkingDays {
		out.Day = "working"
	}
	for _, s := range l.Pause {
		out.Pause = append(out.Pause, string(s))
	}
	for _, u := range l.Urgent {
		out.Urgent = append(out.Urgent, urgencyDTO{u.From, wireTarget(u.First), wireTarget(u.Next), wireTarget(u.Resolution)})
	}
	if l.Uses == "" && (l.Calendar.Zone != "" || l.Calendar.AlwaysOn) {
		c := wireCalendar(l.Calendar)
		out.Calendar = &c
	}
	if s, err := sla.Compile(cfg.WithCalendar(l).Calendar); err == nil && s.Workday() > 0 {
		ms := s.Workday() * 1000
		out.Workday = &ms
	}
	return out
}

// level reads a service level. Errors name the field.
func (in *levelDTO) level() (out guichet.SLA, err error) {
	read := func(t *targetDTO, field string, into *int64) {
		if err == nil {
			*into, err = t.seconds(field)
		}
	}
	read(in.First, "first", &out.First)
	read(in.Next, "next", &out.Next)
	read(in.Resolution, "resolution", &out.Resolution)
	for i, u := range in.Urgent {
		row := guichet.Urgency{From: u.From}
		field := fmt.Sprintf("urgent[%d].", i)
		read(u.First, field+"first", &row.First)
		read(u.Next, field+"next", &row.Next)
		read(u.Resolution, field+"resolution", &row.Resolution)
		out.Urgent = append(out.Urgent, row)
	}
	switch in.Day {
	case "", "24h":
	case "working":
		out.WorkingDays = true
	default:
		return out, guichet.Wrongf("day", "day is 24h or working, not %.20q", in.Day)
	}
	for _, s := range in.Pause {
		out.Pause = append(out.Pause, guichet.Status(s))
	}
	out.Warn, out.Uses = in.Warn, guichet.CalendarID(in.CalendarID)
	if in.CalendarID == "" && in.Calendar != nil {
		out.Calendar = in.Calendar.calendar()
	}
	return out, err
}

type calendarDTO struct {
	Zone     string              `json:"zone"`
	Week     map[string][]string `json:"week"`
	Closed   []string            `json:"closed"`
	Holidays []string            `json:"holidays"`
	Special  map[string][]string `json:"special"`
	Always   bool                `json:"always"`
}

func wireCalendar(c guichet.Calendar) calendarDTO {
	out := calendarDTO{c.Zone, c.Week, append([]string{}, c.Closed...), append([]string{}, c.Holidays...), c.Special, c.AlwaysOn}
	if out.Week == nil {
		out.Week = map[string][]string{}
	}
	if out.Special == nil {
		out.Special = map[string][]string{}
	}
	return out
}

func (in calendarDTO) calendar() guichet.Calendar {
	return guichet.Calendar{Zone: in.Zone, Week: in.Week, Closed: in.Closed, Holidays: in.Holidays, Special: in.Special, AlwaysOn: in.Always}
}

type hoursDTO struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Calendar calendarDTO `json:"calendar"`
	Workday  int64       `json:"workday_ms"` // what a working day of a target is
	UsedBy   []string    `json:"usedBy"`     // "general", and ids of channels
	Version  int64       `json:"version"`
	Left     string      `json:"left,omitempty"` // what of an iCalendar file could not be read
	Feed     *feedDTO    `json:"feed,omitempty"` // where its holidays come from by themselves; of one calendar alone, not in lists
}

// feedDTO is a feed and how it went: failed and reason are of the tries since it was read last.
type feedDTO struct {
	URL    string  `json:"url"`
	By     string  `json:"by"`
	Read   *string `json:"readAt"` // null: never yet
	Tried  *string `json:"triedAt"`
	Next   *string `json:"nextAt"`
	Failed int     `json:"failed"`
	Reason string  `json:"reason,omitempty"`
	Left   string  `json:"left,omitempty"`
}

func wireFeed(f guichet.Feed) *feedDTO {
	if f.URL == "" {
		return nil
	}
	return &feedDTO{f.URL, string(f.By), timeOf(f.Read), timeOf(f.Tried), timeOf(f.Next), f.Fails, f.Reason, f.Left}
}

func wireHours(cfg *store.Config, h guichet.Hours) hoursDTO {
	out := hoursDTO{ID: string(h.ID), Name: h.Name, Calendar: wireCalendar(h.Calendar), UsedBy: append([]string{}, cfg.UsersOf(h.ID)...), Version: h.Version}
	if s, err := sla.Compile(h.Calendar); err == nil {
		out.Workday = s.Workday() * 1000
	}
	return out
}

type levelsDTO struct {
	Zones     string            `json:"timeZoneRelease"`
	General   *levelDTO         `json:"general"`
	Version   int64             `json:"version"`
	Channels  []channelLevelDTO `json:"channels"`
	Calendars []hoursDTO        `json:"calendars"`
	Applying  *movingDTO        `json:"applying"`
}

type channelLevelDTO struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Mode    string    `json:"sla_mode"` // "general" or "own" (A124)
	Own     *levelDTO `json:"own"`      // kept while the mode is general; null: it never had one
	Version int64     `json:"version"`
}

func wireChannelLevel(cfg *store.Config, ch *guichet.Channel) channelLevelDTO {
	out := channelLevelDTO{ID: string(ch.ID), Name: ch.Name, Mode: "general", Version: ch.Version}
	if ch.OwnSLA && ch.SLA != nil {
		out.Mode = "own"
	}
	if ch.SLA != nil {
		out.Own = wireLevel(cfg, *ch.SLA)
	}
	return out
}

type movingDTO struct {
	By     string  `json:"by"`
	Began  *string `json:"beganAt"`
	Done   *string `json:"doneAt"`
	Seen   int     `json:"seen"`
	Open   int     `json:"open"`
	Moved  int     `json:"moved"`
	Failed int     `json:"failed"`
	Reason string  `json:"reason,omitempty"`
}

func wireMoving(m store.Moving) *movingDTO {
	if m.Began.IsZero() {
		return nil
	}
	return &movingDTO{string(m.By), timeOf(m.Began), timeOf(m.Done), m.Seen, m.Open, m.Moved, m.Failed, m.Reason}
}

type levelPreviewDTO struct {
	Now      *string      `json:"openedAt"`
	Promises []promiseDTO `json:"promises"`
	Looked   int          `json:"looked"`
	All      bool         `json:"all"` // there are no more cases than were looked at
	Open     int          `json:"open"`
	Moved    int          `json:"moved"`
	Moves    []moveDTO    `json:"moves"`
}

type promiseDTO struct {
	Channel  string  `json:"channelId"`
	Clock    string  `json:"clock"`
	Priority int     `json:"priority"`
	Target   int64   `json:"target_ms"`
	Due      *string `json:"due"` // null: the calendar never gets there
}

type moveDTO struct {
	Case  string  `json:"contactId"`
	Clock string  `json:"clock"`
	Was   *string `json:"was"`
	Due   *string `json:"due"` // null: no more
}

func wireLevelPreview(p desk.LevelPreview, now time.Time) levelPreviewDTO {
	out := levelPreviewDTO{Now: timeOf(now), Promises: []promiseDTO{}, Looked: p.Looked, All: p.All, Open: p.Open, Moved: p.Moved, Moves: []moveDTO{}}
	for _, q := range p.Promises {
		out.Promises = append(out.Promises, promiseDTO{string(q.Channel), q.Clock, q.Priority, q.Target * 1000, timeOf(q.Due)})
	}
	for _, m := range p.Moves {
		out.Moves = append(out.Moves, moveDTO{string(m.Case), m.Clock, timeOf(m.From.Due), timeOf(m.To.Due)})
	}
	return out
}
