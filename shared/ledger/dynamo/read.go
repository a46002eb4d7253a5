package dynamo

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Get reads one item.
func (d *DB) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	if err := ledger.CheckKey(k); err != nil {
		return ledger.Item{}, err
	}
	d.meter.Call()
	out, err := d.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &d.table, Key: keyOf(k), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: total})
	if err != nil {
		return ledger.Item{}, explain("get", err)
	}
	if len(out.Item) == 0 {
		d.read(out.ConsumedCapacity, 0, false)
		return ledger.Item{}, guichet.Errorf(guichet.NotFound, "ledger item")
	}
	it, err := imageOf(out.Item).item()
	if err != nil {
		return ledger.Item{}, err
	}
	d.read(out.ConsumedCapacity, ledger.Size(&it), false)
	if it.Gone(d.now()) {
		return ledger.Item{}, guichet.Errorf(guichet.NotFound, "ledger item")
	}
	return it, nil
}

// read counts what a read consumed: as told, or by the rules.
func (d *DB) read(used *types.ConsumedCapacity, size int, eventual bool) {
	if used == nil || used.CapacityUnits == nil {
		d.meter.Read(size, eventual)
		return
	}
	d.meter.Took(*used.CapacityUnits, 0)
}

// BatchGet reads the items of keys, in their order.
func (d *DB) BatchGet(ctx context.Context, keys []ledger.Key) ([]ledger.Item, error) {
	if err := ledger.CheckBatch(keys); err != nil || len(keys) == 0 {
		return nil, err
	}
	found := make(map[ledger.Key]ledger.Item, len(keys))
	ask := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		ask.Keys = append(ask.Keys, keyOf(k))
	}
	for i := 0; len(ask.Keys) > 0; i++ {
		if i == tries {
			return nil, guichet.Errorf(guichet.Temporary, "ledger: batch get leaves %d keys", len(ask.Keys))
		}
		if i > 0 {
			if err := pause(ctx, i-1); err != nil {
				return nil, err
			}
		}
		left, err := d.batch(ctx, ask, found)
		if err != nil {
			return nil, err
		}
		ask.Keys = left
	}
	items := make([]ledger.Item, 0, len(found))
	for _, k := range keys {
		if it, ok := found[k]; ok && !it.Gone(d.now()) {
			items = append(items, it)
		}
	}
	return items, nil
}

// batch sends one request, adds what it gave to found and returns the keys that it left out.
func (d *DB) batch(ctx context.Context, ask types.KeysAndAttributes, found map[ledger.Key]ledger.Item) ([]map[string]types.AttributeValue, error) {
	d.meter.Call()
	out, err := d.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{ReturnConsumedCapacity: total,
		RequestItems: map[string]types.KeysAndAttributes{d.table: ask}})
	if err != nil {
		return nil, explain("batch get", err)
	}
	size := 0
	for _, attrs := range out.Responses[d.table] {
		it, err := imageOf(attrs).item()
		if err != nil {
			return nil, err
		}
		found[it.Key] = it
		size += (ledger.Size(&it) + 4095) / 4096 * 4096
	}
	left := out.UnprocessedKeys[d.table].Keys
	if len(out.ConsumedCapacity) == 0 {
		absent := len(ask.Keys) - len(left) - len(out.Responses[d.table])
		d.meter.Read(size+absent*4096, false)
	}
	for i := range out.ConsumedCapacity {
		d.read(&out.ConsumedCapacity[i], 0, false)
	}
	return left, nil
}
