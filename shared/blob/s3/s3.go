// Package s3 keeps blobs in one S3 bucket: for the house on AWS. Encryption and lifecycle are the bucket's.
package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// Bucket is a blob.Blobs on an S3 bucket.
type Bucket struct {
	client *s3.Client
	name   string
}

var _ blob.Blobs = (*Bucket)(nil)

// New returns the blobs of the bucket. It makes no call.
func New(client *s3.Client, bucket string) *Bucket { return &Bucket{client: client, name: bucket} }

// Put stores size bytes of r under key, once: S3 refuses the second of two (If-None-Match). What cannot seek is read into
// memory first, because the signature covers the bytes.
func (b *Bucket) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := blob.CheckPut(key, size); err != nil {
		return err
	}
	body, err := seekable(r, size)
	if err != nil {
		return err
	}
	_, err = b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: body, ContentLength: &size, IfNoneMatch: aws.String("*")})
	return explain("put blob", err)
}

// seekable returns r, or its bytes, and Invalid if they are not size.
func seekable(r io.Reader, size int64) (io.ReadSeeker, error) {
	wrong := guichet.Wrongf("size", "blob has not the %d bytes that it should", size)
	if s, ok := r.(io.ReadSeeker); ok {
		at, err := s.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, guichet.Errorf(guichet.Temporary, "put blob: %w", err)
		}
		end, err := s.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = s.Seek(at, io.SeekStart)
		}
		if err != nil {
			return nil, guichet.Errorf(guichet.Temporary, "put blob: %w", err)
		}
		if end-at != size {
			return nil, wrong
		}
		if at == 0 {
			return s, nil
		}
	}
	all, err := io.ReadAll(io.LimitReader(r, size+1))
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	if int64(len(all)) != size {
		return nil, wrong
	}
	return bytes.NewReader(all), nil
}

// Get opens a blob.
func (b *Bucket) Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error) {
	if err := blob.CheckKey(key); err != nil {
		return nil, blob.Info{}, err
	}
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, blob.Info{}, explain("get blob", err)
	}
	return out.Body, blob.Info{Key: key, Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified)}, nil
}

// Range opens n bytes from off; fewer where the blob ends. Invalid: off is below zero or beyond the end.
func (b *Bucket) Range(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	if err := blob.CheckKey(key); err != nil {
		return nil, err
	}
	if off < 0 {
		return nil, guichet.Wrongf("off", "range from %d", off)
	}
	if n == 0 {
		return b.nothing(ctx, key, off)
	}
	span := fmt.Sprintf("bytes=%d-", off)
	if end := off + n - 1; n > 0 && end >= off {
		span += fmt.Sprint(end)
	}
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key, Range: &span})
	if code(err) == "InvalidRange" {
		return b.nothing(ctx, key, off) // S3 refuses the range that begins at the end
	}
	if err != nil {
		return nil, explain("range of blob", err)
	}
	return out.Body, nil
}

// nothing is the empty range at off, which must not be beyond the end.
func (b *Bucket) nothing(ctx context.Context, key string, off int64) (io.ReadCloser, error) {
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, explain("range of blob", err)
	}
	if size := aws.ToInt64(out.ContentLength); off > size {
		return nil, guichet.Wrongf("off", "range from %d of a blob of %d bytes", off, size)
	}
	return io.NopCloser(strings.NewReader("")), nil
}

// List returns blobs in the byte order of their keys, which is S3's own.
func (b *Bucket) List(ctx context.Context, prefix, after string, limit int) (found []blob.Info, err error) {
	if err := blob.CheckList(prefix, after, limit); err != nil {
		return nil, err
	}
	in := &s3.ListObjectsV2Input{Bucket: &b.name, EncodingType: types.EncodingTypeUrl}
	if prefix != "" {
		in.Prefix = &prefix
	}
	if after != "" {
		in.StartAfter = &after
	}
	for {
		in.MaxKeys = aws.Int32(int32(limit - len(found)))
		out, err := b.client.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, explain("list blobs", err)
		}
		for _, o := range out.Contents {
			key, err := url.QueryUnescape(aws.ToString(o.Key))
			if err != nil {
				return nil, guichet.Errorf(guichet.Other, "list blobs: %w", err)
			}
			found = append(found, blob.Info{Key: key, Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)})
		}
		if !aws.ToBool(out.IsTruncated) || len(found) >= limit || aws.ToString(out.NextContinuationToken) == "" {
			return found, nil
		}
		in.ContinuationToken = out.NextContinuationToken
	}
}

// longest is the longest life of a link that S3 signs.
const longest = 7 * 24 * time.Hour

// Link signs an address for ttl, at most seven days. It does not look whether the blob is there.
func (b *Bucket) Link(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := blob.CheckKey(key); err != nil {
		return "", err
	}
	if ttl <= 0 || ttl > longest {
		return "", guichet.Wrongf("ttl", "link for %v, at most %v", ttl, longest)
	}
	out, err := s3.NewPresignClient(b.client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key}, s3.WithPresignExpires(ttl))
	if err != nil {
		return "", explain("link to blob", err)
	}
	return out.URL, nil
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// explain gives an error of the SDK its kind; nil stays nil.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	kind := guichet.Temporary
	switch code(err) {
	case "NoSuchKey", "NotFound":
		kind = guichet.NotFound
	case "PreconditionFailed":
		kind = guichet.Exists
	case "AccessDenied", "NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		kind = guichet.Other
	}
	return guichet.Errorf(kind, "%s: %w", what, err)
}
