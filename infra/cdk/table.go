package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
)

// indexes are the named indexes of the ledger: ix1, ix2, ix3 with the keys p1/s1, p2/s2, p3/s3.
const indexes = 3

// ledger makes the one table. Indexes hold keys only: the ledger reads the items themselves from the table, consistently.
func (h *house) ledger() {
	attributes := []any{attribute("p"), attribute("s")}
	var gsis []any
	for i := 1; i <= indexes; i++ {
		p, s := fmt.Sprintf("p%d", i), fmt.Sprintf("s%d", i)
		attributes = append(attributes, attribute(p), attribute(s))
		gsis = append(gsis, &awsdynamodb.CfnTable_GlobalSecondaryIndexProperty{
			IndexName: str(index(i)), KeySchema: keySchema(p, s),
			Projection: &awsdynamodb.CfnTable_ProjectionProperty{ProjectionType: str("KEYS_ONLY")},
		})
	}
	h.table = awsdynamodb.NewCfnTable(h.Stack, str("Table"), &awsdynamodb.CfnTableProps{
		AttributeDefinitions: attributes, KeySchema: keySchema("p", "s"), GlobalSecondaryIndexes: gsis,
		BillingMode:               str("PAY_PER_REQUEST"),
		DeletionProtectionEnabled: &h.conf.Keep,
		PointInTimeRecoverySpecification: &awsdynamodb.CfnTable_PointInTimeRecoverySpecificationProperty{
			PointInTimeRecoveryEnabled: yes,
		},
		SseSpecification: &awsdynamodb.CfnTable_SSESpecificationProperty{
			SseEnabled: yes, SseType: str("KMS"), KmsMasterKeyId: h.dataKey.AttrArn(),
		},
		StreamSpecification:     &awsdynamodb.CfnTable_StreamSpecificationProperty{StreamViewType: str("NEW_AND_OLD_IMAGES")},
		TimeToLiveSpecification: &awsdynamodb.CfnTable_TimeToLiveSpecificationProperty{AttributeName: str("x"), Enabled: yes},
	})
	h.keep(h.table)
}

// index names the i-th index. QUIRK: DynamoDB wants at least three characters (2026-11).
func index(i int) string { return fmt.Sprintf("ix%d", i) }

func attribute(name string) any {
	return &awsdynamodb.CfnTable_AttributeDefinitionProperty{AttributeName: str(name), AttributeType: str("S")}
}

func keySchema(p, s string) []any {
	return []any{
		&awsdynamodb.CfnTable_KeySchemaProperty{AttributeName: str(p), KeyType: str("HASH")},
		&awsdynamodb.CfnTable_KeySchemaProperty{AttributeName: str(s), KeyType: str("RANGE")},
	}
}
