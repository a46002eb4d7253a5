package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/sla"
)

// Feeds reads calendars at addresses. See channel.Feed.
type Feeds interface {
	// CheckFeed returns an address as it is fetched. Errors are Invalid about "url".
	CheckFeed(address string) (string, error)
	// Fetch returns what is there and the server's mark of it; no bytes if the mark of the last time still stands.
	Fetch(ctx context.Context, address, tag string) (ics []byte, mark string, err error)
}

// How a sweep reads feeds.
const (
	feedsMost = 4                // at the same time, in one sweep
	feedLease = 10 * time.Minute // that another sweep leaves a feed alone which is being read
)

// SetFeed says where a calendar's holidays come from by themselves: it is read now, and once a day from then on. If it cannot be read now, the feed says why and is
// tried again. Errors: Denied; NotFound; Invalid about "url".
func (d *Desk) SetFeed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CalendarID, address string) (guichet.Feed, error) {
	if d.Feeds == nil {
		return guichet.Feed{}, guichet.Wrongf("url", "this house reads no feeds: upload the file")
	}
	var f guichet.Feed
	err := again(ctx, func() error {
		was, err := d.Feed(ctx, t, who, id)
		if err != nil {
			return err
		}
		if address, err = d.Feeds.CheckFeed(address); err != nil {
			return err
		}
		f = guichet.Feed{Tenant: t, Calendar: id, URL: address, By: who, Next: d.Now().Add(feedLease), Version: was.Version}
		if was.URL == address {
			f.Read, f.Left = was.Read, was.Left
		}
		return d.Store.SaveFeed(ctx, f)
	})
	if err != nil {
		return f, err
	}
	f.Version++
	if err := d.readFeed(ctx, f); err != nil {
		return f, err
	}
	return d.Feed(ctx, t, who, id)
}

// Feed returns the feed of a calendar; one without a URL if it has none. Errors: Denied; NotFound if there is no such calendar.
func (d *Desk) Feed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CalendarID) (guichet.Feed, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return guichet.Feed{}, err
	}
	if h := cfg.Hours[id]; h == nil || h.Deleted {
		return guichet.Feed{}, guichet.Errorf(guichet.NotFound, "calendar")
	}
	f, err := d.Store.Feed(ctx, t, id)
	if guichet.Is(err, guichet.NotFound) {
		return guichet.Feed{Tenant: t, Calendar: id}, nil
	}
	return f, err
}

// DropFeed takes the feed of a calendar away. The holidays that came from it stay.
func (d *Desk) DropFeed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CalendarID) error {
	return again(ctx, func() error {
		f, err := d.Feed(ctx, t, who, id)
		if err != nil || f.Version == 0 {
			return err
		}
		return d.Store.DropFeed(ctx, f)
	})
}

// readFeeds reads the feeds that are due, some in each sweep. That one cannot be read is told with the calendar; it is no error of the sweep.
func (d *Desk) readFeeds(ctx context.Context) error {
	if d.Feeds == nil {
		return nil
	}
	due, err := d.Store.DueFeeds(ctx, d.Now(), feedsMost)
	if err != nil {
		return err
	}
	errs := make([]error, len(due))
	var wg sync.WaitGroup
	for i, f := range due {
		wg.Go(func() {
			f.Next = d.Now().Add(feedLease)
			errs[i] = d.Store.SaveFeed(ctx, f)
			if guichet.Is(errs[i], guichet.Conflict) {
				errs[i] = nil // another sweep reads it
				return
			}
			if f.Version++; errs[i] == nil {
				errs[i] = d.readFeed(ctx, f)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// readFeed reads one feed that is ours to read, gives its days to the calendar, and notes how it went. Service levels follow for new cases, as by any change of a calendar
// (A064). An error is the house's own, not the feed's.
func (d *Desk) readFeed(ctx context.Context, f guichet.Feed) error {
	ics, tag, err := d.Feeds.Fetch(ctx, f.URL, f.Tag)
	if ctx.Err() != nil {
		return guichet.Errorf(guichet.Temporary, "read a feed: %w", ctx.Err())
	}
	days, left := []string(nil), f.Left
	if err == nil && ics != nil {
		days, left, err = feedDays(ics)
	}
	if err == nil && days != nil {
		err = again(ctx, func() error {
			cfg, err := d.Store.FreshConfig(ctx, f.Tenant)
			if err != nil {
				return err
			}
			return d.closeOn(ctx, cfg, f.Tenant, f.Calendar, days)
		})
		switch {
		case guichet.Is(err, guichet.NotFound): // the calendar is gone
			return passedBy(d.Store.DropFeed(ctx, f))
		case err != nil && !guichet.Is(err, guichet.Invalid):
			return err
		}
	}
	if err != nil {
		f.Failed(d.Now(), cut(channel.Said(err), 300))
	} else {
		f.Worked(d.Now(), tag, cut(left, 300))
	}
	return passedBy(d.Store.SaveFeed(ctx, f))
}

// passedBy is nil for a feed that was set anew, or taken away, meanwhile.
func passedBy(err error) error {
	if guichet.Is(err, guichet.Conflict) {
		return nil
	}
	return err
}

// feedDays reads a file, and says what of it could not be read. One without any day is taken for a mistake: the holidays stay as they were.
func feedDays(ics []byte) (days []string, left string, err error) {
	days, bad := sla.Holidays(ics)
	switch {
	case bad != nil && len(days) == 0:
		return nil, "", bad
	case len(days) == 0:
		return nil, "", guichet.Wrongf("ics", "the feed has no all-day event; the holidays stay as they were")
	case bad != nil:
		left = channel.Said(bad)
	}
	return days, left, nil
}
