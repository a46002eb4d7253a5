// Command bench measures the house and prints tables: `make bench`. Machines are shared and noisy, so it prints CPU time beside wall time, and
// reads nothing into one run.
//
//	go run ./infra/bench [-mails 10000] [units] [house] [sweep] [functions] [cost] [pace] [memory] [rules]
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
)

var (
	mails   = flag.Int("mails", 10000, "mails that the house on one machine gets")
	clients = flag.Int("clients", 16, "SMTP connections at once")
)

func main() {
	flag.Parse()
	parts := flag.Args()
	fmt.Printf("guichet bench: %s, %s/%s, %d cores\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, s := range []struct {
		name string
		run  func() error
	}{{"units", benchUnits}, {"cost", benchCost}, {"house", benchHouse}, {"sweep", benchSweep}, {"functions", benchFunctions}, {"pace", benchPace}, {"routing", benchRouting}, {"memory", benchMemory}, {"rules", benchRules}} {
		if len(parts) > 0 && !slices.Contains(parts, s.name) {
			continue
		}
		fmt.Printf("\n== %s\n", s.name)
		if err := s.run(); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", s.name, err)
			os.Exit(1)
		}
	}
}
