// Package secret keeps the credentials that tenants give us: sealed at rest, opened only for the owner they were sealed for (A041). Two
// engines, KMS and a file of keys, and one suite, secrettest. A secret stands in no error, log or String of this package.
package secret

import (
	"context"

	"guichet/shared/guichet"
)

// MaxSecret is the most bytes that a secret may have: what KMS encrypts directly is 4,096.
const MaxSecret = 4096

// Owner is whose secret it is. It is bound into the sealed bytes: they open for nobody else, also not for another channel of the tenant.
type Owner struct {
	Tenant  guichet.TenantID  // required
	Channel guichet.ChannelID // required
}

// Vault is what both engines do. Errors are *guichet.Error: Invalid for an owner or secret that cannot be, Denied for sealed bytes that are
// of another owner or damaged (which of the two is not said), NotFound for a key that is gone, Temporary for KMS being away.
type Vault interface {
	// Seal encrypts 1..MaxSecret bytes under the newest key. Sealing the same twice gives different bytes.
	Seal(ctx context.Context, o Owner, plain []byte) ([]byte, error)
	// Open gives back what was sealed for o, under whatever key, as long as that key is there.
	Open(ctx context.Context, o Owner, sealed []byte) ([]byte, error)
	// Reseal returns the same secret sealed under the newest key, for the time after a rotation. The old bytes open until their key goes.
	Reseal(ctx context.Context, o Owner, sealed []byte) ([]byte, error)
}

// context returns the owner as encryption context. An owner without tenant or channel is Invalid.
func (o Owner) context() (map[string]string, error) {
	if o.Tenant == "" || o.Channel == "" {
		return nil, guichet.Wrongf("owner", "a secret belongs to a tenant and a channel")
	}
	return map[string]string{"tenant": string(o.Tenant), "channel": string(o.Channel)}, nil
}

func checkPlain(plain []byte) error {
	if len(plain) == 0 || len(plain) > MaxSecret {
		return guichet.Wrongf("secret", "a secret has 1 to %d bytes, not %d", MaxSecret, len(plain))
	}
	return nil
}

// denied is the one answer to sealed bytes that do not open.
func denied(cause error) error {
	return &guichet.Error{Kind: guichet.Denied, Text: "open a secret: it was sealed for another owner, or it is damaged", Cause: cause}
}
