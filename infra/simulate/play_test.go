package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func load(t testing.TB, path string) *Scenario {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func played(t testing.TB, s *Scenario) *tally {
	t.Helper()
	tally, err := Play(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

// office is the office sample, for so many days.
func office(t testing.TB, days int) *Scenario {
	s := load(t, "testdata/office.toml")
	s.Days, s.Warm, s.Sweep = days, 0, Span(time.Hour)
	for i := range s.Arrivals {
		s.Arrivals[i].PerDay /= 4
	}
	for i := range s.Agents {
		s.Agents[i].Count = (s.Agents[i].Count + 3) / 4
	}
	return s
}

func text(r *Report) string {
	var b bytes.Buffer
	r.Write(&b)
	return b.String()
}

func TestSameSeedSameReport(t *testing.T) {
	t.Parallel()
	one, two := office(t, 2), office(t, 2)
	a, b := played(t, one).report(), played(t, two).report()
	var x, y bytes.Buffer
	page(&x, []*Report{a})
	page(&y, []*Report{b})
	if text(a) != text(b) || x.String() != y.String() {
		t.Errorf("two reports of one seed:\n%s\n%s", text(a), text(b))
	}
	other := office(t, 2)
	other.Seed++
	if c := played(t, other).report(); text(c) == strings.Replace(text(a), "seed 7", "seed 8", 1) {
		t.Error("another seed, the same report")
	}
}

// A breach is dated when it was due and a freed agent wakes the queue, so how often the sweep comes changes the cost alone.
func TestTheSweepMayComeSeldom(t *testing.T) {
	t.Parallel()
	often, seldom := office(t, 1), office(t, 1)
	often.Sweep = Span(10 * time.Minute)
	a, b := played(t, often).report(), played(t, seldom).report()
	for i := range a.Skills {
		x, y := a.Skills[i], b.Skills[i]
		if x.Level = y.Level; x != y {
			t.Errorf("sweep each 10 minutes: %+v, each hour: %+v", x, y)
		}
	}
}

// TestTheBooksBalance looks at every case and agent of a house with shifts, giving up, limits above one and work left at the end of a shift.
func TestTheBooksBalance(t *testing.T) {
	t.Parallel()
	s := office(t, 4)
	s.Arrivals[0].Patience = Draw{Kind: "exponential", Mean: Span(2 * time.Hour), CV: 1}
	tally := played(t, s)
	gaveUp, returned := 0, 0
	for i, l := range tally.lives {
		returned += l.returned
		switch {
		case i > 0 && l.at.Before(tally.lives[i-1].at):
			t.Fatal("cases are not in the order of their arrival")
		case !l.sent.IsZero() && l.over.Sub(l.at) < time.Duration(float64(l.work)):
			t.Fatalf("case %s is answered after %v and takes %v", l.id, l.over.Sub(l.at), l.work)
		case l.gaveUp && (l.patience == 0 || !l.over.Equal(l.at.Add(l.patience)) || l.agent != nil):
			t.Fatalf("case %s gave up at %v", l.id, l.over)
		case !l.since.IsZero() != (l.agent == nil && !l.gaveUp), l.queued > l.patience && l.gaveUp:
			t.Fatalf("case %s waits since %v, was waiting %v; gave up %v", l.id, l.since, l.queued, l.gaveUp)
		case l.first.met && l.first.late != l.first.breached:
			t.Fatalf("case %s: first answer %+v", l.id, l.first)
		}
		if l.gaveUp {
			gaveUp++
		}
	}
	r := tally.report()
	all := r.Skills[len(r.Skills)-1]
	if all.Arrived != len(tally.lives) || all.Answered+all.GaveUp+all.Open != all.Arrived || all.GaveUp != gaveUp || gaveUp == 0 || all.Returned != returned || returned == 0 {
		t.Errorf("%+v; %d gave up, %d returned", all, gaveUp, returned)
	}
	waited := 0.0 // the mean queue is the time that all waited, over the time
	for _, l := range tally.lives {
		waited += float64(l.queued)
		if !l.since.IsZero() {
			waited += float64(tally.end.Sub(l.since))
		}
	}
	if queue := waited / float64(tally.end.Sub(s.begin)); math.Abs(queue/all.Queue-1) > 1e-9 {
		t.Errorf("mean queue %v, by what each case waited %v", all.Queue, queue)
	}
}

// Who is there from nine to five has 40 hours a week; on the day that an hour is skipped his shift is not shorter, a night shift is.
func TestShifts(t *testing.T) {
	s, err := Read(`
start = "2026-03-23"
days = 7
zone = "Europe/Paris"
[[skills]]
name = "support"
[[arrivals]]
skill = "support"
per_day = 0.001
handling = { kind = "fixed", mean = "1s" }
[[agents]]
name = "day"
count = 2
shifts = [{ days = ["mon", "tue", "wed", "thu", "fri"], from = "09:00", to = "13:00" }, { days = ["mon", "tue", "wed", "thu", "fri"], from = "13:00", to = "17:00" }]
[[agents]]
name = "night"
count = 1
shifts = [{ from = "22:00", to = "06:00" }]
[[agents]]
name = "always"
count = 1
`)
	if err != nil {
		t.Fatal(err)
	}
	r := played(t, s).report()
	for i, want := range []float64{80, 7*8 - 1, 7*24 - 1} { // the night of Saturday is an hour shorter; Sunday's ends after the week and begins two hours before
		if got := r.Agents[i].Hours; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v hours, want %v", r.Agents[i].Team, got, want)
		}
	}
}

// Arrivals follow the hours and days: ten times as many in an hour of weight ten, none on a day of weight 0.
func TestArrivalsFollowTheProfile(t *testing.T) {
	s := office(t, 7*200)
	s.Arrivals[0].PerDay, s.Arrivals[0].Week, s.Arrivals[0].Hours = 240, []float64{2, 1, 1, 1, 1, 0.5, 0}, append([]float64{10, 0}, make([]float64, 22)...)
	s.Arrivals[0].Hours[5] = 1
	a := newStream(s, 0)
	hours, days, end := map[int]float64{}, map[int]float64{}, s.begin.AddDate(0, 0, s.Days)
	for a.advance(end) {
		at := a.next.In(s.zone)
		hours[at.Hour()]++
		days[weekday(at)]++
	}
	if len(hours) != 2 || days[6] != 0 || math.Abs(hours[0]/hours[5]/10-1) > 0.03 || math.Abs(days[0]/days[1]/2-1) > 0.03 || math.Abs(days[1]/200/240-1) > 0.03 {
		t.Errorf("hours %v, days %v", hours, days)
	}
}

// In a burst of five times as many for half an hour five times as many come, and before and after it as ever; the same draws otherwise, so that nothing else changes.
func TestBursts(t *testing.T) {
	s := office(t, 400)
	s.Arrivals[0].PerDay, s.Arrivals[0].Week, s.Arrivals[0].Hours = 240, slices.Repeat([]float64{1}, 7), slices.Repeat([]float64{1}, 24)
	for d := range s.Days {
		from := s.begin.AddDate(0, 0, d).Add(9*time.Hour + 45*time.Minute)
		s.Arrivals[0].Bursts = append(s.Arrivals[0].Bursts, Burst{Times: 5, from: from, until: from.Add(30 * time.Minute)})
	}
	s.Arrivals[0].Bursts = append(s.Arrivals[0].Bursts, Burst{from: s.begin, until: s.begin.Add(24 * time.Hour)}) // none on the first day
	a, end := newStream(s, 0), s.begin.AddDate(0, 0, s.Days)
	in, out, first := 0.0, 0.0, 0
	for a.advance(end) {
		at := a.next.In(s.zone)
		minute := at.Hour()*60 + at.Minute()
		switch {
		case at.Sub(s.begin) < 24*time.Hour:
			first++
		case minute >= 9*60+45 && minute < 10*60+15:
			in++
		default:
			out++
		}
	}
	days := float64(s.Days - 1)
	if first != 0 || math.Abs(in/days/25-1) > 0.03 || math.Abs(out/days/235-1) > 0.03 {
		t.Errorf("%d on the first day, %.1f within the burst (want 25), %.1f without (want 235)", first, in/days, out/days)
	}
}

func TestDraws(t *testing.T) {
	for _, d := range []Draw{{"exponential", Span(time.Minute), 1}, {"lognormal", Span(time.Minute), 0.7}, {"fixed", Span(time.Minute), 0}} {
		rng, sum, square := source(3, 9), 0.0, 0.0
		const n = 400_000
		for range n {
			x := d.from(rng).Minutes()
			sum, square = sum+x, square+x*x
		}
		m := sum / n
		if cv := math.Sqrt(max(0, square/n-m*m)) / m; math.Abs(m-1) > 0.01 || math.Abs(cv-d.CV) > 0.01 {
			t.Errorf("%s: mean %v, deviation %v", d.Kind, m, cv)
		}
	}
}

func TestWhatIf(t *testing.T) {
	t.Parallel()
	few, more := textbook(t, 2, 0.8, 600, 5), textbook(t, 2, 0.8, 600, 5)
	few.Name, more.Name, more.Agents[0].Count = "two <agents>", "three", 3
	reports := []*Report{played(t, few).report(), played(t, more).report()}
	if a, b := reports[0].Skills[0], reports[1].Skills[0]; a.Arrived != b.Arrived || b.Wait >= a.Wait {
		t.Errorf("a third agent: %d cases wait %v, then %d cases %v", a.Arrived, a.Wait, b.Arrived, b.Wait)
	}
	var out, html bytes.Buffer
	write(&out, reports)
	page(&html, reports)
	if !strings.Contains(out.String(), "two <agents> -> three") || strings.Contains(html.String(), "<agents>") || strings.Count(html.String(), "<svg") != 10 {
		t.Errorf("not both side by side, or not escaped:\n%s", out.String())
	}
	wellFormed(t, html.String())
}

// wellFormed reads the page as XML, but for what HTML leaves open, and looks for anything from elsewhere.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	for _, s := range []string{"http:", "https:", "src=", "url(", "NaN", "Inf", "@import"} {
		if strings.Contains(page, s) {
			t.Errorf("the page has %q", s)
		}
	}
	_, body, _ := strings.Cut(page, "</head>")
	dec := xml.NewDecoder(strings.NewReader("<html>" + body))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkWeek plays the first week of the quarter, about 8,500 cases.
func BenchmarkWeek(b *testing.B) {
	for b.Loop() {
		s := load(b, "testdata/quarter.toml")
		s.Days = 7
		b.ReportMetric(float64(len(played(b, s).lives)), "cases")
	}
}

// Day and night the level is the share whose answer left within the target, by the wall; a breach is seen at the end of the target, answered or not.
func TestLevelIsTheShareAnsweredInTime(t *testing.T) {
	t.Parallel()
	s := textbook(t, 2, 0.9, 800, 3)
	s.SLA.First = Span(10 * time.Minute)
	tally := played(t, s)
	good, bad := 0, 0
	for _, l := range tally.lives {
		switch {
		case !l.sent.IsZero() && l.sent.Sub(l.at) <= 10*time.Minute:
			good++
		case !l.sent.IsZero(), tally.end.Sub(l.at) >= 10*time.Minute+time.Duration(s.Sweep):
			bad++
		}
	}
	row := tally.report().Skills[0]
	if undecided := row.Arrived - good - bad; good == 0 || bad == 0 || row.Decided < good+bad || row.Decided > good+bad+undecided || row.FirstBreached != row.Decided-good ||
		row.Level != float64(good)/float64(row.Decided) {
		t.Errorf("%d in time, %d late: %+v", good, bad, row)
	}
}
