// Package dynamo is the ledger on AWS: one DynamoDB table with three sparse indexes of keys, and its stream as the feed.
package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// DB is a ledger.Ledger on a DynamoDB table.
type DB struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time
	meter  ledger.Meter
}

var _ ledger.Ledger = (*DB)(nil)

// New returns the ledger of the table; now is the clock for expiry. It makes no call.
func New(client *dynamodb.Client, table string, now func() time.Time) *DB {
	return &DB{client: client, table: table, now: now}
}

// Table describes the table as this package needs it: for tests, and to compare with what infra/cdk makes.
func Table(name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:           &name,
		BillingMode:         types.BillingModePayPerRequest,
		KeySchema:           schema(partitionKey, sortKey),
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
	}
	attrs := []string{partitionKey, sortKey}
	for i, n := range indexNames {
		attrs = append(attrs, n[0], n[1])
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(indexName(i + 1)), KeySchema: schema(n[0], n[1]),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		})
	}
	for _, a := range attrs {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(a), AttributeType: types.ScalarAttributeTypeS})
	}
	return in
}

func schema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &sort, KeyType: types.KeyTypeRange}}
}

// indexName is by1, by2, by3: DynamoDB wants three characters at least.
func indexName(i int) string { return "by" + string(rune(0x30+i)) }

// Usage returns what was consumed: as DynamoDB said, or by its rules where it said nothing.
func (d *DB) Usage() ledger.Usage { return d.meter.Usage() }

const total = types.ReturnConsumedCapacityTotal

// explain gives an error of the SDK its kind. DynamoDB's refusal of a request is a defect of ours, or a grant that is missing;
// all else may pass.
func explain(what string, err error) error {
	var api smithy.APIError
	var status interface{ HTTPStatusCode() int }
	refused := errors.As(err, &api) && errors.As(err, &status) && status.HTTPStatusCode()/100 == 4
	if refused && !passing(api.ErrorCode()) {
		return guichet.Errorf(guichet.Other, "ledger: %s: %w", what, err)
	}
	return guichet.Errorf(guichet.Temporary, "ledger: %s: %w", what, err)
}

// passing reports whether an error of this code may be gone on the next try.
func passing(code string) bool {
	switch code {
	case "ThrottlingException", "ThrottlingError", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "RequestLimitExceeded",
		"TransactionConflictException", "TransactionConflict", "TransactionInProgressException", "ReplicatedWriteConflictException",
		"LimitExceededException", "ResourceInUseException", "ExpiredTokenException", "RequestTimeout", "TransactionCanceledException":
		return true
	}
	return false
}

// tries bounds how often a conflict between transactions, or a batch left half done, is tried again.
const tries = 10

// pause waits before try i (from 0): up to 10 ms, doubling to a second, at random so that rivals part.
func pause(ctx context.Context, i int) error {
	t := time.NewTimer(time.Duration(rand.Int64N(int64(10*time.Millisecond) << min(i, 6))))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return guichet.Errorf(guichet.Temporary, "ledger: wait: %w", ctx.Err())
	}
}
