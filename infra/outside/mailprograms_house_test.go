//go:build outside

package outside

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/infra/engines"
)

// soon is how long the house may take for what it does in milliseconds; the machine may be busy.
const soon = 30 * time.Second

// until asks again and again until ready says yes; what names the wait in the failure.
func until(t *testing.T, what string, ready func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(soon)
	for !ready() {
		select {
		case <-late:
			t.Fatalf("after %v still not: %s", soon, what)
		case <-tick.C:
		}
	}
}

// realHouse is `make run` in a process of its own, with a relay that delivers what it sends into Maildirs; ana is signed in.
type realHouse struct {
	*testing.T
	smtp, page string
	client     *http.Client
	post       *postOffice
}

var houseProgram = sync.OnceValues(func() (string, error) {
	root, err := engines.Root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(made, "guichet-local")
	cmd := exec.Command("go", "build", "-o", path, "./infra/local")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build infra/local: %v\n%s", err, out)
	}
	return path, nil
})

func openRealHouse(t *testing.T) *realHouse {
	t.Helper()
	program, err := houseProgram()
	if err != nil {
		t.Fatal(err)
	}
	h := &realHouse{T: t, post: openPostOffice(t)}
	cmd := exec.Command(program, "-data", filepath.Join(t.TempDir(), "var"), "-smtp", "127.0.0.1:0", "-http", "127.0.0.1:0", "-relay", h.post.addr)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the house ended with %v", err)
		}
	})
	for lines := bufio.NewScanner(out); h.smtp == "" && lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if v, ok := strings.CutPrefix(line, "page   http://"); ok {
			h.page = "http://" + v
		}
		if v, ok := strings.CutPrefix(line, "mail   smtp://"); ok {
			h.smtp, _, _ = strings.Cut(v, " ")
		}
	}
	if h.smtp == "" {
		t.Fatal("the house did not open")
	}
	go io.Copy(io.Discard, out)
	jar, _ := cookiejar.New(nil)
	h.client = &http.Client{Jar: jar, Timeout: soon}
	h.ask("POST", "/guichet/sign-in", `{"agent":"ana"}`, nil)
	return h
}

// ask calls the API and decodes its answer into v, a pointer, or returns its bytes alone.
func (h *realHouse) ask(method, path, body string, v any) []byte {
	h.Helper()
	req, err := http.NewRequest(method, h.page+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		h.Fatalf("%s %s: %s %v\n%s", method, path, resp.Status, err, b)
	}
	if v != nil {
		if err := json.Unmarshal(b, v); err != nil {
			h.Fatalf("%s %s: %v\n%s", method, path, err, b)
		}
	}
	return b
}

type caseList struct {
	Hits int
	Data []struct{ ID, Title string }
}

// caseOf waits for the case with that subject and returns its number.
func (h *realHouse) caseOf(subject string) (id string) {
	h.Helper()
	until(h.T, "a case "+subject, func() bool {
		var list caseList
		h.ask("GET", "/dfo/3.0/contacts?size=50", "", &list)
		for _, c := range list.Data {
			if c.Title == subject {
				id = c.ID
			}
		}
		return id != ""
	})
	return id
}

func (h *realHouse) cases() int {
	var list caseList
	h.ask("GET", "/dfo/3.0/contacts?size=50", "", &list)
	return list.Hits
}

// answer is what the page does when ana presses Send.
func (h *realHouse) answer(id, text string) {
	h.Helper()
	body, _ := json.Marshal(map[string]any{
		"thread": map[string]string{"idOnExternalPlatform": id}, "messageContent": map[string]any{"type": "TEXT", "payload": map[string]string{"text": text}},
	})
	h.ask("POST", "/dfo/3.0/channels/support/outbound", string(body), nil)
}

type shownMessage struct {
	ID, Direction string
	Content       struct{ Text string } `json:"messageContent"`
}

// messageOf waits for the n-th message of a case, which came in, and returns it.
func (h *realHouse) messageOf(id string, n int) (m shownMessage) {
	h.Helper()
	var list struct{ Data []shownMessage }
	until(h.T, fmt.Sprintf("message %d of case %s", n, id), func() bool {
		list.Data = nil
		h.ask("GET", "/dfo/3.0/contacts/"+id+"/messages?size=50", "", &list)
		return len(list.Data) >= n
	})
	m = list.Data[len(list.Data)-1]
	if len(list.Data) != n || m.Direction != "inbound" {
		h.Fatalf("case %s has %d messages, the last %s; want %d, the last inbound", id, len(list.Data), m.Direction, n)
	}
	return m
}

func (h *realHouse) raw(id string) string {
	return string(h.ask("GET", "/dfo/3.0/messages/"+id+"/raw", "", nil))
}

// why is the rule by which a message found its case.
func (h *realHouse) why(id string) string {
	var w struct{ Rule string }
	h.ask("GET", "/dfo/3.0/messages/"+id+"/why", "", &w)
	return w.Rule
}

// postOffice is the relay: it takes every mail and lays it into the Maildir of each recipient, below dir.
type postOffice struct{ addr, dir string }

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{addr: l.Addr().String(), dir: t.TempDir()}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &errand{postOffice: p}, nil }))
	s.Domain, s.EnableSMTPUTF8 = "mx.customer.example", true
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return p
}

// errand is one mail on its way.
type errand struct {
	*postOffice
	from string
	to   []string
}

func (e *errand) Reset()                                      { e.from, e.to = "", nil }
func (e *errand) Logout() error                               { return nil }
func (e *errand) Mail(from string, _ *smtp.MailOptions) error { e.from = from; return nil }
func (e *errand) Rcpt(to string, _ *smtp.RcptOptions) error   { e.to = append(e.to, to); return nil }

// Data delivers as Maildir wants: written under tmp, then moved to new. Lines end with LF, as on a Unix disk.
func (e *errand) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	raw = append([]byte("Return-Path: <"+e.from+">\n"), bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))...)
	for _, to := range e.to {
		box := filepath.Join(e.dir, to)
		for _, sub := range []string{"tmp", "new", "cur"} {
			if err := os.MkdirAll(filepath.Join(box, sub), 0o700); err != nil {
				return err
			}
		}
		f, err := os.CreateTemp(filepath.Join(box, "tmp"), fmt.Sprintf("%d.*.mx", time.Now().UnixNano()))
		if err != nil {
			return err
		}
		if _, err := f.Write(raw); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), filepath.Join(box, "new", filepath.Base(f.Name()))); err != nil {
			return err
		}
	}
	return nil
}
