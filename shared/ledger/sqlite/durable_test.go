package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// victimFile names the data file to a copy of this test binary that commits until it is killed.
const victimFile = "GUICHET_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victimFile); path != "" {
		victim(path)
		return
	}
	os.Exit(m.Run())
}

// parts of each commit of the victim; a commit is whole or absent.
const parts = 5

// part is item i of commit n; the last is announced, and every commit also counts.
func part(n int64, i int) ledger.Put {
	p := ledger.Put{Item: ledger.Item{Key: ledger.Key{P: fmt.Sprint("t#", n), S: fmt.Sprint(i)}, Body: []byte(strings.Repeat(fmt.Sprint(n), 300))}}
	p.Item.Announce = i == parts-1
	p.Item.Index[0] = ledger.Key{P: "t#all", S: fmt.Sprintf("%09d", n)}
	return p
}

var counter = ledger.Key{P: "t", S: "commits"}

// victim commits from 8 goroutines and prints the number of each commit after it was acknowledged.
func victim(path string) {
	db, err := sqlite.Open(path, time.Now)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	begin, _ := strconv.ParseInt(os.Getenv(victimFile+"_FROM"), 10, 64)
	var mu sync.Mutex
	next := begin
	for range 8 {
		go func() {
			for {
				mu.Lock()
				next++
				n := next
				mu.Unlock()
				writes := []ledger.Write{ledger.Add{Key: counter, Delta: 1, Max: 1 << 60}}
				for i := range parts {
					writes = append(writes, part(n, i))
				}
				if err := db.Commit(context.Background(), writes...); err != nil {
					fmt.Println("commit:", err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(n)
				mu.Unlock()
			}
		}()
	}
	select {}
}

// TestDurability kills a process that commits, -9, at random moments. What it acknowledged is there, whole, on the feed and in
// the index; what it did not is there whole or not at all.
func TestDurability(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	acknowledged := map[int64]bool{}
	highest := int64(0)
	const rounds = 8
	for range rounds {
		for _, n := range killed(t, path, highest, 20+rand.IntN(400)) {
			acknowledged[n] = true
			highest = max(highest, n)
		}
		highest += 100 // commits under way at the kill may have gone through
		look(t, path, acknowledged, highest)
	}
	t.Logf("%d commits acknowledged over %d kills", len(acknowledged), rounds)
}

// killed runs the victim until it has acknowledged enough commits, kills it and returns all that it acknowledged.
func killed(t *testing.T, path string, from int64, enough int) (numbers []int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimFile+"="+path, fmt.Sprint(victimFile, "_FROM=", from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // a line cut by the kill was not yet told
			break
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if err != nil {
			t.Fatalf("the victim says %q", line)
		}
		if numbers = append(numbers, n); len(numbers) == enough {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if len(numbers) < enough {
		t.Fatalf("the victim ended by itself after %d commits", len(numbers))
	}
	return numbers
}

func look(t *testing.T, path string, acknowledged map[int64]bool, highest int64) {
	t.Helper()
	db, err := sqlite.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	whole := int64(0)
	announced := map[string]bool{}
	for after := int64(0); ; {
		changes, err := db.Changes(t.Context(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			announced[c.Item.P], after = true, c.Seq
		}
	}
	for n := int64(1); n <= highest; n++ {
		page, err := db.Query(t.Context(), ledger.Query{Partition: fmt.Sprint("t#", n)})
		if err != nil {
			t.Fatal(err)
		}
		entries, err := db.Query(t.Context(), ledger.Query{Index: 1, Partition: "t#all", Prefix: fmt.Sprintf("%09d", n)})
		if err != nil {
			t.Fatal(err)
		}
		got, want := len(page.Items), len(entries.Items)
		switch {
		case got != 0 && got != parts || got != want || announced[fmt.Sprint("t#", n)] != (got == parts):
			t.Fatalf("commit %d is half there: %d items, %d entries, announced %v", n, got, want, announced[fmt.Sprint("t#", n)])
		case acknowledged[n] && got == 0:
			t.Fatalf("commit %d was acknowledged and is lost", n)
		case got == parts:
			whole++
		}
	}
	it, err := db.Get(t.Context(), counter)
	if err != nil && !guichet.Is(err, guichet.NotFound) || it.Count != whole {
		t.Fatalf("counter at %d for %d commits, %v", it.Count, whole, err)
	}
}
