package secret_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"guichet/shared/guichet"
	"guichet/shared/secret"
	"guichet/shared/secret/secrettest"
)

// kmsServer answers the real SDK client with the little of KMS that we use. The engine that nobody here wrote runs the same suite in
// the outside tests.
type kmsServer struct {
	aead []cipher.AEAD // the last one is the newest
	fail string        // an error for every call
}

func (s *kmsServer) rotate() error {
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	a, err := cipher.NewGCM(block)
	s.aead = append(s.aead, a)
	return err
}

type kmsAsked struct {
	Plaintext, CiphertextBlob                                                []byte
	EncryptionContext, SourceEncryptionContext, DestinationEncryptionContext map[string]string
}

func (s *kmsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in kmsAsked
	_ = json.Unmarshal(body, &in)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	out, fault := map[string]any{"KeyId": "k"}, s.fail
	if fault == "" {
		switch r.Header.Get("X-Amz-Target") {
		case "TrentService.Encrypt":
			out["CiphertextBlob"] = s.encrypt(in.Plaintext, in.EncryptionContext)
		case "TrentService.Decrypt":
			out["Plaintext"], fault = s.decrypt(in.CiphertextBlob, in.EncryptionContext)
		case "TrentService.ReEncrypt":
			var plain []byte
			plain, fault = s.decrypt(in.CiphertextBlob, in.SourceEncryptionContext)
			out["CiphertextBlob"] = s.encrypt(plain, in.DestinationEncryptionContext)
		}
	}
	if fault != "" {
		w.WriteHeader(400)
		out = map[string]any{"__type": fault}
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (s *kmsServer) encrypt(plain []byte, owner map[string]string) []byte {
	nonce := make([]byte, 12)
	rand.Read(nonce)
	n := len(s.aead) - 1
	return s.aead[n].Seal(append([]byte{byte(n)}, nonce...), nonce, plain, fmt.Append(nil, owner))
}

func (s *kmsServer) decrypt(b []byte, owner map[string]string) ([]byte, string) {
	if len(b) < 13 || int(b[0]) >= len(s.aead) {
		return nil, "InvalidCiphertextException"
	}
	plain, err := s.aead[b[0]].Open(nil, b[1:13], b[13:], fmt.Append(nil, owner))
	if err != nil {
		return nil, "InvalidCiphertextException"
	}
	return plain, ""
}

func vaultAt(t *testing.T, s *kmsServer) secret.KMS {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return secret.KMS{Key: "alias/guichet", Client: kms.New(kms.Options{Region: "eu-west-1", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")})}
}

func TestKMS(t *testing.T) {
	secrettest.Run(t, func(t *testing.T) *secrettest.Engine {
		s := &kmsServer{}
		if err := s.rotate(); err != nil {
			t.Fatal(err)
		}
		return &secrettest.Engine{Vault: vaultAt(t, s), Rotate: s.rotate}
	})
}

func TestKMSSays(t *testing.T) {
	for said, want := range map[string]guichet.Kind{
		"InvalidCiphertextException": guichet.Denied,
		"IncorrectKeyException":      guichet.Denied,
		"AccessDeniedException":      guichet.Denied,
		"NotFoundException":          guichet.NotFound,
		"DisabledException":          guichet.NotFound,
		"KMSInvalidStateException":   guichet.NotFound,
		"ValidationException":        guichet.Other,
		"ThrottlingException":        guichet.Temporary,
		"DependencyTimeoutException": guichet.Temporary,
		"KMSInternalException":       guichet.Temporary,
	} {
		v := vaultAt(t, &kmsServer{fail: said})
		o := secret.Owner{Tenant: "acme", Channel: "support"}
		_, e1 := v.Seal(t.Context(), o, []byte("p4ssw0rd"))
		_, e2 := v.Open(t.Context(), o, []byte("sealed"))
		_, e3 := v.Reseal(t.Context(), o, []byte("sealed"))
		for _, err := range []error{e1, e2, e3} {
			if !guichet.Is(err, want) || strings.Contains(err.Error(), "p4ssw0rd") {
				t.Errorf("%s: got %v, want %s", said, err, want)
			}
		}
	}
}
