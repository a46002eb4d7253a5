package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/infra/simulate/memory"
	"guichet/shared/ledger"
	"guichet/shared/ledger/dynamo"
	"guichet/shared/ledger/sqlite"
)

// Loaded is what came of a load.
type Loaded struct {
	Name          string
	Cases, Given  int
	Answers       int
	Workers       int
	Room          int64 // places of all agents
	Looked        int   // how often the limits were looked at meanwhile
	Took          time.Duration
	Waits         []time.Duration // from the mail's receipt to its case's agent
	Reads, Writes float64         // units a case
}

// Write prints it.
func (r *Loaded) Write(w io.Writer) {
	slices.Sort(r.Waits)
	fmt.Fprintf(w, "%s: %d cases, %d workers, %.1f s = %.0f cases a second\n", r.Name, r.Cases, r.Workers, r.Took.Seconds(), float64(r.Cases)/r.Took.Seconds())
	fmt.Fprintf(w, "given to an agent    %d (%d places), answered %d\n", r.Given, r.Room, r.Answers)
	if len(r.Waits) > 0 {
		fmt.Fprintf(w, "mail to agent        p50 %v, p99 %v, longest %v\n", rank(r.Waits, 50).Round(time.Millisecond), rank(r.Waits, 99).Round(time.Millisecond), rank(r.Waits, 100).Round(time.Millisecond))
	}
	fmt.Fprintf(w, "ledger               %.1f read units and %.1f write units a case\n", r.Reads, r.Writes)
	fmt.Fprintf(w, "held                 no agent above his limit (looked %d times meanwhile), no case given twice, every counter is its inbox, every mail one case\n", r.Looked)
}

// loadFile reads a scenario and loads a house with it.
func loadFile(ctx context.Context, o options, out io.Writer) error {
	text, err := os.ReadFile(o.scenario)
	if err != nil {
		return err
	}
	s, err := Read(string(text))
	if err != nil {
		return err
	}
	if s.Name == "" {
		s.Name = filepath.Base(o.scenario)
	}
	if o.seed != 0 {
		s.Seed = o.seed
	}
	l, done, err := o.ledger(ctx)
	if err != nil {
		return err
	}
	defer done()
	r, err := Load(ctx, s, l, memory.NewBlobs(time.Now), o.cases, o.workers, !o.keep)
	if err != nil {
		return err
	}
	r.Write(out)
	return nil
}

// ledger opens the house's ledger: a file, a new one unless it is named, or a table that is made at an endpoint of this machine.
func (o options) ledger(ctx context.Context) (ledger.Ledger, func(), error) {
	if o.dynamo != "" {
		u, err := url.Parse(o.dynamo)
		if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
			return nil, nil, fmt.Errorf("-dynamo: an engine on this machine, as http://127.0.0.1:8000; load is for no other")
		}
		client := dynamodb.NewFromConfig(aws.Config{Region: "eu-west-1", BaseEndpoint: &o.dynamo, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
		name := fmt.Sprintf("load-%d", time.Now().UnixNano())
		// QUIRK: dynoxide 1.5 looks through all records of a table's stream for the number of the next one, so that with a stream each write costs more than the last (2026-11).
		table := dynamo.Table(name)
		table.StreamSpecification = nil // the play hands out what a commit announces by itself
		if _, err := client.CreateTable(ctx, table); err != nil {
			return nil, nil, err
		}
		return dynamo.New(client, name, time.Now), func() {}, nil
	}
	path, done := o.sqlite, func() {}
	if path == "" {
		dir, err := os.MkdirTemp("", "load")
		if err != nil {
			return nil, nil, err
		}
		path, done = filepath.Join(dir, "ledger.db"), func() { os.RemoveAll(dir) }
	}
	db, err := sqlite.Open(path, time.Now)
	if err != nil {
		done()
		return nil, nil, err
	}
	return db, func() { db.Close(); done() }, nil
}
