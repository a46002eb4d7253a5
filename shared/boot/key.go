package boot

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// keyLabel is what the KMS key signs to give the key of our Message-IDs. It never changes: ids of old mails must stay ours.
const keyLabel = "guichet message-id key, version 1"

// minKey is how short a key may be, in bytes.
const minKey = 32

// SignWith gives the desk the key that signs our Message-IDs: GUICHET_TOKEN_KEY is the key itself in base64, or the ARN of an HMAC key of
// KMS (GUICHET_TOKEN_KEY_ID: its ARN, id or alias), from which it is derived once, before the first event.
func (e *Env) SignWith(d *desk.Desk) {
	id, set := e.get("GUICHET_TOKEN_KEY_ID"), e.get("GUICHET_TOKEN_KEY")
	if id == "" && strings.HasPrefix(set, "arn:") {
		id = set
	}
	if id == "" {
		key, err := base64.StdEncoding.DecodeString(e.must("GUICHET_TOKEN_KEY"))
		if set != "" && (err != nil || len(key) < minKey) {
			e.wrong = append(e.wrong, "GUICHET_TOKEN_KEY is neither the ARN of a KMS key nor 32 bytes or more in base64")
		}
		d.Key = key
		return
	}
	client := kms.NewFromConfig(e.aws)
	e.first = append(e.first, func(ctx context.Context) error {
		key, err := derive(ctx, client, id)
		d.Key = key
		return err
	})
}

// derive has KMS sign the label: whoever may ask it gets the same 32 bytes, nobody else does.
func derive(ctx context.Context, client *kms.Client, id string) ([]byte, error) {
	out, err := client.GenerateMac(ctx, &kms.GenerateMacInput{KeyId: &id, Message: []byte(keyLabel), MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "derive the key of Message-IDs: %w", err)
	}
	if len(out.Mac) < minKey {
		return nil, guichet.Errorf(guichet.Other, "KMS gave a key of %d bytes", len(out.Mac))
	}
	return out.Mac, nil
}
