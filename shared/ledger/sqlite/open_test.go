package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, statements ...string) string {
		path := filepath.Join(dir, name)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	garbage := filepath.Join(dir, "garbage")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	locked := filepath.Join(dir, "locked")
	if err := os.Mkdir(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ path, says string }{
		"a folder that is missing":   {filepath.Join(dir, "none", "l.db"), "folder is missing or not writable"},
		"a file that is no database": {garbage, "not a data file"},
		"a newer version":            {file("newer", "CREATE TABLE items(p)", "PRAGMA application_id = 0x67756931", "PRAGMA user_version = 99"), "is of version 99, this program knows up to 1"},
		"another program's file":     {file("other", "CREATE TABLE theirs(x)"), "data file of another program"},
		"a folder":                   {dir, "cannot be opened"},
	}
	if os.Getuid() != 0 {
		cases["a folder without the right to write"] = struct{ path, says string }{filepath.Join(locked, "l.db"), "not writable"}
	}
	for name, c := range cases {
		db, err := sqlite.Open(c.path, time.Now)
		if err == nil {
			db.Close()
		}
		if !guichet.Is(err, guichet.Invalid) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), filepath.Base(c.path)) {
			t.Errorf("%s: %v, want invalid, %q and the file's name", name, err, c.says)
		}
	}
}

func TestCloseAnswersEveryone(t *testing.T) {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	stored := map[int]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	started := make(chan struct{}, 100)
	for i := range 100 {
		wg.Go(func() {
			k := ledger.Key{P: "t", S: fmt.Sprint(i)}
			started <- struct{}{}
			err := db.Commit(context.Background(), ledger.Put{Item: ledger.Item{Key: k}})
			if err != nil && !guichet.Is(err, guichet.Temporary) {
				t.Errorf("commit at close: %v", err)
			}
			mu.Lock()
			stored[i] = err == nil
			mu.Unlock()
			if _, err := db.Get(context.Background(), k); err != nil && !guichet.Is(err, guichet.Temporary) && !guichet.Is(err, guichet.NotFound) {
				t.Errorf("get at close: %v", err)
			}
		})
	}
	<-started
	db.Close()
	wg.Wait()
	if _, err := db.Get(t.Context(), ledger.Key{P: "t", S: "0"}); !guichet.Is(err, guichet.Temporary) {
		t.Errorf("get after close: %v, want temporary", err)
	}
	if _, err := db.Changes(t.Context(), 0, 1); !guichet.Is(err, guichet.Temporary) {
		t.Errorf("changes after close: %v, want temporary", err)
	}
	db.Close()
}

func TestWhatWasClosedOpensAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	for i := range 3 {
		db, err := sqlite.Open(path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		fact := ledger.Put{Item: ledger.Item{Key: ledger.Key{P: "t", S: fmt.Sprint(i)}, Announce: true}}
		if err := db.Commit(t.Context(), fact); err != nil {
			t.Fatal(err)
		}
		page, err := db.Query(t.Context(), ledger.Query{Partition: "t"})
		if err != nil || len(page.Items) != i+1 {
			t.Fatalf("%d items, %v", len(page.Items), err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTrimmedPositionsAreNotUsedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	last := int64(0)
	for round := range 3 {
		db, err := sqlite.Open(path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		const facts = 1200 // more than one step of Trim
		for i := range facts / 100 {
			var writes []ledger.Write
			for j := range 100 {
				writes = append(writes, ledger.Put{Item: ledger.Item{Key: ledger.Key{P: fmt.Sprint("t", round), S: fmt.Sprint(i, j)}, Announce: true}})
			}
			if err := db.Commit(t.Context(), writes...); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case <-db.Changed():
		default:
			t.Error("no signal after announced commits")
		}
		changes, err := db.Changes(t.Context(), last, 1000)
		if err != nil || len(changes) != 1000 || changes[0].Seq <= last {
			t.Fatalf("round %d: %d changes, %v", round, len(changes), err)
		}
		rest, err := db.Changes(t.Context(), changes[999].Seq, 1000)
		if err != nil || len(rest) != facts-1000 {
			t.Fatalf("round %d: %d changes after the first 1000, %v", round, len(rest), err)
		}
		last = rest[len(rest)-1].Seq
		if err := db.Trim(t.Context(), changes[999].Seq); err != nil {
			t.Fatal(err)
		}
		if left, err := db.Changes(t.Context(), 0, 1000); err != nil || len(left) != len(rest) {
			t.Fatalf("%d changes left by Trim, %v, want %d", len(left), err, len(rest))
		}
		if err := db.Trim(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
}

func TestExpiredRowsAreRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	var mu sync.Mutex
	at := time.Unix(2_000_000_000, 0)
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	db, err := sqlite.Open(path, now)
	if err != nil {
		t.Fatal(err)
	}
	put := func(s string, expires time.Time) {
		t.Helper()
		if err := db.Commit(t.Context(), ledger.Put{Item: ledger.Item{Key: ledger.Key{P: "t", S: s}, Expires: expires}}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 120 {
		put(fmt.Sprint(i), now().Add(time.Minute))
	}
	mu.Lock()
	at = at.Add(10 * time.Minute)
	mu.Unlock()
	for i := range 4 { // each removes some
		put(fmt.Sprint("later", i), time.Time{})
	}
	db.Close()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var rows int
	if err := raw.QueryRow("SELECT count(*) FROM items").Scan(&rows); err != nil || rows != 4 {
		t.Errorf("%d rows, %v, want 4", rows, err)
	}
}
