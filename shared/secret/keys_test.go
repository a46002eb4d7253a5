package secret_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/secret"
	"guichet/shared/secret/secrettest"
)

func TestKeys(t *testing.T) {
	secrettest.Run(t, func(t *testing.T) *secrettest.Engine {
		e := &secrettest.Engine{}
		var text []byte
		e.Rotate = func() (err error) {
			if text, err = secret.AddKey(text); err == nil {
				e.Vault, err = secret.ReadKeys(text)
			}
			return err
		}
		if err := e.Rotate(); err != nil {
			t.Fatal(err)
		}
		return e
	})
}

func TestKeyThatIsGone(t *testing.T) {
	o := secret.Owner{Tenant: "acme", Channel: "support"}
	one, _ := secret.AddKey(nil)
	two, _ := secret.AddKey(one)
	both, err := secret.ReadKeys(two)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := both.Seal(t.Context(), o, []byte("p4ss"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := secret.ReadKeys(one)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Open(t.Context(), o, sealed); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, err := old.Reseal(t.Context(), o, sealed); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
	other, _ := secret.AddKey(nil) // also key 1, but another
	stranger, _ := secret.ReadKeys(other)
	first, _ := old.Seal(t.Context(), o, []byte("p4ss"))
	if _, err := stranger.Open(t.Context(), o, first); !guichet.Is(err, guichet.Denied) {
		t.Errorf("a key of the same number: %v, want denied", err)
	}
}

func TestKeyFile(t *testing.T) {
	good, _ := secret.AddKey(nil)
	line := strings.TrimSpace(string(good))
	code := strings.TrimPrefix(line, "1 ")
	for name, text := range map[string]string{
		"empty":            "",
		"only a comment":   "# keys\n",
		"no number":        code,
		"number nought":    "0 " + code,
		"not base64":       "1 ****",
		"too short":        "1 " + code[:40],
		"a number twice":   line + "\n" + line,
		"a number too big": "99999999999 " + code,
	} {
		if _, err := secret.ReadKeys([]byte(text)); !guichet.Is(err, guichet.Invalid) || strings.Contains(err.Error(), code[:40]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	k, err := secret.ReadKeys([]byte("# made by make run\r\n" + line + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %+v %#v %s", k, k, k, k); s != "1 keys 1 keys 1 keys 1 keys" {
		t.Errorf("printed as %s", s)
	}
	if _, err := secret.AddKey([]byte("nonsense")); !guichet.Is(err, guichet.Invalid) {
		t.Errorf("a file that is none gets no key: %v", err)
	}
	if more, err := secret.AddKey([]byte(line)); err != nil || !strings.HasPrefix(string(more), line+"\n2 ") {
		t.Errorf("a second key: %v", err)
	}
}

func FuzzKeysOpen(f *testing.F) {
	text, _ := secret.AddKey(nil)
	k, _ := secret.ReadKeys(text)
	o := secret.Owner{Tenant: "acme", Channel: "support"}
	f.Add([]byte{1, 0, 0, 0, 1})
	f.Add(make([]byte, 40))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := k.Open(t.Context(), o, sealed); err == nil {
			t.Fatalf("%x opened to %x", sealed, plain)
		}
	})
}
