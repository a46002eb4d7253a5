package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/pace"
	"guichet/shared/store"
)

// Paced sends through another sender, and never faster than the account may, however many workers do so at the same time: each takes lanes of slots in the ledger
// (see package pace) and waits for its slot. What the account refuses all the same, since somebody else sends from it too, is tried again here, slower each time,
// and costs the mail none of its attempts.
type Paced struct {
	channel.Sender
	Store *store.Store
	Now   func() time.Time
	Wait  func(ctx context.Context, until time.Time) error // returns at that time, or sooner with an error when ctx ends
	Ask   func(ctx context.Context) (pace.Quota, error)    // what the account may send

	mu      sync.Mutex
	slots   []time.Time // taken and not used yet, in order
	frame   int64       // the last one that a lane was taken of
	quota   pace.Quota
	version int64
	sent    int // recipients, since the quota was asked
}

const (
	quotaFresh = time.Minute      // how long a quota is believed
	quotaAgain = 10 * time.Second // how soon a used-up one is asked for again
	sendTime   = 30 * time.Second // what must be left of a function's time for a mail to be begun
	framesOn   = 120              // how many frames ahead lanes are taken
)

// Send waits until the mail may leave, and sends it. Errors are those of the sender, and Temporary: with channel.QuotaUsed where the account has sent all that it
// may within 24 hours, with channel.Throttled where the function's time would not last until its turn.
func (p *Paced) Send(ctx context.Context, m channel.Outgoing) (channel.Sent, error) {
	for tries := 0; ; {
		at, err := p.turn(ctx, len(m.To))
		if err == nil {
			err = p.until(ctx, at)
		}
		if err != nil {
			return channel.Sent{}, err
		}
		if !pace.Usable(at, p.Now()) {
			continue // woken too late: that slot is gone
		}
		sent, err := p.Sender.Send(ctx, m)
		if err == nil {
			p.count(len(m.To))
		}
		if !errors.Is(err, channel.Throttled) {
			return sent, err
		}
		if werr := p.until(ctx, p.Now().Add(pace.Backoff(tries))); werr != nil {
			return sent, err
		}
		tries++
	}
}

func (p *Paced) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent += n
}

// until waits, unless the function's time would be over before the mail is sent.
func (p *Paced) until(ctx context.Context, at time.Time) error {
	now := p.Now()
	if !at.After(now) {
		return nil
	}
	if end, ok := ctx.Deadline(); ok && end.Sub(at) < sendTime {
		return &guichet.Error{Kind: guichet.Temporary, Text: "more mails wait to be sent than SES takes a second", Cause: channel.Throttled}
	}
	if err := p.Wait(ctx, at); err != nil {
		return guichet.Errorf(guichet.Temporary, "stopped while waiting for a turn to send: %w", err)
	}
	return nil
}

// turn returns when a mail to n recipients may leave: the last of n slots.
func (p *Paced) turn(ctx context.Context, n int) (time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.look(ctx, n); err != nil {
		return time.Time{}, err
	}
	now := p.Now()
	p.slots = slices.DeleteFunc(p.slots, func(s time.Time) bool { return !pace.Usable(s, now) })
	for len(p.slots) < n {
		if err := p.take(ctx, now); err != nil {
			return time.Time{}, err
		}
	}
	at := p.slots[n-1]
	p.slots = slices.Delete(p.slots, 0, n)
	return at, nil
}

// take takes one lane: of this frame, unless so little of it is left that a lane has no slot in it, or of the first after it that has one left.
func (p *Paced) take(ctx context.Context, now time.Time) error {
	frame := max(pace.FrameAt(now.Add(p.quota.Rate.Gap())), p.frame)
	for end := frame + framesOn; frame < end; {
		n, err := p.Store.TakeLane(ctx, frame)
		if err != nil {
			return err
		}
		if n < p.quota.Rate.Lanes() {
			p.frame = frame
			for _, s := range p.quota.Rate.Slots(frame, n) {
				if pace.Usable(s, now) {
					p.slots = append(p.slots, s)
				}
			}
			slices.SortFunc(p.slots, time.Time.Compare)
			return nil
		}
		frame += n / p.quota.Rate.Lanes() // as many have asked before as fill the frames between: they are taken, or soon will be
	}
	return &guichet.Error{Kind: guichet.Temporary, Text: "more mails wait to be sent than SES takes a second", Cause: channel.Throttled}
}

// look makes sure that the quota is one of the last minute, and that it has room for n recipients more. One worker asks the account, the others read what it noted.
func (p *Paced) look(ctx context.Context, n int) error {
	now := p.Now()
	old := func(most time.Duration) bool { return now.Sub(time.UnixMilli(p.quota.At)) >= most }
	if p.version > 0 && !old(quotaFresh) && (p.quota.Room(n, p.sent) || !old(quotaAgain)) {
		return p.room(n)
	}
	var err error
	if p.quota, p.version, err = p.Store.Quota(ctx); err != nil {
		return err
	}
	p.sent = 0
	if p.version > 0 && !old(quotaFresh) && (p.quota.Room(n, 0) || !old(quotaAgain)) {
		return p.room(n)
	}
	q, err := p.Ask(ctx)
	switch {
	case err == nil:
		q.At = now.UnixMilli()
		p.quota = q
		if err := p.Store.SaveQuota(ctx, q, p.version); err != nil {
			return err
		}
		p.version++
	case p.version == 0:
		return guichet.Errorf(guichet.Temporary, "SES does not say how much may be sent: %w", err)
	}
	return p.room(n)
}

func (p *Paced) room(n int) error {
	if p.quota.Room(n, p.sent) {
		return nil
	}
	return &guichet.Error{Kind: guichet.Temporary, Cause: channel.QuotaUsed,
		Text: "SES lets this account send to " + strconv.FormatFloat(p.quota.Max24, 'f', 0, 64) + " recipients within 24 hours, and that many are sent to"}
}
