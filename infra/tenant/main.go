// Command tenant sets up a tenant in the table of a deployed house, or in the data folder of one on this machine: its domain, points of contact,
// skills, the roles supervisor and agent, an agent, a service level. It makes what is missing and leaves what stands, so it can be run again: with
// another -channel or -agent it adds them, with -first or -resolution it changes the service level.
//
//	go run ./infra/tenant -table guichet -region eu-west-3 -tenant acme -domain help.example -channel support,billing \
//	    -agent ana -name 'Ana Lopes' -email ana@help.example -first 4h -resolution 16h -zone Europe/Paris -hours 09:00-18:00
//
//	go run ./infra/tenant -table guichet -region eu-west-3 -rotate    the passwords of all relays, sealed under new key material
//
//	go run ./infra/tenant -table guichet -region eu-west-3 -tenant acme -recount    the moods on all contacts' cards, counted again from their messages
//
//	go run ./infra/tenant dry-run -table guichet -region eu-west-3 -tenant acme -channel support -script triage.json    what would have become of past cases;
//	    -rule rule.json, -change change.json, -days 30, -most 10; it writes nothing
//
// AWS is reached with the credentials and region that the AWS CLI would take; AWS_ENDPOINT_URL leads to another engine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"guichet/shared/guichet"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "infra/tenant:", sentence(err))
		os.Exit(1)
	}
}

// run does what the flags in args ask and writes a line for each thing.
func run(ctx context.Context, w io.Writer, args []string) error {
	if len(args) > 0 && args[0] == "dry-run" {
		return dryRun(ctx, w, args[1:])
	}
	f, err := readFlags(args)
	if err != nil {
		return err
	}
	if f.rotate || f.reseal {
		return f.secrets(ctx, w)
	}
	if f.recount {
		return f.recountMoods(ctx, w)
	}
	wish, err := f.wish()
	if err != nil {
		return err
	}
	s, done, err := f.open(ctx)
	if err != nil {
		return err
	}
	steps, err := wish.Apply(ctx, s, time.Now())
	for _, step := range steps {
		fmt.Fprintln(w, step)
	}
	if err == nil {
		err = settings(ctx, w, s, guichet.TenantID(f.tenant), f.set)
	}
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	f.next(w)
	return nil
}

// sentence is what people need of an error: not its kind, but its cause where the house or AWS is at fault.
func sentence(err error) string {
	var e *guichet.Error
	if errors.As(err, &e) && (e.Kind == guichet.Invalid || e.Kind == guichet.Conflict) {
		return e.Text
	}
	return err.Error()
}

// next says what only the operator can do.
func (f *flags) next(w io.Writer) {
	if f.data != "" {
		fmt.Fprintln(w, "The house sees it when it starts.")
		return
	}
	fmt.Fprintln(w, "The house sees it within 20 seconds.")
	if f.agent == "" {
		return
	}
	email := f.email
	if email == "" {
		email = "ADDRESS"
	}
	fmt.Fprintf(w, "For %s to sign in:\n  aws cognito-idp admin-create-user --user-pool-id POOL --username %s --user-attributes Name=email,Value=%[2]s Name=email_verified,Value=true "+
		"Name=custom:tenant,Value=%s Name=custom:agent,Value=%[1]s\n", f.agent, email, f.tenant)
}
