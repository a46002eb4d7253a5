package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/infra/simulate/memory"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
)

// smallBurst is the burst, with a tenth of its agents.
func smallBurst(t *testing.T) *Scenario {
	s := load(t, "testdata/burst.toml")
	for i := range s.Agents {
		s.Agents[i].Count /= 10
		s.Agents[i].Limit = 3
	}
	return s
}

// TestLoad: sixteen workers beside each other, on the engine of one machine: answering, and in a burst that fills everybody up to his limit and no further.
func TestLoad(t *testing.T) {
	for _, tt := range []struct {
		name         string
		cases, given int
		keep         bool
	}{{"answering", 200, 200, false}, {"a burst beyond all places", 200, 150, true}} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), time.Now, sqlite.Unsynced())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			r, err := Load(t.Context(), smallBurst(t), db, memory.NewBlobs(time.Now), tt.cases, 16, !tt.keep)
			if err != nil {
				t.Fatal(err)
			}
			if r.Cases != tt.cases || r.Given != tt.given || r.Looked == 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestTheVerdictSees what must not be: a case given twice, an agent above his limit.
func TestTheVerdictSees(t *testing.T) {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := smallBurst(t)
	if _, err := Load(t.Context(), s, db, memory.NewBlobs(time.Now), 40, 4, false); err != nil {
		t.Fatal(err)
	}
	g := newLoader(t.Context(), s, db, memory.NewBlobs(time.Now), 1, false)
	agents, err := g.store.Agents(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range agents {
		if a.Load > 0 {
			a.Limit = a.Load - 1 // as if he had been given one too many
			if err := g.store.SaveAgent(t.Context(), tenant, a); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	g.given[guichet.CaseID("100012")] = 2
	err = g.verdict(&Loaded{})
	if err == nil || !strings.Contains(err.Error(), "given 2 times") || !strings.Contains(err.Error(), "his limit is") {
		t.Errorf("the verdict says %v", err)
	}
}
