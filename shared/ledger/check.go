package ledger

import (
	"time"
	"unicode/utf8"

	"guichet/shared/guichet"
)

// MaxPageBytes ends a page early: a Query stops after the item that brings its bytes to this many, as DynamoDB does.
const MaxPageBytes = 1 << 20

// KeyOf returns the key that w changes or checks; the zero Key for a nil Write.
func KeyOf(w Write) Key {
	switch w := w.(type) {
	case Put:
		return w.Item.Key
	case Delete:
		return w.Key
	case Check:
		return w.Key
	case Add:
		return w.Key
	}
	return Key{}
}

// Gone reports whether the item has expired at now. Expires counts in whole seconds, as DynamoDB keeps it.
func (it *Item) Gone(now time.Time) bool {
	return !it.Expires.IsZero() && it.Expires.Unix() <= now.Unix()
}

// CheckKey refuses a key that not both engines can hold: Invalid when a part is empty or not UTF-8, TooLarge when too long.
func CheckKey(k Key) error {
	switch {
	case k.P == "" || k.S == "":
		return guichet.Errorf(guichet.Invalid, "ledger key with an empty part")
	case !utf8.ValidString(k.P) || !utf8.ValidString(k.S):
		return guichet.Errorf(guichet.Invalid, "ledger key that is not UTF-8")
	case len(k.P) > MaxPartition:
		return guichet.Errorf(guichet.TooLarge, "ledger partition of %d bytes, at most %d", len(k.P), MaxPartition)
	case len(k.S) > MaxSort:
		return guichet.Errorf(guichet.TooLarge, "ledger sort key of %d bytes, at most %d", len(k.S), MaxSort)
	}
	return nil
}

// CheckBatch refuses a BatchGet of more than MaxBatch keys (TooLarge), of bad keys, or of the same key twice (Invalid).
// No keys at all are fine.
func CheckBatch(keys []Key) error {
	if len(keys) > MaxBatch {
		return guichet.Errorf(guichet.TooLarge, "batch of %d keys, at most %d", len(keys), MaxBatch)
	}
	for i, k := range keys {
		if err := CheckKey(k); err != nil {
			return err
		}
		if seen(keys[:i], k) {
			return guichet.Errorf(guichet.Invalid, "batch names a key twice")
		}
	}
	return nil
}

// seen looks for k among at most a hundred keys: faster than a map at that size.
func seen(keys []Key, k Key) bool {
	for i := range keys {
		if keys[i] == k {
			return true
		}
	}
	return false
}

// CheckWrites refuses a Commit outside of the contract: none, more than MaxWrites, a key twice, more than MaxCommit bytes,
// or one write that checkWrite refuses.
func CheckWrites(writes []Write) error {
	if len(writes) == 0 {
		return guichet.Errorf(guichet.Invalid, "commit without writes")
	}
	if len(writes) > MaxWrites {
		return guichet.Errorf(guichet.TooLarge, "commit of %d writes, at most %d", len(writes), MaxWrites)
	}
	keys, total := make([]Key, 0, len(writes)), 0
	for _, w := range writes {
		n, err := checkWrite(w)
		if err != nil {
			return err
		}
		if seen(keys, KeyOf(w)) {
			return guichet.Errorf(guichet.Invalid, "commit names a key twice")
		}
		keys, total = append(keys, KeyOf(w)), total+n
	}
	if total > MaxCommit {
		return guichet.Errorf(guichet.TooLarge, "commit of %d bytes, at most %d", total, MaxCommit)
	}
	return nil
}

// checkWrite refuses one write that is outside of the contract, and returns its bytes.
func checkWrite(w Write) (int, error) {
	if err := CheckKey(KeyOf(w)); err != nil {
		return 0, err
	}
	version := int64(0)
	switch w := w.(type) {
	case Put:
		return checkPut(&w.Item)
	case Delete:
		version = w.Version
	case Check:
		version = w.Version
	case Add:
		if w.Min > w.Max {
			return 0, guichet.Errorf(guichet.Invalid, "counter bounds %d..%d", w.Min, w.Max)
		}
	default:
		return 0, guichet.Errorf(guichet.Invalid, "unknown write %T", w)
	}
	if version < 0 {
		return 0, guichet.Errorf(guichet.Invalid, "ledger version %d", version)
	}
	k := KeyOf(w)
	return len(k.P) + len(k.S), nil
}

func checkPut(it *Item) (int, error) {
	if it.Version < 0 || it.Version == 1<<63-1 {
		return 0, guichet.Errorf(guichet.Invalid, "ledger version %d", it.Version)
	}
	if !it.Expires.IsZero() && it.Expires.Unix() <= 0 {
		return 0, guichet.Errorf(guichet.Invalid, "ledger expiry before 1970")
	}
	for _, x := range it.Index {
		if x == (Key{}) {
			continue
		}
		if err := CheckKey(x); err != nil {
			return 0, err
		}
	}
	n := Size(it)
	if n+Spare > MaxItem {
		return 0, guichet.Errorf(guichet.TooLarge, "ledger item of %d bytes, at most %d", n, MaxItem-Spare)
	}
	return n, nil
}

// CheckNext refuses a Next with a bad key or a delta below zero.
func CheckNext(k Key, delta int64) error {
	if delta < 0 {
		return guichet.Errorf(guichet.Invalid, "next with delta %d", delta)
	}
	return CheckKey(k)
}

// Checked returns the query with its Limit filled in, or Invalid: no partition, no such index, bounds and prefix at once,
// a limit out of 0..MaxPage, an eventual read of an index.
func (q Query) Checked() (Query, error) {
	if err := CheckKey(Key{q.Partition, "s"}); err != nil {
		return q, err
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	for _, s := range []string{q.From, q.To, q.Prefix} {
		if s == "" {
			continue
		}
		if err := CheckKey(Key{"p", s}); err != nil {
			return q, err
		}
	}
	switch {
	case q.Index < 0 || q.Index > 3:
		return q, guichet.Errorf(guichet.Invalid, "query of index %d", q.Index)
	case q.Limit < 1 || q.Limit > MaxPage:
		return q, guichet.Errorf(guichet.Invalid, "query limit %d, must be 1..%d", q.Limit, MaxPage)
	case q.Prefix != "" && (q.From != "" || q.To != ""):
		return q, guichet.Errorf(guichet.Invalid, "query with a prefix and bounds")
	case q.Eventual && q.Index != 0:
		return q, guichet.Errorf(guichet.Invalid, "eventual query of an index")
	}
	return q, nil
}

// Fail makes the error of a Commit whose write i failed its condition.
func Fail(kind guichet.Kind, i int, w Write, why string) error {
	return guichet.Errorf(kind, "commit write %d: %w", i, &Failure{Write: i, Key: KeyOf(w), Why: why})
}
