package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"
)

// Report is the figures of one play.
type Report struct {
	Name   string
	Seed   uint64
	Days   int
	Skills []Row // in the order of the scenario, then all together
	Agents []Work
	Units  [2]float64 // read and write units of the ledger, per case
	t      *tally
}

// Row is the figures of one skill. Times count from the contact's mail.
type Row struct {
	Skill                             string
	Arrived, Answered, GaveUp, Open   int
	Level                             float64       // share answered within the target of those decided; NaN: no target, or none
	Decided                           int           // that were answered, missed or given up: what is open and not due yet is not
	Wait                              time.Duration // mean, until an agent had it
	P50, P90, P99, Longest            time.Duration
	Answer                            time.Duration // mean, until the first answer had left
	Queue                             float64       // mean
	MostQueued                        int
	FirstBreached, ResolutionBreached int
	Returned                          int
}

// Work is what one team, and all together, did.
type Work struct {
	Team  string
	Count int
	Busy  float64 // share of the places of work that were taken; NaN: nobody was there
	Hours float64 // of attendance, all places together
}

// report works out the figures.
func (t *tally) report() *Report {
	r := &Report{Name: t.s.Name, Seed: t.s.Seed, Days: t.s.Days, t: t}
	for _, a := range t.agents {
		t.mark(a, t.end)
	}
	var all []*life
	for k := range t.s.Skills {
		var of []*life
		for _, l := range t.lives {
			if l.skill == k && !l.at.Before(t.from) {
				of = append(of, l)
			}
		}
		all = append(all, of...)
		r.Skills = append(r.Skills, t.row(t.s.Skills[k].Name, of, t.area[k], t.most[k]))
	}
	total := t.row("all", all, 0, 0)
	for _, k := range r.Skills {
		total.Queue += k.Queue
	}
	total.MostQueued = -1
	r.Skills = append(r.Skills, total)
	r.Agents = t.work()
	if n := float64(len(t.lives)); n > 0 {
		r.Units = [2]float64{t.usage.Reads / n, t.usage.Writes / n}
	}
	return r
}

func (t *tally) row(name string, of []*life, area float64, most int) Row {
	row := Row{Skill: name, Arrived: len(of), Queue: area / float64(t.end.Sub(t.from)), MostQueued: most}
	var waits []time.Duration
	var wait, answer float64
	good, bad := 0, 0
	for _, l := range of {
		row.add(l)
		switch {
		case l.first == (outcome{}) && !l.gaveUp:
		case l.first.met && !l.first.late:
			good++
		default:
			bad++
		}
		if !l.assigned.IsZero() {
			waits = append(waits, l.assigned.Sub(l.at))
			wait += float64(l.assigned.Sub(l.at))
		}
		if !l.sent.IsZero() {
			answer += float64(l.sent.Sub(l.at))
		}
	}
	row.Decided, row.Level = good+bad, float64(good)/float64(good+bad)
	if !t.aimed(name) {
		row.Level = math.NaN()
	}
	slices.Sort(waits)
	row.Wait, row.Answer = mean(wait, len(waits)), mean(answer, row.Answered)
	row.P50, row.P90, row.P99, row.Longest = rank(waits, 50), rank(waits, 90), rank(waits, 99), rank(waits, 100)
	return row
}

// aimed reports whether a skill has a target for the first answer; all together, whether one has.
func (t *tally) aimed(name string) bool {
	return slices.ContainsFunc(t.s.Skills, func(k Skill) bool {
		level := t.s.SLA
		if k.SLA != nil {
			level = *k.SLA
		}
		return (name == "all" || k.Name == name) && level.First > 0
	})
}

func (row *Row) add(l *life) {
	switch {
	case !l.sent.IsZero():
		row.Answered++
	case l.gaveUp:
		row.GaveUp++
	default:
		row.Open++
	}
	row.Returned += l.returned
	if l.first.breached {
		row.FirstBreached++
	}
	if l.resolution.breached {
		row.ResolutionBreached++
	}
}

func mean(sum float64, n int) time.Duration {
	if n == 0 {
		return 0
	}
	return time.Duration(sum / float64(n))
}

// rank is the nearest-rank percentile of sorted times; 0 of none.
func rank(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

func (t *tally) work() []Work {
	var out []Work
	total := Work{Team: "all"}
	var busy, there time.Duration
	for i := range t.s.Agents {
		team := &t.s.Agents[i]
		w := Work{Team: team.Name, Count: team.Count}
		var b, h time.Duration
		for _, a := range t.agents {
			if a.Team == team {
				b, h = b+a.busy, h+a.there
			}
		}
		w.Busy, w.Hours = float64(b)/float64(h), h.Hours()
		busy, there, total.Count = busy+b, there+h, total.Count+team.Count
		out = append(out, w)
	}
	total.Busy, total.Hours = float64(busy)/float64(there), there.Hours()
	return append(out, total)
}

// Write prints the report. The same scenario and seed give the same bytes.
func (r *Report) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d days, seed %d\n\n", r.Name, r.Days, r.Seed)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "skill\tarrived\tanswered\tgave up\topen\tlevel\twait\tp50\tp90\tp99\tlongest\tanswer\tqueue\tmost\tfirst late\tresolution late\treturned\t")
	for _, k := range r.Skills {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%d\t%d\t%d\t\n", k.Skill, k.Arrived, k.Answered, k.GaveUp, k.Open, percent(k.Level),
			short(k.Wait), short(k.P50), short(k.P90), short(k.P99), short(k.Longest), short(k.Answer), k.Queue, count(k.MostQueued), k.FirstBreached, k.ResolutionBreached, k.Returned)
	}
	_ = tw.Flush()
	fmt.Fprintln(w)
	tw = tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "team\tagents\toccupancy\thours\t")
	for _, a := range r.Agents {
		fmt.Fprintf(tw, "%s\t%d\t%s\t%.1f\t\n", a.Team, a.Count, percent(a.Busy), a.Hours)
	}
	_ = tw.Flush()
	fmt.Fprintf(w, "\nledger: %.1f read units and %.1f write units a case\n", r.Units[0], r.Units[1])
}

func count(n int) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*x)
}

// short writes a time in at most two units: "0s", "12.3s", "4m05s", "3h20m", "2d04h".
func short(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 24*time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	d = d.Round(time.Hour)
	return fmt.Sprintf("%dd%02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}
