package memory

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"
)

// Blobs is a blob.Blobs in memory. Make one with NewBlobs.
type Blobs struct {
	mu  sync.Mutex
	now func() time.Time
	m   map[string]kept
}

// kept is one blob.
type kept struct {
	data []byte
	at   time.Time
}

// NewBlobs returns an empty one; now dates what is put.
func NewBlobs(now func() time.Time) *Blobs { return &Blobs{now: now, m: map[string]kept{}} }

// Put keeps the first bytes of a key.
func (b *Blobs) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := blob.CheckPut(key, size); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return guichet.Errorf(guichet.Temporary, "stopped before storing: %w", err)
	}
	data := bytes.NewBuffer(make([]byte, 0, min(size, 1<<20)))
	n, err := io.Copy(data, r)
	if err != nil {
		return guichet.Errorf(guichet.Temporary, "read what to store: %w", err)
	}
	if n != size {
		return guichet.Wrongf("size", "blob of %d bytes, %d were announced", n, size)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.m[key]; ok {
		return guichet.Errorf(guichet.Exists, "blob")
	}
	b.m[key] = kept{data.Bytes(), b.now()}
	return nil
}

// Get opens a blob.
func (b *Blobs) Get(_ context.Context, key string) (io.ReadCloser, blob.Info, error) {
	k, err := b.find(key)
	if err != nil {
		return nil, blob.Info{}, err
	}
	return io.NopCloser(bytes.NewReader(k.data)), k.info(key), nil
}

func (k kept) info(key string) blob.Info {
	return blob.Info{Key: key, Size: int64(len(k.data)), Modified: k.at}
}

func (b *Blobs) find(key string) (kept, error) {
	if err := blob.CheckKey(key); err != nil {
		return kept{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok := b.m[key]
	if !ok {
		return kept{}, guichet.Errorf(guichet.NotFound, "blob")
	}
	return k, nil
}

// Range opens a part of a blob.
func (b *Blobs) Range(_ context.Context, key string, off, n int64) (io.ReadCloser, error) {
	k, err := b.find(key)
	if err != nil {
		return nil, err
	}
	if off < 0 || off > int64(len(k.data)) {
		return nil, guichet.Wrongf("off", "a range from %d of a blob of %d bytes", off, len(k.data))
	}
	data := k.data[off:]
	if n >= 0 {
		data = data[:min(n, int64(len(data)))]
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// List lists blobs by prefix.
func (b *Blobs) List(_ context.Context, prefix, after string, limit int) ([]blob.Info, error) {
	if err := blob.CheckList(prefix, after, limit); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []blob.Info
	for _, k := range slices.Sorted(maps.Keys(b.m)) {
		if strings.HasPrefix(k, prefix) && k > after && len(out) < limit {
			out = append(out, b.m[k].info(k))
		}
	}
	return out, nil
}

// Link has no addresses to give.
func (b *Blobs) Link(_ context.Context, key string, _ time.Duration) (string, error) {
	return "", blob.CheckKey(key)
}

// Delete removes a blob.
func (b *Blobs) Delete(_ context.Context, key string) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	b.Forget(key)
	return nil
}

// Forget drops a blob that will not be read again.
func (b *Blobs) Forget(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.m, key)
}
