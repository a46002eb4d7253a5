package s3

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"guichet/shared/blob"
	"guichet/shared/guichet"
)

// Delete removes every version of a blob, and the marks of earlier deletions: where the bucket keeps versions, a deletion that names none would only hide it.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	in := &s3.ListObjectVersionsInput{Bucket: &b.name, Prefix: &key}
	for {
		out, err := b.client.ListObjectVersions(ctx, in)
		if err != nil {
			return explain("delete blob", err)
		}
		for _, v := range out.Versions {
			if err := b.deleteVersion(ctx, key, v.Key, v.VersionId); err != nil {
				return err
			}
		}
		for _, m := range out.DeleteMarkers {
			if err := b.deleteVersion(ctx, key, m.Key, m.VersionId); err != nil {
				return err
			}
		}
		// Keys that only begin with this one come after it in the order of S3.
		if !aws.ToBool(out.IsTruncated) || aws.ToString(out.NextKeyMarker) > key {
			return nil
		}
		in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
	}
}

// deleteVersion removes one version of found, if that is key.
func (b *Bucket) deleteVersion(ctx context.Context, key string, found, version *string) error {
	if aws.ToString(found) != key {
		return nil
	}
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key, VersionId: version})
	err = explain("delete blob", err)
	if guichet.Is(err, guichet.NotFound) {
		return nil
	}
	return err
}
