package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// spent is what one kind of mail costs, from received to assigned, in DynamoDB's units as the ledger counts them.
type spent struct {
	what          string
	writes, reads float64
	facts         int // that a queue carries
}

// measured are the units of the last measurement, for the cost table.
var measured map[string]spent

// measureUnits runs the two kinds of mail through a house, many times, and takes the mean. The configuration is read once, as by a function that lives.
func measureUnits() (map[string]spent, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := sqlite.Open(filepath.Join(dir, "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	h, err := desktest.Build(ctx, db)
	if err != nil {
		return nil, err
	}
	if err := staff(ctx, h); err != nil {
		return nil, err
	}
	out := map[string]spent{}
	const n = 200
	for i := range n {
		first, reply := pair(i)
		for _, m := range []struct {
			kind string
			raw  []byte
		}{{"new case, assigned", first}, {"joining mail", reply}} {
			s, err := oneMail(ctx, h, db, m.raw)
			if err != nil {
				return nil, err
			}
			if i < 5 {
				continue // the first ones fill the caches
			}
			t := out[m.kind]
			t.what, t.writes, t.reads, t.facts = m.kind, t.writes+s.writes, t.reads+s.reads, t.facts+s.facts
			out[m.kind] = t
		}
	}
	for k, t := range out {
		out[k] = spent{t.what, t.writes / (n - 5), t.reads / (n - 5), t.facts / (n - 5)}
	}
	return out, nil
}

// staff gives the house the three agents of the demo, with room for all.
func staff(ctx context.Context, h *desktest.House) error {
	for i, id := range []guichet.AgentID{"ana", "bruno", "chloe"} {
		a := guichet.Agent{ID: id, Name: string(id), Role: "agent", Presence: guichet.Available, Limit: 1 << 20, Skills: map[guichet.SkillID]int{"support": i + 1, "billing": 3 - i}, Since: h.Now()}
		if err := h.Store.SaveAgent(ctx, desktest.Tenant, a); err != nil {
			return err
		}
	}
	return nil
}

func oneMail(ctx context.Context, h *desktest.House, db ledger.Ledger, raw []byte) (spent, error) {
	h.SetNow(h.Now().Add(time.Second)) // time goes on: what is kept in its order is written anew
	in, err := h.Put(ctx, raw)
	if err != nil {
		return spent{}, err
	}
	in.From, in.Recipients = "bo@customer.example", []string{"support@demo.example"}
	in.Verdicts = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
	before, queued := db.Usage(), h.Queued
	out, err := h.Desk.ReceiveMail(ctx, in)
	if err != nil {
		return spent{}, err
	}
	h.Settle(ctx)
	after := db.Usage()
	if len(h.Fails) > 0 {
		return spent{}, h.Fails[0]
	}
	if r := out[0].Result; r != desk.NewCase && r != desk.Threaded {
		return spent{}, fmt.Errorf("a mail became %s: %s", r, out[0].Reason)
	}
	return spent{writes: after.Writes - before.Writes, reads: after.Reads - before.Reads, facts: h.Queued - queued}, nil
}

// pair makes a first mail and an answer to it, from the demo mails, with names of their own.
func pair(i int) (first, reply []byte) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", "mail", name))
		if err != nil {
			panic(err)
		}
		s := strings.ReplaceAll(string(b), "bo@customer.example", fmt.Sprintf("bo%d@customer.example", i))
		s = strings.ReplaceAll(s, "kettle-1@", fmt.Sprintf("kettle-1-%d@", i))
		s = strings.ReplaceAll(s, "kettle-2@", fmt.Sprintf("kettle-2-%d@", i))
		return strings.ReplaceAll(s, "\n", "\r\n")
	}
	return []byte(read("01-kettle.eml")), []byte(read("03-kettle-more.eml"))
}

func benchUnits() error {
	var err error
	if measured, err = measureUnits(); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "received to assigned\twrite units\tread units\tqueue messages\tlimit")
	for _, k := range []string{"joining mail", "new case, assigned"} {
		limit := "12 / 6"
		if k != "joining mail" {
			limit = "26 / 12"
		}
		m := measured[k]
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%d\t%s\n", m.what, m.writes, m.reads, m.facts, limit)
	}
	return w.Flush()
}
