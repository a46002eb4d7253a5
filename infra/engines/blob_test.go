//go:build outside

package engines_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/blob"
	"guichet/shared/blob/blobtest"
	"guichet/shared/blob/s3"

	aws3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func buckets(endpoint string) blobtest.Open {
	client := aws3.NewFromConfig(engines.Config(endpoint), func(o *aws3.Options) { o.UsePathStyle = true })
	return func(t testing.TB) blob.Blobs {
		name := fmt.Sprint("bucket-", tables.Add(1))
		in := &aws3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: engines.Region}}
		if _, err := client.CreateBucket(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		return s3.New(client, name)
	}
}

func TestBlobsOnMoto(t *testing.T) {
	open := buckets(engines.Moto(t))
	blobtest.Run(t, open)
	t.Run("a link gives the bytes to anyone", func(t *testing.T) {
		b := open(t)
		if err := b.Put(t.Context(), "demo/é x", strings.NewReader("hello"), 5); err != nil {
			t.Fatal(err)
		}
		link, err := b.Link(t.Context(), "demo/é x", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		if body, err := io.ReadAll(r.Body); string(body) != "hello" || err != nil {
			t.Errorf("link gave %q, %v", body, err)
		}
	})
}
