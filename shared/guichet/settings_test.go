package guichet

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryPermissionIsInTheMatrix: a permission that the code knows can be given to a role, but for the operator's.
func TestEveryPermissionIsInTheMatrix(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^(?:const |\t)Can\w+\s+Permission\s*=\s*"([\w-]+)"`)
	found := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(strings.ReplaceAll(string(b), "\r", ""), -1) {
			found++
			if p := Permission(m[1]); p != CanOperate && !slices.Contains(Permissions, p) {
				t.Errorf("%s of %s is not in Permissions: no role can be given it", p, f)
			}
		}
	}
	if found != len(Permissions)+1 {
		t.Errorf("found %d permissions, Permissions has %d beside the operator's", found, len(Permissions))
	}
}
