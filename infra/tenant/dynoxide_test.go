//go:build outside

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/infra/engines"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/store"
)

// TestATenantInATable: the command as an operator runs it, on a DynamoDB engine that nobody here wrote.
func TestATenantInATable(t *testing.T) {
	endpoint := engines.Dynoxide(t)
	client := dynamodb.NewFromConfig(engines.Config(endpoint))
	if _, err := client.CreateTable(t.Context(), dynamo.Table("guichet")); err != nil {
		t.Fatal(err)
	}
	id, err := engines.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": id.AccessKeyID, "AWS_SECRET_ACCESS_KEY": id.SecretAccessKey,
		"AWS_CONFIG_FILE": t.TempDir() + "/none", "AWS_SHARED_CREDENTIALS_FILE": t.TempDir() + "/none", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "", "AWS_PROFILE": ""} {
		t.Setenv(k, v)
	}
	const line = "-table guichet -region eu-west-1 -tenant acme -domain help.example -channel support -agent ana -email ana@help.example -first 4h"
	out, err := tenant(t, line)
	if err != nil || strings.Count(out, "made ") != 6 || !strings.Contains(out, "Name=custom:tenant,Value=acme Name=custom:agent,Value=ana") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = tenant(t, line); err != nil || strings.Count(out, "kept ") != 6 {
		t.Errorf("again: %v\n%s", err, out)
	}
	if _, err = tenant(t, strings.Replace(line, "acme", "zeta", 1)); err == nil || !strings.HasPrefix(sentence(err), "domain help.example belongs to tenant acme") {
		t.Errorf("another tenant: %v", err)
	}
	if _, err = tenant(t, strings.Replace(line, "-region eu-west-1", "", 1)); err == nil || !strings.Contains(sentence(err), "-region") {
		t.Errorf("no region: %v", err)
	}
	if _, err = tenant(t, strings.Replace(line, "guichet", "other", 1)); err == nil || sentence(err) != "there is no table other in eu-west-1: name it with -table, its region with -region" {
		t.Errorf("no such table: %v", err)
	}
	agents, err := store.New(dynamo.New(client, "guichet", time.Now), nil, time.Now).Agents(t.Context(), "acme")
	if err != nil || len(agents) != 1 || agents[0].Skills["support"] != 1 {
		t.Errorf("agents %+v, %v", agents, err)
	}
}
