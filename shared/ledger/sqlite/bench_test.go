package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
)

// house is the load of a mail: a case, a message, a reference and an announced fact come into being, a counter moves.
func house(n int64) []ledger.Write {
	body := make([]byte, 1000)
	copy(body, fmt.Sprint(n))
	id := fmt.Sprintf("demo#case#%026d", n)
	key := func(s string) ledger.Key { return ledger.Key{P: id, S: s} }
	one := ledger.Put{Item: ledger.Item{Key: key("case"), Body: body}}
	one.Item.Index[0] = ledger.Key{P: "demo#open", S: fmt.Sprint(n)}
	return []ledger.Write{one,
		ledger.Put{Item: ledger.Item{Key: key("message#1"), Body: body}},
		ledger.Put{Item: ledger.Item{Key: ledger.Key{P: fmt.Sprintf("demo#ref#%x", n*7919%1000003), S: fmt.Sprint(n)}, Body: body[:100]}},
		ledger.Put{Item: ledger.Item{Key: key("fact#1"), Body: body, Announce: true}},
		ledger.Add{Key: ledger.Key{P: "demo#agent#" + fmt.Sprint(n%50), S: "room"}, Delta: 1, Max: 1 << 40},
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCommit is a commit of 5 writes of about 1 KB from 16 goroutines, synced. cpu-µs/op is all CPU of the process.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(writers, "writers"), func(b *testing.B) {
			db, err := sqlite.Open(filepath.Join(b.TempDir(), "l.db"), time.Now)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			var n, worst atomic.Int64
			b.SetParallelism((writers + 1) / 2)
			before := cpu()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					start := time.Now()
					if err := db.Commit(context.Background(), house(n.Add(1))...); err != nil {
						b.Fatal(err)
					}
					if took := int64(time.Since(start)); took > worst.Load() {
						worst.Store(took)
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(worst.Load())/1e6, "worst-ms")
		})
	}
}
