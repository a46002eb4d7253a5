// Package blob keeps bytes: raw mail, attachments, lists. Two small engines, blob/s3 and blob/folder, and one suite, blobtest.
package blob

import (
	"context"
	"io"
	"time"
)

// Info describes a stored blob.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
}

// Blobs is what both engines do. A key is 1..900 bytes of UTF-8, its parts split by "/", none of them empty, "." or "..".
// Errors are *guichet.Error: NotFound, Exists, Invalid, Temporary.
type Blobs interface {
	// Put stores the bytes durably, once: a key that is there already keeps its bytes and Put returns Exists.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Get opens the whole blob. The caller closes.
	Get(ctx context.Context, key string) (io.ReadCloser, Info, error)
	// Range opens n bytes from off; n < 0 means to the end.
	Range(ctx context.Context, key string, off, n int64) (io.ReadCloser, error)
	// List returns up to limit (1..1000) blobs whose keys begin with prefix and come after after, in byte order.
	List(ctx context.Context, prefix, after string, limit int) ([]Info, error)
	// Delete removes the blob for good, with every version that the engine keeps of it. What is not there is deleted already: nil.
	Delete(ctx context.Context, key string) error
	// Link returns an address from which the blob can be fetched for ttl without credentials; the folder engine returns "".
	Link(ctx context.Context, key string, ttl time.Duration) (string, error)
}
