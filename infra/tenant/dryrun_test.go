package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
)

// TestDryRun: a pipeline tries a script and a rule on a stored house, reads what would have become of its cases, and is stopped by -most. Nothing in the house changes.
func TestDryRun(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "var")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	h, err := desktest.Build(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	h.SetNow(time.Now().Add(-time.Hour))
	for i, subject := range []string{"Invoice", "Kettle", "Invoice"} {
		in, err := h.Put(t.Context(), fmt.Appendf(nil, "From: Bo <bo@customer.example>\r\nTo: support@demo.example\r\nSubject: %s\r\nMessage-ID: <m%d@customer.example>\r\n\r\nHello\r\n", subject, i))
		if err != nil {
			t.Fatal(err)
		}
		in.From, in.Recipients = "bo@customer.example", []string{"support@demo.example"}
		in.Verdicts = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
		if out, err := h.Desk.ReceiveMail(t.Context(), in); err != nil || out[0].Result != desk.NewCase {
			t.Fatal(out, err)
		}
	}
	h.Settle(t.Context())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	before := hashOf(t, filepath.Join(data, "ledger.db"))
	script := write("script.json", `{"id":"words","steps":[{"id":"a","if":"case.subject == 'Invoice'","do":[{"skill":"billing"}]}]}`)
	house := "dry-run -data " + data + " -tenant demo "
	out, err := tenant(t, house+"-channel support -script "+script)
	if err != nil || !strings.Contains(out, "2 of 3 cases since") || !strings.Contains(out, "2      skill  support  billing          10") {
		t.Errorf("a script: %v\n%s", err, out)
	}
	if _, err := tenant(t, house+"-channel support -most 1 -script "+script); err == nil || !strings.Contains(err.Error(), "more than the 1 that -most allows") {
		t.Errorf("-most: %v", err)
	}
	if out, err = tenant(t, house+"-rule "+write("rule.json", `{"id":"all","on":["case.opened"],"do":[{"tag":"seen"}]}`)); err != nil || !strings.Contains(out, "not asked  tag seen") {
		t.Errorf("a rule: %v\n%s", err, out)
	}
	if out, err = tenant(t, house+"-change "+write("change.json", `{"skills":{"support":"billing"}}`)); err != nil || !strings.Contains(out, "3 of 3") {
		t.Errorf("a skill: %v\n%s", err, out)
	}
	for name, line := range map[string]string{
		"no change":           house,
		"a script with a bug": house + "-channel support -script " + write("bad.json", `{"id":"words","steps":[{"id":"a","do":[{"skill":"nowhere"}]}]}`),
		"no file":             house + "-script " + filepath.Join(dir, "none.json"),
		"no house":            "dry-run -tenant demo -script " + script,
		"a word too many":     house + "now",
	} {
		if out, err := tenant(t, line); err == nil {
			t.Errorf("%s: it passed\n%s", name, out)
		}
	}
	if after := hashOf(t, filepath.Join(data, "ledger.db")); after != before {
		t.Error("the ledger has changed")
	}
}

func hashOf(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}
