package desk

import (
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// watch follows the clocks of a case by the service level of its channel.
func (d *Desk) watch(cfg *store.Config, c *guichet.Case) *sla.Watch {
	return &sla.Watch{Case: c, Level: d.level(cfg.LevelOf(c))}
}

// tell makes facts of what a watch told: each at the instant at which it was, not of this moment.
func (d *Desk) tell(w *sla.Watch, facts *[]guichet.Fact) {
	for _, m := range w.Told {
		f := d.fact(m.Kind, Self, "clock", m.Clock)
		f.At, f.Agent = m.At, w.Case.Agent
		for k, v := range momentDetail(m, w.Level) {
			f.Detail[k] = v
		}
		*facts = append(*facts, f)
	}
	w.Told = nil
}

// momentDetail says what people and rules ask of a moment. Wherever a due time was computed, the release of the time zones by which stands beside it.
func momentDetail(m sla.Moment, l sla.Level) map[string]string {
	out := map[string]string{}
	put := func(k, v string, on bool) {
		if on {
			out[k] = v
		}
	}
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	computed := m.Kind == guichet.SLAStarted || m.Kind == guichet.SLAResumed || m.Kind == guichet.SLAMoved
	put("due", stamp(m.Due), !m.Due.IsZero() && m.Kind != guichet.SLAMet)
	put("was", stamp(m.Was), !m.Was.IsZero())
	put("target", strconv.FormatInt(m.Target, 10), m.Target > 0)
	put("left", m.Left.String(), m.Left > 0)
	put("percent", strconv.Itoa(m.Percent), m.Percent > 0)
	put("late", "yes", m.Late)
	put("zones", sla.ZoneVersion, computed && !l.Calendar.AlwaysOn)
	put("calendar", string(l.Uses), computed && l.Uses != "")
	return out
}

// startClocks sets the service-level clocks of a case, from the instant of receipt.
func (d *Desk) startClocks(cfg *store.Config, c *guichet.Case, at time.Time, facts *[]guichet.Fact) {
	w := d.watch(cfg, c)
	w.Open(at)
	w.Pass(d.Now())
	d.tell(w, facts)
}

// followClocks brings the clocks to a case whose status or priority changed at: they stand still, go on, or get another target. Whatever changes one of these calls
// it, before the case is stored.
func (d *Desk) followClocks(cfg *store.Config, c *guichet.Case, at time.Time, facts *[]guichet.Fact) {
	w := d.watch(cfg, c)
	w.Sync(at, d.Now())
	d.tell(w, facts)
}

// level makes a service level ready to be asked. One that is not valid never opens: its clocks do not run, and the settings page says why when it is
// saved.
func (d *Desk) level(level guichet.SLA) sla.Level {
	key := levelKey(level)
	if l, ok := d.levels.Load(key); ok {
		return l.(sla.Level)
	}
	l, err := sla.Ready(level)
	if err != nil {
		s, _ := sla.Compile(guichet.Calendar{Zone: "UTC"})
		l = sla.Level{SLA: level, Schedule: s}
	}
	d.levels.Store(key, l)
	return l
}
