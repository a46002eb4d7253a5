package secret

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"guichet/shared/guichet"
)

// KMSClient are the calls of kms.Client that this package makes.
type KMSClient interface {
	Encrypt(context.Context, *kms.EncryptInput, ...func(*kms.Options)) (*kms.EncryptOutput, error)
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
	ReEncrypt(context.Context, *kms.ReEncryptInput, ...func(*kms.Options)) (*kms.ReEncryptOutput, error)
}

// KMS seals under a symmetric key of AWS KMS, the owner in the encryption context: a grant can be tied to it, and CloudTrail names the
// owner at every opening. Secrets are small enough to be encrypted by KMS itself; no data key is kept. RotateKeyOnDemand changes the key's
// material behind the same id: what was sealed before still opens.
type KMS struct {
	Client KMSClient
	Key    string // id, ARN or alias of the key to seal under
}

// Seal implements Vault.
func (k KMS) Seal(ctx context.Context, o Owner, plain []byte) ([]byte, error) {
	owner, err := o.context()
	if err == nil {
		err = checkPlain(plain)
	}
	if err != nil {
		return nil, err
	}
	out, err := k.Client.Encrypt(ctx, &kms.EncryptInput{KeyId: &k.Key, Plaintext: plain, EncryptionContext: owner})
	if err != nil {
		return nil, kmsError("seal a secret", err)
	}
	return out.CiphertextBlob, nil
}

// Open implements Vault. The key is not named: KMS reads it from the sealed bytes, so that those of an earlier key open too.
func (k KMS) Open(ctx context.Context, o Owner, sealed []byte) ([]byte, error) {
	owner, err := o.context()
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 {
		return nil, denied(nil)
	}
	out, err := k.Client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed, EncryptionContext: owner})
	if err != nil {
		return nil, kmsError("open a secret", err)
	}
	return out.Plaintext, nil
}

// Reseal implements Vault. The secret does not leave KMS.
func (k KMS) Reseal(ctx context.Context, o Owner, sealed []byte) ([]byte, error) {
	owner, err := o.context()
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 {
		return nil, denied(nil)
	}
	out, err := k.Client.ReEncrypt(ctx, &kms.ReEncryptInput{CiphertextBlob: sealed, DestinationKeyId: &k.Key,
		SourceEncryptionContext: owner, DestinationEncryptionContext: owner})
	if err != nil {
		return nil, kmsError("seal a secret anew", err)
	}
	return out.CiphertextBlob, nil
}

// kmsError sorts what KMS said (errors of Encrypt, Decrypt and ReEncrypt in the KMS API reference).
func kmsError(doing string, err error) error {
	var (
		mismatch *types.InvalidCiphertextException
		other    *types.IncorrectKeyException
		missing  *types.NotFoundException
		disabled *types.DisabledException
		state    *types.KMSInvalidStateException
		api      smithy.APIError
	)
	switch {
	case errors.As(err, &mismatch), errors.As(err, &other):
		return denied(err)
	case errors.As(err, &missing), errors.As(err, &disabled), errors.As(err, &state):
		return &guichet.Error{Kind: guichet.NotFound, Text: doing + ": its KMS key is gone or disabled", Cause: err}
	case errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException":
		return &guichet.Error{Kind: guichet.Denied, Text: doing + ": KMS does not allow it", Cause: err}
	case errors.As(err, &api) && (api.ErrorCode() == "ValidationException" || api.ErrorCode() == "InvalidKeyUsageException"):
		return &guichet.Error{Kind: guichet.Other, Text: doing + ": KMS could not read the request", Cause: err}
	}
	return &guichet.Error{Kind: guichet.Temporary, Text: doing + ": KMS does not answer as it should", Cause: err}
}
