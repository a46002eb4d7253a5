package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"guichet/shared/desk"
	"guichet/shared/secret"
)

// secrets seals the passwords of all relays anew, after making new key material where that is asked for. What was sealed before opens until its key goes, so that
// nothing stands still; run again after it was cut off, it does the rest.
func (f *flags) secrets(ctx context.Context, w io.Writer) error {
	s, done, err := f.open(ctx)
	if err != nil {
		return err
	}
	vault, err := f.vault(ctx, w)
	if err != nil {
		return errors.Join(err, done())
	}
	n, err := (&desk.Desk{Store: s, Now: time.Now, Vault: vault}).Reseal(ctx)
	if err = errors.Join(err, done()); err != nil {
		return fmt.Errorf("after %d relays: %w", n, err)
	}
	fmt.Fprintf(w, "sealed   %d relays anew\n", n)
	return nil
}

// vault opens the keys of the house, with new material first where that is asked for.
func (f *flags) vault(ctx context.Context, w io.Writer) (secret.Vault, error) {
	if f.data != "" {
		return f.fileVault(w)
	}
	client, err := f.kms(ctx)
	if err != nil {
		return nil, err
	}
	if f.rotate {
		id, err := keyID(ctx, client, f.key)
		if err != nil {
			return nil, err
		}
		if _, err := client.RotateKeyOnDemand(ctx, &kms.RotateKeyOnDemandInput{KeyId: &id}); err != nil {
			return nil, fmt.Errorf("KMS does not rotate %s: %w", f.key, err)
		}
		fmt.Fprintf(w, "rotated  %s\n", f.key)
	}
	return secret.KMS{Client: client, Key: f.key}, nil
}

func (f *flags) kms(ctx context.Context) (*kms.Client, error) {
	var opts []func(*config.LoadOptions) error
	if f.region != "" {
		opts = append(opts, config.WithRegion(f.region))
	}
	conf, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("AWS cannot be reached: %w", err)
	}
	return kms.NewFromConfig(conf), nil
}

// keyID finds the key of an alias: a rotation is of a key, and takes no alias (KMS API reference, RotateKeyOnDemand).
func keyID(ctx context.Context, client *kms.Client, name string) (string, error) {
	out, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
	if err != nil {
		return "", fmt.Errorf("there is no KMS key %s: name it with -key: %w", name, err)
	}
	return aws.ToString(out.KeyMetadata.KeyId), nil
}

// fileVault opens the key file of a house on this machine. A new key is written beside the old ones before anything is sealed under it.
func (f *flags) fileVault(w io.Writer) (secret.Vault, error) {
	path := filepath.Join(f.data, secret.File)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	if f.rotate {
		if text, err = secret.AddKey(text); err != nil {
			return nil, err
		}
		if err := replace(path, text); err != nil {
			return nil, fmt.Errorf("the key file cannot be written: %w", err)
		}
		fmt.Fprintf(w, "rotated  %s: keep all of its lines\n", path)
	}
	return secret.ReadKeys(text)
}

// replace writes a file in place of another, which is there whole until the new one is.
func replace(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "secrets") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
