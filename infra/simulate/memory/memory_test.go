package memory_test

import (
	"testing"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/blob"
	"guichet/shared/blob/blobtest"
	"guichet/shared/ledger"
	"guichet/shared/ledger/ledgertest"
)

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(_ testing.TB, now func() time.Time) ledger.Ledger { return memory.New(now) })
}

func TestBlobs(t *testing.T) {
	blobtest.Run(t, func(testing.TB) blob.Blobs { return memory.NewBlobs(time.Now) })
}
