package secret

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"guichet/shared/guichet"
)

// Keys seals with AES-256-GCM under keys that stand in a file of the machine (mode 0600; whoever starts the house reads it). Sealed bytes
// are: the byte 1, the key's number (4 bytes), the nonce (12), the ciphertext with its tag (16). The owner is authenticated with them.
type Keys struct {
	newest uint32
	aead   map[uint32]cipher.AEAD
}

// File is the name of the key file in a data folder.
const File = "secrets"

const (
	sealedForm = 1
	sealedHead = 5
	sealedMin  = sealedHead + 12 + 16 + 1
)

// ReadKeys reads the text of a key file: a line for each key, its number from 1 upwards and 32 bytes in base64, as AddKey writes them. The
// highest number is the newest. Errors: Invalid, naming the line, never its words.
func ReadKeys(text []byte) (*Keys, error) {
	k := &Keys{aead: map[uint32]cipher.AEAD{}}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		n, aead, err := readKey(line)
		if err != nil || k.aead[n] != nil {
			return nil, guichet.Wrongf("keys", "line %d of the key file is no key with a number of its own", i+1)
		}
		k.aead[n], k.newest = aead, max(k.newest, n)
	}
	if k.newest == 0 {
		return nil, guichet.Wrongf("keys", "the key file holds no key")
	}
	return k, nil
}

func readKey(line []byte) (uint32, cipher.AEAD, error) {
	number, code, _ := bytes.Cut(line, []byte(" "))
	n, err := strconv.ParseUint(string(number), 10, 32)
	if err != nil || n == 0 {
		return 0, nil, strconv.ErrRange
	}
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(code)))
	if err != nil || len(key) != 32 {
		return 0, nil, strconv.ErrRange
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return 0, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return uint32(n), aead, err
}

// AddKey returns the text of a key file with one more key, made now, which becomes the newest: that is a rotation. An empty text gives a
// file with key 1. Errors as ReadKeys.
func AddKey(text []byte) ([]byte, error) {
	n := uint32(0)
	if len(bytes.TrimSpace(text)) > 0 {
		k, err := ReadKeys(text)
		if err != nil {
			return nil, err
		}
		n = k.newest
	}
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand, since Go 1.24)
	out := bytes.Clone(text)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	out = append(strconv.AppendUint(out, uint64(n)+1, 10), ' ')
	return append(base64.StdEncoding.AppendEncode(out, key), '\n'), nil
}

// bind is what is authenticated beside the secret. Lengths keep two owners from looking alike.
func bind(o Owner, head []byte) []byte {
	b := append([]byte("guichet secret\x00"), head...)
	for _, s := range []string{string(o.Tenant), string(o.Channel)} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

// Seal implements Vault.
func (k *Keys) Seal(_ context.Context, o Owner, plain []byte) ([]byte, error) {
	_, err := o.context()
	if err == nil {
		err = checkPlain(plain)
	}
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint32([]byte{sealedForm}, k.newest)
	nonce := make([]byte, 12)
	rand.Read(nonce)
	aad := bind(o, out)
	return k.aead[k.newest].Seal(append(out, nonce...), nonce, plain, aad), nil
}

// Open implements Vault.
func (k *Keys) Open(_ context.Context, o Owner, sealed []byte) ([]byte, error) {
	if _, err := o.context(); err != nil {
		return nil, err
	}
	if len(sealed) < sealedMin || sealed[0] != sealedForm {
		return nil, denied(nil)
	}
	n := binary.BigEndian.Uint32(sealed[1:])
	aead := k.aead[n]
	if aead == nil {
		return nil, guichet.Errorf(guichet.NotFound, "open a secret: key %d is not in the key file", n)
	}
	head := sealed[:sealedHead:sealedHead]
	plain, err := aead.Open(nil, sealed[sealedHead:sealedHead+12], sealed[sealedHead+12:], bind(o, head))
	if err != nil {
		return nil, denied(err)
	}
	return plain, nil
}

// Reseal implements Vault.
func (k *Keys) Reseal(ctx context.Context, o Owner, sealed []byte) ([]byte, error) {
	plain, err := k.Open(ctx, o, sealed)
	if err != nil {
		return nil, err
	}
	return k.Seal(ctx, o, plain)
}

// String says how many keys there are, and nothing of them.
func (k *Keys) String() string { return strconv.Itoa(len(k.aead)) + " keys" }

// GoString is String.
func (k *Keys) GoString() string { return k.String() }
