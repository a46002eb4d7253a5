package desktest

import (
	"path/filepath"
	"testing"

	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// onSQLite gives each run a new ledger in a file.
func onSQLite(t testing.TB) func(func(ledger.Ledger) Shape) Shape {
	return func(run func(ledger.Ledger) Shape) Shape {
		db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), LedgerNow, sqlite.Unsynced())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		return run(db)
	}
}

// TestD06AllOrders: all 120 orders of a chain of five, some of the mails twice, end in the same cases. infra/outside does it on DynamoDB's stand-in.
func TestD06AllOrders(t *testing.T) {
	for _, name := range Chains() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			AllOrders(t, name, *seed, onSQLite(t))
		})
	}
}

// TestD06Interleavings: 200 times the chain comes all at once, each mail twice, and the calls of the flows are mixed anew.
func TestD06Interleavings(t *testing.T) {
	for _, name := range Chains() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := 200
			switch {
			case *full:
				runs = 2000
			case len(kinds[name].who) > 1:
				runs = 50
			}
			Interleavings(t, name, *seed, runs, onSQLite(t))
		})
	}
}
