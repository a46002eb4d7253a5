package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guichet/shared/desktest"
	"guichet/shared/ledger/sqlite"
)

var openCases = flag.Int("open", 1_000_000, "open cases of the larger house of the sweep")

// dueCases is how many cases are due at each sweep that is measured.
const dueCases = 100

// sweeps is how many times each house is swept: the median counts.
const sweeps = 9

// benchSweep sweeps a house of 1,000 open cases and one of a million, each with 100 due, on SQLite as `make run` keeps it.
func benchSweep() error {
	small, err := sweepOf(1000)
	if err != nil {
		return err
	}
	large, err := sweepOf(*openCases)
	if err != nil {
		return err
	}
	fmt.Printf("ratio                       %.2f in time, %.2f in read units (the aim: at most 1.5)\n", float64(large.took)/float64(small.took), large.reads/small.reads)
	return nil
}

type swept struct {
	took  time.Duration
	reads float64
}

func sweepOf(open int) (swept, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sweep")
	if err != nil {
		return swept{}, err
	}
	defer os.RemoveAll(dir)
	db, err := sqlite.Open(filepath.Join(dir, "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		return swept{}, err
	}
	defer db.Close()
	h, err := desktest.Build(ctx, db)
	if err != nil {
		return swept{}, err
	}
	began := time.Now()
	if err := h.Crowd(ctx, open, 0); err != nil {
		return swept{}, err
	}
	filled := time.Since(began)
	var took []time.Duration
	var reads float64
	for range sweeps {
		if err := h.Crowd(ctx, dueCases, dueCases); err != nil {
			return swept{}, err
		}
		began, before := time.Now(), h.Ledger().Usage().Reads
		if err := h.Desk.SweepSLA(ctx); err != nil {
			return swept{}, err
		}
		took, reads = append(took, time.Since(began)), h.Ledger().Usage().Reads-before
	}
	slices.Sort(took)
	out := swept{took[len(took)/2], reads}
	fmt.Printf("%9d open, %d due     %.1f ms a sweep (median of %d), %.0f read units   (filled in %.0f s)\n", open, dueCases, ms(out.took), sweeps, out.reads, filled.Seconds())
	return out, nil
}
