package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/blob/folder"
	"guichet/shared/boot"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

func event(n int) guichet.Event {
	return guichet.Event{ID: fmt.Sprint("demo/", n), Schema: 1, Type: "case.opened", Tenant: "demo", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

// TestEventsAsLines: one event a line, a file for each tenant; a line that a crash cut off spoils no other.
func TestEventsAsLines(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "export")
	to, err := tell(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range to(t.Context(), []guichet.Event{event(1)}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "demo.jsonl")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString(`{"id":"demo/cut of`)
	f.Close()
	to(t.Context(), []guichet.Event{event(2), event(3)})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for line := range strings.Lines(string(b)) {
		var e guichet.Event
		if json.Unmarshal([]byte(line), &e) == nil {
			ids = append(ids, e.ID)
		}
	}
	if got := strings.Join(ids, " "); got != "demo/1 demo/2 demo/3" {
		t.Errorf("read back %q", got)
	}
	if err := os.Chmod(dir, 0o500); err == nil && os.Geteuid() != 0 {
		if fails := to(t.Context(), []guichet.Event{{ID: "x", Tenant: "other"}}); !guichet.Is(fails[0], guichet.Temporary) {
			t.Errorf("where nothing can be written: %v", fails)
		}
	}
}

// TestEventsAsPosts: each event with its id; what is not taken is told again later; who is slow does not get more than a few at a time.
func TestEventsAsPosts(t *testing.T) {
	var got []string
	status := http.StatusOK
	wait := make(chan struct{})
	close(wait)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-wait
		got = append(got, r.Header.Get("Idempotency-Key")+" "+r.Header.Get("Content-Type"))
		w.WriteHeader(status)
	}))
	defer srv.Close()
	to, err := tell(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if fails := to(t.Context(), []guichet.Event{event(1)}); fails[0] != nil || len(got) != 1 || got[0] != "demo/1 application/json" {
		t.Errorf("%v, %v", fails, got)
	}
	status = http.StatusBadGateway
	if fails := to(t.Context(), []guichet.Event{event(1)}); !guichet.Is(fails[0], guichet.Temporary) {
		t.Errorf("refused: %v", fails)
	}
	p := &posts{url: srv.URL, client: srv.Client(), slots: make(chan struct{}, 1)}
	p.slots <- struct{}{} // somebody is at it
	if fails := p.tell(t.Context(), []guichet.Event{event(1), event(2)}); !guichet.Is(fails[0], guichet.Temporary) || !guichet.Is(fails[1], guichet.Temporary) {
		t.Errorf("busy: %v", fails)
	}
	for _, bad := range []string{"ftp://x.example", "https://", "http://%zz"} {
		if _, err := tell(bad); err == nil || !strings.Contains(err.Error(), "-export") {
			t.Errorf("%s: %v, want the flag's name", bad, err)
		}
	}
}

// TestNobodyListensAndTheHouseGoesOn: more facts wait for who does not listen than the house keeps in memory, and the other functions get theirs all the same.
func TestNobodyListensAndTheHouseGoesOn(t *testing.T) {
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, err := folder.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(db, b, time.Now)
	if err := s.SaveTenant(t.Context(), guichet.Tenant{ID: demo, Name: "Demo"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveExport(t.Context(), demo, guichet.Export{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	const cases = maxInFlight + 300
	var routed, refused atomic.Int64
	done := make(chan struct{})
	q := newQueues(s, db, map[string]boot.Queued{
		"routing": boot.Facts("routing", func(context.Context, guichet.Fact) error {
			if routed.Add(1) == cases {
				close(done)
			}
			return nil
		}),
		"export": boot.Facts("export", func(context.Context, guichet.Fact) error {
			refused.Add(1)
			return guichet.Errorf(guichet.Temporary, "nobody listens")
		}),
	})
	q.backoff = func(int) time.Duration { return time.Hour }
	for n := range int64(cases) {
		tx := &store.Tx{}
		tx.Case(&guichet.Case{Tenant: demo, ID: guichet.NewCaseID(n + 1), Status: guichet.New}, guichet.Fact{Kind: guichet.CaseOpened, At: time.Now()}, guichet.Fact{Kind: guichet.CaseWaiting, At: time.Now()})
		if err := s.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- q.run(ctx, 4) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Errorf("%d of %d routed while nobody listened to %d", routed.Load(), cases, refused.Load())
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
