package desktest

import (
	"context"
	"io"
	"sync"
	"time"

	"guichet/shared/blob"
	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Fault is a way in which one call into the world goes wrong.
type Fault int

const (
	FailBefore   Fault = iota // the call does nothing and says so: Temporary
	FailAfter                 // the call does its work, and its answer is lost: Temporary
	DieBefore                 // the process ends before the call; nothing works until it is started again
	DieAfter                  // the process ends after the call
	BeatenBefore              // a Commit is beaten by another that then came to nothing: Conflict, and nothing stored
	BeatenAfter               // a Commit does its work, an engine tries it again by itself and meets its own work: Conflict
	faultKinds
)

var faultNames = [...]string{"fail before", "fail after", "die before", "die after", "beaten before", "beaten after"}

// String returns the fault in words.
func (f Fault) String() string { return faultNames[f] }

// on reports whether the fault makes sense of that call: a read has no effect to come before or after.
func (f Fault) on(c call) bool {
	switch f {
	case FailAfter, DieAfter:
		return c.writes
	case BeatenBefore, BeatenAfter:
		return c.name == "commit"
	}
	return true
}

// call is one call of the desk into the world.
type call struct {
	name   string
	writes bool
}

// Faults stands between a desk and its world, counts the calls and lets some go wrong. Calls are counted while it is armed.
type Faults struct {
	// Pick says what happens to the n-th call, from 0; ok is false if it goes well.
	Pick func(n int, c call) (f Fault, ok bool)

	mu    sync.Mutex
	armed bool
	dead  bool
	hits  int
	calls []call
}

// do makes one call, or lets it go wrong.
func (f *Faults) do(name string, writes bool, work func() error) error {
	fault, hit, err := f.next(call{name, writes})
	if err != nil || !hit {
		if err == nil {
			err = work()
		}
		return err
	}
	switch fault {
	case FailAfter, DieAfter, BeatenAfter:
		if err := work(); err != nil {
			return err
		}
	}
	if fault == BeatenAfter || fault == BeatenBefore {
		return guichet.Errorf(guichet.Conflict, "planted: %s", fault)
	}
	return guichet.Errorf(guichet.Temporary, "planted: %s", fault)
}

// next counts a call. A dead process makes none.
func (f *Faults) next(c call) (Fault, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.armed {
		return 0, false, nil
	}
	if f.dead {
		return 0, false, guichet.Errorf(guichet.Temporary, "planted: the process is gone")
	}
	n := len(f.calls)
	f.calls = append(f.calls, c)
	if f.Pick == nil {
		return 0, false, nil
	}
	fault, ok := f.Pick(n, c)
	if !ok || !fault.on(c) {
		return 0, false, nil
	}
	f.hits++
	f.dead = fault == DieBefore || fault == DieAfter
	return fault, true, nil
}

func (f *Faults) arm(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = on
}

// restart brings a dead process back; it reports whether it was dead.
func (f *Faults) restart() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.dead
	f.dead = false
	return was
}

// faultyLedger is a ledger whose calls may go wrong.
type faultyLedger struct {
	*Faults
	ledger.Ledger
}

func (l faultyLedger) Get(ctx context.Context, k ledger.Key) (it ledger.Item, err error) {
	err = l.do("get", false, func() error { it, err = l.Ledger.Get(ctx, k); return err })
	return it, err
}

func (l faultyLedger) BatchGet(ctx context.Context, keys []ledger.Key) (items []ledger.Item, err error) {
	err = l.do("batchget", false, func() error { items, err = l.Ledger.BatchGet(ctx, keys); return err })
	return items, err
}

func (l faultyLedger) Query(ctx context.Context, q ledger.Query) (p ledger.Page, err error) {
	err = l.do("query", false, func() error { p, err = l.Ledger.Query(ctx, q); return err })
	return p, err
}

func (l faultyLedger) Commit(ctx context.Context, writes ...ledger.Write) error {
	return l.do("commit", true, func() error { return l.Ledger.Commit(ctx, writes...) })
}

func (l faultyLedger) Next(ctx context.Context, k ledger.Key, delta int64) (n int64, err error) {
	err = l.do("next", true, func() error { n, err = l.Ledger.Next(ctx, k, delta); return err })
	return n, err
}

// faultyBlobs is a place for bytes whose calls may go wrong.
type faultyBlobs struct {
	*Faults
	blob.Blobs
}

func (b faultyBlobs) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	return b.do("put", true, func() error { return b.Blobs.Put(ctx, key, r, size) })
}

func (b faultyBlobs) Get(ctx context.Context, key string) (r io.ReadCloser, i blob.Info, err error) {
	err = b.do("read", false, func() error { r, i, err = b.Blobs.Get(ctx, key); return err })
	return r, i, err
}

func (b faultyBlobs) Range(ctx context.Context, key string, off, n int64) (r io.ReadCloser, err error) {
	err = b.do("range", false, func() error { r, err = b.Blobs.Range(ctx, key, off, n); return err })
	return r, err
}

func (b faultyBlobs) List(ctx context.Context, prefix, after string, limit int) (l []blob.Info, err error) {
	err = b.do("list", false, func() error { l, err = b.Blobs.List(ctx, prefix, after, limit); return err })
	return l, err
}

func (b faultyBlobs) Delete(ctx context.Context, key string) error {
	return b.do("delete", true, func() error { return b.Blobs.Delete(ctx, key) })
}

func (b faultyBlobs) Link(ctx context.Context, key string, ttl time.Duration) (s string, err error) {
	err = b.do("link", false, func() error { s, err = b.Blobs.Link(ctx, key, ttl); return err })
	return s, err
}

// faultySender is a channel whose answer may be lost.
type faultySender struct {
	*Faults
	channel.Sender
}

func (s faultySender) Send(ctx context.Context, m channel.Outgoing) (sent channel.Sent, err error) {
	err = s.do("send", true, func() error { sent, err = s.Sender.Send(ctx, m); return err })
	return sent, err
}

// faultyRelay is a tenant's relay whose answer may be lost.
type faultyRelay struct {
	*Faults
	channel.Prober
}

func (r faultyRelay) Send(ctx context.Context, m channel.Outgoing) (sent channel.Sent, err error) {
	err = r.do("send", true, func() error { sent, err = r.Prober.Send(ctx, m); return err })
	return sent, err
}

func (r faultyRelay) Probe(ctx context.Context, force bool) (found channel.Found, err error) {
	err = r.do("probe", false, func() error { found, err = r.Prober.Probe(ctx, force); return err })
	return found, err
}
