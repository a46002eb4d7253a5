// Package secrettest is the suite that every engine of package secret passes.
package secrettest

import (
	"bytes"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// Engine is a vault under test.
type Engine struct {
	secret.Vault
	Rotate func() error // from now on there is a newer key
}

var ana = secret.Owner{Tenant: "acme", Channel: "support"}

const word = "correct horse battery staple"

// Run runs the suite; open makes a fresh engine with one key.
func Run(t *testing.T, open func(t *testing.T) *Engine) {
	for name, f := range map[string]func(*testing.T, *Engine){
		"what was sealed opens":        opens,
		"another owner gets nothing":   others,
		"damaged bytes do not open":    damaged,
		"sizes":                        sizes,
		"rotation without downtime":    rotation,
		"no secret stands in an error": quiet,
		"an owner has two names":       owners,
	} {
		t.Run(name, func(t *testing.T) { f(t, open(t)) })
	}
}

func seal(t *testing.T, e *Engine, o secret.Owner, plain string) []byte {
	t.Helper()
	b, err := e.Seal(t.Context(), o, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte(plain)) {
		t.Fatal("the secret can be read in the sealed bytes")
	}
	return b
}

func wantOpen(t *testing.T, e *Engine, o secret.Owner, sealed []byte, want string) {
	t.Helper()
	if got, err := e.Open(t.Context(), o, sealed); err != nil || string(got) != want {
		t.Fatalf("opened to %d bytes, %v; want %d", len(got), err, len(want))
	}
}

func wantKind(t *testing.T, err error, kind guichet.Kind) {
	t.Helper()
	if !guichet.Is(err, kind) {
		t.Fatalf("got %v, want %s", err, kind)
	}
}

func opens(t *testing.T, e *Engine) {
	one, two := seal(t, e, ana, word), seal(t, e, ana, word)
	if bytes.Equal(one, two) {
		t.Error("sealed twice, the bytes are the same: who sees them learns that the secrets are")
	}
	wantOpen(t, e, ana, one, word)
	wantOpen(t, e, ana, two, word)
}

func others(t *testing.T, e *Engine) {
	sealed := seal(t, e, ana, word)
	for _, name := range []string{"acme/sales", "umbrella/support", "support/acme", "acmes/upport", "acm/esupport"} {
		tenant, channel, _ := strings.Cut(name, "/")
		o := secret.Owner{Tenant: guichet.TenantID(tenant), Channel: guichet.ChannelID(channel)}
		_, err := e.Open(t.Context(), o, sealed)
		wantKind(t, err, guichet.Denied)
		_, err = e.Reseal(t.Context(), o, sealed)
		wantKind(t, err, guichet.Denied)
	}
	wantOpen(t, e, ana, sealed, word)
}

func damaged(t *testing.T, e *Engine) {
	sealed := seal(t, e, ana, word)
	for _, b := range [][]byte{nil, {1}, []byte("nonsense"), sealed[:len(sealed)-1], append(bytes.Clone(sealed), 0)} {
		if plain, err := e.Open(t.Context(), ana, b); err == nil || plain != nil {
			t.Errorf("%d bytes of %d opened", len(b), len(sealed))
		}
	}
	for i := range sealed {
		b := bytes.Clone(sealed)
		b[i] ^= 1
		if plain, err := e.Open(t.Context(), ana, b); err == nil || plain != nil {
			t.Errorf("byte %d changed, and it opened", i)
		}
	}
}

func sizes(t *testing.T, e *Engine) {
	for _, n := range []int{1, secret.MaxSecret} {
		big := strings.Repeat("x", n)
		b, err := e.Seal(t.Context(), ana, []byte(big))
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		wantOpen(t, e, ana, b, big)
	}
	for _, n := range []int{0, secret.MaxSecret + 1} {
		_, err := e.Seal(t.Context(), ana, make([]byte, n))
		wantKind(t, err, guichet.Invalid)
	}
}

func rotation(t *testing.T, e *Engine) {
	before := seal(t, e, ana, word)
	if err := e.Rotate(); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, e, ana, before, word)
	after, err := e.Reseal(t.Context(), ana, before)
	if err != nil || bytes.Equal(after, before) {
		t.Fatalf("sealed anew: %v", err)
	}
	wantOpen(t, e, ana, after, word)
	wantOpen(t, e, ana, before, word)
	wantOpen(t, e, ana, seal(t, e, ana, "new "+word), "new "+word)
}

func quiet(t *testing.T, e *Engine) {
	long := strings.Repeat(word, 200)
	_, err := e.Seal(t.Context(), ana, []byte(long))
	sealed := seal(t, e, ana, word)
	_, err2 := e.Open(t.Context(), secret.Owner{Tenant: "x", Channel: "y"}, sealed)
	_, err3 := e.Seal(t.Context(), secret.Owner{}, []byte(word))
	for _, err := range []error{err, err2, err3} {
		if err == nil || strings.Contains(err.Error(), "horse") {
			t.Errorf("the error is %v", err)
		}
	}
}

func owners(t *testing.T, e *Engine) {
	for _, o := range []secret.Owner{{}, {Tenant: "acme"}, {Channel: "support"}} {
		_, err := e.Seal(t.Context(), o, []byte(word))
		wantKind(t, err, guichet.Invalid)
		_, err = e.Open(t.Context(), o, []byte(word))
		wantKind(t, err, guichet.Invalid)
		_, err = e.Reseal(t.Context(), o, []byte(word))
		wantKind(t, err, guichet.Invalid)
	}
}
