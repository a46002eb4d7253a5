package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

// hash is what changes with every build of a function: the name of its code among the CDK's assets.
var hash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// masked writes the template with sorted keys and without hashes.
func masked(t testing.TB, tpl template) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(tpl); err != nil {
		t.Fatal(err)
	}
	return hash.ReplaceAll(b.Bytes(), []byte("HASH"))
}

// The snapshot shows in a review what a change of the code or of the plan does to the account.
func TestSnapshot(t *testing.T) {
	path := filepath.Join("testdata", "golden", "template.json")
	got := masked(t, usual(t))
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the template is not %s any more; if that is meant: go test ./infra/cdk -update, and read the diff. First: %s", path, firstDiff(got, want))
	}
}

// Two synths of one code are one template: nothing depends on the order of a map or on the clock.
func TestSynthIsReproducible(t *testing.T) {
	if again := masked(t, synth(t, testConfig(t))); !bytes.Equal(again, masked(t, usual(t))) {
		t.Error("a second synth differs:", firstDiff(again, masked(t, usual(t))))
	}
}

func firstDiff(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got " + strings.TrimSpace(g[i]) + ", want " + strings.TrimSpace(w[i])
		}
	}
	return "one is longer"
}
