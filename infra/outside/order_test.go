//go:build outside

package outside

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/infra/engines"
	"guichet/shared/desktest"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
)

// TestD06OnDynoxide: all 120 orders of a chain of five with mails that come twice, and 25 times all of them at once, end in the same cases on a DynamoDB engine that
// nobody here wrote.
func TestD06OnDynoxide(t *testing.T) {
	client := dynamodb.NewFromConfig(engines.Config(engines.Dynoxide(t)))
	name := "orders"
	on := func(run func(ledger.Ledger) desktest.Shape) desktest.Shape {
		table := dynamo.Table(name)
		table.StreamSpecification = nil
		if _, err := client.CreateTable(t.Context(), table); err != nil {
			t.Fatal(err)
		}
		defer client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		return run(dynamo.New(client, name, desktest.LedgerNow))
	}
	for _, chained := range []string{"full references", "three people, in-reply-to only"} {
		t.Run(chained, func(t *testing.T) {
			desktest.AllOrders(t, chained, 1, on)
			desktest.Interleavings(t, chained, 1, 25, on)
		})
	}
}
