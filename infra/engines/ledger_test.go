//go:build outside

package engines_test

import (
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/ledger/ledgertest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

var tables atomic.Int64

// withStream is the ledger and its feed, for the suite.
type withStream struct {
	ledger.Ledger
	*engines.Stream
}

func opener(endpoint string) ledgertest.Open {
	client := dynamodb.NewFromConfig(engines.Config(endpoint))
	return func(t testing.TB, now func() time.Time) ledger.Ledger {
		name := fmt.Sprint("table", tables.Add(1))
		if _, err := client.CreateTable(t.Context(), dynamo.Table(name)); err != nil {
			t.Fatal(err)
		}
		return withStream{dynamo.New(client, name, now), engines.NewStream(endpoint, name)}
	}
}

// silent opens tables without a stream.
//
// QUIRK: dynoxide 1.5 looks through all records of a table's stream for the number of the next one, so that with a stream each write costs more than the last (2026-11).
func silent(endpoint string) ledgertest.Open {
	client := dynamodb.NewFromConfig(engines.Config(endpoint))
	return func(t testing.TB, now func() time.Time) ledger.Ledger {
		in := dynamo.Table(fmt.Sprint("table", tables.Add(1)))
		in.StreamSpecification = nil
		if _, err := client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		return dynamo.New(client, *in.TableName, now)
	}
}

func TestLedgerOnDynoxide(t *testing.T) { ledgertest.Run(t, opener(engines.Dynoxide(t))) }

// TestLedgerOnMoto is a second opinion. What moto is known to do otherwise than DynamoDB is left out, each with its reason.
func TestLedgerOnMoto(t *testing.T) {
	skips := []ledgertest.Skip{
		{Check: "refused: sizes", Why: "moto 5.2.5 counts bytes in base64, so the largest items are too large for it"},
		{Check: "usage grows by the rules", Why: "moto 5.2.5 answers fixed capacity units"},
	}
	for _, c := range []string{"16 writers lose no update", "16 writers never pass a bound", "16 writers of commits never pass a bound",
		"16 callers get distinct numbers", "16 writers create once", "the feed has what was created, in order"} {
		skips = append(skips, ledgertest.Skip{Check: c, Why: "moto 5.2.5 answers requests in threads that overwrite each other's items"})
	}
	fewer(t, "rapid.checks", "15") // it takes a tenth of a second for what dynoxide does in a millisecond
	ledgertest.Run(t, opener(engines.Moto(t)), skips...)
}

// fewer sets a flag for the length of a test.
func fewer(t *testing.T, name, value string) {
	old := flag.Lookup(name).Value.String()
	t.Cleanup(func() { flag.Set(name, old) })
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
}
