package boot

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"guichet/shared/blob"
	bucket "guichet/shared/blob/s3"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
)

// Table returns the ledger on the table GUICHET_TABLE.
func (e *Env) Table() ledger.Ledger {
	if e.ledger == nil {
		e.ledger = dynamo.New(dynamodb.NewFromConfig(e.aws), e.must("GUICHET_TABLE"), time.Now)
	}
	return e.ledger
}

// Raw returns the blobs of the bucket GUICHET_RAW_BUCKET. An engine in place of S3 is asked by path, for it has no name of its own
// for each bucket.
func (e *Env) Raw() blob.Blobs {
	client := s3.NewFromConfig(e.aws, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
	return bucket.New(client, e.must("GUICHET_RAW_BUCKET"))
}

// noBlobs stands where the plan grants none: a flow that asks all the same fails and says so.
type noBlobs struct{}

var errNoBlobs = guichet.Errorf(guichet.Other, "this function has no grant for raw mail")

func (noBlobs) Put(context.Context, string, io.Reader, int64) error { return errNoBlobs }
func (noBlobs) Get(context.Context, string) (io.ReadCloser, blob.Info, error) {
	return nil, blob.Info{}, errNoBlobs
}
func (noBlobs) Range(context.Context, string, int64, int64) (io.ReadCloser, error) {
	return nil, errNoBlobs
}
func (noBlobs) List(context.Context, string, string, int) ([]blob.Info, error) {
	return nil, errNoBlobs
}
func (noBlobs) Delete(context.Context, string) error                        { return errNoBlobs }
func (noBlobs) Link(context.Context, string, time.Duration) (string, error) { return "", errNoBlobs }
