package main

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

const head = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>
<style>
body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1b1b1b;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem}
.side{display:grid;grid-template-columns:repeat(%d,minmax(0,1fr));gap:1.5rem}
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600}
th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #ddd}th:first-child{text-align:left}tbody th{font-weight:400}
.wide{overflow-x:auto}.wide:focus-visible{outline:2px solid #0072b2}dt{float:left;clear:left;min-width:8rem;font-weight:600}dd{margin:0 0 .2rem 8.5rem}
svg{width:100%%;max-width:52rem;height:auto;display:block;margin:.8rem 0}
svg text{font:11px system-ui,sans-serif;fill:#333}svg .t{font-weight:600;font-size:13px}svg .y{text-anchor:end}svg .x{text-anchor:middle}
svg .g{stroke:#ddd}svg .l{fill:none;stroke-width:1.6}
@media(max-width:60rem){.side{grid-template-columns:minmax(0,1fr)}}
</style></head><body><main>
`

// page writes the reports as one HTML file that needs nothing from elsewhere. Charts of the same thing have the same scales.
func page(w io.Writer, reports []*Report) {
	var titles []string
	var charts [][]plot
	longest := time.Minute
	for _, r := range reports {
		longest = max(longest, r.t.longest())
	}
	for _, r := range reports {
		titles = append(titles, r.Name)
		charts = append(charts, r.plots(longest))
	}
	level(charts)
	fmt.Fprintf(w, head, html.EscapeString(strings.Join(titles, " / ")), len(reports))
	fmt.Fprintf(w, "<h1>%s</h1>\n", html.EscapeString(strings.Join(titles, " and ")))
	if len(reports) == 2 {
		changes(w, reports)
	}
	fmt.Fprintln(w, "<div class=\"side\">")
	for i, r := range reports {
		fmt.Fprintf(w, "<section>\n<h2>%s</h2><p>%d days from %s, seed %d%s.</p>\n",
			html.EscapeString(r.Name), r.Days, html.EscapeString(r.t.s.Start), r.Seed, warmed(r.t.s.Warm))
		r.tables(w)
		for k := range charts[i] {
			charts[i][k].draw(w, fmt.Sprintf("c%d-%d", i+1, k+1))
		}
		fmt.Fprintln(w, "</section>")
	}
	fmt.Fprintln(w, "</div>"+words+"</main></body></html>")
}

// words say what the columns are.
const words = `<h2>What the words mean</h2><dl>
<dt>level</dt><dd>the share answered within the target of the first answer, of the cases that were answered, missed or given up</dd>
<dt>wait</dt><dd>the mean time from the contact's mail until an agent had the case; p50, p90 and p99: half, nine in ten and 99 in a hundred waited no longer</dd>
<dt>answer</dt><dd>the mean time from the contact's mail until the first answer had left</dd>
<dt>queue, most</dt><dd>how many cases waited for an agent, on the average and at most</dd>
<dt>first late</dt><dd>cases whose first answer was not there when it was due, in opening hours; resolution late: the same of their end</dd>
<dt>occupancy</dt><dd>the share of the agents' time at work that they worked on cases; hours: that time, all of them together</dd>
</dl>
`

func warmed(days float64) string {
	switch days {
	case 0:
		return ""
	case 1:
		return "; the figures leave out the first day"
	}
	return fmt.Sprintf("; the figures leave out the first %g days", days)
}

// changes sets the figures of two scenarios beside each other.
func changes(w io.Writer, reports []*Report) {
	rows := [][]string{{"of", "figure", reports[0].Name, reports[1].Name, "change"}}
	for _, c := range compare(reports[0], reports[1]) {
		rows = append(rows, []string{c.Of, c.What, c.A, c.B, c.Change})
	}
	table(w, "What changes", rows)
}

// level gives the charts of the same thing the same scales.
func level(charts [][]plot) {
	for k := range charts[0] {
		top := 0.0
		for i := range charts {
			top = max(top, charts[i][k].top)
		}
		for i := range charts {
			charts[i][k].top = top
		}
	}
}

func (r *Report) tables(w io.Writer) {
	rows := [][]string{{"skill", "arrived", "answered", "gave up", "open", "level", "wait", "p50", "p90", "p99", "answer", "queue", "most", "first late", "resolution late"}}
	for _, k := range r.Skills {
		rows = append(rows, []string{k.Skill, fmt.Sprint(k.Arrived), fmt.Sprint(k.Answered), fmt.Sprint(k.GaveUp), fmt.Sprint(k.Open), percent(k.Level), short(k.Wait),
			short(k.P50), short(k.P90), short(k.P99), short(k.Answer), fmt.Sprintf("%.2f", k.Queue), count(k.MostQueued), fmt.Sprint(k.FirstBreached), fmt.Sprint(k.ResolutionBreached)})
	}
	table(w, r.Name+": cases", rows)
	rows = [][]string{{"team", "agents", "occupancy", "hours"}}
	for _, a := range r.Agents {
		rows = append(rows, []string{a.Team, fmt.Sprint(a.Count), percent(a.Busy), fmt.Sprintf("%.1f", a.Hours)})
	}
	table(w, r.Name+": agents", rows)
}

// table writes rows, the first of which is the head, and the first cell of each of the others its name.
func table(w io.Writer, caption string, rows [][]string) {
	caption = html.EscapeString(caption)
	fmt.Fprintf(w, "<div class=\"wide\" role=\"region\" aria-label=\"%s\" tabindex=\"0\"><table><caption>%s</caption><thead>\n", caption, caption)
	for i, row := range rows {
		fmt.Fprint(w, "<tr>")
		for k, cell := range row {
			open, end := "<td>", "</td>"
			if i == 0 {
				open, end = "<th scope=\"col\">", "</th>"
			} else if k == 0 {
				open, end = "<th scope=\"row\">", "</th>"
			}
			fmt.Fprint(w, open, html.EscapeString(cell), end)
		}
		fmt.Fprintln(w, "</tr>")
		if i == 0 {
			fmt.Fprintln(w, "</thead><tbody>")
		}
	}
	fmt.Fprintln(w, "</tbody></table></div>")
}

// plots are the charts of a report, always the same ones in the same order.
func (r *Report) plots(longest time.Duration) []plot {
	t := r.t
	days := plot{right: float64(r.Days), step: max(1, math.Ceil(float64(r.Days)/10)), x: func(v float64) string { return t.s.begin.AddDate(0, 0, int(v)).Format("2 Jan") }}
	levels, queue, work, late := days, days, days, days
	levels.title, levels.top, levels.y = "Answered within the target, by day of arrival", 1, func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }
	levels.series = t.levels()
	queue.title, queue.y, queue.series = "Waiting cases", plain, t.course(func(h *hour, k int) float64 { return h.queue[k] })
	queue.top = ceiling(highest(queue.series), 1)
	work.title, work.y = "Places of work: there, and taken", plain
	work.series = []series{{"there", t.bucket(func(h *hour) float64 { return h.places })}, {"taken", t.bucket(func(h *hour) float64 { return h.begun })}}
	work.top = ceiling(highest(work.series), 1)
	late.title, late.bars, late.y = "Breaches, by the day on which they were due", true, plain
	most := 0
	for k, s := range t.s.Skills {
		values := make([]float64, r.Days)
		for d := range values {
			values[d] = float64(t.breaches[d][k])
		}
		late.series = append(late.series, series{s.Name, values})
	}
	for _, d := range t.breaches {
		sum := 0
		for _, n := range d {
			sum += n
		}
		most = max(most, sum)
	}
	late.top = ceiling(float64(most), 4)
	return []plot{levels, queue, work, late, t.waits(longest)}
}

func plain(v float64) string { return fmt.Sprintf("%g", math.Round(v*100)/100) }

func highest(all []series) float64 {
	most := 0.0
	for _, s := range all {
		for _, v := range s.values {
			if v > most { // NaN is not
				most = v
			}
		}
	}
	return most
}

// marks is how many points a line has at most.
const marks = 540

// bucket averages a measure of the hours into at most marks values.
func (t *tally) bucket(of func(*hour) float64) []float64 {
	hours := t.hours[:int(t.end.Sub(t.s.begin)/time.Hour)]
	size := (len(hours) + marks - 1) / marks
	var out []float64
	for part := range slices.Chunk(hours, size) {
		sum := 0.0
		for i := range part {
			sum += of(&part[i])
		}
		out = append(out, sum/float64(time.Hour)/float64(len(part)))
	}
	return out
}

func (t *tally) course(of func(*hour, int) float64) []series {
	var out []series
	for k, s := range t.s.Skills {
		out = append(out, series{s.Name, t.bucket(func(h *hour) float64 { return of(h, k) })})
	}
	return out
}

// levels is the share answered in time of the cases of each day, by skill; NaN where there is none, or most are not decided: the last day would show those alone
// who gave up.
func (t *tally) levels() []series {
	out := make([]series, len(t.s.Skills))
	for k, s := range t.s.Skills {
		out[k] = series{s.Name, make([]float64, t.s.Days)}
		days := make([][]*life, t.s.Days)
		for _, l := range t.lives {
			if d := int(l.at.Sub(t.s.begin) / (24 * time.Hour)); l.skill == k && d < t.s.Days {
				days[d] = append(days[d], l)
			}
		}
		for d := range days {
			row := t.row(s.Name, days[d], 0, 0)
			if out[k].values[d] = row.Level; 2*row.Decided < row.Arrived {
				out[k].values[d] = math.NaN()
			}
		}
	}
	return out
}

// byWait lists the waits of each skill, shortest first.
func (t *tally) byWait() [][]time.Duration {
	sorted := make([][]time.Duration, len(t.s.Skills))
	for _, l := range t.lives {
		if !l.assigned.IsZero() && !l.at.Before(t.from) {
			sorted[l.skill] = append(sorted[l.skill], l.assigned.Sub(l.at))
		}
	}
	for k := range sorted {
		slices.Sort(sorted[k])
	}
	return sorted
}

// longest is the wait that one case in a hundred of some skill passes.
func (t *tally) longest() (most time.Duration) {
	for _, waits := range t.byWait() {
		most = max(most, rank(waits, 99))
	}
	return most
}

// waits is the share of cases that had an agent by a time after they came, up to longest.
func (t *tally) waits(longest time.Duration) plot {
	p := plot{title: "Share of the cases that had an agent after so long", edges: true, top: 1, y: func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }}
	p.right, p.step = float64(longest), roundStep(longest)
	p.x = func(v float64) string { return short(time.Duration(v)) }
	for k, sorted := range t.byWait() {
		values := make([]float64, 200)
		for i := range values {
			n, _ := slices.BinarySearch(sorted, time.Duration(float64(longest)*float64(i)/199)+1)
			values[i] = float64(n) / float64(max(1, len(sorted)))
		}
		p.series = append(p.series, series{t.s.Skills[k].Name, values})
	}
	return p
}

// roundStep is a span of time that people count in, of which at most seven make up longest.
func roundStep(longest time.Duration) float64 {
	for _, step := range []time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour,
		2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour} {
		if longest <= 7*step {
			return float64(step)
		}
	}
	return float64(longest) / 6
}
