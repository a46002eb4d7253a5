package sqlite

import (
	"sync"
	"sync/atomic"
)

// walPages is the length of the log, by the writer's estimate, at which it is folded into the data file: 32 MB.
const walPages = 8000

// checkpoint folds the log into the data file in two steps, so that no Commit waits for the bulk of it: a connection of its
// own copies what the log holds while the writer goes on, then the writer copies the little that came meanwhile, after which
// SQLite begins the log anew. Without the second step the log of a busy house would never end.
type checkpoint struct {
	c     *conn
	ask   chan struct{}
	end   sync.WaitGroup
	asked bool // owned by the writer
	ready atomic.Bool
	pages int // owned by the writer: estimate of the log's length
}

func newCheckpoint(dsn string, pragmas []string) (*checkpoint, error) {
	c, err := dial(dsn, append(pragmas, "cache_size=-500")...)
	if err != nil {
		return nil, err
	}
	k := &checkpoint{c: c, ask: make(chan struct{}, 1)}
	k.end.Add(1)
	go func() {
		defer k.end.Done()
		for range k.ask {
			_ = fold(k.c) // a failed one is tried again when the log has grown further
			k.ready.Store(true)
		}
	}()
	return k, nil
}

func fold(c *conn) error { return c.each("PRAGMA wal_checkpoint(PASSIVE)", 3, nil) }

// after is called by the writer between two groups, with its connection and the pages that the last one may have written.
func (k *checkpoint) after(w *conn, pages int) {
	k.pages += pages
	switch {
	case k.asked && k.ready.Load():
		_ = fold(w)
		k.asked, k.pages = false, 0
		k.ready.Store(false)
	case !k.asked && k.pages >= walPages:
		k.asked = true
		k.ask <- struct{}{}
	}
}

func (k *checkpoint) close() {
	close(k.ask)
	k.end.Wait()
	k.c.close()
}
