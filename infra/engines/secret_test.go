//go:build outside

package engines_test

import (
	"testing"

	"guichet/infra/engines"
	"guichet/shared/secret"
	"guichet/shared/secret/secrettest"

	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// The vault's suite on a KMS nobody here wrote: encryption context, rotation on demand, re-encryption.
func TestSecretsOnMoto(t *testing.T) {
	client := kms.NewFromConfig(engines.Config(engines.Moto(t)))
	secrettest.Run(t, func(t *testing.T) *secrettest.Engine {
		key, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
		if err != nil {
			t.Fatal(err)
		}
		id := key.KeyMetadata.KeyId
		return &secrettest.Engine{Vault: secret.KMS{Client: client, Key: *id}, Rotate: func() error {
			_, err := client.RotateKeyOnDemand(t.Context(), &kms.RotateKeyOnDemandInput{KeyId: id})
			return err
		}}
	})
}
