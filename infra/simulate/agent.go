package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"guichet/shared/guichet"
)

// agent is one of a team.
type agent struct {
	*Team
	id     guichet.AgentID
	n      int     // in the order of all agents
	shifts int     // that he is in; above 0: he is there
	inbox  []*life // that he has not begun, oldest first
	begun  int     // that he works on
	lucky  *rand.Rand

	busy, there time.Duration // within the figures: cases times time, places times time
	marked      time.Time     // up to where busy and there were counted
}

// hire makes the agents and saves them. Those without shifts are there from the start.
func (p *play) hire() error {
	for i := range p.Agents {
		t := &p.Agents[i]
		for n := range t.Count {
			a := &agent{Team: t, id: guichet.AgentID(fmt.Sprintf("%s-%02d", t.Name, n+1)), n: len(p.order)}
			a.lucky = source(p.Seed, 1<<20+len(p.order))
			p.agents[a.id] = a
			p.order = append(p.order, a)
			if err := p.enrol(a); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(p.order, func(a, b *agent) int { return cmp.Compare(a.id, b.id) })
	p.tally.agents = p.order
	return nil
}

func (p *play) enrol(a *agent) error {
	out := guichet.Agent{ID: a.id, Name: string(a.id), Role: everything.ID, Presence: guichet.Offline, Limit: a.Limit, Skills: map[guichet.SkillID]int{}}
	for k, v := range a.Skills {
		out.Skills[guichet.SkillID(k)] = v
	}
	if len(a.Shifts) == 0 {
		out.Presence = guichet.Available
		p.change(a, 0, +1)
	}
	return p.house.store.SaveAgent(p.ctx, tenant, out)
}

// planShifts plans who comes and goes on a day, counted from the first one, and itself for the next.
func (p *play) planShifts(day int) {
	midnight := p.begin.AddDate(0, 0, day)
	for _, t := range p.order {
		for _, h := range t.Shifts {
			if slices.Contains(h.Days, weekdays[weekday(midnight)]) {
				p.planShift(t, h, midnight)
			}
		}
	}
	if day >= 0 && day+1 < p.Days {
		p.agenda.plan(p.begin.AddDate(0, 0, day+1), comes, func() error {
			p.planShifts(day + 1)
			return nil
		})
	}
}

func (p *play) planShift(a *agent, h Shift, midnight time.Time) {
	from, until := span(h, midnight)
	if h.Late > 0 {
		from = from.Add(time.Duration(a.lucky.Int64N(int64(h.Late))))
		until = until.Add(time.Duration(a.lucky.Int64N(int64(h.Late))))
	}
	if !until.After(p.begin) || !until.After(from) {
		return
	}
	if from.Before(p.begin) {
		from = p.begin
	}
	p.agenda.plan(from, comes, func() error { return p.come(a) })
	p.agenda.plan(until, goes, func() error { return p.leave(a) })
}

// span is a shift of the day that begins at midnight, on the clocks of the zone.
func span(h Shift, midnight time.Time) (from, until time.Time) {
	at := func(s string, days int) time.Time {
		d, _ := clockTime(s) // checked
		y, m, day := midnight.Date()
		return time.Date(y, m, day+days, int(d/time.Hour), int(d%time.Hour/time.Minute), 0, 0, midnight.Location())
	}
	if h.To <= h.From {
		return at(h.From, 0), at(h.To, 1)
	}
	return at(h.From, 0), at(h.To, 0)
}

// come begins a shift.
func (p *play) come(a *agent) error {
	if p.change(a, 0, +1); a.shifts > 1 {
		return nil
	}
	a.begin(p)
	return p.present(a, guichet.Available)
}

// leave ends a shift. What he has begun he finishes; the rest goes back to the queue, at its age, or waits for him.
func (p *play) leave(a *agent) error {
	if p.change(a, 0, -1); a.shifts > 0 {
		return nil
	}
	if err := p.present(a, guichet.Offline); err != nil || a.End == "keep" {
		return err
	}
	left := a.inbox
	a.inbox = nil
	for _, l := range left {
		if err := p.house.desk.Return(p.ctx, tenant, a.id, l.id); err != nil {
			return fmt.Errorf("%s returns case %s: %w", a.id, l.id, err)
		}
		if err := p.house.settle(p.ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) present(a *agent, to guichet.Presence) error {
	if err := p.house.desk.SetPresence(p.ctx, tenant, a.id, to); err != nil {
		return fmt.Errorf("%s is %s: %w", a.id, to, err)
	}
	return p.house.settle(p.ctx)
}

// take puts a case into the inbox, and begins it if there is a hand free.
func (a *agent) take(p *play, l *life) {
	if held := int64(len(a.inbox) + a.begun); held >= a.Limit {
		p.err = fmt.Errorf("%s holds %d cases, which is the limit, and gets case %s", a.id, held, l.id)
	}
	a.inbox = append(a.inbox, l)
	a.begin(p)
}

// begin begins cases while the agent is there and has a hand free.
func (a *agent) begin(p *play) {
	for a.shifts > 0 && a.begun < a.AtOnce && len(a.inbox) > 0 {
		l := a.inbox[0]
		a.inbox = a.inbox[1:]
		p.change(a, +1, 0)
		work := time.Duration(float64(l.work) / a.Speed)
		p.agenda.plan(p.house.now.Add(work), ends, func() error {
			p.change(a, -1, 0)
			l.over = p.house.now
			a.begin(p)
			return p.house.answer(p.ctx, a.id, l.request, l.id)
		})
	}
}

// places is how many cases he could work on now. Who stays over his shift to finish has as many as he works on.
func (a *agent) places() int {
	if a.shifts > 0 {
		return a.AtOnce
	}
	return a.begun
}

// change counts what an agent did up to now, then changes what he works on and the shifts that he is in.
func (p *play) change(a *agent, begun, shifts int) {
	p.tally.mark(a, p.house.now)
	p.tally.begun += begun
	p.tally.places -= a.places()
	a.begun += begun
	a.shifts += shifts
	p.tally.places += a.places()
}
