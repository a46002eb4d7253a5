//go:build outside

package outside

import (
	"flag"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/infra/engines"
	"guichet/shared/desktest"
	"guichet/shared/ledger/dynamo"
)

var burst = flag.Int("burst", 1000, "cases of TestBurst; a tenth of them is above what there is room for")

// TestBurst routes 1,000 cases (-burst 10000: that many) to 500 agents by 16 workers at once on a DynamoDB engine that nobody here wrote: all that there is room for is given, nobody gets more than
// his limit, nothing is given twice.
func TestBurst(t *testing.T) {
	client := dynamodb.NewFromConfig(engines.Config(engines.Dynoxide(t)))
	// QUIRK: dynoxide 1.5 looks through all records of a table's stream for the number of the next one, so that with a stream each write costs more than the last (2026-11).
	table := dynamo.Table("burst")
	table.StreamSpecification = nil
	if _, err := client.CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	h := desktest.New(t, dynamo.New(client, "burst", desktest.LedgerNow))
	b := desktest.Burst{Agents: 500, Cases: *burst, Workers: 16, Limit: int64(*burst) * 9 / 5000}
	if err := b.Staff(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	ids, err := b.Fill(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.Run(t.Context(), h, ids, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d cases given in %v; %d came again", out.Assigned, b.Cases, out.Took, out.Again)
}
