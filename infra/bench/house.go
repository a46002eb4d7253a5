package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/blob/folder"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

// benchHouse runs the house of `make run` as its own process, durable, and loads its SMTP port.
func benchHouse() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "guichet")
	if err := pass(exec.Command("go", "build", "-o", bin, "./infra/local")); err != nil {
		return err
	}
	r := &rig{bin: bin, data: filepath.Join(dir, "var")}
	if err := r.furnish(); err != nil {
		return err
	}
	if err := r.start(); err != nil {
		return err
	}
	defer r.stop()
	if err := r.flood(); err != nil {
		return err
	}
	if err := r.steady(100, 20*time.Second); err != nil {
		return err
	}
	fmt.Printf("resident at the end         %d MB (peak %d MB)\n", r.status("VmRSS")>>10, r.status("VmHWM")>>10)
	return nil
}

// rig is a house under load.
type rig struct {
	bin, data  string
	smtp, http string
	cmd        *exec.Cmd
	next       int
}

// furnish lets the house make its demo tenant, then gives the agents room for every case.
func (r *rig) furnish() error {
	if err := r.start(); err != nil {
		return err
	}
	r.stop()
	s, done, err := r.look()
	if err != nil {
		return err
	}
	defer done()
	ctx := context.Background()
	agents, err := s.Agents(ctx, "demo")
	for _, a := range agents {
		a.Limit = 1 << 30
		if err := s.SaveAgent(ctx, "demo", a); err != nil {
			return err
		}
	}
	return err
}

// look opens the data of a house that does not run.
func (r *rig) look() (*store.Store, func(), error) {
	db, err := sqlite.Open(filepath.Join(r.data, "ledger.db"), time.Now)
	if err != nil {
		return nil, nil, err
	}
	b, err := folder.Open(filepath.Join(r.data, "mail"))
	if err != nil {
		return nil, nil, err
	}
	return store.New(db, b, time.Now), func() { db.Close() }, nil
}

func (r *rig) start() error {
	r.smtp, r.http = free(), free()
	r.cmd = exec.Command(r.bin, "-data", r.data, "-smtp", r.smtp, "-http", r.http)
	r.cmd.Stderr = os.Stderr
	if err := r.cmd.Start(); err != nil {
		return err
	}
	for range 500 {
		if c, err := smtp.Dial(r.smtp); err == nil {
			return c.Quit()
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("the house does not answer on %s", r.smtp)
}

func (r *rig) stop() {
	if r.cmd != nil && r.cmd.Process != nil {
		_ = r.cmd.Process.Signal(syscall.SIGTERM)
		_ = r.cmd.Wait()
		r.cmd = nil
	}
}

func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer l.Close()
	return l.Addr().String()
}

// cpu is the CPU time that the house has used.
func (r *rig) cpu() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+2:]))
	u, _ := strconv.Atoi(f[11])
	s, _ := strconv.Atoi(f[12])
	return time.Duration(u+s) * 10 * time.Millisecond
}

// status reads a line of /proc/PID/status, in KB.
func (r *rig) status(name string) int {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for _, l := range strings.Split(string(b), "\n") {
		if v, ok := strings.CutPrefix(l, name+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(v)[0])
			return n
		}
	}
	return 0
}

// flood sends mails as fast as they are taken, half of them new cases and half answers, and waits until every case is assigned. It compares the CPU time of the
// last tenth with the first.
func (r *rig) flood() error {
	began, cpu := time.Now(), r.cpu()
	var tenths []time.Duration
	for range 10 {
		c := r.cpu()
		if err := r.send(*mails/20, *clients, 0); err != nil {
			return err
		}
		if err := r.idle(); err != nil {
			return err
		}
		tenths = append(tenths, r.cpu()-c)
	}
	took, used := time.Since(began), r.cpu()-cpu
	n := *mails / 20 * 20
	fmt.Printf("mails, SMTP to assigned     %d in %.1f s = %.0f a second (load from the same machine)\n", n, took.Seconds(), float64(n)/took.Seconds())
	fmt.Printf("CPU a mail                  %.2f ms\n", used.Seconds()*1000/float64(n))
	fmt.Printf("CPU a mail, first and last tenth  %.2f ms, %.2f ms\n", tenths[0].Seconds()*1e4/float64(n), tenths[9].Seconds()*1e4/float64(n))
	fmt.Printf("resident after %d mails  %d MB\n", n, r.status("VmRSS")>>10)
	return nil
}

// idle waits until the house uses no CPU any more: nothing is left to do.
func (r *rig) idle() error {
	last := r.cpu()
	for range 600 {
		time.Sleep(100 * time.Millisecond)
		now := r.cpu()
		if now-last < 10*time.Millisecond {
			return nil
		}
		last = now
	}
	return fmt.Errorf("the house does not come to rest")
}

// send sends n pairs over some connections; every > 0 is the pause between two mails of the whole.
func (r *rig) send(n, connections int, every time.Duration) error {
	var at atomic.Int64
	at.Store(int64(r.next))
	end := int64(r.next + n)
	r.next += n
	errs := make(chan error, connections)
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			c, err := smtp.Dial(r.smtp)
			if err != nil {
				errs <- err
				return
			}
			defer c.Close()
			for {
				i := at.Add(1) - 1
				if i >= end {
					return
				}
				first, reply := pair(int(i))
				for _, raw := range [][]byte{first, reply} {
					if err := c.SendMail(fmt.Sprintf("bo%d@customer.example", i), []string{"support@demo.example"}, strings.NewReader(string(raw))); err != nil {
						errs <- err
						return
					}
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// steady sends first mails at a rate, and reads from the ledger, afterwards, how long after its 250 each was assigned.
func (r *rig) steady(rate int, length time.Duration) error {
	n := rate * int(length/time.Second)
	acks := make([]time.Time, n)
	base := r.next
	r.next += n
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	conns := make(chan *smtp.Client, 8)
	for range cap(conns) {
		c, err := smtp.Dial(r.smtp)
		if err != nil {
			return err
		}
		conns <- c
	}
	var wg sync.WaitGroup
	var failed atomic.Int64
	for i := range n {
		<-tick.C
		c := <-conns
		wg.Go(func() {
			defer func() { conns <- c }()
			first, _ := pair(base + i)
			if err := c.SendMail("bo@customer.example", []string{"support@demo.example"}, strings.NewReader(string(first))); err != nil {
				failed.Add(1)
			}
			acks[i] = time.Now()
		})
	}
	wg.Wait()
	if failed.Load() > 0 {
		return fmt.Errorf("%d mails were not taken", failed.Load())
	}
	if err := r.idle(); err != nil {
		return err
	}
	rss, peak := r.status("VmRSS"), r.status("VmHWM")
	r.stop()
	defer func() { _ = r.start() }()
	waits, err := r.waits(base, acks)
	if err != nil {
		return err
	}
	slices.Sort(waits)
	fmt.Printf("at %d mails a second, 250 to assigned  p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d mails; resident %d MB, peak %d MB)\n", rate,
		ms(waits[len(waits)/2]), ms(waits[len(waits)*99/100]), ms(waits[len(waits)-1]), len(waits), rss>>10, peak>>10)
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// waits reads when the cases of these mails were assigned.
func (r *rig) waits(base int, acks []time.Time) ([]time.Duration, error) {
	s, done, err := r.look()
	if err != nil {
		return nil, err
	}
	defer done()
	ctx := context.Background()
	var out []time.Duration
	for i, ack := range acks {
		addr := fmt.Sprintf("bo%d@customer.example", base+i)
		list, _, err := s.OfContact(ctx, "demo", store.ContactID(addr), 1, "")
		if err != nil || len(list) == 0 {
			return nil, fmt.Errorf("mail %d became no case: %w", base+i, err)
		}
		facts, err := s.History(ctx, "demo", list[0].ID, 0, 100)
		if err != nil {
			return nil, err
		}
		k := slices.IndexFunc(facts, func(f guichet.Fact) bool { return f.Kind == guichet.CaseAssigned })
		if k < 0 {
			return nil, fmt.Errorf("case %s was not assigned", list[0].ID)
		}
		out = append(out, max(0, facts[k].At.Sub(ack)))
	}
	return out, nil
}
