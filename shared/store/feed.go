package store

import (
	"context"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Feed returns the feed of a calendar; NotFound if it has none.
func (s *Store) Feed(ctx context.Context, t guichet.TenantID, id guichet.CalendarID) (guichet.Feed, error) {
	it, err := s.Ledger.Get(ctx, calendarFeedKey(t, id))
	if err != nil {
		return guichet.Feed{}, err
	}
	return feedOf(it)
}

func feedOf(it ledger.Item) (guichet.Feed, error) {
	t, id, _ := strings.Cut(it.S, "#")
	f := guichet.Feed{Tenant: guichet.TenantID(t), Calendar: guichet.CalendarID(id), Version: it.Version}
	return f, read(it, &f)
}

// SaveFeed stores a feed (Version 0: a new one), where DueFeeds finds it from its Next on.
func (s *Store) SaveFeed(ctx context.Context, f guichet.Feed) error {
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: calendarFeedKey(f.Tenant, f.Calendar), Version: f.Version, Body: body(f),
		Index: [3]ledger.Key{calendarFeedIndex - 1: {P: calendarFeeds, S: stamp(f.Next) + "#" + calendarFeedKey(f.Tenant, f.Calendar).S}}}})
}

// DropFeed takes a feed away.
func (s *Store) DropFeed(ctx context.Context, f guichet.Feed) error {
	return s.Ledger.Commit(ctx, ledger.Delete{Key: calendarFeedKey(f.Tenant, f.Calendar), Version: f.Version})
}

// DueFeeds lists feeds of all tenants that are to be read by now, those that wait longest first, up to limit.
func (s *Store) DueFeeds(ctx context.Context, now time.Time, limit int) ([]guichet.Feed, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Index: calendarFeedIndex, Partition: calendarFeeds, To: stamp(now) + "~", Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]guichet.Feed, 0, len(page.Items))
	for _, it := range page.Items {
		f, err := feedOf(it)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}
