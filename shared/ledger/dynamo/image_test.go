package dynamo_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func image(pairs ...string) dynamo.Image {
	m := dynamo.Image{"p": {S: "t#case"}, "s": {S: "fact#1"}}
	for i := 0; i < len(pairs); i += 2 {
		v := dynamo.Value{N: pairs[i+1]}
		if name := pairs[i]; len(name) == 2 {
			v = dynamo.Value{S: pairs[i+1]}
		}
		m[pairs[i]] = v
	}
	return m
}

func TestCreatedSeesCreationsOfAnnouncedItemsAlone(t *testing.T) {
	for name, c := range map[string]struct {
		before, after dynamo.Image
		want          bool
	}{
		"created":                         {nil, image("v", "1", "a", "1"), true},
		"created quietly":                 {nil, image("v", "1"), false},
		"created over a counter":          {image("n", "3"), image("n", "3", "v", "1", "a", "1"), true},
		"made anew over an expired":       {image("v", "1", "a", "1", "x", "100"), image("v", "1", "a", "1", "x", "900"), true},
		"made anew over a later expired":  {image("v", "4", "x", "100"), image("v", "1", "a", "1"), true},
		"its counter moved":               {image("v", "1", "a", "1"), image("v", "1", "a", "1", "n", "1"), false},
		"its counter moved, with expiry":  {image("v", "1", "a", "1", "x", "9"), image("v", "1", "a", "1", "x", "9", "n", "1"), false},
		"replaced":                        {image("v", "1", "a", "1"), image("v", "2", "a", "1"), false},
		"a counter came into being":       {nil, image("n", "1"), false},
		"removed":                         {image("v", "1", "a", "1"), nil, false},
		"removed and nothing known of it": {nil, nil, false},
	} {
		it, ok, err := dynamo.Created(c.before, c.after)
		if ok != c.want || err != nil || ok && it.Version != 1 {
			t.Errorf("%s: %+v, %v, %v, want %v", name, it, ok, err, c.want)
		}
	}
}

func TestCreatedReadsEveryField(t *testing.T) {
	in := image("v", "1", "a", "1", "n", "-7", "x", "2000000000", "p1", "t#open", "s1", "1", "p3", "t#due", "s3", "é")
	in["b"] = dynamo.Value{B: []byte{0, 255}}
	got, ok, err := dynamo.Created(nil, in)
	want := ledger.Item{Key: ledger.Key{P: "t#case", S: "fact#1"}, Version: 1, Count: -7, Body: []byte{0, 255}, Announce: true,
		Expires: time.Unix(2e9, 0).UTC(), Index: [3]ledger.Key{{P: "t#open", S: "1"}, {}, {P: "t#due", S: "é"}}}
	if !ok || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, %v, want %+v", got, ok, err, want)
	}
}

func TestCreatedRefusesWhatIsNotOurs(t *testing.T) {
	noKey := image("v", "1", "a", "1")
	delete(noKey, "s")
	for name, m := range map[string]dynamo.Image{
		"a count that is no number": image("v", "1", "a", "1", "n", "1.5"), "an expiry too far": image("v", "1", "a", "1", "x", "99999999999999999999"), "no key": noKey,
	} {
		if _, ok, err := dynamo.Created(nil, m); ok || !guichet.Is(err, guichet.Invalid) {
			t.Errorf("%s: %v, %v, want invalid", name, ok, err)
		}
	}
}

func TestStreamFilterIsJSON(t *testing.T) {
	if !json.Valid([]byte(dynamo.StreamFilter)) {
		t.Error("the stream filter is not JSON")
	}
}

func TestTableIsWithinDynamoDBsRules(t *testing.T) {
	in := dynamo.Table("name")
	if len(in.GlobalSecondaryIndexes) != 3 || len(in.AttributeDefinitions) != 8 || in.BillingMode != types.BillingModePayPerRequest ||
		in.StreamSpecification.StreamViewType != types.StreamViewTypeNewAndOldImages {
		t.Errorf("table %+v", in)
	}
	for _, g := range in.GlobalSecondaryIndexes {
		if len(*g.IndexName) < 3 || g.Projection.ProjectionType != types.ProjectionTypeKeysOnly || len(g.KeySchema) != 2 {
			t.Errorf("index %+v", g)
		}
	}
}
