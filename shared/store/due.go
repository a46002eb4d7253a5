package store

import (
	"context"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Turn is a case whose turn has come: something of it is due. Err says why it cannot be read; Case is nil then.
type Turn struct {
	Tenant guichet.TenantID
	ID     guichet.CaseID
	Case   *guichet.Case
	Err    error
}

// duePage is how many turns are handed out at once.
const duePage = 200

// Due hands out, page by page, the cases of one hour of the due index that are due by now. It costs what is due, never what is open: a case that had its turn
// leaves the index, or stands there at a later time.
func (s *Store) Due(ctx context.Context, hour, now time.Time, each func([]Turn) error) error {
	for shard := range dueShards {
		q := ledger.Query{Index: dueIndex, Partition: duePartition(hour, shard), To: stamp(now) + "~", Limit: duePage}
		for {
			page, err := s.Ledger.Query(ctx, q)
			if err != nil {
				return err
			}
			if turns := turnsOf(page.Items); len(turns) > 0 {
				if err := each(turns); err != nil {
					return err
				}
			}
			if q.Cursor = page.Cursor; q.Cursor == "" {
				break
			}
		}
	}
	return nil
}

func turnsOf(items []ledger.Item) []Turn {
	out := make([]Turn, 0, len(items))
	for _, it := range items {
		t, rest, _ := strings.Cut(it.P, "#")
		turn := Turn{Tenant: guichet.TenantID(t), ID: guichet.CaseID(keyTail(rest))}
		if turn.Case, turn.Err = caseOf(it); turn.Err != nil {
			turn.Case = nil
		}
		out = append(out, turn)
	}
	return out
}

// Swept returns up to when the due index was swept, and the version of that note; zero before the first sweep.
func (s *Store) Swept(ctx context.Context) (time.Time, int64, error) {
	it, err := s.Ledger.Get(ctx, cursorKey())
	if guichet.Is(err, guichet.NotFound) {
		return time.Time{}, 0, nil
	}
	if err != nil {
		return time.Time{}, 0, err
	}
	at, err := time.Parse(time.RFC3339Nano, string(it.Body))
	return at, it.Version, err
}

// beginSweeps says from when the due index is to be swept, with the first tenant: before any case, so that none is due before it, however late the first sweep comes.
func (s *Store) beginSweeps(ctx context.Context) error {
	_, version, err := s.Swept(ctx)
	if err != nil || version > 0 {
		return err
	}
	err = s.SetSwept(ctx, s.now(), 0)
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

// SetSwept notes up to when the due index was swept.
func (s *Store) SetSwept(ctx context.Context, at time.Time, version int64) error {
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: cursorKey(), Version: version, Body: []byte(at.UTC().Format(time.RFC3339Nano))}})
}

// Missed is a case whose turn failed: the sweep goes on without it and tries it again at Next.
type Missed struct {
	Tenant  guichet.TenantID `json:"t"`
	Case    guichet.CaseID   `json:"c"`
	Since   time.Time        `json:"s"`
	Next    time.Time        `json:"n"`
	Tries   int              `json:"k"`
	Reason  string           `json:"r"` // for the operator
	Version int64            `json:"-"`
}

// MissedTurns lists the cases whose turn failed, up to limit.
func (s *Store) MissedTurns(ctx context.Context, limit int) ([]Missed, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: missedPartition, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]Missed, 0, len(page.Items))
	for _, it := range page.Items {
		m := Missed{Version: it.Version}
		if err := read(it, &m); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// SaveMissed notes a case whose turn failed (Version 0), or failed again. Another sweep may have been faster: Exists or Conflict.
func (s *Store) SaveMissed(ctx context.Context, m Missed) error {
	return s.Ledger.Commit(ctx, ledger.Put{Item: ledger.Item{Key: missedKey(m.Tenant, m.Case), Version: m.Version, Body: body(m)}})
}

// DropMissed takes the note off: the case had its turn.
func (s *Store) DropMissed(ctx context.Context, m Missed) error {
	return s.Ledger.Commit(ctx, ledger.Delete{Key: missedKey(m.Tenant, m.Case), Version: m.Version})
}
