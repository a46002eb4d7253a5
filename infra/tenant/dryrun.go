package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/script/expr"
)

// dryRun runs a change of settings against the stored cases of a tenant and says what would have become of them. It writes nothing. For a pipeline: with -most it fails if
// more cases than that would have gone otherwise.
func dryRun(ctx context.Context, w io.Writer, args []string) error {
	f, trial, most, err := readTrial(args)
	if err != nil {
		return err
	}
	s, done, err := f.open(ctx)
	if err != nil {
		return err
	}
	d := &desk.Desk{Store: s, Now: time.Now, Lang: &expr.CEL{}}
	sum, err := turnPages(ctx, w, d, guichet.TenantID(f.tenant), trial)
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	if err := sum.print(w); err != nil {
		return err
	}
	if most >= 0 && sum.Other > most {
		return fmt.Errorf("%d cases would have gone otherwise, more than the %d that -most allows", sum.Other, most)
	}
	return nil
}

func readTrial(args []string) (*flags, desk.Trial, int, error) {
	f, trial := &flags{}, desk.Trial{}
	var scriptFile, ruleFile, changeFile, channel string
	var most int
	set := flag.NewFlagSet("tenant dry-run", flag.ContinueOnError)
	set.StringVar(&f.table, "table", "", "DynamoDB table of the house")
	set.StringVar(&f.region, "region", "", "AWS region of the table; empty: that of the AWS configuration")
	set.StringVar(&f.data, "data", "", "data folder of a house on this machine, in place of -table")
	set.StringVar(&f.tenant, "tenant", "", "id of the tenant")
	set.StringVar(&scriptFile, "script", "", "file of a script that is tried")
	set.StringVar(&ruleFile, "rule", "", "file of a rule that is tried")
	set.StringVar(&changeFile, "change", "", `file of other changes: {"channels":{"support":{"skill":"first"}},"skills":{"billing":"money"},"sla":{"first":3600,...}}`)
	set.StringVar(&channel, "channel", "", "channel whose cases are looked at; with -script, the one that gets the script")
	set.IntVar(&trial.Days, "days", 30, "how far back, 1 to 90")
	set.IntVar(&most, "most", -1, "fail if more cases than that would have gone otherwise; -1: any number may")
	if err := set.Parse(args); err != nil {
		return nil, trial, 0, err
	}
	switch {
	case set.NArg() > 0:
		return nil, trial, 0, fmt.Errorf("%q is not understood; -help lists the flags", set.Arg(0))
	case (f.table == "") == (f.data == ""):
		return nil, trial, 0, fmt.Errorf("name the house with -table, or with -data: one of them")
	case f.tenant == "":
		return nil, trial, 0, fmt.Errorf("name the tenant with -tenant")
	}
	if changeFile != "" {
		b, err := os.ReadFile(changeFile)
		if err == nil {
			err = json.Unmarshal(b, &trial)
		}
		if err != nil {
			return nil, trial, 0, fmt.Errorf("-change: %w", err)
		}
	}
	for file, into := range map[string]*json.RawMessage{scriptFile: &trial.Script, ruleFile: &trial.Rule} {
		if file == "" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, trial, 0, err
		}
		*into = b
	}
	if channel != "" {
		trial.Channel = guichet.ChannelID(channel)
	}
	return f, trial, most, nil
}

// tried adds pages up.
type tried struct{ desk.Tried }

func turnPages(ctx context.Context, w io.Writer, d *desk.Desk, t guichet.TenantID, trial desk.Trial) (*tried, error) {
	sum := &tried{}
	for trial.Size = 100; ; {
		page, err := d.Try(ctx, t, trial)
		if err != nil {
			return nil, err
		}
		sum.add(page)
		if trial.Cursor = page.Cursor; page.Cursor == "" {
			return sum, nil
		}
		fmt.Fprintf(w, "%d cases so far, about %d to go\n", sum.Cases, page.Left)
	}
}

func (s *tried) add(page desk.Tried) {
	s.Cases, s.Judged, s.Other, s.Since = s.Cases+page.Cases, s.Judged+page.Judged, s.Other+page.Other, page.Since
	for _, c := range page.Counts {
		i := slices.IndexFunc(s.Counts, func(o desk.TryCount) bool { return o.What == c.What && o.From == c.From && o.To == c.To })
		if i < 0 {
			s.Counts = append(s.Counts, c)
			continue
		}
		s.Counts[i].N += c.N
	}
	s.Examples = append(s.Examples, page.Examples...)
}

func (s *tried) print(w io.Writer) error {
	fmt.Fprintf(w, "%d of %d cases since %s would have gone otherwise; nothing was written.\n", s.Other, s.Judged, s.Since.Format(time.DateOnly))
	if len(s.Counts) == 0 {
		return nil
	}
	slices.SortStableFunc(s.Counts, func(a, b desk.TryCount) int { return b.N - a.N })
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "cases\twhat\twas\twould have been\tfor example")
	for _, c := range s.Counts {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", c.N, c.What, orDash(c.From), orDash(c.To), s.example(c))
	}
	return table.Flush()
}

func (s *tried) example(c desk.TryCount) string {
	out := ""
	for _, e := range s.Examples {
		if e.What == c.What && e.From == c.From && e.To == c.To && len(out) < 40 {
			out += string(e.Case) + " "
		}
	}
	return out
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
