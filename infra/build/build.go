package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// job is one build of all functions.
type job struct {
	root     string   // folder of go.mod; the functions stand in root/functions
	out      string   // where to write; made if missing. Nothing else in it is touched
	arch     string   // GOARCH
	expected []string // names that functions/ should have, and no others
}

// product is one built function.
type product struct {
	name        string
	binary, zip int64 // bytes
}

// run builds every function that there is, in the order of their names. The error names those that are missing or that nothing wakes; the
// others are built nevertheless.
func (j job) run() ([]product, error) {
	names, err := j.mains()
	if err != nil {
		return nil, err
	}
	if err := j.compile(names); err != nil {
		return nil, err
	}
	var built []product
	for _, name := range names {
		p, err := j.pack(name)
		if err != nil {
			return built, err
		}
		built = append(built, p)
	}
	_ = os.Remove(filepath.Join(j.out, "bin")) // empty by now
	return built, j.compare(names)
}

// mains returns the folders of functions/ that hold a main.go, sorted.
func (j job) mains() ([]string, error) {
	found, err := filepath.Glob(filepath.Join(j.root, "functions", "*", "main.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range found {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	if names == nil {
		return nil, fmt.Errorf("no main.go below %s", filepath.Join(j.root, "functions"))
	}
	return names, nil
}

// compile links all binaries with one call of go, so that what they share is compiled once. No path, no version control stamp and no symbol
// table get in; lambda.norpc leaves out the old go1.x runtime.
func (j job) compile(names []string) error {
	bin, err := filepath.Abs(filepath.Join(j.out, "bin"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", bin + string(filepath.Separator)}
	for _, name := range names {
		args = append(args, "./functions/"+name)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = j.root
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+j.arch, "CGO_ENABLED=0", "GOFLAGS=", "GOARM64=v8.0", "GOAMD64=v1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// pack moves the binary to where Lambda and the tests look for it, and zips it.
func (j job) pack(name string) (product, error) {
	bootstrap := filepath.Join(j.out, name, "bootstrap")
	if err := os.MkdirAll(filepath.Dir(bootstrap), 0o755); err != nil {
		return product{}, err
	}
	if err := os.Rename(filepath.Join(j.out, "bin", name), bootstrap); err != nil {
		return product{}, err
	}
	zipped := filepath.Join(j.out, name+".zip")
	if err := writeZip(zipped, bootstrap); err != nil {
		return product{}, err
	}
	p := product{name: name}
	for path, size := range map[string]*int64{bootstrap: &p.binary, zipped: &p.zip} {
		info, err := os.Stat(path)
		if err != nil {
			return p, err
		}
		*size = info.Size()
	}
	return p, nil
}

// compare returns an error if functions/ and the plan differ.
func (j job) compare(names []string) error {
	for _, want := range j.expected {
		if !slices.Contains(names, want) {
			return fmt.Errorf("shared/plan has %s, functions/ has not", want)
		}
	}
	for _, name := range names {
		if !slices.Contains(j.expected, name) {
			return fmt.Errorf("functions/%s is not in shared/plan: nothing wakes it", name)
		}
	}
	return nil
}
