package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// BenchmarkGrowth does b.N mails' work (a commit of 5 writes, a replacement with its counter, two reads, the feed read and
// trimmed) and compares the first tenth with the last: cpu of a mail, and what is resident at the end.
//
//	go test -run xxx -bench Growth -benchtime 200000x ./shared/ledger/sqlite
func BenchmarkGrowth(b *testing.B) {
	db, err := sqlite.Open(filepath.Join(b.TempDir(), "l.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var n atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	tenth := max(1, b.N/10)
	spent := []time.Duration{cpu()}
	b.ResetTimer()
	for range 10 {
		var wg sync.WaitGroup
		end := n.Load() + int64(tenth)
		for range 16 {
			wg.Go(func() {
				for {
					i := n.Add(1)
					if i > end {
						return
					}
					start := time.Now()
					mail(b, db, i)
					mu.Lock()
					took = append(took, time.Since(start))
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		n.Store(end)
		trimAll(b, db)
		spent = append(spent, cpu())
	}
	b.StopTimer()
	slices.Sort(took)
	per := func(i int) float64 { return float64((spent[i+1] - spent[i]).Microseconds()) / float64(tenth) }
	b.ReportMetric(per(0), "first-cpu-µs/mail")
	b.ReportMetric(per(9), "last-cpu-µs/mail")
	b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1])/1e6, "worst-ms")
	b.ReportMetric(resident(), "resident-MB")
}

func mail(b *testing.B, db *sqlite.DB, i int64) {
	ctx := context.Background()
	writes := house(i)
	if err := db.Commit(ctx, writes...); err != nil {
		b.Error(err)
		return
	}
	c := writes[0].(ledger.Put).Item
	c.Version, c.Index[0] = 1, ledger.Key{}
	if err := db.Commit(ctx, ledger.Put{Item: c}, ledger.Put{Item: ledger.Item{Key: ledger.Key{P: c.P, S: "fact#2"}, Body: c.Body[:300], Announce: true}}); err != nil {
		b.Error(err)
	}
	if _, err := db.Get(ctx, c.Key); err != nil {
		b.Error(err)
	}
	if _, err := db.Query(ctx, ledger.Query{Partition: c.P, Prefix: "message#"}); err != nil {
		b.Error(err)
	}
}

func trimAll(b *testing.B, db *sqlite.DB) {
	for after := int64(0); ; {
		changes, err := db.Changes(context.Background(), after, 1000)
		if err != nil {
			b.Fatal(err)
		}
		if len(changes) == 0 {
			return
		}
		after = changes[len(changes)-1].Seq
		if err := db.Trim(context.Background(), after); err != nil {
			b.Fatal(err)
		}
	}
}

// resident reads what the process holds in memory, in MB; 0 where /proc is not.
func resident() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
