package main

import (
	"fmt"
	"os"
	"os/exec"
)

// benchFunctions builds the Lambdas and prints their sizes, and how long each takes from the start of its process to its first call for work.
func benchFunctions() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := pass(exec.Command("go", "run", "./infra/build", "-arch", "arm64", "-out", dir)); err != nil {
		return err
	}
	fmt.Println("\nstart to first /next, on this machine:")
	return pass(exec.Command("go", "test", "-tags", "outside", "-count=1", "-run", "Start", "-v", "./infra/outside/..."))
}

// benchRules runs the benchmarks of the rules: parsing beside enmime, due times, routing, composing, the ledger.
func benchRules() error {
	return pass(exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchtime", "1s", "-benchmem",
		"./infra/bench", "./shared/mail", "./shared/sla", "./shared/routing", "./shared/script", "./shared/ledger/sqlite"))
}

func pass(c *exec.Cmd) error {
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}
