// Command build makes what Lambda runs of every main in functions/: build/<name>/bootstrap and build/<name>.zip, byte for byte the same from
// the same commit and Go version wherever it is built.
//
//	go run ./infra/build -arch arm64 -out build
//
// prints a table of sizes and exits 1 if a function is bigger than it may be, or if functions/ and shared/plan don't name the same ones.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"guichet/shared/plan"
)

func main() {
	var j job
	flag.StringVar(&j.arch, "arch", "arm64", "architecture of Lambda: arm64 or amd64")
	flag.StringVar(&j.out, "out", "build", "folder to write to")
	flag.StringVar(&j.root, "root", ".", "folder of go.mod")
	flag.Parse()
	for _, r := range plan.Rows {
		j.expected = append(j.expected, r.Name)
	}
	built, err := j.run()
	printTable(os.Stdout, built)
	if err = errors.Join(err, overLimit(built)); err != nil {
		fmt.Fprintln(os.Stderr, "infra/build:", err)
		os.Exit(1)
	}
}
