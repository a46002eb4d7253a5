package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

var million = flag.Bool("million", false, "BenchmarkThreading: a tenant of 1,000,000 messages, too (some minutes to fill)")

// shelf is a house on SQLite whose reads are counted: how many requests, and the time within them.
type shelf struct {
	ledger.Ledger
	*desktest.House
	reads, spent atomic.Int64 // requests, nanoseconds
	next         int
}

func (s *shelf) Get(ctx context.Context, k ledger.Key) (ledger.Item, error) {
	defer s.clock(time.Now())
	return s.Ledger.Get(ctx, k)
}

func (s *shelf) BatchGet(ctx context.Context, keys []ledger.Key) ([]ledger.Item, error) {
	defer s.clock(time.Now())
	return s.Ledger.BatchGet(ctx, keys)
}

func (s *shelf) Query(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	defer s.clock(time.Now())
	return s.Ledger.Query(ctx, q)
}

func (s *shelf) clock(from time.Time) {
	s.reads.Add(1)
	s.spent.Add(int64(time.Since(from)))
}

// newShelf builds the house. Burst is the channel's, 0 for the default: a case of more mails costs a read to see how fast they came.
func newShelf(tb testing.TB, burst int) *shelf {
	tb.Helper()
	db, err := sqlite.Open(filepath.Join(tb.TempDir(), "ledger.db"), time.Now, sqlite.Unsynced())
	ok(tb, err)
	tb.Cleanup(func() { db.Close() })
	s := &shelf{Ledger: db}
	s.House, err = desktest.Build(tb.Context(), s)
	ok(tb, err)
	cfg, err := s.Store.FreshConfig(tb.Context(), desktest.Tenant)
	ok(tb, err)
	ch := *cfg.Channels["support"]
	ch.Burst = burst
	ok(tb, s.Store.SaveChannel(tb.Context(), ch))
	_, err = s.Store.FreshConfig(tb.Context(), desktest.Tenant)
	ok(tb, err)
	return s
}

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// fill adds cases of so many messages each, as the desk keeps them: the case, its messages, the index entry of each. It returns the last case.
func (s *shelf) fill(tb testing.TB, cases, each int) guichet.CaseID {
	tb.Helper()
	ctx := tb.Context()
	var id guichet.CaseID
	tx, pending := &store.Tx{}, 0
	flush := func(room int) {
		if pending += room; pending <= ledger.MaxWrites {
			return
		}
		ok(tb, s.Store.Commit(ctx, tx))
		tx, pending = &store.Tx{}, room
	}
	for range cases {
		n, err := s.Store.NextCase(ctx, desktest.Tenant)
		ok(tb, err)
		id = n
		flush(1)
		tx.Case(&guichet.Case{Tenant: desktest.Tenant, ID: id, Channel: "support", Contact: store.ContactID("bo@customer.example"), Subject: "Kettle", Status: guichet.Open, Skill: "support",
			People: []string{"bo@customer.example"}, Opened: s.Now(), Moved: s.Now(), Messages: each, In: each, Agent: "ana"})
		for i := range each {
			m := &guichet.Message{Tenant: desktest.Tenant, Case: id, N: i + 1, Direction: guichet.Inbound, At: s.Now().Add(-240 * time.Hour), Channel: "support", MailID: mailID(id, i+1),
				From: guichet.Person{Name: "Bo", Addr: "bo@customer.example"}, Subject: "Re: Kettle", Text: "The kettle leaks.", Hash: mailID(id, i+1)}
			r := &store.Ref{ID: m.MailID}
			r.Claim(store.RefEntry{Kind: store.RefMessage, Channel: "support", Case: id, N: m.N, Hash: m.Hash})
			flush(2)
			tx.Message(m)
			tx.Ref(desktest.Tenant, r)
		}
	}
	ok(tb, s.Store.Commit(ctx, tx))
	return id
}

func mailID(c guichet.CaseID, n int) string { return fmt.Sprintf("%s-%d@customer.example", c, n) }

// answer delivers a mail that answers the n-th message of a case, and names the three before, as mail programs do.
func (s *shelf) answer(tb testing.TB, c guichet.CaseID, n int) {
	tb.Helper()
	s.next++
	var refs strings.Builder
	for i := max(1, n-3); i <= n; i++ {
		fmt.Fprintf(&refs, " <%s>", mailID(c, i))
	}
	raw := fmt.Sprintf("From: Bo <bo@customer.example>\r\nTo: support@demo.example\r\nSubject: Re: Kettle\r\nMessage-ID: <new%d@customer.example>\r\nIn-Reply-To: <%s>\r\nReferences:%s\r\n\r\nIt leaks still.\r\n",
		s.next, mailID(c, n), refs.String())
	out, err := s.receive(tb.Context(), []byte(raw), guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"})
	if err != nil || out.Result != desk.Threaded || out.Message.Case() != c {
		tb.Fatalf("a mail that answers case %s: %+v, %v", c, out, err)
	}
}

func (s *shelf) receive(ctx context.Context, raw []byte, v guichet.Verdicts) (desk.Outcome, error) {
	in, err := s.Put(ctx, raw)
	if err != nil {
		return desk.Outcome{}, err
	}
	in.From, in.Recipients, in.Verdicts = "bo@customer.example", []string{"support@demo.example"}, v
	out, err := s.Desk.ReceiveMail(ctx, in)
	if err != nil {
		return desk.Outcome{}, err
	}
	return out[0], nil
}

// cost is what one mail read: requests, and DynamoDB's units.
type cost struct {
	requests int64
	units    float64
}

func (s *shelf) costOf(mail func()) cost {
	reads, units := s.reads.Load(), s.Usage().Reads
	mail()
	return cost{s.reads.Load() - reads, s.Usage().Reads - units}
}

// TestThreadingReadsAreConstant: a mail that answers in a case of 10 messages or of 10,000, in a tenant of 10 or of 10,000, reads the same. The loop breaker's one
// read, which only a case of its channel's burst costs, is constant, too.
func TestThreadingReadsAreConstant(t *testing.T) {
	for _, r := range []struct {
		situation    string
		burst        int
		cases, each  int
		more, longer int // the same with more cases, with longer ones
		want         cost
	}{
		{"long case", 1 << 30, 1, 10, 1, 10_000, cost{2, 6}},
		{"long case, loop breaker at work", 5, 1, 10, 1, 10_000, cost{3, 7}},
		{"large tenant", 1 << 30, 1, 10, 1000, 10, cost{2, 6}},
	} {
		var got [2]cost
		for i, size := range [][2]int{{r.cases, r.each}, {r.more, r.longer}} {
			s := newShelf(t, r.burst)
			c := s.fill(t, size[0], size[1])
			s.answer(t, c, size[1]) // the first one reads the configuration
			got[i] = s.costOf(func() { s.answer(t, c, size[1]) })
		}
		if got[0] != got[1] || got[0] != r.want {
			t.Errorf("%s: %+v small, %+v large; want %+v for both", r.situation, got[0], got[1], r.want)
		}
	}
}

// BenchmarkThreading receives mails that answer in a long case, or in a large tenant: whole time, and of it the time within the ledger's reads.
func BenchmarkThreading(b *testing.B) {
	sizes := []int{10, 10_000, 100_000}
	if *million {
		sizes = append(sizes, 1_000_000)
	}
	for _, shape := range []string{"case", "tenant"} {
		for _, n := range sizes {
			if shape == "case" && n > 10_000 {
				continue
			}
			b.Run(fmt.Sprintf("%s of %d messages", shape, n), func(b *testing.B) {
				s := newShelf(b, 1<<30)
				each := 10
				if shape == "case" {
					each = n
				}
				c := s.fill(b, n/each, each)
				s.answer(b, c, each)
				reads, spent, units := s.reads.Load(), s.spent.Load(), s.Usage().Reads
				for b.Loop() {
					s.answer(b, c, each)
				}
				per := float64(b.N)
				b.ReportMetric(float64(s.reads.Load()-reads)/per, "reads/mail")
				b.ReportMetric((s.Usage().Reads-units)/per, "read-units/mail")
				b.ReportMetric(float64(s.spent.Load()-spent)/per/1e3, "µs-reading/mail")
			})
		}
	}
}
