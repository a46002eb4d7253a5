package inbox

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// levelRoutes lists the API of service levels and calendars.
func (h *door) levelRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/service-levels":               h.levels,
		"PUT /guichet/service-levels/general":       h.setGeneral,
		"PUT /guichet/service-levels/channels/{ch}": h.setOwn,
		"POST /guichet/service-levels/preview":      h.previewLevel,
		"GET /guichet/service-levels/open-cases":    h.applying,
		"POST /guichet/service-levels/open-cases":   h.applyLevels,
		"GET /guichet/calendars":                    h.calendarList,
		"POST /guichet/calendars":                   h.newCalendar,
		"GET /guichet/calendars/{id}":               h.calendar,
		"PUT /guichet/calendars/{id}":               h.setCalendar,
		"DELETE /guichet/calendars/{id}":            h.deleteCalendar,
		"POST /guichet/calendars/{id}/holidays":     h.setHolidays,
		"PUT /guichet/calendars/{id}/feed":          h.setFeed,
		"DELETE /guichet/calendars/{id}/feed":       h.dropFeed,
		"GET /guichet/contacts/{n}/compose":         h.compose,
	}
}

// levels shows all service levels to who may configure.
func (h *door) levels(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	m, err := h.d.Applying(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return wireLevels(cfg, m), nil
}

func wireLevels(cfg *store.Config, m store.Moving) levelsDTO {
	out := levelsDTO{Zones: sla.ZoneVersion, General: wireLevel(cfg, cfg.Tenant.SLA), Version: cfg.Tenant.Version, Channels: []channelLevelDTO{}, Calendars: []hoursDTO{}, Applying: wireMoving(m)}
	for _, id := range slices.Sorted(maps.Keys(cfg.Channels)) {
		if ch := cfg.Channels[id]; !ch.Deleted {
			out.Channels = append(out.Channels, wireChannelLevel(cfg, ch))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(cfg.Hours)) {
		if k := cfg.Hours[id]; !k.Deleted {
			out.Calendars = append(out.Calendars, wireHours(cfg, *k))
		}
	}
	return out
}

func (h *door) setGeneral(c *call) (any, error) {
	var in levelDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	level, err := in.level()
	if err != nil {
		return nil, err
	}
	return h.saved(c, desk.LevelChange{Level: &level, Version: in.Version})
}

func (h *door) saved(c *call, ch desk.LevelChange) (any, error) {
	cfg, err := h.d.SetLevel(c.Context(), c.t, c.me.ID, ch)
	if err != nil {
		return nil, err
	}
	return wireLevels(cfg, store.Moving{}), nil
}

// ownIn is a change of what a channel has: which of the two, and its own, which stays as it is where it is not said.
type ownIn struct {
	Mode    string    `json:"sla_mode"`
	Own     *levelDTO `json:"own"`
	Version int64     `json:"version"`
}

func (in ownIn) change(ch guichet.ChannelID) (desk.LevelChange, error) {
	out := desk.LevelChange{Channel: ch, Version: in.Version}
	switch in.Mode {
	case "":
	case "general", "own":
		own := in.Mode == "own"
		out.Own = &own
	default:
		return out, guichet.Wrongf("sla_mode", "sla_mode is general or own, not %.20q", in.Mode)
	}
	if in.Own == nil {
		return out, nil
	}
	level, err := in.Own.level()
	out.Level = &level
	return out, within("own", err)
}

// within names the field of an Invalid error as a part of another.
func within(field string, err error) error {
	var e *guichet.Error
	if !errors.As(err, &e) || e.Kind != guichet.Invalid {
		return err
	}
	out := *e
	out.Field = field + "." + e.Field
	return &out
}

func (h *door) setOwn(c *call) (any, error) {
	var in ownIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ch, err := in.change(guichet.ChannelID(c.PathValue("ch")))
	if err != nil {
		return nil, err
	}
	out, err := h.saved(c, ch)
	if in.Own != nil {
		err = within("own", err)
	}
	return out, err
}

// previewLevel says what a change would do, before it is made.
func (h *door) previewLevel(c *call) (any, error) {
	var in struct {
		Channel  string    `json:"channelId"`
		General  *levelDTO `json:"general"`
		Calendar *hoursDTO `json:"calendar"`
		Mode     string    `json:"sla_mode"`
		Own      *levelDTO `json:"own"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ch, err := ownIn{Mode: in.Mode, Own: in.Own}.change(guichet.ChannelID(in.Channel))
	if err != nil {
		return nil, err
	}
	if in.General != nil && in.Channel == "" {
		level, err := in.General.level()
		if err != nil {
			return nil, within("general", err)
		}
		ch.Level = &level
	}
	if in.Calendar != nil {
		ch.Hours = &guichet.Hours{ID: guichet.CalendarID(in.Calendar.ID), Name: in.Calendar.Name, Calendar: in.Calendar.Calendar.calendar()}
	}
	p, err := h.d.PreviewLevel(c.Context(), c.t, c.me.ID, ch)
	switch {
	case err != nil && in.Own != nil:
		return nil, within("own", err)
	case err != nil:
		return nil, err
	}
	return wireLevelPreview(p, h.d.Now()), nil
}

func (h *door) applyLevels(c *call) (any, error) {
	m, err := h.d.ApplyLevels(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return wireMoving(m), nil
}

func (h *door) applying(c *call) (any, error) {
	m, err := h.d.Applying(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return struct {
		Applying *movingDTO `json:"applying"`
	}{wireMoving(m)}, nil
}

func (h *door) calendarList(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	return wireLevels(cfg, store.Moving{}).Calendars, nil
}

func (h *door) calendar(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	k := cfg.Hours[guichet.CalendarID(c.PathValue("id"))]
	if k == nil || k.Deleted {
		return nil, guichet.Errorf(guichet.NotFound, "calendar")
	}
	out := wireHours(cfg, *k)
	f, err := h.d.Feed(c.Context(), c.t, c.me.ID, k.ID)
	out.Feed = wireFeed(f)
	return out, err
}

// setFeed says where the holidays come from by themselves.
func (h *door) setFeed(c *call) (any, error) {
	var in struct {
		URL string `json:"url"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if _, err := h.d.SetFeed(c.Context(), c.t, c.me.ID, guichet.CalendarID(c.PathValue("id")), in.URL); err != nil {
		return nil, err
	}
	return h.calendar(c)
}

func (h *door) dropFeed(c *call) (any, error) {
	return nil, h.d.DropFeed(c.Context(), c.t, c.me.ID, guichet.CalendarID(c.PathValue("id")))
}

func (h *door) newCalendar(c *call) (any, error) {
	out, err := h.saveCalendar(c, "")
	if err != nil {
		return nil, err
	}
	return created{out}, nil
}

func (h *door) setCalendar(c *call) (any, error) {
	return h.saveCalendar(c, guichet.CalendarID(c.PathValue("id")))
}

func (h *door) saveCalendar(c *call, id guichet.CalendarID) (any, error) {
	var in hoursDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	k, err := h.d.SaveHours(c.Context(), c.t, c.me.ID, guichet.Hours{ID: id, Name: in.Name, Calendar: in.Calendar.calendar(), Version: in.Version})
	if err != nil {
		return nil, err
	}
	return h.wireSaved(c, k, "")
}

func (h *door) wireSaved(c *call, k guichet.Hours, left string) (any, error) {
	cfg, err := h.d.Store.Config(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	out := wireHours(cfg, k)
	out.Left = left
	return out, nil
}

func (h *door) deleteCalendar(c *call) (any, error) {
	return nil, h.d.DeleteHours(c.Context(), c.t, c.me.ID, guichet.CalendarID(c.PathValue("id")))
}

// setHolidays takes an iCalendar file as it is: the body of the request.
func (h *door) setHolidays(c *call) (any, error) {
	ics, err := io.ReadAll(c.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, guichet.Errorf(guichet.TooLarge, "the file is larger than %d bytes", large.Limit)
	case err != nil:
		return nil, guichet.Wrongf("ics", "the file did not arrive whole: send it again")
	}
	k, left, err := h.d.SetHolidays(c.Context(), c.t, c.me.ID, guichet.CalendarID(c.PathValue("id")), ics)
	if err != nil {
		return nil, err
	}
	return h.wireSaved(c, k, left)
}
