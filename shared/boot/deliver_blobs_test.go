package boot

import (
	"context"
	"io"

	"guichet/shared/blob"
	"guichet/shared/guichet"
)

// downBlobs is a store of bytes that does not answer.
type downBlobs struct{ blob.Blobs }

func (downBlobs) Get(context.Context, string) (io.ReadCloser, blob.Info, error) {
	return nil, blob.Info{}, guichet.Errorf(guichet.Temporary, "the bytes cannot be reached")
}
