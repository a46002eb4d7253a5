package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"
)

// write prints one report, or two and what the second changes.
func write(w io.Writer, reports []*Report) {
	for i, r := range reports {
		if i > 0 {
			fmt.Fprintln(w)
		}
		r.Write(w)
	}
	if len(reports) < 2 {
		return
	}
	fmt.Fprintf(w, "\n%s -> %s\n\n", reports[0].Name, reports[1].Name)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range compare(reports[0], reports[1]) {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", c.Of, c.What, c.A, c.B, c.Change)
	}
	_ = tw.Flush()
}

// change is one figure in two scenarios.
type change struct{ Of, What, A, B, Change string }

// compare sets the figures of two reports side by side: skills by name, then the occupancy of all. A skill that one does not have has "-" there.
func compare(a, b *Report) []change {
	var out []change
	for _, name := range names(a, b) {
		x, y := a.row(name), b.row(name)
		out = append(out,
			change{name, "arrived", whole(x, arrived), whole(y, arrived), more(x, y, arrived)},
			change{name, "level", percent(x.Level), percent(y.Level), points(x.Level, y.Level)},
			change{name, "wait", time1(x, x.Wait), time1(y, y.Wait), span1(x, y, y.Wait-x.Wait)},
			change{name, "p90", time1(x, x.P90), time1(y, y.P90), span1(x, y, y.P90-x.P90)},
			change{name, "answer", time1(x, x.Answer), time1(y, y.Answer), span1(x, y, y.Answer-x.Answer)},
			change{name, "gave up", whole(x, gaveUp), whole(y, gaveUp), more(x, y, gaveUp)},
			change{name, "first late", whole(x, firstLate), whole(y, firstLate), more(x, y, firstLate)},
			change{name, "resolution late", whole(x, resolutionLate), whole(y, resolutionLate), more(x, y, resolutionLate)})
	}
	x, y := a.Agents[len(a.Agents)-1], b.Agents[len(b.Agents)-1]
	return append(out, change{"all", "occupancy", percent(x.Busy), percent(y.Busy), points(x.Busy, y.Busy)},
		change{"all", "hours", fmt.Sprintf("%.1f", x.Hours), fmt.Sprintf("%.1f", y.Hours), fmt.Sprintf("%+.1f", y.Hours-x.Hours)})
}

// names are the skills of both reports, "all" last.
func names(a, b *Report) []string {
	var out []string
	seen := map[string]bool{"all": true}
	for _, r := range []*Report{a, b} {
		for _, k := range r.Skills {
			if !seen[k.Skill] {
				seen[k.Skill] = true
				out = append(out, k.Skill)
			}
		}
	}
	return append(out, "all")
}

// row is the row of a skill; one without a name if it has none.
func (r *Report) row(name string) Row {
	for _, k := range r.Skills {
		if k.Skill == name {
			return k
		}
	}
	return Row{Level: math.NaN()}
}

func arrived(r Row) int        { return r.Arrived }
func gaveUp(r Row) int         { return r.GaveUp }
func firstLate(r Row) int      { return r.FirstBreached }
func resolutionLate(r Row) int { return r.ResolutionBreached }

func whole(r Row, of func(Row) int) string {
	if r.Skill == "" {
		return "-"
	}
	return fmt.Sprint(of(r))
}

func more(x, y Row, of func(Row) int) string {
	if x.Skill == "" || y.Skill == "" {
		return ""
	}
	return fmt.Sprintf("%+d", of(y)-of(x))
}

func points(x, y float64) string {
	if math.IsNaN(x) || math.IsNaN(y) {
		return ""
	}
	return fmt.Sprintf("%+.1f points", 100*(y-x))
}

func time1(r Row, d time.Duration) string {
	if r.Skill == "" {
		return "-"
	}
	return short(d)
}

func span1(x, y Row, d time.Duration) string {
	switch {
	case x.Skill == "" || y.Skill == "":
		return ""
	case d < 0:
		return "-" + short(-d)
	}
	return "+" + short(d)
}
