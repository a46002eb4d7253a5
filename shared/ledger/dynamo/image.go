package dynamo

import (
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Names of the attributes, short because each is paid for with each item.
const (
	partitionKey = "p"
	sortKey      = "s"
	versionName  = "v" // absent: a counter alone
	bodyName     = "b" // absent: empty
	countName    = "n" // absent: 0
	expiresName  = "x" // epoch seconds, for DynamoDB's TTL
	announceName = "a" // 1; absent: quiet
)

// indexNames are the keys of the three indexes by1, by2, by3.
var indexNames = [3][2]string{{"p1", "s1"}, {"p2", "s2"}, {"p3", "s3"}}

// A Value is one attribute of an item in a stream record: a string, a number as text, or bytes.
type Value struct {
	S, N string
	B    []byte
}

// An Image is an item in a stream record, by attribute name.
type Image map[string]Value

// StreamFilter is the pattern for the Lambda event source of the table's stream: only records that may be creations of
// announced items pass. Created decides.
const StreamFilter = `{"dynamodb":{"NewImage":{"a":{"N":["1"]},"v":{"N":["1"]}}}}`

// Created reads a stream record's two images (nil: there is none) and returns the announced item that came into being with
// it; false when none did: a counter moved, an item was replaced or removed, or it is not announced. A record that is not of
// this ledger is Invalid.
func Created(before, after Image) (ledger.Item, bool, error) {
	if after == nil || after[announceName].N != "1" || after[versionName].N != "1" {
		return ledger.Item{}, false, nil
	}
	// At version 1 before and after: its counter moved; or it had expired and was made anew, then with another expiry.
	if before[versionName].N == "1" && before[expiresName].N == after[expiresName].N {
		return ledger.Item{}, false, nil
	}
	it, err := after.item()
	return it, err == nil, err
}

// item reads an image. Invalid: a number that is none, or a missing key.
func (m Image) item() (ledger.Item, error) {
	it := ledger.Item{Key: ledger.Key{P: m[partitionKey].S, S: m[sortKey].S}, Body: m[bodyName].B, Announce: m[announceName].N == "1"}
	var seconds int64
	for _, f := range []struct {
		name string
		to   *int64
	}{{versionName, &it.Version}, {countName, &it.Count}, {expiresName, &seconds}} {
		n, err := strconv.ParseInt(m[f.name].N, 10, 64)
		if err != nil && m[f.name].N != "" {
			return it, guichet.Errorf(guichet.Invalid, "ledger attribute %s is not a number", f.name)
		}
		*f.to = n
	}
	if it.P == "" || it.S == "" {
		return it, guichet.Errorf(guichet.Invalid, "ledger image without its key")
	}
	if seconds != 0 {
		it.Expires = time.Unix(seconds, 0).UTC()
	}
	for i, names := range indexNames {
		it.Index[i] = ledger.Key{P: m[names[0]].S, S: m[names[1]].S}
	}
	return it, nil
}

// imageOf turns the SDK's form into ours; attributes of other types are none of ours.
func imageOf(attrs map[string]types.AttributeValue) Image {
	m := make(Image, len(attrs))
	for name, v := range attrs {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			m[name] = Value{S: v.Value}
		case *types.AttributeValueMemberN:
			m[name] = Value{N: v.Value}
		case *types.AttributeValueMemberB:
			m[name] = Value{B: v.Value}
		}
	}
	return m
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func keyOf(k ledger.Key) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{partitionKey: text(k.P), sortKey: text(k.S)}
}
