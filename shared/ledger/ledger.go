// Package ledger is the one way to state. The contract is narrow on purpose, so that two real engines hold it exactly:
// ledger/dynamo on AWS, ledger/sqlite on one machine. ledger/ledgertest is the suite that both pass.
package ledger

import (
	"context"
	"time"
)

// Limits of the contract, the smaller of what both engines can do.
const (
	MaxPartition = 2048      // bytes of Key.P, and of an index partition
	MaxSort      = 1024      // bytes of Key.S, and of an index sort key
	MaxItem      = 400 << 10 // bytes of a whole item as DynamoDB counts them
	MaxWrites    = 100       // writes of one Commit
	MaxCommit    = 4 << 20   // bytes of one Commit
	MaxBatch     = 100       // keys of one BatchGet
	MaxPage      = 1000      // items of one Query
)

// Key names an item: its partition (always begins with the tenant) and its sort key. Neither may be empty; both are UTF-8.
type Key struct{ P, S string }

// Item is what is kept.
type Item struct {
	Key
	Version  int64     // 0 before it is created, 1 after, +1 with each Put
	Body     []byte    // opaque to the ledger; may be empty
	Index    [3]Key    // named index entries; the zero Key means: not in that index (sparse)
	Count    int64     // value of a bounded counter; changed by Add and Next alone, kept by Put
	Expires  time.Time // zero: never. After it the item may disappear at any time; readers treat it as gone at once
	Announce bool      // the creation of this item goes on the change feed
}

// Write is one change of a Commit: Put, Delete, Check or Add. Each key may stand in a Commit once.
type Write interface{ write() }

// Put stores the item: with Version 0 it must not exist (fails Exists), else it must be at that Version (fails Conflict).
// The stored item has Version+1.
type Put struct{ Item Item }

// Delete removes the item, which must be at Version (fails Conflict).
type Delete struct {
	Key     Key
	Version int64
}

// Check changes nothing; the item must be at Version, or absent when Version is 0 (fails Conflict).
type Check struct {
	Key     Key
	Version int64
}

// Add changes the Count of an item by Delta, if the result is within Min..Max (fails Exhausted). An absent item counts 0 and
// is created. The Version does not move: counters and bodies do not disturb each other.
type Add struct {
	Key             Key
	Delta, Min, Max int64
}

func (Put) write()    {}
func (Delete) write() {}
func (Check) write()  {}
func (Add) write()    {}

// Query asks for the items of one partition in the order of their sort keys.
type Query struct {
	Index     int    // 0: the table; 1, 2, 3: that named index
	Partition string // exactly this one
	From, To  string // inclusive bounds of the sort key; empty: open
	Prefix    string // instead of From and To
	Limit     int    // 1..MaxPage; 0 means 100
	Cursor    string // from the last Page; empty: from the start
	Desc      bool
	Eventual  bool // may miss the writes of the last second, at half the price. Table queries only
}

// Page is one answer to a Query. Items of an index query are read from the table, consistently, after the index gave their
// keys; one whose index entry has moved meanwhile is left out.
type Page struct {
	Items  []Item
	Cursor string // empty: nothing more
}

// Change is one created item on the feed, in commit order within a partition.
type Change struct {
	Seq  int64 // position; grows
	Item Item
}

// Usage counts what was consumed, in DynamoDB's units: from its own answer, or by its rules (a strong read of 4 KB is 1, an
// eventual one 0.5; a write of 1 KB is 1, 2 within a Commit of more than one write; each index entry written or removed
// costs 1 per KB more).
type Usage struct {
	Reads, Writes float64
	Calls         int64
}

// Ledger is what both engines do. All methods are safe for concurrent use. Errors are *guichet.Error: of kind NotFound,
// Conflict, Exists, Exhausted, TooLarge or Invalid where the contract says so, of kind Temporary where trying again helps.
type Ledger interface {
	// Get reads one item, consistently. Absent or expired: NotFound.
	Get(ctx context.Context, k Key) (Item, error)
	// BatchGet reads up to MaxBatch items, consistently each, in the order of the keys; absent ones are left out.
	BatchGet(ctx context.Context, keys []Key) ([]Item, error)
	// Query reads one page.
	Query(ctx context.Context, q Query) (Page, error)
	// Commit does all writes or none, durably. The error is a *Failure (wrapped in *guichet.Error) when a condition failed.
	Commit(ctx context.Context, writes ...Write) error
	// Next adds delta (>= 0) to the Count of k and returns the new value: distinct and growing for all callers. It is not part of a Commit, so
	// a number may be taken and never used.
	Next(ctx context.Context, k Key, delta int64) (int64, error)
	// Usage returns what this value has consumed since it was made.
	Usage() Usage
}

// Failure tells which write of a Commit failed.
type Failure struct {
	Write int // position in the arguments of Commit
	Key   Key
	Why   string
}

// Error says which write and why; keys are not secret but stay out of it.
func (f *Failure) Error() string { return f.Why }
