package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/secret"
)

// TestResealOnThisMachine: the operator makes new key material, and every relay's password is sealed under it; the first key can go then, and none before.
func TestResealOnThisMachine(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	do := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), &out, append([]string{"-data", data}, args...))
		return out.String(), err
	}
	for _, tenant := range []string{"acme", "zeta"} {
		if _, err := do("-tenant", tenant, "-domain", tenant+".example", "-channel", "support,billing", "-agent", "ana"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := do("-reseal"); err == nil || !strings.Contains(err.Error(), "key file") {
		t.Errorf("without a key file: %v", err)
	}
	first, err := secret.AddKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, secret.File)
	if err := os.WriteFile(path, first, 0o600); err != nil {
		t.Fatal(err)
	}
	sealed := func() [][]byte {
		t.Helper()
		s, done, err := (&flags{data: data}).open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		var out [][]byte
		if err := s.Relays(t.Context(), func(r *guichet.Relay) error { out = append(out, r.Sealed); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	func() {
		s, done, err := (&flags{data: data}).open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		vault, _ := secret.ReadKeys(first)
		d := &desk.Desk{Store: s, Now: time.Now, Vault: vault}
		for _, at := range []string{"acme support", "acme billing", "zeta support"} {
			tenant, ch, _ := strings.Cut(at, " ")
			w := desk.RelayWish{Host: "smtp." + tenant + ".example", Port: 587, TLS: guichet.RelayStart, User: "u", Password: "p4ss of " + at}
			if _, err := d.SetRelay(t.Context(), guichet.TenantID(tenant), "ana", guichet.ChannelID(ch), w); err != nil {
				t.Fatal(err)
			}
		}
	}()
	before := sealed()
	if _, err := do("-rotate", "-tenant", "acme"); err == nil || !strings.Contains(err.Error(), "whole house") {
		t.Errorf("with flags of something else: %v", err)
	}
	out, err := do("-rotate")
	if err != nil || !strings.Contains(out, "sealed   3 relays anew") || strings.Contains(out, "p4ss") {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(text, first) {
		t.Fatalf("the first key is gone: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the key file: %v, %v", info.Mode(), err)
	}
	second, err := secret.ReadKeys(bytes.TrimPrefix(text, first))
	if err != nil {
		t.Fatal(err)
	}
	after := sealed()
	for i, at := range []string{"acme billing", "acme support", "zeta support"} {
		tenant, ch, _ := strings.Cut(at, " ")
		o := secret.Owner{Tenant: guichet.TenantID(tenant), Channel: guichet.ChannelID(ch)}
		if plain, err := second.Open(t.Context(), o, after[i]); err != nil || string(plain) != "p4ss of "+at {
			t.Errorf("%s under the new key alone: %v", at, err)
		}
		if _, err := second.Open(t.Context(), o, before[i]); !guichet.Is(err, guichet.NotFound) {
			t.Errorf("%s, what was before: %v", at, err)
		}
	}
	if out, err = do("-reseal"); err != nil || !strings.Contains(out, "sealed   3 relays anew") {
		t.Errorf("again: %v\n%s", err, out)
	}
}
