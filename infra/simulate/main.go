// Command simulate plays a contact centre in virtual time, on the product's own desk, routing and service levels, in memory:
//
//	go run ./infra/simulate scenario.toml                        print the report, write scenario.html in the working folder
//	go run ./infra/simulate scenario.toml -what-if other.toml    two scenarios side by side
//	go run ./infra/simulate scenario.toml -load                  its cases, as fast as a house on SQLite takes them, with 16 workers; checks what must hold
//
// The same scenario and seed give the same report, to the byte.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
	_ "time/tzdata" // shifts and hours of a zone, on a machine without a database of them
)

// options of one call, from its arguments.
type options struct {
	scenario, other, html string
	seed                  uint64

	load           bool
	cases, workers int
	keep           bool
	sqlite, dynamo string
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(400) // the house grows all the time: memory for time
		}
		err = run(ctx, o, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
}

// parse reads the arguments; flags may stand before and after the scenario.
func parse(args []string) (o options, err error) {
	set := flag.NewFlagSet("simulate", flag.ContinueOnError)
	set.SetOutput(io.Discard) // main says what is wrong
	set.StringVar(&o.other, "what-if", "", "a second scenario, to be shown beside the first")
	set.StringVar(&o.html, "html", "", "where the page goes; empty: the scenario's name with .html, in the working folder; - for none")
	set.Uint64Var(&o.seed, "seed", 0, "in place of the seed of the scenarios; 0: theirs")
	set.BoolVar(&o.load, "load", false, "drive a real house, as fast as it goes, and check what must hold")
	set.IntVar(&o.cases, "cases", 10000, "with -load: how many cases at most")
	set.IntVar(&o.workers, "workers", 16, "with -load: how many work at the same time")
	set.BoolVar(&o.keep, "keep", false, "with -load: agents keep what they get, and answer nothing: a burst")
	set.StringVar(&o.sqlite, "sqlite", "", "with -load: the file of the ledger; empty: a new one that is deleted in the end")
	set.StringVar(&o.dynamo, "dynamo", "", "with -load: a DynamoDB engine on this machine in place of SQLite, as http://127.0.0.1:8000")
	for rest := args; ; rest = rest[1:] {
		if err := set.Parse(rest); errors.Is(err, flag.ErrHelp) {
			set.SetOutput(os.Stderr)
			set.PrintDefaults()
			return o, errors.New("go run ./infra/simulate [flags] scenario.toml")
		} else if err != nil {
			return o, err
		}
		if rest = set.Args(); len(rest) == 0 {
			break
		}
		if o.scenario != "" {
			return o, fmt.Errorf("%q is one scenario too many; -what-if takes the second", rest[0])
		}
		o.scenario = rest[0]
	}
	if o.scenario == "" {
		return o, fmt.Errorf("name a scenario; infra/simulate/testdata/example.toml is one to start from")
	}
	if o.load && (o.workers < 1 || o.workers > 1000 || o.cases < 1 || o.other != "") {
		return o, errors.New("-load plays one scenario, with -workers from 1 to 1000 and at least one of its -cases")
	}
	if o.html == "" {
		o.html = strings.TrimSuffix(filepath.Base(o.scenario), ".toml") + ".html"
	}
	return o, nil
}

func run(ctx context.Context, o options, out, log io.Writer) error {
	if o.load {
		return loadFile(ctx, o, out)
	}
	var reports []*Report
	for _, path := range []string{o.scenario, o.other} {
		if path == "" {
			continue
		}
		r, err := playFile(ctx, path, o.seed, log)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		reports = append(reports, r)
	}
	write(out, reports)
	if o.html == "-" {
		return nil
	}
	f, err := os.Create(o.html)
	if err != nil {
		return err
	}
	page(f, reports)
	fmt.Fprintln(log, "wrote", o.html)
	return f.Close()
}

func playFile(ctx context.Context, path string, seed uint64, log io.Writer) (*Report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := Read(string(text))
	if err != nil {
		return nil, err
	}
	if s.Name == "" {
		s.Name = strings.TrimSuffix(filepath.Base(path), ".toml")
	}
	if seed != 0 {
		s.Seed = seed
	}
	began := time.Now()
	t, err := Play(ctx, s)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	fmt.Fprintf(log, "%s: %d days, %d cases in %.1f s (%.0f µs a case)\n", s.Name, s.Days, len(t.lives), took.Seconds(), float64(took.Microseconds())/float64(max(1, len(t.lives))))
	return t.report(), nil
}
