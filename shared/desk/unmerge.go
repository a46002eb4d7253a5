package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// Merge makes one case a part of another, by an agent. Both numbers, and all ids of their mails, lead to the one that goes on; what the other brought is in the
// facts, so that Unmerge can take it back. A case that is a part already leads to its whole: a circle cannot be made.
func (d *Desk) Merge(ctx context.Context, t guichet.TenantID, who guichet.AgentID, from, into guichet.CaseID) error {
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, into)
		if err != nil {
			return err
		}
		other, err := d.worker(ctx, t, who, from)
		if err != nil {
			return err
		}
		for _, x := range []*worker{w, other} {
			if err := x.needs(guichet.CanAssign); err != nil {
				return err
			}
		}
		if w.c.ID == other.c.ID {
			return nil // they are one case already
		}
		tx := &store.Tx{}
		var facts []guichet.Fact
		d.absorb(w.cfg, tx, w.c, other.c, string(who), "by hand", &facts)
		d.queueIfLost(w.c, string(who), &facts)
		tx.Case(w.c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// queueIfLost makes a live case that nobody has wait for an agent.
func (d *Desk) queueIfLost(c *guichet.Case, by string, facts *[]guichet.Fact) {
	if !c.Status.Live() || c.Agent != "" || c.Held || c.Script.Runs() && c.Waits.IsZero() {
		return
	}
	if c.Waits.IsZero() {
		c.Waits = d.Now()
	}
	*facts = append(*facts, d.fact(guichet.CaseWaiting, by, "skill", string(c.Skill)))
}

// Unmerge makes a part a case of its own again, with what it brought: out of the case that took it, and out of every case that took that one.
func (d *Desk) Unmerge(ctx context.Context, t guichet.TenantID, who guichet.AgentID, part guichet.CaseID) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, part)
		if err != nil {
			return err
		}
		if c.Merged == "" {
			return nil
		}
		w, err := d.worker(ctx, t, who, part)
		if err != nil {
			return err
		}
		if err := w.needs(guichet.CanAssign); err != nil {
			return err
		}
		tx := &store.Tx{}
		answered, err := d.takeOut(ctx, tx, w.cfg, c, string(who))
		if err != nil {
			return err
		}
		whole := c.Merged
		c.Merged, c.Moved = "", d.Now()
		facts := []guichet.Fact{d.fact(guichet.CaseUnmerged, string(who), "from", string(whole))}
		if !answered.IsZero() { // what left from the whole was an answer to this one, too
			clocks := d.watch(w.cfg, c)
			clocks.Answer(answered)
			d.tell(clocks, &facts)
		}
		if c.Status.Live() {
			c.Waits = c.Opened
			d.queueIfLost(c, string(who), &facts)
		}
		tx.Case(c, facts...)
		return d.Store.Commit(ctx, tx)
	})
}

// takeOut walks from the case that took a part to the one that is live, and takes from each what the part brought. It returns when the first answer left from them
// meanwhile; zero if none did.
func (d *Desk) takeOut(ctx context.Context, tx *store.Tx, cfg *store.Config, part *guichet.Case, by string) (answered time.Time, err error) {
	gone := append([]guichet.CaseID{part.ID}, part.Parts...)
	var people, tags []string
	for via, at := part.ID, part.Merged; at != ""; {
		whole, err := d.Store.Case(ctx, part.Tenant, at)
		if err != nil {
			return answered, err
		}
		f, err := d.mergeFact(ctx, whole, via)
		if err != nil {
			return answered, err
		}
		broughtPeople, broughtTags := strings.Fields(f.Detail["people"]), strings.Fields(f.Detail["tags"])
		if via != part.ID {
			broughtPeople, broughtTags = both(people, broughtPeople), both(tags, broughtTags)
		}
		people, tags = broughtPeople, broughtTags
		whole.People = missing(people, whole.People)
		whole.Tags = missing(tags, whole.Tags)
		whole.Parts = slices.DeleteFunc(whole.Parts, func(p guichet.CaseID) bool { return slices.Contains(gone, p) })
		giveTimers(whole, part)
		whole.In, whole.Out = max(0, whole.In-part.In), max(0, whole.Out-part.Out)
		whole.Aside = max(0, whole.Aside-part.Aside)
		if at := answeredSince(whole, f.At); !at.IsZero() && (answered.IsZero() || at.Before(answered)) {
			answered = at
		}
		facts := []guichet.Fact{d.fact(guichet.CaseUnmerged, by, "part", string(part.ID), "parts", join(gone), "people", strings.Join(people, " "))}
		tx.Case(whole, append(facts, d.giveBack(cfg, whole, part, f)...)...)
		via, at = whole.ID, whole.Merged
	}
	return answered, nil
}

// mergeFact returns the newest fact of a case that says how it took another; a zero one if there is none.
func (d *Desk) mergeFact(ctx context.Context, whole *guichet.Case, part guichet.CaseID) (guichet.Fact, error) {
	var found guichet.Fact
	for after := int64(0); ; {
		facts, err := d.Store.History(ctx, whole.Tenant, whole.ID, after, 500)
		if err != nil || len(facts) == 0 {
			return found, err
		}
		for _, f := range facts {
			after = max(after, f.Version)
			if f.Kind == guichet.CaseMerged && f.Detail["from"] == string(part) {
				found = f
			}
		}
	}
}

// both lists what is in a and in b.
func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(b), func(s string) bool { return !slices.Contains(a, s) })
}

// Split moves a message that came in to a new case; answers to it go there. Merge of the new case into the old one undoes it. The
// message stays where it was written, with a note of where it went.
func (d *Desk) Split(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID) (guichet.CaseID, error) {
	var number guichet.CaseID
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id.Case())
		if err != nil {
			return err
		}
		if err := w.needs(guichet.CanAssign); err != nil {
			return err
		}
		m, err := d.Store.Message(ctx, t, id)
		if err != nil {
			return err
		}
		if m.Moved != "" {
			number = m.Moved
			return nil
		}
		if m.Direction != guichet.Inbound || w.c.In < 2 {
			return guichet.Wrongf("messageId", "only a message that came in, and not the only one of its case, can be split off")
		}
		if number == "" {
			if number, err = d.Store.NextCase(ctx, t); err != nil {
				return err
			}
		}
		return d.splitOff(ctx, w, m, number)
	})
	return number, err
}

func (d *Desk) splitOff(ctx context.Context, w *worker, m *guichet.Message, number guichet.CaseID) error {
	refs, err := d.Store.Refs(ctx, m.Tenant, []string{m.MailID})
	if err != nil {
		return err
	}
	by := string(w.agent.ID)
	fresh := &guichet.Case{
		Tenant: m.Tenant, ID: number, Channel: w.c.Channel, Contact: store.ContactID(m.From.Addr), Subject: cut(m.Subject, 200), Status: guichet.New,
		Skill: w.c.Skill, Opened: m.At, Moved: d.Now(), Format: w.c.Format, Messages: 1, In: 1, Waits: m.At,
	}
	fresh.Join(m.From.Addr)
	facts := []guichet.Fact{d.fact(guichet.CaseOpened, by, "rule", "split", "from", string(w.c.ID)), d.fact(guichet.CaseWaiting, by, "skill", string(fresh.Skill))}
	d.startClocks(w.cfg, fresh, d.Now(), &facts)
	twin := *m
	twin.Case, twin.N, twin.Version, twin.Came = number, 1, 0, m.ID()
	m.Moved = number
	tx := &store.Tx{}
	r := refs[m.MailID]
	r.Claim(store.RefEntry{Kind: store.RefMessage, Channel: m.Channel, Case: number, N: 1, Hash: m.Hash})
	tx.Ref(m.Tenant, r)
	tx.Message(m)
	tx.Message(&twin)
	for at := m.Case; at != ""; { // a message of a part is counted by every case that took the part
		c, err := d.Store.Case(ctx, m.Tenant, at)
		if err != nil {
			return err
		}
		c.In = max(0, c.In-1)
		away := []guichet.Fact{d.fact(guichet.CaseSplit, by, "into", string(number))}
		away[0].Message = m.ID()
		if err := d.waitsNoMore(ctx, w.cfg, c, m, &away); err != nil {
			return err
		}
		tx.Case(c, away...)
		at = c.Merged
	}
	tx.Case(fresh, facts...)
	return d.Store.Commit(ctx, tx)
}
