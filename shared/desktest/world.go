package desktest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"guichet/shared/blob"
	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// World is where answers go: like SES it gives each mail an id of its own, unless SES is off, when it keeps ours like an SMTP relay. It can be down, and it can
// refuse.
type World struct {
	mu     sync.Mutex
	SES    bool
	Down   bool
	Refuse string // why it says no for good; empty: it does not
	Sent   []channel.Outgoing
	IDs    []string // what it called them

	Insecure  bool              // tenants' relays offer no TLS
	Password  string            // that tenants' relays take; empty: any
	Refused   map[string]string // addresses that tenants' relays refuse, and with which words
	Relayed   []string          // how mails left by tenants' relays: "relay.acme.example:587 ana"
	Box       BoxState
	Boxed     []channel.Chat // answers that went to integration boxes
	BoxSecret string         // that the last one was opened with

	Unlisted []string // addresses that were taken off SES's list

	Days string // the holidays that feeds say, "2026-12-25,2026-12-26"; "down": they do not answer

	Told map[string]guichet.Event // what was told outside, by id: the first time
	Deaf bool                     // outside, nobody takes what is told
}

// Send takes a mail, or says why not.
func (w *World) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Down {
		return channel.Sent{}, guichet.Errorf(guichet.Temporary, "the relay does not answer")
	}
	if w.Refuse != "" {
		return channel.Sent{}, guichet.Errorf(guichet.Permanent, "%s", w.Refuse)
	}
	w.Sent = append(w.Sent, m)
	if !w.SES {
		w.IDs = append(w.IDs, "")
		return channel.Sent{Secure: true}, nil
	}
	id := fmt.Sprintf("0102018d%024d-%06d-000000@eu-west-1.amazonses.com", len(w.Sent), len(w.Sent))
	w.IDs = append(w.IDs, id)
	return channel.Sent{ID: strings.Split(id, "@")[0], MailID: id}, nil
}

// Recorder is a ledger that remembers what was announced, in the order of the commits: the change feed of a test.
type Recorder struct {
	ledger.Ledger
	mu      sync.Mutex
	facts   []guichet.Fact
	waiting []Delivery
}

// Commit passes on, and remembers.
func (r *Recorder) Commit(ctx context.Context, writes ...ledger.Write) error {
	if err := r.Ledger.Commit(ctx, writes...); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range writes {
		if p, ok := w.(ledger.Put); ok && p.Item.Announce && p.Item.Version == 0 {
			facts, err := store.Facts(p.Item)
			if err != nil {
				return err
			}
			r.facts = append(r.facts, facts...)
		}
	}
	return nil
}

// Facts returns all that happened.
func (r *Recorder) Facts() []guichet.Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.facts)
}

func (r *Recorder) since(done *int) []guichet.Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := slices.Clone(r.facts[*done:])
	*done = len(r.facts)
	return fresh
}

func (r *Recorder) takeWaiting() []Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.waiting
	r.waiting = nil
	return w
}

func (r *Recorder) wait(d []Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, d...)
}

// Blobs keeps blobs in memory.
type Blobs struct {
	mu sync.Mutex
	m  map[string][]byte
}

// NewBlobs returns an empty one.
func NewBlobs() *Blobs { return &Blobs{m: map[string][]byte{}} }

// Put keeps the first bytes of a key.
func (b *Blobs) Put(_ context.Context, key string, r io.Reader, _ int64) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.m[key]; ok {
		return guichet.Errorf(guichet.Exists, "blob")
	}
	b.m[key] = data
	return nil
}

// Get opens a blob.
func (b *Blobs) Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error) {
	r, err := b.Range(ctx, key, 0, -1)
	if err != nil {
		return nil, blob.Info{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return r, blob.Info{Key: key, Size: int64(len(b.m[key]))}, nil
}

// Range opens a part of a blob.
func (b *Blobs) Range(_ context.Context, key string, off, n int64) (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	data, ok := b.m[key]
	if !ok {
		return nil, guichet.Errorf(guichet.NotFound, "blob")
	}
	data = data[min(off, int64(len(data))):]
	if n >= 0 {
		data = data[:min(n, int64(len(data)))]
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// List lists blobs by prefix.
func (b *Blobs) List(_ context.Context, prefix, after string, limit int) ([]blob.Info, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []blob.Info
	for k, v := range b.m {
		if strings.HasPrefix(k, prefix) && k > after {
			out = append(out, blob.Info{Key: k, Size: int64(len(v))})
		}
	}
	slices.SortFunc(out, func(a, b blob.Info) int { return strings.Compare(a.Key, b.Key) })
	return out[:min(limit, len(out))], nil
}

// Delete forgets a blob.
func (b *Blobs) Delete(_ context.Context, key string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.m, key)
	return nil
}

// Link has no addresses to give.
func (b *Blobs) Link(context.Context, string, time.Duration) (string, error) { return "", nil }

// tell takes events for who listens outside; each the first time that it is told.
func (w *World) tell(_ context.Context, events []guichet.Event) []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]error, len(events))
	for i, e := range events {
		switch _, known := w.Told[e.ID]; {
		case w.Deaf:
			out[i] = guichet.Errorf(guichet.Temporary, "outside, nobody listens")
		case !known:
			if w.Told == nil {
				w.Told = map[string]guichet.Event{}
			}
			w.Told[e.ID] = e
		}
	}
	return out
}

// toldTypes counts what was told outside, by type: each thing once, however often it was told.
func (w *World) toldTypes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := map[guichet.EventType]int{}
	for _, e := range w.Told {
		n[e.Type]++
	}
	var out []string
	for t, k := range n {
		out = append(out, fmt.Sprintf("told %s %d", t, k))
	}
	return out
}
