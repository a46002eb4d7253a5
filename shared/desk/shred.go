package desk

import (
	"context"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// ShredGoes is the timer of a case that is being deleted for good: should the process end amidst, the sweep goes on. Its key is who ordered it.
const ShredGoes guichet.TimerKind = "shred"

func init() { bells[ShredGoes] = (*Desk).shredBell }

const shreddedMail = "this mail was deleted for good: an operator may bring it back by force"

// Shred deletes a trashed case for good, with the cases that are part of it: their messages, the bytes of their mails, their history, who wrote. What stays is the
// number, the fact that it was done, and what keeps its mails from coming back (D-07). A case that is gone stays gone.
// Errors: Denied without the right; Invalid for a case that is not in the trash; Temporary: it goes on by itself.
func (d *Desk) Shred(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID) error {
	var c *guichet.Case
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id)
		if err != nil {
			return err
		}
		if err := w.needs(guichet.CanShred); err != nil {
			return err
		}
		if c = w.c; !c.Gone.IsZero() {
			return nil
		}
		if c.Status != guichet.Trashed {
			return guichet.Wrongf("status", "case %s is %s: only what is in the trash can be deleted for good", c.ID, c.Status)
		}
		c.Timers = nil
		c.SetTimer(ShredGoes, string(who), d.Now())
		d.forgetCase(c)
		tx := &store.Tx{}
		tx.Case(c)
		return d.Store.Commit(ctx, tx)
	})
	if err != nil || len(c.Timers) == 0 {
		return err
	}
	return d.shredRest(ctx, t, c.ID)
}

// forgetCase takes everything off a case that says what it was about, and whose.
func (d *Desk) forgetCase(c *guichet.Case) {
	*c = guichet.Case{
		Tenant: c.Tenant, ID: c.ID, Version: c.Version, Channel: c.Channel, Status: guichet.Trashed, Skill: c.Skill, Opened: c.Opened, Moved: d.Now(),
		Messages: c.Messages, Format: c.Format, Merged: c.Merged, Parts: c.Parts, Timers: c.Timers, Gone: d.Now(),
	}
}

func (d *Desk) shredBell(ctx context.Context, t guichet.TenantID, id guichet.CaseID, _ guichet.Timer) error {
	return d.shredRest(ctx, t, id)
}

// shredRest deletes what is left of a case that is being deleted, message by message: whatever was done stays done.
func (d *Desk) shredRest(ctx context.Context, t guichet.TenantID, id guichet.CaseID) error {
	c, err := d.Store.Case(ctx, t, id)
	if err != nil || c.Gone.IsZero() {
		return err
	}
	for _, part := range append([]guichet.CaseID{c.ID}, c.Parts...) {
		if err := again(ctx, func() error { return d.shredPart(ctx, t, part) }); err != nil {
			return err
		}
		if err := d.shredMessages(ctx, t, part); err != nil {
			return err
		}
		if err := d.Store.DropRest(ctx, t, part); err != nil {
			return err
		}
	}
	return again(ctx, func() error { return d.shredEnd(ctx, t, id) })
}

// shredPart marks a part of a case that is being deleted.
func (d *Desk) shredPart(ctx context.Context, t guichet.TenantID, id guichet.CaseID) error {
	p, err := d.Store.Case(ctx, t, id)
	if err != nil || !p.Gone.IsZero() {
		return err
	}
	d.forgetCase(p)
	p.Timers = nil
	tx := &store.Tx{}
	tx.Case(p)
	return d.Store.Commit(ctx, tx)
}

// shredEnd says that it is done: on the case, and on its parts.
func (d *Desk) shredEnd(ctx context.Context, t guichet.TenantID, id guichet.CaseID) error {
	c, err := d.Store.Case(ctx, t, id)
	if err != nil || len(c.Timers) == 0 {
		return err
	}
	by, n := c.Timers[0].Key, c.Messages
	for _, part := range c.Parts {
		p, err := d.Store.Case(ctx, t, part)
		if err != nil {
			return err
		}
		if p.Messages == 0 {
			continue
		}
		n += p.Messages
		p.Messages, p.In, p.Out = 0, 0, 0
		tx := &store.Tx{}
		tx.Case(p)
		if err := d.Store.Commit(ctx, tx); err != nil {
			return err
		}
	}
	c.Timers, c.Messages, c.In, c.Out = nil, 0, 0, 0
	tx := &store.Tx{}
	tx.Case(c, d.fact(guichet.CaseShredded, by, "messages", strconv.Itoa(n)))
	return d.Store.Commit(ctx, tx)
}

func (d *Desk) shredMessages(ctx context.Context, t guichet.TenantID, id guichet.CaseID) error {
	for {
		list, err := d.Store.Messages(ctx, t, id, 1, 50)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, m := range list {
			err := again(ctx, func() error { return d.shredMessage(ctx, t, m.ID()) })
			if err != nil {
				return err
			}
		}
	}
}

// shredMessage deletes a message: first its bytes, then the message itself, with which they could not be found again. What was split off is the other case's: its
// trace alone goes here; and where this one was split off from, nothing of it stays.
func (d *Desk) shredMessage(ctx context.Context, t guichet.TenantID, id guichet.MessageID) error {
	m, err := d.Store.Message(ctx, t, id)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	tx := &store.Tx{}
	if m.Moved == "" {
		if err := d.shredBytes(ctx, m); err != nil {
			return err
		}
		if err := d.tombstone(ctx, tx, m); err != nil {
			return err
		}
	}
	if err := d.countMood(ctx, tx, m, m.Rated(), ""); err != nil {
		return err
	}
	if held, err := d.Store.HeldMail(ctx, t, m.At, string(m.ID())); err == nil {
		tx.DropHeld(held)
	} else if !guichet.Is(err, guichet.NotFound) {
		return err
	}
	if m.Came != "" {
		trace, err := d.Store.Message(ctx, t, m.Came)
		if err == nil {
			tx.Message(&guichet.Message{Tenant: t, Case: trace.Case, N: trace.N, Version: trace.Version, Direction: trace.Direction, At: trace.At, Channel: trace.Channel, Moved: trace.Moved})
		} else if !guichet.Is(err, guichet.NotFound) {
			return err
		}
	}
	tx.Drop(m)
	return d.Store.Commit(ctx, tx)
}

// tombstone keeps the mail of a message from coming back: by its id and what it says.
func (d *Desk) tombstone(ctx context.Context, tx *store.Tx, m *guichet.Message) error {
	if m.MailID == "" {
		return nil
	}
	refs, err := d.Store.Refs(ctx, m.Tenant, []string{m.MailID})
	if err != nil {
		return err
	}
	r := refs[m.MailID]
	r.Claim(store.RefEntry{Kind: store.RefShred, Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash})
	tx.Ref(m.Tenant, r)
	return nil
}

// shredBytes deletes the bytes of a message's mail, unless they are another message's, too.
func (d *Desk) shredBytes(ctx context.Context, m *guichet.Message) error {
	if m.Raw == "" {
		return nil
	}
	shared, err := d.sharedBytes(ctx, m)
	if err != nil || shared {
		return err
	}
	if m.Direction == guichet.Inbound || m.Envelope.Receipt != "" {
		if err := d.Store.NoteGone(ctx, m.Raw, d.Now()); err != nil {
			return err
		}
	}
	if store.HasWire(m.Raw) {
		if err := d.Store.Blobs.Delete(ctx, store.WireKey(m.Raw)); err != nil {
			return err
		}
	}
	return d.Store.Blobs.Delete(ctx, m.Raw)
}

// sharedBytes reports whether the bytes of a mail that came to several of our addresses, maybe of several tenants, are a message elsewhere, too.
func (d *Desk) sharedBytes(ctx context.Context, m *guichet.Message) (bool, error) {
	tenants := map[guichet.TenantID]bool{m.Tenant: true}
	for _, addr := range m.Envelope.Also {
		s, _, err := d.siteOf(ctx, addr)
		if guichet.Is(err, guichet.NotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		tenants[s.Tenant] = true
	}
	for t := range tenants {
		refs, err := d.Store.Refs(ctx, t, []string{m.MailID})
		if err != nil {
			return false, err
		}
		for _, e := range refs[m.MailID].Entries {
			if e.Kind != store.RefMessage && e.Kind != store.RefSelf || t == m.Tenant && e.Case == m.Case && e.N == m.N {
				continue
			}
			other, err := d.Store.Message(ctx, t, e.Case.Message(e.N))
			if err != nil && !guichet.Is(err, guichet.NotFound) {
				return false, err
			}
			if err == nil && other.Raw == m.Raw {
				return true, nil
			}
		}
	}
	return false, nil
}

// wasShredded answers the notice of a mail whose bytes are not there: done if they were deleted for good, else missing.
func (d *Desk) wasShredded(ctx context.Context, in Incoming, missing error) ([]Outcome, error) {
	gone, err := d.Store.IsGone(ctx, in.Raw)
	if err != nil {
		return nil, err
	}
	if !gone {
		return nil, missing
	}
	var out []Outcome
	for _, r := range in.Recipients {
		out = append(out, Outcome{Recipient: r, Result: Duplicate, Reason: shreddedMail})
	}
	return out, nil
}

// forgotten turns "there is no such message" of a reaction into "nothing is to be done", if its case was deleted for good.
func (d *Desk) forgotten(ctx context.Context, f guichet.Fact, err error) error {
	if !guichet.Is(err, guichet.NotFound) || f.Case == "" {
		return err
	}
	c, cerr := d.Store.Case(ctx, f.Tenant, f.Case)
	if cerr != nil || c.Gone.IsZero() {
		return err
	}
	return nil
}
