package desktest

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/shared/ledger/sqlite"
)

var full = flag.Bool("full", false, "try every fault at every call of every story, not a sample")

var seed = flag.Uint64("seed", 1, "of the sample of faults")

// samplePoints is how many points of each story a run without -full tries; of a story of more than a thousand calls, a few.
const samplePoints = 12

// run is what came of a story under trouble.
type run struct {
	shape  Shape
	failed string
	sent   []string // the Message-IDs that went out, in order
	calls  []call
	hits   int
}

// under plays a story with faults.
func under(t testing.TB, ar *txtar.Archive, pick func(int, call) (Fault, bool)) (run, error) {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), LedgerNow, sqlite.Unsynced())
	if err != nil {
		return run{}, err
	}
	defer db.Close()
	tr := newTroubled(t, New(t, db), ar, pick)
	if err := tr.play(t.Context(), string(ar.Comment)); err != nil {
		return run{}, err
	}
	return tr.ended(t.Context())
}

// TestEveryCallMayFail: whichever call of a story fails or is the last of its process, before or after it takes effect, trying again ends in the state of
// the run without trouble. The only trace that may stay is a mail sent twice where the process ended between "sent" and "recorded".
func TestEveryCallMayFail(t *testing.T) {
	var mu sync.Mutex
	stories, tried, twice := 0, map[string]int{}, 0
	t.Run("stories", func(t *testing.T) {
		eachStory(t, func(t *testing.T, name string, ar *txtar.Archive) {
			if name == "script-not-run" {
				return // a fact is lost in it, which trying again mends
			}
			stories++
			t.Parallel()
			byFault, doubles := tryAll(t, ar)
			mu.Lock()
			defer mu.Unlock()
			twice += doubles
			for k, n := range byFault {
				tried[k] += n
			}
		})
	})
	total := 0
	for _, k := range slices.Sorted(maps.Keys(tried)) {
		t.Logf("%-14s %6d points", k, tried[k])
		total += tried[k]
	}
	t.Logf("%d stories, %d points tried; a mail went out twice at %d of them, all between sent and recorded", stories, total, twice)
}

// point is one fault at one call.
type point struct {
	at    int
	fault Fault
}

// tryAll plays a story once for each point, and compares. A few points are played from the start on SQLite; the others in memory, from the step where the fault
// comes until its traces are gone.
func tryAll(t *testing.T, ar *txtar.Archive) (byFault map[string]int, doubles int) {
	byFault = map[string]int{}
	still, err := under(t, ar, nil)
	if err != nil {
		t.Fatalf("without trouble: %v", err)
	}
	doubles = tryEach(t, byFault, still, few(points(still.calls), wholePlays), func(p point) (run, error) {
		return under(t, ar, func(n int, _ call) (Fault, bool) { return p.fault, n == p.at })
	})
	f, err := shoot(t, ar)
	if err != nil {
		t.Fatalf("without trouble, in memory: %v", err)
	}
	if f.end.shape != still.shape || f.end.failed != still.failed {
		t.Fatalf("in memory it ends otherwise than on SQLite:\n%s", diff(string(still.shape), string(f.end.shape)))
	}
	return byFault, doubles + tryEach(t, byFault, f.end, points(f.end.calls), func(p point) (run, error) { return f.with(t.Context(), p) })
}

// wholePlays is how many points of each story are played from its start to its end on SQLite.
const wholePlays = 2

func few(all []point, n int) []point { return all[:min(n, len(all))] }

// tryEach tries points of a story, and returns at how many a mail went out twice.
func tryEach(t *testing.T, byFault map[string]int, still run, all []point, play func(point) (run, error)) (doubles int) {
	for _, p := range all {
		got, err := play(p)
		what := fmt.Sprintf("call %d (%s) %s", p.at, still.calls[p.at].name, p.fault)
		switch {
		case err != nil:
			t.Errorf("%s: %v", what, err)
			continue
		case got.hits != 1:
			t.Errorf("%s: %d faults, want 1", what, got.hits)
		case got.shape != still.shape:
			t.Errorf("%s:\n%s", what, diff(string(still.shape), string(got.shape)))
		case got.failed != still.failed:
			t.Errorf("%s: failed %q, without trouble %q", what, got.failed, still.failed)
		}
		byFault[p.fault.String()]++
		extra := len(got.sent) - len(still.sent)
		switch {
		case extra == 1 && unrecorded(still.calls, p) && len(distinct(got.sent)) == len(distinct(still.sent)):
			doubles++
		case extra != 0:
			t.Errorf("%s: %d mails went out, without trouble %d", what, len(got.sent), len(still.sent))
		}
		if t.Failed() && !*full {
			return doubles
		}
	}
	return doubles
}

// points lists every fault at every call, or a sample of them: then, of a long row of the same reads, as a first sweep makes over a month of hours, the first and
// the last three alone are drawn from.
func points(calls []call) []point {
	var all []point
	for i, c := range calls {
		if !*full && amidst(calls, i) {
			continue
		}
		for f := range faultKinds {
			if f.on(c) {
				all = append(all, point{i, f})
			}
		}
	}
	r := rand.New(rand.NewPCG(*seed, uint64(len(all))))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if *full || len(all) <= samplePoints {
		return all
	}
	if len(calls) > 1000 {
		return all[:samplePoints/4]
	}
	return all[:samplePoints]
}

// amidst reports whether a call stands among reads of the same name, three on each side.
func amidst(calls []call, i int) bool {
	if i < 3 || i+3 >= len(calls) {
		return false
	}
	return !slices.ContainsFunc(calls[i-3:i+4], func(c call) bool { return c.writes || c.name != calls[i].name })
}

// TestManyFaults: the same with one call in thirty going wrong, in any of the ways, until it goes well.
func TestManyFaults(t *testing.T) {
	most := 2
	if *full {
		most = 100
	}
	eachStory(t, func(t *testing.T, _ string, ar *txtar.Archive) {
		t.Parallel()
		still, err := under(t, ar, nil)
		if err != nil {
			t.Fatal(err)
		}
		runs := most
		if len(still.calls) > 1000 {
			runs = 1 + most/20
		}
		for i := range runs {
			r := rand.New(rand.NewPCG(*seed, uint64(i)))
			one := 30 * max(1, len(still.calls)/300)
			got, err := under(t, ar, func(int, call) (Fault, bool) { return Fault(r.IntN(int(faultKinds))), r.IntN(one) == 0 })
			what := fmt.Sprintf("run %d of seed %d, %d faults", i, *seed, got.hits)
			switch {
			case err != nil:
				t.Errorf("%s: %v", what, err)
			case got.shape != still.shape:
				t.Errorf("%s:\n%s", what, diff(string(still.shape), string(got.shape)))
			case got.failed != still.failed:
				t.Errorf("%s: failed %q, without trouble %q", what, got.failed, still.failed)
			case len(distinct(got.sent)) != len(distinct(still.sent)) || len(got.sent)-len(still.sent) > got.hits:
				t.Errorf("%s: %d mails went out, without trouble %d", what, len(got.sent), len(still.sent))
			}
		}
	})
}

// unrecorded reports whether the point lies between a mail's leaving and the commit that says so.
func unrecorded(calls []call, p point) bool {
	send := p.at
	for send >= 0 && calls[send].name != "send" {
		send--
	}
	if send < 0 {
		return false
	}
	for i := send; i < p.at; i++ {
		if calls[i].name == "commit" {
			return false
		}
	}
	before := p.fault == FailBefore || p.fault == DieBefore
	if p.at == send {
		return !before
	}
	return calls[p.at].name != "commit" || before
}

func distinct(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// diff shows the lines that only one of two texts has.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for _, l := range w {
		if !slices.Contains(g, l) {
			b.WriteString("  want " + l + "\n")
		}
	}
	for _, l := range g {
		if !slices.Contains(w, l) {
			b.WriteString("  got  " + l + "\n")
		}
	}
	return b.String()
}
