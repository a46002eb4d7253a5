package outside

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Function is one running bootstrap with the Runtime API that feeds it, as Lambda does: one event at a time. Source: Lambda developer guide,
// "Using the Lambda runtime API for custom runtimes".
type Function struct {
	Ready time.Duration // from the start of the process to its first request for an event

	cmd    *exec.Cmd
	server *http.Server
	began  time.Time
	ready  chan struct{}
	once   sync.Once
	events chan event
	busy   sync.Mutex
	waits  sync.Map // request id -> chan answer
	n      atomic.Int64
	ended  chan struct{}
	said   output
}

type event struct {
	id      string
	payload []byte
	until   time.Time
}

type answer struct {
	body   []byte
	failed bool
}

// Run starts the bootstrap at path with these variables, NAME=value, and nothing else of our environment.
func Run(path string, env ...string) (*Function, error) {
	f := &Function{ready: make(chan struct{}), events: make(chan event), ended: make(chan struct{})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	const api = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api+"invocation/next", f.next)
	mux.HandleFunc("POST "+api+"invocation/{id}/response", f.answered)
	mux.HandleFunc("POST "+api+"invocation/{id}/error", f.answered)
	mux.HandleFunc("POST "+api+"init/error", f.answered)
	f.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = f.server.Serve(l) }() // ends with Stop
	f.cmd = exec.Command(path)
	f.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + l.Addr().String(), "PATH=/usr/bin:/bin", "TZ=:UTC"}, env...)
	f.cmd.Stdout, f.cmd.Stderr = &f.said, &f.said
	f.began = time.Now()
	if err := f.cmd.Start(); err != nil {
		f.server.Close()
		return nil, err
	}
	go func() {
		_ = f.cmd.Wait()
		close(f.ended)
	}()
	select {
	case <-f.ready:
		return f, nil
	case <-f.ended:
	case <-time.After(30 * time.Second):
	}
	f.Stop()
	return nil, fmt.Errorf("%s never asked for an event; it said:\n%s", path, f.Said())
}

// Stop ends the process and its Runtime API.
func (f *Function) Stop() {
	_ = f.cmd.Process.Signal(os.Kill)
	<-f.ended
	f.server.Close()
}

// Peak returns the most memory that the process ever held, in bytes: its resident set's high-water mark (Linux).
func (f *Function) Peak() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0, fmt.Errorf("read the peak of memory: %w", err)
	}
	return kb << 10, nil
}

// Said returns what the process wrote: its log and its metrics.
func (f *Function) Said() string { return f.said.String() }

// Invoke hands one event to the function and returns its answer. An error is the function's own, or its end.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	f.busy.Lock()
	defer f.busy.Unlock()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	until, _ := ctx.Deadline()
	e := event{id: "8476a536-e9f4-11e8-9739-" + fmt.Sprintf("%012d", f.n.Add(1)), payload: payload, until: until}
	back := make(chan answer, 1)
	f.waits.Store(e.id, back)
	defer f.waits.Delete(e.id)
	gone := func() error { return fmt.Errorf("the function ended or is too slow; it said:\n%s", f.Said()) }
	select {
	case f.events <- e:
	case <-f.ended:
		return nil, gone()
	case <-ctx.Done():
		return nil, gone()
	}
	select {
	case a := <-back:
		if a.failed {
			return nil, fmt.Errorf("the function failed: %s", a.body)
		}
		return a.body, nil
	case <-f.ended:
	case <-ctx.Done():
	}
	return nil, gone()
}

// next answers the function's request for an event, when there is one.
func (f *Function) next(w http.ResponseWriter, r *http.Request) {
	f.once.Do(func() {
		f.Ready = time.Since(f.began)
		close(f.ready)
	})
	select {
	case e := <-f.events:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.until.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:guichet")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-69a55551-1de4d666d4dd26aced652b6c;Parent=53995c3f42cd8ad8;Sampled=0")
		_, _ = w.Write(e.payload)
	case <-r.Context().Done():
	}
}

// answered takes the function's answer or error.
func (f *Function) answered(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		if back, ok := f.waits.Load(r.PathValue("id")); ok {
			back.(chan answer) <- answer{body, strings.HasSuffix(r.URL.Path, "/error")}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "OK"})
}

// output keeps what a process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
