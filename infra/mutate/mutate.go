//go:build mutate

// Package mutate holds the tests of a package to small mistakes in it: each must make one of them fail. make mutations runs the lists that stand beside the tests
// of shared/sla, shared/spam and shared/routing.
package mutate

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mistake is what is written in place of what, in which file of the package. The text stands there once.
type mistake struct{ file, was, is string }

// Run makes each mistake (the file, the text that stands there once, what is written in its place) in the package of the test that calls it, and runs that package's tests with so many further arguments. The n-th of the list is the test
// Mutations/n.
func Run(t *testing.T, list [][3]string, args ...string) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	caught, tried := 0, 0
	for i, m := range list {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			tried++
			mistake{m[0], m[1], m[2]}.try(t, here, args)
			if !t.Failed() {
				caught++
			}
		})
	}
	t.Logf("%d of %d mistakes were caught", caught, tried)
}

func (m mistake) try(t *testing.T, here string, args []string) {
	src, err := os.ReadFile(filepath.Join(here, m.file))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(src), m.was); n != 1 {
		t.Fatalf("%s holds %d times: %s", m.file, n, m.was)
	}
	dir := t.TempDir()
	wrong, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
	text, _ := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, m.file): wrong}})
	for path, data := range map[string]string{wrong: strings.Replace(string(src), m.was, m.is, 1), overlay: string(text)} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"test", "-vet=off", "-count=1", "-failfast", "-timeout", "60s", "-overlay", overlay, "."}, args...)...).CombinedOutput()
	switch {
	case err == nil:
		t.Errorf("%s: nobody noticed %q in place of %q", m.file, m.is, m.was)
	case strings.Contains(string(out), "[build failed]"):
		t.Errorf("%s: %q does not compile:\n%s", m.file, m.is, out)
	}
}
