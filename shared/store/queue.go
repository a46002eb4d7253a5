package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// keepNotice is how long the notice of a mail stays after it was read.
const keepNotice = 7 * 24 * time.Hour

// PutNotice notes durably that a mail came in: in place of SES's notification, on one machine. The bytes must be stored before.
func (s *Store) PutNotice(ctx context.Context, receipt, notice string, at time.Time) error {
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: noticeKey(receipt), Body: []byte(notice), Announce: true, Expires: at.Add(keepNotice)}})
}

// Announced says what an item of the change feed carries: the facts of one commit, or the notice of a mail.
func Announced(it ledger.Item) (facts []guichet.Fact, notice string, err error) {
	if strings.HasPrefix(it.P, noticePrefix) {
		return nil, string(it.Body), nil
	}
	facts, err = Facts(it)
	return facts, "", err
}

// Work is one message of a queue on one machine: what a function is to be told.
type Work struct {
	ID       string    `json:"id"` // orders: the feed's position first
	Function string    `json:"function"`
	Group    string    `json:"group"`
	Body     string    `json:"body"`
	Tries    int       `json:"tries"`
	Reason   string    `json:"reason,omitempty"`
	At       time.Time `json:"at"`
}

// Park keeps work that failed, or that waits behind such, until it is tried again.
func (s *Store) Park(ctx context.Context, w Work) error {
	k := parkedKey(w.ID)
	v, err := s.version(ctx, k)
	if err != nil {
		return err
	}
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: k, Version: v, Body: body(w)}})
}

// Unpark forgets parked work: it is done, or given up.
func (s *Store) Unpark(ctx context.Context, w Work) error {
	v, err := s.version(ctx, parkedKey(w.ID))
	if err != nil || v == 0 {
		return err
	}
	return s.Ledger.Commit(ctx, ledger.Delete{Key: parkedKey(w.ID), Version: v})
}

// GiveUp moves work to the function's dead letters, with its reason.
func (s *Store) GiveUp(ctx context.Context, w Work) error {
	err := s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: ledger.Key{P: deadPartition(w.Function), S: w.ID}, Body: body(w)}})
	if guichet.Is(err, guichet.Exists) {
		err = nil
	}
	if err != nil {
		return err
	}
	return s.Unpark(ctx, w)
}

// Parked returns all parked work, in order.
func (s *Store) Parked(ctx context.Context) ([]Work, error) { return s.work(ctx, parkedPartition) }

// Dead returns a function's dead letters, in order.
func (s *Store) Dead(ctx context.Context, function string) ([]Work, error) {
	return s.work(ctx, deadPartition(function))
}

func (s *Store) work(ctx context.Context, partition string) ([]Work, error) {
	var out []Work
	err := s.all(ctx, ledger.Query{Partition: partition, Limit: ledger.MaxPage}, func(it ledger.Item) error {
		var w Work
		if err := read(it, &w); err != nil {
			return err
		}
		out = append(out, w)
		return nil
	})
	return out, err
}

// FeedRead returns how far the change feed was read.
func (s *Store) FeedRead(ctx context.Context) (int64, error) {
	it, err := s.Ledger.Get(ctx, feedKey())
	if guichet.Is(err, guichet.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(it.Body), 10, 64)
}

// SetFeedRead notes how far the change feed was read.
func (s *Store) SetFeedRead(ctx context.Context, seq int64) error {
	v, err := s.version(ctx, feedKey())
	if err != nil {
		return err
	}
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: feedKey(), Version: v, Body: strconv.AppendInt(nil, seq, 10)}})
}
