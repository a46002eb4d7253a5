package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/shared/guichet"
)

// play is one scenario while it is played.
type play struct {
	*Scenario
	ctx    context.Context
	house  *house
	agenda agenda
	agents map[guichet.AgentID]*agent
	order  []*agent // by id
	open   map[guichet.CaseID]*life
	tally  *tally
	end    time.Time
	err    error // of what was begun while a fact was seen
}

// life is one case from its contact's mail to its end.
type life struct {
	*request
	skill             int
	id                guichet.CaseID
	agent             *agent
	assigned, sent    time.Time // first; zero: not yet
	over              time.Time // resolved, or given up
	gaveUp            bool
	returned          int
	since             time.Time     // in the queue; zero: not now
	queued            time.Duration // time in the queue until then, all times together
	first, resolution outcome
}

// outcome is what became of a service-level clock.
type outcome struct{ met, late, breached bool }

// Play plays a scenario to its last day and returns what was seen.
func Play(ctx context.Context, s *Scenario) (*tally, error) {
	p := &play{Scenario: s, ctx: ctx, agents: map[guichet.AgentID]*agent{}, open: map[guichet.CaseID]*life{}, end: s.begin.AddDate(0, 0, s.Days)}
	p.tally = newTally(s, p.end)
	var err error
	if p.house, err = newHouse(ctx, s, p.seen); err != nil {
		return nil, err
	}
	if err := p.hire(); err != nil {
		return nil, err
	}
	p.openDoors()
	return p.tally, p.run()
}

// run lets happen what is on the agenda, until the last day is over.
func (p *play) run() error {
	for p.agenda.Len() > 0 {
		e := p.agenda.next()
		if !e.at.Before(p.end) {
			break
		}
		p.tally.until(e.at)
		p.house.now = e.at.UTC()
		if err := errors.Join(e.do(), p.err, p.ctx.Err()); err != nil {
			return err
		}
	}
	p.tally.until(p.end)
	p.tally.usage = p.house.ledger.Usage()
	return nil
}

// openDoors plans the first arrival of each stream, the shifts, and the sweep of the service levels.
func (p *play) openDoors() {
	for i := range p.Arrivals {
		p.arrivals(newStream(p.Scenario, i), 0)
	}
	p.planShifts(-1)
	p.planShifts(0)
	p.every(p.begin.Add(time.Duration(p.Sweep)))
}

func (p *play) every(at time.Time) {
	p.agenda.plan(at, sweeps, func() error {
		p.every(at.Add(time.Duration(p.Sweep)))
		if err := p.house.desk.SweepSLA(p.ctx); err != nil {
			return err
		}
		return p.house.settle(p.ctx)
	})
}

// arrivals plans the n-th arrival of a stream, which plans the next one.
func (p *play) arrivals(a *stream, n int) {
	if !a.advance(p.end) {
		return
	}
	r := a.request(n)
	p.agenda.plan(r.at, arrives, func() error {
		p.arrivals(a, n+1)
		return p.arrive(r)
	})
}

// arrive brings the contact's mail to the house.
func (p *play) arrive(r *request) error {
	id, err := p.house.receive(p.ctx, r)
	if err != nil {
		return err
	}
	l := &life{request: r, id: id, skill: p.tally.skillAt[r.stream.Skill]}
	p.open[id] = l
	p.tally.lives = append(p.tally.lives, l)
	if r.patience > 0 {
		p.agenda.plan(r.at.Add(r.patience), givesUp, func() error { return p.giveUp(l) })
	}
	return p.house.settle(p.ctx)
}

// giveUp closes the case of a contact who does not wait any longer, if nobody has it.
func (p *play) giveUp(l *life) error {
	if l.agent != nil || !l.over.IsZero() {
		return nil
	}
	l.gaveUp, l.over = true, p.house.now
	if err := p.house.desk.SetStatus(p.ctx, tenant, clerk, l.id, guichet.Closed); err != nil {
		return fmt.Errorf("give up case %s: %w", l.id, err)
	}
	p.dequeue(l)
	return p.house.settle(p.ctx)
}

// enqueue and dequeue count a case that begins or ends to wait.
func (p *play) enqueue(l *life) {
	l.since = p.house.now
	p.tally.waiting(l.skill, +1)
}

func (p *play) dequeue(l *life) {
	l.queued, l.since = l.queued+p.house.now.Sub(l.since), time.Time{}
	p.tally.waiting(l.skill, -1)
}

// seen follows what the house says happened.
func (p *play) seen(f guichet.Fact) {
	l := p.open[f.Case]
	if l == nil {
		return
	}
	switch f.Kind {
	case guichet.CaseWaiting:
		p.enqueue(l)
	case guichet.CaseReturned:
		l.returned++
		l.agent = nil
		p.enqueue(l)
	case guichet.CaseAssigned:
		p.dequeue(l)
		if l.assigned.IsZero() {
			l.assigned = f.At
		}
		l.agent = p.agents[f.Agent]
		l.agent.take(p, l)
	case guichet.ReplySent:
		if l.sent.IsZero() {
			l.sent = f.At
		}
	case guichet.SLAMet:
		l.clock(f).met, l.clock(f).late = true, f.Detail["late"] != ""
	case guichet.SLABreached:
		l.clock(f).breached = true
		p.tally.breach(f.At, l.skill)
	case guichet.CaseStatusChanged:
		if !guichet.Status(f.Detail["to"]).Live() {
			delete(p.open, f.Case)
		}
	}
}

// clock is the service-level clock that a fact speaks of.
func (l *life) clock(f guichet.Fact) *outcome {
	if f.Detail["clock"] == "first" {
		return &l.first
	}
	return &l.resolution
}
