package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// move is one change that an agent makes to a case: it changes w.c, adds writes to tx and returns the facts. No facts: nothing is to be done.
type move func(w *worker, tx *store.Tx) ([]guichet.Fact, error)

func (d *Desk) moveCase(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, m move, rights ...guichet.Permission) error {
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id)
		if err != nil {
			return err
		}
		if err := w.needs(rights...); err != nil {
			return err
		}
		tx := &store.Tx{}
		facts, err := m(w, tx)
		if err != nil || len(facts) == 0 {
			return err
		}
		tx.Case(w.c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// SetStatus moves a case to another status. To come to rest frees its agent's place; to live again makes it wait for one.
func (d *Desk) SetStatus(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, to guichet.Status) error {
	if !slices.Contains(guichet.Statuses, to) || to == guichet.New {
		return guichet.Wrongf("status", "status is one of open, pending, escalated, resolved, closed, trashed; not %q", to)
	}
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		return d.moveTo(tx, w.cfg, w.c, to, string(who)), nil
	}, guichet.CanReply)
}

// moveTo moves a case to another status, for an agent or for the house; its clocks stand still or go on. No facts: it has that status.
func (d *Desk) moveTo(tx *store.Tx, cfg *store.Config, c *guichet.Case, to guichet.Status, by string) []guichet.Fact {
	if c.Status == to {
		return nil
	}
	facts := []guichet.Fact{d.fact(guichet.CaseStatusChanged, by, "from", string(c.Status), "to", string(to))}
	was := c.Status.Live()
	c.Status, c.Moved = to, d.Now()
	clocks := d.watch(cfg, c)
	switch {
	case was && !to.Live():
		clocks.Solve(d.Now())
		d.free(tx, c, by, &facts)
		c.Waits, c.Wake = time.Time{}, time.Time{}
	case !was && to.Live():
		c.Waits = d.Now()
		facts = append(facts, d.fact(guichet.CaseReopened, by), d.fact(guichet.CaseWaiting, by, "skill", string(c.Skill)))
		clocks.Reopen(d.Now())
	}
	clocks.Sync(d.Now(), d.Now())
	d.tell(clocks, &facts)
	return facts
}

// free gives back the place of the case's agent.
func (d *Desk) free(tx *store.Tx, c *guichet.Case, by string, facts *[]guichet.Fact) {
	if c.Agent == "" {
		return
	}
	f := d.fact(guichet.AgentFreed, by)
	f.Agent = c.Agent
	tx.Leave(c.Tenant, c.Agent)
	if !c.Offer {
		c.Last = c.Agent
	}
	c.Agent, c.Offer, c.For = "", false, ""
	d.stopCountdowns(c)
	*facts = append(*facts, f)
}

// Assign gives a live case to an agent, by hand: to oneself with the right to answer, to others with the right to assign.
func (d *Desk) Assign(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, to guichet.AgentID) error {
	right := guichet.CanAssign
	if to == who {
		right = guichet.CanReply
	}
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id)
		if err != nil {
			return err
		}
		if err := w.needs(right); err != nil {
			return err
		}
		a, err := d.Store.Agent(ctx, t, to)
		if guichet.Is(err, guichet.NotFound) {
			return guichet.Wrongf("inboxAssignee", "there is no agent %q", to)
		}
		if err != nil || w.c.Agent == to && !w.c.Offer {
			return err
		}
		if !w.c.Status.Live() {
			return guichet.Wrongf("status", "a case that is %s cannot be assigned: open it first", w.c.Status)
		}
		if !w.cfg.Role(a).May(guichet.CanReply, w.c.Channel) {
			return guichet.Wrongf("inboxAssignee", "%s may not answer on channel %s", a.Name, w.channel.Name)
		}
		if w.c.Waits.IsZero() {
			w.c.Waits = d.Now()
		}
		if !routing.Eligible(a.App, a.Digital, len(a.Skills) > 0) {
			return guichet.Wrongf("inboxAssignee", "%s may not get digital cases: %s", a.Name, routing.Asks(a.App))
		}
		tx := &store.Tx{}
		facts := d.passes(w.c, to, string(who))
		facts = append(facts, d.assign(tx, w.cfg, w.c, *a, string(who), "by hand", "")...)
		if err := d.remember(ctx, tx, w.cfg, w.c, to); err != nil {
			return err
		}
		tx.Case(w.c, facts...)
		err = d.Store.Commit(ctx, tx)
		if guichet.Is(err, guichet.Exhausted) {
			return guichet.Errorf(guichet.Exhausted, "%s has %d cases, which is the limit", a.Name, a.Limit)
		}
		return err
	})
}

// passes tells that who had the case has room again, where it goes on to another agent: what waits for him need not wait until it is looked at again (D-81).
func (d *Desk) passes(c *guichet.Case, to guichet.AgentID, by string) []guichet.Fact {
	if c.Agent == "" || c.Agent == to {
		return nil
	}
	f := d.fact(guichet.AgentFreed, by)
	f.Agent = c.Agent
	return []guichet.Fact{f}
}

// Return puts a case back into its queue, at the age that it has (A117).
func (d *Desk) Return(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) error {
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if w.c.Agent == "" {
			return nil, nil
		}
		if w.c.Agent != who {
			if err := w.needs(guichet.CanAssign); err != nil {
				return nil, err
			}
		}
		facts := []guichet.Fact{d.fact(guichet.CaseReturned, string(who), "from", string(w.c.Agent))}
		d.free(tx, w.c, string(who), &facts)
		if w.c.Waits.IsZero() {
			w.c.Waits = w.c.Opened
		}
		w.c.Moved = d.Now()
		return facts, nil
	}, guichet.CanReply)
}

// Transfer moves a case to the queue of another skill.
func (d *Desk) Transfer(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, to guichet.SkillID) error {
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if k := w.cfg.Skills[to]; k == nil || k.Deleted {
			return nil, guichet.Wrongf("skillId", "there is no skill %q", to)
		}
		if w.c.Skill == to {
			return nil, nil
		}
		facts := []guichet.Fact{d.fact(guichet.CaseTransferred, string(who), "from", string(w.c.Skill), "to", string(to))}
		w.c.Skill, w.c.For, w.c.Rejected = to, "", nil
		d.free(tx, w.c, string(who), &facts)
		if w.c.Status.Live() {
			if w.c.Waits.IsZero() {
				w.c.Waits = d.Now()
			}
			facts = append(facts, d.fact(guichet.CaseWaiting, string(who), "skill", string(to)))
		}
		return facts, nil
	}, guichet.CanAssign)
}

// AddNote writes a note into a case. It never leaves the house. The same key, chosen by the client, is one note however often it is sent; an empty one is none.
func (d *Desk) AddNote(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, text, key string) (*guichet.Message, error) {
	if strings.TrimSpace(text) == "" {
		return nil, guichet.Wrongf("content", "a note needs a text")
	}
	if len(text) > 100<<10 {
		return nil, guichet.Errorf(guichet.TooLarge, "a note of %d bytes; at most 102400 fit", len(text))
	}
	var note *guichet.Message
	err := d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if note != nil { // beaten, perhaps by its own commit whose answer was lost
			if m, err := d.Store.Message(ctx, t, note.ID()); err == nil && m.Direction == guichet.Note && m.By == who && m.Text == note.Text && m.At.Equal(note.At) {
				note = m
				return nil, nil
			}
		}
		if key != "" {
			twin, err := d.claimKey(ctx, tx, w.c, "note", who, key)
			if twin != nil || err != nil {
				note = twin
				return nil, err
			}
		}
		w.c.Messages++
		note = &guichet.Message{Tenant: t, Case: w.c.ID, N: w.c.Messages, Direction: guichet.Note, At: d.Now(), By: who, Channel: w.c.Channel, Text: cut(text, len(text))}
		tx.Message(note)
		f := d.fact(guichet.NoteAdded, string(who))
		f.Message = note.ID()
		return []guichet.Fact{f}, nil
	}, guichet.CanNote)
	return note, err
}

// SetTag puts a tag on a case, or takes it off.
func (d *Desk) SetTag(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, tag string, on bool) error {
	if err := guichet.ValidName("tag", tag); err != nil {
		return err
	}
	return d.moveCase(ctx, t, who, id, func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		if slices.Contains(w.c.Tags, tag) == on {
			return nil, nil
		}
		if on {
			w.c.Tag(tag)
			return []guichet.Fact{d.fact(guichet.CaseTagged, string(who), "tag", tag)}, nil
		}
		w.c.Untag(tag)
		return []guichet.Fact{d.fact(guichet.CaseTagged, string(who), "untag", tag)}, nil
	}, guichet.CanReply)
}

// SetPresence changes an agent's presence. One who becomes available gets what waits.
func (d *Desk) SetPresence(ctx context.Context, t guichet.TenantID, id guichet.AgentID, p guichet.Presence) error {
	if !slices.Contains([]guichet.Presence{guichet.Available, guichet.Busy, guichet.AfterWork, guichet.Offline}, p) {
		return guichet.Wrongf("status", "status is one of available, busy, after-contact, offline; not %q", p)
	}
	return again(ctx, func() error {
		a, err := d.Store.Agent(ctx, t, id)
		if err != nil || a.Presence == p {
			return err
		}
		f := d.fact(guichet.AgentPresence, string(id), "from", string(a.Presence), "to", string(p))
		f.Tenant, f.Agent = t, id
		a.Presence, a.Since = p, d.Now()
		return d.Store.SaveAgent(ctx, t, *a, f)
	})
}

// SetVoice notes that an agent is on a call, or is not any more. Where the tenant's policy says so, he gets no case while he is (A016); those that he has stay with him.
func (d *Desk) SetVoice(ctx context.Context, t guichet.TenantID, id guichet.AgentID, on bool) error {
	return again(ctx, func() error {
		a, err := d.Store.Agent(ctx, t, id)
		if err != nil || a.Voice == on {
			return err
		}
		f := d.fact(guichet.AgentPresence, string(id), "voice", strconv.FormatBool(on))
		f.Tenant, f.Agent = t, id
		a.Voice = on
		return d.Store.SaveAgent(ctx, t, *a, f)
	})
}
