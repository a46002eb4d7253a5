package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"guichet/shared/ledger"
	"guichet/shared/ledger/ledgertest"
	"guichet/shared/ledger/sqlite"
)

func open(t testing.TB, now func() time.Time) ledger.Ledger {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger?#% é.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestLedger(t *testing.T) { ledgertest.Run(t, open) }
