//go:build outside

package outside

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"guichet/infra/engines"
)

var built = struct {
	sync.Mutex
	dirs map[string]string // by architecture
}{dirs: map[string]string{}}

// bootstraps builds every function as it is deployed, for that architecture, and returns the folder: <dir>/<function>.
func bootstraps(t testing.TB, arch string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if dir := built.dirs[arch]; dir != "" {
		return dir
	}
	root, err := engines.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(made, arch)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir+string(filepath.Separator), "./functions/...")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build for %s: %v\n%s", arch, err, out)
	}
	built.dirs[arch] = dir
	return dir
}

// made is the folder of what the tests build; it goes with them.
var made string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "guichet-outside")
	if err != nil {
		panic(err)
	}
	made = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}
