package desk

import (
	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// withLevel puts the service level of the trial into the configuration as it would be.
func (tr *try) withLevel(cfg *store.Config) error {
	if _, err := sla.Ready(tr.was.WithCalendar(*tr.SLA)); err != nil {
		return err
	}
	if tr.Channel == "" {
		cfg.Tenant.SLA = *tr.SLA
		return nil
	}
	ch := *cfg.Channels[tr.Channel]
	ch.SLA, ch.OwnSLA = tr.SLA, true
	cfg.Channels[tr.Channel] = &ch
	return nil
}

// tryLevel lets the clocks of a case run anew by the service level that its channel would have, and compares which of them were missed.
func (p *pastCase) tryLevel() []TryCase {
	if !p.clocked() {
		return nil
	}
	p.judged = true
	then, now := p.missed(), p.missedAnew()
	var out []TryCase
	for _, clock := range sla.Names {
		if from, to := lateness(then[clock]), lateness(now[clock]); from != to {
			out = append(out, TryCase{What: clock, From: from, To: to})
		}
	}
	return out
}

func lateness(missed bool) string {
	if missed {
		return "missed"
	}
	return "in time"
}

// clocked reports whether somebody waited for an answer when the case was opened: no clock runs for a program that wrote.
func (p *pastCase) clocked() bool {
	for _, f := range p.facts {
		if f.Version > p.facts[0].Version {
			break
		}
		if f.Kind == guichet.InteractionSuspected || f.Kind == guichet.InteractionReceived && f.Detail["kind"] == "" {
			return true
		}
	}
	return false
}

// missed lists the clocks that were missed.
func (p *pastCase) missed() map[string]bool {
	out := map[string]bool{}
	for _, f := range p.facts {
		if f.Kind == guichet.SLABreached {
			out[f.Detail["clock"]] = true
		}
	}
	return out
}

// missedAnew lists the clocks that would have been missed.
func (p *pastCase) missedAnew() map[string]bool {
	c := p.born()
	w := &sla.Watch{Case: c, Level: p.d.level(p.cfg.LevelOf(c))}
	w.Open(c.Opened)
	for i, f := range p.facts {
		was := c.Status
		p.tell(c, f)
		p.pass(w, f, was, i)
	}
	now := p.d.Now()
	w.Pass(now)
	out := map[string]bool{}
	for _, m := range w.Told {
		if m.Kind == guichet.SLABreached && !m.At.After(now) {
			out[m.Clock] = true
		}
	}
	return out
}

// pass brings the clocks past a fact, as the desk does when it happens.
func (p *pastCase) pass(w *sla.Watch, f guichet.Fact, was guichet.Status, i int) {
	at := f.At
	switch {
	case f.Kind == guichet.ReplySent && f.By != Self:
		w.Answer(at)
	case f.Kind == guichet.InteractionReceived && i > 0 && f.Version > p.facts[0].Version:
		w.Wrote(at)
	case f.Kind == guichet.InteractionQuarantine && f.Detail["status"] != "":
		for _, k := range w.Case.Clocks() {
			*k = guichet.Clock{}
		}
	case was.Live() && !w.Case.Status.Live():
		w.Solve(at)
	case !was.Live() && w.Case.Status.Live():
		w.Reopen(at)
	case f.Kind != guichet.CasePrioritized && was == w.Case.Status:
		return
	}
	w.Sync(at, at)
}
