//go:build outside

package outside

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/infra/engines"
	"guichet/shared/desktest"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
)

// TestStories runs every story of testdata/stories on a DynamoDB engine that nobody here wrote, each on a table of its own.
func TestStories(t *testing.T) {
	endpoint, n := engines.Dynoxide(t), 0
	client := dynamodb.NewFromConfig(engines.Config(endpoint))
	desktest.Run(t, "../../testdata/stories", func(t testing.TB) ledger.Ledger {
		n++
		name := fmt.Sprint("story", n)
		if _, err := client.CreateTable(t.Context(), dynamo.Table(name)); err != nil {
			t.Fatal(err)
		}
		return dynamo.New(client, name, desktest.LedgerNow)
	})
}
