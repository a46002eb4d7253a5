package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// benchRouting prints what it takes to choose an agent, with few and many agents and with many cases that wait, and what a burst comes to.
func benchRouting() error {
	ctx := context.Background()
	w := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "a case is given to an agent\tread units\twrite units\trequests\tµs of CPU")
	for _, n := range []int{10, 1000, 10000} {
		if err := benchChoice(ctx, w, n, 0); err != nil {
			return err
		}
	}
	if err := benchChoice(ctx, w, 1000, 100_000); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, b := range []desktest.Burst{{Agents: 500, Cases: 10_000, Workers: 16, Limit: 15}, {Agents: 500, Cases: 10_000, Workers: 16, Limit: 25}} {
		if err := benchBurst(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// benchHouseOf builds a house on SQLite.
func benchHouseOf(ctx context.Context) (*desktest.House, *sqlite.DB, func(), error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := sqlite.Open(filepath.Join(dir, "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		return nil, nil, nil, err
	}
	h, err := desktest.Build(ctx, db)
	return h, db, func() { db.Close(); os.RemoveAll(dir) }, err
}

// benchChoice measures 200 choices among n agents. With waiting cases, nobody has room but for one agent who gets it, case by case: what he gets waited longest.
func benchChoice(ctx context.Context, w *tabwriter.Writer, n, waiting int) error {
	h, db, done, err := benchHouseOf(ctx)
	if err != nil {
		return err
	}
	defer done()
	const times = 200
	b := desktest.Burst{Agents: n, Cases: times, Limit: 1 << 20}
	what := fmt.Sprintf("%d agents who may get it", n)
	if waiting > 0 {
		b.Cases, b.Limit = waiting, 0
		what = fmt.Sprintf("%d waiting, one of %d agents gets room", waiting, n)
	}
	if err := b.Staff(ctx, h); err != nil {
		return err
	}
	ids, err := b.Fill(ctx, h)
	if err != nil {
		return err
	}
	route := func(i int) error {
		return h.Desk.Route(ctx, guichet.Fact{Kind: guichet.CaseWaiting, Tenant: desktest.Tenant, Case: ids[i]})
	}
	if waiting > 0 {
		route = func(int) error {
			a, err := h.Store.Agent(ctx, desktest.Tenant, "agent-00003")
			if err != nil {
				return err
			}
			a.Limit++
			if err := h.Store.SaveAgent(ctx, desktest.Tenant, *a); err != nil {
				return err
			}
			before := db.Usage()
			err = h.Desk.Route(ctx, guichet.Fact{Kind: guichet.AgentFreed, Tenant: desktest.Tenant, Agent: a.ID})
			return spend(&measuredChoice, before, db.Usage(), err)
		}
	}
	measuredChoice = ledger.Usage{}
	if err := route(0); err != nil { // the configuration is read
		return err
	}
	measuredChoice = ledger.Usage{}
	cpu := cpuTime()
	before := db.Usage()
	for i := 1; i < times; i++ {
		h.SetNow(h.Now().Add(time.Millisecond))
		if err := route(i); err != nil {
			return err
		}
	}
	took := cpuTime() - cpu
	used := measuredChoice
	if waiting == 0 {
		if err := spend(&used, before, db.Usage(), nil); err != nil {
			return err
		}
	}
	c, err := h.Store.Case(ctx, desktest.Tenant, ids[times-1])
	if err != nil || c.Agent == "" {
		return fmt.Errorf("the case is with nobody: %w", err)
	}
	per := float64(times - 1)
	fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.0f\n", what, used.Reads/per, used.Writes/per, float64(used.Calls)/per, float64(took.Microseconds())/per)
	return nil
}

// measuredChoice is what the choices took where something else is done between them.
var measuredChoice ledger.Usage

func spend(sum *ledger.Usage, before, after ledger.Usage, err error) error {
	sum.Reads += after.Reads - before.Reads
	sum.Writes += after.Writes - before.Writes
	sum.Calls += after.Calls - before.Calls
	return err
}

// benchBurst routes a burst, and says what became of it.
func benchBurst(ctx context.Context, b desktest.Burst) error {
	h, _, done, err := benchHouseOf(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := b.Staff(ctx, h); err != nil {
		return err
	}
	ids, err := b.Fill(ctx, h)
	if err != nil {
		return err
	}
	out, err := b.Run(ctx, h, ids, time.Now)
	if err != nil {
		return err
	}
	fmt.Printf("burst: %d cases, %d agents with room for %d, %d workers: %d given in %.1f s, nobody above his limit, none twice; %d came again\n",
		b.Cases, b.Agents, b.Agents*int(b.Limit), b.Workers, out.Assigned, out.Took.Seconds(), out.Again)
	return nil
}

// cpuTime is what this process has used, of all its threads: the ledger's and the collector's, too.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
