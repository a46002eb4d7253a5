package store

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/pace"
)

// laneLife is how long the count of a frame's lanes is kept: longer than anybody asks for it.
const laneLife = time.Hour

// TakeLane takes the next lane of a frame, whoever asks at the same time, and returns its number, from 0. A number beyond the lanes that there are says that all
// are taken. One write; the first of a frame pays a second one, so that the count goes when its time is over.
func (s *Store) TakeLane(ctx context.Context, frame int64) (int64, error) {
	n, err := s.Ledger.Next(ctx, frameKey(frame), 1)
	if err != nil {
		return 0, err
	}
	if n == 1 {
		_ = s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: frameKey(frame), Expires: pace.Start(frame).Add(laneLife)}}) // else it stays: a few bytes
	}
	return n - 1, nil
}

// Quota returns what the account was found to be allowed last, and the version of that note; the zero Quota if nobody has asked yet.
func (s *Store) Quota(ctx context.Context) (q pace.Quota, version int64, err error) {
	it, err := s.Ledger.Get(ctx, quotaKey())
	if guichet.Is(err, guichet.NotFound) {
		return q, 0, nil
	}
	if err != nil {
		return q, 0, err
	}
	return q, it.Version, read(it, &q)
}

// SaveQuota notes what the account is allowed, unless somebody was faster: what he noted is as new.
func (s *Store) SaveQuota(ctx context.Context, q pace.Quota, version int64) error {
	err := s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: quotaKey(), Version: version, Body: body(q)}})
	if guichet.Is(err, guichet.Conflict) || guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}
