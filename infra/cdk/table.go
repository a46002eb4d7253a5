package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"

	"guichet/shared/ledger/dynamo"
)

// ledger makes the one table, with the keys and indexes that ledger/dynamo works with. Indexes hold keys only: the ledger reads the items
// themselves from the table, consistently.
func (h *house) ledger() {
	shape := dynamo.Table("")
	var attributes, indexes []any
	for _, a := range shape.AttributeDefinitions {
		attributes = append(attributes, &awsdynamodb.CfnTable_AttributeDefinitionProperty{
			AttributeName: a.AttributeName, AttributeType: str(string(a.AttributeType)),
		})
	}
	for _, x := range shape.GlobalSecondaryIndexes {
		indexes = append(indexes, &awsdynamodb.CfnTable_GlobalSecondaryIndexProperty{
			IndexName: x.IndexName, KeySchema: keySchema(*x.KeySchema[0].AttributeName, *x.KeySchema[1].AttributeName),
			Projection: &awsdynamodb.CfnTable_ProjectionProperty{ProjectionType: str(string(x.Projection.ProjectionType))},
		})
		h.indexNames = append(h.indexNames, *x.IndexName)
	}
	h.table = awsdynamodb.NewCfnTable(h.Stack, str("Table"), &awsdynamodb.CfnTableProps{
		AttributeDefinitions:      attributes,
		KeySchema:                 keySchema(*shape.KeySchema[0].AttributeName, *shape.KeySchema[1].AttributeName),
		GlobalSecondaryIndexes:    indexes,
		BillingMode:               str(string(shape.BillingMode)),
		DeletionProtectionEnabled: &h.conf.Keep,
		PointInTimeRecoverySpecification: &awsdynamodb.CfnTable_PointInTimeRecoverySpecificationProperty{
			PointInTimeRecoveryEnabled: yes,
		},
		SseSpecification: &awsdynamodb.CfnTable_SSESpecificationProperty{
			SseEnabled: yes, SseType: str("KMS"), KmsMasterKeyId: h.dataKey.AttrArn(),
		},
		StreamSpecification:     &awsdynamodb.CfnTable_StreamSpecificationProperty{StreamViewType: str(string(shape.StreamSpecification.StreamViewType))},
		TimeToLiveSpecification: &awsdynamodb.CfnTable_TimeToLiveSpecificationProperty{AttributeName: str("x"), Enabled: yes},
	})
	h.keep(h.table)
}

func keySchema(p, s string) []any {
	return []any{
		&awsdynamodb.CfnTable_KeySchemaProperty{AttributeName: &p, KeyType: str("HASH")},
		&awsdynamodb.CfnTable_KeySchemaProperty{AttributeName: &s, KeyType: str("RANGE")},
	}
}
