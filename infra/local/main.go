// Command local is the house on one machine, whole, in one process: `make run`. SMTP stands in for SES receiving, net/http for API Gateway, tickers for
// EventBridge, the ledger's change feed for the stream and its queues; the handlers are those of the Lambdas.
//
//	go run ./infra/local            start the house
//	go run ./infra/local demo       send the sample mails to a running one and print the cases that they became
//	go run ./infra/local replay     decide the mails of a closed one again, as of then, and say whether the records come out the same (or: replay 100014-3)
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// now is the clock of the house.
var now = time.Now

// options of the house, from its flags.
type options struct {
	data, smtp, http, relay, lang string
	export                        string
	nearby, debug                 bool
}

func main() {
	o := options{}
	set := flag.NewFlagSet("guichet", flag.ExitOnError)
	set.StringVar(&o.data, "data", "var", "folder that keeps the state; made if it is not there")
	set.StringVar(&o.smtp, "smtp", "127.0.0.1:2525", "address on which mail comes in")
	set.StringVar(&o.http, "http", "127.0.0.1:8080", "address of the page and the API")
	set.StringVar(&o.relay, "relay", "", "host:port of the SMTP relay that answers leave by; empty: a Maildir that the page shows")
	set.StringVar(&o.lang, "lang", "en", "language of the demo tenant and the page: en or fr")
	set.StringVar(&o.export, "export", "", "where what tenants let out of the house is told: a folder, for JSON lines, or a URL, for POST; empty: the folder export in -data")
	set.BoolVar(&o.nearby, "private-relays", false, "let a channel's own relay or integration box and a calendar's feed have a private or loopback address")
	set.BoolVar(&o.debug, "debug", false, "log what each function does")
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "demo" {
		dir := set.String("mails", "testdata/mail", "folder of the sample mails (demo)")
		parse(set, args[1:])
		exit(sendDemo(os.Stdout, o, *dir))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) > 0 && args[0] == "replay" {
		ids, flags := idsOf(args[1:])
		parse(set, flags)
		exit(replay(ctx, os.Stdout, o, ids))
	}
	parse(set, args)
	exit(run(ctx, o))
}

func parse(set *flag.FlagSet, args []string) {
	_ = set.Parse(args) // ExitOnError
	if set.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "guichet: %q is not understood; -help lists the flags\n", set.Arg(0))
		os.Exit(1)
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "guichet:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run starts the house and keeps it until ctx is done.
func run(ctx context.Context, o options) error {
	level := slog.LevelWarn
	if o.debug {
		level = slog.LevelDebug
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
	h, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer h.close()
	fmt.Printf("guichet is open\n  page   http://%s\n  mail   smtp://%s   (to support@demo.example or billing@demo.example)\n  sent   %s\n  state  %s\n",
		h.web.Addr(), h.post.Addr(), h.sentTo(), o.data)
	fmt.Println("make demo, in another window, sends the sample mails. Ctrl+C closes.")
	return h.serve(ctx)
}

// plain says an error as one sentence that names the flag at fault.
func plain(flagName, what string, err error) error {
	var errno syscall.Errno
	reason := err.Error()
	switch {
	case errors.As(err, &errno) && errno == syscall.EADDRINUSE:
		reason = "another program has that port"
	case errors.As(err, &errno):
		reason = errno.Error()
	}
	return fmt.Errorf("%s: %s; choose another with -%s", what, reason, flagName)
}
