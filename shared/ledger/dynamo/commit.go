package dynamo

import (
	"context"
	"errors"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Commit does all writes or none. A lone write is no transaction: it costs half.
func (d *DB) Commit(ctx context.Context, writes ...ledger.Write) error {
	if err := ledger.CheckWrites(writes); err != nil {
		return err
	}
	a := &attempt{DB: d, writes: writes, now: d.now().Unix(), ghosts: map[int]*ghost{}}
	_, err := a.insist(ctx)
	return err
}

// Next adds delta to the Count of k and returns the new value.
func (d *DB) Next(ctx context.Context, k ledger.Key, delta int64) (int64, error) {
	if err := ledger.CheckNext(k, delta); err != nil {
		return 0, err
	}
	add := ledger.Add{Key: k, Delta: delta, Min: -1 << 63, Max: 1<<63 - 1}
	a := &attempt{DB: d, writes: []ledger.Write{add}, now: d.now().Unix(), ghosts: map[int]*ghost{}, back: types.ReturnValueAllNew}
	image, err := a.insist(ctx)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(image[countName].N, 10, 64)
	if err != nil {
		return 0, guichet.Errorf(guichet.Other, "ledger: next gave no number: %w", err)
	}
	return n, nil
}

// attempt is one Commit under way: it is sent again when it meets ghosts or another transaction.
type attempt struct {
	*DB
	writes []ledger.Write
	now    int64
	ghosts map[int]*ghost // the ghosts met so far, by the write that met them
	back   types.ReturnValue
}

// errAgain says that a ghost was met and the attempt is to be sent again at once.
var errAgain = errors.New("again")

// insist sends the attempt until it has an answer that stays. For a lone update it returns what DynamoDB returned.
func (a *attempt) insist(ctx context.Context) (Image, error) {
	for i := 0; ; i++ {
		a.meter.Call()
		send := a.together
		if _, check := a.writes[0].(ledger.Check); len(a.writes) == 1 && !check {
			send = a.alone
		}
		image, err := send(ctx)
		switch {
		case err == nil:
			return image, nil
		case i+1 < tries && errors.Is(err, errAgain):
		case i+1 < tries && conflict(err):
			if err := pause(ctx, i); err != nil {
				return nil, err
			}
		case errors.Is(err, errAgain):
			return nil, guichet.Errorf(guichet.Temporary, "ledger: an expired item keeps changing")
		default:
			return nil, err
		}
	}
}

// conflict reports whether the only obstacle was another transaction at the same moment.
func conflict(err error) bool {
	var one *types.TransactionConflictException
	var many *types.TransactionCanceledException
	if errors.As(err, &one) {
		return true
	}
	if !errors.As(err, &many) {
		return false
	}
	for _, r := range many.CancellationReasons {
		if code(r) == "TransactionConflict" {
			return true
		}
	}
	return false
}

func code(r types.CancellationReason) string {
	if r.Code == nil {
		return "None"
	}
	return *r.Code
}

// alone sends a commit of one write.
func (a *attempt) alone(ctx context.Context) (image Image, err error) {
	c := changeOf(a.writes[0], a.now, a.ghosts[0])
	var used *types.ConsumedCapacity
	if c.update == "" {
		out, e := a.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &a.table, Key: c.key, ConditionExpression: &c.condition,
			ExpressionAttributeValues: some(c.values), ReturnConsumedCapacity: total, ReturnValuesOnConditionCheckFailure: allOld})
		if err = e; e == nil {
			used = out.ConsumedCapacity
		}
	} else {
		out, e := a.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &a.table, Key: c.key, ConditionExpression: &c.condition,
			UpdateExpression: &c.update, ExpressionAttributeValues: some(c.values), ReturnConsumedCapacity: total,
			ReturnValuesOnConditionCheckFailure: allOld, ReturnValues: a.back})
		if err = e; e == nil {
			used, image = out.ConsumedCapacity, imageOf(out.Attributes)
		}
	}
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		a.byRule()
		return nil, a.refusal(0, failed.Item)
	}
	if err != nil {
		return nil, explain("commit", err)
	}
	a.count(used)
	return image, nil
}

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

// some is nil for no values: DynamoDB refuses an empty map.
func some(values map[string]types.AttributeValue) map[string]types.AttributeValue {
	if len(values) == 0 {
		return nil
	}
	return values
}

// together sends a commit as a transaction. The SDK gives it a token, so that its own retries do nothing twice.
func (a *attempt) together(ctx context.Context) (Image, error) {
	in := &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: total}
	for i, w := range a.writes {
		in.TransactItems = append(in.TransactItems, a.item(changeOf(w, a.now, a.ghosts[i])))
	}
	out, err := a.client.TransactWriteItems(ctx, in)
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		a.byRule()
		if refusal := a.refusals(cancelled); refusal != nil {
			return nil, refusal
		}
	}
	if err != nil {
		return nil, explain("commit", err)
	}
	if len(out.ConsumedCapacity) == 0 {
		a.byRule()
	}
	for i := range out.ConsumedCapacity {
		a.count(&out.ConsumedCapacity[i])
	}
	return nil, nil
}

func (a *attempt) item(c change) types.TransactWriteItem {
	switch {
	case c.check:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: &a.table, Key: c.key, ConditionExpression: &c.condition,
			ExpressionAttributeValues: some(c.values), ReturnValuesOnConditionCheckFailure: allOld}}
	case c.update == "":
		return types.TransactWriteItem{Delete: &types.Delete{TableName: &a.table, Key: c.key, ConditionExpression: &c.condition,
			ExpressionAttributeValues: some(c.values), ReturnValuesOnConditionCheckFailure: allOld}}
	}
	return types.TransactWriteItem{Update: &types.Update{TableName: &a.table, Key: c.key, ConditionExpression: &c.condition, UpdateExpression: &c.update,
		ExpressionAttributeValues: some(c.values), ReturnValuesOnConditionCheckFailure: allOld}}
}

// refusals gives the first condition that failed for good; errAgain when all that failed met ghosts; nil when none failed.
func (a *attempt) refusals(cancelled *types.TransactionCanceledException) (err error) {
	for i, r := range cancelled.CancellationReasons {
		if code(r) != "ConditionalCheckFailed" || i >= len(a.writes) {
			continue
		}
		if e := a.refusal(i, r.Item); !errors.Is(e, errAgain) {
			return e
		}
		err = errAgain
	}
	return err
}

// refusal says why write i failed, given the item that it met; errAgain when that was a ghost which the write may replace.
func (a *attempt) refusal(i int, met map[string]types.AttributeValue) error {
	w, image := a.writes[i], imageOf(met)
	it, err := image.item()
	if expired := err == nil && !it.Expires.IsZero() && it.Expires.Unix() <= a.now; expired || a.ghosts[i] != nil {
		if a.replaces(i, w) {
			delete(a.ghosts, i)
			if expired {
				a.ghosts[i] = &ghost{version: met[versionName], expires: met[expiresName]}
			}
			return errAgain
		}
	}
	switch w := w.(type) {
	case ledger.Put:
		if w.Item.Version == 0 {
			return ledger.Fail(guichet.Exists, i, w, "the item exists")
		}
		return ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
	case ledger.Delete:
		return ledger.Fail(guichet.Conflict, i, w, "the item to delete has moved on")
	case ledger.Add:
		return ledger.Fail(guichet.Exhausted, i, w, "the counter is at its bound")
	}
	return ledger.Fail(guichet.Conflict, i, w, "the item is not as it was read")
}

// replaces reports whether w may take the place of an item that counts as absent.
func (a *attempt) replaces(i int, w ledger.Write) bool {
	switch w := w.(type) {
	case ledger.Put:
		return w.Item.Version == 0
	case ledger.Add:
		return w.Delta >= w.Min && w.Delta <= w.Max
	}
	return false
}

// count adds what DynamoDB says that a write consumed.
func (a *attempt) count(used *types.ConsumedCapacity) {
	if used == nil || used.CapacityUnits == nil {
		a.byRule()
		return
	}
	a.meter.Took(0, *used.CapacityUnits)
}

// byRule adds what the writes consume by DynamoDB's rules, as far as they are known from here: what was there before is not.
func (a *attempt) byRule() {
	for _, w := range a.writes {
		it := &ledger.Item{Key: ledger.KeyOf(w)}
		if p, ok := w.(ledger.Put); ok {
			it = &p.Item
		}
		a.meter.Write(it, it, len(a.writes) > 1)
	}
}
