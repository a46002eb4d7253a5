package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guichet/shared/guichet"
)

// tell returns the way outside of what tenants let out: POST to a URL, or a file of JSON lines for each tenant in a folder.
func tell(to string) (func(context.Context, []guichet.Event) []error, error) {
	if !strings.Contains(to, "://") {
		l := &lines{dir: to}
		return l.tell, nil
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is neither a folder nor a URL that begins with http:// or https://; choose another with -export", to)
	}
	p := &posts{url: u.String(), client: &http.Client{Timeout: 10 * time.Second}, slots: make(chan struct{}, 2)}
	return p.tell, nil
}

// lines writes events as JSON lines, one file for each tenant, durably.
type lines struct {
	dir string
	mu  sync.Mutex
}

func (l *lines) tell(_ context.Context, events []guichet.Event) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	fails := make([]error, len(events))
	for i, e := range events {
		if err := l.write(e); err != nil {
			fails[i] = guichet.Errorf(guichet.Temporary, "write event %s: %w", e.ID, err)
		}
	}
	return fails
}

// write appends one event: a line that a crash cut off is ended first, so that the next one can be read.
func (l *lines) write(e guichet.Event) error {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(l.dir, string(e.Tenant)+".jsonl"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if end, err := f.Seek(0, io.SeekEnd); err == nil && end > 0 {
		last := []byte{0}
		if _, err := f.ReadAt(last, end-1); err == nil && last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

// posts sends events to a URL, a few at a time: who listens may be slow, and the house has other things to do.
type posts struct {
	url    string
	client *http.Client
	slots  chan struct{}
}

func (p *posts) tell(ctx context.Context, events []guichet.Event) []error {
	fails := make([]error, len(events))
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	default:
		for i := range fails {
			fails[i] = guichet.Errorf(guichet.Temporary, "who listens at %s is slow", p.url)
		}
		return fails
	}
	for i, e := range events {
		fails[i] = p.post(ctx, e)
	}
	return fails
}

func (p *posts) post(ctx context.Context, e guichet.Event) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(b))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", e.ID)
	resp, err := p.client.Do(r)
	if err != nil {
		return guichet.Errorf(guichet.Temporary, "tell %s: %w", p.url, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return guichet.Errorf(guichet.Temporary, "%s answers %s", p.url, resp.Status)
	}
	return nil
}
