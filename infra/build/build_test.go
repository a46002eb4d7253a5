package main

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes a module with one tiny main a name, and returns its folder.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module tiny\n\ngo 1.26\n")
	for _, name := range names {
		write(t, filepath.Join(root, "functions", name, "main.go"), "package main\n\nfunc main() { println(\""+name+"\") }\n")
	}
	return root
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameSourceElsewhereGivesTheSameZip(t *testing.T) {
	var zips [2][]byte
	for i := range zips {
		j := job{root: tree(t, "inbound"), out: t.TempDir(), arch: "arm64", expected: []string{"inbound"}}
		if _, err := j.run(); err != nil {
			t.Fatal(err)
		}
		zips[i] = read(t, filepath.Join(j.out, "inbound.zip"))
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Errorf("two builds of one source differ: %d and %d bytes", len(zips[0]), len(zips[1]))
	}
}

func TestZipHoldsWhatLambdaWants(t *testing.T) {
	for arch, machine := range map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64} {
		t.Run(arch, func(t *testing.T) {
			j := job{root: tree(t, "sla"), out: filepath.Join(t.TempDir(), "new"), arch: arch, expected: []string{"sla"}}
			built, err := j.run()
			if err != nil {
				t.Fatal(err)
			}
			if len(built) != 1 || built[0].name != "sla" || built[0].zip == 0 || built[0].zip >= built[0].binary {
				t.Errorf("got %+v", built)
			}
			z, err := zip.OpenReader(filepath.Join(j.out, "sla.zip"))
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			if len(z.File) != 1 || z.File[0].Name != "bootstrap" || z.File[0].Mode().Perm() != 0o755 || !z.File[0].Modified.Equal(epoch) {
				t.Fatalf("got %+v", z.File[0].FileHeader)
			}
			r, err := z.File[0].Open()
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(body, read(t, filepath.Join(j.out, "sla", "bootstrap"))) {
				t.Error("the zip holds other bytes than build/sla/bootstrap")
			}
			e, err := elf.NewFile(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			libs, _ := e.ImportedLibraries()
			if e.Machine != machine || len(libs) != 0 {
				t.Errorf("got %s with libraries %v, want %s with none", e.Machine, libs, machine)
			}
		})
	}
}

func TestPlanAndFoldersMustAgree(t *testing.T) {
	for _, c := range []struct {
		name           string
		have, expected []string
		err            string
	}{
		{"the plan has one more", []string{"inbound"}, []string{"inbound", "relay"}, "relay"},
		{"functions has one more", []string{"inbound", "webhook"}, []string{"inbound"}, "webhook"},
		{"no function at all", nil, []string{"inbound"}, "no main.go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			built, err := job{root: tree(t, c.have...), out: t.TempDir(), arch: "arm64", expected: c.expected}.run()
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %v, want it to name %s", err, c.err)
			}
			if len(built) != len(c.have) {
				t.Errorf("built %v of %v", built, c.have)
			}
		})
	}
}

func TestWhatDoesNotCompileIsShown(t *testing.T) {
	root := tree(t, "inbound")
	write(t, filepath.Join(root, "functions", "inbound", "main.go"), "package main\n\nfunc main() { nothing() }\n")
	if _, err := (job{root: root, out: t.TempDir(), arch: "arm64"}).run(); err == nil || !strings.Contains(err.Error(), "undefined: nothing") {
		t.Errorf("got %v", err)
	}
}

func TestTooBigIsAnError(t *testing.T) {
	for _, c := range []struct {
		name string
		p    product
		err  string
	}{
		{"lean and just small enough", product{"inbound", 15e6, 5.5e6}, ""},
		{"lean, binary too big", product{"relay", 15e6 + 1, 1}, "relay: binary of 15.0 MB, at most 15.0"},
		{"lean, zip too big", product{"sla", 1, 6e6}, "sla: zip of 6.0 MB, at most 5.5"},
		{"another may be bigger", product{"deliver", 22e6, 8e6}, ""},
		{"another, too big", product{"inbox", 23e6, 1}, "inbox: binary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := overLimit([]product{c.p})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %v, want %q", err, c.err)
			}
		})
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	printTable(&b, []product{{"inbound", 9_123_456, 3_400_000}})
	want := "function    binary MB  at most   zip MB  at most\ninbound          9.12     15.0     3.40      5.5\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
