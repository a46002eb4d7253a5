package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

func init() { bells[guichet.LeaveTimer] = (*Desk).leaveNow }

// leaveNow lets an answer leave whose time has come: it is queued, and its timer is gone, in one commit. Taking it back writes the same two things: exactly one of
// the two happens. An answer of a case in the bin is taken back.
func (d *Desk) leaveNow(ctx context.Context, t guichet.TenantID, id guichet.CaseID, timer guichet.Timer) error {
	return again(ctx, func() error {
		c, err := d.Store.Case(ctx, t, id)
		if err != nil {
			return err
		}
		if is, ok := c.Timer(guichet.LeaveTimer, timer.Key); !ok || is.At.After(d.Now()) {
			return nil
		}
		m, err := d.Store.Message(ctx, t, guichet.MessageID(timer.Key))
		if err != nil {
			return err
		}
		c.StopTimer(guichet.LeaveTimer, timer.Key)
		tx := &store.Tx{}
		if m.Delivery != guichet.Scheduled {
			tx.Case(c)
			return d.Store.Commit(ctx, tx)
		}
		if c.Status == guichet.Trashed {
			return d.neverLeaves(ctx, tx, c, m, Self, "its case is in the bin")
		}
		return d.letLeave(ctx, c, m, Self)
	})
}

// letLeave commits that an answer which waited leaves now.
func (d *Desk) letLeave(ctx context.Context, c *guichet.Case, m *guichet.Message, by string) error {
	c.StopTimer(guichet.LeaveTimer, string(m.ID()))
	m.Delivery = guichet.Queued
	if err := d.wroteNow(ctx, c, m); err != nil {
		return err
	}
	f := d.fact(guichet.ReplyQueued, by, "waited", "yes")
	f.Message, f.Agent = m.ID(), m.By
	tx := &store.Tx{}
	tx.Message(m)
	tx.Case(c, f)
	return d.Store.Commit(ctx, tx)
}

// waiting is an answer that waits to leave, for who may change that: its writer, or who may assign the case.
func (d *Desk) waiting(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID) (*worker, *guichet.Message, error) {
	w, err := d.worker(ctx, t, who, id.Case())
	if err != nil {
		return nil, nil, err
	}
	m, err := d.Store.Message(ctx, t, id)
	if err != nil {
		return nil, nil, err
	}
	right := guichet.CanReply
	if m.By != who {
		right = guichet.CanAssign
	}
	if err := w.needs(right); err != nil {
		return nil, nil, err
	}
	if m.Direction != guichet.Outbound {
		return nil, nil, guichet.Wrongf("messageId", "only an answer that waits to leave can be changed")
	}
	return w, m, nil
}

// gone says that an answer cannot be taken back or put off any more.
func gone() error {
	return guichet.Errorf(guichet.Permanent, "the answer has left already: it cannot be taken back")
}

// onWaiting does something with an answer that may wait to leave, again if somebody moved first, and returns the answer as it is then.
func (d *Desk) onWaiting(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID, do func(*worker, *guichet.Message) error) (*guichet.Message, error) {
	var out *guichet.Message
	err := again(ctx, func() error {
		w, m, err := d.waiting(ctx, t, who, id)
		if err != nil {
			return err
		}
		out = m
		return do(w, m)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Withdraw takes back an answer that has not left: it never leaves. To do it again changes nothing. Errors: Permanent if it has left; Denied; NotFound.
func (d *Desk) Withdraw(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID) (*guichet.Message, error) {
	return d.onWaiting(ctx, t, who, id, func(w *worker, m *guichet.Message) error {
		switch m.Delivery {
		case guichet.Withdrawn:
			return nil
		case guichet.Scheduled:
		default:
			return gone()
		}
		w.c.StopTimer(guichet.LeaveTimer, string(id))
		return d.neverLeaves(ctx, &store.Tx{}, w.c, m, string(who), "")
	})
}

// neverLeaves commits that a message never leaves. Every case that counts it counts one answer less: its own, and those that took that one.
func (d *Desk) neverLeaves(ctx context.Context, tx *store.Tx, c *guichet.Case, m *guichet.Message, by, reason string) error {
	m.Delivery, m.Reason, m.Leaves = guichet.Withdrawn, reason, time.Time{}
	f := d.fact(guichet.ReplyWithdrawn, by, "reason", reason)
	f.Message, f.Agent = m.ID(), m.By
	for at := m.Case; at != ""; {
		of := c
		if at != c.ID {
			var err error
			if of, err = d.Store.Case(ctx, m.Tenant, at); err != nil {
				return err
			}
			uncount(of, m)
			tx.Case(of)
		}
		at = of.Merged
	}
	uncount(c, m)
	tx.Message(m)
	tx.Case(c, f)
	return d.Store.Commit(ctx, tx)
}

// uncount takes an answer off the counts of a case.
func uncount(c *guichet.Case, m *guichet.Message) {
	if c.Out = max(0, c.Out-1); m.Outside {
		c.Aside = max(0, c.Aside-1)
	}
}

// Reschedule has an answer that waits leave at another time. Errors: Permanent if it has left; Invalid for a time that is none.
func (d *Desk) Reschedule(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID, at time.Time) (*guichet.Message, error) {
	return d.onWaiting(ctx, t, who, id, func(w *worker, m *guichet.Message) error {
		if m.Delivery != guichet.Scheduled {
			return gone()
		}
		if at.IsZero() {
			return guichet.Wrongf("scheduledAt", "say when it leaves")
		}
		when, err := d.leaves(w.channel, at)
		if err != nil || when.Equal(m.Leaves) {
			return err
		}
		if err := d.redate(ctx, m, when); err != nil {
			return err
		}
		m.Leaves = when
		if !w.c.SetTimer(guichet.LeaveTimer, string(id), when) {
			return guichet.Errorf(guichet.Exhausted, "too many things wait in this case")
		}
		f := d.fact(guichet.ReplyScheduled, string(who), "waited", "yes", "leaves", when.Format(time.RFC3339))
		f.Message, f.Agent = id, m.By
		tx := &store.Tx{}
		tx.Message(m)
		tx.Case(w.c, f)
		return d.Store.Commit(ctx, tx)
	})
}

// redate writes the new time into the mail's Date. The bytes are new ones under a key of their own; the message is known by the hash of the first.
func (d *Desk) redate(ctx context.Context, m *guichet.Message, at time.Time) error {
	raw, err := d.readMail(ctx, m.Raw, math.MaxInt64)
	if err != nil {
		return err
	}
	raw = mail.Redate(raw, at)
	h := sha256.Sum256(raw)
	named := *m
	named.Hash = hex.EncodeToString(h[:16])
	m.Raw = store.OutKey(&named)
	err = d.Store.Blobs.Put(ctx, m.Raw, bytes.NewReader(raw), int64(len(raw)))
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

// SendNow lets an answer that waits leave at once. To do it again changes nothing. Errors: Permanent if it was taken back.
func (d *Desk) SendNow(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID) (*guichet.Message, error) {
	return d.onWaiting(ctx, t, who, id, func(w *worker, m *guichet.Message) error {
		switch m.Delivery {
		case guichet.Withdrawn:
			return guichet.Errorf(guichet.Permanent, "the answer was taken back: write it again")
		case guichet.Scheduled:
			return d.letLeave(ctx, w.c, m, string(who))
		}
		return nil
	})
}

// takeTimers gives a case the answers that wait to leave in one that becomes its part: only live cases are looked at.
func takeTimers(winner, loser *guichet.Case) {
	for _, t := range slices.Clone(loser.Timers) {
		if t.Kind == guichet.LeaveTimer {
			loser.StopTimer(t.Kind, t.Key)
			winner.Timers = append(winner.Timers, t) // also beyond what a case takes: what was promised leaves
		}
	}
	for _, a := range loser.Outside {
		winner.SentOutside(a)
	}
	for _, ch := range loser.Also {
		winner.SentFrom(ch)
	}
}

// giveTimers gives a part its waiting answers back when it is a case of its own again.
func giveTimers(whole, part *guichet.Case) {
	for _, t := range slices.Clone(whole.Timers) {
		if t.Kind == guichet.LeaveTimer && strings.HasPrefix(t.Key, string(part.ID)+"-") && part.SetTimer(t.Kind, t.Key, t.At) {
			whole.StopTimer(t.Kind, t.Key)
		}
	}
}

// joinChannels lists the channels that a merged case was answered from, for the facts.
func joinChannels(c *guichet.Case) string {
	var s []string
	for _, ch := range c.Also {
		s = append(s, string(ch))
	}
	return strings.Join(s, " ")
}

// wroteNow starts what a written answer starts, when it leaves.
func (d *Desk) wroteNow(ctx context.Context, c *guichet.Case, m *guichet.Message) error {
	cfg, err := d.Store.Config(ctx, c.Tenant)
	if err != nil || skillOf(cfg, c.Skill).ContactWrites <= 0 || m.By == "" || m.Outside {
		return err
	}
	a, err := d.Store.Agent(ctx, c.Tenant, m.By)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	if err == nil {
		d.agentWrote(cfg, c, a)
	}
	return err
}
