//go:build outside

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"guichet/infra/engines"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/secret"
	"guichet/shared/store"
)

// TestRotationOnKMS: on a DynamoDB and a KMS that nobody here wrote, a password is sealed for its tenant and channel and opens for no others; the operator's command
// rotates the key and seals every password anew, and each opens before, between and after.
func TestRotationOnKMS(t *testing.T) {
	table, moto := engines.Dynoxide(t), engines.Moto(t)
	db := dynamodb.NewFromConfig(engines.Config(table))
	if _, err := db.CreateTable(t.Context(), dynamo.Table("guichet")); err != nil {
		t.Fatal(err)
	}
	id, err := engines.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": table, "AWS_ENDPOINT_URL_KMS": moto, "AWS_ACCESS_KEY_ID": id.AccessKeyID, "AWS_SECRET_ACCESS_KEY": id.SecretAccessKey,
		"AWS_CONFIG_FILE": t.TempDir() + "/none", "AWS_SHARED_CREDENTIALS_FILE": t.TempDir() + "/none", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "", "AWS_PROFILE": ""} {
		t.Setenv(k, v)
	}
	client := kms.NewFromConfig(engines.Config(moto))
	key, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err == nil {
		_, err = client.CreateAlias(t.Context(), &kms.CreateAliasInput{AliasName: aws.String("alias/guichet/secrets"), TargetKeyId: key.KeyMetadata.KeyId})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tenantName := range []string{"acme", "zeta"} {
		if out, err := tenant(t, "-table guichet -region eu-west-1 -tenant "+tenantName+" -domain "+tenantName+".example -channel support,billing -agent ana"); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	s := store.New(dynamo.New(db, "guichet", time.Now), nil, time.Now)
	vault := secret.KMS{Client: client, Key: "alias/guichet/secrets"}
	d := &desk.Desk{Store: s, Now: time.Now, Vault: vault}
	relays := map[string]*guichet.Relay{}
	for _, at := range []string{"acme support", "acme billing", "zeta support"} {
		of, ch, _ := strings.Cut(at, " ")
		w := desk.RelayWish{Host: "smtp." + of + ".example", Port: 587, TLS: guichet.RelayStart, User: "u", Password: "p4ss of " + at}
		if relays[at], err = d.SetRelay(t.Context(), guichet.TenantID(of), "ana", guichet.ChannelID(ch), w); err != nil {
			t.Fatal(err)
		}
	}
	open := func(when string) {
		t.Helper()
		for at, r := range relays {
			for other := range relays {
				of, ch, _ := strings.Cut(other, " ")
				plain, err := vault.Open(t.Context(), secret.Owner{Tenant: guichet.TenantID(of), Channel: guichet.ChannelID(ch)}, r.Sealed)
				if at == other && (err != nil || string(plain) != "p4ss of "+at) || at != other && !guichet.Is(err, guichet.Denied) {
					t.Errorf("%s: %s's password as %s: %v", when, at, other, err)
				}
			}
		}
	}
	open("before")
	old := relays["acme support"].Sealed
	out, err := tenant(t, "-table guichet -region eu-west-1 -rotate")
	if err != nil || !strings.Contains(out, "rotated  alias/guichet/secrets") || !strings.Contains(out, "sealed   3 relays anew") {
		t.Fatalf("%v\n%s", err, out)
	}
	open("what was sealed before, after the rotation")
	for at := range relays {
		of, ch, _ := strings.Cut(at, " ")
		if relays[at], err = s.Relay(t.Context(), guichet.TenantID(of), guichet.ChannelID(ch)); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(old, relays["acme support"].Sealed) {
		t.Error("it was not sealed anew")
	}
	open("what was sealed anew")
	if _, err := tenant(t, "-table guichet -region eu-west-1 -reseal -key alias/nobody"); err == nil {
		t.Error("sealed under a key that is not there")
	}
}
