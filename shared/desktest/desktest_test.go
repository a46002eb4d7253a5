package desktest

import (
	"path/filepath"
	"testing"

	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

func open(t testing.TB) ledger.Ledger {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), LedgerNow, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestStories(t *testing.T) { Run(t, "../../testdata/stories", open) }
