package desk

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// Mails of one sender that come faster than a channel takes them wait in quarantine: the last resort against two machines that answer each other
// (D-42).

// burst reports, as a number above 0, that the mails of a case come too fast: so many within the window. It costs a read only where a case has that
// many mails.
func (d *Desk) burst(ctx context.Context, a arrival, s mail.Site, c *guichet.Case) (int, error) {
	most := s.Channel.MaxBurst()
	if c == nil || c.Messages < most {
		return 0, nil
	}
	m, err := d.Store.Message(ctx, c.Tenant, c.ID.Message(c.Messages-most+1))
	if guichet.Is(err, guichet.NotFound) {
		return 0, nil
	}
	if err != nil || a.in.ReceivedAt.Sub(m.At) > s.Channel.BurstWindow() {
		return 0, err
	}
	return most + 1, nil
}

// streak counts the cases that a contact opened one close upon the other, as a machine does, the one that is being opened included: close is twice the pace at
// which the channel's limit is reached.
func (d *Desk) streak(ctx context.Context, l *landing, person *guichet.Contact) (int, error) {
	if person.Version == 0 {
		return 1, nil
	}
	last, _, err := d.Store.OfContact(ctx, l.site.Tenant, person.ID, 1, "")
	if err != nil || len(last) == 0 || l.in.ReceivedAt.Sub(last[0].Opened) > 2*l.site.Channel.BurstWindow()/time.Duration(l.site.Channel.MaxBurst()) {
		return 1, err
	}
	return last[0].Streak + 1, nil
}
