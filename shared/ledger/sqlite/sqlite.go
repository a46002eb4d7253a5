// Package sqlite is the ledger of a house on one machine: one data file, WAL, synced before a Commit returns.
//
// One goroutine writes. All Commits that wait when it begins go into one SQLite transaction and share its sync, so the cost
// of durability falls with load; each still stands or fails alone. Readers have connections of their own and never wait for
// the writer.
package sqlite

import (
	"context"
	"strings"
	"sync"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

const readers = 4

// DB is a ledger.Ledger on a SQLite file, with the change feed that DynamoDB has in its stream.
type DB struct {
	now     func() time.Time
	path    string
	jobs    chan *job
	idle    chan *conn // read connections at rest
	meter   ledger.Meter
	changed chan struct{}
	stop    chan struct{}
	once    sync.Once
	done    sync.WaitGroup
	ended   chan struct{} // closed when the writer takes no more jobs
	bulk    *checkpoint
	sweepAt int64 // owned by the writer: seconds
}

var _ ledger.Ledger = (*DB)(nil)

// An Option changes how Open works.
type Option func(*options)

type options struct{ sync string }

// Unsynced gives up durability against power loss (not against the death of the process) for speed: for tests and simulations.
func Unsynced() Option { return func(o *options) { o.sync = "OFF" } }

// Open opens the data file at path, making it if it is missing; its folder must be there. now is the clock for expiry.
// Invalid: the folder is missing or not writable, the file is of another program or of a newer version of this one.
func Open(path string, now func() time.Time, opts ...Option) (*DB, error) {
	o := options{sync: "FULL"}
	for _, f := range opts {
		f(&o)
	}
	dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	// The checkpoint is taken by hand (see checkpoint.go). The page caches bound the memory: 12 MB + readers of 3 MB.
	common := []string{"busy_timeout=5000", "mmap_size=0", "temp_store=MEMORY", "synchronous=" + o.sync}
	w, err := dial(dsn, append(common, "journal_mode=WAL", "wal_autocheckpoint=0", "cache_size=-12000")...)
	if err != nil {
		return nil, explain(err, path)
	}
	if err := migrate(w, path); err != nil {
		w.close()
		return nil, err
	}
	d := &DB{now: now, path: path, jobs: make(chan *job, 256), idle: make(chan *conn, readers),
		changed: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
	for range readers {
		r, err := dial(dsn, append(common, "query_only=1", "cache_size=-3000")...)
		if err != nil {
			d.closeReaders()
			w.close()
			return nil, explain(err, path)
		}
		d.idle <- r
	}
	if d.bulk, err = newCheckpoint(dsn, common); err != nil {
		d.closeReaders()
		w.close()
		return nil, explain(err, path)
	}
	d.done.Add(1)
	go d.write(w)
	return d, nil
}

// Close finishes what is waiting, folds the log into the data file and closes it. Calls after it fail with Temporary.
func (d *DB) Close() error {
	d.once.Do(func() { close(d.stop) })
	d.done.Wait()
	return nil
}

func (d *DB) closeReaders() {
	for {
		select {
		case c := <-d.idle:
			c.close()
		default:
			return
		}
	}
}

// reader borrows a read connection for f.
func (d *DB) reader(ctx context.Context, f func(c *conn) error) error {
	select {
	case <-d.stop:
		return errClosed()
	default:
	}
	select {
	case c := <-d.idle:
		defer func() { d.idle <- c }()
		return f(c)
	case <-d.stop:
		return errClosed()
	case <-ctx.Done():
		return guichet.Errorf(guichet.Temporary, "ledger: wait to read: %w", ctx.Err())
	}
}

func errClosed() error { return guichet.Errorf(guichet.Temporary, "ledger is closed") }

// Usage returns what was consumed, by DynamoDB's rules.
func (d *DB) Usage() ledger.Usage { return d.meter.Usage() }
