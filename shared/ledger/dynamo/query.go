package dynamo

import (
	"context"

	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Query reads one page. DynamoDB counts what a filter drops, and an index may name what has moved: it is asked again until
// the page is full or there is no more.
func (d *DB) Query(ctx context.Context, q ledger.Query) (page ledger.Page, err error) {
	if q, err = q.Checked(); err != nil {
		return page, err
	}
	if q.From != "" && q.To != "" && q.From > q.To {
		return page, nil // DynamoDB refuses such bounds
	}
	var at *ledger.Place
	if q.Cursor != "" {
		place, err := ledger.PlaceOf(q)
		if err != nil {
			return page, err
		}
		at = &place
	}
	for size := 0; ; {
		items, places, next, err := d.step(ctx, q, at, q.Limit-len(page.Items))
		if err != nil {
			return ledger.Page{}, err
		}
		for i := range items {
			page.Items = append(page.Items, items[i])
			if size += ledger.Size(&items[i]); size >= ledger.MaxPageBytes && i+1 < len(items) {
				page.Cursor = places[i].Cursor()
				return page, nil
			}
		}
		if next == nil {
			return page, nil
		}
		if at = next; len(page.Items) == q.Limit || size >= ledger.MaxPageBytes {
			page.Cursor = at.Cursor()
			return page, nil
		}
	}
}

// step asks once for up to n items after at. It returns them with their places, and where to go on; nil: there is no more.
func (d *DB) step(ctx context.Context, q ledger.Query, at *ledger.Place, n int) ([]ledger.Item, []ledger.Place, *ledger.Place, error) {
	in := d.input(q, at)
	if q.Index > 0 {
		n = min(n, ledger.MaxBatch)
	}
	in.Limit = aws.Int32(int32(n))
	d.meter.Call()
	out, err := d.client.Query(ctx, in)
	if err != nil {
		return nil, nil, nil, explain("query", err)
	}
	var items []ledger.Item
	var places []ledger.Place
	size := 0
	for _, attrs := range out.Items {
		it, err := imageOf(attrs).item()
		if err != nil {
			return nil, nil, nil, err
		}
		items, places, size = append(items, it), append(places, placeOf(q, &it)), size+ledger.Size(&it)
	}
	d.read(out.ConsumedCapacity, size, q.Eventual || q.Index > 0)
	if q.Index > 0 {
		if items, places, err = d.whole(ctx, q, places); err != nil {
			return nil, nil, nil, err
		}
	}
	if len(out.LastEvaluatedKey) == 0 {
		return items, places, nil, nil
	}
	last, err := imageOf(out.LastEvaluatedKey).item()
	if err != nil {
		return nil, nil, nil, err
	}
	next := placeOf(q, &last)
	return items, places, &next, nil
}

// whole reads the items of index entries, consistently, and leaves out those whose entry has moved meanwhile.
func (d *DB) whole(ctx context.Context, q ledger.Query, places []ledger.Place) (items []ledger.Item, kept []ledger.Place, err error) {
	keys, by := make([]ledger.Key, len(places)), make(map[ledger.Key]ledger.Place, len(places))
	for i, p := range places {
		keys[i], by[p.Key] = p.Key, p
	}
	all, err := d.BatchGet(ctx, keys)
	if err != nil {
		return nil, nil, err
	}
	for _, it := range all {
		if p := by[it.Key]; it.Index[q.Index-1] == (ledger.Key{P: q.Partition, S: p.Sort}) {
			items, kept = append(items, it), append(kept, p)
		}
	}
	return items, kept, nil
}

func placeOf(q ledger.Query, it *ledger.Item) ledger.Place {
	if q.Index == 0 {
		return ledger.Place{Key: it.Key, Sort: it.S}
	}
	return ledger.Place{Key: it.Key, Sort: it.Index[q.Index-1].S}
}

// input writes the query in DynamoDB's words.
func (d *DB) input(q ledger.Query, at *ledger.Place) *dynamodb.QueryInput {
	p, s := partitionKey, sortKey
	in := &dynamodb.QueryInput{TableName: &d.table, ScanIndexForward: aws.Bool(!q.Desc), ReturnConsumedCapacity: total}
	in.ExpressionAttributeValues = map[string]types.AttributeValue{":p": text(q.Partition)}
	if q.Index > 0 {
		p, s = indexNames[q.Index-1][0], indexNames[q.Index-1][1]
		in.IndexName = aws.String(indexName(q.Index))
	} else {
		in.ConsistentRead = aws.Bool(!q.Eventual)
		in.FilterExpression, in.ExpressionAttributeValues[":now"] = aws.String(alive), number(d.now().Unix())
	}
	condition := p + " = :p"
	for name, bound := range map[string]string{":from": q.From, ":to": q.To, ":prefix": q.Prefix} {
		if bound != "" {
			in.ExpressionAttributeValues[name] = text(bound)
		}
	}
	switch {
	case q.Prefix != "":
		condition += " AND begins_with(" + s + ", :prefix)"
	case q.From != "" && q.To != "":
		condition += " AND " + s + " BETWEEN :from AND :to"
	case q.From != "":
		condition += " AND " + s + " >= :from"
	case q.To != "":
		condition += " AND " + s + " <= :to"
	}
	in.KeyConditionExpression = &condition
	if at != nil {
		in.ExclusiveStartKey = keyOf(at.Key)
		if q.Index > 0 {
			in.ExclusiveStartKey[p], in.ExclusiveStartKey[s] = text(q.Partition), text(at.Sort)
		}
	}
	return in
}
