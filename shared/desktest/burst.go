package desktest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Burst is a queue that fills at once, and many who route at once.
type Burst struct {
	Agents, Cases, Workers int
	Limit                  int64 // of each agent
}

// Burned is what a burst came to.
type Burned struct {
	Assigned int
	Again    int           // how often a route was beaten so often that its queue had to bring it again
	Took     time.Duration // by the clock that was given
}

// Staff hires the agents of a burst: all available, of every proficiency, some with two skills.
func (b Burst) Staff(ctx context.Context, h *House) error {
	for i := range b.Agents {
		a := guichet.Agent{ID: guichet.AgentID(fmt.Sprintf("agent-%05d", i)), Name: fmt.Sprintf("Agent %d", i), Role: "agent", Presence: guichet.Available, Limit: b.Limit,
			Skills: map[guichet.SkillID]int{"support": 1 + i%20}, Since: h.Now()}
		if i%3 == 0 {
			a.Skills["billing"] = 1
		}
		if err := h.Store.SaveAgent(ctx, Tenant, a); err != nil {
			return err
		}
	}
	return nil
}

// Fill makes cases that wait for the support skill, one a second, the last of them now.
func (b Burst) Fill(ctx context.Context, h *House) ([]guichet.CaseID, error) {
	var ids []guichet.CaseID
	for i := range b.Cases {
		id, err := h.Store.NextCase(ctx, Tenant)
		if err != nil {
			return nil, err
		}
		at := h.Now().Add(time.Duration(i-b.Cases) * time.Second)
		c := &guichet.Case{Tenant: Tenant, ID: id, Channel: "support", Status: guichet.New, Skill: "support", Opened: at, Moved: at, Waits: at}
		tx := &store.Tx{}
		tx.Case(c, guichet.Fact{Kind: guichet.CaseOpened, At: at, By: "guichet"})
		if err := h.Store.Commit(ctx, tx); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Run routes all cases, by so many workers at once, as the queue of the routing function would: what is beaten too often comes again. Clock times it.
func (b Burst) Run(ctx context.Context, h *House, ids []guichet.CaseID, clock func() time.Time) (out Burned, err error) {
	began := clock()
	work := make(chan guichet.CaseID, len(ids))
	for _, id := range ids {
		work <- id
	}
	close(work)
	var again atomic.Int64
	errs := make(chan error, b.Workers)
	var wg sync.WaitGroup
	for range b.Workers {
		wg.Go(func() {
			for id := range work {
				for {
					err := h.Desk.Route(ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: Tenant, Case: id})
					if err == nil {
						break
					}
					if !guichet.Is(err, guichet.Temporary) {
						errs <- fmt.Errorf("route %s: %w", id, err)
						return
					}
					again.Add(1)
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	if err := <-errs; err != nil {
		return out, err
	}
	out.Took, out.Again = clock().Sub(began), int(again.Load())
	out.Assigned, err = b.check(ctx, h, ids)
	return out, err
}

// check counts who holds what: nobody more than his limit or than his item says, no case given twice, and none waits while a place is free.
func (b Burst) check(ctx context.Context, h *House, ids []guichet.CaseID) (int, error) {
	held, assigned := map[guichet.AgentID]int64{}, 0
	for _, id := range ids {
		c, err := h.Store.Case(ctx, Tenant, id)
		if err != nil {
			return 0, err
		}
		facts, err := h.Store.History(ctx, Tenant, id, 0, ledger.MaxPage)
		if err != nil {
			return 0, err
		}
		given := 0
		for _, f := range facts {
			if f.Kind == guichet.CaseAssigned {
				given++
			}
		}
		if c.Agent != "" {
			held[c.Agent]++
			assigned++
		}
		if want := map[bool]int{true: 1}[c.Agent != ""]; given != want {
			return 0, fmt.Errorf("case %s was given %d times, want %d", id, given, want)
		}
	}
	agents, err := h.Store.Agents(ctx, Tenant)
	if err != nil {
		return 0, err
	}
	for _, a := range agents {
		if held[a.ID] > a.Limit || held[a.ID] != a.Load {
			return 0, fmt.Errorf("%s holds %d cases, says %d, may hold %d", a.ID, held[a.ID], a.Load, a.Limit)
		}
	}
	if want := min(b.Cases, b.Agents*int(b.Limit)); assigned != want {
		return assigned, fmt.Errorf("%d cases were given, want %d", assigned, want)
	}
	return assigned, nil
}
