package memory_test

import (
	"testing"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/ledger"
	"guichet/shared/ledger/ledgertest"
)

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(_ testing.TB, now func() time.Time) ledger.Ledger { return memory.New(now) })
}
