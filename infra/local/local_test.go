package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/blob/folder"
	"guichet/shared/boot"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

// TestMain lets the test binary be the house: the child process runs main.
func TestMain(m *testing.M) {
	if os.Getenv("GUICHET_TEST_HOUSE") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is a house in a process of its own.
type child struct {
	t          *testing.T
	cmd        *exec.Cmd
	data       string
	smtp, page string
	flags      []string
}

// begin starts a house and reads its addresses from what it prints.
func begin(t *testing.T, data string, flags ...string) *child {
	t.Helper()
	c := &child{t: t, data: data, flags: flags}
	c.cmd = exec.Command(os.Args[0], append([]string{"-data", data, "-smtp", "127.0.0.1:0", "-http", "127.0.0.1:0"}, flags...)...)
	c.cmd.Env = append(os.Environ(), "GUICHET_TEST_HOUSE=1")
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.cmd.Stderr = os.Stderr
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "page   http://"); ok {
			c.page = v
		}
		if v, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "mail   smtp://"); ok {
			c.smtp, _, _ = strings.Cut(v, " ")
			break
		}
	}
	go io.Copy(io.Discard, out)
	if c.smtp == "" {
		c.kill()
		t.Fatal("the house did not open")
	}
	t.Cleanup(c.kill)
	return c
}

func (c *child) kill() {
	if c.cmd != nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
		c.cmd = nil
	}
}

// close ends the house as an operator does.
func (c *child) close() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the house ended with %v", err)
	}
	c.cmd = nil
}

// state opens the data of a house that does not run.
func state(t *testing.T, data string) *store.Store {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b, err := folder.Open(filepath.Join(data, "mail"))
	if err != nil {
		t.Fatal(err)
	}
	return store.New(db, b, time.Now)
}

func message(i int) string {
	return fmt.Sprintf("From: Bo <bo%d@customer.example>\r\nTo: support@demo.example\r\nSubject: Kettle %d\r\nMessage-ID: <m%d@customer.example>\r\n\r\nIt is broken.\r\n", i, i, i)
}

// TestKilledAtAnyMoment: what got a 250 is there after a restart, once, whatever the moment of the kill -9.
func TestKilledAtAnyMoment(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	acked := map[int]bool{}
	next := 0
	for round := range 4 {
		c := begin(t, data)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				conn, err := smtp.Dial(c.smtp)
				if err != nil {
					return
				}
				defer conn.Close()
				for {
					mu.Lock()
					i := next
					next++
					mu.Unlock()
					if conn.SendMail("bo@customer.example", []string{"support@demo.example"}, strings.NewReader(message(i))) != nil {
						return
					}
					mu.Lock()
					acked[i] = true
					mu.Unlock()
				}
			})
		}
		timer := time.NewTimer(time.Duration(150+rand.IntN(400)) * time.Millisecond)
		<-timer.C
		c.kill()
		wg.Wait()
		t.Logf("round %d: %d mails acknowledged so far", round, len(acked))
	}
	if len(acked) == 0 {
		t.Fatal("no mail was acknowledged: the test tested nothing")
	}
	c := begin(t, data)
	settle(t, c, func(s *store.Store) error { return present(s, acked) })
}

// settle closes the house and looks at its state; while that is not yet as it should be, it lets the house work on.
func settle(t *testing.T, c *child, ok func(*store.Store) error) {
	t.Helper()
	var err error
	for i := range 30 {
		work := time.NewTimer(time.Duration(i) * 100 * time.Millisecond) // what is not done yet gets more time each round
		<-work.C
		c.close()
		s := state(t, c.data)
		if err = ok(s); err == nil {
			return
		}
		s.Ledger.(*sqlite.DB).Close()
		again := begin(t, c.data, c.flags...)
		c.cmd, c.smtp, c.page = again.cmd, again.smtp, again.page
	}
	t.Fatal(err)
}

// present checks that each acknowledged mail is one message of one case.
func present(s *store.Store, acked map[int]bool) error {
	ctx := context.Background()
	seen := map[string]int{}
	for cursor := ""; ; {
		cases, next, err := s.Recent(ctx, demo, 100, cursor)
		if err != nil {
			return err
		}
		for _, c := range cases {
			list, err := s.Messages(ctx, demo, c.ID, 1, 100)
			if err != nil {
				return err
			}
			for _, m := range list {
				seen[m.MailID]++
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	for i := range acked {
		if n := seen[fmt.Sprintf("m%d@customer.example", i)]; n != 1 {
			return fmt.Errorf("mail %d got its 250 and is there %d times", i, n)
		}
	}
	for id, n := range seen {
		if n != 1 {
			return fmt.Errorf("mail %s is there %d times", id, n)
		}
	}
	return nil
}

// TestBadMail: bytes that are no mail, 8-bit headers, no From, no Date, nothing at all, 40 MB: each a case, or a note with its reason; the raw bytes are kept.
func TestBadMail(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	c := begin(t, data)
	for name, raw := range map[string]string{
		"bytes that are no mail": string([]byte{0, 1, 2, 0xff, 0xfe, 0x80, 'x', 0}) + "\r\n",
		"8-bit headers":          "From: J\xfcrgen <j@customer.example>\r\nSubject: gr\xfc\xdfe\r\n\r\nhallo\r\n",
		"no From":                "Subject: who am I\r\n\r\nhallo\r\n",
		"no Date, no subject":    "From: a@customer.example\r\n\r\nhallo\r\n",
		"nothing":                "\r\n",
		"40 MB":                  "From: big@customer.example\r\nSubject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 76)+"\r\n", 40<<20/78-10),
	} {
		conn, err := smtp.Dial(c.smtp)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SendMail("", []string{"support@demo.example"}, strings.NewReader(raw)); err != nil {
			t.Errorf("%s: refused: %v", name, err)
		}
		conn.Close()
	}
	conn, err := smtp.Dial(c.smtp)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.SendMail("a@customer.example", []string{"nobody@demo.example"}, strings.NewReader(message(1)))
	if err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("unknown recipient: got %v, want 550", err)
	}
	settle(t, c, func(s *store.Store) error {
		cases, _, err := s.Recent(t.Context(), demo, 100, "")
		if err != nil || len(cases) != 6 {
			return fmt.Errorf("got %d cases, want 6: %v", len(cases), err)
		}
		for _, k := range cases {
			m, err := s.Message(t.Context(), demo, k.ID.Message(1))
			if err != nil {
				return err
			}
			r, _, err := s.Blobs.Get(t.Context(), m.Raw)
			if err != nil {
				return fmt.Errorf("case %s: its raw mail is gone: %w", k.ID, err)
			}
			r.Close()
		}
		return nil
	})
}

// TestSaysWhatIsWrong: each failure to start is one sentence that names the flag, and exit 1.
func TestSaysWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(t.TempDir(), "newer")
	makeNewer(t, newer)
	for name, c := range map[string]struct {
		flags []string
		want  string
	}{
		"mail port in use":       {[]string{"-smtp", taken.Addr().String()}, "-smtp"},
		"page port in use":       {[]string{"-http", taken.Addr().String()}, "-http"},
		"data folder is a file":  {[]string{"-data", file}, "-data"},
		"data of a newer house":  {[]string{"-data", newer}, "-data"},
		"language nobody speaks": {[]string{"-lang", "tlh"}, "-lang"},
		"a word that is no flag": {[]string{"now"}, "-help"},
	} {
		t.Run(name, func(t *testing.T) {
			flags := append([]string{"-data", filepath.Join(t.TempDir(), "var"), "-smtp", "127.0.0.1:0", "-http", "127.0.0.1:0"}, c.flags...)
			cmd := exec.Command(os.Args[0], flags...)
			cmd.Env = append(os.Environ(), "GUICHET_TEST_HOUSE=1")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			err := cmd.Run()
			said := strings.TrimSpace(stderr.String())
			if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(said, c.want) || strings.Count(said, "\n") > 0 {
				t.Errorf("exit %v, said %q; want exit 1 and one line with %s", err, said, c.want)
			}
		})
	}
}

// makeNewer makes a data folder that a later version of the house left.
func makeNewer(t *testing.T, data string) {
	t.Helper()
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "ledger.db")
	db, err := sqlite.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte{0, 0, 3, 231}, 60); err != nil { // user_version, big-endian at offset 60 of an SQLite file
		t.Fatal(err)
	}
}

// TestRelayDown: answers wait while the relay is down, the house says so, and they leave when it is back, also after a restart.
func TestRelayDown(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	relay, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := relay.Addr().String()
	up := turnAway(relay)
	c := begin(t, data, "-relay", addr)
	conn, err := smtp.Dial(c.smtp)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SendMail("bo@customer.example", []string{"support@demo.example"}, strings.NewReader(message(1))); err != nil {
		t.Fatal(err)
	}
	settle(t, c, func(s *store.Store) error { return present(s, map[int]bool{1: true}) })
	s := state(t, data)
	key, err := signingKey(filepath.Join(data, "key"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk.Desk{Store: s, Now: time.Now, Key: key}
	cases, _, _ := s.Recent(t.Context(), demo, 10, "")
	m, err := d.Reply(t.Context(), demo, "ana", cases[0].ID, desk.Answer{Text: "We are looking."})
	if err != nil {
		t.Fatal(err)
	}
	s.Ledger.(*sqlite.DB).Close()
	c = begin(t, data, "-relay", addr)
	settle(t, c, func(s *store.Store) error {
		now, err := s.Message(t.Context(), demo, m.ID())
		if err != nil || now.Delivery != guichet.Queued {
			return fmt.Errorf("the answer is %v, want queued: %v", now, err)
		}
		parked, err := s.Parked(t.Context())
		if err != nil || len(parked) != 1 {
			return fmt.Errorf("%d pieces of work are parked, want 1: %v", len(parked), err)
		}
		return nil
	})
	got := up(t)
	c = begin(t, data, "-relay", addr)
	if raw := <-got; !strings.Contains(raw, "We are looking.") || !strings.Contains(raw, "In-Reply-To: <m1@customer.example>") {
		t.Errorf("the relay got %q", raw)
	}
	settle(t, c, func(s *store.Store) error {
		now, err := s.Message(t.Context(), demo, m.ID())
		if err != nil || now.Delivery != guichet.Sent {
			return fmt.Errorf("the answer is %v, want sent: %v", now, err)
		}
		return nil
	})
}

// door is a listener whose connections are turned away with a 421 until it is open. It keeps its port, so that nobody else can have it.
type door struct {
	net.Listener
	open atomic.Bool
	in   chan net.Conn
}

func (d *door) Accept() (net.Conn, error) {
	c, ok := <-d.in
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

// turnAway begins to turn connections away; what it returns opens the door to a relay that takes one mail after the other.
func turnAway(l net.Listener) func(t *testing.T) <-chan string {
	d := &door{Listener: l, in: make(chan net.Conn)}
	go func() {
		defer close(d.in)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if d.open.Load() {
				d.in <- c
				continue
			}
			io.WriteString(c, "421 down for now\r\n")
			c.Close()
		}
	}()
	return func(t *testing.T) <-chan string {
		got := make(chan string, 10)
		srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sink{got: got}, nil }))
		srv.Domain = "relay"
		d.open.Store(true)
		go srv.Serve(d)
		t.Cleanup(func() { srv.Close() })
		return got
	}
}

type sink struct{ got chan string }

func (s *sink) Reset()                               {}
func (s *sink) Logout() error                        { return nil }
func (s *sink) Mail(string, *smtp.MailOptions) error { return nil }
func (s *sink) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *sink) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.got <- string(b)
	return err
}

// TestPoison: a fact that can never be handled ends in the dead letters with its reason, and the work beside it goes on.
func TestPoison(t *testing.T) {
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
	handled := make(chan string, 10)
	row := 0
	q := newQueues(s, db, map[string]boot.Queued{
		"routing": boot.Facts("routing", func(_ context.Context, f guichet.Fact) error {
			if f.Case == "100014" {
				row++
				return guichet.Errorf(guichet.Other, "no way")
			}
			handled <- string(f.Case)
			return nil
		}),
	})
	q.backoff = func(int) time.Duration { return 0 }
	for i, c := range []guichet.CaseID{"100014", "100023", "100038"} {
		tx := &store.Tx{}
		tx.Case(&guichet.Case{Tenant: demo, ID: c, Status: guichet.New}, guichet.Fact{Kind: guichet.CaseWaiting, At: time.Now()})
		if err := s.Commit(t.Context(), tx); err != nil {
			t.Fatal(i, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- q.run(ctx, 2) }()
	for range 2 {
		<-handled
	}
	var dead []store.Work
	for range 500 {
		if dead, err = s.Dead(t.Context(), "routing"); err != nil || len(dead) > 0 {
			break
		}
		tick := time.NewTimer(10 * time.Millisecond)
		<-tick.C
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err != nil || len(dead) != 1 || dead[0].Reason == "" || !strings.Contains(dead[0].Body, "100014") {
		t.Fatalf("dead letters: %+v, %v; want the one of case 100014 with its reason", dead, err)
	}
	if parked, _ := s.Parked(t.Context()); len(parked) != 0 {
		t.Errorf("parked: %+v; want none", parked)
	}
	if n, err := s.FeedRead(t.Context()); err != nil || n == 0 {
		t.Errorf("feed read up to %d, %v; want past the poison", n, err)
	}
}
