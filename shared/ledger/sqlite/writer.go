package sqlite

import (
	"context"
	"database/sql/driver"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

const (
	maxGroup      = 128     // jobs that share one transaction
	maxGroupBytes = 4 << 20 // and about the bytes of their bodies
)

// job is one piece of work for the writer: run does it within the group's transaction.
type job struct {
	ctx  context.Context
	run  func(t *tx) error
	done chan error
}

// tx is the transaction of one group.
type tx struct {
	*conn
	now       int64 // seconds
	bytes     int   // of bodies written
	writes    int   // rows written
	seq       int64 // last position on the feed; 0: not looked up yet
	announced bool
	fault     error // an error of SQLite itself: the group cannot be committed
}

// do hands run to the writer and waits for the answer, which comes after the sync. Once taken, a job is not abandoned: the
// answer is always the truth.
func (d *DB) do(ctx context.Context, run func(t *tx) error) error {
	j := &job{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case <-d.stop:
		return errClosed()
	default:
	}
	select {
	case d.jobs <- j:
	case <-d.stop:
		return errClosed()
	case <-ctx.Done():
		return guichet.Errorf(guichet.Temporary, "ledger: wait to write: %w", ctx.Err())
	}
	select {
	case err := <-j.done:
		return err
	case <-d.ended:
		select {
		case err := <-j.done:
			return err
		default:
			return errClosed()
		}
	}
}

// write is the writer's goroutine.
func (d *DB) write(w *conn) {
	defer d.done.Done()
	for {
		select {
		case j := <-d.jobs:
			d.group(w, j)
		case <-d.stop:
			d.finish(w)
			return
		}
	}
}

// finish does the jobs that came before the end, and closes all connections.
func (d *DB) finish(w *conn) {
	for {
		select {
		case j := <-d.jobs:
			d.group(w, j)
			continue
		default:
		}
		break
	}
	close(d.ended)
	for range readers {
		c := <-d.idle
		c.close()
	}
	d.bulk.close()
	_ = w.each("PRAGMA wal_checkpoint(TRUNCATE)", 3, nil)
	w.close()
}

// group runs first and whatever else waits in one transaction. If SQLite itself fails, each is tried once more alone, so that
// only the one at fault fails.
func (d *DB) group(w *conn, first *job) {
	jobs := []*job{first}
	errs, t := d.attempt(w, &jobs, true)
	if t.fault != nil && len(jobs) > 1 {
		for _, j := range jobs {
			one := []*job{j}
			e, alone := d.attempt(w, &one, false)
			d.answer(one, e, alone)
			d.bulk.after(w, alone.pages())
		}
		return
	}
	d.answer(jobs, errs, t)
	d.bulk.after(w, t.pages())
}

// attempt runs the jobs in one transaction, and with more those that wait meanwhile.
func (d *DB) attempt(w *conn, jobs *[]*job, more bool) ([]error, *tx) {
	t := &tx{conn: w, now: d.now().Unix()}
	t.fault = w.exec("BEGIN IMMEDIATE")
	var errs []error
	for i := 0; i < len(*jobs) && t.fault == nil; i++ {
		errs = append(errs, (*jobs)[i].apply(t))
		if more && i+1 == len(*jobs) && i+1 < maxGroup && t.bytes < maxGroupBytes {
			select {
			case j := <-d.jobs:
				*jobs = append(*jobs, j)
			default:
			}
		}
	}
	if t.fault == nil {
		d.sweep(t)
	}
	if t.fault == nil {
		t.fault = w.exec("COMMIT")
	}
	if t.fault != nil {
		_ = w.exec("ROLLBACK") // fails when SQLite has rolled back by itself
	}
	return errs, t
}

func (j *job) apply(t *tx) error {
	if err := j.ctx.Err(); err != nil {
		return guichet.Errorf(guichet.Temporary, "ledger: wait to write: %w", err)
	}
	return j.run(t)
}

// answer tells each caller what became of its job, and wakes the feed's reader.
func (d *DB) answer(jobs []*job, errs []error, t *tx) {
	if t.fault == nil && t.announced {
		select {
		case d.changed <- struct{}{}:
		default:
		}
	}
	for i, j := range jobs {
		if t.fault != nil {
			j.done <- broken("write", t.fault)
			continue
		}
		j.done <- errs[i]
	}
}

// pages estimates what the group added to the log.
func (t *tx) pages() int { return 3*t.writes + t.bytes/4096 }

// must runs a statement of which only SQLite itself can be the failure.
func (t *tx) must(text string, values ...driver.Value) {
	if t.fault == nil {
		t.fault = t.exec(text, values...)
	}
}

// Commit does all writes or none. It returns after the sync.
func (d *DB) Commit(ctx context.Context, writes ...ledger.Write) error {
	if err := ledger.CheckWrites(writes); err != nil {
		return err
	}
	d.meter.Call()
	return d.do(ctx, func(t *tx) error { return d.commit(t, writes) })
}

// Next adds delta to the Count of k and returns the new value.
func (d *DB) Next(ctx context.Context, k ledger.Key, delta int64) (n int64, err error) {
	if err := ledger.CheckNext(k, delta); err != nil {
		return 0, err
	}
	d.meter.Call()
	err = d.do(ctx, func(t *tx) error {
		add := ledger.Add{Key: k, Delta: delta, Min: -1 << 63, Max: 1<<63 - 1}
		p, err := t.plan(0, add)
		if err != nil {
			return err
		}
		n = p.after.Count
		d.carry(t, p, false)
		return nil
	})
	return n, err
}
