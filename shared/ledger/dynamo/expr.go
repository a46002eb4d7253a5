package dynamo

import (
	"math/big"
	"strings"

	"guichet/shared/ledger"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// change is a write in DynamoDB's words. One without update is a delete or, with check, a condition alone.
type change struct {
	key       map[string]types.AttributeValue
	condition string
	update    string
	values    map[string]types.AttributeValue
	check     bool
}

// alive is the condition that an item has not expired; what counts as absent must not be met at its old version.
const alive = "(attribute_not_exists(x) OR x > :now)"

// A ghost is an expired item that DynamoDB has not removed yet. It counts as absent, which no condition can say of an update
// that must also drop its counter: so a write that meets one is sent again, naming what it saw, and replaces it.
type ghost struct{ version, expires types.AttributeValue }

// changeOf writes w for the moment now, in seconds; g is the ghost that it is to replace, or nil.
func changeOf(w ledger.Write, now int64, g *ghost) change {
	c := change{key: keyOf(ledger.KeyOf(w)), values: map[string]types.AttributeValue{}}
	switch w := w.(type) {
	case ledger.Put:
		c.put(&w.Item, now, g)
	case ledger.Delete:
		c.at(w.Version, now)
		if w.Version == 0 {
			c.condition = "attribute_exists(p) AND attribute_not_exists(v)"
		}
	case ledger.Check:
		c.check = true
		c.at(w.Version, now)
		if w.Version == 0 {
			c.condition, c.values[":now"] = "(attribute_not_exists(v) OR x <= :now)", number(now)
		}
	case ledger.Add:
		c.add(w, now, g)
	}
	return c
}

// at demands a version that is above 0.
func (c *change) at(version, now int64) {
	if version > 0 {
		c.condition = "v = :at AND " + alive
		c.values[":at"], c.values[":now"] = number(version), number(now)
	}
}

// over demands the ghost.
func (c *change) over(g *ghost) {
	c.condition = "v = :gv AND x = :gx"
	c.values[":gv"], c.values[":gx"] = g.version, g.expires
}

func (c *change) put(it *ledger.Item, now int64, g *ghost) {
	set := map[string]types.AttributeValue{versionName: number(it.Version + 1)}
	if len(it.Body) > 0 {
		set[bodyName] = &types.AttributeValueMemberB{Value: it.Body}
	}
	if !it.Expires.IsZero() {
		set[expiresName] = number(it.Expires.Unix())
	}
	if it.Announce {
		set[announceName] = number(1)
	}
	for i, k := range it.Index {
		if k != (ledger.Key{}) {
			set[indexNames[i][0]], set[indexNames[i][1]] = text(k.P), text(k.S)
		}
	}
	c.at(it.Version, now)
	switch {
	case g != nil:
		c.over(g)
	case it.Version == 0:
		c.condition = "attribute_not_exists(v)"
	}
	c.write(set, it.Version > 0 || g != nil, g != nil)
}

// names are all attributes beside the key and the count, in a fixed order.
var names = []string{versionName, bodyName, expiresName, announceName, "p1", "s1", "p2", "s2", "p3", "s3"}

// write sets what is in set; with clear it removes the rest, with recount the counter too.
func (c *change) write(set map[string]types.AttributeValue, clear, recount bool) {
	var sets, removes []string
	for _, n := range names {
		if v, ok := set[n]; ok {
			sets = append(sets, n+" = :"+n)
			c.values[":"+n] = v
		} else {
			removes = append(removes, n)
		}
	}
	if recount {
		removes = append(removes, countName)
	}
	c.update = "SET " + strings.Join(sets, ", ")
	if clear && len(removes) > 0 {
		c.update += " REMOVE " + strings.Join(removes, ", ")
	}
}

// add moves the counter while the result stays within the bounds. The limits for the old value are exact: DynamoDB compares
// 38 digits, so nothing wraps around.
func (c *change) add(w ledger.Add, now int64, g *ghost) {
	if g != nil {
		c.over(g)
		c.update, c.values[":d"] = "SET n = :d REMOVE "+strings.Join(names, ", "), number(w.Delta)
		return
	}
	low, high := minus(w.Min, w.Delta), minus(w.Max, w.Delta)
	within := "n BETWEEN :low AND :high"
	if low.Sign() <= 0 && high.Sign() >= 0 {
		within = "(attribute_not_exists(n) OR " + within + ")"
	}
	c.condition, c.update = within+" AND "+alive, "ADD n :d"
	c.values[":low"], c.values[":high"] = &types.AttributeValueMemberN{Value: low.String()}, &types.AttributeValueMemberN{Value: high.String()}
	c.values[":d"], c.values[":now"] = number(w.Delta), number(now)
}

func minus(a, b int64) *big.Int { return new(big.Int).Sub(big.NewInt(a), big.NewInt(b)) }
