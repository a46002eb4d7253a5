package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/blob/folder"
	"guichet/shared/boot"
	"guichet/shared/channel"
	"guichet/shared/channel/maildir"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/hook"
	"guichet/shared/inbox"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/plan"
	"guichet/shared/script/expr"
	"guichet/shared/secret"
	"guichet/shared/store"
)

// house is everything that runs.
type house struct {
	o      options
	lock   *os.File
	ledger *sqlite.DB
	desk   *desk.Desk
	queues *queues
	web    net.Listener
	post   net.Listener
	sent   maildir.Maildir
}

// open opens the data folder and the ports; each failure is one sentence that names the flag.
func open(ctx context.Context, o options) (*house, error) {
	if o.lang != "en" && o.lang != "fr" {
		return nil, fmt.Errorf("language %q is not spoken here; choose en or fr with -lang", o.lang)
	}
	h := &house{o: o, sent: maildir.Maildir{Dir: filepath.Join(o.data, "sent")}}
	if err := h.openData(); err != nil {
		h.close()
		return nil, plain("data", "data folder "+o.data+" cannot be used", err)
	}
	if err := seed(ctx, h.desk.Store, o.lang); err != nil {
		h.close()
		return nil, err
	}
	var err error
	if h.post, err = net.Listen("tcp", o.smtp); err != nil {
		h.close()
		return nil, plain("smtp", "mail address "+o.smtp+" cannot be opened", err)
	}
	if h.web, err = net.Listen("tcp", o.http); err != nil {
		h.close()
		return nil, plain("http", "page address "+o.http+" cannot be opened", err)
	}
	return h, nil
}

func (h *house) openData() error {
	if err := os.MkdirAll(h.o.data, 0o700); err != nil {
		return err
	}
	var err error
	if h.lock, err = os.OpenFile(filepath.Join(h.o.data, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return err
	}
	if err := syscall.Flock(int(h.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.New("another guichet has it open")
	}
	key, err := signingKey(filepath.Join(h.o.data, "key"))
	if err != nil {
		return err
	}
	vault, err := secretKeys(filepath.Join(h.o.data, secret.File))
	if err != nil {
		return err
	}
	if h.ledger, err = sqlite.Open(filepath.Join(h.o.data, "ledger.db"), now); err != nil {
		return err
	}
	blobs, err := folder.Open(filepath.Join(h.o.data, "mail"))
	if err != nil {
		return err
	}
	s := store.New(h.ledger, blobs, now)
	h.desk = &desk.Desk{Store: s, Now: now, Key: key, Lang: &expr.CEL{}, Send: func(*guichet.Channel) channel.Sender { return h.sender() }}
	h.desk.Vault, h.desk.Identities = vault, channel.OneMachine{}
	h.desk.Near = h.o.nearby
	h.desk.Relay = func(s channel.SMTP) channel.Prober {
		s.Public = !h.o.nearby
		return s
	}
	h.desk.Feeds = channel.Feed{Nearby: h.o.nearby}
	if h.desk.Tell, err = tell(h.tellsTo()); err != nil {
		return err
	}
	h.queues = newQueues(s, h.ledger, map[string]boot.Queued{
		"inbound": boot.Mail(h.desk), "spam": boot.Facts("spam", h.desk.JudgeSpam), "routing": boot.Facts("routing", h.desk.Route),
		"deliver": boot.Deliver(h.desk), plan.Workflow: boot.Facts(plan.Workflow, h.desk.Workflow), plan.Export: boot.Export(h.desk),
	})
	return nil
}

// signingKey reads the key that signs our Message-IDs; a new house makes one. Whoever has it can write mail that joins any case.
func signingKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 32 {
		return key, nil
	}
	if err == nil {
		return nil, fmt.Errorf("%s is not a key of 32 bytes", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key = make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key, writeNew(path, key)
}

// writeNew makes a file that its owner alone may read, durably.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Sync()
}

// secretKeys reads the keys under which the passwords of relays are sealed; a new house makes one. Without them no relay can be used.
func secretKeys(path string) (*secret.Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = secret.AddKey(nil); err == nil {
			err = writeNew(path, text)
		}
	}
	if err != nil {
		return nil, err
	}
	return secret.ReadKeys(text)
}

// sender is the way out: the relay, or the folder that the page shows.
func (h *house) sender() channel.Sender {
	if h.o.relay == "" {
		return h.sent
	}
	return channel.SMTP{Addr: h.o.relay, TLS: channel.TLSOpportunistic, Hello: "guichet", Timeout: 30 * time.Second}
}

// tellsTo is where events go: the folder or URL that was named, or a folder beside the rest.
func (h *house) tellsTo() string { return cmp.Or(h.o.export, filepath.Join(h.o.data, "export")) }

func (h *house) sentTo() string {
	if h.o.relay != "" {
		return "relay " + h.o.relay
	}
	return h.sent.Dir + " (a Maildir; the page shows it under Sent mail)"
}

// serve runs everything until ctx is done, then closes the doors, finishes what was begun and notes where it stopped.
func (h *house) serve(ctx context.Context) error {
	web := &http.Server{Handler: h.page(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)}
	post := newSMTP(h.desk)
	var wg sync.WaitGroup
	wg.Go(func() { serveSMTP(post, h.post) })
	wg.Go(func() {
		if err := web.Serve(h.web); err != nil && !errors.Is(err, http.ErrServerClosed) {
			slog.Error("page", "error", err)
		}
	})
	wg.Go(func() { h.tick(ctx) })
	wg.Go(func() { h.closeDoors(ctx, post, web) })
	err := h.queues.run(ctx, 16)
	wg.Wait()
	return err
}

func (h *house) closeDoors(ctx context.Context, post *smtp.Server, web *http.Server) {
	<-ctx.Done()
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = post.Shutdown(soon)
	_ = web.Shutdown(soon)
	post.Close()
	web.Close()
	h.post.Close() // a server that had not begun to serve does not know its listener yet
	h.web.Close()
}

// tick is the clock: each function that the plan wakes by time.
func (h *house) tick(ctx context.Context) {
	row, _ := plan.Find("sla")
	sweep := boot.Clock(h.desk)
	t := time.NewTicker(row.Every)
	var tidied time.Time
	defer t.Stop()
	for {
		call, cancel := context.WithTimeout(context.WithoutCancel(ctx), row.Timeout)
		if now().After(tidied.Add(time.Hour)) {
			tidied = now()
			if n, err := h.desk.ForgetFiles(call); n > 0 || err != nil {
				slog.Info("files that nobody sent are deleted", "files", n, "error", err)
			}
		}
		_ = sweep(call, nil) // it logs; the next tick does what this one could not
		cancel()
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// page is the API and the agents' page, and the forms of websites.
func (h *house) page() http.Handler {
	o := inbox.Options{SignIn: true, Tenant: demo, Lang: h.o.lang}
	if h.o.relay == "" {
		o.SentMail = h.sentMail
	}
	mux := http.NewServeMux()
	hooks := hook.New(h.desk, nil)
	mux.Handle("/forms/", hooks)
	mux.Handle("/chat/", hooks)
	mux.Handle("POST /dfo/3.0/channels/{ch}/messages", hooks)
	mux.Handle("PUT /dfo/3.0/channels/{ch}/messages/{id}/status", hooks)
	mux.Handle("/", inbox.New(h.desk, o))
	return mux
}

func (h *house) close() {
	if h.post != nil {
		h.post.Close()
	}
	if h.web != nil {
		h.web.Close()
	}
	if h.ledger != nil {
		if err := h.ledger.Close(); err != nil {
			slog.Error("close the ledger", "error", err)
		}
	}
	if h.lock != nil {
		h.lock.Close()
	}
}
